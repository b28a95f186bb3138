"""A goods delivery that gets no label: why, in words that name field and value, and when it is tried again."""

from typing import Any

from webapp import clock
from webapp.db import database
from webapp.errors import PakbonError
from webapp.models import Delivery
from webapp.sync import before_label, deliveries, edited, events, label_queue
from webapp.sync.mapping import fingerprint
from webapp.sync.states import DeliveryState
from webapp.sync.work import Work

D = DeliveryState
Row = dict[str, Any]


def refused(work: Work, delivery: Delivery, payload: Row, error: PakbonError) -> None:
    """Sendcloud or the carrier said no: the reason, the field and its value as they were sent."""
    if delivery.state == D.MANUAL:  # it was only to be placed; its label is another's business
        label_queue.rest(delivery)
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
    hold(work, delivery, code, name, shown, params, error.exchange)


def hold(
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
            params={**label_queue.kept(delivery), **params},
            intent_at=None,
            due_at=clock.now() + label_queue.LOOK_AGAIN,
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


def try_again(work: Work) -> None:
    """A delivery in trouble whose address was repaired (in Exact, or here) is due again by itself."""
    troubled = label_queue.rows(work, D.PROBLEM)
    if not troubled:
        return
    label_queue.refresh(work, troubled)
    for delivery in troubled:
        with database.atomic():
            _look_at(work, Delivery.get_by_id(delivery.id))


def _look_at(work: Work, delivery: Delivery) -> None:
    """Whether it changed so that it can be tried again, unless somebody has asked for that while it was read."""
    if delivery.state != D.PROBLEM:
        return
    mapped = deliveries.mapped(delivery)
    other = mapped.payload is not None and fingerprint(mapped.payload) != delivery.params.get("hash")
    sender = delivery.reason == "sender_gone" and before_label.another_sender(work.division, delivery)
    if other or sender:
        kept = label_queue.kept(delivery)
        deliveries.set_state(delivery, D.DUE, due_at=clock.now(), attempts=0, params=kept)
        for order in deliveries.orders_of(delivery):
            deliveries.settle_order(work.division, order)
    else:
        age = clock.now() - delivery.since
        Delivery.update(due_at=clock.now() + min(max(age // 10, 10), 1800)).where(
            Delivery.id == delivery.id
        ).execute()


def hash_now(delivery: Delivery) -> str:
    """What it would be sent as now; a delivery in trouble is tried again by itself when that changes."""
    mapped = deliveries.mapped(delivery)
    return fingerprint(mapped.payload) if mapped.payload else ""
