"""A small sample of the benchmark with every run of the tests: calls are counted, nothing is timed."""

import pickle

import pytest

from tests.bench.counting import Spent
from tests.bench.played import filled_books
from tests.demo.exact_play import THAWED
from tests.journeys.conftest import as_admin, fresh, ready, signed_in, traveller  # noqa: F401
from tests.journeys.world import World
from webapp.sync import passes

ORDERS, ACCOUNTS, ITEMS = 120, 70, 70


@pytest.fixture
def exact_books(traveller) -> bytes:  # noqa: F811
    """A shop with these orders and no others."""
    books = filled_books(ORDERS, ACCOUNTS, ITEMS)
    return pickle.dumps({name: getattr(books, name) for name in THAWED})


def spent(world: World, seconds: float = 120) -> Spent:
    """The calls of a pass so many seconds later."""
    world.later(seconds)
    for play in (world.exact, world.sendcloud):
        play.bench.clear_requests()
    assert passes.run(world.config, world.division().code).error == ""
    return Spent.of(world.exact.bench.requests, world.sendcloud.bench.requests)


def test_the_calls_of_a_first_import_and_of_the_passes_after_it(ready: World):  # noqa: F811
    first = spent(ready)
    assert first.exact <= 8 + ORDERS // 60 + 4 * 2  # where to begin, pages, four kinds of parts
    assert (first.orders, first.refused) == (2, 0)
    assert len(ready.incoming()) == ORDERS
    quiet = [spent(ready) for _ in range(31)]
    assert max(pass_.exact for pass_ in quiet) <= 2 and max(pass_.sendcloud for pass_ in quiet) <= 1
    for number in range(100_001, 100_051):
        ready.change_quantity(number, 7)
    changed = spent(ready)
    assert changed.exact <= 12 and changed.orders == 1


def test_a_first_import_keeps_to_what_a_minute_allows(ready: World):  # noqa: F811
    """Where Exact allows less than usual, too: it tells with every answer."""
    ready.exact.switch(switches={"minute_limit": 5})
    first = spent(ready)
    assert first.exact > 10 and first.most_a_minute <= 5 and first.refused == 0
    assert len(ready.incoming()) == ORDERS
