"""`/api/v3/shipments`."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, jsonify, request

from webapp.demo.sendcloud import cancelling
from webapp.demo.sendcloud.announcing import AlreadyThere, request_shipment
from webapp.demo.sendcloud.asking import account, books, integration, now, payload
from webapp.demo.sendcloud.books import Row, stamp
from webapp.demo.sendcloud.documents import rendered
from webapp.demo.sendcloud.errors import not_found, refuse
from webapp.demo.sendcloud.label_rules import announce_shipment, create_shipment, shipment_with_rules
from webapp.demo.sendcloud.paging import page, page_size
from webapp.demo.sendcloud.rules import Rule
from webapp.demo.sendcloud.saying import SHIPMENTS, demand
from webapp.demo.sendcloud.statuses import STATUSES
from webapp.demo.sendcloud.views import shipment_view

api = Blueprint("shipments", __name__, url_prefix="/api/v3/shipments")

MOST_IDS = 100


def shipment_requested(rule: Rule, *, at_once: bool, with_rules: bool = False) -> Any:
    """Validate, announce and answer. The two kinds of endpoints point at mistakes differently."""
    root = "" if at_once else "/data/attributes"
    body = payload()
    demand(rule, body, SHIPMENTS, root)
    try:
        shipment = request_shipment(
            books(), integration(), body, now(), at_once=at_once, with_rules=with_rules, root=root
        )
    except AlreadyThere as there:
        return jsonify(data=shipment_view(books(), there.shipment)), 409
    return jsonify(data=shipment_view(books(), shipment, label_file(shipment) if at_once else None)), 201


def label_file(shipment: Row) -> str | None:
    """The label in the answer: only of a single parcel that was announced."""
    if len(shipment["parcels"]) > 1 or not shipment["parcels"][0]["documents"]:
        return None
    kind = shipment["label_details"]["mime_type"]
    file = rendered(books(), [(shipment, shipment["parcels"][0])], "label", kind)
    return base64.b64encode(file).decode()


@api.post("/announce")
def announce() -> Any:
    return shipment_requested(announce_shipment, at_once=True)


@api.post("")
def create() -> Any:
    return shipment_requested(create_shipment, at_once=False)


@api.post("/announce-with-shipping-rules")
def announce_with_rules() -> Any:
    return shipment_requested(shipment_with_rules, at_once=True, with_rules=True)


@api.post("/create-with-shipping-rules")
def create_with_rules() -> Any:
    return shipment_requested(shipment_with_rules, at_once=False, with_rules=True)


@api.get("")
def list_shipments() -> Any:
    wanted = filters()
    mine = account()
    rows = [s for s in books().shipments.values() if s["account"] == mine and all(f(s) for f in wanted)]
    found, headers = page(rows, lambda shipment: (shipment["number"],), page_size(40, 100))
    return jsonify(data=[shipment_view(books(), shipment) for shipment in found]), 200, headers


def own(shipment_id: str) -> Row:
    shipment = books().shipments.get(shipment_id)
    if shipment is None or shipment["account"] != account():
        raise not_found()
    return shipment


@api.get("/<shipment_id>")
def retrieve(shipment_id: str) -> Any:
    return jsonify(data=shipment_view(books(), own(shipment_id)))


@api.post("/<shipment_id>/cancel")
def cancel(shipment_id: str) -> Any:
    if cancelling.cancel(books(), own(shipment_id), now()):
        return jsonify(data={"status": "cancelled", "message": "Shipment has been cancelled"})
    return jsonify(data={"status": "queued", "message": "Shipment cancellation has been queued"}), 202


@api.get("/<shipment_id>/return-portal-url")
def return_portal_url(shipment_id: str) -> Any:
    own(shipment_id)
    raise not_found("No return portal is configured for this shipment.")


# --- filters ------------------------------------------------------------------------------------

Filter = Callable[[Row], bool]


def filters() -> list[Filter]:
    """One function for each filter in the query; empty ones do not filter."""
    given = {name: value for name, value in request.args.items() if value}
    wanted: list[Filter] = []
    for name in ("order_number", "external_reference_id"):
        if name in given:
            wanted.append(is_same(name, given[name]))
    if "integration_id" in given:
        wanted.append(lambda shipment: str(shipment["integration_id"]) == given["integration_id"])
    if "tracking_number" in given:
        wanted.append(any_parcel(lambda parcel: parcel["tracking_number"] == given["tracking_number"]))
    if "parcel_status" in given:
        wanted.append(any_parcel(has_status(given["parcel_status"])))
    for name in ("updated_before", "updated_after", "announced_before", "announced_after"):
        if name in given:
            wanted.append(timed(name, moment(name, given[name])))
    if "ids" in given:
        numbers = listed("ids", given["ids"])
        wanted.append(any_parcel(lambda parcel: str(parcel["id"]) in numbers))
    if "shipment_uuids" in given:
        uuids = listed("shipment_uuids", given["shipment_uuids"])
        wanted.append(lambda shipment: shipment["id"] in uuids)
    return wanted


def is_same(name: str, value: str) -> Filter:
    return lambda shipment: shipment[name] == value


def any_parcel(look: Filter) -> Filter:
    return lambda shipment: any(look(parcel) for parcel in shipment["parcels"])


def has_status(wanted: str) -> Filter:
    """By v3's word or v2's number."""
    codes = {code for code, (number, _) in STATUSES.items() if wanted.upper() == code or wanted == str(number)}
    return lambda parcel: parcel["status"] in codes


def listed(name: str, text: str) -> set[str]:
    values = {value.strip() for value in text.split(",")}
    if len(values) > MOST_IDS:
        detail = f"Validation failed, {name} may not hold more than {MOST_IDS} values"
        raise refuse(400, "validation_error", detail, pointer="/list_shipments/filters")
    return values


def moment(name: str, text: str) -> str:
    """An ISO 8601 moment; one without a zone is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        detail = f"Validation failed, {name} is not a datetime"
        raise refuse(400, "validation_error", detail, pointer="/list_shipments/filters") from error
    return stamp(found if found.tzinfo else found.replace(tzinfo=UTC))


def timed(name: str, wanted: str) -> Filter:
    field, _, side = name.partition("_")
    is_right = str.__gt__ if side == "after" else str.__lt__
    if field == "updated":
        return lambda shipment: is_right(shipment["updated_at"], wanted)
    return any_parcel(lambda parcel: bool(parcel["announced_at"]) and is_right(parcel["announced_at"], wanted))
