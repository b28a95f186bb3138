"""What must be true once faults are lifted and nothing moves any more, whatever happened before."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests import counts
from tests.faults.books import books, cancelled, delivered, untrue
from tests.journeys.shipping import Shipping
from webapp.demo.exact.seed import SHOP
from webapp.models import Delivery, Order, Parcel
from webapp.sync import deliveries
from webapp.sync.states import DeliveryState, OrderState

D = DeliveryState
MOVING = (D.DUE, D.LABELLING, D.LABELLED)
SILENT = (D.WRITTEN, D.ELSEWHERE)  # need no reason
WINDOW = 29  # days: one less than Pakbon looks back, which need not agree on the hour
APPROVED, OPEN = (1, 2), (12, 20)
Row = dict[str, Any]


def wrong(shipping: Shipping, by_hand: set[str], edited: set[int], remarks: str) -> list[str]:
    """Everything that is not as it must be, in words."""
    return [
        *second_labels(shipping, by_hand),
        *without_label_or_reason(shipping),
        *badly_written(shipping, remarks),
        *orders_lost(shipping),
        *old_quantities(shipping, edited),
        *untrue(shipping, books(shipping)),
        *(f"the count of {key} is {counts.kept().get(key)}" for key in counts.differing()),
    ]


def moving() -> list[str]:
    """What is not done and waits for nobody."""
    return [
        *(f"order {row.number} is {row.state}" for row in Order.select().where(Order.state == OrderState.DUE.value)),
        *(
            f"goods delivery {row.number} is {row.state}"
            for row in Delivery.select().where(Delivery.state.in_(MOVING))
            if not waits_for_its_order(row)
        ),
    ]


def waits_for_its_order(delivery: Delivery) -> bool:
    """The order itself waits for a person, and says why."""
    troubled = any(order.state == OrderState.PROBLEM and order.reason for order in deliveries.orders_of(delivery))
    return delivery.state == D.DUE and troubled


def orders_in_exact(shipping: Shipping) -> list[Row]:
    return list(shipping.world.exact.books.table(SHOP, "SalesOrders").rows.values())


def second_labels(shipping: Shipping, by_hand: set[str]) -> list[str]:
    """At most one live label of a goods delivery was made by Pakbon, and it knows of every one that it made."""
    of_parcel = {row.parcel: row for row in Parcel.select()}
    made: Counter[str] = Counter()
    told = []
    for shipment in shipping.world.sendcloud.books.shipments.values():
        tracking = shipment["parcels"][0]["tracking_number"]
        if not tracking or cancelled(shipment) or str(shipment["id"]) in by_hand:
            continue
        known = of_parcel.get(shipment["parcels"][0]["id"])
        if known is None:
            told.append(f"label {tracking} of {shipment['order_number']} is not known here")
        elif known.delivery_id is not None:
            made[f"goods delivery {known.delivery.number} of {shipment['order_number']}"] += 1
    return told + [f"{name} has {count} labels" for name, count in made.items() if count > 1]


def without_label_or_reason(shipping: Shipping) -> list[str]:
    """Every goods delivery of Exact has its label, or a reason why not."""
    rows = {row.guid: row for row in Delivery.select()}
    told = []
    for key, stands in delivered(shipping).items():
        row = rows.get(key)
        if row is None and str(stands.get("Remarks") or "").strip():  # one that the soak made
            told.append(f"goods delivery {stands.get('DeliveryNumber')} is not known here")
        elif row is not None and row.state in MOVING and not waits_for_its_order(row):
            told.append(f"goods delivery {row.number} is still {row.state}")
        elif row is not None and row.state not in (*SILENT, *MOVING) and not row.reason:
            told.append(f"goods delivery {row.number} is {row.state} without a reason")
    return told


def badly_written(shipping: Shipping, remarks: str) -> list[str]:
    """The number and the link of each live label stand there once; what stood there before stands there still."""
    told = []
    for row in Delivery.select().where(Delivery.state == D.WRITTEN.value):
        stands = delivered(shipping).get(row.guid)
        if stands is None:
            continue
        text, number = str(stands.get("Remarks") or ""), str(stands.get("TrackingNumber") or "")
        if row.exact.get("Remarks") and remarks in str(row.exact["Remarks"]) and text.count(remarks) != 1:
            told.append(f"goods delivery {row.number}: remarks {text!r}")
        for parcel in Parcel.select().where(Parcel.delivery == row, ~Parcel.cancelled):
            if number.count(parcel.tracking_number) != 1:
                told.append(f"goods delivery {row.number}: {number!r} instead of {parcel.tracking_number}")
            if parcel.tracking_url and text.split().count(parcel.tracking_url) != 1:
                told.append(f"goods delivery {row.number}: the link stands {text.count(parcel.tracking_url)} times")
    return told


def orders_lost(shipping: Shipping) -> list[str]:
    """Every approved open order of the window is known, and stands in Sendcloud or has its reason."""
    rows = {row.number: row for row in Order.select().where(Order.division == shipping.world.division())}
    first = shipping.world.exact.clock.now().replace(tzinfo=None) - timedelta(days=WINDOW)
    told = []
    for stands in orders_in_exact(shipping):
        number, day = stands["OrderNumber"], stands["OrderDate"]
        wanted = stands["ApprovalStatus"] in APPROVED and stands["Status"] in OPEN
        if isinstance(day, datetime) and day.replace(tzinfo=None) < first or not wanted:
            continue
        row = rows.get(number)
        if row is None:
            told.append(f"order {number} is not known here")
        elif row.state == OrderState.DUE:
            told.append(f"order {number} is still due")
        elif row.state not in (OrderState.INCOMING, OrderState.SHIPPED) and not row.reason:
            told.append(f"order {number} is {row.state} without a reason")
    return told


def old_quantities(shipping: Shipping, edited: set[int]) -> list[str]:
    """What stands in Incoming orders under an order's own number is what is left of it in Exact."""
    books_, told = shipping.world.exact.books, []
    standing = shipping.standing()
    delivered_orders = {line.order.number for row in Delivery.select() for line in row.lines if line.order_id}
    for row in Order.select().where(Order.state == OrderState.INCOMING.value, Order.reason == ""):
        items = standing.get(str(row.number))
        if items is None or row.number in edited or row.number in delivered_orders:
            continue
        lines = list(books_.rows(SHOP, "SalesOrderLines", OrderID=row.guid))
        if len(lines) == 1 and float(lines[0]["Quantity"]).is_integer():
            if list(items.values()) != [int(lines[0]["Quantity"])]:
                told.append(f"order {row.number}: {items} stand there instead of {lines[0]['Quantity']}")
    return told
