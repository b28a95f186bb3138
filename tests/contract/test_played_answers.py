"""What the played Sendcloud takes and answers satisfies Sendcloud's documents."""

import json
from collections.abc import Iterator
from copy import deepcopy
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.contract import sample_bodies
from tests.demo.sendcloud_play import Play, address, changed, order, playing
from webapp.demo.sendcloud.seed import FIRST, OTHER, POINT_NL_DHL, SENDER_UTRECHT

pytestmark = pytest.mark.contract
LABEL = {"integration_id": FIRST, "order": {"order_id": "so-1", "apply_shipping_rules": True}}


@pytest.fixture(scope="module")
def running(documents: ModuleType) -> Iterator[Play]:
    """Every answer that goes through the session is held against the documents."""

    def look(answer: requests.Response, **_: Any) -> None:
        path = urlsplit(answer.url).path
        if not path.startswith("/api/"):
            return
        is_json = answer.headers.get("Content-Type") == "application/json"
        assert is_json or answer.status_code == 204 or "/documents/" in path or "/parcel-documents/" in path
        if answer.status_code != 401 and (is_json or answer.status_code == 204):
            body = answer.json() if answer.content else None
            method = answer.request.method
            assert documents.answer_errors(method, path, answer.status_code, body) == [], answer.text[:2000]

    with playing() as play:
        play.session.hooks["response"].append(look)
        yield play


@pytest.fixture
def play(running: Play) -> Play:
    running.reset()
    return running


# --- bodies ----------------------------------------------------------------------------------------

BODIES = [
    ("POST", "/api/v3/orders", [sample_bodies.full_order()]),
    ("PATCH", "/api/v3/orders/1", sample_bodies.order_changes()),
    ("POST", "/api/v3/orders/create-label-sync", sample_bodies.label_sync()),
    ("POST", "/api/v3/orders/create-labels-async", sample_bodies.labels_async()),
    ("POST", "/api/v3/shipments/announce", sample_bodies.shipment()),
    ("POST", "/api/v3/shipments", sample_bodies.shipment()),
    ("POST", "/api/v3/shipments/announce-with-shipping-rules", sample_bodies.shipment_with_rules()),
    ("PATCH", "/api/v3/integrations/1", sample_bodies.integration_changes()),
    ("POST", "/api/v3/integrations/1/logs", sample_bodies.log_line()),
]


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_our_samples_are_good_by_the_documents(documents: ModuleType, method: str, path: str, body: Any) -> None:
    assert documents.request_errors(method, path, body) == []


def own(sample: Any) -> Any:
    """A sample of the documents with the numbers of our seed in it."""
    sample = deepcopy(sample)
    for body in sample if isinstance(sample, list) else [sample]:
        if "order_details" in body:
            body["order_details"]["integration"]["id"] = FIRST
        if "integration_id" in body:
            body["integration_id"] = FIRST
        if "sender_address_id" in body.get("from_address", {}):
            body["from_address"]["sender_address_id"] = SENDER_UTRECHT
    return sample


def test_the_documents_own_orders_are_taken(documents: ModuleType, play: Play) -> None:
    samples = documents.request_samples("POST", "/api/v3/orders")
    assert len(samples) >= 5
    for name, sample in samples.items():
        body = [{key: value for key, value in one.items() if key != "id"} for one in own(sample)]
        assert play.post("/api/v3/orders", body).status_code == 201, name


def is_about_form(error: dict[str, Any]) -> bool:
    """Whether a refusal is about the form of the body rather than about what we have in stock."""
    return error["code"] in ("unknown_field", "required", "null", "not_a_list") or "nput should be" in error["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v3/orders/create-label-sync",
        "/api/v3/orders/create-labels-async",
        "/api/v3/shipments/announce",
        "/api/v3/shipments",
        "/api/v3/shipments/announce-with-shipping-rules",
        "/api/v3/shipments/create-with-shipping-rules",
    ],
)
def test_the_form_of_the_documents_own_samples_is_taken(documents: ModuleType, play: Play, path: str) -> None:
    good = 0
    for name, sample in documents.request_samples("POST", path).items():
        if documents.request_errors("POST", path, sample):
            continue  # some samples break their own schema
        good += 1
        answer = play.post(path, own(sample))
        errors = answer.json().get("errors", []) if answer.status_code >= 400 else []
        assert not any(map(is_about_form, errors)), (name, errors)
    assert good


# --- answers ---------------------------------------------------------------------------------------


def test_answers_about_orders(play: Play) -> None:
    (data,) = play.push(sample_bodies.full_order())
    play.push(order("plain"))
    path = f"/api/v3/orders/{data['id']}"
    assert play.get("/api/v3/orders").status_code == 200
    assert play.get(path).status_code == 200
    assert play.ask("PATCH", path, json=sample_bodies.order_changes()).status_code == 200
    assert play.ask("PATCH", path, json={"order_id": "other"}).status_code == 400
    assert play.post("/api/v3/orders", {}).status_code == 400
    assert play.post("/api/v3/orders", [{}]).status_code == 400
    assert play.get("/api/v3/orders", integration=OTHER).status_code == 400
    assert play.get("/api/v3/orders", cursor="x").status_code == 404
    assert play.ask("DELETE", path).status_code == 204
    assert play.get(path).status_code == 404


def test_answers_about_labels(play: Play) -> None:
    play.push(order(), order("so-2", service_point_details={"id": str(POINT_NL_DHL)}))
    play.push(order("none", shipping_address=address(house_number=None)))
    assert play.post("/api/v3/orders/create-label-sync", LABEL).status_code == 201
    assert play.label("none").status_code == 400
    assert play.label("gone").status_code == 404
    asked = {"integration_id": FIRST, "ship_with": sample_bodies.SHIP_WITH}
    orders = [{"order_id": "so-2", "apply_shipping_rules": True}, {"order_id": "gone"}, {"order_id": "none"}]
    answer = play.post("/api/v3/orders/create-labels-async", asked | {"orders": orders})
    assert (answer.status_code, len(answer.json()["errors"])) == (202, 1)
    assert play.post("/api/v3/orders/create-labels-async", asked).status_code == 400
    play.clock.advance(5)
    statuses = {
        parcel["status"]["code"]
        for shipment in play.get("/api/v3/shipments").json()["data"]
        for parcel in shipment["parcels"]
    }
    assert statuses == {"READY_TO_SEND", "ANNOUNCEMENT_FAILED"}


def test_the_list_form_of_the_sync_answer_breaks_the_schema_as_known(documents: ModuleType, play: Play) -> None:
    play.switch(sync_answer="list")
    play.push(order())
    answer = requests.post(
        f"{play.server.url}/api/v3/orders/create-label-sync", json=LABEL, auth=play.session.auth, timeout=10
    )
    assert documents.answer_errors("POST", "/api/v3/orders/create-label-sync", 201, answer.json())
    (data,) = answer.json()["data"]
    assert "file" in data["label"]


@pytest.mark.parametrize("abroad", [True, False])
@pytest.mark.parametrize(
    "path",
    [
        "/announce",
        "",
        "/announce-with-shipping-rules",
        "/create-with-shipping-rules",
    ],
)
def test_answers_about_shipments(play: Play, path: str, abroad: bool) -> None:
    body = sample_bodies.shipment()
    if not abroad:
        body = changed(body, "to_address", address())
        body = changed(body, "customs_information", ...)
    made = play.post(f"/api/v3/shipments{path}", body)
    assert made.status_code == 201, made.text
    play.clock.advance(5)
    one = f"/api/v3/shipments/{made.json()['data']['id']}"
    assert play.get(one).status_code == 200
    assert play.get("/api/v3/shipments", parcel_status="1000").json()["data"]
    assert play.post(f"{one}/cancel").status_code == 200
    assert play.post(f"{one}/cancel").status_code == 409
    assert play.get("/api/v3/shipments", updated_after="x").status_code == 400
    assert play.post(f"/api/v3/shipments{path}", {}).status_code == 400
    assert play.get("/api/v3/shipments/x").status_code == 404
    assert play.get(f"{one}/return-portal-url").status_code == 404


def test_answers_about_papers(play: Play) -> None:
    play.push(order())
    number = play.labelled()["parcel_id"]
    assert play.get(f"/api/v3/parcels/{number}/documents/label").status_code == 200
    assert play.get(f"/api/v3/parcels/{number}/documents/receipt").status_code == 400
    assert play.get(f"/api/v3/parcels/{number}/documents/air-waybill").status_code == 404
    assert play.get("/api/v3/parcel-documents/label", parcels=number).status_code == 200
    assert play.get("/api/v3/parcel-documents/label").status_code == 400


def test_answers_about_the_account(play: Play) -> None:
    for path in (
        "/user/auth/metadata",
        "/addresses/sender-addresses",
        f"/addresses/sender-addresses/{SENDER_UTRECHT}",
        "/parcels/statuses",
        "/integrations",
        f"/integrations/{FIRST}",
        f"/service-points/{POINT_NL_DHL}",
    ):
        assert play.get(f"/api/v3{path}").status_code == 200
    assert play.get("/api/v3/addresses/sender-addresses/1").status_code == 404
    for asked in ({"to_country_code": "NL"}, {"to_country_code": "BE", "calculate_quotes": True}):
        assert play.post("/api/v3/shipping-options", asked).json()["data"]
    changes = sample_bodies.integration_changes()
    assert play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json=changes).status_code == 204
    assert play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json={"shop_name": ""}).status_code == 400
    assert play.get(f"/api/v3/integrations/{OTHER}").status_code == 404
    assert play.post(f"/api/v3/integrations/{FIRST}/logs", sample_bodies.log_line()).status_code == 201
    assert play.get(f"/api/v3/integrations/{FIRST}/logs").json()["data"]
    assert play.get("/api/v3/integrations/logs").json()["data"]
    assert play.post(f"/api/v3/integrations/{FIRST}/logs").status_code == 400
    assert play.get("/api/v3/shop-order-statuses", integration_id=FIRST).status_code == 400


def test_answers_about_service_points(play: Play) -> None:
    query = {"country_code": "NL", "carrier_code": ["postnl", "dhl"]}
    assert play.get("/api/v3/service-points", **query).json()["data"]["results"]
    assert play.get("/api/v3/service-points", **query, address_city="Utrecht").json()["data"]["results"]
    assert play.get("/api/v3/service-points", **query, address_city="Nowhere").status_code == 200
    assert play.get("/api/v3/service-points").status_code == 400
    assert play.get("/api/v3/service-points/1").status_code == 404
    assert play.post(f"/api/v3/service-points/{POINT_NL_DHL}/check-availability").status_code == 200
    play.switch(geocoding=False)
    assert play.get("/api/v3/service-points", **query, address="Utrecht").status_code == 503


def test_answers_about_addresses_and_tracking(play: Play) -> None:
    for where in (address(), {"country_code": "IT", "address_line_1": "Via Roma 1"}, {}):
        answer = play.post("/api/v3/addresses/validate", {"address": where, "carrier_code": "postnl"})
        assert answer.status_code == 200
    assert play.post("/api/v3/addresses/validate", {"address": {}}).status_code == 400
    play.push(order(shipping_address=address(email="jan@voorbeeld.example", address_line_2="")))
    label = play.labelled()
    assert play.get(f"/api/v3/parcels/tracking/{label['tracking_number']}").status_code == 200
    assert play.get("/api/v3/parcels/tracking/gone").status_code == 404


def test_answers_of_v2(play: Play) -> None:
    play.push(order())
    number = play.labelled()["parcel_id"]
    for path in (
        "/user/addresses/sender",
        f"/user/addresses/sender/{SENDER_UTRECHT}",
        "/shipping_methods",
        "/shipping_methods/8",
        "/parcels/statuses",
        "/integrations",
        f"/integrations/{FIRST}",
        f"/parcels/{number}/documents/label",
        "/parcels",
        f"/parcels/{number}",
        f"/labels/{number}",
        f"/service-points/{POINT_NL_DHL}",
        f"/service-points/{POINT_NL_DHL}/check-availability",
    ):
        assert play.get(f"/api/v2{path}").status_code == 200, path
    assert play.get("/api/v2/service-points/", country="NL").status_code == 200
    assert play.get("/api/v2/service-points", country="NL").status_code == 200
    assert play.get(f"/api/v2/parcels/{number}/documents/cn23").status_code == 404
    assert play.get("/api/v2/parcels/1").status_code == 404
    assert play.get(f"/api/v2/integrations/{OTHER}").status_code == 404


# --- webhooks --------------------------------------------------------------------------------------


def test_webhook_bodies(documents: ModuleType, play: Play) -> None:
    play.books.integrations[FIRST].update(webhook_active=True, webhook_url="https://pakbon.example/hooks")
    play.push(order())
    play.labelled()
    play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json={"shop_name": "Nieuw"})
    play.ask("DELETE", f"/api/v3/integrations/{FIRST}")
    names = {
        "parcel_status_changed": "ParcelStatusChanged",
        "integration_updated": "IntegrationModified",
        "integration_deleted": "IntegrationDeleted",
    }
    seen = {
        row["action"]: documents.webhook_errors(names[row["action"]], json.loads(row["body"]))
        for row in play.books.webhooks
    }
    assert seen == {action: [] for action in names}
