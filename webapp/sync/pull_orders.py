"""Step 1: sales orders from Exact to rows.

The first import reads by order date, with lines; its sync cursors are taken before it begins, so that nothing
falls between. After that the sync endpoints tell which orders changed, and those are read anew by id. Rows
are saved page by page; a cursor is saved in the same transaction as the last rows it stands for.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from webapp import clock, logs, many
from webapp.clients.exact import DELETED_DELIVERY, DELETED_LINE, DELETED_ORDER, ExactClient
from webapp.clients.exact_fields import LINE_MARKS
from webapp.db import database
from webapp.errors import NeedsPerson, Refused
from webapp.models import Division, Order, OrderLine
from webapp.sync import decide, deliveries, events, findable, optional, parse_exact, parts, progress, scope
from webapp.sync.states import OrderState
from webapp.sync.work import Look

log = logging.getLogger(__name__)
Row = dict[str, Any]
PARTS_AGE = 6 * 3600  # seconds after which the parts of a changed order are read again with it
READING = "reading"  # the reason of an order whose parts are still being read

# Open orders from before the window are listed with the reason "too old"; at most so many pages of them.
OLD_OPEN_DAYS = 365
OLD_OPEN_PAGES = 10

# Each pass asks for changed headers. Every tenth asks for changed lines instead (which name their order, so
# nothing waits longer), every thirtieth for what was deleted: an idle pass stays within two calls.
LINES_EVERY = 10
DELETED_EVERY = 30

PAGE, CALLS_A_MINUTE = 60, 48  # rows of orders a call; what background work takes of Exact's minute
HEADER_MARKS = ("Modified", "Status", "ApprovalStatus")
ENDPOINTS = {"headers": "SalesOrderHeaders", "lines": "SalesOrderLines"}
# What `sync/Deleted` may be refused for, or not be there at all: the nightly check finds what is gone without it.
WITHOUT_DELETED = ("scope_missing", "right_missing", "exact_not_found", "exact_refused")


def run(exact: ExactClient, division: Division, look: Look = Look.USUAL) -> int:
    """Bring the rows up to date; returns how many orders were read."""
    if "headers" not in division.cursors:
        found = first_import(exact, division)
        _looked_in_full(division)
        return found
    changed = _changed(exact, division, look)
    if look == Look.FULL:
        _looked_in_full(division)
    _read_problem_parts(exact, division, look)
    decide_unread(exact, division)
    return changed


def _looked_in_full(division: Division) -> None:
    Division.update(full_at=clock.now()).where(Division.id == division.id).execute()


# -- first import -------------------------------------------------------------------------------------------


def first_import(exact: ExactClient, division: Division) -> int:
    """All orders of the window, and the open ones from before it."""
    # SyncTimestamp knows no `Deleted`: what was deleted in the last two months is walked once.
    before = {name: _now_cursor(exact, name) for name in ENDPOINTS} | {"deleted": 1}
    count = 0
    for page in _import_pages(exact, division):
        count += len(page)
        with database.atomic():
            save(division, page)
            progress.put(division, phase="orders", read=count, **_estimate(exact, count))
    division.cursors = {**division.cursors, **before}  # saved below, with what was found after them
    for name in before:
        count += _follow(exact, division, name, catching_up=True)
    decide_unread(exact, division)
    return count


def _estimate(exact: ExactClient, count: int) -> dict[str, int]:
    """Orders, calls and seconds to go, if Exact told how many orders there are."""
    if exact.counted is None or exact.counted < count:
        return {}
    calls = -(-(exact.counted - count) // PAGE)
    return {"expected": exact.counted, "calls_left": calls, "seconds_left": calls * 60 // CALLS_A_MINUTE}


def _import_pages(exact: ExactClient, division: Division) -> Iterator[list[Row]]:
    start = decide.window_start(division)
    yield from exact.orders_since(start)
    yield from _old_open_pages(exact, start)


def _old_open_pages(exact: ExactClient, start: str) -> Iterator[list[Row]]:
    """Open orders from before the window, so that they are listed with their reason. Good to have: where Exact
    refuses the question, the import goes on without them."""
    before = (clock.utc(clock.now()).date() - timedelta(days=OLD_OPEN_DAYS)).isoformat()
    try:
        for number, page in enumerate(exact.open_orders_between(before, start), start=1):
            yield page
            if number == OLD_OPEN_PAGES:
                return
    except Refused as error:
        log.warning("open orders from before the window are left out: %s", logs.bare(error))


def _now_cursor(exact: ExactClient, name: str) -> int:
    """A row version of shortly before now. A day's overlap covers the doubt about the zone of Exact's clock.

    Where SyncTimestamp does not answer, the endpoint is walked: 1,000 rows a call, only ids.
    """
    moment = (clock.utc(clock.now()) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    return cursor_of(exact, moment, ENDPOINTS[name], lambda: _walk(exact, name, 1))


def cursor_of(exact: ExactClient, moment: str, endpoint: str, walk: Callable[[], Iterator[list[Row]]]) -> int:
    """The cursor from which everything since a moment is seen. SyncTimestamp gives the first row version at or
    after it, and the sync endpoints ask for greater ones. Where it does not answer, the highest version of what was
    changed before that moment is looked for."""
    found = exact.timestamp_of(moment, endpoint)
    if found is not None:
        return max(found - 1, 0)
    before = ([row for row in page if parse_exact.moment(row.get("Modified")) < moment] for page in walk())
    return max((highest(rows) for rows in before), default=1)


def _walk(exact: ExactClient, name: str, cursor: int) -> Iterator[list[Row]]:
    calls = {"headers": exact.changed_orders, "lines": exact.changed_lines, "deleted": exact.deleted}
    return calls[name](cursor)


def highest(page: Iterable[Row]) -> int:
    return max((parse_exact.whole(row.get("Timestamp")) for row in page), default=1)


# -- what changed -------------------------------------------------------------------------------------------


def _changed(exact: ExactClient, division: Division, look: Look) -> int:
    return sum(_follow(exact, division, name) for name in _asked(division, look))


def _follow(exact: ExactClient, division: Division, name: str, *, catching_up: bool = False) -> int:
    """`_read_on`, and orders go on where Exact refuses to tell what was deleted."""
    if name != "deleted":
        return _read_on(exact, division, name, catching_up)
    if optional.was_refused(division, name):
        return 0
    try:
        count = _read_on(exact, division, name, catching_up)
    except NeedsPerson as error:
        if error.code not in WITHOUT_DELETED:
            raise
        optional.note_refusal(division, name, error)
        return 0
    optional.was_answered(division, name)
    return count


def _read_on(exact: ExactClient, division: Division, name: str, catching_up: bool) -> int:
    """Read one sync endpoint from its cursor to its end, and every order that it shows to be changed.

    `catching_up`, after an import, leaves out the headers that were just read: the cursor lies a day back.
    """
    count = 0
    for page in _walk(exact, name, division.cursors[name]):
        count += _take_over(exact, division, name, page, catching_up)
        division.cursors = {**division.cursors, name: max(division.cursors[name], highest(page))}
        Division.update(cursors=division.cursors).where(Division.id == division.id).execute()
    return count


def _asked(division: Division, look: Look) -> list[str]:
    if look == Look.FULL:
        return ["headers", "lines", "deleted"]
    if look == Look.EAGER:
        return ["headers"]
    if division.pass_no % DELETED_EVERY == DELETED_EVERY - 1:
        return ["deleted"]
    return ["lines"] if division.pass_no % LINES_EVERY == LINES_EVERY - 1 else ["headers"]


def _take_over(exact: ExactClient, division: Division, name: str, page: list[Row], catching_up: bool) -> int:
    if name == "deleted":
        deliveries.mark_deleted(division, _keys(page, DELETED_DELIVERY))
        return read_anew(exact, division, _deleted(division, page))
    changed = _changed_lines(division, page) if name == "lines" else _changed_headers(division, page, catching_up)
    return read_anew(exact, division, changed - {""})


def _deleted(division: Division, page: list[Row]) -> set[str]:
    """The known orders that lost something. Which id a deleted header goes by is not documented (its own or
    the order's), but its lines are deleted with it, and those are known; reading anew tells what is left."""
    gone = {order.guid for order in _known_orders(division, _keys(page, DELETED_ORDER))}
    lines = many.among(OrderLine.guid, _keys(page, DELETED_LINE))
    orders = Order.select(Order.guid).join(OrderLine).where(Order.division == division, lines)
    return gone | {order.guid for order in orders}


def _keys(page: list[Row], kind: int) -> set[str]:
    """The keys of one kind of record among what was deleted."""
    return {
        parse_exact.guid(row.get("EntityKey")) for row in page if parse_exact.whole(row.get("EntityType")) == kind
    }


def _changed_headers(division: Division, page: list[Row], catching_up: bool) -> set[str]:
    """Which of these orders to read. One that is not known, lies before the window and is not open any more
    concerns nobody."""
    rows = {parse_exact.guid(row.get("OrderID")): row for row in page}
    known = {order.guid: order.exact for order in _known_orders(division, list(rows))}
    start = decide.window_start(division)
    changed = set()
    for guid, row in rows.items():
        if guid not in known:
            concerns = parse_exact.day(row.get("OrderDate")) >= start or scope.is_open(row)
        else:
            concerns = not catching_up or any(row.get(name) != known[guid].get(name) for name in HEADER_MARKS)
        if concerns:
            changed.add(guid)
    return changed


def _changed_lines(division: Division, page: list[Row]) -> set[str]:
    """The known orders of which a line is not as it stands here. New orders show by their header."""
    rows = {parse_exact.guid(row.get("ID")): row for row in page}
    known = {order.guid: order.id for order in _known_orders(division, [row.get("OrderID") for row in page])}
    lines = OrderLine.select().where(many.among(OrderLine.order, known.values()))
    stand: dict[str, Row] = {line.guid: line.exact for line in lines}
    return {
        guid
        for key, row in rows.items()
        if (guid := parse_exact.guid(row.get("OrderID"))) in known
        and any(row.get(name) != stand.get(key, {}).get(name) for name in LINE_MARKS)
    }


def _known_orders(division: Division, guids: Iterable[Any]) -> list[Order]:
    ids = {parse_exact.guid(guid) for guid in guids}
    rows = Order.select(Order.id, Order.guid, Order.exact)
    return list(rows.where(Order.division == division, many.among(Order.guid, ids)))


def read_anew(exact: ExactClient, division: Division, guids: set[str]) -> int:
    """Read these orders again. One that Exact no longer has counts as deleted."""
    found: set[str] = set()
    for page in exact.orders_by_id(guids):
        found |= {parse_exact.guid(row.get("OrderID")) for row in page}
        with database.atomic():
            save(division, page)
            events.touch(division)
    _mark_deleted(division, guids - found)
    return len(guids)


def _mark_deleted(division: Division, guids: Iterable[str]) -> None:
    """Treat a deleted order as one that Exact cancelled: the next decision takes it out of Sendcloud."""
    for guid in guids:
        order = Order.get_or_none(Order.division == division, Order.guid == guid)
        if order and order.state != OrderState.REMOVED:
            header = {**order.exact, "Status": parse_exact.DELETED_STATUS}
            Order.update(exact=header, checked=False).where(Order.id == order.id).execute()


# -- rows ---------------------------------------------------------------------------------------------------


def save(division: Division, page: Iterable[Row]) -> None:
    """Write orders as read, with their lines; what changed is marked for a decision. Nothing else is touched."""
    read = {found: row for row in page if (found := parse_exact.guid(row.get("OrderID")))}
    mine = Order.select().where(Order.division == division, many.among(Order.guid, read))
    known = {order.guid: order for order in mine}
    _add(division, {guid: row for guid, row in read.items() if guid not in known})
    for guid, order in known.items():
        _save_again(order, read[guid])


def _add(division: Division, read: dict[str, Row]) -> None:
    """Orders that are new here, by id."""
    begin = {"division": division.id, "state": OrderState.WAITING.value, "reason": READING}
    many.insert(Order, [{**begin, "guid": guid, **_fields(row)} for guid, row in read.items()])
    added = Order.select(Order.id, Order.guid).where(Order.division == division, many.among(Order.guid, read))
    many.insert(OrderLine, [line for order in added for line in _lines(order.id, read[order.guid])])


def _fields(row: Row) -> dict[str, Any]:
    header = {name: value for name, value in row.items() if name != "SalesOrderLines"}
    customer = parse_exact.text(header, "DeliverToName", "OrderedByName")[:255]
    return {
        "number": parse_exact.whole(header.get("OrderNumber")),
        "order_date": parse_exact.day(header.get("OrderDate")),
        "customer": customer,
        "search": findable.words(customer, ""),  # place and labels follow with the decision
        "exact": header,
        "checked": False,
    }


def _lines(order: int, row: Row) -> list[dict[str, Any]]:
    found = {parse_exact.guid(line.get("ID")): line for line in row.get("SalesOrderLines") or []}
    return [
        {"order": order, "guid": guid, "number": parse_exact.whole(line.get("LineNumber")), "exact": line}
        for guid, line in found.items()
        if guid
    ]


def _save_again(order: Order, row: Row) -> None:
    """An order that is known already: only what is different is written."""
    fields, lines = _fields(row), _lines(order.id, row)
    before = {line.guid: line.exact for line in OrderLine.select().where(OrderLine.order == order)}
    same_lines = before == {line["guid"]: line["exact"] for line in lines}
    if order.exact == fields["exact"] and same_lines:
        return
    Order.update(**fields, changed_at=clock.now()).where(Order.id == order.id).execute()
    if not same_lines:
        OrderLine.delete().where(OrderLine.order == order).execute()
        many.insert(OrderLine, lines)


# -- decisions ----------------------------------------------------------------------------------------------


def decide_again(division: Division, since: str) -> None:
    """The orders since a date are decided upon anew: the window is another one."""
    mine = Order.select(Order.id).where(Order.division == division, Order.reason == "too_old")
    Order.update(checked=False).where(Order.id.in_(mine.where(Order.order_date >= since))).execute()


def decide_unread(exact: ExactClient, division: Division) -> None:
    """Read the missing parts of the orders in scope that changed, then decide on all that changed."""
    unread = Order.select().where(Order.division == division, Order.checked == False)  # noqa: E712
    if not unread.exists():
        return
    start = decide.window_start(division)
    read = chain.from_iterable(decide.as_read(unread))
    wanted = decide.part_ids(division, (order for order in read if decide.in_scope(order, start)))
    progress.put(division, phase="parts")
    parts.fetch(exact, division, wanted, fresh_since=clock.now() - PARTS_AGE)
    decide.decide_all(division, unread)


def _read_problem_parts(exact: ExactClient, division: Division, look: Look) -> None:
    """An account, contact, address or item that is repaired in Exact does not raise the order's timestamp:
    those of orders in trouble are read anew, one batch for all."""
    troubled = Order.select().where(Order.division == division, Order.state == OrderState.PROBLEM.value)
    if look == Look.USUAL:
        troubled = troubled.where(Order.due_at <= clock.now())
    if not troubled.exists():
        return
    parts.fetch(exact, division, decide.part_ids(division, chain.from_iterable(decide.as_read(troubled))))
    decide.decide_all(division, troubled)
