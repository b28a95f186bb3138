"""Labels for incoming orders at the played Sendcloud: sync, async, parts, and what the carrier refuses."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.demo.sendcloud_play import Play, address, changed, item, order, playing, reasons
from webapp.demo.sendcloud.seed import (
    FIRST,
    OTHER,
    POINT_BE_BPOST,
    POINT_FULL,
    POINT_NL_DHL,
    POINT_NL_POSTNL,
    SECOND,
    SENDER_ANTWERP,
    SENDER_OTHER,
    SENDER_UTRECHT,
)

ORDER = "/data/attributes/order"
SYNC = "/api/v3/orders/create-label-sync"
ASYNC = "/api/v3/orders/create-labels-async"
SHIP_WITH = {"type": "shipping_option_code", "properties": {"shipping_option_code": "dhl:parcel"}}


@pytest.fixture(scope="module")
def running() -> Iterator[Play]:
    with playing() as play:
        yield play


@pytest.fixture
def play(running: Play) -> Play:
    running.reset()
    return running


def text_of(label: str) -> str:
    return PdfReader(BytesIO(base64.b64decode(label)), strict=True).pages[0].extract_text()


def refused_label(play: Play, **more: Any) -> set[tuple[str, str]]:
    """The reasons why no label was made; and there is indeed none."""
    answer = play.label(**more)
    assert answer.status_code == 400, answer.text
    assert not play.books.shipments
    return reasons(answer)


# --- one label, now ------------------------------------------------------------------------------


def test_a_label_is_made_with_tracking_and_a_readable_pdf(play: Play) -> None:
    play.push(order())
    data = play.labelled()
    assert (data["order_id"], data["order_number"]) == ("so-1", "SO-1")
    assert data["tracking_number"] and data["tracking_number"] in data["tracking_url"]
    assert data["ship_with"]["properties"]["shipping_option_code"] == "postnl:standard"
    text = text_of(data["label_details"]["file"])
    assert all(word in text for word in ("Jan de Boer", "Dorpsstraat 12", "SO-1", data["tracking_number"]))
    (document,) = data["documents"]
    assert document["link"] == f"{play.server.url}/api/v3/parcels/{data['parcel_id']}/documents/label"
    shipment = play.books.shipments[data["shipment_id"]]
    assert (shipment["source"], shipment["parcels"][0]["status"]) == ("api", "READY_TO_SEND")


def test_the_other_form_of_the_answer_is_a_list(play: Play) -> None:
    play.switch(sync_answer="list")
    play.push(order())
    (data,) = play.label().json()["data"]
    assert "SO-1" in text_of(data["label"]["file"])
    assert "label_details" not in data


def test_the_label_comes_in_the_form_asked_for(play: Play) -> None:
    play.push(order())
    data = play.labelled(label_details={"mime_type": "application/zpl", "dpi": 203})
    assert base64.b64decode(data["label_details"]["file"]).startswith(b"^XA")
    assert data["label_details"]["dpi"] == 203


def test_asking_twice_makes_two_labels(play: Play) -> None:
    play.push(order())
    one, two = play.labelled(), play.labelled()
    assert one["shipment_id"] != two["shipment_id"]
    assert one["tracking_number"] != two["tracking_number"]
    assert len(play.books.shipments) == 2


def test_a_labelled_order_leaves_incoming_orders(play: Play) -> None:
    (data,) = play.push(order())
    play.labelled()
    assert play.listed() == []
    assert play.get(f"/api/v3/orders/{data['id']}").status_code == 404
    play.push(order(order_number="SO-1 again"))
    assert play.listed() == [], "posting it again does not bring it back"
    play.switch(keep_labelled_orders=True)
    assert play.listed() == ["so-1"]


def test_an_order_is_found_by_number_too(play: Play) -> None:
    play.push(order("old", order_number="7"), order("new", order_number="7"))
    asked = {"order_number": "7", "apply_shipping_rules": True}
    answer = play.post(SYNC, {"integration_id": FIRST, "order": asked})
    assert answer.json()["data"]["order_id"] == "new"


def test_an_order_that_is_not_saved_yet_is_not_found(play: Play) -> None:
    play.switch(save_delay=3)
    play.push(order())
    answer = play.label()
    assert (answer.status_code, reasons(answer)) == (404, {(ORDER, "not_found")})
    play.clock.advance(3)
    play.labelled()


@pytest.mark.parametrize("integration", [SECOND, OTHER, 999])
def test_an_order_of_another_integration_is_not_found(play: Play, integration: int) -> None:
    play.push(order())
    asked = {"order_id": "so-1", "apply_shipping_rules": True}
    answer = play.post(SYNC, {"integration_id": integration, "order": asked})
    assert answer.status_code == (404 if integration == SECOND else 400)
    assert not play.books.shipments


def test_the_sender_address_is_the_one_asked_for_or_the_default(play: Play) -> None:
    play.push(order())
    chosen = play.labelled(sender_address_id=SENDER_UTRECHT)
    assert play.books.shipments[chosen["shipment_id"]]["from_address"]["city"] == "Utrecht"
    default = play.labelled()
    assert play.books.shipments[default["shipment_id"]]["from_address"]["city"] == "Eindhoven"


@pytest.mark.parametrize("sender", [999, SENDER_OTHER])
def test_an_unknown_sender_address_does_not_exist(play: Play, sender: int) -> None:
    play.push(order())
    answer = play.label(sender_address_id=sender)
    assert (answer.status_code, reasons(answer)) == (404, {("/data/attributes/sender_address_id", "invalid")})


def test_a_shipping_option_or_the_rules_are_needed(play: Play) -> None:
    play.push(order())
    body = {"integration_id": FIRST, "order": {"order_id": "so-1"}}
    answer = play.post(SYNC, body)
    assert (answer.status_code, reasons(answer)) == (400, {(ORDER, "validation_error")})
    made = play.post(SYNC, body | {"ship_with": SHIP_WITH})
    assert made.json()["data"]["ship_with"]["properties"]["shipping_option_code"] == "dhl:parcel"
    play.switch(default_shipping_option="dpd:home")
    made = play.post(SYNC, body)
    assert made.json()["data"]["ship_with"]["properties"]["shipping_option_code"] == "dpd:home"


def test_an_orders_own_ship_with_counts(play: Play) -> None:
    play.push(order(shipping_details={"ship_with": SHIP_WITH}))
    answer = play.post(SYNC, {"integration_id": FIRST, "order": {"order_id": "so-1"}})
    assert answer.json()["data"]["ship_with"]["properties"]["shipping_option_code"] == "dhl:parcel"


def test_a_rule_goes_by_the_delivery_indicator(play: Play) -> None:
    play.push(order(shipping_details={"delivery_indicator": "UPS express"}))
    assert play.labelled()["ship_with"]["properties"]["shipping_option_code"] == "ups:standard"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"order": {"order_id": "so-1"}}, "/data/attributes/integration_id"),
        ({"integration_id": FIRST}, "/data/attributes/order"),
        ({"integration_id": "101", "order": {"order_id": "so-1"}}, "/data/attributes/integration_id"),
        ({"integration_id": FIRST, "order": {}}, ORDER),
        ({"integration_id": FIRST, "order": {"order_id": "so-1", "order_number": "SO-1"}}, ORDER),
        ({"integration_id": FIRST, "order": {"order_id": ""}}, f"{ORDER}/order_id"),
        ({"integration_id": FIRST, "order": {"order_id": "x" * 65}}, f"{ORDER}/order_id"),
        ({"integration_id": FIRST, "order": {"order_id": 5}}, f"{ORDER}/order_id"),
        ({"integration_id": FIRST, "orders": []}, "/data/attributes/orders"),
        (
            {"integration_id": FIRST, "order": {"order_id": "so-1"}, "sender_address_id": "501"},
            "/data/attributes/sender_address_id",
        ),
        (
            {"integration_id": FIRST, "order": {"order_id": "so-1"}, "label_details": {"dpi": 73}},
            "/data/attributes/label_details/dpi",
        ),
        (
            {
                "integration_id": FIRST,
                "order": {"order_id": "so-1"},
                "ship_with": {
                    "type": "shipping_option_code",
                    "properties": {"shipping_option_code": "pigeon:post"},
                },
            },
            "/data/attributes/ship_with/properties/shipping_option_code",
        ),
    ],
)
def test_a_wrong_label_request_is_refused(play: Play, body: dict, pointer: str) -> None:
    play.push(order())
    answer = play.post(SYNC, body)
    assert answer.status_code == 400
    assert pointer in {found for found, _ in reasons(answer)}
    assert not play.books.shipments


# --- what the carrier demands ----------------------------------------------------------------------


def test_a_missing_house_number_fails_the_label_and_not_the_order(play: Play) -> None:
    play.push(order(shipping_address=address(house_number=None)))
    answer = play.label()
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["detail"] == "This field cannot be blank."
    assert error["source"]["pointer"].endswith("/house_number")
    assert play.listed() == ["so-1"], "the order stays incoming"


@pytest.mark.parametrize(
    ("line", "number", "fine"),
    [
        ("Dorpsstraat 12", None, True),
        ("Dorpsstraat 12 bis", None, True),
        ("Plein 1945 27", None, True),
        ("12 rue de la Paix", None, True),
        ("Dorpsstraat", "", False),
        ("Dorpsstraat", " ", False),
        ("Antwoordnummer", None, False),
    ],
)
def test_the_number_is_split_from_the_street_where_it_can_be(
    play: Play, line: str, number: str | None, fine: bool
) -> None:
    play.push(order(shipping_address=address(address_line_1=line, house_number=number)))
    assert play.label().status_code == (201 if fine else 400)


def test_a_carrier_with_merged_addresses_needs_no_number(play: Play) -> None:
    play.push(
        order(
            shipping_address=address(house_number=None),
            shipping_details={"delivery_indicator": "ups"},
        )
    )
    play.labelled()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "x" * 76}, "name"),
        ({"company_name": "x" * 51}, "company_name"),
        ({"city": "x" * 31}, "city"),
        ({"postal_code": "123"}, "postal_code"),
        ({"phone_number": "0" * 21}, "phone_number"),
        ({"house_number": "1" * 21}, "house_number"),
        ({"country_code": "IT", "postal_code": "00100"}, "state_province_code"),
    ],
)
def test_an_address_the_carrier_cannot_use_is_refused(play: Play, changes: dict, field: str) -> None:
    play.push(order(shipping_address=address(**changes)))
    assert refused_label(play) == {(f"{ORDER}/shipping_address/{field}", "validation_error")}


def test_an_order_without_address_cannot_be_shipped(play: Play) -> None:
    play.push(order(shipping_address=None))
    assert refused_label(play) == {(ORDER, "validation_error")}


def to_norway(**changes: Any) -> dict[str, Any]:
    goods = item(hs_code="6912.00", country_of_origin="NL")
    body = order(
        shipping_address=address(country_code="NO", postal_code="0150", city="Oslo"),
        customs_details={"commercial_invoice_number": "INV-1", "shipment_type": "commercial_goods"},
    )
    return changed(body, "order_details.order_items", [goods]) | changes


def test_outside_the_union_complete_customs_data_gives_a_declaration(play: Play) -> None:
    play.push(to_norway())
    data = play.labelled()
    assert [row["document_type"] for row in data["documents"]] == ["label", "customs-declaration"]
    shipment = play.get(f"/api/v3/shipments/{data['shipment_id']}").json()["data"]
    assert shipment["customs_information"]["invoice_number"] == "INV-1"


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("order_details.order_items.0.hs_code", "order_details/order_items/0/hs_code"),
        ("order_details.order_items.0.country_of_origin", "order_details/order_items/0/country_of_origin"),
        ("customs_details.commercial_invoice_number", "customs_details/commercial_invoice_number"),
        ("customs_details.shipment_type", "customs_details/shipment_type"),
    ],
)
def test_outside_the_union_missing_customs_data_is_refused(play: Play, path: str, pointer: str) -> None:
    play.push(changed(to_norway(), path, ...))
    assert refused_label(play) == {(f"{ORDER}/{pointer}", "required")}


def test_inside_the_union_no_customs_data_is_needed(play: Play) -> None:
    play.push(order(shipping_address=address(country_code="DE", postal_code="10115", city="Berlin")))
    assert [row["document_type"] for row in play.labelled()["documents"]] == ["label"]


@pytest.mark.parametrize(
    ("point", "reason"),
    [
        ({"id": "424242"}, "does not exist"),
        ({"id": "kiosk"}, "does not exist"),
        ({"carrier_service_point_id": "nope"}, "does not exist"),
        ({"id": str(POINT_FULL)}, "not available"),
        ({"id": str(POINT_BE_BPOST)}, "another country"),
    ],
)
def test_a_service_point_that_cannot_be_used_is_refused(play: Play, point: dict, reason: str) -> None:
    play.push(order(service_point_details=point))
    answer = play.label()
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert reason in error["detail"]
    assert "/service_point_details/" in error["source"]["pointer"]


def test_a_service_point_chooses_its_carrier(play: Play) -> None:
    play.push(order(service_point_details={"id": str(POINT_NL_DHL)}))
    data = play.labelled()
    assert data["ship_with"]["properties"]["shipping_option_code"] == "dhl:servicepoint"
    assert play.books.shipments[data["shipment_id"]]["to_service_point"]["id"] == str(POINT_NL_DHL)


def test_a_service_point_of_another_carrier_or_none_is_refused(play: Play) -> None:
    pickup = {"type": "shipping_option_code", "properties": {"shipping_option_code": "dhl:servicepoint"}}
    asked = {"integration_id": FIRST, "order": {"order_id": "so-1"}, "ship_with": pickup}
    play.push(order(service_point_details={"id": str(POINT_NL_POSTNL)}))
    assert reasons(play.post(SYNC, asked)) == {(f"{ORDER}/service_point_details/id", "validation_error")}
    play.push(order())
    assert reasons(play.post(SYNC, asked)) == {(f"{ORDER}/service_point_details", "required")}


def test_service_points_switched_off_for_the_integration(play: Play) -> None:
    play.books.integrations[FIRST]["service_point_enabled"] = False
    play.push(order(service_point_details={"id": str(POINT_NL_DHL)}))
    answer = play.label()
    expected = "Service point support is not activated for this integration."
    assert answer.json()["errors"][0]["detail"] == expected


def test_too_heavy_for_the_option(play: Play) -> None:
    play.push(order(shipping_details={"measurement": {"weight": {"value": 23001, "unit": "g"}}}))
    assert refused_label(play) == {
        (f"{ORDER}/shipping_details/measurement/weight", "validation_error"),
    }


def test_an_account_that_cannot_pay_gets_402(play: Play) -> None:
    play.push(order())
    play.switch(payment_method=False)
    answer = play.label()
    assert (answer.status_code, reasons(answer)) == (402, {("", "no_valid_payment_method")})


def test_a_failing_announcement_as_400(play: Play) -> None:
    play.push(order(), order("so-2"))
    play.switch(announcement="fails_400", announcement_error="Carrier says no.", failing_orders=["SO-1"])
    answer = play.label()
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (400, "Carrier says no.")
    assert play.listed() == ["so-1", "so-2"]
    play.labelled("so-2")


def test_a_failing_announcement_inside_a_201(play: Play) -> None:
    play.push(order())
    play.switch(announcement="fails_2xx")
    data = play.labelled()
    assert "file" not in data["label_details"]
    assert (data["tracking_number"], data["documents"]) == ("", [])
    shipment = play.get(f"/api/v3/shipments/{data['shipment_id']}").json()["data"]
    assert shipment["parcels"][0]["status"]["code"] == "ANNOUNCEMENT_FAILED"
    assert shipment["errors"][0]["code"] == "parcel_announcement_error"
    assert play.listed() == ["so-1"], "the order is still to be shipped"


# --- several, a moment later -----------------------------------------------------------------------


def ask_async(play: Play, *references: dict, **more: Any) -> dict[str, Any]:
    answer = play.post(ASYNC, {"integration_id": FIRST, "orders": list(references), **more})
    assert answer.status_code == 202, answer.text
    return answer.json()


def rules(order_id: str, **more: Any) -> dict[str, Any]:
    return {"order_id": order_id, "apply_shipping_rules": True, **more}


def test_async_labels_come_later_and_errors_beside_them(play: Play) -> None:
    play.push(order("a"), order("b", shipping_address=None), order("c"))
    answer = ask_async(play, rules("a"), rules("b"), rules("gone"), rules("c"))
    assert [row["order_id"] for row in answer["data"]] == ["a", "c"]
    assert {(e["source"]["pointer"], e["status"]) for e in answer["errors"]} == {
        ("/data/attributes/orders/[1]", "400"),
        ("/data/attributes/orders/[2]", "404"),
    }
    path = f"/api/v3/shipments/{answer['data'][0]['shipment_id']}"
    parcel = play.get(path).json()["data"]["parcels"][0]
    assert (parcel["status"]["code"], parcel["tracking_number"]) == ("ANNOUNCING", "")
    assert answer["data"][0]["parcels_ids"] == [parcel["id"]]
    assert play.listed() == ["b"]
    play.clock.advance(2)
    parcel = play.get(path).json()["data"]["parcels"][0]
    assert parcel["status"]["code"] == "READY_TO_SEND"
    assert parcel["tracking_number"]


def test_async_carrier_errors_are_read_on_the_shipment(play: Play) -> None:
    play.push(order(shipping_address=address(house_number=None)))
    answer = ask_async(play, rules("so-1"))
    assert "errors" not in answer
    play.clock.advance(2)
    shipment = play.get(f"/api/v3/shipments/{answer['data'][0]['shipment_id']}").json()["data"]
    assert shipment["parcels"][0]["status"]["code"] == "ANNOUNCEMENT_FAILED"
    assert shipment["errors"][0]["source"]["pointer"].endswith("/house_number")
    assert play.listed() == ["so-1"]


def test_async_with_an_unknown_sender_is_an_error_inside_a_202(play: Play) -> None:
    play.push(order())
    answer = ask_async(play, rules("so-1"), sender_address_id=999)
    assert answer["data"] == []
    assert answer["errors"][0] == {
        "status": "404",
        "code": "invalid",
        "detail": "Does not exist.",
        "source": {"pointer": "/data/attributes/sender_address_id"},
    }


def test_async_takes_one_to_twenty_different_orders(play: Play) -> None:
    assert play.post(ASYNC, {"integration_id": FIRST, "orders": []}).status_code == 400
    many = [rules(str(n)) for n in range(21)]
    assert play.post(ASYNC, {"integration_id": FIRST, "orders": many}).status_code == 400
    assert play.post(ASYNC, {"integration_id": FIRST, "orders": [rules("a"), rules("a")]}).status_code == 400
    assert play.post(ASYNC, {"integration_id": FIRST, "orders": many[:20]}).status_code == 202


# --- a part of an order ------------------------------------------------------------------------------


def five_and_one(play: Play) -> None:
    items = [item(item_id="mug", quantity=5), item(item_id="plate", name="Bord", quantity=1)]
    play.push(changed(order(), "order_details.order_items", items))


def part(**quantities: int) -> list[dict[str, Any]]:
    return [{"parcel_items": [{"item_id": name, "quantity": n} for name, n in quantities.items()]}]


def test_a_part_leaves_the_rest_open_until_all_is_shipped(play: Play) -> None:
    five_and_one(play)
    first = ask_async(play, rules("so-1", parcels=part(mug=2)))
    play.clock.advance(2)
    shipment = play.get(f"/api/v3/shipments/{first['data'][0]['shipment_id']}").json()["data"]
    assert [(i["item_id"], i["quantity"]) for i in shipment["parcels"][0]["parcel_items"]] == [("mug", 2)]
    assert play.listed() == ["so-1"]
    ask_async(play, rules("so-1", parcels=part(mug=3, plate=1)))
    assert play.listed() == []


def test_a_sync_label_ships_what_is_left(play: Play) -> None:
    five_and_one(play)
    ask_async(play, rules("so-1", parcels=part(mug=2)))
    data = play.labelled()
    items = play.books.shipments[data["shipment_id"]]["parcels"][0]["parcel_items"]
    assert [(i["item_id"], i["quantity"]) for i in items] == [("mug", 3), ("plate", 1)]
    assert play.listed() == []


def test_in_the_other_reading_the_order_leaves_with_its_first_part(play: Play) -> None:
    play.switch(partial="leaves")
    five_and_one(play)
    ask_async(play, rules("so-1", parcels=part(mug=2)))
    assert play.listed() == []


@pytest.mark.parametrize("parcels", [part(spoon=1), part(mug=6), part(mug=3) + part(mug=3)])
def test_items_that_are_not_there_to_ship_are_refused(play: Play, parcels: list) -> None:
    five_and_one(play)
    answer = ask_async(play, rules("so-1", parcels=parcels))
    assert answer["data"] == []
    assert answer["errors"][0]["source"]["pointer"] == "/data/attributes/orders/[0]"


def test_several_parcels_each_get_a_number_and_a_label(play: Play) -> None:
    five_and_one(play)
    weight = {"weight": {"value": "2.5", "unit": "kg"}}
    parcels = [part(mug=5)[0] | weight, part(plate=1)[0]]
    answer = ask_async(play, rules("so-1", parcels=parcels))
    play.clock.advance(2)
    shipment = play.get(f"/api/v3/shipments/{answer['data'][0]['shipment_id']}").json()["data"]
    assert len({parcel["tracking_number"] for parcel in shipment["parcels"]}) == 2
    assert shipment["parcels"][0]["weight"] == {"value": "2.500", "unit": "kg"}


def test_a_part_with_an_empty_item_id_or_no_quantity_is_refused(play: Play) -> None:
    five_and_one(play)
    nameless = [{"parcel_items": [{"item_id": "", "quantity": 1}]}]
    wrong: list[list[dict[str, Any]]] = [part(mug=0), nameless, [{}], []]
    for parcels in wrong:
        body = {"integration_id": FIRST, "orders": [rules("so-1", parcels=parcels)]}
        assert play.post(ASYNC, body).status_code == 400


# --- the panel's label -------------------------------------------------------------------------------


def test_a_label_made_in_the_panel_is_marked_as_such(play: Play) -> None:
    play.push(order(shipping_address=address(house_number=None)))
    refused = play.post("/_bench/panel/orders/SO-1/label")
    assert refused.status_code == 400
    play.post("/_bench/panel/orders/SO-1/edit", {"house_number": "12"})
    made = play.post("/_bench/panel/orders/SO-1/label", {"sender_address_id": SENDER_ANTWERP})
    assert made.status_code == 201
    (shipment,) = play.books.shipments.values()
    assert (shipment["source"], shipment["sender_address_id"]) == ("panel", SENDER_ANTWERP)
    assert play.listed() == []
