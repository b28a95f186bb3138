"""The last questions before a label is bought: is there one already, does its sender still exist, is the service
point open? Each answer that is no becomes a problem that a person sees; nothing is chosen in silence."""

from collections.abc import Iterator
from decimal import Decimal

from webapp import clock
from webapp.errors import NoAccess, NotFound
from webapp.models import Delivery, Division, Order, Parcel
from webapp.sync import deliveries, lists, optional, parcel_split, parse_sendcloud, rules, service_points
from webapp.sync.mapping import Mapped
from webapp.sync.parse_exact import text
from webapp.sync.records import Problem
from webapp.sync.states import DeliveryState
from webapp.sync.work import Work

SENDERS_FRESH = 900  # seconds that the list of sender addresses counts


def problems(work: Work, delivery: Delivery, orders: list[Order], mapped: Mapped) -> Iterator[Problem]:
    """What a person must settle first, the most important first. Sendcloud is asked only where there is something
    to ask, and only if nothing else stands in the way."""
    yield from _twin_problems(work, delivery, orders)
    yield from _split_problems(delivery, mapped)
    yield from mapped.label_problems
    yield from _sender_problems(work, delivery)
    yield from service_points.problems(work.sendcloud, work.division, mapped.payload or {})


def _split_problems(delivery: Delivery, mapped: Mapped) -> tuple[Problem, ...]:
    """What a person divided over parcels may have been changed in Exact since."""
    split = delivery.params.get("split")
    if not split or mapped.payload is None or not parcel_split.wrong(parcel_split.pieces(mapped.payload), split)[0]:
        return ()
    return (Problem("split_outdated", "", str(len(split))),)


# -- the sender -----------------------------------------------------------------------------------------------


def sender_of(division: Division, delivery: Delivery) -> int | None:
    """The sender address of its warehouse; None = Sendcloud's default."""
    return rules.sender_address(division.rules, text(delivery.exact, "Warehouse").lower())


def _sender_problems(work: Work, delivery: Delivery) -> tuple[Problem, ...]:
    sender = sender_of(work.division, delivery)
    if sender is None:
        return ()
    if work.division.lists.get("senders_at", 0) < clock.now() - SENDERS_FRESH and not _read_senders(work):
        return ()  # these keys may not read them: Sendcloud itself judges the one that was chosen
    if str(sender) in {str(row.get("id")) for row in work.division.sender_addresses}:
        return ()
    gone = work.division.lists.get("senders_gone", {}).get(str(sender), {})
    known = " ".join(filter(None, (gone.get("address_line_1"), gone.get("house_number"), gone.get("city"))))
    params = {"warehouse": text(delivery.exact, "WarehouseDescription", "WarehouseCode"), "sender": str(sender)}
    return (Problem("sender_gone", "sender_address", known or str(sender), params),)


def _read_senders(work: Work) -> bool:
    if optional.was_refused(work.division, lists.SENDERS):
        return False
    try:
        lists.read_senders(work.sendcloud, work.division)
    except (NoAccess, NotFound) as error:
        optional.note_refusal(work.division, lists.SENDERS, error)
        return False
    optional.was_answered(work.division, lists.SENDERS)
    return True


def another_sender(division: Division, delivery: Delivery) -> bool:
    """Whether the sender that was gone is back, or the warehouse has another one now."""
    sender = str(sender_of(division, delivery) or "")
    known = {"", *(str(row.get("id")) for row in division.sender_addresses)}
    return sender in known or sender != delivery.params.get("sender")


# -- a label that is there already ----------------------------------------------------------------------------


def twin(work: Work, delivery: Delivery, orders: list[Order]) -> Parcel | None:
    """A label that was made for items of this delivery although it is not its label: of the order as a whole,
    or of a delivery that was deleted and made again in Exact."""
    rows = Parcel.select().where(Parcel.order.in_(orders), ~Parcel.cancelled).order_by(Parcel.id)
    others = [row for row in rows if row.delivery_id != delivery.id]
    return next((row for row in others if _covers(work, row, delivery, orders)), None)


def _covers(work: Work, parcel: Parcel, delivery: Delivery, orders: list[Order]) -> bool:
    order = next(order for order in orders if order.id == parcel.order_id)
    wanted = deliveries.quantities([delivery])
    if parcel.order_number != str(order.number):  # the label of another delivery, which may be deleted by now
        former = parcel.delivery
        deleted = [former] if former is not None and former.state == DeliveryState.CANCELLED else []
        return bool(deliveries.quantities(deleted).keys() & wanted.keys())
    inside = _inside(work, parcel, order)
    taken = deliveries.quantities(
        row
        for row in deliveries.of_order(order)
        if row.id != delivery.id
        and row.state != DeliveryState.CANCELLED
        and parcel.id in {own.id for own in deliveries.live_parcels(row)}
    )
    return any(inside.get(line, 0) - taken.get(line, 0) > 0 for line in wanted)


def _inside(work: Work, parcel: Parcel, order: Order) -> dict[str, Decimal]:
    """What went into a label of the sales order, by order line: as Sendcloud tells it, else as it was sent."""
    for shipment in work.sendcloud.shipments_of(work.division.integration_id or 0, parcel.order_number):
        for shipped in parse_sendcloud.parcels(shipment):
            if shipped.parcel == parcel.parcel and shipped.items:
                return shipped.items
    items = (order.payload or {}).get("order_details", {}).get("order_items", [])
    return {str(item["item_id"]): Decimal(item["quantity"]) for item in items}


def _twin_problems(work: Work, delivery: Delivery, orders: list[Order]) -> tuple[Problem, ...]:
    if delivery.params.get("another"):
        return ()  # a person has said that it is to get one of its own
    found = twin(work, delivery, orders)
    if found is None:
        return ()
    params = {"tracking": found.tracking_number or str(found.parcel), "parcel": found.id}
    return (Problem("label_exists", "", "", params),)
