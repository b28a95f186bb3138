"""`GET /api/v3/parcels/tracking/{tracking_number}`: a parcel and what has happened to it (Parcel tracking document).

The words of the events are chosen: the document has a sample of one and no list.
"""

from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify

from webapp.demo.sendcloud.asking import account, books
from webapp.demo.sendcloud.books import Row, moment_of
from webapp.demo.sendcloud.statuses import STATUSES
from webapp.demo.sendcloud.views import ship_with_view

api = Blueprint("tracking", __name__, url_prefix="/api/v3/parcels/tracking")

UNDERWAY = timedelta(days=1)
ADDRESS = (
    "name company_name address_line_1 address_line_2 house_number postal_code city po_box state_province_code"
    " country_code email phone_number"
).split()


@api.get("/<tracking_number>")
def retrieve(tracking_number: str) -> Any:
    for shipment in books().shipments.values():
        for parcel in shipment["parcels"]:
            if shipment["account"] == account() and parcel["tracking_number"] == tracking_number:
                return jsonify(parcel_view(shipment, parcel))
    return jsonify(detail="Parcel does not exist"), 404  # this document has a form of its own for errors


def parcel_view(shipment: Row, parcel: Row) -> Row:
    expected = moment_of(parcel["announced_at"]) + UNDERWAY
    details = {"brand_id": shipment["brand_id"], "integration_id": shipment["integration_id"]}
    same = ("announced_at", "created_at", "updated_at")
    return {
        **{name: parcel[name] for name in same},
        "source_id": str(parcel["id"]),
        "details": {name: value for name, value in details.items() if value is not None}
        | {
            "expected_delivery_date": expected.date().isoformat(),
            "is_mail_box": False,
            "is_return": False,
            "is_to_service_point": shipment["to_service_point"] is not None,
        },
        "from_address": address_view(shipment["from_address"]),
        "to_address": address_view(shipment["to_address"]),
        "parcel_items": [item | {"source_id": item.get("item_id", "")} for item in parcel["parcel_items"]],
        "ship_with": ship_with_view(shipment),
        "tracking_numbers": [
            {
                "carrier_code": shipment["carrier"]["code"],
                "tracking_number": parcel["tracking_number"],
                "tracking_url": parcel["tracking_url"],
            }
        ],
        "events": [event_view(at, code) for at, code in parcel["history"]],
    }


def address_view(address: Row) -> Row:
    return {name: address[name] for name in ADDRESS if address.get(name)}


def event_view(at: str, code: str) -> Row:
    return {
        "event_at": at,
        "event_type": "internal" if code in ("ANNOUNCING", "READY_TO_SEND") else "carrier",
        "status_code": code.lower().replace("_", "-"),
        "status_description": STATUSES[code][1],
        "status_type": "success" if "FAILED" not in code else "failure",
        "sub_status_code": "none",
    }
