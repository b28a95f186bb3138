"""Goods deliveries as rows: their orders, their state, and what they mean for the state of an order."""

import dataclasses
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from webapp import clock
from webapp.db import database
from webapp.models import Delivery, DeliveryLine, Division, Order, Parcel
from webapp.sync import corrections, decide, events, rules
from webapp.sync.mapping import Mapped, choose_lines, map_delivery
from webapp.sync.parse_exact import number, text
from webapp.sync.receiver import NOTHING
from webapp.sync.records import Problem
from webapp.sync.states import DeliveryState, OrderState, move, move_delivery

D = DeliveryState
DONE = (D.WRITTEN, D.ELSEWHERE, D.CANCELLED)
OPEN = (D.DUE, D.MANUAL, D.LABELLING, D.PROBLEM)  # no label yet
NOTHING_IN_IT = "nothing_to_ship"  # reason of one that goes by no parcel: services only
FORMER = "former"  # in Delivery.params: numbers that its labels had before Sendcloud gave them others
PLACED = "placed"  # in Delivery.params: what was sent for it as an order of its own, and when


def is_done(delivery: Delivery) -> bool:
    """Whether nothing is to be done for it any more."""
    return delivery.state in DONE or is_empty(delivery)


def is_empty(delivery: Delivery) -> bool:
    return bool(delivery.state == D.MANUAL and delivery.reason == NOTHING_IN_IT)


def of_order(order: Order) -> list[Delivery]:
    rows = Delivery.select().join(DeliveryLine).where(DeliveryLine.order == order).distinct()
    return list(rows.order_by(Delivery.number))


def order_numbered(division: Division, number: int) -> Order | None:
    """The order of this number. One that was deleted in Exact and made anew has the number of the former: the newest
    counts, and one that was removed only where there is no other."""
    same = Order.select().where(Order.division == division, Order.number == number, Order.number != 0)
    return same.order_by(Order.state == OrderState.REMOVED.value, Order.id.desc()).first()


def orders_of(delivery: Delivery) -> list[Order]:
    rows = Order.select().join(DeliveryLine).where(DeliveryLine.delivery == delivery).distinct()
    return list(rows.order_by(Order.number))


def parcels_of(delivery: Delivery) -> list[Parcel]:
    """Its labels, oldest first, cancelled ones too. A delivery with the number of an order but no order of its own
    in Sendcloud shares the label of that one."""
    mine: Any = Parcel.delivery == delivery
    if delivery.ship_number and not delivery.ship_order:
        mine |= (Parcel.division == delivery.division_id) & (Parcel.order_number == delivery.ship_number)
    return list(Parcel.select().where(mine).order_by(Parcel.id))


def live_parcels(delivery: Delivery) -> list[Parcel]:
    """Its labels that count, oldest first."""
    return [row for row in parcels_of(delivery) if not row.cancelled]


def former(delivery: Delivery) -> list[str]:
    """Numbers that its labels had before."""
    return [str(number) for number in delivery.params.get(FORMER, ())]


def sharing(parcel: Parcel) -> list[Delivery]:
    """The deliveries whose label this is."""
    shared = (
        (Delivery.ship_order == "") & (Delivery.ship_number == parcel.order_number) & (Delivery.ship_number != "")
    )
    mine = (Delivery.id == parcel.delivery_id) | shared
    return list(Delivery.select().where(Delivery.division == parcel.division, mine))


def typed_number(delivery: Delivery, header: Mapping[str, Any]) -> bool:
    """Whether Exact has a tracking number of somebody else's: not that of a label of it that was cancelled since, or
    has another number now."""
    present = text(header, "TrackingNumber")
    ours = {*(row.tracking_number for row in parcels_of(delivery)), *former(delivery)} if present else set()
    return bool(present) and any(part.strip() not in ours for part in present.split(","))


def may_label(delivery: Delivery) -> bool:
    """Whether a person can ask for its label, in one parcel or several: not while the division only looks on."""
    if delivery.division.preview:
        return False
    if delivery.state == D.PROBLEM:
        return delivery.reason == "split_outdated"
    return delivery.state == D.MANUAL and delivery.reason not in ("no_lines", "order_unknown", NOTHING_IN_IT)


def set_state(delivery: Delivery, state: DeliveryState, reason: str = "", **fields: Any) -> None:
    """Move a delivery and explain it; fields of the explanation that are not given are emptied."""
    values = {"field": "", "value": "", "due_at": None, **fields, "params": dict(fields.get("params") or {})}
    lasting = (FORMER,) if state in DONE else (FORMER, PLACED)
    values["params"] |= {name: delivery.params[name] for name in lasting if name in delivery.params}
    delivery.state, delivery.reason = move_delivery(delivery.state, state).value, reason
    delivery.params = values["params"]
    now = clock.now()
    Delivery.update(state=delivery.state, reason=reason, since=now, changed_at=now, **values).where(
        Delivery.id == delivery.id
    ).execute()


def keep(delivery: Delivery, **params: Any) -> None:
    """Put something beside the explanation of its state; None takes it away."""
    delivery.params = {name: said for name, said in {**delivery.params, **params}.items() if said is not None}
    Delivery.update(params=delivery.params).where(Delivery.id == delivery.id).execute()


def mapped(delivery: Delivery) -> Mapped:
    """The delivery as an order of Sendcloud's. Several sales orders in one delivery become one parcel: the
    receiver is that of the first."""
    division, orders = delivery.division, orders_of(delivery)
    batch = next(decide.with_lines(Order.select().where(Order.id.in_([order.id for order in orders]))))
    records = list(decide.read_records(division, batch).values())
    currencies = sorted({record.currency for record in records})
    if len(currencies) > 1:  # one parcel has one declaration, and nothing is converted
        return Mapped(None, (Problem("currencies_differ", "currency", ", ".join(currencies)),))
    repaired = corrections.of(division, records[:1]).get(records[0].guid, NOTHING)
    lines = tuple(line for record in records for line in record.lines)
    whole = dataclasses.replace(records[0], lines=lines)
    return map_delivery(
        whole,
        quantities([delivery]),
        delivery.guid,
        f"{orders[0].number}-{delivery.number}",
        division.integration_id or 0,
        rules.mapping_rules(division.rules, division.country),
        repaired,
    )


def quantities(rows: Iterable[Delivery]) -> dict[str, Decimal]:
    """What was delivered in all of them, by order line."""
    found: dict[str, Decimal] = {}
    for row in rows:
        for line in row.lines:
            found[line.order_line] = found.get(line.order_line, Decimal(0)) + number(line.quantity)
    return found


def in_trouble(order: Order) -> bool:
    """Whether the order's problem is one of its deliveries."""
    return order.state == OrderState.PROBLEM and "delivery" in order.params


def without_document(order: Order) -> list[Delivery]:
    """Those that are done but for the label in Exact, which took no document."""
    return [row for row in of_order(order) if row.state == D.WRITTEN and row.no_document]


def left(order: Order) -> bool:
    """Whether something that goes into a parcel is still to be delivered, as far as Exact has told."""
    batch = next(decide.with_lines(Order.select().where(Order.id == order.id)))
    record = decide.read_records(order.division, batch)[order.id]
    sent, _ = choose_lines(record.lines)
    return bool(sent)


@database.atomic()
def elsewhere(division: Division, delivery: Delivery) -> None:
    """Somebody typed a tracking number in Exact: its label was made elsewhere, and it is left alone."""
    set_state(delivery, D.ELSEWHERE, "has_tracking", due_at=_to_take_out(delivery))
    for order in orders_of(delivery):
        settle_order(division, order)


def _to_take_out(delivery: Delivery) -> int | None:
    """When the label step sees to it: it may stand in Sendcloud as an order of its own, which must leave."""
    return clock.now() if delivery.ship_order == delivery.guid and not live_parcels(delivery) else None


@database.atomic()
def mark_deleted(division: Division, guids: Iterable[str]) -> None:
    """Deliveries that Exact no longer has."""
    for guid in guids:
        delivery = Delivery.get_or_none(Delivery.division == division, Delivery.guid == guid)
        if delivery is None or delivery.state == D.CANCELLED:
            continue
        set_state(delivery, D.CANCELLED, "deleted", due_at=_to_take_out(delivery))
        for order in orders_of(delivery):
            events.note(division, order, "delivery_deleted", number=delivery.number)
            settle_order(division, order)


def settle_order(division: Division, order: Order) -> None:
    """The order's state after one of its deliveries moved: in trouble while one is, shipped when all that was
    delivered and goes into a parcel is labelled and written back, and nothing is left."""
    order = Order.get_by_id(order.id)
    if order.state == OrderState.IGNORED:
        return
    rows = of_order(order)
    troubled = next((row for row in rows if row.state == D.PROBLEM), None)
    if troubled is not None:
        _put(division, order, OrderState.PROBLEM, troubled.reason, troubled)
    elif in_trouble(order):
        _put(division, order, OrderState.INCOMING)
        if not order.sendcloud_id:  # it does not stand there: the next pass says what it is
            Order.update(checked=False).where(Order.id == order.id).execute()
        settle_order(division, order)
    elif rows and all(is_done(row) for row in rows) and not left(order):
        if order.state in (OrderState.INCOMING, OrderState.WAITING, OrderState.DUE, OrderState.PROBLEM):
            _leave(division, order, rows)
    elif order.state == OrderState.SHIPPED:
        _put(division, order, OrderState.INCOMING)
    events.touch(division)


def _leave(division: Division, order: Order, rows: list[Delivery]) -> None:
    """Everything is delivered. Where each delivery was an order of its own in Sendcloud, the sales order still
    stands there and leaves; else its label took it out."""
    by_itself = any(row.ship_order == row.guid for row in rows)
    if order.sendcloud_id and by_itself and not took_its_label(order):
        Order.update(withdraw=f"{OrderState.SHIPPED.value}:", due_at=clock.now()).where(
            Order.id == order.id
        ).execute()
        return
    _put(division, order, OrderState.SHIPPED)


def took_its_label(order: Order) -> bool:
    """Whether it left Incoming orders with a label of its own: what remains to be done is told by its deliveries."""
    mine = Parcel.select().where(Parcel.order == order, ~Parcel.cancelled)
    return bool(mine.where(Parcel.order_number == str(order.number)).exists())


def _put(
    division: Division, order: Order, state: OrderState, reason: str = "", because: Delivery | None = None
) -> None:
    if (order.state, order.reason) == (state.value, reason) and because is None:
        return
    now = clock.now()
    Order.update(
        state=move(order.state, state).value,
        reason=reason,
        field=because.field if because else "",
        value=because.value if because else "",
        params={**_said(because), "delivery": because.number} if because else {},
        due_at=None,
        since=now,
        changed_at=now,
    ).where(Order.id == order.id).execute()
    said = {**_said(because), "field": because.field, "value": because.value} if because else {}
    said |= {"reason": reason, "number": because.number if because else 0}
    untold = ("hash", "split")
    events.note(division, order, state.value, **{name: value for name, value in said.items() if name not in untold})


def _said(delivery: Delivery) -> dict[str, Any]:
    return {name: said for name, said in delivery.params.items() if name not in (FORMER, PLACED)}
