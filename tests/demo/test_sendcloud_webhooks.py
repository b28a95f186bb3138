"""Webhooks of the played Sendcloud: what goes out, signed how, and tried again when."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.demo.sendcloud_play import Play, order, playing
from webapp.demo.sendcloud.seed import FIRST, KEYS, SECOND
from webapp.demo.sendcloud.webhooks import Postman, signature


class Shop:
    """A receiver that keeps what it gets and answers `status`."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.received.append((dict(self.headers), body))
                self.send_response(shop.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.received]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def running() -> Iterator[Play]:
    with playing() as play:
        yield play


@pytest.fixture
def play(running: Play) -> Play:
    running.reset()
    return running


@pytest.fixture
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.stop()


def listen(play: Play, shop: Shop, integration: int = FIRST) -> None:
    body = {"webhook_active": True, "webhook_url": shop.url}
    assert play.ask("PATCH", f"/api/v3/integrations/{integration}", json=body).status_code == 204
    play.books.webhooks.clear()


def deliver(play: Play) -> int:
    return play.post("/_bench/webhooks").json()["tried"]


def test_the_signature_is_sendclouds_published_example() -> None:
    expected = "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"
    assert signature(b'{"key": "value"}', "secretkey") == expected


def test_a_label_sends_the_parcel_in_the_old_form(play: Play, shop: Shop) -> None:
    listen(play, shop)
    play.push(order())
    data = play.labelled()
    assert deliver(play) == 1
    (body,) = shop.bodies()
    assert body["action"] == "parcel_status_changed"
    assert body["timestamp"] == int(play.clock.now().timestamp() * 1000)
    parcel = body["parcel"]
    assert (parcel["id"], parcel["shipment_uuid"]) == (data["parcel_id"], data["shipment_id"])
    assert (parcel["order_number"], parcel["external_order_id"]) == ("SO-1", "so-1")
    assert parcel["tracking_number"] == data["tracking_number"]
    assert parcel["status"] == {"id": 1000, "message": "Ready to send"}
    assert parcel["address_divided"] == {"street": "Dorpsstraat", "house_number": "12"}
    assert parcel["country"]["iso_2"] == "NL"
    assert parcel["label"]["label_printer"].startswith(play.server.url)


def test_it_is_signed_over_the_bytes_that_are_sent(play: Play, shop: Shop) -> None:
    listen(play, shop)
    play.push(order())
    play.labelled()
    deliver(play)
    ((headers, body),) = shop.received
    expected = hmac.new(KEYS[FIRST][1].encode(), body, hashlib.sha256).hexdigest()
    assert headers["Sendcloud-Signature"] == expected


def test_a_signature_key_of_its_own_goes_before_the_secret(play: Play, shop: Shop) -> None:
    listen(play, shop)
    play.books.integrations[FIRST]["webhook_signature_key"] = "a-key-of-sixteen"
    play.push(order())
    play.labelled()
    deliver(play)
    ((headers, body),) = shop.received
    assert headers["Sendcloud-Signature"] == signature(body, "a-key-of-sixteen")


def test_every_status_is_told_once_and_only_of_this_integration(play: Play, shop: Shop) -> None:
    listen(play, shop, SECOND)
    play.push(order(), order("so-2", SECOND))
    play.labelled()
    asked = {"integration_id": SECOND, "order": {"order_id": "so-2", "apply_shipping_rules": True}}
    number = play.post("/api/v3/orders/create-label-sync", asked).json()["data"]["parcel_id"]
    for code in ("ANNOUNCED", "ANNOUNCED", "DELIVERED"):
        play.post(f"/_bench/parcels/{number}/status", {"code": code})
    assert deliver(play) == 3
    assert [body["parcel"]["status"]["id"] for body in shop.bodies()] == [1000, 1, 11]
    assert {body["parcel"]["external_order_id"] for body in shop.bodies()} == {"so-2"}


def test_a_cancelled_label_is_told(play: Play, shop: Shop) -> None:
    listen(play, shop)
    play.switch(cancellation="queued")
    play.push(order())
    play.post(f"/api/v3/shipments/{play.labelled()['shipment_id']}/cancel")
    play.clock.advance(60)
    play.listed()
    deliver(play)
    assert [body["parcel"]["status"]["id"] for body in shop.bodies()] == [1000, 1999, 2000]


def test_nothing_goes_out_while_webhooks_are_off(play: Play, shop: Shop) -> None:
    listen(play, shop)
    play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json={"webhook_active": False})
    play.books.webhooks.clear()
    play.push(order())
    play.labelled()
    assert deliver(play) == 0


def test_it_is_tried_ten_times_at_growing_distances(play: Play, shop: Shop) -> None:
    listen(play, shop)
    shop.status = 503
    play.push(order())
    play.labelled()
    waits = []
    for _ in range(10):
        assert deliver(play) == 1
        assert deliver(play) == 0, "not before its time"
        (row,) = play.books.webhooks
        seconds = 0
        while row["state"] == "waiting" and row["due_at"] > stamp_of(play):
            play.clock.advance(60)
            seconds += 60
        waits.append(seconds // 60)
    assert waits == [5, 10, 20, 40, 60, 60, 60, 60, 60, 0]
    assert (row["state"], row["answers"]) == ("given_up", ["503"] * 10)


def stamp_of(play: Play) -> str:
    return play.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_receiver_that_is_not_there_is_tried_again(play: Play, shop: Shop) -> None:
    listen(play, shop)
    play.push(order())
    play.labelled()
    url = play.books.webhooks[0]["url"]
    play.books.webhooks[0]["url"] = "http://127.0.0.1:1/hooks"
    deliver(play)
    assert play.books.webhooks[0]["state"] == "waiting"
    play.books.webhooks[0]["url"] = url
    play.clock.advance(300)
    deliver(play)
    assert play.books.webhooks[0]["state"] == "delivered"
    assert len(shop.received) == 1


def test_the_test_button_and_changes_of_the_integration(play: Play, shop: Shop) -> None:
    listen(play, shop)
    play.post(f"/_bench/integrations/{FIRST}/test-webhook")
    play.ask("PATCH", f"/api/v3/integrations/{FIRST}", json={"shop_name": "Nieuw"})
    play.ask("DELETE", f"/api/v3/integrations/{FIRST}")
    deliver(play)
    assert [body["action"] for body in shop.bodies()] == [
        "test_webhook",
        "integration_updated",
        "integration_deleted",
    ]
    assert shop.bodies()[1]["integration"]["shop_name"] == "Nieuw"


def test_the_postman_brings_them_by_himself_and_goes_home(play: Play, shop: Shop) -> None:
    listen(play, shop)
    play.push(order())
    play.labelled()
    shop.status = 500
    postman = Postman(play.books, play.clock)
    postman.wake()
    until(lambda: len(shop.received) == 1)
    shop.status = 200
    play.clock.advance(300)
    until(lambda: play.books.webhooks[0]["state"] == "delivered")
    until(lambda: postman._thread is None)
    postman.stop()


def until(condition: Any, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
