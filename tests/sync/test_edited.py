"""Whether somebody edited an order in Sendcloud's panel since it was sent."""

from datetime import UTC, datetime

import pytest

from webapp.sync.edited import SAVING, at, changes

PUSHED = int(datetime(2026, 3, 2, 12, 0, tzinfo=UTC).timestamp())
SENT = {
    "order_id": "1",
    "shipping_address": {
        "name": "Jan Smit",
        "company_name": "Bakkerij Smit",
        "address_line_1": "Lange Voorstraat 12-a",
        "address_line_2": "achterom",
        "postal_code": "3512 AM",
        "city": "Utrecht",
        "country_code": "NL",
        "email": "jan@smit.example",
    },
}


def stands(modified_at=None, **address):
    """The order as Sendcloud has it, with these fields of the address changed."""
    body = {"id": 7, **SENT, "shipping_address": {**SENT["shipping_address"], **address}}
    return body if modified_at is None else {**body, "modified_at": modified_at}


def clock(seconds):
    return datetime.fromtimestamp(PUSHED + seconds, UTC).isoformat()


@pytest.mark.parametrize("modified_at", [None, "", "yesterday", 5, clock(-60), clock(0), clock(SAVING)])
def test_nobody_edited_what_stands_as_it_was_sent(modified_at):
    assert changes(SENT, stands(modified_at), PUSHED) == []


@pytest.mark.parametrize("modified_at", [clock(SAVING + 1), "2026-03-02T12:05:00Z", "2026-03-02T13:05:00+01:00"])
def test_a_later_change_of_anything_else_is_told_by_sendclouds_clock_alone(modified_at):
    assert changes(SENT, stands(modified_at), PUSHED) == ["modified_at"]


def test_a_moment_without_zone_is_read_as_utc():
    assert changes(SENT, stands("2026-03-02T12:05:00"), PUSHED) == ["modified_at"]
    assert changes(SENT, stands("2026-03-02T12:01:00"), PUSHED) == []


def test_a_moment_with_a_zone_is_read_in_it():
    assert changes(SENT, stands("2026-03-02T12:05:00+01:00"), PUSHED) == []  # 11:05 UTC, before we sent


def test_a_push_that_was_never_answered_leaves_only_the_comparison():
    assert changes(SENT, stands("2099-01-01T00:00:00Z"), None) == []
    assert changes(SENT, stands("2099-01-01T00:00:00Z", city="Zeist"), None) == ["shipping_address.city"]


@pytest.mark.parametrize("field", ["name", "company_name", "postal_code", "city", "country_code"])
@pytest.mark.parametrize("modified_at", [None, clock(1), clock(3600)])
def test_a_changed_field_is_named_whatever_the_clock_says(field, modified_at):
    assert changes(SENT, stands(modified_at, **{field: "Anders"}), PUSHED) == [f"shipping_address.{field}"]


def test_a_changed_street_is_named_first():
    found = changes(SENT, stands(address_line_1="Kerkstraat 1", city="Zeist"), PUSHED)
    assert found == ["shipping_address.address_line_1", "shipping_address.city"]


def test_a_house_number_that_was_corrected_in_the_panel_is_a_change():
    found = changes(SENT, stands(address_line_1="Lange Voorstraat", house_number="13-a"), PUSHED)
    assert found == ["shipping_address.address_line_1"]


@pytest.mark.parametrize(
    "street, number", [("Lange Voorstraat", "12-a"), ("Lange Voorstraat", "12 A"), ("LANGE VOORSTRAAT 12", "a")]
)
def test_sendcloud_may_split_off_the_house_number_by_itself(street, number):
    assert changes(SENT, stands(address_line_1=street, house_number=number), PUSHED) == []


def test_sendcloud_may_split_off_a_house_number_that_stands_first():
    sent = {"shipping_address": {"address_line_1": "12 bis, rue du Four"}}
    split = {"shipping_address": {"address_line_1": "rue du Four", "house_number": "12 bis"}}
    assert changes(sent, split, PUSHED) == []
    split["shipping_address"]["house_number"] = "14"
    assert changes(sent, split, PUSHED) == ["shipping_address.address_line_1"]


def test_spacing_case_and_null_do_not_count():
    sent = {"shipping_address": {"name": "Jan Smit", "postal_code": "3512 AM"}}
    there = {"shipping_address": {"name": " JAN  SMIT", "company_name": None, "postal_code": "3512am", "city": ""}}
    assert changes(sent, there, PUSHED) == []


@pytest.mark.parametrize("address", [None, [], "Voorstraat", 5])
def test_an_address_that_is_gone_is_a_change_of_all_its_fields(address):
    found = changes(SENT, {"shipping_address": address}, PUSHED)
    assert found == [
        "shipping_address.address_line_1",
        "shipping_address.name",
        "shipping_address.company_name",
        "shipping_address.postal_code",
        "shipping_address.city",
        "shipping_address.country_code",
    ]


@pytest.mark.parametrize(
    "path, value",
    [
        ("order_details.order_items.1.name", "Bord"),
        ("order_details.order_items.2.name", None),
        ("order_details.order_items.-1.name", None),
        ("order_details.order_items.name", None),
        ("order_details.missing.name", None),
        ("order_number", "12"),
        ("order_number.0", None),
        ("", None),
    ],
)
def test_a_dotted_path_leads_to_a_value_or_to_nothing(path, value):
    body = {"order_number": "12", "order_details": {"order_items": [{"name": "Mok"}, {"name": "Bord"}]}}
    assert at(body, path) == value
