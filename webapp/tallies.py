"""How many there are, read instead of counted: the triggers of the database keep these numbers with every write.

The SQL is written here once; a page that is looked at every two seconds cannot afford to have it built.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from webapp.db import database
from webapp.models import Division
from webapp.sync.states import OrderState

ALL = "SELECT kind, day, \"key\", count FROM tally WHERE division_id = ? AND day = '' AND count > 0"
DAYS = f"{ALL.replace(' AND day = ', ' AND (day = ')} OR day BETWEEN ? AND ?)"
BY_DIVISION = "SELECT division_id, \"key\", count FROM tally WHERE kind = 'state' AND day = ''"


@dataclass
class Tally:
    """Orders by state (every state is there), the same by order date, and labels that count by their status."""

    states: dict[str, int] = field(default_factory=lambda: {state.value: 0 for state in OrderState})
    days: dict[str, dict[str, int]] = field(default_factory=dict)
    parcels: dict[str, int] = field(default_factory=dict)


def of(division: Division, first: str = "", last: str = "") -> Tally:
    """Of one division, with the days from first to last."""
    found = Tally()
    sql, params = (DAYS, (division.id, first, last)) if first else (ALL, (division.id,))
    for kind, day, key, count in database.execute_sql(sql.replace("?", database.param), params):
        if kind == "state":
            found.states[key] = count
        elif kind == "day":
            found.days.setdefault(day, {})[key] = count
        else:
            found.parcels[key] = count
    return found


def by_division(ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Orders by state, of many divisions at once; states without any are left out."""
    found: dict[int, dict[str, int]] = {key: {} for key in ids}
    for division, state, count in database.execute_sql(BY_DIVISION):
        if division in found and count:
            found[division][state] = count
    return found
