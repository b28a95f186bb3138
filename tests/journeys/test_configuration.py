"""The configuration between the two played services: lists, saving, and what the next pass sends."""

import json
import re

import pytest

from tests.journeys.world import World, words_of
from webapp.demo.exact.seed import SHOP
from webapp.models import Order, Part
from webapp.sync import configure, lists, rules
from webapp.sync.preview import preview

PATH = f"/divisions/{SHOP}/configuration"


def save(world: World, **fields) -> None:
    division = world.division()
    assert configure.save(division, {**division.rules, **fields}, division.rules_no, "Sanne")


def body(world: World, number: int) -> dict:
    return world.incoming()[number]["body"]


@pytest.fixture
def number(world: World) -> int:
    """An order that stands in Incoming orders."""
    return Order.select().where(Order.state == "incoming").order_by(Order.number).first().number


def test_the_lists_are_those_of_the_two_services(world):
    assert lists.never_read(world.division())
    with world.counting() as calls:
        assert lists.refresh(world.config, world.division()) == []
    found = world.division()
    assert [row["name"] for row in found.lists["warehouses"]] == [
        "Magazijn Eindhoven", "Magazijn Utrecht", "Depot Antwerpen",
    ]  # fmt: skip
    assert found.sender_addresses and not lists.never_read(found)
    assert found.lists["fields"]["extra:1"]["label"] == "Land van herkomst"
    assert found.lists["fields"]["FreeTextField_02"]["example"] == "Seizoen 2026"
    assert calls().exact <= 15 and calls().sendcloud == 1 and calls().pushes == 0


def test_the_first_look_at_the_page_reads_them(world):
    text = words_of(world.admin.get(PATH).text)
    assert "Magazijn Utrecht" in text and "Extra field 2, HS-code" in text


def test_a_script_may_save_a_warehouse_that_no_page_has_shown_yet(world):
    """The lists are read for it."""
    house = world.order(20001).exact["WarehouseID"]
    sender = str(world.division().sender_addresses[1]["id"])
    token = re.search(r'name="csrf_token" value="([^"]+)"', world.admin.get(f"/divisions/{SHOP}/").text)
    sent = {"csrf_token": token[1], f"warehouse_{house.upper()}": sender}
    assert lists.never_read(world.division())
    assert world.admin.post(PATH, data=sent).status_code == 303
    assert rules.warehouses(world.division().rules) == {house.lower(): sender}


def test_orders_in_incoming_orders_are_updated_with_the_next_pass(world, number):
    save(world, customs_hs_code="8712.00", customs_origin_country="TW")
    world.synced()
    items = body(world, number)["order_details"]["order_items"]
    assert {(item["hs_code"], item["country_of_origin"]) for item in items} == {("8712.00", "TW")}


@pytest.mark.parametrize("field", ["FreeTextField_01", "extra:1", "custom:OriginCountry"])
def test_the_origin_comes_from_the_field_that_was_chosen(world, number, field):
    save(world, item_origin_field=field, customs_origin_country="AQ", item_hs_code_field="StatisticalCode")
    world.synced()
    order = world.order(number)
    parts = {part.exact["Code"]: part.exact for part in Part.select().where(Part.kind == "item") if part.exact}
    if field.startswith("custom:") and not any(part.get("CustomField") for part in parts.values()):
        pytest.skip("this division is not Premium")
    found = {
        item["country_of_origin"]
        for row in world.incoming().values()
        for item in row["body"]["order_details"]["order_items"]
    }
    assert found - {"AQ"}, found
    assert preview(order).payload["order_details"]["order_items"][0]["country_of_origin"]


def test_manual_customer_data_go_out_as_chosen(world, number):
    record = world.order(number)
    save(world, customer_mapping="manual", map_name="account", map_company_name="", map_phone="")
    world.synced()
    address = body(world, number)["shipping_address"]
    assert "company_name" not in address and "phone_number" not in address
    assert address["name"] == record.exact["DeliverToName"]


def test_a_service_point_out_of_a_field_of_the_order(world, number):
    save(world, service_point_enabled=True, service_point_field="YourRef")
    world.change(number, YourRef="11240917")
    world.synced()
    assert body(world, number)["service_point_details"]["id"] == "11240917"
    world.change(number, YourRef="PO 12")
    world.synced()
    assert world.state(number) == ("problem", "service_point_wrong")
    assert "PO 12" in world.said(number)


def test_nothing_is_sent_again_when_the_same_is_saved(world):
    save(world, customs_hs_code="8712.00")
    world.synced()
    assert world.synced().pushed == 0
    save(world, customs_hs_code="8712.00")
    assert world.synced().pushed == 0
    assert json.dumps(world.division().rules)
