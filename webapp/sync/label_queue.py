"""Which goods deliveries the label step has to do with: due, claimed, put off, and read anew before a label."""

from itertools import chain
from typing import Any

from webapp import clock
from webapp.models import Delivery, Order
from webapp.sync import decide, deliveries, parse_exact, parts, pull_deliveries, pull_orders
from webapp.sync.states import DeliveryState
from webapp.sync.work import Look, Work

AT_ONCE = 25  # deliveries a pass; the rest waits for the next one, so that new orders are not kept waiting
CLAIM_SECONDS = 600
LOOK_AGAIN = 20
PUT_OFF = (DeliveryState.PROBLEM, DeliveryState.LABELLING)


def rows(work: Work, state: DeliveryState) -> list[Delivery]:
    """Those of a state that are due; where a person waits, also trouble and open outcomes that were put off."""
    found = Delivery.select().where(Delivery.division == work.division, Delivery.state == state.value)
    if work.look == Look.USUAL or state not in PUT_OFF:
        found = found.where(Delivery.due_at <= clock.now())
    free = found.where(Delivery.claimed_until <= clock.now())
    return list(free.order_by(Delivery.due_at, Delivery.id).limit(AT_ONCE))


def refresh(work: Work, batch: list[Delivery]) -> None:
    """Read the deliveries, their orders and their parts anew: a label is for what holds now. Articles too, where
    something of theirs was missing. A delivery that Exact does not show is left out and waits: it was deleted, which
    the next passes learn, or the answer was wrong."""
    _read_anew(work, batch)
    known = {order.id: order.guid for delivery in batch for order in deliveries.orders_of(delivery)}
    pull_orders.read_anew(work.exact, work.division, set(known.values()))
    orders = Order.select().where(Order.id.in_(list(known)))
    lacking = {row["item"] for delivery in batch for row in delivery.params.get("lacking", ())}
    parts.forget(work.division, "item", lacking)
    for read in decide.as_read(orders):
        parts.fetch(work.exact, work.division, decide.part_ids(work.division, read))
    decide.decide_all(work.division, orders, placed=False)
    _notice_deleted(work, batch, orders)


def _notice_deleted(work: Work, batch: list[Delivery], orders: Any) -> None:
    """Goods deliveries that come to more than Exact says was delivered: one of them was deleted there and made again
    as one of this batch. Exact tells of what was deleted too late for that, and it may have its label. While its
    label is being asked for, the batch goes on without those of its orders."""
    known = [row for order in chain.from_iterable(decide.with_lines(orders)) for row in _too_many(order)]
    suspects = {row.guid: row for row in known}
    for row in batch:
        suspects.pop(row.guid, None)
    if not suspects:
        return
    shown = {parse_exact.guid(row.get("EntryID")) for page in work.exact.deliveries(set(suspects)) for row in page}
    for guid in suspects.keys() - shown:
        former = suspects[guid]
        if former.state != DeliveryState.LABELLING:
            deliveries.mark_deleted(work.division, [guid])
            continue
        waiting = {order.id for order in deliveries.orders_of(former)}
        for row in [row for row in batch if waiting & {order.id for order in deliveries.orders_of(row)}]:
            batch.remove(row)
            later(row)


def _too_many(order: Order) -> list[Delivery]:
    """Its goods deliveries of which Exact cannot have all any more."""
    rows = [row for row in deliveries.of_order(order) if row.state != DeliveryState.CANCELLED]
    told = {line.guid: parse_exact.number(line.exact.get("QuantityDelivered")) for line in order.lines}
    over = {key for key, quantity in deliveries.quantities(rows).items() if key in told and quantity > told[key]}
    return [row for row in rows if over & deliveries.quantities([row]).keys()]


def _read_anew(work: Work, batch: list[Delivery]) -> None:
    stands: dict[str, dict[str, Any]] = {}
    for page in work.exact.deliveries({row.guid for row in batch}):
        stands |= {parse_exact.guid(row.get("EntryID")): row for row in page}
    for delivery in list(batch):
        if delivery.guid in stands:
            pull_deliveries.renew(work.division, delivery, stands[delivery.guid])
        else:
            batch.remove(delivery)
            later(delivery)


def claim(delivery: Delivery, owner: str) -> bool:
    """True for one process only, and only while the delivery is as it was when it was chosen."""
    now = clock.now()
    changed = (
        Delivery.update(claimed_by=owner, claimed_until=now + CLAIM_SECONDS)
        .where(Delivery.id == delivery.id, Delivery.state == delivery.state, Delivery.claimed_until <= now)
        .execute()
    )
    return bool(changed == 1)


def later(delivery: Delivery) -> None:
    """The same after a fault, each time after a longer while."""
    delay = min(10 * 2**delivery.attempts, 1800)
    Delivery.update(attempts=Delivery.attempts + 1, due_at=clock.now() + delay).where(
        Delivery.id == delivery.id
    ).execute()


def release(delivery: Delivery, owner: str) -> None:
    Delivery.update(claimed_by="", claimed_until=0).where(
        Delivery.id == delivery.id, Delivery.claimed_by == owner
    ).execute()


def look_again(delivery: Delivery) -> None:
    """The same question in a moment."""
    Delivery.update(due_at=clock.now() + LOOK_AGAIN).where(Delivery.id == delivery.id).execute()


def rest(delivery: Delivery) -> None:
    """Nothing more to do for it here."""
    Delivery.update(due_at=None).where(Delivery.id == delivery.id).execute()


def rest_by_hand(delivery: Delivery) -> None:
    """The same for one whose label is made by hand; any other goes on to its label."""
    if delivery.state == DeliveryState.MANUAL:
        rest(delivery)


def kept(delivery: Delivery) -> dict[str, Any]:
    """What a person has said of it, which outlives an attempt: that it is to get a label although there is one, and
    how it goes over several parcels."""
    return {name: delivery.params[name] for name in ("another", "split") if delivery.params.get(name)}
