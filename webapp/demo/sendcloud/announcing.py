"""The Shipments API: shipments that belong to no incoming order."""

from collections.abc import Iterator
from typing import Any

from webapp.demo.sendcloud import checking
from webapp.demo.sendcloud.agenda import after, later
from webapp.demo.sendcloud.books import Books, Row
from webapp.demo.sendcloud.carriers import OPTIONS, Option, by_rules
from webapp.demo.sendcloud.countries import needs_customs
from webapp.demo.sendcloud.errors import Refused, problem, refuse
from webapp.demo.sendcloud.labels import is_failing, sender_of
from webapp.demo.sendcloud.shipping import announce, new_parcel, new_shipment, sender_as_address


class AlreadyThere(Exception):
    """The external reference was used before; `shipment` is what it was used for."""

    def __init__(self, shipment: Row):
        super().__init__(shipment["id"])
        self.shipment = shipment


def request_shipment(
    books: Books, integration: Row, body: Row, now: str, *, at_once: bool, with_rules: bool, root: str
) -> Row:
    """Announce now, or in a moment. Raises Refused or AlreadyThere."""
    reference = body.get("external_reference_id")
    if reference and (used := books.reference_index.get((integration["account"], reference))):
        raise AlreadyThere(books.shipments[used])
    if not books.switches.payment_method:
        raise refuse(402, "no_valid_payment_method", "There is no valid payment method.")
    option = option_of(books, body, with_rules, root)
    sender = from_address(books, integration["account"], body, root)
    looked = found(books, integration, body, option, sender)
    errors = [problem(400, code, detail, pointer=f"{root}/{path}") for path, code, detail in looked]
    failing = books.switches.announcement != "works" and is_failing(books, body.get("order_number", ""))
    if not errors and failing:
        errors = [problem(400, "parcel_announcement_error", books.switches.announcement_error)]
    if at_once and errors and not (failing and books.switches.announcement == "fails_2xx"):
        raise Refused(400, *errors)
    shipment = book_in(books, integration, body, option, sender, now)
    if at_once:
        announce(books, shipment, option, errors, now)
    else:
        later(books, after(now, books.switches.announce_delay), "announce_shipment", [shipment["id"], errors])
    return shipment


def announce_later(books: Books, shipment_id: str, errors: list[Row], now: str) -> None:
    shipment = books.shipments[shipment_id]
    if all(parcel["status"] == "ANNOUNCING" for parcel in shipment["parcels"]):
        announce(books, shipment, OPTIONS[shipment["option"]], errors, now)


def option_of(books: Books, body: Row, with_rules: bool, root: str) -> Option:
    code = body.get("ship_with", {}).get("properties", {}).get("shipping_option_code")
    indicator = body.get("delivery_indicator", "")
    if with_rules and body.get("apply_shipping_rules", True) and (indicator or not code):
        point = service_point(books, body)
        country = body["to_address"]["country_code"]
        return by_rules(country, point["carrier"] if point else "", indicator)
    at = f"{root}/ship_with/properties/shipping_option_code"
    if not code:
        raise refuse(400, "required", "This field is required.", pointer=at)
    if code not in OPTIONS:
        raise refuse(400, "invalid", f"Shipping option {code} does not exist.", pointer=at)
    return OPTIONS[code]


def from_address(books: Books, account: int, body: Row, root: str) -> Row:
    """The sender: an id with overrides, a whole address, or with rules the account's default."""
    given = body.get("from_address") or {}
    if "sender_address_id" not in given and given:
        return given
    sender = sender_of(books, account, given.get("sender_address_id"))
    if sender is None:
        raise refuse(404, "not_found", "Does not exist.", pointer=f"{root}/from_address/sender_address_id")
    overrides = {name: value for name, value in given.items() if name != "sender_address_id"}
    return sender_as_address(sender) | overrides


def service_point(books: Books, body: Row) -> Row | None:
    return checking.find_point(books, *checking.wanted_point(as_order(body)))


def as_order(body: Row) -> Row:
    """The parts that the checks for orders look at, under the names they have there."""
    return {"shipping_address": body["to_address"], "service_point_details": body.get("to_service_point")}


def found(books: Books, integration: Row, body: Row, option: Option, sender: Row) -> Iterator[checking.Finding]:
    address = body["to_address"]
    yield from checking.address_findings(address, option, "to_address")
    for path, code, detail in checking.point_findings(books, as_order(body), option, integration):
        yield path.replace("service_point_details", "to_service_point"), code, detail
    yield from checking.route_findings(option, sender["country_code"], address["country_code"])
    for parcel in parcels_of(body):
        yield from checking.weight_findings(checking.in_kg(parcel.get("weight")), option)
    if needs_customs(sender["country_code"], address["country_code"]):
        yield from customs_found(body)
    if len(set(currencies_in(body))) > 1:
        yield "customs_information", "validation_error", "All amounts should be in the same currency."


def customs_found(body: Row) -> Iterator[checking.Finding]:
    if not body.get("customs_information"):
        yield "customs_information", "required", "This field is required."
    for n, parcel in enumerate(parcels_of(body)):
        if not parcel.get("parcel_items"):
            yield f"parcels/{n}/parcel_items", "required", "This field is required."
        for m, item in enumerate(parcel.get("parcel_items", [])):
            for name in ("hs_code", "origin_country"):
                if not item.get(name):
                    yield f"parcels/{n}/parcel_items/{m}/{name}", "required", "This field is required."


def currencies_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("currency"), str):
            yield value["currency"]
        for entry in value.values():
            yield from currencies_in(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from currencies_in(entry)


def parcels_of(body: Row) -> list[Row]:
    return body.get("parcels") or [{}]


def book_in(books: Books, integration: Row, body: Row, option: Option, sender: Row, now: str) -> Row:
    point = service_point(books, body)
    sender_id = (body.get("from_address") or {}).get("sender_address_id")
    same = "order_number reference external_reference_id brand_id customs_information total_order_price".split()
    given = {name: body[name] for name in same if body.get(name) is not None}
    return new_shipment(
        books,
        integration["account"],
        now,
        integration_id=integration["id"],
        option=option.code,
        contract_id=option.contract_id,
        carrier={"code": option.carrier.code, "name": option.carrier.name},
        sender_address_id=sender_id,
        to_address=body["to_address"],
        from_address=sender,
        to_service_point=point and {"id": str(point["id"]), "carrier_service_point_id": point["code"]},
        label_details={"mime_type": "application/pdf", "dpi": 72} | body.get("label_details", {}),
        parcels=[parcel_row(books, parcel, now) for parcel in parcels_of(body)],
        **given,
    )


def parcel_row(books: Books, parcel: Row, now: str) -> Row:
    extra_names = "dimensions additional_insured_price label_notes sscc package_type".split()
    extra = {name: parcel[name] for name in extra_names if name in parcel}
    items = [completed(item) for item in parcel.get("parcel_items", [])]
    return new_parcel(books, now, checking.in_kg(parcel.get("weight")) or checking.DEFAULT_KG, items, extra)


def completed(item: Row) -> Row:
    """What rules and defaults fill in, so that an item always has its five fields."""
    empty = {
        "description": "-",
        "hs_code": "",
        "weight": {"value": 0.001, "unit": "kg"},
        "price": {"value": "0.00", "currency": "EUR"},
    }
    return empty | item
