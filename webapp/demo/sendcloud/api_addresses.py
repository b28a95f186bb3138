"""`POST /api/v3/addresses/validate`: what a carrier would say of an address before a label is asked for.

The reasons are those of Sendcloud's Shipments document. Chosen: the one proposal is the street and house number
taken apart, for a carrier that wants them so.
"""

from typing import Any

from flask import Blueprint, jsonify

from webapp.demo.sendcloud.asking import payload
from webapp.demo.sendcloud.books import Row
from webapp.demo.sendcloud.carriers import OPTIONS, SENDCLOUD, Carrier
from webapp.demo.sendcloud.checking import LONGEST, NEEDS_STATE, POSTAL_CODES, split_house_number
from webapp.demo.sendcloud.order_rules import filled, string
from webapp.demo.sendcloud.rules import choice, many, nullable, shape
from webapp.demo.sendcloud.saying import SHIPMENTS, demand

api = Blueprint("addresses", __name__, url_prefix="/api/v3/addresses")

PROVINCES = ("IT",)  # where the state is called a province
# Who lives there is no part of the document's address, but not forbidden either.
TEXTS = (
    "address_line_1 address_line_2 house_number state_province_code name company_name email phone_number"
).split()
address_fields = {name: string for name in TEXTS} | {name: filled for name in ("city", "country_code", "postal_code")}
validation = shape(
    {"address": shape(optional=address_fields | {"po_box": nullable(string)}), "carrier_code": filled},
    {"validation_methods": many(choice("here"))},
)


@api.post("/validate")
def validate() -> Any:
    body = payload()
    demand(validation, body, SHIPMENTS, "/address")  # the root of the document's sample
    address, carrier = body["address"], carrier_named(body["carrier_code"])
    return jsonify(input_address_is_valid=not reasons(address, carrier), results=[proposal(address, carrier)])


def carrier_named(code: str) -> Carrier:
    """One that is not played here has the general limits."""
    return next((option.carrier for option in OPTIONS.values() if option.carrier.code == code), SENDCLOUD)


def proposal(address: Row, carrier: Carrier) -> Row:
    """The address as it would be printed, with what was changed and what is still wrong with it."""
    washed = dict(address)
    if carrier.split_address and "address_line_1" in address:
        street, number = split_house_number(address)
        washed |= {"address_line_1": street} | ({"house_number": number} if number else {})
    changed = [name for name in washed if washed[name] != address.get(name)]
    wrong = reasons(washed, carrier)
    analysis = {"changed_attributes": changed, "validation_result": {"is_valid": not wrong, "reasons": wrong}}
    return {"address": washed, "analysis": analysis, "recommended": bool(changed) and not wrong}


def reasons(address: Row, carrier: Carrier) -> list[str]:
    country, postal_code = address.get("country_code", ""), address.get("postal_code", "")
    number = address.get("house_number", "").strip()
    pattern = POSTAL_CODES.get(country)
    found = {
        "ADDRESS_TOO_LONG": any(len(address.get(name, "")) > LONGEST[name] for name in ("address_line_1", "city")),
        "HOUSE_NUMBER_TOO_LONG": len(number) > carrier.house_number_most,
        "HOUSE_NUMBER_TOO_SHORT": carrier.split_address and not number,
        "ADDRESS_NOT_VALID": bool(postal_code and pattern and not pattern.fullmatch(postal_code.strip())),
        "COUNTRY_CODE_MISSING": not country,
        "POSTAL_CODE_MISSING": not postal_code,
        "STATE_MISSING": is_stateless(address) and country not in PROVINCES,
        "PROVINCE_MISSING": is_stateless(address) and country in PROVINCES,
    }
    return [reason for reason, applies in found.items() if applies]


def is_stateless(address: Row) -> bool:
    return address.get("country_code") in NEEDS_STATE and not address.get("state_province_code")
