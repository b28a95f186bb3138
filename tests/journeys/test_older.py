"""Older orders on demand: counted and priced first, then read; sent only where that was chosen."""

import re
from datetime import timedelta

import pytest

from tests.journeys.world import World, words_of
from webapp import clock
from webapp.demo.exact.seed import SHOP
from webapp.models import Order

PAGE = f"/divisions/{SHOP}/older"


@pytest.fixture
def aged(world: World) -> World:
    """Orders 20001 (open) and another that is closed lie two hundred days back, and Pakbon knows neither."""
    then = clock.utc(clock.now() - 200 * 86400).replace(hour=0, minute=0, second=0, tzinfo=None)
    with world.exact.books.lock:
        for number, status in ((20001, 12), (20002, 21)):
            key = world.exact.order(number)["OrderID"]
            world.exact.books.update(SHOP, "SalesOrders", key, {"OrderDate": then, "Status": status})
    Order.delete().where(Order.number.in_([20001, 20002])).execute()
    return world


def day(days: int) -> str:
    return (clock.utc(clock.now()).date() - timedelta(days=days)).isoformat()


def read(world: World, **form: str):
    token = re.search(r'name="csrf_token" value="([^"]+)"', world.admin.get(f"/divisions/{SHOP}/").text)
    return world.admin.post(PAGE, data={"csrf_token": token and token[1], **form})


def test_they_are_counted_before_anything_is_read(aged: World):
    before = Order.select().count()
    with aged.counting() as calls:
        text = words_of(aged.admin.get(f"{PAGE}?since={day(300)}").text)
    assert calls().exact == 2 and calls().sendcloud == 0
    assert "about 2" in text and "still open" in text and "Read" in text
    assert Order.select().count() == before


def test_read_they_are_listed_and_nothing_is_sent(aged: World):
    assert read(aged, since=day(300)).status_code == 303
    assert "begins" in aged.admin.get(f"/divisions/{SHOP}/").text
    done = aged.synced()
    assert done.calls.pushes == 0
    assert aged.state(20001) == ("waiting", "too_old") and aged.state(20002)[0] == "waiting"
    assert aged.synced().read == 0


def test_where_it_was_chosen_the_open_ones_go_to_sendcloud(aged: World):
    read(aged, since=day(300), send="on")
    aged.synced()
    aged.synced()
    assert aged.state(20001) == ("incoming", "") and aged.state(20002) == ("waiting", "closed")
    assert 20001 in aged.incoming()


@pytest.mark.parametrize("since", ["", "gisteren", "2999-01-01", "1800-01-01"])
def test_a_date_without_sense_reads_nothing(world: World, since: str):
    answer = read(world, since=since)
    assert answer.status_code == 422 and not world.division().older
    if since:
        assert world.admin.get(f"{PAGE}?since={since}").status_code == 422
