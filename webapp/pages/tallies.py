"""How many there are. Each of these counts walks an index and no row: some milliseconds for 100,000 orders.

The SQL is written here once; a page that is looked at every two seconds cannot afford to have it built.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from peewee import fn

from webapp.db import database
from webapp.models import Division, Order
from webapp.sync.states import OrderState

STATES = "SELECT state, COUNT(*) FROM sales_order WHERE division_id = ? GROUP BY state"
DAYS = (
    "SELECT order_date, state, COUNT(*) FROM sales_order WHERE division_id = ? AND order_date BETWEEN ? AND ?"
    " GROUP BY order_date, state"
)
PARCELS = "SELECT status, COUNT(*) FROM parcel WHERE division_id = ? AND cancelled = ? GROUP BY status"
# By the hour: which day that is depends on where the reader is.
LABELS = (
    "SELECT made_at / 3600, COUNT(*) FROM parcel WHERE division_id = ? AND cancelled = ? AND made_at >= ?"
    " GROUP BY made_at / 3600"
)
PROBLEMS = "SELECT COUNT(*) FROM sales_order WHERE division_id = ? AND state = ?"


@dataclass
class Tally:
    """Orders by state (every state is there), the same by order date; labels that count by their status, and those
    of the same days by the hour since the epoch in which they were made."""

    states: dict[str, int] = field(default_factory=lambda: {state.value: 0 for state in OrderState})
    days: dict[str, dict[str, int]] = field(default_factory=dict)
    parcels: dict[str, int] = field(default_factory=dict)
    labels: dict[int, int] = field(default_factory=dict)


# Counts of large divisions, with what they were counted under: while the change counter stands still they hold, for
# each of the browsers that ask. Counting few orders costs less than remembering.
MANY = 20_000
_kept: dict[tuple[str, int], tuple[tuple[int, str, str, int], Tally]] = {}


def of(division: Division, first: str, last: str, since: int) -> Tally:
    """Of one division, with the days from first to last; `since` is the moment at which the first begins."""
    place, under = (str(database.obj.database), division.id), (division.changed_no, first, last, since)
    known = _kept.get(place)
    if known is not None and known[0] == under:
        return known[1]
    found = _counted(division, first, last, since)
    if sum(found.states.values()) > MANY:
        _kept[place] = (under, found)
    return found


def _counted(division: Division, first: str, last: str, since: int) -> Tally:
    found = Tally()
    found.states |= dict(_rows(STATES, division.id))
    for day, state, count in _rows(DAYS, division.id, first, last):
        found.days.setdefault(day, {})[state] = count
    found.parcels |= dict(_rows(PARCELS, division.id, False))
    found.labels |= dict(_rows(LABELS, division.id, False, since))
    return found


def problems(division: Division) -> int:
    """Orders that need a person."""
    ((count,),) = _rows(PROBLEMS, division.id, OrderState.PROBLEM.value)
    return int(count)


def problems_by_division(ids: Iterable[int]) -> dict[int, int]:
    """The same, of many divisions at once; those without any are left out."""
    wanted = Order.division.in_(list(ids)), Order.state == OrderState.PROBLEM.value
    query: Any = Order.select(Order.division, fn.COUNT(Order.id)).where(*wanted).group_by(Order.division)
    return dict(query.tuples())


def _rows(sql: str, *params: Any) -> Iterable[Any]:
    return database.execute_sql(sql.replace("?", database.param), params).fetchall()
