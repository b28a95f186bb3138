"""What other clients of Sendcloud ask the played one for: tokens, shipping methods, single records of v2."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.demo.sendcloud_play import Play, order, playing
from webapp.demo.sendcloud.seed import FIRST, KEYS, SENDER_UTRECHT


@pytest.fixture
def play() -> Iterator[Play]:
    with playing() as play:
        yield play


# --- tokens ------------------------------------------------------------------------------------------


def token(play: Play, keys: Any = KEYS[FIRST], slash: str = "", **form: str) -> requests.Response:
    wanted = {"grant_type": "client_credentials", "scope": "api"} | form
    return requests.post(f"{play.server.url}/oauth2/token{slash}", data=wanted, auth=keys, timeout=10)


def whoami(play: Play, bearer: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {bearer}"}
    return requests.get(f"{play.server.url}/api/v3/user/auth/metadata", headers=headers, timeout=10)


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_keys_of_an_integration_give_a_token_for_an_hour(play: Play, slash: str) -> None:
    answer = token(play, slash=slash)
    given = answer.json()
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("bearer", 3600, "api")
    assert whoami(play, given["access_token"]).json()["data"]["integration_id"] == FIRST
    play.clock.advance(3601)
    late = whoami(play, given["access_token"])
    assert (late.status_code, late.json()["errors"][0]["code"]) == (401, "authentication_failed")


def test_a_token_that_was_never_given_opens_nothing(play: Play) -> None:
    assert whoami(play, "nonsense").status_code == 401


def test_refusals_of_the_token_address(play: Play) -> None:
    wrong = token(play, ("nobody", "nothing"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert token(play, None).status_code == 401
    other = token(play, grant_type="authorization_code")
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")
    assert requests.get(f"{play.server.url}/oauth2/token", timeout=10).status_code == 405


# --- v2 ----------------------------------------------------------------------------------------------


def looked(play: Play, path: str, **query: Any) -> Any:
    answer = play.get(path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_shipping_methods_by_number(play: Play) -> None:
    methods = looked(play, "/api/v2/shipping_methods")["shipping_methods"]
    names = {row["id"]: row["name"] for row in methods}
    assert names[8] == "Unstamped letter" and len(names) == len(methods)
    near = looked(play, "/api/v2/shipping_methods", to_country="BE")["shipping_methods"]
    assert "PostNL Standard" not in {row["name"] for row in near} and len(near) < len(methods)
    points = [row for row in methods if row["service_point_input"] == "required"]
    assert points and all("oint" in row["name"] for row in points)
    assert looked(play, "/api/v2/shipping_methods/8")["shipping_method"]["carrier"] == "sendcloud"
    assert play.get("/api/v2/shipping_methods/1").status_code == 404


def test_a_parcel_names_its_method_by_number(play: Play) -> None:
    play.push(order())
    parcel = play.get(f"/api/v2/parcels/{play.labelled()['parcel_id']}").json()["parcel"]
    method = play.get(f"/api/v2/shipping_methods/{parcel['shipment']['id']}").json()["shipping_method"]
    assert method["name"] == parcel["shipment"]["name"] == "PostNL Standard"


def test_single_records_of_v2(play: Play) -> None:
    one = looked(play, f"/api/v2/user/addresses/sender/{SENDER_UTRECHT}")["sender_address"]
    assert one in play.get("/api/v2/user/addresses/sender").json()["sender_addresses"]
    assert play.get("/api/v2/user/addresses/sender/1").status_code == 404
    assert looked(play, "/api/v2/service-points", country="NL")
    play.push(order())
    number = play.labelled()["parcel_id"]
    assert play.get(f"/api/v2/parcels/{number}/return_portal_url").status_code == 404


# --- shipping options --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"from_country_code": 1}, "/from_country_code"),
        ({"to_postal_code": "x" * 13}, "/to_postal_code"),
        ({"parcels": {}}, "/parcels"),
        ({"parcels": [{"weight": {"value": 1, "unit": "kg"}}]}, "/parcels/0/weight/value"),
        ({"parcels": [{"weight": {"value": "1", "unit": "stone"}}]}, "/parcels/0/weight/unit"),
        ({"calculate_quotes": "yes"}, "/calculate_quotes"),
        ({"contract_id": "x"}, "/contract_id"),
        ({"to_address": 5}, "/to_address"),
    ],
)
def test_a_wrong_question_for_shipping_options(play: Play, body: Any, place: str) -> None:
    answer = play.post("/api/v3/shipping-options", body)
    assert (answer.status_code, answer.json()["errors"][0]["source"]["pointer"]) == (400, place)


def test_fields_that_the_document_does_not_name_are_no_reason_to_refuse(play: Play) -> None:
    assert play.post("/api/v3/shipping-options", {"new": 1}).status_code == 200
    assert play.post("/api/v3/shipping-options", []).status_code == 400
