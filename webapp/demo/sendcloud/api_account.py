"""Who am I, sender addresses, parcel statuses and shipping options."""

from typing import Any

from flask import Blueprint, jsonify

from webapp.demo.sendcloud import label_rules
from webapp.demo.sendcloud.asking import account, books, integration, payload
from webapp.demo.sendcloud.books import Row
from webapp.demo.sendcloud.carriers import OPTIONS, Option
from webapp.demo.sendcloud.checking import in_kg
from webapp.demo.sendcloud.errors import not_found
from webapp.demo.sendcloud.paging import page, page_size
from webapp.demo.sendcloud.saying import SHIPMENTS, demand
from webapp.demo.sendcloud.statuses import STATUSES, v3_status

api = Blueprint("account", __name__, url_prefix="/api/v3")


@api.get("/user/auth/metadata")
def metadata() -> Any:
    return jsonify(data={"user_id": account(), "integration_id": integration()["id"]})


# --- sender addresses ------------------------------------------------------------------------


def own_senders() -> list[Row]:
    return [row for row in books().sender_addresses.values() if row["account"] == account()]


def sender_view(row: Row) -> Row:
    """v3 shows no label and does not say which address is the default."""
    hidden = ("account", "label")
    shown = {name: value for name, value in row.items() if name not in hidden}
    initials = "".join(word[0] for word in row["name"].split()).upper()
    return shown | {"signature": {"full_name": row["name"], "initials": initials}}


@api.get("/addresses/sender-addresses")
def sender_addresses() -> Any:
    found, headers = page(own_senders(), lambda row: (row["id"],), page_size(100, 100))
    return jsonify(data=[sender_view(row) for row in found]), 200, headers


@api.get("/addresses/sender-addresses/<int:number>")
def sender_address(number: int) -> Any:
    row = books().sender_addresses.get(number)
    if row is None or row["account"] != account():
        raise not_found()
    return jsonify(data=sender_view(row))


# --- statuses and options ----------------------------------------------------------------------


@api.get("/parcels/statuses")
def parcel_statuses() -> Any:
    return jsonify(data=[v3_status(code) for code in STATUSES])


@api.post("/shipping-options")
def shipping_options() -> Any:
    """Takes the flat fields of January 2026 and the nested addresses of the present guide."""
    body = payload()
    demand(label_rules.shipping_options, body, SHIPMENTS, "")
    quoted = body.get("calculate_quotes") is True
    found = [option_view(option, quoted) for option in OPTIONS.values() if suits(option, body)]
    return jsonify(data=found)


def suits(option: Option, body: Row) -> bool:
    to = body.get("to_country_code") or (body.get("to_address") or {}).get("country_code")
    kilograms = max([in_kg(parcel.get("weight")) for parcel in body.get("parcels") or []], default=0.0)
    point = body.get("to_service_point_id") or (body.get("to_service_point") or {}).get("id")
    exact = {
        "carrier_code": option.carrier.code,
        "shipping_option_code": option.code,
        "shipping_product_code": option.code.split("/")[0],
        "contract_id": option.contract_id,
    }
    return (
        (to is None or option.to in (to, "EU", "world"))
        and kilograms <= option.most_kg
        and (point is None or option.service_point)
        and all(body.get(name) in (None, value) for name, value in exact.items())
    )


def option_view(option: Option, quoted: bool) -> Row:
    product = option.code.split("/")[0]
    return {
        "code": option.code,
        "name": option.name,
        "carrier": {"code": option.carrier.code, "name": option.carrier.name},
        "product": {"code": product, "name": OPTIONS[product].name},
        "functionalities": {
            "b2b": True,
            "b2c": True,
            "tracked": option.tracked,
            "signature": option.code.endswith("/signature"),
            "last_mile": "service_point" if option.service_point else "home_delivery",
            "multicollo": option.tracked,
        },
        "max_dimensions": {"length": "175.00", "width": "78.00", "height": "58.00", "unit": "cm"},
        "weight": {
            "min": {"value": "0.001", "unit": "kg"},
            "max": {"value": f"{option.most_kg:.3f}", "unit": "kg"},
        },
        "contract": {
            "id": option.contract_id,
            "client_id": "",
            "carrier_code": option.carrier.code,
            "name": "Demo contract",
        },
        "requirements": {
            "fields": [],
            "export_documents": option.to == "world",
            "is_service_point_required": option.service_point,
        },
        "charging_type": "label_creation",
        "quotes": [quote_view(option)] if quoted else [],
    }


def quote_view(option: Option) -> Row:
    """A made-up price that grows with what the option can carry."""
    price = {"value": f"{4 + option.most_kg / 4:.2f}", "currency": "EUR"}
    weights = {"min": {"value": "0.001", "unit": "kg"}, "max": {"value": f"{option.most_kg:.3f}", "unit": "kg"}}
    lines = [{"type": "price_without_insurance", "label": "Label", "price": price}]
    return {"weight": weights, "price": {"breakdown": lines, "total": price}, "lead_time": 24}
