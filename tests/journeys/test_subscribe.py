"""Where Pakbon has an https address, it asks both services to call it; a refusal costs nothing but the delay."""

import dataclasses

import pytest

from tests.journeys.shipping import Shipping
from tests.journeys.world import World
from webapp.demo.sendcloud.seed import FIRST
from webapp.models import Event, put_setting
from webapp.sync import subscribe
from webapp.sync.work import Work


@pytest.fixture
def reachable(shipping: Shipping, world: World) -> Work:
    work = shipping.work()
    work.config = dataclasses.replace(world.config, public_url="https://pakbon.example")
    return work


def test_without_https_nobody_is_asked(shipping: Shipping, world: World):
    subscribe.run(shipping.work())
    assert not world.sendcloud.books.integrations[FIRST]["webhook_active"]


def test_sendcloud_gets_an_address_of_the_divisions_own(reachable: Work, world: World):
    subscribe.run(reachable)
    integration = world.sendcloud.books.integrations[FIRST]
    assert integration["webhook_active"]
    assert integration["webhook_url"] == f"https://pakbon.example/hooks/sendcloud/{reachable.division.hook_token}"


def test_it_is_asked_once_a_day(reachable: Work, world: World):
    subscribe.run(reachable)
    before = len(world.sendcloud.bench.requests)
    subscribe.run(reachable)
    assert len(world.sendcloud.bench.requests) == before


def test_what_exact_refuses_is_noted_and_does_not_stop_anything(reachable: Work, world: World):
    put_setting("exact_webhook_secret", "geheim", secret=True)
    subscribe.run(reachable)  # the played Exact cannot reach pakbon.example
    refused = Event.get(Event.code == "webhook_refused")
    assert refused.params["service"] == "Exact Online"
