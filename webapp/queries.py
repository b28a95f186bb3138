"""What the screens read from the database about divisions. Nothing here writes or calls another service."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from peewee import fn

from webapp import clock, leases, texts
from webapp.clients.budget import ERRORS_ALLOWED
from webapp.db import database
from webapp.models import Budget, Delivery, Division, Event, Order
from webapp.sync.states import DeliveryState, OrderState

STILL_MOVING = 60  # seconds after the last change in which a page keeps looking for more
PROBLEM = OrderState.PROBLEM.value


# -- health --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tab:
    """A division as the tabs show it; `backlog` orders need a person."""

    code: int
    name: str
    look: texts.Look
    backlog: int


def tabs_for(divisions: Any) -> list[Tab]:
    rows = list(divisions)
    waiting = _problems_by_division([row.id for row in rows])
    return [_tab(row, waiting.get(row.id, 0)) for row in rows]


def tab_of(division: Division) -> Tab:
    return _tab(division, backlog_of(division))


def _tab(division: Division, backlog: int) -> Tab:
    return Tab(division.code, division.name, texts.division_look(health(division, backlog)), backlog)


def backlog_of(division: Division) -> int:
    """How many orders of it need a person."""
    return Order.select().where(Order.division == division, Order.state == PROBLEM).count()


def _problems_by_division(ids: list[int]) -> dict[int, int]:
    query: Any = (
        Order.select(Order.division, fn.COUNT(Order.id))
        .where(Order.division.in_(ids), Order.state == PROBLEM)
        .group_by(Order.division)
    )
    return dict(query.tuples())


# Codes in Division.stopped that pass by themselves; with any other, somebody has to do something.
PASSING = frozenset(
    "budget_day budget_minute endpoint_blocked service_down no_answer bad_answer too_many_calls other_host "
    "token_busy token_calls_spent token_refused token_too_early".split()
)


def is_paused(division: Division) -> bool:
    """By hand: it is connected, but no round is planned."""
    return division.sendcloud == "on" and division.due_at is None


def is_stopped(division: Division) -> bool:
    """Whether it stands still until somebody does something."""
    return division.sendcloud == "revoked" or bool(division.stopped and division.stopped not in PASSING)


def health(division: Division, backlog: int) -> str:
    """The worst that can be said of a division: a key of texts.DIVISION_LOOKS."""
    if division.sendcloud == "off":
        return "off"
    if is_stopped(division):
        return "stopped"
    if is_paused(division):
        return "paused"
    if division.stopped:
        return "held_up"
    if backlog:
        return "attention"
    return "preview" if division.preview else "ok"


def is_running(division: Division) -> bool:
    """Whether a pass over it is at work now."""
    return bool(leases.holder(f"pass:{division.code}"))


def is_moving(division: Division) -> bool:
    """Whether a page of it may look different in a moment: a pass, an import, or changes just now."""
    if division.sendcloud != "on":
        return False
    asked = division.due_at is not None and division.due_at <= clock.now()
    busy = asked or bool(division.progress) or is_running(division)
    return busy or _changed_lately(division) or _labels_due(division)


def _changed_lately(division: Division) -> bool:
    recent = Order.changed_at > clock.now() - STILL_MOVING
    return Order.select().where(Order.division == division, recent).exists()


LABELS_MOVE = (DeliveryState.DUE.value, DeliveryState.LABELLING.value, DeliveryState.LABELLED.value)


def _labels_due(division: Division) -> bool:
    """Whether a label, or its way back to Exact, is due within a minute."""
    soon = Delivery.due_at <= clock.now() + STILL_MOVING
    rows = Delivery.select().where(Delivery.division == division, Delivery.state.in_(LABELS_MOVE), soon)
    return rows.exists()


# -- figures of one division ---------------------------------------------------------------------------------


MANY = 5000  # orders from which on counting takes long enough to do it once for all who watch
COUNTED_FOR = 5  # seconds for which such a count serves, unless the division's change counter rises before
_counted: dict[tuple[str, int], tuple[int, int, dict[str, int]]] = {}


def counts_by_state(division: Division) -> dict[str, int]:
    """How many orders stand in each state; every state is there."""
    key = (str(database.database), division.id)
    no, until, counts = _counted.get(key, (-1, 0, {}))
    if no != division.changed_no or until <= clock.now():
        query: Any = Order.select(Order.state, fn.COUNT(Order.id)).where(Order.division == division)
        found = dict(query.group_by(Order.state).tuples())
        counts = {state.value: found.get(state.value, 0) for state in OrderState}
        if sum(counts.values()) > MANY:
            _counted[key] = (division.changed_no, clock.now() + COUNTED_FOR, counts)
    return counts


@dataclass(frozen=True)
class Day:
    """Sales orders of one order date, and how many of them went to Sendcloud."""

    date: date
    orders: int
    sent: int


SENT = (OrderState.INCOMING.value, OrderState.SHIPPED.value)


def orders_per_day(division: Division, last: date, days: int = 14) -> list[Day]:
    """One entry for each of the last days, also for those without orders."""
    first = last - timedelta(days=days - 1)
    query: Any = (
        Order.select(Order.order_date, fn.COUNT(Order.id), fn.SUM(Order.state.in_(SENT)))
        .where(Order.division == division, Order.order_date.between(first.isoformat(), last.isoformat()))
        .group_by(Order.order_date)
    )
    found = {day: (orders, sent) for day, orders, sent in query.tuples()}
    dates = [first + timedelta(days=n) for n in range(days)]
    return [Day(day, *found.get(day.isoformat(), (0, 0))) for day in dates]


# -- call budgets --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Meter:
    """Calls used of a limit; None = not known, which is not the same as none."""

    used: int | None
    limit: int | None

    @property
    def known(self) -> bool:
        return self.used is not None and bool(self.limit)

    @property
    def warn_at(self) -> int:
        return (self.limit or 0) * 4 // 5


MINUTE, HOUR, DAY = 60, 3600, 86400


def _known(service: str, division: Division) -> dict[str, Any]:
    row = Budget.get_or_none(Budget.key == f"{service}:{division.code}")
    return row.known if row else {}


def _used(known: dict[str, Any], name: str, seconds: int, documented: int | None = None) -> Meter:
    """What the far side says, while its window lasts; else what we counted in ours.

    Exact's limit of a day depends on the licence: not known until Exact has told it.
    """
    now, limit = clock.now(), known.get(f"{name}_limit", documented)
    remaining = known.get(f"{name}_remaining")
    if limit is not None and remaining is not None and known.get(f"{name}_reset", 0) > now:
        return Meter(max(0, limit - remaining), limit)
    if name not in known:
        return Meter(None, limit)
    return Meter(known.get(f"calls_{name}", 0) if known[name] == now // seconds else 0, limit)


def exact_day(division: Division) -> Meter:
    return _used(_known("exact", division), "day", DAY)


def exact_days(codes: list[int]) -> dict[int, Meter]:
    """The same of many divisions at once."""
    rows = Budget.select().where(Budget.key.in_([f"exact:{code}" for code in codes]))
    known = {int(row.key.partition(":")[2]): row.known for row in rows}
    return {code: _used(known.get(code, {}), "day", DAY) for code in codes}


def exact_minute(division: Division) -> Meter:
    return _used(_known("exact", division), "minute", MINUTE, 60)


def exact_refusals(division: Division) -> Meter:
    """Refusals of the last hour on the endpoint that has most of them. Pakbon stops at five."""
    endpoints = _known("exact", division).get("errors", {}).values()
    recent = [sum(at > clock.now() - HOUR for at in times) for times in endpoints]
    return Meter(max(recent, default=0), ERRORS_ALLOWED)


def sendcloud_minute(division: Division) -> Meter:
    return _used(_known("sendcloud", division), "minute", MINUTE, 100)


# -- events --------------------------------------------------------------------------------------------------


def timeline(order: Order) -> list[Event]:
    """Everything that happened to an order, newest first."""
    return list(Event.select().where(Event.order == order).order_by(Event.id.desc()).limit(200))


def last_event(order: Order) -> int:
    """The id of the newest line of its timeline, 0 if there is none."""
    return Event.select(fn.MAX(Event.id)).where(Event.order == order).scalar() or 0


def events_since(order: Order, last: int) -> int:
    return Event.select().where(Event.order == order, Event.id > last).count()
