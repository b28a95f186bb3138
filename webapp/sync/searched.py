"""The words that orders are found by, kept with their rows."""

from collections.abc import Iterable
from typing import Any

from webapp.models import DeliveryLine, Order, Parcel
from webapp.sync import findable


def tracking_of(orders: Iterable[int]) -> dict[int, str]:
    """The tracking numbers of each of these orders, of its own labels and of those of its goods deliveries."""
    ids = list(orders)
    found: dict[int, list[str]] = {}
    own: Any = Parcel.select(Parcel.order, Parcel.tracking_number).where(Parcel.order.in_(ids))
    together: Any = (
        DeliveryLine.select(DeliveryLine.order, Parcel.tracking_number)
        .join(Parcel, on=(Parcel.delivery == DeliveryLine.delivery))
        .where(DeliveryLine.order.in_(ids))
        .distinct()
    )
    for order, number in [*own.order_by(Parcel.id).tuples(), *together.tuples()]:
        known = found.setdefault(order, [])
        if number and number not in known:
            known.append(number)
    return {order: " ".join(numbers) for order, numbers in found.items()}


def refresh(orders: Iterable[int]) -> None:
    """After a label of theirs got its number."""
    ids = list(orders)
    tracking = tracking_of(ids)
    for order in list(Order.select(Order.id, Order.customer, Order.city).where(Order.id.in_(ids))):
        words = findable.words(order.customer, order.city, tracking.get(order.id, ""))
        Order.update(search=words).where(Order.id == order.id).execute()
