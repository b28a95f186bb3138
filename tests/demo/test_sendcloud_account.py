"""Keys, limits, sender addresses, integrations, service points and the rest of the played Sendcloud's account."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.sendcloud_play import Play, order, playing, reasons
from webapp.demo.sendcloud.seed import (
    FIRST,
    KEYS,
    OTHER,
    POINT_BE_BPOST,
    POINT_BE_DHL,
    POINT_FULL,
    POINT_NL_DHL,
    POINT_NL_POSTNL,
    SECOND,
    SENDER_ANTWERP,
    SENDER_EINDHOVEN,
    SENDER_OTHER,
    SENDER_UTRECHT,
)


@pytest.fixture(scope="module")
def running() -> Iterator[Play]:
    with playing() as play:
        yield play


@pytest.fixture
def play(running: Play) -> Play:
    running.reset()
    return running


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys",
    [
        None,
        ("demo-public-key-1", ""),
        ("demo-public-key-1", "demo-secret-key-2"),
        ("demo-secret-key-1", "demo-public-key-1"),
    ],
)
def test_wrong_keys_are_401_everywhere(play: Play, keys: Any) -> None:
    play.session.auth = keys
    for path in ("/api/v3/user/auth/metadata", "/api/v3/orders", "/api/v3/nothing"):
        answer = play.get(path)
        assert (answer.status_code, reasons(answer)) == (401, {("", "authentication_failed")})
        assert answer.json()["errors"][0]["status"] == "401"
    answer = play.get("/api/v2/user")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)


@pytest.mark.parametrize("header", ["Bearer abc", "Basic ???", "Basic ", "Basic /w=="])
def test_a_header_that_holds_no_keys_is_401(play: Play, header: str) -> None:
    play.session.auth = None
    answer = play.ask("GET", "/api/v3/user/auth/metadata", headers={"Authorization": header})
    assert answer.status_code == 401


@pytest.mark.parametrize(("integration", "user"), [(FIRST, 1), (SECOND, 1), (OTHER, 2)])
def test_keys_tell_their_integration(play: Play, integration: int, user: int) -> None:
    play.use(integration)
    data = play.get("/api/v3/user/auth/metadata").json()["data"]
    assert data == {"user_id": user, "integration_id": integration}


def test_a_made_up_partner_makes_the_call_fail(play: Play) -> None:
    for partner, status in (("abc", 400), ("0d1b3c4e-0000-4000-8000-000000000000", 404)):
        headers = {"Sendcloud-Partner-Id": partner}
        assert play.ask("GET", "/api/v3/orders", headers=headers).status_code == status


def test_unknown_addresses_and_methods_answer_in_the_apis_form(play: Play) -> None:
    answer = play.get("/api/v3/nothing")
    assert (answer.status_code, reasons(answer)) == (404, {("", "not_found")})
    assert play.ask("PUT", "/api/v3/orders").status_code == 405
    assert play.get("/api/v2/nothing").json()["error"]["request"] == "api/v2/nothing"


# --- limits --------------------------------------------------------------------------------------


def statuses(play: Play, method: str, count: int) -> list[int]:
    return [play.ask(method, "/api/v3/orders", json=[]).status_code for _ in range(count)]


def test_writes_come_in_bursts_of_fifteen_a_second(play: Play) -> None:
    play.switch(limits=True)
    assert statuses(play, "POST", 16) == [201] * 15 + [429]
    play.clock.advance(1)
    assert statuses(play, "POST", 1) == [201]


def test_a_hundred_writes_a_minute(play: Play) -> None:
    play.switch(limits=True)
    for _ in range(10):
        assert statuses(play, "POST", 10) == [201] * 10
        play.clock.advance(1.5)
    answer = play.post("/api/v3/orders", [])
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "46")
    assert "throttled" in answer.json()["errors"][0]["detail"]
    play.use(SECOND)
    assert statuses(play, "POST", 1) == [201], "other keys have their own limit"
    play.use(FIRST)
    play.clock.advance(46)
    assert statuses(play, "POST", 1) == [201]
    play.switch(retry_after=False)
    assert "Retry-After" not in [play.post("/api/v3/orders", []) for _ in range(20)][-1].headers


def test_a_thousand_reads_a_minute(play: Play) -> None:
    play.switch(limits=True)
    limits = play.app.extensions["sendcloud"]["limits"]
    now = play.clock.now().timestamp()
    assert not any(limits.wait(KEYS[FIRST][0], "GET", now) for _ in range(1000))
    assert play.get("/api/v3/orders").status_code == 429
    play.clock.advance(60)
    assert play.get("/api/v3/orders").status_code == 200


# --- sender addresses ----------------------------------------------------------------------------


def test_sender_addresses_v3(play: Play) -> None:
    rows = play.get("/api/v3/addresses/sender-addresses").json()["data"]
    assert [row["id"] for row in rows] == [SENDER_EINDHOVEN, SENDER_UTRECHT, SENDER_ANTWERP]
    assert not any("label" in row or "account" in row for row in rows)
    one = play.get(f"/api/v3/addresses/sender-addresses/{SENDER_UTRECHT}").json()["data"]
    assert one == rows[1]
    assert play.get(f"/api/v3/addresses/sender-addresses/{SENDER_OTHER}").status_code == 404


def test_sender_addresses_come_in_pages(play: Play) -> None:
    first = play.get("/api/v3/addresses/sender-addresses", page_size=2)
    second = play.session.get(first.links["next"]["url"])
    assert [row["id"] for row in second.json()["data"]] == [SENDER_ANTWERP]
    assert play.get("/api/v3/addresses/sender-addresses", page_size=101).status_code == 400


def test_sender_addresses_v2_have_labels(play: Play) -> None:
    rows = play.get("/api/v2/user/addresses/sender").json()["sender_addresses"]
    assert [row["label"] for row in rows] == ["Magazijn Eindhoven", "Magazijn Utrecht", "Depot Antwerpen"]


# --- integrations --------------------------------------------------------------------------------


def test_integrations_of_the_account(play: Play) -> None:
    rows = play.get("/api/v3/integrations").json()["data"]
    assert [(row["id"], row["type"]) for row in rows] == [(FIRST, "api"), (SECOND, "api")]
    assert play.get("/api/v3/integrations", sort="-created_at").json()["data"][0]["id"] == SECOND
    for sort in ("colour", "-colour", ""):
        assert play.get("/api/v3/integrations", sort=sort).json() == play.get("/api/v3/integrations").json()
    play.books.integrations[FIRST]["last_fetched_at"] = "2026-11-02T09:00:00.000000Z"
    assert play.get("/api/v3/integrations").json()["data"][-1]["id"] == FIRST
    one = play.get(f"/api/v3/integrations/{FIRST}").json()["data"]
    assert one == rows[0] | {"last_fetched_at": "2026-11-02T09:00:00.000000Z"}
    assert "secret" not in str(one) and "public_key" not in one
    assert play.get(f"/api/v3/integrations/{OTHER}").status_code == 404


def test_an_integration_is_changed(play: Play) -> None:
    path = f"/api/v3/integrations/{FIRST}"
    play.clock.advance(5)
    body = {"shop_name": "Nieuw", "webhook_active": True, "webhook_url": "https://shop.example/hook"}
    answer = play.ask("PATCH", path, json=body)
    assert (answer.status_code, answer.content) == (204, b"")
    read = play.get(path).json()["data"]
    assert {name: read[name] for name in body} == body
    assert read["updated_at"] > read["created_at"]


@pytest.mark.parametrize(
    "body",
    [
        {"webhook_active": True},
        {"webhook_active": True, "webhook_url": None},
        {"webhook_url": "shop.example"},
        {"shop_name": ""},
        {"shop_name": "x" * 251},
        {"feedback_type": "later"},
        {"service_point_enabled": True, "service_point_carriers": []},
        {"service_point_enabled": "yes"},
        {"secret_key": "mine"},
        [],
    ],
)
def test_a_wrong_change_of_an_integration_is_refused(play: Play, body: Any) -> None:
    before = dict(play.books.integrations[FIRST])
    assert play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json=body).status_code == 400
    assert play.books.integrations[FIRST] == before


def test_a_deleted_integration_takes_its_keys_and_orders_along(play: Play) -> None:
    play.push(order(), order("so-2", SECOND))
    assert play.ask("DELETE", f"/api/v3/integrations/{FIRST}").status_code == 204
    assert play.get("/api/v3/user/auth/metadata").status_code == 401
    play.use(SECOND)
    assert play.listed() == ["so-2"]


def test_log_lines_of_an_integration(play: Play) -> None:
    path = f"/api/v3/integrations/{FIRST}/logs"
    line = {"base_url": "https://start.exactonline.nl", "response_code": 503, "exception": "Exact is away"}
    assert play.post(path, line).status_code == 201
    play.post(f"/api/v3/integrations/{SECOND}/logs", {"base_url": "x"})
    (kept,) = play.get(path).json()["data"]
    assert {name: kept[name] for name in line} == line
    assert len(play.get("/api/v3/integrations/logs").json()["data"]) == 2
    for wrong in ({}, {"base_url": ""}, {"base_url": "x", "colour": 1}, {"base_url": "x", "response_code": -1}):
        assert play.post(path, wrong).status_code == 400
    assert play.post(f"/api/v3/integrations/{OTHER}/logs", line).status_code == 404


# --- service points --------------------------------------------------------------------------------


def points(play: Play, **query: Any) -> list[int]:
    answer = play.get("/api/v3/service-points", **query)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["data"]["results"]]


def test_service_points_by_country_and_carrier(play: Play) -> None:
    assert points(play, country_code="NL", carrier_code="postnl") == [POINT_NL_POSTNL, POINT_FULL]
    assert points(play, country_code="NL", carrier_code=["postnl", "dhl"]) == [10001, 10002, 10004]
    play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json={"service_point_carriers": ["bpost"]})
    assert points(play, country_code="BE", use_integration_carriers="true") == [POINT_BE_BPOST]


def test_service_points_near_an_address(play: Play) -> None:
    query = {"country_code": "NL", "carrier_code": ["postnl", "dhl"]}
    near = points(play, **query, address_city="Utrecht", radius=5000)
    assert near == [POINT_NL_DHL]
    assert points(play, **query, latitude=51.44, longitude=5.47)[0] == POINT_NL_POSTNL
    box = {"ne_latitude": 51.45, "ne_longitude": 5.476, "sw_latitude": 51.43, "sw_longitude": 5.46}
    assert points(play, **query, **box) == [POINT_NL_POSTNL]
    play.switch(geocoding=False)
    assert play.get("/api/v3/service-points", **query, address="Utrecht").status_code == 503


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"carrier_code": "dhl"}, "country_code"),
        ({"country_code": "XX", "carrier_code": "dhl"}, "country_code"),
        ({"country_code": "NL"}, "carrier_code"),
        ({"country_code": "NL", "carrier_code": "dhl", "use_integration_carriers": "true"}, "carrier_code"),
        ({"country_code": "NL", "carrier_code": "acme"}, ""),
        ({"country_code": "NL", "carrier_code": "dhl", "radius": 99}, "radius"),
        ({"country_code": "NL", "carrier_code": "dhl", "limit": 201}, "limit"),
        ({"country_code": "NL", "carrier_code": "dhl", "latitude": "x", "longitude": 5}, "latitude"),
        ({"country_code": "NL", "carrier_code": "dhl", "latitude": 5}, "latitude"),
        ({"country_code": "NL", "carrier_code": "dhl", "ne_latitude": 5}, "ne_latitude"),
        ({"country_code": "NL", "carrier_code": "dhl", "general_shop_type": "pub"}, "general_shop_type"),
    ],
)
def test_a_wrong_search_is_refused(play: Play, query: dict, parameter: str) -> None:
    answer = play.get("/api/v3/service-points", **query)
    assert answer.status_code == 400
    assert {where for where, _ in reasons(answer)} == {parameter}


def test_service_points_must_be_switched_on(play: Play) -> None:
    play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json={"service_point_enabled": False})
    answer = play.get("/api/v3/service-points", country_code="NL", carrier_code="dhl")
    assert (answer.status_code, reasons(answer)) == (400, {("", "validation_error")})


def test_one_service_point_and_whether_it_has_room(play: Play) -> None:
    path = "/api/v3/service-points"
    assert play.get(f"{path}/{POINT_BE_DHL}").json()["data"]["address"]["city"] == "Antwerpen"
    for point, free in ((POINT_BE_DHL, True), (POINT_FULL, False)):
        answer = play.post(f"{path}/{point}/check-availability")
        assert answer.json() == {"data": {"is_available": free}}
    assert play.get(f"{path}/424242").status_code == 404
    assert play.post(f"{path}/424242/check-availability").status_code == 404


def test_service_points_v2(play: Play) -> None:
    rows = play.get("/api/v2/service-points/", country="NL", carrier="postnl,dhl").json()
    assert [(row["id"], row["is_active"]) for row in rows] == [(10001, True), (10002, True), (10004, False)]
    assert play.get("/api/v2/service-points/").status_code == 400
    assert play.get(f"/api/v2/service-points/{POINT_FULL}/check-availability").json() is False
    assert play.get("/api/v2/service-points/1").status_code == 404


# --- statuses, options, v2 -------------------------------------------------------------------------


def test_statuses_in_words_and_numbers(play: Play) -> None:
    words = play.get("/api/v3/parcels/statuses").json()["data"]
    assert {"code": "READY_TO_SEND", "message": "Ready to send"} in words
    assert 1 <= len(words) <= 99
    assert {"id": 2000, "message": "Cancelled"} in play.get("/api/v2/parcels/statuses").json()


def test_shipping_options_for_a_destination(play: Play) -> None:
    def codes(**body: Any) -> set[str]:
        return {row["code"] for row in play.post("/api/v3/shipping-options", body).json()["data"]}

    assert "postnl:standard" in codes(to_country_code="NL")
    assert "postnl:standard" not in codes(to_address={"country_code": "BE"})
    assert codes(carrier_code="bpost", to_country_code="BE") == {"bpost:home", "bpost:pickup"}
    heavy = [{"weight": {"value": "25", "unit": "kg"}}]
    assert "postnl:standard" not in codes(parcels=heavy)
    assert codes(to_service_point_id=10001, to_country_code="NL") <= {"postnl:pickup", "dhl:servicepoint"}
    assert codes(shipping_option_code="sendcloud:letter") == {"sendcloud:letter"}


def test_v2_parcels_are_read_and_cancelled_but_not_made(play: Play) -> None:
    play.push(order())
    number = play.labelled()["parcel_id"]
    assert play.get("/api/v2/parcels", order_number="SO-1").json()["parcels"][0]["id"] == number
    assert play.get("/api/v2/parcels", order_number="SO-2").json()["parcels"] == []
    assert play.get(f"/api/v2/parcels/{number}").json()["parcel"]["status"]["id"] == 1000
    assert play.post("/api/v2/parcels", {"parcel": {}}).status_code == 403
    assert play.post(f"/api/v2/parcels/{number}/cancel").status_code == 200
    assert play.post(f"/api/v2/parcels/{number}/cancel").status_code == 400
    assert play.get("/api/v2/parcels/1").status_code == 404
    play.switch(announcement="fails_2xx")
    failed = play.labelled()["parcel_id"]
    assert play.post(f"/api/v2/parcels/{failed}/cancel").status_code == 410
    assert len(play.get("/api/v2/integrations").json()) == 2


# --- what a carrier says of an address -------------------------------------------------------------


def judged(play: Play, carrier: str = "postnl", **where: Any) -> tuple[bool, dict[str, Any]]:
    answer = play.post("/api/v3/addresses/validate", {"address": where, "carrier_code": carrier})
    assert answer.status_code == 200, answer.text
    (result,) = answer.json()["results"]
    return answer.json()["input_address_is_valid"], result


NEAR = {"address_line_1": "Dorpsstraat", "city": "Oss", "postal_code": "5341 XT", "country_code": "NL"}


@pytest.mark.parametrize(
    ("changes", "carrier", "reason"),
    [
        ({}, "postnl", "HOUSE_NUMBER_TOO_SHORT"),
        ({"house_number": "123456789"}, "bpost", "HOUSE_NUMBER_TOO_LONG"),
        ({"address_line_1": "x" * 151, "house_number": "1"}, "postnl", "ADDRESS_TOO_LONG"),
        ({"postal_code": "12345"}, "ups", "ADDRESS_NOT_VALID"),
        ({"postal_code": "99201", "country_code": "US"}, "ups", "STATE_MISSING"),
        ({"postal_code": "00184", "country_code": "IT"}, "ups", "PROVINCE_MISSING"),
    ],
)
def test_what_is_wrong_with_an_address(play: Play, changes: dict, carrier: str, reason: str) -> None:
    valid, result = judged(play, carrier, **NEAR | changes)
    assert not valid and result["analysis"]["validation_result"] == {"is_valid": False, "reasons": [reason]}


def test_a_number_in_the_street_is_taken_apart_in_a_proposal(play: Play) -> None:
    valid, result = judged(play, **NEAR | {"address_line_1": "Dorpsstraat 12a"})
    assert not valid and result["recommended"]
    assert (result["address"]["address_line_1"], result["address"]["house_number"]) == ("Dorpsstraat", "12a")
    assert result["analysis"]["changed_attributes"] == ["address_line_1", "house_number"]
    assert judged(play, **NEAR | {"house_number": "12a"})[0]


def test_the_carrier_must_be_named(play: Play) -> None:
    refused = play.post("/api/v3/addresses/validate", {"address": NEAR})
    assert reasons(refused) == {("/address/carrier_code", "required")}


def test_log_lines_come_in_pages_whose_cursor_is_a_moment(play: Play) -> None:
    path = f"/api/v3/integrations/{FIRST}/logs"
    for n in range(5):
        play.post(path, {"base_url": f"https://exact.example/{n}"})
        play.clock.advance(60 if n != 2 else 0)  # the fourth is of the same moment as the third
    seen, address = [], f"{play.server.url}{path}?page_size=2"
    while address:
        answer = play.session.get(address)
        seen.append([line["base_url"][-1] for line in answer.json()["data"]])
        address = answer.links.get("next", {}).get("url", "")
    assert seen == [["4", "3", "2"], ["1", "0"]]
    assert play.get(path, cursor="2020-01-01T00:00:00+00:00").json()["data"] == []
    assert play.get(path, cursor="x").status_code == 404


def test_statuses_of_a_shop_are_not_for_these_integrations(play: Play) -> None:
    for path in ("/api/v3/shop-order-statuses", "/api/v3/shop-order-statuses/mapping"):
        answers = [play.get(path), play.get(path, integration_id=FIRST), play.post(path, [])]
        answers.append(play.post(path, {"integration_id": FIRST, "statuses": []}))
        assert [reasons(answer) for answer in answers] == [{("", "non_field_errors")}] * 4


@pytest.mark.parametrize(
    "path", ["/orders", "/orders/create-label-sync", "/shipments/announce", f"/integrations/{FIRST}/logs"]
)
def test_a_post_without_a_body_is_a_400(play: Play, path: str) -> None:
    assert play.post(f"/api/v3{path}").status_code == 400
