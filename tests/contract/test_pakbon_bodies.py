"""Every request that Pakbon makes of Sendcloud, for every seeded order, holds against Sendcloud's own documents."""

import json
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.journeys.conftest import as_admin, exact_books, fresh, moments, ready, signed_in, traveller  # noqa: F401
from tests.journeys.shipping import Shipping
from tests.journeys.world import World
from webapp.demo.exact.seed import SHOP, WHOLESALE
from webapp.demo.sendcloud.seed import POINT_FULL, POINT_NL_POSTNL, SECOND, SENDER_UTRECHT
from webapp.models import Division
from webapp.sync import asks

pytestmark = pytest.mark.contract


@pytest.fixture
def worked(ready: World) -> World:  # noqa: F811
    """Both divisions have been read and sent, and then everything that can happen to an order has happened."""
    ready.connect(WHOLESALE, SECOND)
    ready.synced()
    ready.synced(WHOLESALE)
    ready.change_quantity(20001, 4)
    ready.edit_in_panel(20002, city="Veldhoven")
    ready.change_quantity(20002, 4)
    ready.cancel(20003)
    ready.synced()
    ready.ask(asks.overwrite, 20002)
    ready.sendcloud.bench.add_fault("lost", "/orders$", "POST")
    ready.sync()
    ready.synced()
    shipping = Shipping(ready)
    warehouse = ready.exact.order(20036)["WarehouseID"]
    points = {"service_point_enabled": True, "service_point_field": "Description"}
    shipping.automatic(default_weight=250, warehouses={warehouse: str(SENDER_UTRECHT)}, **points)
    ready.change(20034, Description=str(POINT_NL_POSTNL))
    ready.change(20035, Description=str(POINT_FULL))
    ready.synced()
    for number in (20024, 20034, 20035, 20036):
        shipping.deliver(number)
    shipping.deliver(20012, {1: 1})
    shipping.until_quiet()
    return ready


def asked_of(world: World) -> list[dict[str, Any]]:
    return [asked for asked in world.sendcloud.bench.requests if asked["path"].startswith("/api/")]


def test_every_body_is_as_the_documents_want_it(documents: ModuleType, worked: World):
    bodies = [(asked, json.loads(asked["request"])) for asked in asked_of(worked) if asked["request"]]
    paths = {asked["path"] for asked, _ in bodies}
    assert paths == {"/api/v3/orders", "/api/v3/orders/create-label-sync"}
    for asked, body in bodies:
        assert documents.request_errors(asked["method"], asked["path"], body) == [], body


def test_every_seeded_order_was_among_them(worked: World):
    sent = {int(order["order_number"]) for body in worked.sent() for order in json.loads(body)}
    incoming = {number for number, (state, _) in worked.states().items() if state == "incoming"}
    assert len(sent) > 35 and incoming <= sent
    assert {20013, 20021, 20022, 20023, 20027, 20029} <= sent  # abroad, long, with markup


def test_every_address_that_was_asked_is_in_the_documents(documents: ModuleType, worked: World):
    """Nothing is asked that Sendcloud does not document; and nothing else was refused."""
    known = {(asked["method"], asked["path"]) for asked in asked_of(worked)}
    assert {method for method, _ in known} == {"GET", "POST", "DELETE"}
    assert any(path.endswith("/check-availability") for _, path in known)
    assert ("GET", "/api/v3/service-points") in known
    for method, path in known:
        documents.find(method, path)
    assert {asked["status"] for asked in asked_of(worked)} <= {200, 201, 204}, "nothing was refused"


def test_every_question_about_service_points_is_in_the_documents(documents: ModuleType, worked: World):
    asked = [parse_qs(one["query"]) for one in asked_of(worked) if one["path"] == "/api/v3/service-points"]
    _, operation = documents.find("GET", "/api/v3/service-points")
    assert asked and all(set(query) <= {row["name"] for row in operation["parameters"]} for query in asked)
    for query in asked:  # one way to say where, and one to say whose
        assert "carrier_code" not in query and not query.keys() & {"address", "latitude", "longitude"}
        assert "address_house_number" not in query or query.keys() & {"address_street", "address_postal_code"}


def test_no_body_carries_anything_empty(worked: World):
    """Sendcloud refuses empty text in many fields: what is not known is left out."""

    def empties(value: Any, path: str = "") -> list[str]:
        if isinstance(value, dict):
            return [found for name, part in value.items() for found in empties(part, f"{path}.{name}")]
        if isinstance(value, list):
            return [found for part in value for found in empties(part, f"{path}[]")] or ([] if value else [path])
        return [path] if value in ("", None) else []

    for body in worked.sent():
        assert empties(json.loads(body)) == []


def test_no_body_names_another_integration_than_the_divisions_own(worked: World):
    integrations = {row.code: row.integration_id for row in Division.select()}
    for body in worked.sent():
        for order in json.loads(body):
            code = SHOP if order["order_number"].startswith("2") else WHOLESALE
            assert order["order_details"]["integration"]["id"] == integrations[code]
