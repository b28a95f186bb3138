"""The played Sendcloud's panel, its bench, and that it goes on where it stopped."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.demo.sendcloud_play import Play, address, changed, item, order, playing
from webapp.demo.kit import Clock, load_json, save_json
from webapp.demo.sendcloud import Books, create_sendcloud
from webapp.demo.sendcloud.seed import DEMO_KEYS, FIRST, KEYS, OTHER, SECOND, SENDER_ANTWERP

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def running() -> Iterator[Play]:
    with playing() as play:
        yield play


@pytest.fixture
def play(running: Play) -> Play:
    running.reset()
    return running


def page(play: Play, path: str, status: int = 200) -> str:
    """A page as a visitor without keys sees it."""
    play.session.auth = None
    answer = play.get(path)
    play.use(FIRST)
    assert answer.status_code == status, answer.text
    return answer.text


def submit(play: Play, path: str, **fields: Any) -> requests.Response:
    return play.ask("POST", path, data=fields, allow_redirects=False)


def shown_orders(html: str) -> list[str]:
    return re.findall(r'data-order-number="([^"]*)"', html)


# --- pages -----------------------------------------------------------------------------------------


def test_incoming_orders_per_integration_newest_first(play: Play) -> None:
    play.push(order("a"), order("b", SECOND), order("c"))
    assert shown_orders(page(play, "/")) == ["C", "B", "A"]
    assert shown_orders(page(play, f"/?integration={SECOND}")) == ["B"]
    assert shown_orders(page(play, "/?q=OSS")) == ["C", "B", "A"], "also the city is searched"
    assert shown_orders(page(play, "/?q=jan+de&integration=")) == ["C", "B", "A"]
    assert shown_orders(page(play, "/?q=nobody")) == []


def test_many_orders_come_in_pages(play: Play) -> None:
    play.push(*[order(f"o{n}") for n in range(60)])
    assert len(shown_orders(page(play, "/"))) == 50
    assert len(shown_orders(page(play, "/?page=2"))) == 10
    assert 'data-total="60"' in page(play, "/")


def test_what_merchants_type_is_never_html(play: Play) -> None:
    nasty = '<script>alert("x")</script>'
    body = order(
        order_number=nasty,
        shipping_address=address(name=nasty, company_name=nasty),
        shipping_details={"delivery_indicator": nasty},
    )
    body = changed(body, "order_details.order_items", [item(name=nasty, sku=nasty)])
    body = changed(body, "order_details.notes", nasty)
    (data,) = play.push(changed(body, "order_details.status.code", nasty))
    pages = [page(play, "/"), page(play, f"/orders/{data['id']}")]
    assert play.post(f"/_bench/panel/orders/{data['id']}/label").status_code == 201
    pages += [page(play, "/labels"), page(play, f"/orders/{data['id']}")]
    for html in pages:
        assert "<script" not in html
        assert nasty in unescape(html)


def test_an_order_without_address_or_with_a_deleted_integration_is_shown(play: Play) -> None:
    (data,) = play.push(order(shipping_address=None))
    assert "no address" in page(play, "/")
    del play.books.integrations[FIRST]
    play.use(SECOND)
    assert shown_orders(page_without_keys(play, "/")) == ["SO-1"]
    assert "SO-1" in page_without_keys(play, f"/orders/{data['id']}")


def page_without_keys(play: Play, path: str) -> str:
    return requests.get(play.server.url + path, timeout=10).text


def test_the_way_through_in_the_panel(play: Play) -> None:
    (data,) = play.push(order(shipping_address=address(house_number=None)))
    path = f"/orders/{data['id']}"
    refused = submit(play, f"{path}/label", sender_address_id=SENDER_ANTWERP)
    assert refused.status_code == 400
    assert "This field cannot be blank." in refused.text
    play.clock.advance(60)
    fields = address(house_number="12 a") | {"company_name": ""}
    assert submit(play, f"{path}/address", **fields).status_code == 303
    read = play.get(f"/api/v3{path}").json()["data"]
    assert read["shipping_address"] == address(house_number="12 a")
    assert read["modified_at"] > read["created_at"]
    assert submit(play, f"{path}/label", sender_address_id=SENDER_ANTWERP).headers["Location"] == "/labels"
    (shipment,) = play.books.shipments.values()
    assert (shipment["source"], shipment["sender_address_id"]) == ("panel", SENDER_ANTWERP)
    html = page(play, "/labels")
    assert "made by panel" in html and shipment["parcels"][0]["tracking_number"] in html
    pdf = play.get(re.findall(r'href="(/parcels/\d+/label.pdf)"', html)[0])
    assert pdf.content.startswith(b"%PDF-")
    scan = f"/parcels/{shipment['parcels'][0]['id']}/scan"
    assert submit(play, scan, code="DELIVERED").status_code == 303
    assert "Delivered" in page(play, "/labels")
    assert submit(play, f"/shipments/{shipment['id']}/cancel").status_code == 409


def test_a_tracking_link_leads_to_the_parcels_history(play: Play) -> None:
    play.push(order())
    data = play.labelled()
    assert data["tracking_url"].startswith(f"{play.server.url}/forward?")
    play.post(f"/_bench/parcels/{data['parcel_id']}/status", {"code": "DRIVER_EN_ROUTE"})
    html = page(play, data["tracking_url"].removeprefix(play.server.url))
    assert data["tracking_number"] in html and "Driver en route" in html
    page(play, "/forward?code=", status=404)


def test_cancel_and_delete_in_the_panel(play: Play) -> None:
    (data,) = play.push(order())
    shipment_id = play.labelled()["shipment_id"]
    assert "made by api" in page(play, "/labels")
    assert submit(play, f"/shipments/{shipment_id}/cancel").status_code == 303
    assert "Cancelled" in page(play, "/labels")
    assert shown_orders(page(play, "/")) == ["SO-1"]
    assert submit(play, f"/orders/{data['id']}/delete").status_code == 303
    assert shown_orders(page(play, "/")) == []
    page(play, f"/orders/{data['id']}", status=404)


def test_settings_show_keys_to_paste_and_senders(play: Play) -> None:
    html = page(play, "/settings/integrations")
    for public_key, secret_key in KEYS.values():
        assert public_key in html and secret_key in html
    assert KEYS[FIRST] == DEMO_KEYS[0] and KEYS[SECOND] == DEMO_KEYS[1]
    senders = page(play, "/settings/senders")
    assert "Magazijn Utrecht" in senders and "Boekhandel Het Plein" in senders


@pytest.mark.parametrize(
    "path", ["/orders/1/address", "/orders/1/label", "/orders/1/delete", "/shipments/x/cancel", "/parcels/1/scan"]
)
def test_buttons_on_what_is_gone(play: Play, path: str) -> None:
    assert submit(play, path).status_code == 404


# --- bench -----------------------------------------------------------------------------------------


def test_books_over_http(play: Play) -> None:
    (data,) = play.push(order())
    made = play.labelled()
    books = play.get("/_bench/books").json()
    assert books["orders"][str(data["id"])]["order_id"] == "so-1"
    assert books["shipments"][made["shipment_id"]]["source"] == "api"
    (parcel,) = books["parcels"]
    assert (parcel["order_id"], parcel["tracking_number"]) == ("so-1", made["tracking_number"])
    assert play.ask("DELETE", "/_bench/books").status_code == 200
    books = play.get("/_bench/books").json()
    assert (books["orders"], books["shipments"]) == ({}, {})
    assert str(FIRST) in books["integrations"]


def test_switches_over_http_all_or_none(play: Play) -> None:
    assert play.post("/_bench/switch", {"sync_answer": "list", "save_delay": 3}).json()["save_delay"] == 3
    wrong: dict[str, Any]
    for wrong in (
        {"colour": 1},
        {"sync_answer": "tuple"},
        {"limits": "off"},
        {"save_delay": -1},
        {"currencies": "EUR"},
        {"save_delay": 9, "partial": "maybe"},
    ):
        assert play.post("/_bench/switch", wrong).status_code == 400, wrong
    assert play.get("/_bench/switch").json()["save_delay"] == 3


def test_the_bench_refuses_what_is_not_there(play: Play) -> None:
    for path in (
        "/_bench/panel/orders/x/edit",
        "/_bench/panel/orders/x/label",
        "/_bench/panel/orders/x/delete",
        "/_bench/panel/shipments/x/cancel",
        "/_bench/parcels/1/status",
        "/_bench/integrations/1/test-webhook",
    ):
        assert play.post(path, {}).status_code == 404
    play.push(order())
    assert play.post("/_bench/panel/orders/SO-1/edit", {"colour": "red"}).status_code == 400
    assert play.post("/_bench/panel/orders/so-1/delete").status_code == 200
    assert play.listed() == []


def test_the_bench_cancels_as_a_person_would(play: Play) -> None:
    play.push(order())
    shipment_id = play.labelled()["shipment_id"]
    assert play.post(f"/_bench/panel/shipments/{shipment_id}/cancel").status_code == 200
    assert play.post(f"/_bench/panel/shipments/{shipment_id}/cancel").status_code == 409


def test_the_clock_and_faults_of_the_bench_work_here_too(play: Play) -> None:
    play.bench.add_fault("lost", path="create-label-sync", method="POST")
    play.push(order())
    with pytest.raises(requests.ConnectionError):
        play.label()
    assert len(play.books.shipments) == 1, "done, but the answer was lost"
    play.post("/_bench/clock", {"advance": 60})
    assert play.get("/_bench/clock").json()["now"].startswith("2026-11-02T09:01")


# --- stop and start ----------------------------------------------------------------------------------


def test_a_snapshot_brings_everything_back(play: Play, tmp_path: Path) -> None:
    play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json={"shop_name": "Nieuw"})
    play.push(order("a"), order("b"))
    play.labelled("a")
    play.switch(save_delay=30, sync_answer="list")
    play.push(order("c"))
    play.books.integrations[FIRST].update(webhook_active=True, webhook_url="http://127.0.0.1:1/")
    play.post(f"/_bench/integrations/{FIRST}/test-webhook")
    save_json(tmp_path / "state.json", play.books.snapshot())
    books = Books.restore(load_json(tmp_path / "state.json"))
    assert books.snapshot() == play.books.snapshot()
    assert books.order_index == play.books.order_index
    assert books.parcel_index == play.books.parcel_index
    clock = Clock(play.clock.now())
    clock.advance(31)
    client = create_sendcloud(books, clock, send_webhooks=False).test_client()
    rows = client.get("/api/v3/orders", auth=KEYS[FIRST]).get_json()["data"]
    assert [row["order_id"] for row in rows] == ["b", "c"], "what was being saved is saved"
    (data,) = client.post("/api/v3/orders", json=[order("d")], auth=KEYS[FIRST]).get_json()["data"]
    assert data["id"] not in play.books.orders, "numbers go on counting"


def test_it_runs_on_its_own_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    state = tmp_path / "state" / "sendcloud.json"
    with started(state) as (url, process):
        answer = requests.post(f"{url}/api/v3/orders", json=[order()], auth=DEMO_KEYS[0], timeout=10)
        assert answer.status_code == 201
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert json.loads(state.read_text())["orders"]
    with started(state) as (url, process):
        panel = requests.get(url, timeout=10).text
        books = requests.get(f"{url}/_bench/books", timeout=10).json()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert [row["order_id"] for row in books["orders"].values()] == ["so-1"]
    assert "Incoming orders" in panel


class started:
    """The module as a process of its own; the address it says it plays on."""

    def __init__(self, state: Path):
        command = [sys.executable, "-m", "webapp.demo.sendcloud", "--port", "0", "--state", str(state)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )

    def __enter__(self) -> tuple[str, subprocess.Popen]:
        assert self.process.stderr
        for line in self.process.stderr:
            if found := re.search(r"http://\S+", line):
                return found[0], self.process
        raise AssertionError("it did not start")

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()


def test_it_stands_alone() -> None:
    """It imports nothing of the product, so that it can be held against other clients."""
    for path in (ROOT / "webapp/demo/sendcloud").rglob("*.py"):
        for name in re.findall(r"^\s*(?:from|import) (webapp[\w.]*)", path.read_text(), re.M):
            assert name.startswith(("webapp.demo.sendcloud", "webapp.demo.kit")), f"{path.name} imports {name}"


def test_another_accounts_orders_stand_in_the_same_panel(play: Play) -> None:
    play.use(OTHER)
    play.push(order("far", OTHER))
    assert shown_orders(page(play, f"/?integration={OTHER}")) == ["FAR"]
