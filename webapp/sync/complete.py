"""Every night: is everything here that should be? Exact's orders of the window, the rows, and Incoming orders.

What can be mended without a doubt is mended: an order that was missed is read, one that is gone is looked for
by its id and then treated as deleted, one that left Incoming orders is looked up before it is said so, and what
standing orders point at is read anew, because a new address does not raise an order's version. Goods deliveries of
the day are read once more by the next pass. Anything else is told: on the division's timeline, and by an alert. The
calls that are kept for goods deliveries it does not use.
"""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any

from webapp import clock, leases, logs, many
from webapp.clients.exact import ExactClient
from webapp.clients.sendcloud import SendcloudClient
from webapp.config import Config
from webapp.errors import PakbonError
from webapp.models import Division, Order, put_setting, setting
from webapp.sync import (
    decide,
    deliveries,
    events,
    outside,
    parse_exact,
    parts,
    passes,
    pull_deliveries,
    pull_orders,
    push_orders,
)  # fmt: skip
from webapp.sync.states import OrderState

log = logging.getLogger(__name__)
Row = dict[str, Any]
# So many orders that are not where they should be may be chance; more would be a sign that the list is wrong.
BELIEVED, BELIEVED_SHARE = 20, 0.2
LOOK_BACK = 2  # days before the window: a date may be in another zone, an order entered before its date
GONE = (OrderState.WAITING, OrderState.DUE, OrderState.INCOMING, OrderState.PROBLEM)


@dataclass
class Report:
    """What one check found. `open` says how many differences stay, `error` what ended the check too early."""

    division: int
    exact: int = 0
    here: int = 0
    incoming: int = 0
    missing: int = 0  # in Exact, not here: read
    changed: int = 0  # otherwise in Exact than here: read anew
    gone: int = 0  # here, not in Exact any more
    left: int = 0  # should stand in Incoming orders and do not
    extra: int = 0  # stand there and should not
    healed: int = 0
    calls: int = 0  # of Exact
    error: str = ""
    at: int = 0
    busy: bool = False

    @property
    def open(self) -> int:
        return self.missing + self.changed + self.gone + self.left + self.extra - self.healed


def run(config: Config, code: int, *, stopping: Callable[[], bool] = lambda: False) -> Report:
    """Check one connected division. Never raises for what the two services do."""
    division = Division.get_or_none(Division.code == code)
    report = Report(code, at=clock.now())
    if division is None or division.sendcloud != "on" or "headers" not in division.cursors:
        report.error = "not_connected"
        return report
    with leases.held(passes.lease_of(code), passes.LEASE_SECONDS) as owner, logs.of_pass(f"{code}-complete"):
        if owner is None:
            report.busy = True
            return report
        try:
            _check(config, division, report, passes.heart(division, owner, stopping))
        except passes.Stopped:
            report.error = "stopped"
        except PakbonError as error:
            log.warning("division %s: check stopped: %s", code, logs.bare(error))
            report.error = error.code
    if report.error != "stopped":
        _keep(division, report)
    return report


def last(division: Division) -> Report | None:
    """What the last check of a division found."""
    kept = setting(f"complete:{division.code}")
    return Report(**json.loads(kept)) if kept else None


def _keep(division: Division, report: Report) -> None:
    put_setting(f"complete:{division.code}", json.dumps(asdict(report)))
    if not report.error:
        found = {name: getattr(report, name) for name in ("exact", "here", "incoming", "healed", "open")}
        events.note(division, None, "complete" if not report.open else "incomplete", **found)
        log.info("division %s: complete: %s", division.code, found)


def _check(config: Config, division: Division, report: Report, beat: Callable[[], None]) -> None:
    exact = outside.exact_client(config, division, beat=_counted(beat, report))
    sendcloud = outside.sendcloud_client(config, division, beat=beat)
    exact.budget.reserve = passes.reserved(division)
    _against_exact(exact, division, report)
    _read_parts_anew(exact, division)
    _against_sendcloud(sendcloud, division, report)
    pull_deliveries.look_back(division)


def _counted(beat: Callable[[], None], report: Report) -> Callable[[], None]:
    def counted() -> None:
        report.calls += 1
        beat()

    return counted


# -- Exact against the rows -----------------------------------------------------------------------------------


def _against_exact(exact: ExactClient, division: Division, report: Report) -> None:
    start = decide.window_start(division)
    there = _headers(exact, start)
    here = {row.guid: row for row in _rows(division, start)}
    report.exact, report.here = len(there), len(here)
    missing = there.keys() - here.keys()
    changed = {guid for guid in there.keys() & here.keys() if _differs(there[guid], here[guid].exact)}
    gone = {guid for guid, row in here.items() if guid not in there and row.state in GONE}
    pull_orders.read_anew(exact, division, missing | changed | gone)
    pull_orders.decide_unread(exact, division)
    now = {row.guid: row for row in _rows(division, start)}
    report.missing, report.changed = len(missing), len(changed)
    # One that Exact still gives by its id was entered long before its date: it is no difference.
    report.gone = sum(1 for guid in gone if _is_gone(now.get(guid)))
    read = sum(guid in now for guid in missing) + sum(not _differs(there[guid], now[guid].exact) for guid in changed)
    report.healed += read + report.gone


def _headers(exact: ExactClient, start: str) -> dict[str, Row]:
    """Ids and marks of all orders of the window, 1,000 a call."""
    moment = f"{date.fromisoformat(start) - timedelta(days=LOOK_BACK)}T00:00:00"
    cursor = pull_orders.cursor_of(exact, moment, pull_orders.ENDPOINTS["headers"], lambda: iter(()))
    found: dict[str, Row] = {}
    for page in exact.changed_orders(cursor):
        for row in page:
            if parse_exact.day(row.get("OrderDate")) >= start:
                found[parse_exact.guid(row.get("OrderID"))] = row
    return found


def _rows(division: Division, start: str) -> Iterator[Order]:
    query = Order.select(Order.id, Order.guid, Order.state, Order.exact)
    return iter(query.where(Order.division == division, Order.order_date >= start))


def _differs(there: Row, here: Row) -> bool:
    return any(there.get(name) != here.get(name) for name in pull_orders.HEADER_MARKS)


def _is_gone(row: Order | None) -> bool:
    return row is None or row.exact.get("Status") == parse_exact.DELETED_STATUS


def _read_parts_anew(exact: ExactClient, division: Division) -> None:
    """Accounts, contacts, addresses of what stands in Incoming orders; what they change is sent with the next
    pass."""
    standing = Order.select().where(Order.division == division, Order.state == OrderState.INCOMING.value)
    parts.fetch(exact, division, decide.part_ids(division, chain.from_iterable(decide.as_read(standing))))
    decide.decide_all(division, standing)


# -- the rows against Incoming orders -------------------------------------------------------------------------


def _against_sendcloud(sendcloud: SendcloudClient, division: Division, report: Report) -> None:
    there = {str(row.get("order_id")): str(row.get("id")) for row in sendcloud.orders(division.integration_id or 0)}
    standing = Order.select().where(
        Order.division == division, Order.state == OrderState.INCOMING.value, Order.sendcloud_id != ""
    )
    rows = [row for row in standing if not push_orders.being_saved(row)]
    lost = [row for row in rows if row.guid not in there and not deliveries.took_its_label(row)]
    report.incoming = len(there)
    report.left = len(lost)
    if len(lost) <= max(BELIEVED, BELIEVED_SHARE * len(rows)):
        for row in lost:
            _look_up(sendcloud, division, row)
        report.healed += len(lost)
    report.extra = len(_unwanted(division, set(there)))


def _look_up(sendcloud: SendcloudClient, division: Division, order: Order) -> None:
    """Ask for this very order, and for its labels, before anything is said of it. Then its row tells the truth."""
    if sendcloud.order(order.sendcloud_id) is not None:
        return
    if push_orders.left_with_a_label(sendcloud, division, order):
        decide.decide_all(division, Order.select().where(Order.id == order.id))
    else:
        push_orders.left_incoming(division, order)


def _unwanted(division: Division, there: set[str]) -> list[str]:
    """Orders known here that stand there although they were taken out, or were never meant to go. What else
    stands there, from before Pakbon or from elsewhere, is none of its business."""
    ours = Order.select(Order.guid).where(
        Order.division == division,
        many.among(Order.guid, there),
        Order.state.in_([OrderState.REMOVED, OrderState.WAITING]),
        Order.withdraw == "",
    )
    return [row.guid for row in ours]
