"""Journeys: the whole of Pakbon between the two played services. See `world.py` for what a test can do there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests import counts
from tests.demo.exact_play import START, seeded
from tests.journeys.shipping import Shipping
from tests.journeys.world import BETWEEN, Frozen, World, played_exact, played_sendcloud, settings
from webapp import clock
from webapp.clients import http
from webapp.config import Config
from webapp.demo.exact.seed import CLIENT_ID
from webapp.models import User


@pytest.fixture
def traveller(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Time stands still for all three until a test shifts it, or Pakbon waits."""
    with time_machine.travel(START, tick=False) as traveller:
        monkeypatch.setattr(clock, "sleep", traveller.shift)
        monkeypatch.setattr(http, "TIMEOUT", (5, 5))
        yield traveller


@pytest.fixture
def exact_books() -> bytes:
    """What Exact knows at the beginning."""
    return seeded()


@pytest.fixture
def fresh(
    traveller: Any, exact_books: bytes, make_config: Callable[..., Config], make_app: Callable[[Config], Flask]
) -> Iterator[World]:
    """Both services and an empty Pakbon, in which nobody has signed in yet."""
    with played_exact(exact_books) as exact, played_sendcloud() as sendcloud:
        config = make_config(**settings(exact, sendcloud))
        exact.books.apps[CLIENT_ID]["redirect_uri"] = config.callback_url
        world = World(config, make_app(config), exact, sendcloud)
        world.traveller = traveller
        yield world
        assert counts.differing() == []


@pytest.fixture
def as_admin(fresh: World, sign_in: Callable[..., FlaskClient]) -> Callable[[], None]:
    """Opens a browser in which the administrator is signed in here."""

    def enter() -> None:
        user, _ = User.get_or_create(kind="local", role="admin", email="baas@despaak.example")
        fresh.admin = sign_in(fresh.app.test_client(), user)
        fresh.admin.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"

    return enter


@pytest.fixture(scope="session")
def moments() -> dict[str, Frozen]:
    """Worlds that a test has brought about already."""
    return {}


@pytest.fixture
def signed_in(fresh: World, as_admin: Callable[[], None]) -> World:
    """The administrator has signed in at Exact, so that its divisions are known."""
    as_admin()
    assert fresh.come_in(fresh.admin).status_code == 303
    return fresh


@pytest.fixture
def ready(signed_in: World) -> World:
    """The shop is connected; nothing is read yet."""
    signed_in.connect()
    return signed_in


@pytest.fixture
def world(
    fresh: World,
    as_admin: Callable[[], None],
    moments: dict[str, Frozen],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> World:
    """After the first import: the shop's orders stand in Incoming orders, or have their reason."""
    if "imported" in moments:
        fresh.thaw(moments["imported"])
        as_admin()
    else:
        request.getfixturevalue("ready").synced()
        moments["imported"] = fresh.freeze(tmp_path_factory.mktemp("moments") / "imported.sqlite3")
    fresh.later(BETWEEN)
    fresh.exact.bench.clear_requests()
    fresh.sendcloud.bench.clear_requests()
    return fresh


@pytest.fixture
def shipping(world: World) -> Shipping:
    """Labels are made automatically."""
    shipping = Shipping(world)
    shipping.automatic()
    return shipping
