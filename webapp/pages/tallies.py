"""How many there are, as the database keeps it: one question, which costs the same for any number of orders.

The SQL is written here once; a page that is looked at every two seconds cannot afford to have it built.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from webapp.db import database
from webapp.models import Count, Division
from webapp.sync.states import OrderState

# Three walks along the key; joined by OR they would be one along everything there is of the division. Hours are text
# of six digits from 1981 until 2084.
COUNTS = " UNION ALL ".join(
    f"SELECT what, at, value, number FROM tally WHERE division_id = ? AND number > 0 AND {wanted}"
    for wanted in (
        "what IN ('state', 'parcel') AND at = ''",
        "what = 'ordered' AND at BETWEEN ? AND ?",
        "what = 'label' AND at >= ?",
    )
)
PROBLEMS = "SELECT number FROM tally WHERE division_id = ? AND what = 'state' AND at = '' AND value = ?"


@dataclass
class Tally:
    """Orders by state (every state is there), the same by order date; labels that count by their status, and those
    of the same days by the hour since the epoch in which they were made."""

    states: dict[str, int] = field(default_factory=lambda: {state.value: 0 for state in OrderState})
    days: dict[str, dict[str, int]] = field(default_factory=dict)
    parcels: dict[str, int] = field(default_factory=dict)
    labels: dict[int, int] = field(default_factory=dict)


def of(division: Division, first: str, last: str, since: int) -> Tally:
    """Of one division, with the days from first to last; `since` is the moment at which the first begins."""
    found = Tally()
    place = division.id
    for what, at, value, number in _rows(COUNTS, place, place, first, last, place, str(since // 3600)):
        if what == "state":
            found.states[value] = number
        elif what == "ordered":
            found.days.setdefault(at, {})[value] = number
        elif what == "parcel":
            found.parcels[value] = number
        else:
            found.labels[int(at)] = number
    return found


def problems(division: Division) -> int:
    """Orders that need a person."""
    return sum(number for (number,) in _rows(PROBLEMS, division.id, OrderState.PROBLEM.value))


def by_state(ids: Iterable[int], states: Iterable[str]) -> dict[int, dict[str, int]]:
    """Orders in these states, of many divisions at once; what there is none of is left out."""
    key = Count.division.in_(list(ids)), Count.what == "state", Count.at == "", Count.value.in_(list(states))
    query: Any = Count.select(Count.division, Count.value, Count.number).where(*key, Count.number > 0)
    found: dict[int, dict[str, int]] = {}
    for division, state, number in query.tuples():
        found.setdefault(division, {})[state] = number
    return found


def _rows(sql: str, *params: Any) -> Iterable[Any]:
    return database.execute_sql(sql.replace("?", database.param), params).fetchall()
