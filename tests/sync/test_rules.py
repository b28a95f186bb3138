"""The saved configuration of a division, with its defaults."""

import pytest

from webapp.sync.mapping import Rules
from webapp.sync.receiver import Sources
from webapp.sync.rules import (
    BACKFILL_DAYS,
    backfill_days,
    default_weight,
    extra_item_fields,
    is_item_field,
    is_order_field,
    mapping_rules,
    order_custom_fields,
    sender_address,
    sources,
    warehouses,
)


@pytest.mark.parametrize("days", [1, 30, 365])
def test_the_window_is_what_was_saved(days):
    assert backfill_days({"backfill_days": days}) == days


@pytest.mark.parametrize("saved", [{}, *({"backfill_days": odd} for odd in (0, -1, 366, None, "7", 1.5))])
def test_the_window_is_thirty_days_where_nothing_sensible_was_saved(saved):
    assert backfill_days(saved) == BACKFILL_DAYS == 30


def test_the_shipment_type_is_commercial_goods_unless_something_else_was_saved():
    assert mapping_rules({}) == mapping_rules({"customs_shipment_type": ""}) == Rules("commercial_goods")
    assert mapping_rules({"customs_shipment_type": "gift"}) == Rules(shipment_type="gift")


def test_every_rule_of_the_mapping_comes_from_the_form():
    saved = {
        "customs_shipment_type": "gift",
        "customs_origin_country": "jp",
        "customs_hs_code": "8215.99",
        "item_hs_code_field": "extra:2",
        "item_origin_field": "FreeTextField_03",
        "service_point_enabled": True,
        "service_point_field": "custom:Afhaalpunt",
        "customer_mapping": "manual",
        "map_name": "account",
        "map_company_name": "",
        "map_email": "account",
        "map_phone": "",
        "map_address": "contact",
        "default_weight": 250,
    }
    assert mapping_rules(saved) == Rules(
        "gift", "JP", "8215.99", "extra:2", "FreeTextField_03", "custom:Afhaalpunt",
        Sources("account", "", "account", "", "contact"), 250,
    )  # fmt: skip
    assert extra_item_fields(saved) == {"extra:2", "FreeTextField_03"} and order_custom_fields(saved)


@pytest.mark.parametrize("odd", [None, 7, [], "nonsense", "custom:", "extra:0", "FreeTextField_11"])
def test_what_makes_no_sense_counts_as_not_saved(odd):
    names = (
        "customs_shipment_type",
        "customs_hs_code",
        "item_hs_code_field",
        "item_origin_field",
        "customer_mapping",
    )
    saved = {
        **dict.fromkeys(names, odd),
        "service_point_enabled": True,
        "service_point_field": odd,
        "warehouses": odd,
    }
    assert mapping_rules({**saved, "customs_origin_country": odd}) == Rules()
    assert warehouses(saved) == {} and extra_item_fields(saved) == set()
    assert sources({"map_name": odd, "map_address": odd}) == Sources()


def test_service_points_are_off_until_they_are_switched_on():
    assert mapping_rules({"service_point_field": "YourRef"}).service_point_field == ""


def test_a_name_and_an_address_must_come_from_somewhere():
    found = sources({f"map_{name}": "" for name in ("name", "company_name", "email", "phone", "address")})
    assert found == Sources(email="", company_name="", phone="")


@pytest.mark.parametrize("saved", [{}, {"warehouses": {}}, {"warehouses": {"w": ""}}, {"warehouses": {"w": "abc"}}])
def test_a_warehouse_without_sender_has_that_of_sendcloud(saved):
    assert sender_address(saved, "w") is None


def test_a_warehouse_has_its_sender():
    assert sender_address({"warehouses": {"w": "12"}}, "w") == 12


def test_names_of_fields():
    assert all(map(is_order_field, ["YourRef", "Description", "Remarks", "custom:Afhaalpunt_2"]))
    assert not any(map(is_order_field, ["", "OrderID", "custom:a b", "custom:", "extra:1", "yourref"]))
    assert all(map(is_item_field, ["", "StatisticalCode", "FreeTextField_10", "extra:12", "custom:HS"]))
    assert not any(map(is_item_field, ["Notes", "FreeTextField_00", "extra:x", "extra:-1", "custom:é"]))


@pytest.mark.parametrize("grams", [1, 250, 70_000])
def test_the_default_weight_is_what_was_saved(grams):
    assert (
        default_weight({"default_weight": grams}) == mapping_rules({"default_weight": grams}).default_grams == grams
    )


@pytest.mark.parametrize("odd", [None, 0, -5, 70_001, "250", 1.5, True])
def test_a_default_weight_that_makes_no_sense_is_none(odd):
    assert default_weight({"default_weight": odd}) == default_weight({}) == 0


@pytest.mark.parametrize(("country", "home"), [("nl", "NL"), ("uk", "GB"), ("us", "US"), ("", "")])
def test_customs_start_from_the_country_of_the_division(country, home):
    assert mapping_rules({}, country).home == home
