"""One pass over a division: its steps in order, under the division's lease. The database is the queue."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from webapp import clock, leases, logs
from webapp.clients import budget
from webapp.config import Config
from webapp.errors import BudgetSpent, PakbonError, Reconnect, Retryable
from webapp.models import Budget, Delivery, Division, Event, Order
from webapp.sync import (
    cancel_label,
    divisions,
    due,
    events,
    make_labels,
    outside,
    progress,
    pull_deliveries,
    pull_older,
    pull_orders,
    pull_shipments,
    push_orders,
    subscribe,
    write_back,
)
from webapp.sync.states import DeliveryState, OrderState
from webapp.sync.work import Look, Work

log = logging.getLogger(__name__)

LEASE_SECONDS = 300  # after this time a division is free again whose process cannot be seen to be gone
BEAT = 60  # seconds after which the lease is taken anew
LONGEST_WAIT = 2 * 86400  # seconds to the next pass at most, whatever a service says
PUT_BACK = 60  # seconds by which the end of the last pass may lie ahead of the clock
LONGEST_PAUSE = 3600  # seconds between passes of a division that keeps failing

# The share of Exact's calls of a day that reading orders leaves to what is paid for: goods deliveries, labels,
# tracking. Towards the end of the day ever less.
FOR_DELIVERIES = 0.2
# A pass that only looks costs so many calls. What passes cost is learned, the last ones count most, and they follow
# each other so that what is left of the day is spent at most so much faster than evenly: people work by day.
LOOK, COSTLIEST, MEMORY = 3, 100, 0.8
FASTER = 1.5
AS_SET = 0.7  # with more than this share of the day left, they come as often as was set
SLOWEST_LOOK = 1800


@dataclass
class Summary:
    """What one pass did. `error` is the code of what stopped it, empty if it ended well."""

    division: int
    read: int = 0
    pushed: int = 0
    deliveries: int = 0
    labels: int = 0
    written: int = 0
    error: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    busy: bool = False  # another process is at it


COUNTED = ("read", "pushed", "deliveries", "labels", "written")


class Stopped(Exception):
    """The process is told to end, or has lost the division to another: leave the pass, between two calls."""


def run(
    config: Config, code: int, *, look: Look = Look.USUAL, stopping: Callable[[], bool] = lambda: False
) -> Summary:
    """One pass. Never raises for what the two services do: the division's row says what happened."""
    division = Division.get_or_none(Division.code == code)
    if division is None or division.sendcloud != "on":
        revoked = division is not None and division.sendcloud == "revoked"
        return Summary(code, error="keys_revoked" if revoked else "not_connected")
    killed = leases.abandoned(lease_of(code))
    with leases.held(lease_of(code), LEASE_SECONDS) as owner:
        if owner is None:
            return Summary(code, busy=True)
        if killed:
            _free_claims(division)
        if _was_put_back(division):
            _due_by_the_new_clock(division)
        with logs.of_pass(f"{code}-{owner.rpartition('/')[2]}"):
            began = clock.now()
            summary = _run_held(config, division, owner, look, stopping)
            _tell(summary, clock.now() - began)
            return summary


def lease_of(code: int) -> str:
    return f"pass:{code}"


def _free_claims(division: Division) -> None:
    """What a killed process had claimed may be taken at once; what became of its calls is looked up as ever."""
    for table in (Order, Delivery):
        held = table.select(table.claimed_by).where(table.division == division, table.claimed_until > clock.now())
        dead = [row.claimed_by for row in held.distinct() if leases.is_dead(row.claimed_by)]
        mine = (table.division == division) & table.claimed_by.in_(dead)
        table.update(claimed_by="", claimed_until=0).where(mine).execute()


def _was_put_back(division: Division) -> bool:
    """Whether the clock of this machine is behind what it was at the last pass: it had been wrong until then."""
    now = clock.now()
    return bool((division.passed_at or 0) > now + PUT_BACK or (division.due_at or 0) > now + LONGEST_WAIT)


def _due_by_the_new_clock(division: Division) -> None:
    """What was put off to a moment by the former clock would wait for it, for days or for years."""
    now = clock.now()
    mine = Division.id == division.id
    Division.update(passed_at=now).where(mine).execute()
    Division.update(due_at=now).where(mine, Division.due_at > now).execute()  # not of one that is paused
    for table in (Order, Delivery):
        table.update(due_at=now).where(table.division == division, table.due_at > now).execute()
        table.update(claimed_until=0).where(table.division == division, table.claimed_until > now).execute()


def take_over() -> None:
    """After a start: what a killed process was at does not wait for the end of its lease."""
    for division in list(Division.select().where(Division.sendcloud == "on")):
        if leases.abandoned(lease_of(division.code)):
            due.now(division.id)


def _tell(summary: Summary, seconds: int) -> None:
    done = [f"{getattr(summary, name)} {name}" for name in COUNTED if getattr(summary, name)]
    level = logging.INFO if done else logging.DEBUG
    log.log(level, "division %s: %s in %s s", summary.division, ", ".join(done) or "nothing new", seconds)


def _run_held(config: Config, division: Division, owner: str, look: Look, stopping: Callable[[], bool]) -> Summary:
    summary = Summary(division.code)
    mark, left = _begin(division), _left(division)[0]
    beat = heart(division, owner, stopping)
    try:
        exact = outside.exact_client(config, division, beat=beat)
        sendcloud = outside.sendcloud_client(config, division, beat=beat)
        work = Work(config, exact, sendcloud, division, Look.FULL if division.full_asked_at else look)
        for step in STEPS:
            beat()
            step(work, summary)
    except Stopped:
        _ended(division, mark, clock.now())
    except PakbonError as error:
        summary.error, summary.params = error.code, events.plain(error.params)
        _failed(config, division, mark, error)
    else:
        _succeeded(config, division, mark, left)
    finally:
        progress.end(division)
    return summary


def heart(division: Division, owner: str, stopping: Callable[[], bool]) -> Callable[[], None]:
    """What is done before each call and while waiting: hold on to the division, and hear when to end."""
    taken = clock.now()

    def beat() -> None:
        nonlocal taken
        if stopping():
            raise Stopped
        if clock.now() >= taken + BEAT:
            if not leases.take(lease_of(division.code), owner, LEASE_SECONDS):
                raise Stopped
            taken = clock.now()

    return beat


def _pull_orders(work: Work, summary: Summary) -> None:
    """Reading orders may not use up the day: what is delivered comes first, and still gets its label."""
    work.exact.budget.reserve = reserved(work.division)
    try:
        divisions.refresh(work.exact, work.division)
        pull_deliveries.look_ahead(work.exact, work.division)
        summary.read = pull_orders.run(work.exact, work.division, work.look)
        summary.read += pull_older.run(work.exact, work.division)
    except BudgetSpent as error:
        if error.code != "budget_share":
            raise
        _note_share(work.division, error)
    finally:
        work.exact.budget.reserve = 0


def _note_share(division: Division, error: BudgetSpent) -> None:
    """Once a day, for whoever wonders why no order comes in."""
    today = clock.now() - clock.now() % budget.DAY
    told = Event.select().where(Event.division == division, Event.code == "budget_share", Event.at >= today)
    if not told.exists():
        events.note(division, None, "budget_share", **events.plain(error.params))


def _subscribe(work: Work, _summary: Summary) -> None:
    subscribe.run(work)


def _push_orders(work: Work, summary: Summary) -> None:
    summary.pushed = push_orders.run(work.sendcloud, work.division)


def _pull_deliveries(work: Work, summary: Summary) -> None:
    summary.deliveries = pull_deliveries.run(work.exact, work.division)


def _cancel_labels(work: Work, _summary: Summary) -> None:
    cancel_label.run(work)


def _make_labels(work: Work, summary: Summary) -> None:
    summary.labels = make_labels.run(work)


def _pull_shipments(work: Work, _summary: Summary) -> None:
    pull_shipments.run(work.sendcloud, work.division)


def _write_back(work: Work, summary: Summary) -> None:
    summary.written = write_back.run(work)


STEPS = (
    _pull_orders,
    _push_orders,
    _pull_deliveries,
    _cancel_labels,
    _make_labels,
    _pull_shipments,
    _write_back,
    _subscribe,
)


def _succeeded(config: Config, division: Division, mark: int, left: int) -> None:
    """`left` is what was left of Exact's day when the pass began."""
    if division.stopped:
        events.note(division, None, "resumed")
    pause = _pace(config, division, _learn_cost(division, left))
    due_at = min([clock.now() + pause, *_next_due(division)])
    Division.update(full_asked_at=None).where(
        Division.id == division.id, Division.full_asked_at == division.full_asked_at
    ).execute()  # a wish that came in meanwhile stays
    Division.update(
        stopped="", stopped_params={}, failures=0, passed_at=clock.now(), pass_no=Division.pass_no + 1
    ).where(Division.id == division.id).execute()
    _ended(division, mark, due_at)


def reserved(division: Division) -> int:
    """What reading orders leaves of the calls of this day."""
    return int(FOR_DELIVERIES * _day(division) * _left(division)[1] / budget.DAY)


def _day(division: Division) -> int:
    """How many calls Exact allows in a day."""
    row = Budget.get_or_none(Budget.key == f"exact:{division.code}")
    return int(row.known.get("day_limit", outside.EXACT_DAY)) if row else outside.EXACT_DAY


def _left(division: Division) -> tuple[int, int]:
    row = Budget.get_or_none(Budget.key == f"exact:{division.code}")
    return budget.left_today(row.known if row else {}, outside.EXACT_DAY, clock.now())


def _pace(config: Config, division: Division, cost: float = LOOK) -> int:
    """Seconds to the next pass: as set while there is plenty left of Exact's day, then longer where the rest would
    not last so. Fewer passes that each do more cost less in all."""
    left, seconds = _left(division)
    if has_plenty(division):
        return config.sync_interval
    needed = cost * seconds / (FASTER * max(1, left - reserved(division)))
    return max(config.sync_interval, min(int(needed), SLOWEST_LOOK))


def has_plenty(division: Division) -> bool:
    """Whether so much of Exact's day is left that nobody needs to be sparing."""
    return _left(division)[0] > AS_SET * _day(division)


def _learn_cost(division: Division, before: int) -> float:
    """What a pass costs here of late, this one included: kept beside the budget."""
    spent = before - _left(division)[0]

    def note(known: dict[str, Any]) -> float:
        last = min(max(spent, LOOK), COSTLIEST)
        known["a_pass"] = round(MEMORY * float(known.get("a_pass", LOOK)) + (1 - MEMORY) * last, 2)
        return float(known["a_pass"])

    return outside.Kept(f"exact:{division.code}").change(note)


def _next_due(division: Division) -> list[int]:
    """When the next row wants to be looked at again, if that is soon."""
    rows = Order.select(Order.due_at).where(
        Order.division == division, Order.state == OrderState.DUE.value, Order.due_at.is_null(False)
    )
    moving = [DeliveryState.LABELLING, DeliveryState.LABELLED]
    moving += [] if division.preview else [DeliveryState.DUE]
    deliveries = Delivery.select(Delivery.due_at).where(
        Delivery.division == division, Delivery.state.in_(moving), Delivery.due_at.is_null(False)
    )
    first = [rows.order_by(Order.due_at).first(), deliveries.order_by(Delivery.due_at).first()]
    return [max(row.due_at, clock.now() + 1) for row in first if row]


def _failed(config: Config, division: Division, mark: int, error: PakbonError) -> None:
    """Write down what stopped the pass, and when to try again.

    Limits and faults pass by themselves; spent tokens and keys wait for a person. Rights and the like are
    tried again at the pace of repeated failures: somebody may be mending them in Exact.
    """
    log.warning("division %s: pass stopped: %s", division.code, logs.bare(error))
    failures = division.failures + 1
    pause = min(config.sync_interval * 2 ** min(failures - 1, 8), LONGEST_PAUSE)
    pause += division.code % (pause // 8 + 1)  # divisions that failed together do not come back in step
    due_at = clock.now() + pause
    if isinstance(error, Retryable) and error.retry_at:
        due_at = max(error.retry_at, clock.now() + 1)
    elif isinstance(error, Retryable):
        due_at = clock.now() + min(pause, 600)
    if isinstance(error, Reconnect) and error.code == "keys_wrong":
        Division.update(sendcloud="revoked").where(Division.id == division.id).execute()
    quiet = isinstance(error, Retryable) and not isinstance(error, BudgetSpent) and failures < 3
    if error.code != division.stopped and not quiet:
        events.note_error(division, None, error)
    Division.update(
        stopped="" if quiet else error.code,
        stopped_params={} if quiet else events.plain(error.params),
        failures=failures,
    ).where(Division.id == division.id).execute()
    _ended(division, mark, due_at)


def _begin(division: Division) -> int:
    """Put the next pass off while this one runs; if the process dies, it comes when the lease has ended."""
    mark = clock.now() + LEASE_SECONDS
    Division.update(due_at=mark).where(Division.id == division.id, Division.due_at.is_null(False)).execute()
    return mark


def _ended(division: Division, mark: int, due_at: int) -> None:
    """Set when the next pass is due; a wish (sync now, pause) that came in during this one stays."""
    due_at = min(due_at, clock.now() + LONGEST_WAIT)
    Division.update(due_at=due_at).where(Division.id == division.id, Division.due_at == mark).execute()
    events.touch(division)


def due_divisions() -> list[int]:
    """Codes of the connected divisions whose pass is due. One that would wait longer than any is, or whose last pass
    ended later than now: the clock ran ahead when that was written down."""
    now = clock.now()
    ran_ahead = (Division.passed_at > now + PUT_BACK) | (Division.due_at > now + LONGEST_WAIT)
    rows = Division.select(Division.code).where(
        Division.sendcloud == "on", Division.due_at.is_null(False), (Division.due_at <= now) | ran_ahead
    )
    return [division.code for division in rows.order_by(Division.due_at)]
