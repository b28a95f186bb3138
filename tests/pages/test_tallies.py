"""Counts of many orders are made once for all who look, as long as nothing changes."""

import pytest

from tests.rows import a_division, an_order
from webapp.models import Division, Order
from webapp.pages import tallies
from webapp.sync import events

DAYS = ("2026-01-01", "2026-01-14", 0)


@pytest.fixture
def division(app):
    division = a_division()
    an_order(division, 1, "due")
    return division


def due() -> int:
    return tallies.of(Division.get(), *DAYS).states["due"]


def test_of_many_orders_the_count_holds_until_something_changes(division, monkeypatch):
    monkeypatch.setattr(tallies, "MANY", 0)
    assert due() == 1
    Order.update(state="incoming").execute()
    assert due() == 1, "it was not counted again"
    events.touch(division)
    assert due() == 0


def test_few_orders_are_counted_each_time(division):
    assert due() == 1
    Order.update(state="incoming").execute()
    assert due() == 0


def test_other_days_are_counted_by_themselves(division, monkeypatch):
    monkeypatch.setattr(tallies, "MANY", 0)
    assert due() == 1
    Order.update(order_date="2026-01-15").execute()
    assert tallies.of(Division.get(), "2026-01-02", "2026-01-15", 0).days == {"2026-01-15": {"due": 1}}
