"""Shipments as Sendcloud tells them, whole or not."""

from decimal import Decimal
from math import inf
from typing import Any

import pytest

from webapp.sync.parse_sendcloud import Shipped, moment, parcels

PARCEL: dict[str, Any] = {
    "id": 380001,
    "status": {"code": "READY_TO_SEND", "message": "Ready to send"},
    "tracking_number": "3SDEMO1",
    "tracking_url": "https://volg.example/3SDEMO1",
    "created_at": "2026-03-04T11:00:00Z",
    "parcel_items": [{"item_id": "AB-1", "quantity": 2}, {"item_id": "ab-1", "quantity": 1}, {"quantity": 4}],
}
SHIPMENT: dict[str, Any] = {
    "id": "s-1",
    "order_number": "20001",
    "carrier": {"code": "postnl", "name": "PostNL"},
    "errors": [],
    "parcels": [PARCEL],
}


def one(shipment: dict[str, Any] | None = None, **parcel: Any) -> Shipped:
    (found,) = parcels({**SHIPMENT, "parcels": [PARCEL | parcel], **(shipment or {})})
    return found


def test_a_whole_shipment_is_understood():
    found = one()
    assert (found.parcel, found.shipment, found.order_number) == (380001, "s-1", "20001")
    assert (found.tracking_number, found.tracking_url) == ("3SDEMO1", "https://volg.example/3SDEMO1")
    assert (found.carrier, found.status, found.message) == ("PostNL", "READY_TO_SEND", "Ready to send")
    assert found.items == {"ab-1": Decimal(3)}
    assert found.made_at == 1772622000
    assert found.has_label and not found.failed and not found.cancelled


@pytest.mark.parametrize(
    "rows", [None, "x", [], [None], [{}], [{"id": None}], [{"id": "abc"}], [{"id": -1}], [{"id": 1.5}]]
)
def test_rows_without_a_number_are_passed_over(rows: Any):
    assert list(parcels({**SHIPMENT, "parcels": rows})) == []


@pytest.mark.parametrize("code", ["CANCELLED", "cancelled upstream", "Cancellation requested"])
def test_a_cancelled_parcel_has_no_label(code: str):
    found = one(status={"code": code})
    assert found.cancelled and not found.has_label


@pytest.mark.parametrize("status", [{"code": "ANNOUNCING"}, {"code": "NO_LABEL"}, {"code": "BEING_ANNOUNCED"}])
def test_a_parcel_that_is_still_announced_has_no_label_and_has_not_failed(status: Any):
    found = one(status=status)
    assert not (found.has_label or found.failed or found.cancelled)


@pytest.mark.parametrize("status", [None, "READY", [], {}, {"code": None}, {"code": "WHATEVER_COMES"}])
def test_a_status_that_nobody_knows_means_on_its_way(status: Any):
    assert one(status=status).has_label


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ([{"detail": "Too heavy."}, {"message": "Too long."}], "Too heavy.; Too long."),
        ({"detail": "Too heavy."}, "Too heavy."),
        ("Too heavy.", "Too heavy."),
        ([], ""),
        (None, ""),
    ],
)
def test_errors_are_read_in_every_form(errors: Any, words: str):
    found = one({"errors": errors}, status={"code": "ANNOUNCEMENT_FAILED"})
    assert found.failed and found.errors == words
    assert one(errors=errors).errors == words


@pytest.mark.parametrize(
    ("shipment", "name"),
    [
        ({"carrier": "postnl"}, "postnl"),
        ({"carrier": None, "ship_with": {"properties": {"shipping_option_code": "dhl:parcel"}}}, "dhl"),
        ({"carrier": None, "ship_with": None}, ""),
        ({"carrier": {"code": "ups"}}, "ups"),
    ],
)
def test_the_carrier_is_found_where_it_stands(shipment: Any, name: str):
    assert one(shipment).carrier == name


def test_numbers_and_links_have_an_end():
    found = one(tracking_number="7" * 300, tracking_url="h" * 3000)
    assert (len(found.tracking_number), len(found.tracking_url)) == (200, 2000)


@pytest.mark.parametrize("items", [None, "x", [None], [{"item_id": None, "quantity": 1}]])
def test_items_that_say_nothing_are_no_items(items: Any):
    assert one(parcel_items=items).items == {}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-03-04T11:00:00Z", 1772622000),
        ("2026-03-04T12:00:00+01:00", 1772622000),
        ("2026-03-04T11:00:00", 1772622000),
        (None, inf),
        ("gisteren", inf),
    ],
)
def test_moments_are_read_in_utc_and_a_missing_one_is_the_latest(text: Any, seconds: float):
    assert moment(text) == seconds
