"""The Shipments API of the played Sendcloud: announcing, finding, moving on, cancelling."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.demo.sendcloud_play import START, Play, address, changed, order, playing, reasons
from webapp.demo.sendcloud.seed import FIRST, OTHER, POINT_NL_DHL, SECOND, SENDER_UTRECHT
from webapp.demo.sendcloud.statuses import STATUSES

ANNOUNCE = "/api/v3/shipments/announce"


@pytest.fixture(scope="module")
def running() -> Iterator[Play]:
    with playing() as play:
        yield play


@pytest.fixture
def play(running: Play) -> Play:
    running.reset()
    return running


def request_body(**changes: Any) -> dict[str, Any]:
    plain = {
        "to_address": address(),
        "from_address": {"sender_address_id": SENDER_UTRECHT},
        "ship_with": {"type": "shipping_option_code", "properties": {"shipping_option_code": "postnl:standard"}},
        "parcels": [{"weight": {"value": "1.250", "unit": "kg"}}],
        "order_number": "SO-1",
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def abroad() -> dict[str, Any]:
    goods = {
        "description": "Mug",
        "quantity": 1,
        "weight": {"value": 0.3, "unit": "kg"},
        "price": {"value": "3.50", "currency": "EUR"},
        "hs_code": "691200",
        "origin_country": "NL",
    }
    return request_body(
        to_address=address(country_code="NO", postal_code="0150", city="Oslo"),
        ship_with={"type": "shipping_option_code", "properties": {"shipping_option_code": "postnl:international"}},
        parcels=[{"weight": {"value": "1", "unit": "kg"}, "parcel_items": [goods]}],
        customs_information={"invoice_number": "INV-1", "export_reason": "commercial_goods"},
    )


def announced(play: Play, body: dict | None = None) -> dict[str, Any]:
    answer = play.post(ANNOUNCE, body or request_body())
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


def found(play: Play, **query: Any) -> list[str]:
    return [row["id"] for row in play.get("/api/v3/shipments", **query).json()["data"]]


# --- announcing --------------------------------------------------------------------------------


def test_announcing_gives_a_label_and_a_number_at_once(play: Play) -> None:
    data = announced(play)
    (parcel,) = data["parcels"]
    assert parcel["status"] == {"code": "READY_TO_SEND", "message": "Ready to send"}
    assert parcel["tracking_number"] and parcel["label_file"] and parcel["announced_at"]
    assert data["from_address"]["city"] == "Utrecht"
    assert data["errors"] == []
    assert play.listed() == [], "no incoming order comes of it"


def test_several_parcels_have_no_label_in_the_answer(play: Play) -> None:
    parcel = {"weight": {"value": "1", "unit": "kg"}}
    data = announced(play, request_body(parcels=[parcel, parcel]))
    assert len(data["parcels"]) == 2
    assert all("label_file" not in row for row in data["parcels"])


def test_asynchronously_the_number_comes_a_moment_later(play: Play) -> None:
    answer = play.post("/api/v3/shipments", request_body())
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert data["parcels"][0]["status"]["code"] == "ANNOUNCING"
    play.clock.advance(2)
    later = play.get(f"/api/v3/shipments/{data['id']}").json()["data"]
    assert later["parcels"][0]["status"]["code"] == "READY_TO_SEND"


@pytest.mark.parametrize(
    ("path", "value", "pointer", "code"),
    [
        ("to_address", ..., "/to_address", "required"),
        ("to_address.name", ..., "/to_address/name", "required"),
        ("to_address.city", "", "/to_address/city", "invalid"),
        ("from_address", ..., "/from_address", "required"),
        ("ship_with", ..., "/ship_with", "required"),
        ("parcels", ..., "/parcels", "required"),
        ("parcels", [], "/parcels", "invalid"),
        ("parcels", [{"weight": {"value": "1", "unit": "kg"}}] * 16, "/parcels", "invalid"),
        ("parcels.0.weight.value", 1.25, "/parcels/0/weight/value", "invalid"),
        ("parcels.0.weight.value", "0", "/parcels/0/weight/value", "invalid"),
        ("parcels.0.sscc", "123", "/parcels/0/sscc", "invalid"),
        ("total_order_price", {"value": 3.5, "currency": "EUR"}, "/total_order_price/value", "invalid"),
        ("validation_methods", ["there"], "/validation_methods/0", "invalid_choice"),
        ("colour", "red", "/colour", "unknown_field"),
        ("customs_information", {"export_reason": "gift"}, "/customs_information/invoice_number", "required"),
        ("to_service_point", {"id": POINT_NL_DHL}, "/to_service_point/id", "invalid"),
    ],
)
def test_a_wrong_field_is_refused(play: Play, path: str, value: Any, pointer: str, code: str) -> None:
    answer = play.post(ANNOUNCE, changed(request_body(), path, value))
    assert answer.status_code == 400
    assert (pointer, code) in reasons(answer)
    assert not play.books.shipments


def test_the_asynchronous_endpoint_points_elsewhere(play: Play) -> None:
    answer = play.post("/api/v3/shipments", changed(request_body(), "to_address.name", ...))
    assert reasons(answer) == {("/data/attributes/to_address/name", "required")}


def test_the_sender_is_an_id_or_a_whole_address(play: Play) -> None:
    whole = address(name="Magazijn", city="Delft")
    assert announced(play, request_body(from_address=whole))["from_address"]["city"] == "Delft"
    mixed = request_body(from_address={"sender_address_id": SENDER_UTRECHT, "name": "Piet"})
    assert announced(play, mixed)["from_address"]["name"] == "Piet"
    both = request_body(from_address={"sender_address_id": SENDER_UTRECHT, **whole})
    assert play.post(ANNOUNCE, both).status_code == 400
    unknown = request_body(from_address={"sender_address_id": 999})
    assert play.post(ANNOUNCE, unknown).status_code == 404


def test_carrier_rules_hold_here_too(play: Play) -> None:
    answer = play.post(ANNOUNCE, request_body(to_address=address(house_number=None)))
    assert reasons(answer) == {("/to_address/house_number", "validation_error")}
    answer = play.post(ANNOUNCE, changed(abroad(), "customs_information", ...))
    assert reasons(answer) == {("/customs_information", "required")}
    answer = play.post(ANNOUNCE, changed(abroad(), "parcels.0.parcel_items.0.origin_country", ...))
    assert reasons(answer) == {("/parcels/0/parcel_items/0/origin_country", "required")}
    answer = play.post(ANNOUNCE, changed(abroad(), "total_order_price", {"value": "3", "currency": "USD"}))
    assert reasons(answer) == {("/customs_information", "validation_error")}
    assert not play.books.shipments
    announced(play, abroad())


def test_shipping_rules_need_only_the_receiver(play: Play) -> None:
    body = {"to_address": address(), "to_service_point": {"id": str(POINT_NL_DHL)}}
    answer = play.post("/api/v3/shipments/announce-with-shipping-rules", body)
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert data["ship_with"]["properties"]["shipping_option_code"] == "dhl:servicepoint"
    assert data["parcels"][0]["weight"] == {"value": "1.000", "unit": "kg"}
    alone = body | {"apply_shipping_rules": False}
    answer = play.post("/api/v3/shipments/create-with-shipping-rules", alone)
    assert answer.status_code == 400


def test_an_external_reference_works_once(play: Play) -> None:
    first = announced(play, request_body(external_reference_id="delivery-1"))
    again = play.post(ANNOUNCE, request_body(external_reference_id="delivery-1"))
    assert (again.status_code, again.json()["data"]["id"]) == (409, first["id"])
    assert len(play.books.shipments) == 1
    play.use(OTHER)
    body = request_body(external_reference_id="delivery-1", from_address=address())
    assert play.post(ANNOUNCE, body).status_code == 201, "another account has references of its own"


def test_a_201_may_hold_a_failed_parcel(play: Play) -> None:
    play.switch(announcement="fails_2xx", announcement_error="No.")
    data = announced(play)
    assert data["parcels"][0]["status"]["code"] == "ANNOUNCEMENT_FAILED"
    assert data["errors"][0]["detail"] == "No."
    play.switch(announcement="fails_400")
    assert play.post(ANNOUNCE, request_body()).status_code == 400
    later = play.post("/api/v3/shipments", request_body()).json()["data"]
    play.clock.advance(2)
    assert status_of(play, later) == "ANNOUNCEMENT_FAILED"


# --- finding ------------------------------------------------------------------------------------


def test_filters_of_the_list(play: Play) -> None:
    one = announced(play, request_body(external_reference_id="r1"))
    play.clock.advance(60)
    play.use(SECOND)
    two = announced(play, request_body(order_number="SO-2"))
    assert found(play) == [one["id"], two["id"]]
    assert found(play, integration_id=FIRST) == [one["id"]]
    assert found(play, order_number="SO-2") == [two["id"]]
    assert found(play, external_reference_id="r1") == [one["id"]]
    assert found(play, tracking_number=two["parcels"][0]["tracking_number"]) == [two["id"]]
    assert found(play, ids=f"{one['parcels'][0]['id']},1") == [one["id"]]
    assert found(play, shipment_uuids=two["id"]) == [two["id"]]
    assert found(play, parcel_status="1000") == found(play, parcel_status="ready_to_send") == found(play)
    assert found(play, parcel_status="DELIVERED") == []
    assert found(play, announced_after="2026-11-02T09:00:30Z") == [two["id"]]
    assert found(play, announced_before="2026-11-02T10:00:30+01:00") == [one["id"]]
    assert found(play, order_number="SO-2", integration_id=FIRST) == []


def test_updated_after_finds_what_moved(play: Play) -> None:
    one, two = announced(play), announced(play)
    play.clock.advance(3600)
    play.post(f"/_bench/parcels/{one['parcels'][0]['id']}/status", {"code": "DELIVERED"})
    assert found(play, updated_after="2026-11-02T09:30:00Z") == [one["id"]]
    assert found(play, updated_before="2026-11-02T09:30:00Z") == [two["id"]]


def test_labels_of_orders_are_found_by_order_number(play: Play) -> None:
    play.push(order())
    data = play.labelled()
    assert found(play, integration_id=FIRST, order_number="SO-1") == [data["shipment_id"]]


@pytest.mark.parametrize(
    "query",
    [
        {"updated_after": "yesterday"},
        {"ids": ",".join(str(n) for n in range(101))},
        {"page_size": 101},
        {"page_size": "many"},
    ],
)
def test_a_wrong_filter_is_refused(play: Play, query: dict) -> None:
    assert play.get("/api/v3/shipments", **query).status_code == 400


def test_pages_of_shipments(play: Play) -> None:
    made = [announced(play)["id"] for _ in range(5)]
    first = play.get("/api/v3/shipments", page_size=2)
    second = play.session.get(first.links["next"]["url"])
    third = play.session.get(second.links["next"]["url"])
    assert [row["id"] for page in (first, second, third) for row in page.json()["data"]] == made
    assert "next" not in third.links
    assert play.get("/api/v3/shipments", cursor="nope").status_code == 404


def test_shipments_of_another_account_are_not_there(play: Play) -> None:
    data = announced(play)
    play.use(OTHER)
    assert found(play) == []
    assert play.get(f"/api/v3/shipments/{data['id']}").status_code == 404
    assert play.post(f"/api/v3/shipments/{data['id']}/cancel").status_code == 404


def status_of(play: Play, shipment: dict[str, Any]) -> str:
    return play.get(f"/api/v3/shipments/{shipment['id']}").json()["data"]["parcels"][0]["status"]["code"]


# --- moving on ------------------------------------------------------------------------------------


def test_parcels_move_by_the_clock_when_switched_on(play: Play) -> None:
    play.switch(journey=True)
    data = announced(play)
    seen = []
    for hours in (0.5, 5, 17, 21):
        play.clock.set(START + timedelta(hours=hours))
        seen.append(status_of(play, data))
    assert seen == ["ANNOUNCED", "EN_ROUTE_TO_SORTING_CENTER", "DRIVER_EN_ROUTE", "DELIVERED"]
    parcel = play.books.shipments[data["id"]]["parcels"][0]
    assert parcel["status_at"] == "2026-11-03T05:00:00.000000Z", "its own moment, not that of the question"


def test_a_cancelled_parcel_does_not_move(play: Play) -> None:
    play.switch(journey=True)
    data = announced(play)
    play.post(f"/api/v3/shipments/{data['id']}/cancel")
    play.clock.advance(24 * 3600)
    assert status_of(play, data) == "CANCELLED"


def test_the_bench_knows_only_real_statuses(play: Play) -> None:
    number = announced(play)["parcels"][0]["id"]
    assert play.post(f"/_bench/parcels/{number}/status", {"code": "LOST"}).status_code == 400
    for code in STATUSES:
        assert play.post(f"/_bench/parcels/{number}/status", {"code": code}).status_code == 200


# --- cancelling -----------------------------------------------------------------------------------


def cancel(play: Play, shipment_id: str) -> tuple[int, Any]:
    answer = play.post(f"/api/v3/shipments/{shipment_id}/cancel")
    return answer.status_code, answer.json()


def test_cancelling_at_once_reopens_the_order(play: Play) -> None:
    play.push(order())
    data = play.labelled()
    status, body = cancel(play, data["shipment_id"])
    assert (status, body["data"]["status"]) == (200, "cancelled")
    assert play.listed() == ["so-1"]
    assert play.get(data["documents"][0]["link"].removeprefix(play.server.url)).status_code == 404
    play.switch(cancelled_label_reopens_order=False)
    assert play.listed() == []


def test_cancelling_twice_is_refused(play: Play) -> None:
    data = announced(play)
    cancel(play, data["id"])
    status, body = cancel(play, data["id"])
    assert (status, body["errors"][0]["detail"]) == (409, "This shipment is already being cancelled.")


def test_a_queued_cancellation_is_done_later(play: Play) -> None:
    play.switch(cancellation="queued")
    data = announced(play)
    status, body = cancel(play, data["id"])
    assert (status, body["data"]["status"]) == (202, "queued")
    assert play.books.shipments[data["id"]]["parcels"][0]["status"] == "CANCELLATION_REQUESTED"
    assert cancel(play, data["id"])[0] == 409
    play.clock.advance(60)
    play.get("/api/v3/shipments")
    assert play.books.shipments[data["id"]]["parcels"][0]["status"] == "CANCELLED"


@pytest.mark.parametrize("code", ["DELIVERED", "DRIVER_EN_ROUTE"])
def test_what_is_on_its_way_cannot_be_cancelled(play: Play, code: str) -> None:
    data = announced(play)
    play.post(f"/_bench/parcels/{data['parcels'][0]['id']}/status", {"code": code})
    assert cancel(play, data["id"])[0] == 409


@pytest.mark.parametrize(("days", "status"), [(41, 200), (43, 409)])
def test_cancelling_ends_after_42_days(play: Play, days: int, status: int) -> None:
    data = announced(play)
    play.clock.advance(days * 86400)
    assert cancel(play, data["id"])[0] == status


def test_cancelling_what_is_not_there(play: Play) -> None:
    assert cancel(play, "511")[0] == 404
    play.switch(cancellation="refused")
    assert cancel(play, announced(play)["id"])[0] == 409


# --- tracking, and parcels as v2 shows them ---------------------------------------------------------


def test_a_parcel_is_followed_by_its_tracking_number(play: Play) -> None:
    play.push(order())
    label = play.labelled()
    play.clock.advance(60)
    play.post(f"/_bench/parcels/{label['parcel_id']}/status", {"code": "DELIVERED"})
    found = play.get(f"/api/v3/parcels/tracking/{label['tracking_number']}").json()
    assert found["source_id"] == str(label["parcel_id"]) and found["details"]["integration_id"] == FIRST
    assert [event["status_code"] for event in found["events"]] == ["announcing", "ready-to-send", "delivered"]
    play.use(OTHER)
    assert play.get(f"/api/v3/parcels/tracking/{label['tracking_number']}").status_code == 404


def test_filters_and_pages_of_v2_parcels(play: Play) -> None:
    play.push(*[order(f"so-{n}") for n in range(100)])
    play.push(order("so-100"))
    numbers = [play.labelled(f"so-{n}")["parcel_id"] for n in range(101)]
    first = play.get("/api/v2/parcels").json()
    second = play.session.get(first["next"]).json()
    assert [parcel["id"] for parcel in first["parcels"] + second["parcels"]] == numbers[::-1]
    assert second["next"] is None and first["previous"] is None
    assert [p["id"] for p in play.session.get(second["previous"]).json()["parcels"]] == numbers[:0:-1]

    def ids(**query: Any) -> list[int]:
        return [parcel["id"] for parcel in play.get("/api/v2/parcels", **query).json()["parcels"]]

    moment = play.clock.now().isoformat()
    play.clock.advance(60)
    play.post(f"/_bench/parcels/{numbers[3]}/status", {"code": "DELIVERED"})
    assert ids(parcel_status=11) == ids(updated_after=moment) == [numbers[3]]
    assert ids(announced_after=moment) == []
    assert ids(ids=f"{numbers[1]},{numbers[2]},1") == [numbers[2], numbers[1]]
    assert ids(order_number="SO-5") == [numbers[5]] and ids(external_reference="x") == []
    for wrong in ({"ids": "a"}, {"updated_after": "yesterday"}):
        assert play.get("/api/v2/parcels", **wrong).status_code == 400
    assert play.get("/api/v2/parcels", cursor="x").status_code == 404


def test_v2_orders_are_for_partners_only(play: Play) -> None:
    path = f"/api/v2/integrations/{FIRST}/shipments"
    assert play.post(path, []).status_code == play.get(path).status_code == 403
    assert play.post("/api/v2/integrations/1/shipments/delete", {}).status_code == 404
