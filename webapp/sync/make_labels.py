"""Step 4: labels for goods deliveries. One delivery, one label, whatever happens.

The rules that make it so:
* a delivery is claimed by a conditional UPDATE, and the intent is committed before the call;
* just before the call Sendcloud is looked at: somebody in the panel may have been faster;
* an outcome that is not known (timeout, broken connection, a fault of Sendcloud's, our own death) leaves the
  delivery *labelling*; then Sendcloud is looked at, and the label that is there is adopted;
* only when Sendcloud shows none, long enough after the call by Sendcloud's own clock, is it asked again;
* a label that somebody made in the panel counts as the delivery's label.

Which deliveries: label_queue. Where they stand in Sendcloud: label_place. What became of a call: label_outcome.
What is told when there is no label: label_trouble.
"""

from typing import Any

from webapp import clock, leases
from webapp.clients.sendcloud import Label
from webapp.db import database
from webapp.errors import BudgetSpent, NeedsPerson, NoAnswer, NotFound, PakbonError, Reconnect, Retryable
from webapp.models import Delivery, Order, Parcel
from webapp.sync import (
    adopt,
    before_label,
    deliveries,
    events,
    label_outcome,
    label_place,
    label_queue,
    label_trouble,
    labels,
    parcel_split,
    parse_sendcloud,
)
from webapp.sync.mapping import fingerprint
from webapp.sync.states import DeliveryState, OrderState
from webapp.sync.work import Work

D = DeliveryState
NOT_DONE = ("still_processing", "too_many_calls")  # retryable refusals: the label was certainly not made
Row = dict[str, Any]


class Silence(Exception):
    """Sendcloud does not answer: the other deliveries wait for the next pass, each would take as long."""


def run(work: Work) -> int:
    """Resolve what is unknown, then label what is due; returns how many labels were made or found. While the division
    only looks on, what is due waits."""
    count = sum(label_outcome.resolve(work, delivery) for delivery in label_queue.rows(work, D.LABELLING))
    if work.division.preview:
        return count
    label_place.take_out(work)
    label_trouble.try_again(work)
    by_hand = _by_hand(work)
    placed = [row for row in by_hand if row.ship_order]
    fresh = label_queue.rows(work, D.DUE) + [row for row in by_hand if not row.ship_order]
    if fresh:
        label_queue.refresh(work, fresh)
    for delivery in [*fresh, *placed]:
        try:
            count += _one(work, delivery)
        except Silence:
            break
    return count


def _by_hand(work: Work) -> list[Delivery]:
    """Deliveries whose label is made by hand: they must stand in Sendcloud as well, as they are now."""
    return [row for row in label_queue.rows(work, D.MANUAL) if row.reason == "labels_by_hand"]


# -- one delivery -------------------------------------------------------------------------------------------


def _one(work: Work, delivery: Delivery) -> int:
    """Place and label one delivery; a problem of it never stops the others. Limits and spent keys do."""
    owner = leases.new_owner()
    if not label_queue.claim(delivery, owner):
        return 0
    try:
        return _place_and_label(work, delivery)
    except (BudgetSpent, Reconnect):
        raise
    except Retryable as error:
        label_queue.later(delivery)
        events.note_error(work.division, deliveries.orders_of(delivery)[0], error)
        if isinstance(error, NoAnswer) or error.code == "service_down":
            raise Silence from error
        return 0
    finally:
        label_queue.release(delivery, owner)


def _place_and_label(work: Work, delivery: Delivery) -> int:
    orders = deliveries.orders_of(delivery)
    if _already_there(work, delivery, orders):
        return 1
    if any(order.state == OrderState.IGNORED for order in orders):
        if delivery.state == D.MANUAL and delivery.ship_order:
            label_queue.rest(delivery)  # it stands there as it is
            return 0
        deliveries.set_state(delivery, D.MANUAL, "order_ignored")
        return 0
    if any(order.state == OrderState.PROBLEM and not deliveries.in_trouble(order) for order in orders):
        label_queue.later(delivery)  # the order itself waits for a person
        return 0
    mapped = deliveries.mapped(delivery)
    if any(problem.code == deliveries.NOTHING_IN_IT for problem in mapped.problems):
        _goes_by_no_parcel(work, delivery, orders)
        return 0
    if mapped.payload is None and delivery.state == D.MANUAL:
        label_queue.rest(delivery)
        return 0
    if mapped.payload is None:
        problem = mapped.problems[0]
        label_trouble.hold(work, delivery, problem.code, problem.field, problem.value, dict(problem.params))
        return 0
    if delivery.state == D.MANUAL and before_label.twin(work, delivery, orders):
        label_queue.rest(delivery)  # it needs no place in Incoming orders: its items have a label
        return 0
    questions = before_label.problems(work, delivery, orders, mapped) if delivery.state == D.DUE else iter(())
    if first := next(questions, None):
        params = {**first.params, "hash": fingerprint(mapped.payload)}
        label_trouble.hold(work, delivery, first.code, first.field, first.value, params)
        return 0
    placed = label_place.place(work, delivery, orders, mapped.payload)
    if placed is None or delivery.state == D.MANUAL:
        return 0
    return _label(work, delivery, mapped.payload, placed)


@database.atomic()
def _goes_by_no_parcel(work: Work, delivery: Delivery, orders: list[Order]) -> None:
    """What was delivered are services: nobody needs to see to it."""
    deliveries.set_state(delivery, D.MANUAL, deliveries.NOTHING_IN_IT)
    for order in orders:
        deliveries.settle_order(work.division, order)


def _already_there(work: Work, delivery: Delivery, orders: list[Order]) -> bool:
    """A label that is known here already: made by hand, or by a call whose answer came late."""
    if deliveries.typed_number(delivery, delivery.exact):
        deliveries.elsewhere(work.division, delivery)
        return True
    if delivery.params.get("use") and label_place.share(work, delivery, int(delivery.params["use"])):
        return True
    known = deliveries.live_parcels(delivery)
    if not known and len(orders) == 1:
        loose = Parcel.select().where(Parcel.order == orders[0], Parcel.delivery.is_null(), ~Parcel.cancelled)
        known = list(loose)
        Parcel.update(delivery=delivery).where(Parcel.id.in_([row.id for row in known])).execute()
    if known:
        adopt.labelled(work.division, delivery, known[0])
    return bool(known)


# -- the label ----------------------------------------------------------------------------------------------


def _label(work: Work, delivery: Delivery, payload: Row, placed: Row) -> int:
    if not label_place.saved(work, delivery, placed):
        label_queue.later(delivery)
        return 0
    found = [
        shipped
        for shipped in label_outcome.candidates(work, delivery)
        if not shipped.failed and not shipped.cancelled
    ]
    if found:  # somebody in the panel was faster
        taken = [adopt.take(work.division, shipped, delivery=delivery) for shipped in found if shipped.has_label]
        if not taken:
            label_queue.later(delivery)
        return len(taken)
    _intend(work, delivery)
    try:
        label = _ask(work, delivery)
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
        return label_outcome.resolve(work, delivery)  # it left Incoming orders: perhaps somebody labelled it there
    except NeedsPerson as error:
        label_trouble.refused(work, delivery, payload, error)
        return 0
    return _made(work, delivery, label) if label else label_outcome.resolve(work, delivery)


def _ask(work: Work, delivery: Delivery) -> Label | None:
    """Buy it: None for several parcels, whose labels follow."""
    integration, sender = work.division.integration_id or 0, before_label.sender_of(work.division, delivery)
    split = delivery.params.get("split")
    if not split:
        return work.sendcloud.make_label(integration, delivery.ship_order, sender)
    work.sendcloud.make_labels(integration, delivery.ship_order, sender, parcel_split.request(split))
    return None


def _intend(work: Work, delivery: Delivery) -> None:
    """Commit that the label is about to be asked for, with the time by Sendcloud's clock."""
    later, params = clock.now() + label_queue.LOOK_AGAIN, label_queue.kept(delivery)
    deliveries.set_state(delivery, D.LABELLING, intent_at=work.sendcloud.clock_at, due_at=later, params=params)


def _not_made(delivery: Delivery) -> None:
    later, params = clock.now() + label_queue.LOOK_AGAIN, label_queue.kept(delivery)
    deliveries.set_state(delivery, D.DUE, intent_at=None, due_at=later, params=params)


def _note_unknown(work: Work, delivery: Delivery, error: PakbonError) -> None:
    order = deliveries.orders_of(delivery)[0]
    events.note(
        work.division, order, "label_unknown", exchange=error.exchange, number=delivery.number, error=error.code
    )


def _made(work: Work, delivery: Delivery, label: Label) -> int:
    """Keep the label. Without a tracking number in the answer look what Sendcloud says of it: it may be a letter,
    or the carrier has refused it after all."""
    if not label.tracking_number or not label.parcel_id:
        return label_outcome.resolve(work, delivery)
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
