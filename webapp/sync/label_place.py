"""Where a goods delivery stands in Sendcloud: as the sales order, or as an order of its own.

A delivery of all that stands there is labelled from the sales order. Any other one is sent as an order of its own
(its id is the delivery's), with exactly its items: see docs/decisions/0001-partial-deliveries.md. What was sent for
it is kept in its `params`, so that it is sent again only when it changed, and never over what somebody edited there.
"""

from typing import Any

from webapp import clock
from webapp.db import database
from webapp.errors import Refused
from webapp.models import Delivery, Order, Parcel
from webapp.sync import adopt, deliveries, edited, events, label_queue, label_trouble, push_orders
from webapp.sync.mapping import fingerprint
from webapp.sync.states import DeliveryState
from webapp.sync.work import Work

D = DeliveryState
SAVING_TRIES = 8  # looks, a second apart, until Sendcloud has saved an order
LABEL_BLOCKS = ("shipping_address", "customer_details", "customs_details", "service_point_details")
Row = dict[str, Any]


def place(work: Work, delivery: Delivery, orders: list[Order], payload: Row) -> Row | None:
    """Make sure that exactly this delivery stands in Sendcloud, as the sales order or as an order of its own.
    Returns what was sent for it just now, empty if nothing was; None has written what happens instead."""
    order = orders[0]
    left = delivery.ship_order == order.guid and not order.sendcloud_id
    if left and delivery.state == D.MANUAL:
        label_queue.rest(delivery)  # somebody took the order out: it is not put back unasked
        return None
    if left or not delivery.ship_order:
        whole = len(orders) == 1 and _is_the_rest(work, delivery, order, payload)
        delivery.ship_order = order.guid if whole else delivery.guid
        delivery.ship_number = str(order.number) if whole else payload["order_number"]
        Delivery.update(ship_order=delivery.ship_order, ship_number=delivery.ship_number).where(
            Delivery.id == delivery.id
        ).execute()
    if delivery.ship_order == order.guid:
        return _place_order(work, delivery, order, payload)
    if not _may_send(work, delivery, order, payload):
        return payload if _is_being_saved(delivery) else {}
    try:
        pushed = work.sendcloud.put_orders([payload])
    except Refused as error:
        label_trouble.refused(work, delivery, payload, error)
        return None
    deliveries.keep(delivery, **{deliveries.PLACED: {"payload": payload, "at": pushed.at}})
    if delivery.state == D.MANUAL:
        label_queue.rest(delivery)
        events.note(
            work.division, order, "delivery_placed", number=delivery.number, order_number=delivery.ship_number
        )
    return payload


def _may_send(work: Work, delivery: Delivery, order: Order, payload: Row) -> bool:
    """Whether it has to be sent, and nothing of anybody's is lost by it. What was refused and did not change here,
    somebody may have repaired in the panel. False has written to the row what happens instead."""
    before = delivery.params.get(deliveries.PLACED)
    if before is None:
        return not (_was_refused(delivery, payload) and stands(work, delivery))
    if fingerprint(before["payload"]) == fingerprint(payload):
        label_queue.rest_by_hand(delivery)
        return False
    there = stands(work, delivery)
    if there is None and delivery.state == D.MANUAL:
        # Sendcloud is still saving it, or somebody took it out: then it is not put back unasked.
        saving = clock.now() <= before["at"] + edited.SAVING
        label_queue.look_again(delivery) if saving else label_queue.rest(delivery)
        return False
    if there is None or not edited.changes(before["payload"], there, before["at"]):
        return True
    label_queue.rest_by_hand(delivery)
    events.note(work.division, order, "delivery_kept", number=delivery.number, order_number=delivery.ship_number)
    deliveries.keep(delivery, **{deliveries.PLACED: {**before, "payload": payload}})
    return False


def _is_being_saved(delivery: Delivery) -> bool:
    """Sent by a pass before, so shortly ago that Sendcloud may not have saved it yet."""
    before = delivery.params.get(deliveries.PLACED)
    return bool(before and clock.now() <= before["at"] + edited.SAVING)


def _is_the_rest(work: Work, delivery: Delivery, order: Order, payload: Row) -> bool:
    """Whether the sales order stands in Sendcloud with exactly the items of this delivery, and for it alone:
    something of it that is still to be delivered, or another delivery, may look just the same."""
    if not order.sendcloud_id or _items(order.payload or {}) != _items(payload) or deliveries.left(order):
        return False
    others = Delivery.select().where(
        Delivery.division == work.division, Delivery.ship_order == order.guid, Delivery.id != delivery.id
    )
    return not others.exists()


def _was_refused(delivery: Delivery, payload: Row) -> bool:
    return bool(delivery.params.get("hash") == fingerprint(payload))


def stands(work: Work, delivery: Delivery) -> Row | None:
    return work.sendcloud.find_order(work.division.integration_id or 0, delivery.ship_order)


def _items(payload: Row) -> dict[str, Any]:
    items = payload.get("order_details", {}).get("order_items", [])
    return {str(item.get("item_id")): (item.get("quantity"), item.get("name")) for item in items}


def _place_order(work: Work, delivery: Delivery, order: Order, payload: Row) -> Row | None:
    """The sales order stands there; send it again only if something that the label depends on changed, and nobody
    edited it there."""
    label_queue.rest_by_hand(delivery)
    sent = order.payload or {}
    fresh = {**payload, "order_id": order.guid, "order_number": str(order.number)}
    if all(sent.get(block) == fresh.get(block) for block in LABEL_BLOCKS) and _declared(sent) == _declared(fresh):
        return {}
    if fingerprint(fresh) == order.payload_hash:
        return {}  # somebody chose to keep what was edited there
    return fresh if push_orders.send_one(work.sendcloud, work.division, order, fresh) else None


def _declared(payload: Row) -> dict[str, Any]:
    """What customs and the carrier are told of each item."""
    items = payload.get("order_details", {}).get("order_items", [])
    names = ("hs_code", "country_of_origin", "measurement")
    return {str(item.get("item_id")): [item.get(name) for name in names] for item in items}


def saved(work: Work, delivery: Delivery, placed: Row) -> bool:
    """Sendcloud saves after it has answered: wait until what was sent is what can be read. Where nothing was
    sent there is nothing to wait for: if the order is gone meanwhile, the label call says so."""
    there = None
    for attempt in range(SAVING_TRIES if placed else 0):
        if attempt:
            clock.sleep(1)
        there = stands(work, delivery)
        if there and _same(placed, there) and _alike(placed, there):
            return True
    # What Sendcloud does not tell of customs and service point it may know all the same.
    return not placed or bool(there and _same(placed, there))


def _same(sent: Row, there: Row) -> bool:
    """Whether receiver and items are those that were sent."""
    pieces = [{key: quantity for key, (quantity, _) in _items(body).items()} for body in (sent, there)]
    return pieces[0] == pieces[1] and not edited.changes(sent, there, None)


def _alike(sent: Row, there: Row) -> bool:
    """Whether customs and service point are those that were sent."""
    points = [str((body.get("service_point_details") or {}).get("id") or "") for body in (sent, there)]
    codes = [[found[:2] for found in _declared(body).values()] for body in (sent, there)]
    return points[0] == points[1] and codes[0] == codes[1]


def take_out(work: Work) -> None:
    """Deliveries that are no more, or were shipped elsewhere, but stand in Sendcloud as an order of their own."""
    for delivery in [*label_queue.rows(work, D.CANCELLED), *label_queue.rows(work, D.ELSEWHERE)]:
        _withdraw(work, delivery)
        label_queue.rest(delivery)


def _withdraw(work: Work, delivery: Delivery) -> None:
    there = stands(work, delivery)
    if there:
        work.sendcloud.delete_order(str(there.get("id")))


def forget_place(delivery: Delivery) -> None:
    """Whoever asks for the label again gets an order of its own for it."""
    Order.update(sendcloud_id="", payload_hash="").where(Order.guid == delivery.ship_order).execute()
    Delivery.update(ship_order="", ship_number="").where(Delivery.id == delivery.id).execute()
    deliveries.keep(delivery, **{deliveries.PLACED: None})


def share(work: Work, delivery: Delivery, key: int) -> bool:
    """A person said that a label which is there already is this delivery's as well. False if it is no more."""
    parcel = Parcel.get_or_none(Parcel.division == work.division, Parcel.id == key, ~Parcel.cancelled)
    if parcel is None:
        return False
    if delivery.ship_order == delivery.guid:
        _withdraw(work, delivery)
    with database.atomic():
        Delivery.update(ship_order="", ship_number=parcel.order_number).where(Delivery.id == delivery.id).execute()
        if parcel.delivery is None or parcel.delivery.state == D.CANCELLED:
            Parcel.update(delivery=delivery).where(Parcel.id == parcel.id).execute()
        adopt.labelled(work.division, delivery, parcel)
    return True
