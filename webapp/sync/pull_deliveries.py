"""Step 3: goods deliveries from Exact to rows, linked to orders through their lines.

Our own write-backs come round again through the sync endpoint: a known delivery only takes over what Exact
says of it now. Deliveries from before the division was connected never get a label by themselves.
"""

import functools
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from webapp import clock, many
from webapp.clients.exact import ExactClient
from webapp.db import database
from webapp.errors import NeedsPerson
from webapp.models import Delivery, DeliveryLine, Division, Order, OrderLine, Parcel
from webapp.sync import decide, deliveries, events, optional, parse_exact, pull_orders, rules
from webapp.sync.states import DeliveryState, OrderState, move_delivery

Row = dict[str, Any]
UNLABELLED = (DeliveryState.DUE, DeliveryState.MANUAL, DeliveryState.PROBLEM)
CURSOR, CONNECTED = "deliveries", "connected"
# Before the first reading: where it begins, and the row version up to which deliveries were there already.
BEGIN, THERE = "deliveries_begin", "deliveries_there"
NIGHT = "deliveries_night"  # where the cursor was at the last nightly check


def connected(division: Division) -> Row:
    """Its cursors from now on: a first reading that is held up for days must not begin days later."""
    return {CONNECTED: clock.now(), **division.cursors}


def look_ahead(exact: ExactClient, division: Division) -> None:
    """At the start of a pass, until deliveries were read once: which are there already. These are taken in as they
    are, without a label; what is delivered while the first import still reads orders is new."""
    if CURSOR in division.cursors or optional.was_refused(division, CURSOR):
        return
    since = division.cursors.get(CONNECTED) or clock.now()
    moment = (clock.utc(since) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
    try:
        begin = pull_orders.cursor_of(
            exact, moment, "GoodsDeliveries", functools.partial(exact.changed_deliveries, 1)
        )
        there = max((pull_orders.highest(page) for page in exact.changed_deliveries(begin)), default=begin)
    except NeedsPerson as error:
        optional.note_refusal(division, CURSOR, error)
        return
    division.cursors = {**division.cursors, BEGIN: begin, THERE: there}
    Division.update(cursors=division.cursors).where(Division.id == division.id).execute()


def _is_old(division: Division, row: Row) -> bool:
    """Made before Pakbon had to do with it: it was there at the first reading, or is dated before the day on which
    the division was connected and comes up only because somebody changed it."""
    connected_on = clock.utc(division.cursors.get(CONNECTED, 0)).date().isoformat()
    dated = parse_exact.day(row.get("DeliveryDate"))
    was_there = parse_exact.whole(row.get("Timestamp")) <= division.cursors.get(THERE, 0)
    return was_there or bool(dated and dated < connected_on)


def run(exact: ExactClient, division: Division) -> int:
    """Read what is new or changed; returns how many deliveries were seen for the first time.

    Where Exact refuses (a scope, a right, a licence without deliveries), orders go on without: the refusal is
    noted, shown, and the question is put again after an hour.
    """
    if optional.was_refused(division, CURSOR) or not {CURSOR, BEGIN} & division.cursors.keys():
        return 0
    try:
        if CURSOR not in division.cursors:
            division.cursors = {**division.cursors, CURSOR: division.cursors[BEGIN]}
        count = _follow(exact, division)
    except NeedsPerson as error:
        division.cursors = Division.get_by_id(division.id).cursors  # without those of a reading that has not begun
        optional.note_refusal(division, CURSOR, error)
        return 0
    optional.was_answered(division, CURSOR)
    return count


def look_back(division: Division) -> None:
    """Have the next pass read what came since the last nightly check once more. A delivery whose row version was
    given out earlier than those already seen, but which could be seen only after them, lies behind the cursor."""
    if CURSOR not in division.cursors:
        return
    now = division.cursors[CURSOR]
    division.cursors = {**division.cursors, CURSOR: division.cursors.get(NIGHT, now), NIGHT: now}
    Division.update(cursors=division.cursors).where(Division.id == division.id).execute()


def _follow(exact: ExactClient, division: Division) -> int:
    count = 0
    for page in exact.changed_deliveries(division.cursors[CURSOR]):
        fresh = _unknown(division, page)
        old = {parse_exact.guid(row.get("EntryID")) for row in page if _is_old(division, row)}
        lines = _lines_of(exact, fresh) if fresh else {}
        _read_unknown_orders(exact, division, [rows for guid, rows in lines.items() if guid not in old])
        decide.as_configured(division)  # saved before it was delivered
        with database.atomic():
            for row in page:
                _take(division, row, lines, old)
            _put_cursor(division, page)
            events.touch(division)
        count += len(fresh - old)
    return count


def _put_cursor(division: Division, page: Iterable[Row]) -> None:
    division.cursors = {**division.cursors, CURSOR: max(division.cursors[CURSOR], pull_orders.highest(page))}
    Division.update(cursors=division.cursors).where(Division.id == division.id).execute()


def _unknown(division: Division, page: Iterable[Row]) -> set[str]:
    ids = {parse_exact.guid(row.get("EntryID")) for row in page} - {""}
    known = Delivery.select(Delivery.guid).where(Delivery.division == division, many.among(Delivery.guid, ids))
    return ids - {row.guid for row in known}


def _lines_of(exact: ExactClient, fresh: set[str]) -> dict[str, list[Row]]:
    """Lines by delivery, asked for by id, 25 deliveries a call. A cursor of their own could tell of some lines of a
    delivery and not of others (a stop half way, a change): the label would be bought for half of it."""
    found: dict[str, list[Row]] = {guid: [] for guid in fresh}
    for page in exact.deliveries(fresh):
        for row in page:
            found[parse_exact.guid(row.get("EntryID"))] = row.get("GoodsDeliveryLines") or []
    return found


def _read_unknown_orders(exact: ExactClient, division: Division, lines: Iterable[list[Row]]) -> None:
    """A delivery may belong to an order outside the window: fetch it, so that it is shown with its reason."""
    numbers = {parse_exact.whole(row.get("SalesOrderNumber")) for rows in lines for row in rows} - {0}
    known = Order.select(Order.number).where(Order.division == division, many.among(Order.number, numbers))
    known = known.where(Order.state != OrderState.REMOVED.value)  # its number may be another order's by now
    unknown = numbers - {row.number for row in known}
    for page in exact.orders_by_number(unknown):
        with database.atomic():
            pull_orders.save(division, page)
    if unknown:
        pull_orders.decide_unread(exact, division)


# -- rows ---------------------------------------------------------------------------------------------------


def _take(division: Division, row: Row, lines: dict[str, list[Row]], old: set[str]) -> None:
    guid = parse_exact.guid(row.get("EntryID"))
    header = {name: value for name, value in row.items() if name not in ("Timestamp", "GoodsDeliveryLines")}
    delivery = Delivery.get_or_none(Delivery.division == division, Delivery.guid == guid)
    if delivery is None:
        _create(division, guid, header, lines.get(guid, []), guid in old)
    elif delivery.exact != header:
        Delivery.update(exact=header, changed_at=clock.now()).where(Delivery.id == delivery.id).execute()
        unlabelled = delivery.state in UNLABELLED and not deliveries.live_parcels(delivery)
        if unlabelled and deliveries.typed_number(delivery, header):
            deliveries.elsewhere(division, delivery)


def _create(division: Division, guid: str, header: Row, lines: list[Row], old: bool) -> None:
    delivery = Delivery.create(
        division=division,
        guid=guid,
        number=parse_exact.whole(header.get("DeliveryNumber")),
        state=DeliveryState.MANUAL.value,
        exact=header,
    )
    orders = _save_lines(division, delivery, lines)
    state, reason = first_state(division, header, orders, bool(lines), old)
    due_at = clock.now() if state == DeliveryState.DUE or reason == "labels_by_hand" else None
    new = move_delivery(delivery.state, state).value
    Delivery.update(state=new, reason=reason, due_at=due_at).where(Delivery.id == delivery.id).execute()
    for order in orders:
        events.note(division, order, "delivery", number=delivery.number, state=state.value, reason=reason)
        if state != DeliveryState.ELSEWHERE:
            _adopt_waiting_labels(order, delivery)
        deliveries.settle_order(division, order)


def first_state(
    division: Division, header: Row, orders: list[Order], has_lines: bool, old: bool
) -> tuple[DeliveryState, str]:
    """What becomes of a delivery that is seen for the first time."""
    if parse_exact.text(header, "TrackingNumber"):
        return DeliveryState.ELSEWHERE, "has_tracking"
    if not has_lines:
        return DeliveryState.MANUAL, "no_lines"
    if not orders:
        return DeliveryState.MANUAL, "order_unknown"
    if old:
        return DeliveryState.MANUAL, "before_start"
    if any(order.state == OrderState.IGNORED for order in orders):
        return DeliveryState.MANUAL, "order_ignored"
    if division.preview or not rules.label_auto(division.rules):
        return DeliveryState.MANUAL, "labels_by_hand"
    return DeliveryState.DUE, ""


def renew(division: Division, delivery: Delivery, row: Row) -> None:
    """Take over a delivery as Exact has it now, before its label is made: its lines may be others, and somebody may
    have typed a number."""
    lines = row.get("GoodsDeliveryLines") or []
    here = {line.guid: line.quantity for line in delivery.lines}
    with database.atomic():
        if lines and here != {guid: str(quantity) for guid, (_, quantity) in _added_up(lines).items()}:
            DeliveryLine.delete().where(DeliveryLine.delivery == delivery).execute()
            _save_lines(division, delivery, lines)
        delivery.exact = {name: value for name, value in row.items() if name != "GoodsDeliveryLines"}
        Delivery.update(exact=delivery.exact).where(Delivery.id == delivery.id).execute()


def _added_up(lines: list[Row]) -> dict[str, tuple[Row, Decimal]]:
    """One row per line id, with what was delivered of it from all storage locations."""
    found: dict[str, tuple[Row, Decimal]] = {}
    for row in lines:
        guid = parse_exact.guid(row.get("ID"))
        so_far = found[guid][1] if guid in found else Decimal(0)
        found[guid] = (row, so_far + parse_exact.number(row.get("QuantityDelivered")))
    return found


def _save_lines(division: Division, delivery: Delivery, lines: list[Row]) -> list[Order]:
    """Write the lines, added up per line id; returns the orders they belong to."""
    orders: dict[int, Order] = {}
    for guid, (row, quantity) in _added_up(lines).items():
        order = _order_of(division, row)
        if order:
            orders[order.id] = order
        DeliveryLine.create(
            delivery=delivery,
            order=order,
            guid=guid,
            order_number=parse_exact.whole(row.get("SalesOrderNumber")),
            order_line=parse_exact.guid(row.get("SalesOrderLineID")),
            quantity=str(quantity),
            exact=row,
        )
    return list(orders.values())


def _order_of(division: Division, row: Row) -> Order | None:
    """By the line's id, which is unique; else by the order's number."""
    line = parse_exact.guid(row.get("SalesOrderLineID"))
    found = Order.select().join(OrderLine).where(Order.division == division, OrderLine.guid == line).first()
    number = parse_exact.whole(row.get("SalesOrderNumber"))
    return found or deliveries.order_numbered(division, number)


def _adopt_waiting_labels(order: Order, delivery: Delivery) -> None:
    """A label that was made by hand before the goods delivery existed belongs to this delivery now: no second
    one is made."""
    waiting = Parcel.update(delivery=delivery).where(
        Parcel.order == order, Parcel.delivery.is_null(), ~Parcel.cancelled
    )
    if waiting.execute():
        deliveries.set_state(delivery, DeliveryState.LABELLED, due_at=clock.now())
