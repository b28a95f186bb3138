"""The counts that the database keeps itself are those that counting would find, whatever is written."""

import random
from typing import Any

import pytest

from tests import counts
from tests.rows import a_delivery, a_division, a_parcel, an_order
from webapp import many
from webapp.db import database
from webapp.models import Count, Delivery, Division, Order, Parcel
from webapp.pages import tallies
from webapp.sync.states import OrderState

NEW_YEAR = 1_767_225_600  # 2026-01-01 in UTC
DAYS = [f"2026-01-{day:02}" for day in range(1, 15)], [NEW_YEAR + 86_400 * n for n in range(15)]
STATES = [state.value for state in OrderState]


@pytest.fixture
def divisions(app):
    return [a_division(1), a_division(2)]


def agree() -> bool:
    assert counts.kept() == counts.counted()
    return bool(counts.kept())


def an_order_row(division: Division, number: int, **fields: Any) -> dict[str, Any]:
    wanted = {"guid": f"g{number}", "number": number, "state": "due", "order_date": "2026-01-01"}
    return {"division": division.id, **wanted, **fields}


def test_days_outside_of_those_that_are_asked_for_do_not_count(divisions):
    for day in ("2025-12-31", "2026-01-01", "2026-01-14", "2026-01-15"):
        an_order(divisions[0], int(day.replace("-", "")), "due", order_date=day)
    an_order(divisions[1], 1, "due", order_date="2026-01-02")
    found = tallies.of(divisions[0], *DAYS)
    assert found.ordered == {"2026-01-01": 1, "2026-01-14": 1}
    assert found.states == dict.fromkeys(STATES, 0) | {"due": 4}


def test_labels_count_on_the_day_of_the_reader(divisions):
    """Whose days begin an hour earlier, and one of them lasts 23 hours."""
    moments = [-3601, -3600, -1, 0, 22 * 3600, 23 * 3600, 45 * 3600, 46 * 3600]
    for number, moment in enumerate(moments, start=1):
        label = {"made_at": NEW_YEAR + moment, "status": "DELIVERED"}
        a_parcel(a_delivery(an_order(divisions[0], number), number), number, f"3S{number}", **label)
    days = ["2026-01-01", "2026-01-02"]
    found = tallies.of(divisions[0], days, [NEW_YEAR + hours * 3600 for hours in (-1, 23, 46)])
    assert (found.labels, found.parcels) == ({"2026-01-01": 4, "2026-01-02": 2}, {"DELIVERED": 8})


def test_problems_count_of_one_division_and_of_many(divisions):
    an_order(divisions[0], 1, "problem")
    an_order(divisions[1], 2, "due")
    assert [tallies.problems(division) for division in divisions] == [1, 0]
    ids = [division.id for division in divisions]
    assert tallies.by_state(ids, ["problem"]) == {ids[0]: {"problem": 1}}
    assert tallies.by_state(ids, STATES) == {ids[0]: {"problem": 1}, ids[1]: {"due": 1}}
    Order.update(state="shipped").execute()
    assert tallies.problems(divisions[0]) == 0 and tallies.by_state(ids, ["problem"]) == {}


def test_rows_in_one_go_and_over_those_that_are_there_count(divisions):
    many.insert(Order, [an_order_row(divisions[0], number) for number in range(50)])
    assert agree()
    changed = [
        an_order_row(divisions[0], number, state="shipped", order_date="2026-02-01") for number in range(40, 60)
    ]
    given = [{**Order._meta.get_default_dict(), **row} for row in changed]
    many.put(Order, given, key=("division", "guid"))
    assert agree() and tallies.of(divisions[0], *DAYS).states["shipped"] == 20
    ids = [id for (id,) in Order.select(Order.id).where(Order.number < 10).tuples()]
    many.update(Order, [{"id": id, "state": "incoming"} for id in ids])
    assert agree() and tallies.of(divisions[0], *DAYS).states["incoming"] == 10
    Order.insert(given[0]).on_conflict_ignore().execute()
    assert agree()


def test_what_is_undone_does_not_count(divisions):
    with database.atomic() as transaction:
        an_order(divisions[0], 1, "due")
        transaction.rollback()
    assert counts.kept() == {}


def test_a_division_takes_its_counts_along(divisions):
    for number in range(1, 5):
        an_order(divisions[number % 2], number)
    a_parcel(a_delivery(Order.get(), 9), 77, "3S77")
    Division.delete().where(Division.id == Order.get().division_id).execute()
    assert agree() and Count.select(Count.division).distinct().count() == 1


def test_an_order_may_change_its_division_and_a_label_lose_its_order(divisions):
    a_parcel(a_delivery(an_order(divisions[0], 1), 9), 77, "3S77")
    for table in (Order, Parcel):
        table.update(division=divisions[1]).execute()
        assert agree()
    Order.delete().execute()
    assert agree() and [key[1] for key in counts.kept()] == ["parcel", "label"] and Delivery.select().exists()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_written_the_counts_agree(divisions, seed):
    chance = random.Random(seed)
    for number in range(1, 21):
        a_parcel(a_delivery(an_order(chance.choice(divisions), number), number), number, f"3S{number}")
    writes: dict[str, Any] = {
        "state": lambda: Order.update(state=chance.choice(STATES)),
        "day": lambda: Order.update(order_date=f"2026-01-{chance.randint(1, 28)}"),
        "both": lambda: Order.update(state=chance.choice(STATES), order_date="", reason="x"),
        "other": lambda: Order.update(reason="x", changed_at=1),
        "status": lambda: Parcel.update(status=chance.choice(["", "DELIVERED", "ANNOUNCED"])),
        "cancelled": lambda: Parcel.update(cancelled=chance.random() < 0.5),
        "moment": lambda: Parcel.update(made_at=chance.randint(0, 2_000_000_000), cancelled=chance.random() < 0.5),
        "printed": lambda: Parcel.update(printed_at=1),
        "no order": lambda: Order.delete(),
        "no label": lambda: Parcel.delete(),
    }
    for _ in range(60):
        kind = chance.choice(list(writes))
        query = writes[kind]()
        few = chance.sample(range(1, 21), 1 if kind.startswith("no ") else 8)
        query.where(query.model.id.in_(few)).execute()
        assert counts.kept() == counts.counted(), kind
