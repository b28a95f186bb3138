"""Pakbon as processes of its own on one database, in the time of day: stop and start, and two at once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests import databases
from tests.demo.exact_play import Play
from tests.demo.sendcloud_play import playing
from tests.journeys.world import World, settings
from webapp import accounts, db
from webapp.config import ROOT, Config
from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import CLIENT_ID, MERCHANT_EMAIL, SHOP, seed
from webapp.demo.kit import Clock
from webapp.demo.sendcloud.switches import Switches
from webapp.models import Order
from webapp.sync import asks

ALL = 32


@pytest.fixture
def today(make_config: Callable[..., Config], make_app: Callable[[Config], Flask]) -> Iterator[World]:
    """Both services with orders of the last days, and the shop connected."""
    books = seed(Books(Clock()), "http://localhost:8000/exact/callback")
    with Exact(books) as exact, playing() as sendcloud:
        sendcloud.clock.freeze(False)
        sendcloud.switch(**Switches().as_dict())
        play = Play(exact)
        config = make_config(**settings(play, sendcloud))
        assert config.callback_url == books.apps[CLIENT_ID]["redirect_uri"]
        world = World(config, make_app(config), play, sendcloud)
        accounts.let_in(MERCHANT_EMAIL)
        assert world.come_in(world.app.test_client()).status_code == 303
        world.connect()
        db.database.close()
        yield world
        play.session.close()


def start(world: World, *words: str) -> subprocess.Popen[str]:
    """`flask --app wsgi WORDS` as a process."""
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    environ |= settings(world.exact, world.sendcloud)
    environ |= {"DATA_DIR": str(world.config.data_dir), "SECRET_KEY": "test", "LOG_LEVEL": "ERROR"}
    environ |= databases.environ(world.config.data_dir)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)


def test_workers_without_pages_send_everything_once(today: World):
    """Two of them, as they would run on two machines."""
    workers = [start(today, "work") for _ in range(2)]
    end = time.monotonic() + 60
    while sum(len(json.loads(body)) for body in today.sent()) < ALL:
        assert time.monotonic() < end and [worker.poll() for worker in workers] == [None, None]
        time.sleep(0.1)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=30)
    assert [worker.returncode for worker in workers] == [0, 0]
    posted = [order["order_number"] for body in today.sent() for order in json.loads(body)]
    assert len(posted) == len(set(posted)) == ALL


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a `sync --json` printed about the shop."""
    out, _ = process.communicate(timeout=120)
    found = json.loads(out)
    assert process.returncode == found["exit"]
    (division,) = found["divisions"]
    return division


def test_stopped_and_started_it_sends_nothing_twice(today: World):
    first = ended(start(today, "sync", "--json"))
    assert (first["pushed"], first["error"], first["exit"]) == (ALL, "", 1)
    assert first["orders"]["incoming"] == ALL and first["orders"]["problem"] == 4
    second = ended(start(today, "sync", "--json"))
    assert (second["pushed"], second["error"], second["orders"]) == (0, "", first["orders"])
    assert today.sendcloud.bench.count("POST", "/orders$") == 1


def test_the_way_it_ends_says_whether_somebody_is_needed(today: World):
    """0: nothing needs attention, 1: some order does, 2: a division could not be reached."""
    assert ended(start(today, "sync", "--json"))["exit"] == 1
    with db.database.connection_context():
        for order in Order.select().where(Order.state == "problem"):
            asks.ignore(order, "Sanne")
    assert ended(start(today, "sync", "--json"))["exit"] == 0
    today.exact.switch(division={"Code": SHOP, "BlockingStatus": 5})
    assert ended(start(today, "sync", "--json"))["exit"] == 2


def test_two_at_once_send_everything_once(today: World):
    both = [start(today, "sync", "--json") for _ in range(2)]
    found = [ended(process) for process in both]
    assert sorted(one["pushed"] for one in found) == [0, ALL]
    assert [one["error"] for one in found] == ["", ""]
    posted = [order["order_number"] for body in today.sent() for order in json.loads(body)]
    assert len(posted) == len(set(posted)) == ALL
    assert sum(asked["path"].endswith("/token") for asked in today.exact.bench.requests) == 1  # of the sign-in
