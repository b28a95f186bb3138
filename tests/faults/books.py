"""What stands in the books of both services and in Pakbon's own: the same after a fault as if it had not been.

Numbers that differ from run to run (of shipments, of parcels) are told by the order they belong to.
"""

from typing import Any

from tests.journeys.shipping import Shipping
from webapp.demo.exact.seed import SHOP
from webapp.models import Delivery, Order, Parcel
from webapp.sync import labels

Row = dict[str, Any]


def books(shipping: Shipping) -> Row:
    """Labels, Incoming orders, goods deliveries and documents, and what Pakbon says of each order and delivery."""
    world = shipping.world
    made = [row for row in world.sendcloud.books.shipments.values() if row["parcels"][0]["tracking_number"]]
    names = {parcel["tracking_number"]: row["order_number"] for row in made for parcel in row["parcels"]}
    rows = Delivery.select().where(Delivery.division == world.division())
    parcels = Parcel.select().where(Parcel.division == world.division(), Parcel.delivery.is_null(False))
    return {
        "labels": sorted((row["order_number"], cancelled(row), str(sorted(pieces(row).items()))) for row in made),
        "incoming": shipping.standing(),
        "written": {key: written(shipping, row, names) for key, row in delivered(shipping).items()},
        "documents": len(shipping.documents()),
        "deliveries": {row.guid: (row.state, row.reason) for row in rows},
        "orders": world.states(),
        "files": sorted(
            (row.order_number, labels.read(world.config, row.division, row) is not None) for row in parcels
        ),
    }


def delivered(shipping: Shipping) -> dict[str, Row]:
    return dict(shipping.world.exact.books.table(SHOP, "GoodsDeliveries").rows)


def cancelled(shipment: Row) -> bool:
    return "cancel" in str(shipment["parcels"][0].get("status", "")).lower()


def pieces(shipment: Row) -> dict[str, int]:
    return {item["sku"]: item["quantity"] for parcel in shipment["parcels"] for item in parcel["parcel_items"]}


def written(shipping: Shipping, row: Row, names: dict[str, str]) -> Row:
    """A goods delivery of Exact: number, remarks, files."""
    remarks = str(row.get("Remarks") or "")
    for number, name in names.items():
        remarks = remarks.replace(number, f"<{name}>")
    numbers = [part.strip() for part in str(row.get("TrackingNumber") or "").split(",")]
    document = row.get("Document")
    return {
        "numbers": sorted(names.get(number, number) for number in numbers),
        "remarks": sorted(remarks.split("\n")),
        "files": len(shipping.attachments(document)) if document else None,
    }


def differences(wanted: Row, found: Row) -> list[str]:
    """In words, for a person who looks for the fault; empty when there are none."""
    told = []
    for part, value in wanted.items():
        other = found[part]
        if value == other:
            continue
        if isinstance(value, dict):
            keys = [key for key in {**value, **other} if value.get(key) != other.get(key)]
            told += [f"{part} {key}: {other.get(key)} instead of {value.get(key)}" for key in keys[:3]]
        else:
            told.append(f"{part}: {other} instead of {value}")
    return told


def untrue(shipping: Shipping, found: Row) -> list[str]:
    """What Pakbon says is done, and is not."""
    wrong = []
    for key, (state, _) in found["deliveries"].items():
        stands = found["written"].get(key)
        if state == "written" and stands is not None and stands["numbers"] == [""]:
            wrong.append(f"delivery {key} is said to be written, and has no number in Exact")
    leaving = {order.number for order in Order.select().where(Order.withdraw != "")}
    for number, (state, reason) in found["orders"].items():
        if number in leaving:
            continue  # it is being taken out, until Sendcloud's answer comes
        if state == "incoming" and not reason and str(number) not in found["incoming"]:
            own = [name for name in (*found["incoming"], *(label[0] for label in found["labels"]))]
            if not any(name.partition("-")[0] == str(number) for name in own):
                wrong.append(f"order {number} is said to stand in Incoming orders, and does not")
    return wrong
