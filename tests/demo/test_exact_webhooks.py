"""Webhooks of the played Exact, against a callback on loopback."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import requests

from tests.demo.exact_play import message, playing, until
from webapp.demo.exact.books import guid
from webapp.demo.exact.seed import SHOP, WEBHOOK_SECRET
from webapp.demo.kit import Server, read_body

PATH = "webhooks/WebhookSubscriptions"


class Callback:
    """Keeps what is posted to it; answers `status`."""

    def __init__(self):
        self.bodies, self.status, self.before = [], 200, lambda: None

    def __call__(self, environ, start_response):
        body = read_body(environ)
        self.before()
        self.bodies.append(body)
        start_response(f"{self.status} X", [("Content-Length", "0")])
        return [b""]

    @property
    def events(self):
        return [json.loads(body)["Content"] for body in self.bodies if body]


@pytest.fixture
def callback():
    return Callback()


@pytest.fixture
def server(callback):
    with Server(callback) as server:
        yield server


@pytest.fixture
def play():
    with playing() as play:
        play.switch(app={"allow_local": True})
        yield play


def subscribe(play, server, topic="SalesOrders", prefer=False, **more):
    return play.post(PATH, {"CallbackURL": f"{server.url}/hooks/exact", "Topic": topic} | more, prefer=prefer)


def test_subscribing_posts_nothing_to_the_callback(play, server, callback):
    answer = subscribe(play, server, prefer=True)
    assert answer.status_code == 201 and callback.bodies == [b""]
    assert answer.json()["d"]["ClientID"] == "pakbon-demo"
    assert [row["Topic"] for row in play.rows(PATH, select="Topic,CallbackURL")] == ["SalesOrders"]


def test_while_it_subscribes_the_callback_may_call_exact(play, server, callback):
    seen = []
    callback.before = lambda: seen.append(play.get("sales/ShippingMethods", select="ID").status_code)
    assert subscribe(play, server).status_code == 201 and seen == [200]


def test_a_callback_that_does_not_answer_well_is_refused(play, server, callback):
    callback.status = 500
    answer = subscribe(play, server)
    assert answer.status_code == 500
    assert message(answer) == "Invalid: Post to callback URL endpoint returns 500"
    gone = play.post(PATH, {"CallbackURL": "http://127.0.0.1:9/x", "Topic": "SalesOrders"})
    assert gone.status_code == 500 and play.rows(PATH, select="ID") == []


def test_one_subscription_per_topic_and_division(play, server):
    subscribe(play, server)
    answer = subscribe(play, server)
    assert (answer.status_code, message(answer)) == (500, "Data already exists")
    assert subscribe(play, server, "GoodsDeliveries").status_code == 201


@pytest.mark.parametrize("left_out", ["CallbackURL", "Topic"])
def test_address_and_topic_are_mandatory(play, server, left_out):
    data = {"CallbackURL": f"{server.url}/hooks", "Topic": "Items"}
    answer = play.post(PATH, {name: value for name, value in data.items() if name != left_out})
    assert (answer.status_code, message(answer)) == (400, f"Mandatory: {left_out}")


@pytest.mark.parametrize("url", ["nonsense", "file:///etc/hostname", "https://", "http://[x", "/hooks"])
def test_an_address_that_is_none_is_refused(play, url):
    answer = play.post(PATH, {"CallbackURL": url, "Topic": "Items"})
    assert (answer.status_code, message(answer)) == (400, "Invalid value: CallbackURL")


def test_a_subscription_that_does_not_exist_cannot_be_changed(play):
    answer = play.put(PATH, guid("nothing"), {"CallbackURL": "https://winkel.example/hooks"})
    assert answer.status_code == 404


@pytest.mark.parametrize("topic", ["Addresses", "Warehouses", "Nonsense"])
def test_topics_that_do_not_exist(play, server, topic):
    assert subscribe(play, server, topic).status_code == 400


def test_instant_is_for_goods_deliveries_only(play, server):
    assert subscribe(play, server, IsInstant=True).status_code == 400
    assert subscribe(play, server, "GoodsDeliveries", IsInstant=True).status_code == 201


@pytest.mark.parametrize("url", ["http://winkel.example/hooks", "https://elsewhere.example/hooks"])
def test_the_callback_must_be_https_on_the_apps_own_domain(play, url):
    play.switch(app={"allow_local": False})
    answer = play.post(PATH, {"CallbackURL": url, "Topic": "Items"})
    assert answer.status_code == 400 and "CallbackURL" in message(answer)


def test_an_event_is_signed_over_its_raw_content(play, server, callback):
    subscribe(play, server)
    play.act(20002, "edit", YourRef="A")
    until(lambda: len(callback.bodies) == 2)
    raw = callback.bodies[1]
    content = raw[raw.index(b'{"Content":') + len(b'{"Content":') : raw.index(b',"HashCode":')]
    code = hmac.new(WEBHOOK_SECRET.encode(), content, hashlib.sha256).hexdigest().upper()
    assert json.loads(raw)["HashCode"] == code
    event = json.loads(content)
    assert event == {
        "Topic": "SalesOrders",
        "ClientId": "pakbon-demo",
        "Division": SHOP,
        "Action": "Update",
        "Key": guid(SHOP, "order", 20002),
        "ExactOnlineEndpoint": f"{play.url('salesorder/SalesOrders')}(guid'{guid(SHOP, 'order', 20002)}')",
        "EventCreatedOn": "2026-03-04T12:00:00.000",
    }


def test_orders_and_lines_and_deliveries_tell(play, server, callback):
    subscribe(play, server)
    subscribe(play, server, "GoodsDeliveries")
    play.act(20001, "deliver")
    wanted = {
        ("SalesOrders", "Update", "SalesOrders"),
        ("SalesOrders", "Update", "SalesOrderLines"),
        ("GoodsDeliveries", "Create", "GoodsDeliveries"),
        ("GoodsDeliveries", "Create", "GoodsDeliveryLines"),
    }
    until(lambda: play.exact.webhooks.waiting() == 0 and told(callback) >= wanted)
    assert told(callback) == wanted


def told(callback):
    return {(e["Topic"], e["Action"], e["ExactOnlineEndpoint"].split("/")[-1].split("(")[0]) for e in callback.events}


def test_a_switch_keeps_creations_to_itself(play, server, callback):
    play.switch(switches={"webhook_create": False})
    subscribe(play, server, "GoodsDeliveries")
    play.act(20001, "deliver")
    play.act(20002, "deliver")
    assert play.exact.webhooks.waiting() == 0 and callback.events == []


def test_what_is_not_answered_comes_again_ten_times(play, server, callback):
    subscribe(play, server)
    callback.status = 503
    play.act(20002, "edit", YourRef="A")
    until(lambda: len(callback.events) == 1)
    for attempt in range(1, 11):
        until(lambda: play.exact.webhooks.waiting() == 1)
        play.clock.advance(60 * 2**attempt - 1)
        assert play.exact.webhooks.send_due() == 0 and len(callback.events) == attempt
        play.clock.advance(1)
        until(lambda n=attempt: len(callback.events) == n + 1)
    until(lambda: play.exact.webhooks.waiting() == 0 and len(play.exact.webhooks.log) == 11)
    log = requests.get(f"{play.exact.url}/_bench/webhooks").json()
    assert [row["attempts"] for row in log["sent"]] == list(range(1, 12)) and log["waiting"] == 0
    assert timedelta(hours=34) < timedelta(minutes=sum(2**n for n in range(1, 11))) < timedelta(hours=35)


def test_after_unsubscribing_it_is_quiet(play, server, callback):
    key = subscribe(play, server).json()["d"]["ID"]
    assert play.put(PATH, key, {"Description": "x"}).status_code == 204
    assert play.delete(PATH, key).status_code == 204
    play.act(20002, "edit", YourRef="A")
    assert play.exact.webhooks.waiting() == 0 and callback.events == []
