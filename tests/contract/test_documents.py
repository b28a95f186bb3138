"""The helper itself: it must be able to say no."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.contract import documents as documents_module
from tests.contract.conftest import demanded
from tests.demo.sendcloud_play import changed, order

pytestmark = pytest.mark.contract
SYNC = "/api/v3/orders/create-label-sync"


def test_a_good_order_is_good(documents: ModuleType) -> None:
    assert documents.request_errors("POST", "/api/v3/orders", [order()]) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("order_id", ""),
        ("order_id", ...),
        ("order_details.order_created_at", "2026-11-01"),
        ("order_details.order_items.0.total_price.currency", "SEK"),
        ("shipping_address.city", ...),
        ("service_point_details", {"id": "1", "carrier_service_point_id": "2"}),
    ],
)
def test_a_bad_order_is_bad_where_it_stands(documents: ModuleType, path: str, value: object) -> None:
    (first, *_) = documents.request_errors("POST", "/api/v3/orders", [changed(order(), path, value)])
    assert re.match(r"/0", first)


def test_both_names_of_an_order_break_the_label_request(documents: ModuleType) -> None:
    both = {"integration_id": 1, "order": {"order_id": "a", "order_number": "b"}}
    assert documents.request_errors("POST", SYNC, both)
    assert documents.request_errors("POST", SYNC, {"integration_id": 1, "order": {"order_id": "a"}}) == []


def test_an_answer_is_looked_up_by_status(documents: ModuleType) -> None:
    answer = {"data": [{"id": 1, "order_id": "a", "order_number": "b"}]}
    assert documents.answer_errors("POST", "/api/v3/orders", 201, answer) == []
    answer["data"][0]["id"] = "1"
    assert documents.answer_errors("POST", "/api/v3/orders", 201, answer)
    assert documents.answer_errors("POST", "/api/v3/orders", 207, answer)
    assert documents.answer_errors("DELETE", "/api/v3/orders/5", 204, None) == []


def test_the_older_documents_are_asked_last(documents: ModuleType) -> None:
    found, _ = documents.find("GET", "/api/v3/orders/5")
    assert found.name == "sendcloud-v3-orders-openapi.yml"
    found, _ = documents.find("GET", "/api/v3/user/auth/metadata")
    assert found.name == "toppynl-v3-merged-openapi.json"
    with pytest.raises(LookupError):
        documents.find("GET", "/api/v3/nothing")


def test_null_where_an_older_document_allows_it(documents: ModuleType) -> None:
    assert documents.as_3_1({"type": "string", "nullable": True}) == {"nullable": True, "type": ["string", "null"]}
    limit = {"minimum": 0, "exclusiveMinimum": True}
    assert documents.as_3_1(limit) == {"exclusiveMinimum": 0}


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_without_the_documents_it_is_skipped_and_in_ci_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setattr(documents_module, "FOLDER", tmp_path)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="SENDCLOUD_OPENAPI_DIR"):
        demanded()
