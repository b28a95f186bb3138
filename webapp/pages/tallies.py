"""How many there are, as the database keeps it: one question, which costs the same for any number of orders.

The SQL is written here once; a page that is looked at every two seconds cannot afford to have it built.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.db import database, marked
from webapp.models import Count, Division
from webapp.sync.states import OrderState

# Labels are kept by the hour, since where a day begins depends on the reader. Hours are text of six digits, from 1981
# until 2084.
COUNTS = """
    SELECT what, value, number FROM tally WHERE division_id = ? AND what = 'state' AND number > 0
    UNION ALL
    SELECT what, value, number FROM tally WHERE division_id = ? AND what = 'parcel' AND number > 0
    UNION ALL
    SELECT what, value, number FROM tally
    WHERE division_id = ? AND what = 'ordered' AND value BETWEEN ? AND ? AND number > 0
"""
LABELS = """
    UNION ALL SELECT 'label', ?, (SELECT CAST(SUM(number) AS INTEGER) FROM tally
    WHERE division_id = ? AND what = 'label' AND value >= ? AND value < ?)
"""
PROBLEMS = "SELECT number FROM tally WHERE division_id = ? AND what = 'state' AND value = ?"


@dataclass
class Tally:
    """Orders by state (every state is there), labels that count by their status; and by day, as ISO text, the orders
    of that order date and the labels that were made then."""

    states: dict[str, int] = field(default_factory=lambda: {state.value: 0 for state in OrderState})
    parcels: dict[str, int] = field(default_factory=dict)
    ordered: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)


def of(division: Division, days: Sequence[str], begins: Sequence[int]) -> Tally:
    """Of one division, with these days in a row; `begins` are the moments at which they and the day after begin."""
    hours = [str(moment // 3600) for moment in begins]
    place = division.id
    params = [place, place, place, days[0], days[-1]]
    for span in zip(days, hours[:-1], hours[1:], strict=True):
        params += [span[0], place, *span[1:]]
    found = Tally()
    counts = {"state": found.states, "parcel": found.parcels, "ordered": found.ordered, "label": found.labels}
    for what, value, number in _rows(COUNTS + LABELS * len(days), *params):
        if number:  # null for a day without labels
            counts[what][value] = number
    return found


def problems(division: Division) -> int:
    """Orders that need a person."""
    return sum(number for (number,) in _rows(PROBLEMS, division.id, OrderState.PROBLEM.value))


def by_state(ids: Iterable[int], states: Iterable[str]) -> dict[int, dict[str, int]]:
    """Orders in these states, of many divisions at once; what there is none of is left out."""
    key = Count.division.in_(list(ids)), Count.what == "state", Count.value.in_(list(states))
    query: Any = Count.select(Count.division, Count.value, Count.number).where(*key, Count.number > 0)
    found: dict[int, dict[str, int]] = {}
    for division, state, number in query.tuples():
        found.setdefault(division, {})[state] = number
    return found


def _rows(sql: str, *params: Any) -> Iterable[Any]:
    return database.execute_sql(marked(sql), params).fetchall()
