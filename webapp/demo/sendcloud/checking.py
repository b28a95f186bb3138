"""What is looked at when a label is asked for: address, customs, service point, weight.

The import of an order demands none of this; it fails only at label time (Sendcloud's pages on
parcel errors, house numbers and international shipping). Findings are `(path, code, detail)` with
the path inside the order.
"""

import re
from collections.abc import Iterator
from typing import Any

from webapp.demo.sendcloud.books import Books, Row
from webapp.demo.sendcloud.carriers import Option
from webapp.demo.sendcloud.countries import needs_customs

Finding = tuple[str, str, str]

BLANK = "This field cannot be blank."
# General limits; each carrier has its own, these are the ones of the importer's address.
LONGEST = {
    "name": 75,
    "company_name": 50,
    "address_line_1": 150,
    "address_line_2": 150,
    "city": 30,
    "postal_code": 12,
    "phone_number": 20,
}
POSTAL_CODES = {
    "NL": re.compile(r"[1-9]\d{3} ?[A-Za-z]{2}"),
    "BE": re.compile(r"[1-9]\d{3}"),
    "DE": re.compile(r"\d{5}"),
    "FR": re.compile(r"\d{5}"),
}
NEEDS_STATE = ("US", "CA", "IT", "AU")
NUMBER_LAST = re.compile(r"(?P<street>.*\D.*?),?\s+(?P<number>\d+\s?[A-Za-z0-9\-/]{0,6})")
NUMBER_FIRST = re.compile(r"(?P<number>\d+[A-Za-z]?),?\s+(?P<street>\D.+)")
IN_KG = {"kg": 1.0, "g": 0.001, "lbs": 0.45359237, "oz": 0.028349523}
DEFAULT_KG = 1.0


def split_house_number(address: Row) -> tuple[str, str]:
    """Street and house number; the number is taken out of the street when it was not given."""
    street, number = address["address_line_1"].strip(), address.get("house_number", "").strip()
    if number:
        return street, number
    found = NUMBER_LAST.fullmatch(street) or NUMBER_FIRST.fullmatch(street)
    return (found["street"], found["number"]) if found else (street, "")


def address_findings(address: Row, option: Option, at: str) -> Iterator[Finding]:
    _, number = split_house_number(address)
    if option.carrier.split_address and not number:
        yield f"{at}/house_number", "validation_error", BLANK
    if len(number) > option.carrier.house_number_most:
        yield f"{at}/house_number", "validation_error", too_long(option.carrier.house_number_most)
    for name, most in LONGEST.items():
        if len(address.get(name, "")) > most:
            yield f"{at}/{name}", "validation_error", too_long(most)
    country = address["country_code"]
    if country in POSTAL_CODES and not POSTAL_CODES[country].fullmatch(address["postal_code"].strip()):
        yield f"{at}/postal_code", "validation_error", f"The postal code is not valid for {country}."
    if country in NEEDS_STATE and not address.get("state_province_code"):
        yield f"{at}/state_province_code", "validation_error", BLANK


def too_long(most: int) -> str:
    return f"Ensure this field has no more than {most} characters."


def customs_findings(body: Row, sender_country: str) -> Iterator[Finding]:
    """Outside the customs union each item needs HS code and origin, the shipment an invoice and a reason."""
    if not needs_customs(sender_country, body["shipping_address"]["country_code"]):
        return
    details = body.get("customs_details") or {}
    for name in ("commercial_invoice_number", "shipment_type"):
        if not details.get(name):
            yield f"customs_details/{name}", "required", "This field is required."
    if len(details.get("commercial_invoice_number", "")) > 40:
        yield "customs_details/commercial_invoice_number", "validation_error", too_long(40)
    for n, item in enumerate(body["order_details"]["order_items"]):
        at = f"order_details/order_items/{n}"
        for name in ("hs_code", "country_of_origin"):
            if not item.get(name):
                yield f"{at}/{name}", "required", "This field is required."
        if len(item.get("hs_code", "")) > 12:
            yield f"{at}/hs_code", "validation_error", too_long(12)


def wanted_point(body: Row) -> tuple[str, str]:
    """The field that names the order's service point and its value; empty when it has none."""
    details = body.get("service_point_details") or {}
    name = "id" if "id" in details else "carrier_service_point_id"
    return name, str(details.get(name, ""))


def find_point(books: Books, name: str, value: str) -> Row | None:
    if name == "id":
        return books.service_points.get(int(value)) if value.isdecimal() else None
    return next((p for p in books.service_points.values() if p["code"] == value), None)


def point_findings(books: Books, body: Row, option: Option, integration: Row | None) -> Iterator[Finding]:
    name, value = wanted_point(body)
    at = f"service_point_details/{name}"
    if not value:
        if option.service_point:
            yield "service_point_details", "required", "A service point is required for this shipping option."
        return
    point = find_point(books, name, value)
    if integration is not None and not integration["service_point_enabled"]:
        yield at, "validation_error", "Service point support is not activated for this integration."
    elif point is None:
        yield at, "invalid", f"Service point with id {value} does not exist."
    elif not point["available"]:
        yield at, "validation_error", "The service point is not available."
    elif option.service_point and point["carrier"] != option.carrier.code:
        yield at, "validation_error", f"The service point is not one of {option.carrier.name}."
    elif point["country_code"] != body["shipping_address"]["country_code"]:
        yield at, "validation_error", "The service point is in another country than the receiver."


def weight_findings(kg: float, option: Option) -> Iterator[Finding]:
    if kg > option.most_kg:
        detail = f"The weight of {kg:.3f} kg is over the {option.most_kg:g} kg of {option.name}."
        yield "shipping_details/measurement/weight", "validation_error", detail


def route_findings(option: Option, sender_country: str, country: str) -> Iterator[Finding]:
    near = {"EU": not needs_customs(sender_country, country), "world": True}
    if not near.get(option.to, option.to == country):
        detail = f"{option.name} is not available from {sender_country} to {country}."
        yield "shipping_details/ship_with", "validation_error", detail


def findings(
    books: Books, body: Row, option: Option, sender: Row, integration: Row | None, kg: float
) -> list[Finding]:
    """Everything that keeps this order from being announced."""
    address = body["shipping_address"]
    return [
        *address_findings(address, option, "shipping_address"),
        *customs_findings(body, sender["country_code"]),
        *point_findings(books, body, option, integration),
        *weight_findings(kg, option),
        *route_findings(option, sender["country_code"], address["country_code"]),
    ]


def in_kg(weight: Any) -> float:
    """A weight of either form, `value` a number or text; no weight is no kilograms."""
    return float(weight["value"]) * IN_KG[weight["unit"]] if weight else 0.0


def order_kg(body: Row, quantities: dict[str, int] | None = None) -> float:
    """The order's own weight, or its items' (`quantities` of them), or the account's default."""
    own = in_kg(body.get("shipping_details", {}).get("measurement", {}).get("weight"))
    if own and quantities is None:
        return own
    total = 0.0
    for item in body["order_details"]["order_items"]:
        count = item["quantity"] if quantities is None else quantities.get(item.get("item_id", ""), 0)
        total += count * in_kg(item.get("measurement", {}).get("weight"))
    return total or DEFAULT_KG
