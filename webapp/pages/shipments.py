"""Goods deliveries and their labels as the screens show them: a whole list of orders at once, or one order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask_babel import to_user_timezone

from webapp import clock
from webapp.db import database, rows
from webapp.models import Delivery, DeliveryLine, Order, Parcel
from webapp.pages import phases
from webapp.sync import deliveries, parse_exact
from webapp.sync.cancel_label import LAST_DAY
from webapp.sync.states import DeliveryState, OrderState
from webapp.words import texts

D = DeliveryState
SHIPPED = frozenset({D.LABELLED.value, D.WRITTEN.value, D.ELSEWHERE.value})
# What of several deliveries says most about an order.
TELLING = (D.PROBLEM, D.LABELLING, D.DUE, D.MANUAL, D.LABELLED, D.WRITTEN, D.ELSEWHERE, D.CANCELLED)


# -- a list of orders ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shipment:
    """What was delivered of an order, and its labels that count; `partly`: more is still to come."""

    deliveries: list[Delivery] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    partly: bool = False

    @property
    def telling(self) -> Delivery | None:
        """The delivery that says most about where the order is."""
        return min(self.deliveries, key=_how_telling, default=None)


def _how_telling(row: Delivery) -> tuple[bool, int]:
    return deliveries.is_empty(row), TELLING.index(DeliveryState(row.state))


def of_orders(orders: Iterable[Order]) -> dict[int, Shipment]:
    """By order id; orders without deliveries and labels are left out."""
    rows = {order.id: order for order in orders}
    belongs, deliveries = _deliveries(list(rows))
    parcels = _parcels(list(rows), list(deliveries)) if rows else []
    found: dict[int, Shipment] = {}
    for key, order in rows.items():
        mine = [deliveries[delivery] for delivery in belongs.get(key, [])]
        known = {delivery.id for delivery in mine}
        labels = [row for row in parcels if row.delivery_id in known or row.order_id == key]
        if mine or labels:
            found[key] = Shipment(mine, labels, _is_partly(order, mine))
    return found


# Written here, not built: a page that stands open asks this every two seconds. Ids are numbers of ours.
DELIVERIES = (
    "SELECT DISTINCT l.order_id, g.id, g.number, g.state, g.reason FROM delivery_line AS l "
    "JOIN delivery AS g ON g.id = l.delivery_id WHERE l.order_id IN ({ids}) ORDER BY g.id"
)
PARCELS = (
    "SELECT * FROM parcel WHERE id IN (SELECT id FROM parcel WHERE order_id IN ({orders}) "
    "UNION SELECT id FROM parcel WHERE delivery_id IN ({deliveries})) "
    "AND NOT cancelled AND tracking_number <> '' ORDER BY id"
)


def _numbers(ids: Iterable[int]) -> str:
    return ",".join(str(int(key)) for key in ids) or "0"


def _deliveries(orders: list[int]) -> tuple[dict[int, list[int]], dict[int, Delivery]]:
    """The ids of each order's goods deliveries, and their rows."""
    belongs: dict[int, list[int]] = {}
    deliveries = {}
    for order, key, number, state, reason in database.execute_sql(DELIVERIES.format(ids=_numbers(orders))):
        belongs.setdefault(order, []).append(key)
        deliveries[key] = Delivery(id=key, number=number, state=state, reason=reason)
    return belongs, deliveries


def _parcels(orders: list[int], deliveries: list[int]) -> list[Parcel]:
    return rows(Parcel, PARCELS.format(orders=_numbers(orders), deliveries=_numbers(deliveries)))


def _is_partly(order: Order, mine: list[Delivery]) -> bool:
    """Something is shipped and something is not: a delivery without its label, or what is not delivered yet. Of the
    latter no line is read: an order all of whose deliveries are done would be *shipped*, or about to be, if nothing
    was left of it (see `deliveries.settle_order`)."""
    states = {row.state for row in mine}
    if order.state != OrderState.INCOMING or order.withdraw or not states & SHIPPED:
        return False
    return bool(states.intersection(deliveries.OPEN)) or states.issubset(deliveries.DONE)


def tracking_link(parcel: Parcel) -> str:
    """The carrier's page of a parcel; empty if it is no address of the web."""
    url = str(parcel.tracking_url or "")
    return url if urlsplit(url).scheme in ("http", "https") else ""


# What a cancellation costs, or why there is none any more.
TOO_LATE = ("carrier", "expired", "asked")


def cancel_cost(parcel: Parcel) -> str:
    """free on the day it was made (by the reader's clock), then refund; carrier, expired or asked: not to be had."""
    if parcel.cancel_asked_at:
        return "asked"
    if phases.phase(parcel.status) != "ready":
        return "carrier"
    made, now = (to_user_timezone(clock.utc(moment)) for moment in (parcel.made_at, clock.now()))
    if made.date() == now.date():
        return "free"
    return "refund" if clock.now() - parcel.made_at <= LAST_DAY * 86400 else "expired"


def may_cancel(parcel: Parcel) -> bool:
    """Whether a person can have it cancelled here."""
    return bool(parcel.shipment) and not parcel.cancelled and cancel_cost(parcel) not in TOO_LATE


# -- one order -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    code: str
    description: str
    quantity: str


@dataclass(frozen=True)
class Mark:
    """One thing that is written to Exact: number, remarks or document; how is ok, kept, refused or wait."""

    what: str
    how: str


@dataclass(frozen=True)
class DeliveryView:
    """A goods delivery on the page of an order. `others` are orders that it delivers as well."""

    delivery: Delivery
    date: str
    look: texts.Look
    reason: str
    parcels: list[Parcel]
    items: list[Item]
    others: list[int]
    marks: list[Mark]
    may_label: bool


def of_order(order: Order) -> list[DeliveryView]:
    """Its goods deliveries, the newest first."""
    lines = DeliveryLine.select().where(DeliveryLine.order == order)
    mine: dict[int, list[DeliveryLine]] = {}
    for line in lines.order_by(DeliveryLine.id):
        mine.setdefault(line.delivery_id, []).append(line)
    rows = Delivery.select().where(Delivery.id.in_(list(mine))).order_by(Delivery.number.desc(), Delivery.id.desc())
    return [_view(order, row, mine[row.id]) for row in rows]


def loose(order: Order) -> list[Parcel]:
    """Labels of an order whose goods delivery is not known (yet)."""
    rows = Parcel.select().where(Parcel.order == order, Parcel.delivery.is_null(), Parcel.tracking_number != "")
    return list(rows.order_by(Parcel.id))


def _view(order: Order, delivery: Delivery, lines: list[DeliveryLine]) -> DeliveryView:
    parcels = deliveries.parcels_of(delivery)
    alive = [row for row in parcels if not row.cancelled]
    others: Any = DeliveryLine.select(DeliveryLine.order_number).where(DeliveryLine.delivery == delivery).distinct()
    return DeliveryView(
        delivery,
        parse_exact.day(delivery.exact.get("DeliveryDate")),
        texts.delivery_look(delivery.state),
        texts.reason(delivery),
        parcels,
        [_item(line) for line in lines],
        sorted({number for (number,) in others.tuples()} - {order.number, 0}),
        marks(delivery, alive),
        deliveries.may_label(delivery) and not alive,
    )


def _item(line: DeliveryLine) -> Item:
    return Item(
        parse_exact.text(line.exact, "ItemCode"),
        parse_exact.text(line.exact, "ItemDescription", "Description"),
        f"{parse_exact.number(line.quantity).normalize():f}",
    )


def marks(delivery: Delivery, parcels: list[Parcel]) -> list[Mark]:
    """What of the labels stands in Exact, as it was read there last."""
    if not parcels or delivery.state == D.ELSEWHERE:
        return []
    number, remarks = (str(delivery.exact.get(name) or "") for name in ("TrackingNumber", "Remarks"))
    links = [row.tracking_url for row in parcels if row.tracking_url]
    numbered = all(row.tracking_number in number for row in parcels)
    refused = (delivery.params or {}).get("remarks") == "refused"
    linked = "refused" if refused else "ok" if all(link in remarks for link in links) else "wait"
    document = "refused" if delivery.no_document else "ok" if delivery.attached else "wait"
    return [
        Mark("number", "ok" if numbered else "kept" if delivery.written_at else "wait"),
        *([Mark("remarks", linked)] if links else []),
        Mark("document", document),
    ]
