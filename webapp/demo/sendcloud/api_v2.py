"""The parts of API v2 that still serve new accounts: reading, and cancelling a parcel."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from webapp.demo.sendcloud import cancelling
from webapp.demo.sendcloud.api_account import own_senders
from webapp.demo.sendcloud.api_documents import file_answer
from webapp.demo.sendcloud.asking import account, books, integration, now
from webapp.demo.sendcloud.books import Row, stamp
from webapp.demo.sendcloud.carriers import METHODS, OPTIONS, Option
from webapp.demo.sendcloud.documents import PDF, rendered
from webapp.demo.sendcloud.errors import Refused, RefusedV2
from webapp.demo.sendcloud.paging import page_beside
from webapp.demo.sendcloud.parcels_v2 import label_hash, v2_label, v2_parcel
from webapp.demo.sendcloud.shipping import has_label
from webapp.demo.sendcloud.statuses import STATUSES, v2_status
from webapp.demo.sendcloud.webhooks import v2_integration

api = Blueprint("v2", __name__, url_prefix="/api/v2")

PARCELS_A_PAGE = 100
PAPERS = {"label": "label", "cn23": "customs-declaration", "cn23-default": "customs-declaration"}
PAPERS |= {"air-waybill": "air-waybill"}


@api.get("/user")
def user() -> Any:
    return jsonify(user={"username": f"account-{account()}", "company_name": integration()["shop_name"]})


@api.get("/user/addresses/sender")
def sender_addresses() -> Any:
    return jsonify(sender_addresses=[sender_view(row) for row in own_senders()])


def sender_view(row: Row) -> Row:
    """v2 knows the label that the merchant gave the address; v3 does not."""
    same = "id company_name house_number postal_code city email label".split()
    return {name: row[name] for name in same} | {
        "contact_name": row["name"],
        "street": row["address_line_1"],
        "postal_box": "",
        "country": row["country_code"],
        "country_state": None,
        "telephone": row["phone_number"],
        "vat_number": row["tax_numbers"][0]["value"],
        "eori_number": "",
        "brand_id": 1,
        "signature_full_name": row["name"],
        "signature_initials": "",
    }


@api.get("/user/addresses/sender/<int:number>")
def sender_address(number: int) -> Any:
    for row in own_senders():
        if row["id"] == number:
            return jsonify(sender_address=sender_view(row))
    raise RefusedV2(404, "No SenderAddress matches the given query.")


@api.get("/shipping_methods")
def shipping_methods() -> Any:
    """What ships to `to_country`, or everything. v2 knows the same options as v3, by number."""
    to = request.args.get("to_country")
    found = [option for option in OPTIONS.values() if to is None or option.to in (to, "EU", "world")]
    return jsonify(shipping_methods=[method_view(option) for option in found])


@api.get("/shipping_methods/<int:number>")
def shipping_method(number: int) -> Any:
    for option in OPTIONS.values():
        if METHODS[option.code] == number:
            return jsonify(shipping_method=method_view(option))
    raise RefusedV2(404, "No ShippingMethod matches the given query.")


def method_view(option: Option) -> Row:
    return {
        "id": METHODS[option.code],
        "name": option.name,
        "carrier": option.carrier.code,
        "min_weight": "0.001",
        "max_weight": f"{option.most_kg:.3f}",
        "service_point_input": "required" if option.service_point else "none",
        "price": 0,
        "countries": [],
    }


@api.get("/parcels/statuses")
def statuses() -> Any:
    return jsonify([v2_status(code) for code in STATUSES])


@api.get("/integrations")
def integrations() -> Any:
    return jsonify([v2_integration(row) for row in books().integrations.values() if row["account"] == account()])


def own_integration(number: int) -> Row:
    row = books().integrations.get(number)
    if row is None or row["account"] != account():
        raise RefusedV2(404, "No Integration matches the given query.")
    return row


@api.get("/integrations/<int:number>")
def one_integration(number: int) -> Any:
    return jsonify(v2_integration(own_integration(number)))


@api.route("/integrations/<int:number>/shipments", methods=["GET", "POST"])
@api.post("/integrations/<int:number>/shipments/delete")
def partners_only(number: int) -> Any:
    """Documented: for official partners, and nobody is one here."""
    own_integration(number)
    raise RefusedV2(403, "This endpoint is only available for official partners. Use API v3.")


# --- service points --------------------------------------------------------------------------------


@api.get("/service-points")
@api.get("/service-points/")
def service_points() -> Any:
    given = request.args
    if "country" not in given:
        raise RefusedV2(400, "country: This field is required.")
    carriers = given["carrier"].split(",") if "carrier" in given else integration()["service_point_carriers"]
    rows = books().service_points.values()
    found = [row for row in rows if row["country_code"] == given["country"] and row["carrier"] in carriers]
    return jsonify([point_view(row) for row in found])


@api.get("/service-points/<int:number>")
def service_point(number: int) -> Any:
    return jsonify(point_view(find_point(number)))


@api.get("/service-points/<int:number>/check-availability")
def check_availability(number: int) -> Any:
    return jsonify(find_point(number)["available"])


def find_point(number: int) -> Row:
    if number not in books().service_points:
        raise RefusedV2(404, "No ServicePoint matches the given query.")
    return books().service_points[number]


def point_view(row: Row) -> Row:
    same = "id code carrier name street house_number postal_code city".split()
    return {name: row[name] for name in same} | {
        "country": row["country_code"],
        "latitude": f"{row['latitude']:.6f}",
        "longitude": f"{row['longitude']:.6f}",
        "is_active": row["available"],
        "distance": 0,
        "email": "",
        "phone": "",
        "homepage": "",
        "shop_type": None,
        "general_shop_type": "servicepoint",
        "extra_data": {},
        "formatted_opening_times": {str(day): ["09:00 - 18:00"] if day < 6 else [] for day in range(7)},
        "open_tomorrow": True,
        "open_upcoming_week": True,
    }


# --- parcels ---------------------------------------------------------------------------------------


@api.get("/parcels")
def parcels() -> Any:
    """A hundred a page, the newest first, with addresses of the pages beside it."""
    wanted = parcel_filters()
    rows = [
        {"shipment": shipment, "parcel": parcel}
        for shipment in books().shipments.values()
        if shipment["account"] == account()
        for parcel in shipment["parcels"]
        if all(fits(shipment, parcel) for fits in wanted)
    ]
    try:
        found, beside = page_beside(rows, lambda row: (row["parcel"]["id"],), PARCELS_A_PAGE, descending=True)
    except Refused:
        raise RefusedV2(404, "Invalid cursor") from None
    shown = [v2_parcel(books(), row["shipment"], row["parcel"]) for row in found]
    return jsonify(next=beside.get("next"), previous=beside.get("prev"), parcels=shown)


def parcel_filters() -> list[Callable[[Row, Row], bool]]:
    """One function for each filter in the query; a wrong one is refused."""
    given = {name: value for name, value in request.args.items() if value}
    wanted: list[Callable[[Row, Row], bool]] = []
    if "order_number" in given:
        wanted.append(lambda shipment, parcel: shipment["order_number"] == given["order_number"])
    if "external_reference" in given:
        wanted.append(lambda shipment, parcel: shipment["external_reference_id"] == given["external_reference"])
    if "tracking_number" in given:
        wanted.append(lambda shipment, parcel: parcel["tracking_number"] == given["tracking_number"])
    if "parcel_status" in given:
        status = given["parcel_status"]
        wanted.append(lambda shipment, parcel: str(v2_status(parcel["status"])["id"]) == status)
    if "ids" in given:
        numbers = given["ids"].split(",")
        if len(numbers) > PARCELS_A_PAGE or not all(number.strip().isdecimal() for number in numbers):
            raise RefusedV2(400, f"ids: Give at most {PARCELS_A_PAGE} ids.")
        ids = {int(number) for number in numbers}
        wanted.append(lambda shipment, parcel: parcel["id"] in ids)
    for name in ("updated_after", "announced_after"):
        if name in given:
            wanted.append(later_than(name, given[name]))
    return wanted


def later_than(name: str, text: str) -> Callable[[Row, Row], bool]:
    field = name.replace("_after", "_at")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedV2(400, f"{name}: Enter a valid date/time.") from None
    moment = stamp(found if found.tzinfo else found.replace(tzinfo=UTC))
    return lambda shipment, parcel: bool(parcel[field]) and parcel[field] > moment


@api.post("/parcels")
def closed() -> Any:
    """Closed to accounts made after 13 April 2026, and this one is."""
    raise RefusedV2(403, "This endpoint is not available for your account. Use API v3.")


def own_parcel(number: int) -> tuple[Row, Row]:
    found = books().parcel(number)
    if found is None or found[0]["account"] != account():
        raise RefusedV2(404, "No Parcel matches the given query.")
    return found


@api.get("/parcels/<int:number>")
def parcel(number: int) -> Any:
    return jsonify(parcel=v2_parcel(books(), *own_parcel(number)))


@api.get("/parcels/<int:number>/return_portal_url")
def return_portal(number: int) -> Any:
    own_parcel(number)
    raise RefusedV2(404, "No return portal is configured for this parcel.")


@api.post("/parcels/<int:number>/cancel")
def cancel(number: int) -> Any:
    shipment, row = own_parcel(number)
    if row["status"] == "ANNOUNCEMENT_FAILED":
        return jsonify(status="deleted", message="Parcel has been deleted"), 410
    try:
        done = cancelling.cancel(books(), shipment, now())
    except Refused as error:
        return jsonify(status="failed", message=error.errors[0]["detail"]), 400
    if done:
        return jsonify(status="cancelled", message="Parcel has been cancelled")
    return jsonify(status="queued", message="Parcel cancellation has been queued"), 202


@api.get("/parcels/<int:number>/documents/<kind>")
def document(number: int, kind: str) -> Any:
    """As in v3, under v2's names for the papers."""
    found = own_parcel(number)
    name = PAPERS.get(kind, "")
    if name not in found[1]["documents"] or not has_label(found[1], now()):
        raise RefusedV2(404, "Not found.")
    try:
        return file_answer([found], name)
    except Refused as error:
        raise RefusedV2(error.status, error.errors[0]["detail"]) from None


# --- labels ----------------------------------------------------------------------------------------


@api.get("/labels/<int:number>")
def label_addresses(number: int) -> Any:
    return jsonify(label=v2_label(books(), own_parcel(number)[1]))


@api.get("/labels/<any(label_printer, normal_printer):printer>/<int:number>")
def label_file(printer: str, number: int) -> Any:
    """The addresses in webhooks: a hash opens them without keys."""
    found = books().parcel(number)
    if found is None or not has_label(found[1], now()):
        raise RefusedV2(404, "No Parcel matches the given query.")
    if request.args.get("hash") != label_hash(found[1]) and not request.authorization:
        raise RefusedV2(401, "Invalid username/password.")
    size = "A6" if printer == "label_printer" else "A4"
    return Response(rendered(books(), [found], "label", PDF, paper_size=size), mimetype=PDF)
