"""Step 4: labels for goods deliveries. One delivery, one label, whatever happens.

The rules that make it so:
* a delivery is claimed by a conditional UPDATE, and the intent is committed before the call;
* just before the call Sendcloud is looked at: somebody in the panel may have been faster;
* an outcome that is not known (timeout, broken connection, a fault of Sendcloud's, our own death) leaves the
  delivery *labelling*; then Sendcloud is looked at, and the label that is there is adopted;
* only when Sendcloud shows none, long enough after the call by Sendcloud's own clock, is it asked again;
* a label that somebody made in the panel counts as the delivery's label.

A delivery of all that stands in Sendcloud is labelled from the sales order there. Any other one is sent as an
order of its own (its id is the delivery's), with exactly its items: see docs/decisions/0001-partial-deliveries.md.
"""

import dataclasses
from decimal import Decimal
from typing import Any

from webapp import clock, leases
from webapp.clients.sendcloud import Label
from webapp.db import database
from webapp.errors import BudgetSpent, NeedsPerson, NoAnswer, NotFound, PakbonError, Reconnect, Refused, Retryable
from webapp.models import Delivery, Order, Parcel
from webapp.sync import (
    adopt,
    corrections,
    decide,
    deliveries,
    edited,
    events,
    labels,
    parse_sendcloud,
    parts,
    pull_orders,
    push_orders,
    rules,
)
from webapp.sync.mapping import Mapped, fingerprint, map_delivery
from webapp.sync.parse_exact import number, text
from webapp.sync.receiver import NOTHING, address_key
from webapp.sync.states import DeliveryState, OrderState
from webapp.sync.work import Work

D = DeliveryState
AT_ONCE = 25  # deliveries a pass; the rest waits for the next one, so that new orders are not kept waiting
CLAIM_SECONDS = 600
SETTLED = 180  # seconds by Sendcloud's clock after which a call that left no trace was never carried out
LOOK_AGAIN = 20
CLOCK_STEP = 5  # seconds that the clocks of Sendcloud's machines may differ
SAVING_TRIES = 8  # looks, a second apart, until Sendcloud has saved an order
NOT_DONE = ("still_processing", "too_many_calls")  # retryable refusals: the label was certainly not made
Row = dict[str, Any]


class Silence(Exception):
    """Sendcloud does not answer: the other deliveries wait for the next pass, each would take as long."""


def run(work: Work) -> int:
    """Resolve what is unknown, then label what is due; returns how many labels were made or found."""
    count = sum(_resolve(work, delivery) for delivery in _rows(work, D.LABELLING))
    _take_out(work)
    _try_problems_again(work)
    batch = _rows(work, D.DUE) + _unplaced(work)
    if not batch:
        return count
    _refresh(work, batch)
    for delivery in batch:
        try:
            count += _one(work, delivery)
        except Silence:
            break
    return count


def _rows(work: Work, state: DeliveryState) -> list[Delivery]:
    rows = Delivery.select().where(
        Delivery.division == work.division, Delivery.state == state.value, Delivery.due_at <= clock.now()
    )
    free = rows.where(Delivery.claimed_until <= clock.now())
    return list(free.order_by(Delivery.due_at, Delivery.id).limit(AT_ONCE))


def _unplaced(work: Work) -> list[Delivery]:
    """Partial deliveries whose label is made by hand: they must stand in Sendcloud as well."""
    if work.division.preview:
        return []
    return [row for row in _rows(work, D.MANUAL) if row.reason == "labels_by_hand"]


def _take_out(work: Work) -> None:
    """Deliveries that are no more, or were shipped elsewhere, but stand in Sendcloud as an order of their own."""
    for delivery in [*_rows(work, D.CANCELLED), *_rows(work, D.ELSEWHERE)]:
        stands = _stands(work, delivery)
        if stands:
            work.sendcloud.delete_order(str(stands.get("id")))
        Delivery.update(due_at=None).where(Delivery.id == delivery.id).execute()


def _refresh(work: Work, batch: list[Delivery]) -> None:
    """Read the orders and their parts anew: a label goes to the address that holds now."""
    rows = {order.id: order for delivery in batch for order in deliveries.orders_of(delivery)}
    pull_orders.read_anew(work.exact, work.division, {order.guid for order in rows.values()})
    wanted = decide.part_ids(Order.select().where(Order.id.in_(list(rows))))
    parts.fetch(work.exact, work.division, wanted, fresh_since=clock.now())
    decide.decide_all(work.division, Order.select().where(Order.id.in_(list(rows))))


# -- one delivery -------------------------------------------------------------------------------------------


def _one(work: Work, delivery: Delivery) -> int:
    """Place and label one delivery; a problem of it never stops the others. Limits and spent keys do."""
    owner = leases.new_owner()
    if not _claim(delivery, owner):
        return 0
    try:
        return _place_and_label(work, delivery)
    except (BudgetSpent, Reconnect):
        raise
    except Retryable as error:
        _later(delivery)
        events.note_error(work.division, deliveries.orders_of(delivery)[0], error)
        if isinstance(error, NoAnswer) or error.code == "service_down":
            raise Silence from error
        return 0
    finally:
        Delivery.update(claimed_by="", claimed_until=0).where(
            Delivery.id == delivery.id, Delivery.claimed_by == owner
        ).execute()


def _claim(delivery: Delivery, owner: str) -> bool:
    """True for one process only, and only while the delivery is as it was when it was chosen."""
    now = clock.now()
    changed = (
        Delivery.update(claimed_by=owner, claimed_until=now + CLAIM_SECONDS)
        .where(Delivery.id == delivery.id, Delivery.state == delivery.state, Delivery.claimed_until <= now)
        .execute()
    )
    return bool(changed == 1)


def _later(delivery: Delivery) -> None:
    delay = min(10 * 2**delivery.attempts, 1800)
    Delivery.update(attempts=Delivery.attempts + 1, due_at=clock.now() + delay).where(
        Delivery.id == delivery.id
    ).execute()


def _place_and_label(work: Work, delivery: Delivery) -> int:
    orders = deliveries.orders_of(delivery)
    if _already_there(work, delivery, orders):
        return 1
    if any(order.state == OrderState.IGNORED for order in orders):
        deliveries.set_state(delivery, D.MANUAL, "order_ignored")
        return 0
    if any(order.state == OrderState.PROBLEM and "delivery" not in order.params for order in orders):
        _later(delivery)  # the order itself waits for a person
        return 0
    mapped = _map(work, delivery, orders)
    if mapped.payload is None and delivery.state == D.MANUAL:
        Delivery.update(due_at=None).where(Delivery.id == delivery.id).execute()
        return 0
    if mapped.payload is None:
        problem = mapped.problems[0]
        _in_trouble(work, delivery, problem.code, problem.field, problem.value, dict(problem.params))
        return 0
    if mapped.label_problems and delivery.state == D.DUE:
        problem = mapped.label_problems[0]
        params = {**problem.params, "hash": fingerprint(mapped.payload)}
        _in_trouble(work, delivery, problem.code, problem.field, problem.value, params)
        return 0
    placed = _place(work, delivery, orders, mapped.payload)
    if placed is None or delivery.state == D.MANUAL:
        return 0
    return _label(work, delivery, mapped.payload, placed)


def _already_there(work: Work, delivery: Delivery, orders: list[Order]) -> bool:
    """A label that is known here already: made by hand, or by a call whose answer came late."""
    if text(delivery.exact, "TrackingNumber"):
        deliveries.elsewhere(work.division, delivery)
        return True
    known = deliveries.live_parcels(delivery)
    if not known and len(orders) == 1:
        loose = Parcel.select().where(Parcel.order == orders[0], Parcel.delivery.is_null(), ~Parcel.cancelled)
        known = list(loose)
        Parcel.update(delivery=delivery).where(Parcel.id.in_([row.id for row in known])).execute()
    if known:
        adopt.labelled(work.division, delivery, known[0])
    return bool(known)


def _map(work: Work, delivery: Delivery, orders: list[Order]) -> Mapped:
    """The delivery as an order of Sendcloud's. Several sales orders in one delivery become one parcel: the
    receiver is that of the first."""
    batch = next(decide.with_lines(Order.select().where(Order.id.in_([order.id for order in orders]))))
    records = list(decide.read_records(work.division, batch).values())
    repaired = corrections.of(work.division, records[:1]).get(address_key(records[0]), NOTHING)
    lines = tuple(line for record in records for line in record.lines)
    whole = dataclasses.replace(records[0], lines=lines)
    quantities: dict[str, Decimal] = {}
    for line in delivery.lines:
        quantities[line.order_line] = quantities.get(line.order_line, Decimal(0)) + number(line.quantity)
    return map_delivery(
        whole,
        quantities,
        delivery.guid,
        f"{orders[0].number}-{delivery.number}",
        work.division.integration_id or 0,
        rules.mapping_rules(work.division.rules),
        repaired,
    )


# -- placing ------------------------------------------------------------------------------------------------


def _place(work: Work, delivery: Delivery, orders: list[Order], payload: Row) -> Row | None:
    """Make sure that exactly this delivery stands in Sendcloud, as the sales order or as an order of its own.
    Returns what was sent for it just now, empty if nothing was; None has written what happens instead."""
    order = orders[0]
    if not delivery.ship_order or (delivery.ship_order == order.guid and not order.sendcloud_id):
        whole = len(orders) == 1 and _is_the_rest(work, delivery, order, payload)
        delivery.ship_order = order.guid if whole else delivery.guid
        delivery.ship_number = str(order.number) if whole else payload["order_number"]
        Delivery.update(ship_order=delivery.ship_order, ship_number=delivery.ship_number).where(
            Delivery.id == delivery.id
        ).execute()
    if delivery.ship_order == order.guid:
        return _place_order(work, delivery, order, payload)
    if _was_refused(delivery, payload) and _stands(work, delivery):
        return {}  # nothing changed on our side: if somebody repaired it in the panel, that is what counts
    try:
        work.sendcloud.put_orders([payload])
    except Refused as error:
        _refused(work, delivery, payload, error)
        return None
    if delivery.state == D.MANUAL:
        Delivery.update(due_at=None).where(Delivery.id == delivery.id).execute()
        events.note(
            work.division, order, "delivery_placed", number=delivery.number, order_number=delivery.ship_number
        )
    return payload


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


def _stands(work: Work, delivery: Delivery) -> Row | None:
    return work.sendcloud.find_order(work.division.integration_id or 0, delivery.ship_order)


def _items(payload: Row) -> dict[str, Any]:
    items = payload.get("order_details", {}).get("order_items", [])
    return {str(item.get("item_id")): (item.get("quantity"), item.get("name")) for item in items}


def _place_order(work: Work, delivery: Delivery, order: Order, payload: Row) -> Row | None:
    """The sales order stands there; send it again only if its receiver changed and nobody edited it there."""
    if delivery.state == D.MANUAL:
        Delivery.update(due_at=None).where(Delivery.id == delivery.id).execute()
        return {}
    sent = order.payload or {}
    fresh = {**payload, "order_id": order.guid, "order_number": str(order.number)}
    if all(sent.get(block) == fresh.get(block) for block in ("shipping_address", "customer_details")):
        return {}
    return fresh if push_orders.send_one(work.sendcloud, work.division, order, fresh) else None


# -- the label ----------------------------------------------------------------------------------------------


def _label(work: Work, delivery: Delivery, payload: Row, placed: Row) -> int:
    if not _saved(work, delivery, placed):
        _later(delivery)
        return 0
    found = [shipped for shipped in _candidates(work, delivery) if not shipped.failed and not shipped.cancelled]
    if found:  # somebody in the panel was faster
        taken = [adopt.take(work.division, shipped, delivery=delivery) for shipped in found if shipped.has_label]
        if not taken:
            _later(delivery)
        return len(taken)
    _intend(work, delivery)
    sender = rules.sender_address(work.division.rules, text(delivery.exact, "Warehouse").lower())
    try:
        label = work.sendcloud.make_label(work.division.integration_id or 0, delivery.ship_order, sender)
    except Retryable as error:
        if error.code in NOT_DONE or isinstance(error, BudgetSpent):
            _not_made(delivery)
            raise
        _note_unknown(work, delivery, error)
        raise Silence from error
    except Reconnect:
        _not_made(delivery)
        raise
    except NotFound:
        return _resolve(work, delivery)  # it left Incoming orders: perhaps somebody labelled it there
    except NeedsPerson as error:
        _refused(work, delivery, payload, error)
        return 0
    return _made(work, delivery, label)


def _saved(work: Work, delivery: Delivery, placed: Row) -> bool:
    """Sendcloud saves after it has answered: wait until what was sent is what can be read. Where nothing was
    sent there is nothing to wait for: if the order is gone meanwhile, the label call says so."""
    for attempt in range(SAVING_TRIES if placed else 0):
        if attempt:
            clock.sleep(1)
        stands = _stands(work, delivery)
        if stands and not edited.changes(placed, stands, None):
            return True
    return not placed


def _intend(work: Work, delivery: Delivery) -> None:
    """Commit that the label is about to be asked for, with the time by Sendcloud's clock."""
    deliveries.set_state(delivery, D.LABELLING, intent_at=work.sendcloud.clock_at, due_at=clock.now() + LOOK_AGAIN)


def _not_made(delivery: Delivery) -> None:
    deliveries.set_state(delivery, D.DUE, intent_at=None, due_at=clock.now() + LOOK_AGAIN)


def _note_unknown(work: Work, delivery: Delivery, error: PakbonError) -> None:
    order = deliveries.orders_of(delivery)[0]
    events.note(
        work.division, order, "label_unknown", exchange=error.exchange, number=delivery.number, error=error.code
    )


def _made(work: Work, delivery: Delivery, label: Label) -> int:
    """Keep the label. Without a tracking number in the answer look what Sendcloud says of it: it may be a letter,
    or the carrier has refused it after all."""
    if not label.tracking_number or not label.parcel_id:
        return _resolve(work, delivery)
    shipped = parse_sendcloud.Shipped(
        parcel=label.parcel_id,
        shipment=label.shipment_id,
        order_number=delivery.ship_number,
        tracking_number=label.tracking_number[:200],
        tracking_url=label.tracking_url[:2000],
        status="READY_TO_SEND",
    )
    parcel = adopt.take(work.division, shipped, delivery=delivery, ours=True)
    if parcel is not None and label.pdf:
        labels.keep(work.config, work.division, parcel, label.pdf)
    return 1


# -- an outcome that is not known ---------------------------------------------------------------------------


def _resolve(work: Work, delivery: Delivery) -> int:
    """Look in Sendcloud for the label of a delivery that asked for one."""
    delivery = Delivery.get_by_id(delivery.id)
    if delivery.state != D.LABELLING:
        return 0
    found = list(_candidates(work, delivery))
    taken = [
        adopt.take(work.division, shipped, delivery=delivery, ours=True) for shipped in found if shipped.has_label
    ]
    if taken:
        return 1
    since = delivery.intent_at or 0
    failed = next((shipped for shipped in found if shipped.failed and shipped.made_at >= since - CLOCK_STEP), None)
    pending = any(not shipped.failed and not shipped.cancelled for shipped in found)
    if failed and not pending:
        params = {"detail": failed.errors or failed.message, "hash": _hash(work, delivery)}
        _in_trouble(work, delivery, "label_failed", "", "", params)
    elif pending or work.sendcloud.clock_at - since < SETTLED:
        Delivery.update(due_at=clock.now() + LOOK_AGAIN).where(Delivery.id == delivery.id).execute()
    else:
        _proven_absent(work, delivery)
    return 0


def _candidates(work: Work, delivery: Delivery) -> Any:
    """Parcels under the delivery's order number that no other delivery has; with other items they are not its."""
    taken = {
        row.parcel
        for row in Parcel.select().where(Parcel.division == work.division, Parcel.delivery != delivery.id)
        if row.delivery_id
    }
    wanted = {line.order_line for line in delivery.lines}
    for shipment in work.sendcloud.shipments_of(work.division.integration_id or 0, delivery.ship_number):
        for shipped in parse_sendcloud.parcels(shipment):
            foreign = shipped.items and not set(shipped.items) <= wanted
            if shipped.parcel not in taken and not foreign:
                yield shipped


def _proven_absent(work: Work, delivery: Delivery) -> None:
    """No label, and none on its way: it may be asked for again, unless the order is not there any more."""
    order = deliveries.orders_of(delivery)[0]
    if _stands(work, delivery) is None:
        _in_trouble(work, delivery, "label_order_gone", "", "", {"hash": _hash(work, delivery)})
        _forget_place(delivery)
        return
    deliveries.set_state(delivery, D.DUE, intent_at=None, due_at=clock.now())
    events.note(work.division, order, "label_absent", number=delivery.number)


def _forget_place(delivery: Delivery) -> None:
    """Whoever asks for the label again gets an order of its own for it."""
    Order.update(sendcloud_id="", payload_hash="").where(Order.guid == delivery.ship_order).execute()
    Delivery.update(ship_order="", ship_number="").where(Delivery.id == delivery.id).execute()


def _hash(work: Work, delivery: Delivery) -> str:
    """What it would be sent as now; a delivery in trouble is tried again by itself when that changes."""
    mapped = _map(work, delivery, deliveries.orders_of(delivery))
    return fingerprint(mapped.payload) if mapped.payload else ""


# -- trouble ------------------------------------------------------------------------------------------------


def _refused(work: Work, delivery: Delivery, payload: Row, error: PakbonError) -> None:
    """Sendcloud or the carrier said no: the reason, the field and its value as they were sent."""
    if delivery.state == D.MANUAL:  # it was only to be placed; its label is another's business
        Delivery.update(due_at=None).where(Delivery.id == delivery.id).execute()
        events.note_error(work.division, deliveries.orders_of(delivery)[0], error)
        return
    field = str(error.params.get("field") or "")
    name = field.rpartition("shipping_address.")[2] if "shipping_address" in field else field
    path = f"shipping_address.{name}" if name in payload["shipping_address"] or "shipping_address" in field else field
    value = edited.at(payload, path)
    if name == "house_number" and not value:
        value = payload["shipping_address"].get("address_line_1", "")
    params = {"detail": str(error.params.get("detail") or "")[:500], "hash": fingerprint(payload)}
    code = "label_refused" if error.code in ("sendcloud_refused", "sendcloud_not_found") else error.code
    shown = "" if value is None or isinstance(value, dict | list) else str(value)
    _in_trouble(work, delivery, code, name, shown, params, error.exchange)


def _in_trouble(
    work: Work,
    delivery: Delivery,
    code: str,
    field: str,
    value: str,
    params: Row,
    exchange: Row | None = None,
) -> None:
    with database.atomic():
        deliveries.set_state(
            delivery,
            D.PROBLEM,
            code,
            field=field[:255],
            value=value[:200],
            params=params,
            intent_at=None,
            due_at=clock.now() + LOOK_AGAIN,
        )
        for order in deliveries.orders_of(delivery):
            events.note(
                work.division,
                order,
                "label_problem",
                exchange=exchange,
                number=delivery.number,
                reason=code,
                field=field,
                value=value[:200],
                **{name: said for name, said in params.items() if name != "hash"},
            )
            deliveries.settle_order(work.division, order)


def _try_problems_again(work: Work) -> None:
    """A delivery in trouble whose address was repaired (in Exact, or here) is due again by itself."""
    troubled = _rows(work, D.PROBLEM)
    if not troubled:
        return
    _refresh(work, troubled)
    for delivery in troubled:
        mapped = _map(work, delivery, deliveries.orders_of(delivery))
        if mapped.payload is not None and fingerprint(mapped.payload) != delivery.params.get("hash"):
            deliveries.set_state(delivery, D.DUE, due_at=clock.now(), attempts=0)
            for order in deliveries.orders_of(delivery):
                deliveries.settle_order(work.division, order)
        else:
            age = clock.now() - delivery.since
            Delivery.update(due_at=clock.now() + min(max(age // 10, 10), 1800)).where(
                Delivery.id == delivery.id
            ).execute()
