"""All divisions in one picture: how each is doing, how far behind it is, and what waits there.

However many divisions there are, the database is asked a handful of questions: one with a hundred is a page like
one with two.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from peewee import ModelSelect, fn

from webapp import clock
from webapp.models import Connection, Delivery, Division
from webapp.pages import queries, tallies
from webapp.pages.queries import Meter
from webapp.sync import deliveries
from webapp.sync.states import DeliveryState, OrderState
from webapp.words import texts

WORST_FIRST = ("stopped", "held_up", "attention", "paused", "preview", "ok", "off")
LATE = 1800  # seconds after the last good pass from which on that is worth a warning
# Without the keys and the lists, which take time to open and show nowhere here.
COLUMNS = (
    Division.id, Division.code, Division.name, Division.connection, Division.country, Division.sendcloud,
    Division.shop_name, Division.preview, Division.stopped, Division.stopped_params, Division.passed_at,
    Division.failures, Division.due_at, Division.progress,
)  # fmt: skip
WITHOUT_LABEL = (DeliveryState.DUE.value, DeliveryState.LABELLING.value, DeliveryState.MANUAL.value)
OPEN = (OrderState.PROBLEM.value, OrderState.DUE.value, OrderState.INCOMING.value)


@dataclass(frozen=True)
class Row:
    """A division in the overview. `errors` need a person, `ready` goes out with the next pass, `incoming` stands
    in Sendcloud, `labels` goods deliveries wait for their label; `calls` = Exact's of today."""

    division: Division
    health: str
    look: texts.Look
    late: bool
    errors: int
    ready: int
    incoming: int
    labels: int
    calls: Meter

    @property
    def open(self) -> int:
        return self.errors + self.ready + self.incoming + self.labels


@dataclass(frozen=True)
class Stop:
    """Divisions that stand still for one and the same reason; `division` is the first of them."""

    division: Division
    names: list[str] = field(default_factory=list)


def rows(divisions: "ModelSelect[Division]") -> list[Row]:
    """All divisions, what needs attention first."""
    found = list(divisions.select(*COLUMNS))
    _with_connections(found)
    codes, ids = [row.code for row in found], [row.id for row in found]
    calls = queries.exact_days(codes)
    orders, deliveries = tallies.by_state(ids, OPEN), _without_label(ids)
    made = [_row(row, orders.get(row.id, {}), deliveries.get(row.id, 0), calls[row.code]) for row in found]
    return sorted(made, key=_worst)


def _worst(row: Row) -> tuple[Any, ...]:
    return WORST_FIRST.index(row.health), not row.late, -row.errors, row.division.name.casefold()


def _with_connections(divisions: list[Division]) -> None:
    """Their connections in one query instead of one each, without the tokens."""
    wanted = (Connection.id, Connection.state, Connection.country, Connection.user_name, Connection.email)
    known = {row.id: row for row in Connection.select(*wanted)}
    for division in divisions:
        division.connection = known.get(division.connection_id)


def _without_label(ids: list[int]) -> dict[int, int]:
    """Goods deliveries that wait for their label, by division."""
    query: Any = Delivery.select(Delivery.division, fn.COUNT(Delivery.id))
    waits = Delivery.state.in_(WITHOUT_LABEL), Delivery.reason != deliveries.NOTHING_IN_IT
    query = query.where(Delivery.division.in_(ids), *waits).group_by(Delivery.division)
    return dict(query.tuples())


def _row(division: Division, orders: dict[str, int], labels: int, calls: Meter) -> Row:
    errors, ready, incoming = (orders.get(state, 0) for state in OPEN)
    state = queries.health(division, errors)
    look = texts.division_look(state)
    return Row(division, state, look, _is_late(division), errors, ready, incoming, labels, calls)


def _is_late(division: Division) -> bool:
    """Whether it should have been read since."""
    if division.sendcloud != "on" or queries.is_paused(division) or division.passed_at is None:
        return False
    return division.passed_at < clock.now() - LATE


def matching(found: list[Row], wanted: str) -> list[Row]:
    """Those whose name, shop or number has these letters."""
    letters = wanted.strip().casefold()
    return [row for row in found if letters in _letters(row.division)]


def _letters(division: Division) -> str:
    return f"{division.name} {division.shop_name} {division.code}".casefold()


def stops(found: list[Row]) -> list[Stop]:
    """What stands still; divisions behind one spent sign-in count as one."""
    known: dict[tuple[str, int], Stop] = {}
    for row in found:
        if row.health == "stopped":
            code = row.division.stopped
            shared = code in texts.SIGN_IN_AGAIN and row.division.connection_id
            stop = known.setdefault((code, shared or -row.division.id), Stop(row.division))
            stop.names.append(row.division.name)
    return list(known.values())


def sign_ins(found: Iterable[Row]) -> list[tuple[Connection, int]]:
    """The Exact sign-ins behind these divisions, spent ones first, with how many divisions each serves."""
    served: dict[int, int] = {}
    known: dict[int, Connection] = {}
    for row in found:
        connection = row.division.connection
        if connection is not None:
            known[connection.id] = connection
            served[connection.id] = served.get(connection.id, 0) + 1
    pairs = [(known[number], count) for number, count in served.items()]
    return sorted(pairs, key=lambda pair: pair[0].state == "active")
