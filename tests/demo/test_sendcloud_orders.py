"""Incoming orders of the played Sendcloud: what it takes, refuses, saves and lists."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.sendcloud_play import Play, changed, item, order, playing, reasons
from webapp.demo.sendcloud.seed import FIRST, OTHER, SECOND

ITEM = "order_details.order_items.0"


@pytest.fixture(scope="module")
def running() -> Iterator[Play]:
    with playing() as play:
        yield play


@pytest.fixture
def play(running: Play) -> Play:
    running.reset()
    return running


def refused(play: Play, body: Any) -> set[tuple[str, str]]:
    answer = play.post("/api/v3/orders", [body])
    assert answer.status_code == 400, answer.text
    assert not play.books.orders
    return reasons(answer)


# --- what is taken -----------------------------------------------------------------------------


def test_the_smallest_order_is_taken(play: Play) -> None:
    small = order(shipping_address=None)
    answer = play.post("/api/v3/orders", [small])
    assert answer.status_code == 201
    (data,) = answer.json()["data"]
    assert data == {"id": data["id"], "order_id": "so-1", "order_number": "SO-1"}
    assert isinstance(data["id"], int)


def test_a_full_order_is_taken_and_read_back_as_sent(play: Play) -> None:
    full = order(
        customer_details={"name": "Jan", "email": "jan@example.com", "phone_number": "+31612345678"},
        billing_address=order()["shipping_address"],
        customs_details={
            "commercial_invoice_number": "INV-1",
            "shipment_type": "returned_goods",
            "export_type": "private",
            "tax_numbers": {"sender": [{"name": "VAT", "country_code": "NL", "value": "NL1"}], "receiver": []},
        },
        shipping_details={
            "delivery_indicator": "DHL home",
            "is_local_pickup": False,
            "measurement": {"weight": {"value": 1.5, "unit": "kg"}},
            "ship_with": {
                "type": "shipping_option_code",
                "properties": {"shipping_option_code": "postnl:standard", "contract_id": 517},
            },
        },
        service_point_details={"id": "10001", "post_number": "12", "extra_data": {"any": 1}},
    )
    details = {
        "sku": "M-1",
        "hs_code": "6912.00",
        "country_of_origin": "NL",
        "unit_price": {"value": 3.5, "currency": "EUR"},
        "measurement": {"weight": {"value": 300, "unit": "g"}, "volume": {"value": 1, "unit": "l"}},
        "delivery_dates": {"handover_at": None, "deliver_at": "2026-11-05T12:00:00+01:00"},
        "properties": {"colour": "blue"},
        "dangerous_goods": {"regulation_set": "ADR"},
    }
    full = changed(full, "order_details.order_items", [item(**details)])
    (data,) = play.push(full)
    read = play.get(f"/api/v3/orders/{data['id']}").json()["data"]
    assert read["id"] == str(data["id"])
    assert {name: read[name] for name in full} == full


def test_several_integrations_of_the_account_may_share_a_batch(play: Play) -> None:
    play.push(order("a", FIRST), order("b", SECOND), order("a", SECOND))
    assert len(play.books.orders) == 3


# --- what is refused ---------------------------------------------------------------------------

REFUSED = [
    ("order_id", ..., "order_id", "invalid"),
    ("order_id", "", "order_id", "invalid"),
    ("order_id", 12, "order_id", "invalid"),
    ("order_number", ..., "order_number", "invalid"),
    ("order_number", None, "order_number", "invalid"),
    ("order_details", ..., "order_details", "invalid"),
    ("order_details.integration", ..., "order_details/integration", "invalid"),
    ("order_details.integration.id", "101", "order_details/integration/id", "invalid"),
    ("order_details.integration.id", True, "order_details/integration/id", "invalid"),
    ("order_details.status.code", "", "order_details/status/code", "invalid"),
    ("order_details.order_created_at", "2026-11-01", "order_details/order_created_at", "invalid"),
    ("order_details.order_created_at", "yesterday", "order_details/order_created_at", "invalid"),
    ("order_details.order_created_at", "2026-11-01T10:00:00", "order_details/order_created_at", "invalid"),
    ("order_details.order_items", {}, "order_details/order_items", "invalid"),
    ("order_details.tags", "a,b", "order_details/tags", "invalid"),
    ("order_details.notes", None, "order_details/notes", "invalid"),
    ("order_details.colour", "red", "order_details/colour", "unknown_field"),
    (f"{ITEM}.name", ..., "order_details/order_items/0/name", "invalid"),
    (f"{ITEM}.quantity", 0, "order_details/order_items/0/quantity", "invalid"),
    (f"{ITEM}.quantity", 1.5, "order_details/order_items/0/quantity", "invalid"),
    (f"{ITEM}.quantity", "2", "order_details/order_items/0/quantity", "invalid"),
    (f"{ITEM}.item_id", "", "order_details/order_items/0/item_id", "invalid"),
    (f"{ITEM}.total_price", ..., "order_details/order_items/0/total_price", "invalid"),
    (f"{ITEM}.total_price.value", "7.00", "order_details/order_items/0/total_price/value", "invalid"),
    (f"{ITEM}.total_price.currency", "SEK", "order_details/order_items/0/total_price/currency", "invalid"),
    (f"{ITEM}.country_of_origin", "NLD", "order_details/order_items/0/country_of_origin", "invalid"),
    (f"{ITEM}.country_of_origin", "XX", "order_details/order_items/0/country_of_origin", "invalid"),
    (f"{ITEM}.image_url", "mug.png", "order_details/order_items/0/image_url", "invalid"),
    (
        f"{ITEM}.measurement",
        {"weight": {"value": 0, "unit": "kg"}},
        "order_details/order_items/0/measurement/weight/value",
        "invalid",
    ),
    (
        f"{ITEM}.measurement",
        {"weight": {"value": 1, "unit": "stone"}},
        "order_details/order_items/0/measurement/weight/unit",
        "invalid",
    ),
    ("payment_details.total_price", ..., "payment_details/total_price", "invalid"),
    ("payment_details.status", ..., "payment_details/status", "invalid"),
    (
        "payment_details.freight_costs",
        {"value": 5.0, "currency": "EUR"},
        "payment_details/freight_costs/value",
        "invalid",
    ),
    ("shipping_address.name", ..., "shipping_address/name", "invalid"),
    ("shipping_address.name", "", "shipping_address/name", "invalid"),
    ("shipping_address.city", "", "shipping_address/city", "invalid"),
    ("shipping_address.postal_code", "", "shipping_address/postal_code", "invalid"),
    ("shipping_address.address_line_1", ..., "shipping_address/address_line_1", "invalid"),
    ("shipping_address.country_code", "nl", "shipping_address/country_code", "invalid"),
    ("shipping_address.country_code", "Nederland", "shipping_address/country_code", "invalid"),
    ("shipping_address.email", "", "shipping_address/email", "invalid"),
    ("shipping_address.phone", "06", "shipping_address/phone", "unknown_field"),
    ("customs_details.shipment_type", "documents", "customs_details/shipment_type", "invalid"),
    ("customer_details", {"email": "a@b.nl"}, "customer_details/name", "invalid"),
    ("service_point_details", {"id": 10001}, "service_point_details/id", "invalid"),
    ("service_point_details", {"post_number": "1"}, "service_point_details", "invalid"),
    ("service_point_details", {"id": "1", "carrier_service_point_id": "2"}, "service_point_details", "invalid"),
    ("shipping_details.ship_with", {}, "shipping_details/ship_with/type", "invalid"),
    ("id", 660001, "id", "invalid"),
    ("sender_address_id", 501, "sender_address_id", "unknown_field"),
]


@pytest.mark.parametrize(("path", "value", "pointer", "code"), REFUSED)
def test_a_wrong_field_is_refused_where_it_stands(play: Play, path: str, value: Any, pointer: str, code: str) -> None:
    assert (f"/data/attributes/[0]/{pointer}", code) in refused(play, changed(order(), path, value))


def test_all_mistakes_are_told_at_once_with_the_order_they_are_in(play: Play) -> None:
    bodies = [
        order("a"),
        changed(order("b"), "order_number", ...),
        changed(order("c"), f"{ITEM}.quantity", 0),
    ]
    answer = play.post("/api/v3/orders", bodies)
    assert answer.status_code == 400
    assert reasons(answer) == {
        ("/data/attributes/[1]/order_number", "invalid"),
        ("/data/attributes/[2]/order_details/order_items/0/quantity", "invalid"),
    }
    assert answer.json()["errors"][0] == {
        "status": "400",
        "code": "invalid",
        "detail": "Field required",
        "source": {"pointer": "/data/attributes/[1]/order_number"},
    }
    assert not play.books.orders, "one bad order keeps the whole batch out"


def test_a_batch_is_a_list_of_at_most_a_hundred(play: Play) -> None:
    single = play.post("/api/v3/orders", order())
    assert (single.status_code, reasons(single)) == (400, {("", "non_field_errors")})
    hundred_one = play.post("/api/v3/orders", [order(str(n)) for n in range(101)])
    assert hundred_one.status_code == 400
    assert hundred_one.json()["errors"][0]["detail"] == "Orders list should have at most 100 items, not 101"
    play.push(*[order(str(n)) for n in range(100)])


def test_a_body_that_is_not_json_is_refused(play: Play) -> None:
    headers = {"Content-Type": "application/json"}
    assert play.ask("POST", "/api/v3/orders", data="[{", headers=headers).status_code == 400
    assert play.ask("POST", "/api/v3/orders", data='[{"a": NaN}]', headers=headers).status_code == 400
    assert play.ask("POST", "/api/v3/orders", data={"a": "b"}).status_code == 415


def test_an_integration_of_another_account_does_not_exist(play: Play) -> None:
    expected = {("/data/attributes/[0]/order_details/integration/id", "invalid")}
    assert refused(play, order(integration=OTHER)) == expected


def test_currencies_are_a_switch(play: Play) -> None:
    swedish = changed(order(), f"{ITEM}.total_price.currency", "SEK")
    refused(play, swedish)
    play.switch(currencies=["EUR", "SEK"])
    play.push(swedish)
    play.switch(currencies=[])
    play.push(changed(order("b"), f"{ITEM}.total_price.currency", "JPY"))


# --- saving and changing -----------------------------------------------------------------------


def test_an_order_is_readable_only_when_it_is_saved(play: Play) -> None:
    play.switch(save_delay=2)
    (data,) = play.push(order())
    assert play.get(f"/api/v3/orders/{data['id']}").status_code == 404
    assert play.listed() == []
    play.clock.advance(2)
    read = play.get(f"/api/v3/orders/{data['id']}").json()["data"]
    assert read["created_at"] == "2026-11-02T09:00:00.000000Z"
    assert read["modified_at"] == "2026-11-02T09:00:02.000000Z"


def test_an_order_that_is_being_saved_cannot_be_posted_again(play: Play) -> None:
    play.switch(save_delay=2)
    play.push(order())
    again = play.post("/api/v3/orders", [order("other"), order()])
    assert again.status_code == 400
    assert again.json()["errors"][0]["source"] == {"pointer": "/data"}
    assert "still processing a previous request" in again.json()["errors"][0]["detail"]
    assert len(play.books.orders) == 1
    play.clock.advance(2)
    play.push(order("other"), order())


def test_the_same_order_twice_in_a_batch_is_refused(play: Play) -> None:
    assert refused_twice(play) == {("/data", "invalid")}


def refused_twice(play: Play) -> set[tuple[str, str]]:
    answer = play.post("/api/v3/orders", [order(), order()])
    assert answer.status_code == 400
    return reasons(answer)


def test_an_order_is_found_again_by_order_id_and_integration(play: Play) -> None:
    (first,) = play.push(order())
    play.clock.advance(60)
    (second,) = play.push(order(order_number="SO-1b", customer_details={"name": "Piet"}))
    assert second["id"] == first["id"]
    read = play.get(f"/api/v3/orders/{first['id']}").json()["data"]
    assert (read["order_number"], read["customer_details"]) == ("SO-1b", {"name": "Piet"})
    assert read["modified_at"] > read["created_at"]


def test_while_a_change_is_being_saved_the_old_order_is_read(play: Play) -> None:
    (data,) = play.push(order())
    play.switch(save_delay=5)
    play.push(order(order_number="new"))
    assert play.get(f"/api/v3/orders/{data['id']}").json()["data"]["order_number"] == "SO-1"
    play.clock.advance(5)
    assert play.get(f"/api/v3/orders/{data['id']}").json()["data"]["order_number"] == "new"


def test_the_order_id_of_an_order_never_changes(play: Play) -> None:
    (data,) = play.push(order())
    play.push(order(id=str(data["id"])))
    answer = play.post("/api/v3/orders", [order("so-2", id=str(data["id"]))])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"] == "Order id so-1 cannot be changed"


def test_a_panel_edit_shows_in_modified_at_and_is_overwritten_by_a_new_post(play: Play) -> None:
    (data,) = play.push(order())
    play.clock.advance(30)
    play.post("/_bench/panel/orders/so-1/edit", {"house_number": "14", "city": ""})
    read = play.get(f"/api/v3/orders/{data['id']}").json()["data"]
    assert read["modified_at"] == "2026-11-02T09:00:30.000000Z"
    assert read["shipping_address"]["house_number"] == "14"
    assert "city" not in read["shipping_address"]
    play.push(order())
    assert play.books.orders[data["id"]]["body"]["shipping_address"]["house_number"] == "12"


def test_by_switch_a_panel_edit_survives_a_new_post(play: Play) -> None:
    play.switch(panel_edit_survives=True)
    (data,) = play.push(order())
    play.post("/_bench/panel/orders/so-1/edit", {"house_number": "14"})
    play.push(order(order_number="new"))
    body = play.books.orders[data["id"]]["body"]
    assert (body["order_number"], body["shipping_address"]["house_number"]) == ("new", "14")


# --- PATCH and DELETE --------------------------------------------------------------------------


def test_patch_changes_what_is_given(play: Play) -> None:
    (data,) = play.push(order())
    path = f"/api/v3/orders/{data['id']}"
    play.clock.advance(10)
    changes = {
        "shipping_address": {"house_number": "15"},
        "order_details": {"order_items": [{"name": "Mok", "quantity": 5}], "tags": ["x"]},
        "customer_details": {"phone": "0612"},
    }
    answer = play.ask("PATCH", path, json=changes)
    assert (answer.status_code, answer.json()["data"]["id"]) == (200, data["id"])
    read = play.get(path).json()["data"]
    assert read["shipping_address"] | {"house_number": "12"} == order()["shipping_address"]
    assert read["order_details"]["order_items"] == [item(quantity=5)]
    assert read["customer_details"] == {"phone_number": "0612"}
    assert read["modified_at"] == "2026-11-02T09:00:10.000000Z"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"order_details": {"order_items": [{"name": "Bord"}]}}, "order/order_details/order_items"),
        ({"order_details": {"order_items": [{"quantity": 3}]}}, "order/order_details/order_items"),
        ({"order_id": "so-2"}, "/data/attributes/order_id"),
        ({"shipping_address": {"name": ""}}, "/data/attributes/shipping_address/name"),
        ({"order_details": {"order_items": [{"name": "Mok", "quantity": -1}]}}, "quantity"),
        ([], "/data/attributes"),
    ],
)
def test_patch_refuses(play: Play, changes: Any, pointer: str) -> None:
    (data,) = play.push(order())
    answer = play.ask("PATCH", f"/api/v3/orders/{data['id']}", json=changes)
    assert answer.status_code == 400
    assert any(found.endswith(pointer) for found, _ in reasons(answer))


def test_delete_takes_the_order_away_and_a_later_post_makes_another(play: Play) -> None:
    (data,) = play.push(order())
    path = f"/api/v3/orders/{data['id']}"
    answer = play.ask("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert play.ask("DELETE", path).status_code == 404
    assert play.get(path).status_code == 404
    (other,) = play.push(order())
    assert other["id"] != data["id"]


def test_orders_of_another_account_are_not_there(play: Play) -> None:
    (data,) = play.push(order())
    play.use(OTHER)
    assert play.listed() == []
    for method in ("GET", "PATCH", "DELETE"):
        assert play.ask(method, f"/api/v3/orders/{data['id']}", json={}).status_code == 404


def test_keys_of_one_integration_see_the_whole_account(play: Play) -> None:
    play.push(order("a", FIRST), order("b", SECOND))
    assert play.listed() == ["a", "b"]
    assert play.listed(integration=SECOND) == ["b"]
    assert play.listed(integration=f"{FIRST},{SECOND}") == ["a", "b"]


# --- the list ----------------------------------------------------------------------------------


def test_filters_of_the_list(play: Play) -> None:
    late = changed(order("late"), "order_details.order_created_at", "2026-11-02T23:30:00-02:00")
    late = changed(late, "order_details.order_updated_at", "2026-11-04T08:00:00Z")
    late = changed(late, "order_details.status.code", "Shipped")
    play.push(order("early"), late)
    assert play.listed(order_id="LATE") == ["late"]
    assert play.listed(order_number="early") == ["early"]
    assert play.listed(status="SHIPPED") == ["late"]
    assert play.listed(order_created_at="2026-11-03") == ["late"]
    assert play.listed(order_created_at_min="2026-11-02") == ["late"]
    assert play.listed(order_created_at_max="2026-11-02") == ["early"]
    assert play.listed(order_updated_at_min="2026-11-01") == ["late"]
    assert play.listed(sort="-order_created_at") == ["late", "early"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"integration": OTHER}, ("integration", "invalid_choice")),
        ({"integration": "x"}, ("integration", "invalid_choice")),
        ({"order_created_at_min": "2026-11-02T00:00:00Z"}, ("order_created_at_min", "invalid")),
        ({"page_size": 0}, ("page_size", "invalid")),
        ({"page_size": 201}, ("page_size", "invalid")),
        ({"sort": "colour"}, ("sort", "invalid_choice")),
    ],
)
def test_a_wrong_query_is_refused(play: Play, query: dict, reason: tuple[str, str]) -> None:
    answer = play.get("/api/v3/orders", **query)
    assert (answer.status_code, reasons(answer)) == (400, {reason})


def test_pages_follow_the_link_header_though_orders_leave_meanwhile(play: Play) -> None:
    made = play.push(*[order(f"o{n}") for n in range(7)])
    first = play.get("/api/v3/orders", page_size=3)
    assert [row["order_id"] for row in first.json()["data"]] == ["o0", "o1", "o2"]
    assert "prev" not in first.links
    play.ask("DELETE", f"/api/v3/orders/{made[1]['id']}")
    second = play.session.get(first.links["next"]["url"])
    assert [row["order_id"] for row in second.json()["data"]] == ["o3", "o4", "o5"]
    third = play.session.get(second.links["next"]["url"])
    assert [row["order_id"] for row in third.json()["data"]] == ["o6"]
    assert "next" not in third.links
    back = play.session.get(second.links["prev"]["url"])
    assert [row["order_id"] for row in back.json()["data"]] == ["o0", "o2"]


def test_pages_can_run_downwards(play: Play) -> None:
    play.push(*[order(f"o{n}") for n in range(3)])
    first = play.get("/api/v3/orders", page_size=2, sort="-pk")
    assert [row["order_id"] for row in first.json()["data"]] == ["o2", "o1"]
    second = play.session.get(first.links["next"]["url"])
    assert [row["order_id"] for row in second.json()["data"]] == ["o0"]


@pytest.mark.parametrize("cursor", ["%%%", "bm9wZQ", "cD1b", "cj0xJnA9MzAw"])
def test_a_cursor_that_is_none_is_not_found(play: Play, cursor: str) -> None:
    play.push(order())
    answer = play.get("/api/v3/orders", cursor=cursor)
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (404, "Invalid cursor")


def test_orders_cost_little(play: Play) -> None:
    bodies = [changed(order(f"o{n}"), "order_details.order_items", [item()] * 3) for n in range(1000)]
    start = time.thread_time(), time.process_time()
    for n in range(0, 1000, 100):
        play.push(*bodies[n : n + 100])
    assert (time.process_time() - start[1]) / 1000 < 0.005
    assert len(play.books.orders) == 1000
