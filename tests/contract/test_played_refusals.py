"""What Sendcloud's documents refuse, the played Sendcloud refuses as well."""

from copy import deepcopy
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.contract import sample_bodies
from tests.contract.documents import places
from webapp.demo.kit import Clock
from webapp.demo.sendcloud import create_sendcloud, seeded
from webapp.demo.sendcloud.seed import DEMO_KEYS, FIRST

pytestmark = pytest.mark.contract

WRONG_VALUES = [None, "", "x", " ", 0, -1, 1.5, 7, True, [], {}, ["x"], {"x": 1}, "2026-11-01", "x" * 300]

REQUESTS = {
    "orders": ("POST", "/api/v3/orders", [sample_bodies.full_order()], 201),
    "order": ("PATCH", "/api/v3/orders/660001", sample_bodies.order_changes(), 200),
    "label": ("POST", "/api/v3/orders/create-label-sync", sample_bodies.label_sync(), 201),
    "labels": ("POST", "/api/v3/orders/create-labels-async", sample_bodies.labels_async(), 202),
    "announce": ("POST", "/api/v3/shipments/announce", sample_bodies.shipment(), 201),
    "shipments": ("POST", "/api/v3/shipments", sample_bodies.shipment(), 201),
    "with rules": (
        "POST",
        "/api/v3/shipments/announce-with-shipping-rules",
        sample_bodies.shipment_with_rules(),
        201,
    ),
    "integration": ("PATCH", f"/api/v3/integrations/{FIRST}", sample_bodies.integration_changes(), 204),
    "options": ("POST", "/api/v3/shipping-options", sample_bodies.shipping_options(), 200),
    "log": ("POST", f"/api/v3/integrations/{FIRST}/logs", sample_bodies.log_line(), 201),
}


def new_client() -> FlaskClient:
    """A played Sendcloud of its own with the full order in it."""
    clock = Clock()
    books = seeded(clock)
    books.switches.turn({"save_delay": 0, "limits": False})
    client = create_sendcloud(books, clock, send_webhooks=False).test_client()
    answer = client.post("/api/v3/orders", json=[sample_bodies.full_order()], auth=DEMO_KEYS[0])
    assert answer.status_code == 201
    return client


def ask(client: FlaskClient, method: str, path: str, body: Any) -> Any:
    return client.open(path, method=method, json=body, auth=DEMO_KEYS[0])


def spoilt(data: st.DataObject, body: Any) -> Any:
    """The body with one to three places taken out, replaced or added to."""
    body = deepcopy(body)
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(list(places(body)) or [("x",)]))
        place = body
        for step in way:
            place = place[step]
        if data.draw(st.booleans()) or not isinstance(place, dict):
            place[last] = deepcopy(data.draw(st.sampled_from(WRONG_VALUES)))
        else:
            place.pop(last, None)
    return body


@pytest.mark.parametrize("name", REQUESTS)
def test_the_whole_sample_is_taken(name: str) -> None:
    method, path, body, status = REQUESTS[name]
    answer = ask(new_client(), method, path, body)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("name", REQUESTS)
def test_what_the_document_refuses_is_refused(documents: ModuleType, name: str) -> None:
    method, path, body, _ = REQUESTS[name]
    document, schema = documents.request_schema(method, path)
    seen = {"refused": 0}

    @settings(
        max_examples=120,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.data())
    def look(data: st.DataObject) -> None:
        wrong = spoilt(data, body)
        errors = document.errors(schema, wrong)
        event("refused" if errors else "taken")
        if errors:
            seen["refused"] += 1
            answer = ask(client, method, path, wrong)
            assert answer.status_code == 400, (errors, wrong, answer.text[:500])

    client = new_client()
    look()
    assert seen["refused"] > 30, "the samples were not spoilt enough to say anything"
