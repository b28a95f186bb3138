"""A label whose outcome is not known is looked up in Sendcloud: adopted if it is there, asked for again only when
it is proven that there is none."""

from collections.abc import Iterator

from webapp import clock, many
from webapp.models import Delivery, Parcel
from webapp.sync import adopt, deliveries, events, label_place, label_queue, label_trouble, parse_sendcloud
from webapp.sync.parse_sendcloud import Shipped
from webapp.sync.states import DeliveryState
from webapp.sync.work import Work

D = DeliveryState
SETTLED = 180  # seconds by Sendcloud's clock after which a call that left no trace was never carried out
CLOCK_STEP = 5  # seconds that the clocks of Sendcloud's machines may differ


def resolve(work: Work, delivery: Delivery) -> int:
    """Look in Sendcloud for the label of a delivery that asked for one."""
    delivery = Delivery.get_by_id(delivery.id)
    if delivery.state != D.LABELLING:
        return 0
    found = list(candidates(work, delivery))
    taken = [
        adopt.take(work.division, shipped, delivery=delivery, ours=True) for shipped in found if shipped.has_label
    ]
    if taken:
        _note_failed_parts(work, delivery, found)
        return 1
    since = delivery.intent_at or 0
    failed = next((shipped for shipped in found if shipped.failed and shipped.made_at >= since - CLOCK_STEP), None)
    pending = any(not shipped.failed and not shipped.cancelled for shipped in found)
    if failed and not pending:
        params = {"detail": failed.errors or failed.message, "hash": label_trouble.hash_now(delivery)}
        label_trouble.hold(work, delivery, "label_failed", "", "", params)
    elif pending or work.sendcloud.clock_at - since < SETTLED:
        label_queue.look_again(delivery)
    else:
        _proven_absent(work, delivery)
    return 0


def _note_failed_parts(work: Work, delivery: Delivery, found: list[Shipped]) -> None:
    """Of several parcels some may have been refused: the others count, and the timeline tells which is missing."""
    for shipped in found:
        if shipped.failed and delivery.params.get("split"):
            order, detail = deliveries.orders_of(delivery)[0], shipped.errors or shipped.message
            events.note(work.division, order, "label_part_failed", number=delivery.number, detail=detail)


def candidates(work: Work, delivery: Delivery) -> Iterator[Shipped]:
    """Parcels under the delivery's order number that no other delivery has; with other items they are not its."""
    wanted = {line.order_line for line in delivery.lines}
    shipments = work.sendcloud.shipments_of(work.division.integration_id or 0, delivery.ship_number)
    found = [shipped for shipment in shipments for shipped in parse_sendcloud.parcels(shipment)]
    others = Parcel.select(Parcel.parcel).where(
        Parcel.division == work.division,
        many.among(Parcel.parcel, [shipped.parcel for shipped in found]),
        Parcel.delivery != delivery.id,
    )
    taken = {row.parcel for row in others}
    for shipped in found:
        foreign = shipped.items and not set(shipped.items) <= wanted
        if shipped.parcel not in taken and not foreign:
            yield shipped


def _proven_absent(work: Work, delivery: Delivery) -> None:
    """No label, and none on its way: it may be asked for again, unless the order is not there any more."""
    order = deliveries.orders_of(delivery)[0]
    if label_place.stands(work, delivery) is None:
        label_trouble.hold(work, delivery, "label_order_gone", "", "", {"hash": label_trouble.hash_now(delivery)})
        label_place.forget_place(delivery)
        return
    deliveries.set_state(delivery, D.DUE, intent_at=None, due_at=clock.now(), params=label_queue.kept(delivery))
    events.note(work.division, order, "label_absent", number=delivery.number)
