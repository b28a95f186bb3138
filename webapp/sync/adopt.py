"""A parcel of Sendcloud's becomes a row here and finds its order and its goods delivery."""

import re

from webapp import clock, many
from webapp.db import database
from webapp.models import Delivery, Division, Order, OrderLine, Parcel
from webapp.sync import deliveries, events, searched
from webapp.sync.parse_sendcloud import Shipped
from webapp.sync.states import DeliveryState

NUMBER = re.compile(r"[1-9][0-9]{0,17}")  # of an order; what others put into the same integration may be longer
GONE = (DeliveryState.CANCELLED, DeliveryState.ELSEWHERE)


def take(
    division: Division, shipped: Shipped, *, delivery: Delivery | None = None, ours: bool = False
) -> Parcel | None:
    """Write what Sendcloud says of a parcel. Returns its row, None for one that concerns no order of ours.

    A label that is new here moves its delivery to *labelled*; one that was cancelled takes it back.
    """
    with database.atomic():
        row = Parcel.get_or_none(Parcel.division == division, Parcel.parcel == shipped.parcel)
        if row is None:
            row = _new(division, shipped, delivery, ours)
        if row is None:
            return None
        before = (row.tracking_number, row.delivery_id)
        _update(division, row, shipped)
        if row.delivery_id is None and shipped.has_label:
            found = delivery or _delivery_of(row.order, shipped)
            if found is not None:
                row.delivery = found
                row.save(only=[Parcel.delivery])
        if before[0] not in ("", row.tracking_number):
            _renumber(row, before[0])
        if (row.tracking_number, row.delivery_id) != before:
            searched.refresh(_orders(row))
        _move(division, row)
    return row


def _orders(row: Parcel) -> set[int]:
    """The orders that this label is of."""
    together = [order.id for order in deliveries.orders_of(row.delivery)] if row.delivery else []
    return {key for key in (row.order_id, *together) if key}


def _new(division: Division, shipped: Shipped, delivery: Delivery | None, ours: bool) -> Parcel | None:
    if not shipped.has_label:
        return None
    named = _order_of(division, shipped)
    delivery = delivery or _by_ship_number(division, shipped, named)
    order = deliveries.orders_of(delivery)[0] if delivery else named
    if order is None:
        return None
    return Parcel.create(
        division=division,
        order=order,
        delivery=delivery,
        parcel=shipped.parcel,
        shipment=shipped.shipment,
        order_number=shipped.order_number,
        ours=ours,
    )


def _by_ship_number(division: Division, shipped: Shipped, named: Order | None) -> Delivery | None:
    """The delivery that stands in Sendcloud under this number: as an order of its own, or as the sales order that has
    the number. A label that is made of a sales order after its delivery was deleted waits for the next one."""
    rows = Delivery.select().where(
        Delivery.division == division, Delivery.ship_number == shipped.order_number, Delivery.ship_order != ""
    )
    for row in rows.order_by(Delivery.id.desc()):
        as_order = named is not None and row.ship_order == named.guid and row.state != DeliveryState.CANCELLED
        if row.ship_order == row.guid or as_order:
            return row
    return None


def _order_of(division: Division, shipped: Shipped) -> Order | None:
    """The order of this number; where several have it, the one whose lines lie in the parcel."""
    if not NUMBER.fullmatch(shipped.order_number):
        return None
    number = int(shipped.order_number)
    mine = (
        Order.select()
        .join(OrderLine)
        .where(Order.division == division, Order.number == number, many.among(OrderLine.guid, shipped.items))
    )
    return mine.first() or deliveries.order_numbered(division, number)


def _delivery_of(order: Order | None, shipped: Shipped) -> Delivery | None:
    """Of the order's deliveries without a label: the only one, or the one with the same items. Where all have one and
    nothing is left to deliver, it is a second parcel of the only delivery."""
    if order is None:
        return None
    mine = [
        found for found in deliveries.of_order(order) if found.state not in GONE and not deliveries.is_empty(found)
    ]
    waiting = [found for found in mine if found.state in deliveries.OPEN]
    if len(mine) == 1 and not waiting and not deliveries.left(order):
        return mine[0]
    waiting = [found for found in waiting if found.ship_number in ("", shipped.order_number)]
    if len(waiting) == 1:
        return waiting[0]
    return next(
        (found for found in waiting if shipped.items and deliveries.quantities([found]) == shipped.items), None
    )


def _update(division: Division, row: Parcel, shipped: Shipped) -> None:
    fresh = {
        "tracking_number": shipped.tracking_number or row.tracking_number,
        "tracking_url": shipped.tracking_url or row.tracking_url,
        "carrier": shipped.carrier or row.carrier,
        "status": shipped.status or row.status,
        "message": shipped.message or row.message,
        "cancelled": shipped.cancelled or shipped.failed,
        "shipment": shipped.shipment or row.shipment,
    }
    changed = {name: value for name, value in fresh.items() if getattr(row, name) != value}
    if not changed:
        return
    Parcel.update(**changed).where(Parcel.id == row.id).execute()
    for name, value in changed.items():
        setattr(row, name, value)
    if "status" in changed and row.order_id:
        Order.update(changed_at=clock.now()).where(Order.id == row.order_id).execute()
        events.note(
            division, row.order, "parcel_status", status=row.status, message=row.message, tracking=row.tracking_number
        )


def _renumber(row: Parcel, former: str) -> None:
    """Its carrier gave it another number: Exact gets that one in the place of the former."""
    for delivery in deliveries.sharing(row):
        deliveries.keep(delivery, **{deliveries.FORMER: [*deliveries.former(delivery), former]})
        if delivery.state == DeliveryState.WRITTEN:
            deliveries.set_state(delivery, DeliveryState.LABELLED, due_at=clock.now(), params=delivery.params)
    if row.delivery_id:
        row.delivery = Delivery.get_by_id(row.delivery_id)


def _move(division: Division, row: Parcel) -> None:
    if row.cancelled:
        for sharing in deliveries.sharing(row):
            _label_gone(division, sharing)
        return
    delivery = row.delivery
    if delivery is None:
        return
    if delivery.state == DeliveryState.PROBLEM and delivery.reason.startswith("write_"):
        return  # it has its label; Exact does not take it, and a person sees to that
    if delivery.state in deliveries.OPEN:
        labelled(division, delivery, row)
    elif delivery.state == DeliveryState.WRITTEN and row.id and not _is_written(delivery, row.tracking_number):
        deliveries.set_state(delivery, DeliveryState.LABELLED, due_at=clock.now())  # a second label, by hand
        Delivery.update(attached=False).where(Delivery.id == delivery.id).execute()


@database.atomic()
def labelled(division: Division, delivery: Delivery, parcel: Parcel) -> None:
    """The delivery has its label: its error is over, the write-back is due."""
    deliveries.set_state(
        delivery, DeliveryState.LABELLED, due_at=clock.now(), intent_at=None, attempts=0, attached=False
    )
    for order in deliveries.orders_of(delivery):
        events.note(
            division,
            order,
            "labelled",
            tracking=parcel.tracking_number,
            by="pakbon" if parcel.ours else "panel",
            number=delivery.number,
        )
        deliveries.settle_order(division, order)


def _label_gone(division: Division, delivery: Delivery) -> None:
    had = delivery.state in (DeliveryState.LABELLED, DeliveryState.WRITTEN) or delivery.reason.startswith("write_")
    if deliveries.live_parcels(delivery) or not had:
        return
    deliveries.set_state(delivery, DeliveryState.MANUAL, "label_cancelled")
    for order in deliveries.orders_of(delivery):
        events.note(division, order, "label_cancelled", number=delivery.number)
        deliveries.settle_order(division, order)


def _is_written(delivery: Delivery, number: str) -> bool:
    """Whether it stands in Exact, and not only as a part of another number."""
    there = f"{delivery.exact.get('TrackingNumber') or ''} {delivery.exact.get('Remarks') or ''}"
    return re.search(rf"(?<!\w){re.escape(number)}(?!\w)", there) is not None
