"""`/api/v3/service-points` (beta at Sendcloud): search, read, availability."""

from collections.abc import Iterator
from math import asin, cos, radians, sin, sqrt
from typing import Any

from flask import Blueprint, jsonify, request

from webapp.demo.sendcloud.asking import books, integration
from webapp.demo.sendcloud.books import Row
from webapp.demo.sendcloud.countries import is_country
from webapp.demo.sendcloud.errors import Refused, not_found, problem, refuse

api = Blueprint("service_points", __name__, url_prefix="/api/v3/service-points")

CARRIERS = {"postnl": "PostNL", "dhl": "DHL", "bpost": "bpost", "dpd": "DPD", "ups": "UPS"}
SHOP_TYPES = ("servicepoint", "locker", "post_office", "carrier_depot")
BOX = ("ne_latitude", "ne_longitude", "sw_latitude", "sw_longitude")
ADDRESS = ("address", "address_street", "address_house_number", "address_postal_code", "address_city")
DAYS = "monday tuesday wednesday thursday friday saturday".split()


@api.get("")
def search() -> Any:
    refuse_mistakes()
    if not integration()["service_point_enabled"]:
        detail = "Service points are not enabled for the authenticated integration."
        raise refuse(400, "validation_error", detail)
    located = any(name in request.args for name in ADDRESS)
    if located and not books().switches.geocoding:
        # The document's own sample has null for the code here.
        detail = "The address could not be resolved at this time. Try again later."
        raise Refused(503, problem(503, "invalid", detail))
    centre, geocoding = reference_point()
    rows = [list_view(row, centre) for row in books().service_points.values() if is_wanted(row)]
    if centre:
        radius = number("radius", 50_000)
        rows = sorted((row for row in rows if row["distance"] <= radius), key=lambda row: row["distance"])
    return jsonify(data={"results": rows[: int(number("limit", 100))], "geocoding": geocoding})


@api.get("/<int:point_id>")
def retrieve(point_id: int) -> Any:
    return jsonify(data=view(find(point_id)))


@api.post("/<int:point_id>/check-availability")
def check_availability(point_id: int) -> Any:
    return jsonify(data={"is_available": find(point_id)["available"]})


def find(point_id: int) -> Row:
    row = books().service_points.get(point_id)
    if row is None:
        raise not_found("The service point could not be found")
    return row


# --- the query -----------------------------------------------------------------------------------


def refuse_mistakes() -> None:
    if errors := list(mistakes()):
        raise Refused(400, *errors)


def mistakes() -> Iterator[Row]:
    """What is wrong with the query, one problem for each parameter."""
    given = request.args
    if "country_code" not in given:
        yield problem(400, "required", "Field required", parameter="country_code")
    elif not is_country(given["country_code"]):
        detail = f'"{given["country_code"]}" is not a valid country code'
        yield problem(400, "invalid_choice", detail, parameter="country_code")
    yield from carrier_mistakes()
    for name in ("latitude", "longitude", *BOX, "radius", "limit"):
        if name in given and not is_number(given[name]):
            detail = "Input should be a valid number, unable to parse string as a number"
            yield problem(400, "invalid", detail, parameter=name)
    for group in (BOX, ("latitude", "longitude")):
        if 0 < sum(name in given for name in group) < len(group):
            detail = f"{', '.join(group[:-1])} and {group[-1]} must all be provided together"
            yield problem(400, "validation_error", detail, parameter=group[0])
    for name, least, most in (("radius", 100, 50_000), ("limit", 1, 200)):
        if is_number(given.get(name, "")) and not least <= float(given[name]) <= most:
            detail = f"Input should be between {least} and {most}"
            yield problem(400, "invalid", detail, parameter=name)
    if not set(given.getlist("general_shop_type")) <= set(SHOP_TYPES):
        detail = "Input should be 'servicepoint', 'locker', 'post_office' or 'carrier_depot'"
        yield problem(400, "invalid_choice", detail, parameter="general_shop_type")


def carrier_mistakes() -> Iterator[Row]:
    codes = request.args.getlist("carrier_code")
    own = request.args.get("use_integration_carriers") == "true"
    if codes and own:
        detail = "carrier_code and use_integration_carriers are mutually exclusive"
        yield problem(400, "validation_error", detail, parameter="carrier_code")
    elif not codes and not own:
        detail = "One of carrier_code and use_integration_carriers is required"
        yield problem(400, "validation_error", detail, parameter="carrier_code")
    if unknown := [code for code in codes if code not in CARRIERS]:
        detail = f"Service points are not supported for the requested carriers: {', '.join(unknown)}."
        yield problem(400, "validation_error", detail)


def is_number(value: str) -> bool:
    return value.removeprefix("-").replace(".", "", 1).isdecimal()


def number(name: str, default: float) -> float:
    return float(request.args.get(name, default))


def is_wanted(row: Row) -> bool:
    given = request.args
    carriers = given.getlist("carrier_code") or integration()["service_point_carriers"]
    types = given.getlist("general_shop_type")
    codes = given.getlist("carrier_service_point_id")
    return (
        row["country_code"] == given["country_code"]
        and row["carrier"] in carriers
        and (not codes or row["code"] in codes)
        and (not types or "servicepoint" in types)
        and (
            BOX[0] not in given
            or number("sw_latitude", 0) <= row["latitude"] <= number("ne_latitude", 0)
            and number("sw_longitude", 0) <= row["longitude"] <= number("ne_longitude", 0)
        )
    )


def reference_point() -> tuple[tuple[float, float] | None, Row | None]:
    """Where to measure from, and how the address was understood: by the points' own places."""
    given = request.args
    if "latitude" in given:
        return (number("latitude", 0), number("longitude", 0)), None
    asked = " ".join(given[name] for name in ADDRESS if name in given).lower()
    if not asked:
        return None, None
    for row in books().service_points.values():
        place = (row["postal_code"].lower().replace(" ", ""), row["city"].lower())
        if place[0] in asked.replace(" ", "") or place[1] in asked:
            found = {"status": "matched", "precision": "city", "formatted_address": row["city"]}
            return (row["latitude"], row["longitude"]), found
    return None, {"status": "not_found", "precision": None, "formatted_address": None}


def metres(one: tuple[float, float], other: tuple[float, float]) -> int:
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * 6_371_000 * asin(sqrt(half)))


# --- the answer ----------------------------------------------------------------------------------


def list_view(row: Row, centre: tuple[float, float] | None) -> Row:
    distance = metres(centre, (row["latitude"], row["longitude"])) if centre else None
    return view(row) | {"distance": distance}


def view(row: Row) -> Row:
    hours = [{"start_time": "09:00", "end_time": "18:00"}]
    return {
        "id": row["id"],
        "name": row["name"],
        "carrier": {
            "code": row["carrier"],
            "name": CARRIERS[row["carrier"]],
            "logo_url": None,
            "icon_url": None,
        },
        "carrier_service_point_id": row["code"],
        "carrier_shop_type": None,
        "general_shop_type": "servicepoint",
        "address": {
            "street": row["street"],
            "house_number": row["house_number"],
            "postal_code": row["postal_code"],
            "city": row["city"],
            "country_code": row["country_code"],
        },
        "position": {"latitude": row["latitude"], "longitude": row["longitude"]},
        "contact": {"email": "", "phone": ""},
        "opening_times": {day: hours for day in DAYS} | {"sunday": None},
        "is_open_tomorrow": True,
        "next_open_at": None,
        "is_expired": False,
    }
