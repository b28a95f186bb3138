"""What the screens read from the database about divisions. Nothing here writes or calls another service."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import get_timezone, to_utc
from peewee import fn

from webapp import clock, leases
from webapp.clients.budget import ERRORS_ALLOWED
from webapp.db import database, marked, rows
from webapp.models import Budget, Connection, Division, Event, Order
from webapp.pages import tallies
from webapp.sync import passes
from webapp.sync.outside import EXACT_MINUTE, SENDCLOUD_WRITES
from webapp.sync.states import OrderState
from webapp.words import texts

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
    waiting = tallies.by_state([row.id for row in rows], [OrderState.PROBLEM.value])
    return [_tab(row, sum(waiting.get(row.id, {}).values())) for row in rows]


def tab_of(division: Division) -> Tab:
    return _tab(division, backlog_of(division))


def _tab(division: Division, backlog: int) -> Tab:
    return Tab(division.code, division.name, texts.division_look(health(division, backlog)), backlog)


def backlog_of(division: Division) -> int:
    """How many orders of it need a person."""
    return tallies.problems(division)


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
    return bool(leases.holder(passes.lease_of(division.code)))


CONNECTION = "SELECT id, state, country, user_name, email FROM connection WHERE id = ?"


def add_connection(division: Division) -> None:
    """The sign-in behind it, without the tokens."""
    division.connection = next(iter(rows(Connection, CONNECTION, division.connection_id)), None)


# -- figures of one division ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """Sales orders of one order date, and the labels that were made on that day."""

    date: date
    orders: int
    labels: int


DAYS = 14


def last_days(last: date) -> tuple[date, ...]:
    return tuple(last - timedelta(days=n) for n in reversed(range(DAYS)))


def begins(days: tuple[date, ...]) -> tuple[int, ...]:
    """The moments at which these days in a row, and the one after, begin where the reader is."""
    return _begins(days, str(get_timezone()))


@lru_cache(maxsize=20)
def _begins(days: tuple[date, ...], _zone: str) -> tuple[int, ...]:
    """Kept: to ask the zone takes longer than to count."""
    midnights = (datetime.combine(day, time()) for day in (*days, days[-1] + timedelta(days=1)))
    return tuple(int(to_utc(midnight).replace(tzinfo=UTC).timestamp()) for midnight in midnights)


def per_day(tally: tallies.Tally, days: tuple[date, ...]) -> list[Day]:
    """One entry for each day, also for those without orders."""
    return [Day(day, tally.ordered.get(str(day), 0), tally.labels.get(str(day), 0)) for day in days]


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


def _budgets(division: Division) -> dict[str, dict[str, Any]]:
    """What is known of both far sides. The SQL is written here: an open page asks this every two seconds."""
    keys = (f"exact:{division.code}", f"sendcloud:{division.code}")
    rows = database.execute_sql(marked('SELECT "key", known FROM budget WHERE "key" IN (?, ?)'), keys)
    return {key.partition(":")[0]: Budget.known.python_value(known) or {} for key, known in rows}


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
    return _used(_budgets(division).get("exact", {}), "day", DAY)


def exact_days(codes: list[int]) -> dict[int, Meter]:
    """The same of many divisions at once."""
    rows = Budget.select().where(Budget.key.in_([f"exact:{code}" for code in codes]))
    known = {int(row.key.partition(":")[2]): row.known for row in rows}
    return {code: _used(known.get(code, {}), "day", DAY) for code in codes}


def meters(division: Division) -> dict[str, Meter]:
    """The budgets as the dashboard shows them. Pakbon stops at five refusals an hour on one endpoint: counted are
    those of the endpoint that has most of them."""
    known = _budgets(division)
    exact, sendcloud = known.get("exact", {}), known.get("sendcloud", {})
    recent = [sum(at > clock.now() - HOUR for at in times) for times in exact.get("errors", {}).values()]
    return {
        "exact_day": _used(exact, "day", DAY),
        "exact_minute": _used(exact, "minute", MINUTE, EXACT_MINUTE),
        "exact_refusals": Meter(max(recent, default=0), ERRORS_ALLOWED),
        "sendcloud_minute": _used(sendcloud, "minute", MINUTE, SENDCLOUD_WRITES),
    }


# -- events --------------------------------------------------------------------------------------------------


def timeline(order: Order) -> list[Event]:
    """Everything that happened to an order, newest first."""
    return list(Event.select().where(Event.order == order).order_by(Event.id.desc()).limit(200))


def last_event(order: Order) -> int:
    """The id of the newest line of its timeline, 0 if there is none."""
    return Event.select(fn.MAX(Event.id)).where(Event.order == order).scalar() or 0


def events_since(order: Order, last: int) -> int:
    return Event.select().where(Event.order == order, Event.id > last).count()
