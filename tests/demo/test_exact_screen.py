"""The screen, the control addresses, what is kept on disk, and the seed."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
import requests

from tests.demo.exact_play import REDIRECT, playing, until
from webapp.demo.exact import trade
from webapp.demo.exact.books import Books, guid
from webapp.demo.exact.seed import MERCHANT_EMAIL, SHOP, WHOLESALE, seed
from webapp.demo.exact.volume import seed_volume
from webapp.demo.kit import Clock


@pytest.fixture
def play():
    with playing() as play:
        yield play


def page(play, path):
    answer = requests.get(play.exact.url + path)
    assert answer.status_code == 200
    return answer.text


def press(play, number, action, **form):
    url = f"{play.exact.url}/{SHOP}/orders/{guid(SHOP, 'order', number)}/{action}"
    answer = requests.post(url, data=form)
    assert answer.status_code == 200
    return answer.text


# --- the screen ---------------------------------------------------------------------------------------------


def test_the_list_shows_and_finds_orders(play):
    assert f"/{SHOP}/" in page(play, "/")
    everything = page(play, f"/{SHOP}/")
    assert "20001" in everything and "Geannuleerd" in everything and "(relatie verwijderd)" in everything
    assert "20001" not in page(play, f"/{SHOP}/?show=klaar") and "20006" in page(play, f"/{SHOP}/?show=klaar")
    found = page(play, f"/{SHOP}/?q=tandem")
    assert "20021" in found and "20001" not in found


def test_markup_in_a_name_stays_text(play):
    for path in (f"/{SHOP}/", f"/{SHOP}/orders/{guid(SHOP, 'order', 20022)}"):
        text = page(play, path)
        assert "&lt;script&gt;alert" in text and "<script" not in text


def test_a_phone_is_served(play):
    assert "width=device-width" in page(play, f"/{SHOP}/")


@pytest.mark.parametrize("path", ["/1/", f"/{SHOP}/orders/x", f"/{SHOP}/deliveries/x", f"/{SHOP}/attachments/x"])
def test_what_does_not_exist(play, path):
    assert requests.get(play.exact.url + path).status_code == 404


def test_approve_cancel_and_delete(play):
    assert "Goedkeuren" in page(play, f"/{SHOP}/orders/{guid(SHOP, 'order', 20004)}")
    press(play, 20004, "approve")
    assert play.order(20004)["ApprovalStatus"] == 2
    press(play, 20001, "cancel")
    assert play.order(20001)["Status"] == 45
    press(play, 20002, "delete")
    assert play.books.get(SHOP, "SalesOrders", guid(SHOP, "order", 20002)) is None
    assert 'role="alert"' in press(play, 20005, "delete")


def test_address_quantity_and_reference(play):
    press(play, 20018, "address", AddressLine1="Beukenlaan 4", City="Eindhoven")
    assert play.books.table(SHOP, "Addresses").rows[guid(SHOP, "address", 20018)]["AddressLine1"] == "Beukenlaan 4"
    press(play, 20024, "address", AddressLine1="Rijnkade 10")
    assert play.books.table(SHOP, "Accounts").rows[guid(SHOP, "account", 20024)]["AddressLine1"] == "Rijnkade 10"
    press(play, 20010, "quantities", quantity_1="3,5")
    assert play.line(20010)["Quantity"] == 3.5
    assert "geen getal" in press(play, 20010, "quantities", quantity_1="veel")
    press(play, 20019, "edit", YourRef="10001", Remarks="", Description="Webshop")
    assert play.order(20019)["YourRef"] == "10001"
    assert 'role="alert"' in press(play, 20025, "address", City="x")


def test_deliver_a_part_and_then_the_rest(play):
    press(play, 20001, "deliver", deliver_1="0", deliver_2="1", Remarks="Half")
    assert play.order(20001)["Status"] == 20
    assert "Volledig" in press(play, 20001, "deliver-all")
    listed = page(play, f"/{SHOP}/deliveries")
    assert listed.count("Anouk Jansen") == 2 and "Half" in listed
    assert 'role="alert"' in press(play, 20001, "deliver", deliver_1="1")


def test_a_delivery_shows_tracking_remarks_and_document(play):
    entry = guid(SHOP, "delivery", 20008)
    document = play.post("documents/Documents", {"Subject": "Label 20008", "Type": 55}).json()["d"]["ID"]
    data = {"Document": document, "FileName": "label.pdf", "Attachment": "JVBERi0="}
    key = play.post("documents/DocumentAttachments", data).json()["d"]["ID"]
    changes = {"Document": document, "TrackingNumber": "3S1", "Remarks": "https://volg.example/3S1"}
    play.put("salesorder/GoodsDeliveries", entry, changes)
    text = page(play, f"/{SHOP}/deliveries/{entry}")
    assert "3S1" in text and "https://volg.example/3S1" in text and "Label 20008" in text
    link = re.search(r'href="(/\d+/attachments/[^"]+)"', text).group(1)
    assert link.endswith(key) and requests.get(play.exact.url + link).content == b"%PDF-"
    url = f"{play.exact.url}/{SHOP}/deliveries/{entry}"
    requests.post(url, data={"TrackingNumber": "BY-HAND", "Remarks": ""})
    assert play.books.table(SHOP, "GoodsDeliveries").rows[entry]["TrackingNumber"] == "BY-HAND"


# --- control addresses -----------------------------------------------------------------------------------------


def bench(play, path, **params):
    return requests.get(f"{play.exact.url}/_bench/{path}", params=params)


def test_the_books_can_be_read(play):
    assert bench(play, "books").json()[f"{SHOP}/SalesOrders"] == 43
    rows = bench(play, "books", division=SHOP, table="SalesOrders", OrderNumber=20001).json()
    assert [row["OrderID"] for row in rows] == [guid(SHOP, "order", 20001)]
    rows = bench(play, "books", division=SHOP, table="Accounts", key=guid(SHOP, "account", 20001)).json()
    assert rows[0]["Name"] == "Anouk Jansen"
    assert bench(play, "books", division=SHOP, table="Nonsense").status_code == 400


def test_switches_are_shown_and_wrong_ones_refused(play):
    shown = bench(play, "switch").json()
    assert shown["switches"]["expand_cap"] == 60 and shown["apps"][0]["client_id"] == "pakbon-demo"
    url = f"{play.exact.url}/_bench/switch"
    assert requests.post(url, json={"switches": {"nonsense": 1}}).status_code == 400
    assert requests.post(url, json={"user": {"name": "nobody"}}).status_code == 400


def test_acting_over_http(play):
    made = play.act(20001, "deliver", lines={"2": 1}, Remarks="x").json()
    assert made["DeliveryNumber"] and play.line(20001, 2)["QuantityDelivered"] == 1
    assert play.act(20004, "deliver").status_code == 400
    assert play.act(1, "approve").status_code == 400 and play.act(20001, "nonsense").status_code == 400
    url = f"{play.exact.url}/_bench/rows/{SHOP}/Accounts/{guid(SHOP, 'account', 20026)}"
    assert requests.post(url, json={"Email": "new@voorbeeld.example"}).json()["Email"] == "new@voorbeeld.example"
    assert requests.delete(url).status_code == 200
    assert play.books.get(SHOP, "Accounts", guid(SHOP, "account", 20026)) is None


def test_authorising_over_http(play):
    url = f"{play.exact.url}/_bench/authorize"
    wanted = {"url": play.auth_url(state="s"), "user": MERCHANT_EMAIL}
    assert requests.post(url, json=wanted).json()["location"].startswith(f"{REDIRECT}?code=")
    denied = requests.post(url, json=wanted | {"deny": True}).json()["location"]
    assert denied == f"{REDIRECT}?error=access_denied&state=s"
    assert requests.post(url, json=wanted | {"url": play.auth_url(client_id="x")}).status_code == 400


def test_faults_reach_the_played_exact(play):
    play.bench.add_fault("lost", "GoodsDeliveries", "PUT")
    with pytest.raises(requests.ConnectionError):
        play.put("salesorder/GoodsDeliveries", guid(SHOP, "delivery", 20008), {"TrackingNumber": "LOST"})
    assert play.books.table(SHOP, "GoodsDeliveries").rows[guid(SHOP, "delivery", 20008)]["TrackingNumber"] == "LOST"
    assert play.bench.count("PUT", "GoodsDeliveries") == 1


# --- disk -----------------------------------------------------------------------------------------------------------


def test_the_books_survive_json(play):
    saved = json.loads(json.dumps(play.books.dump()))
    again = Books(Clock())
    again.load(saved)
    assert json.loads(json.dumps(again.dump())) == saved
    assert again.table(SHOP, "SalesOrders").keys() == play.books.table(SHOP, "SalesOrders").keys()
    newest = [row["OrderID"] for row in again.table(SHOP, "SalesOrders").newer(0)]
    assert newest == [row["OrderID"] for row in play.books.table(SHOP, "SalesOrders").newer(0)]


def start(state, *options):
    command = [
        sys.executable,
        "-m",
        "webapp.demo.exact",
        "--state",
        str(state),
        "--redirect-uri",
        "http://localhost:1/cb",
    ]
    process = subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True, env=os.environ)
    assert process.stderr
    line = process.stderr.readline()
    return process, line.split()[-1]


def test_the_program_keeps_its_state_between_runs(tmp_path):
    state = tmp_path / "exact.json"
    process, url = start(state)
    try:
        requests.post(f"{url}/_bench/orders/{SHOP}/20004/approve")
        until(state.exists)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        process.stderr.close()
    process, url = start(state)
    try:
        rows = requests.get(f"{url}/_bench/books?division={SHOP}&table=SalesOrders&OrderNumber=20004").json()
        assert rows[0]["ApprovalStatus"] == 2
        assert requests.get(f"{url}/_bench/switch").json()["apps"][0]["redirect_uri"] == "http://localhost:1/cb"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        process.stderr.close()


# --- the seed ------------------------------------------------------------------------------------------------------


def test_the_seed_shows_every_state(play):
    orders = play.books.rows(SHOP, "SalesOrders")
    assert {order["Status"] for order in orders} == {12, 20, 21, 45}
    assert {order["ApprovalStatus"] for order in orders} == {0, 1, 2}
    assert {order["Currency"] for order in orders} == {"EUR", "USD", "CHF", "NOK", "GBP"}
    assert len(trade.lines_of(play.books, SHOP, guid(SHOP, "order", 20021))) == 90
    assert play.line(20009, 2)["Quantity"] < 0 and play.line(20010)["Quantity"] == 2.5
    assert play.books.get(SHOP, "Accounts", play.order(20025)["OrderedBy"]) is None
    assert play.order(20024)["DeliveryAddress"] is None
    assert play.order(20001)["AmountFCExclVat"] == 30.85 and all(order["AmountFC"] for order in orders)
    oldest = min(order["OrderDate"] for order in orders)
    assert (play.books.today() - oldest).days == 45


def test_the_seed_is_the_same_every_time(play):
    again = seed(Books(Clock()), REDIRECT)
    for table in ("SalesOrders", "Addresses", "Items", "GoodsDeliveries"):
        assert again.table(SHOP, table).keys() == play.books.table(SHOP, table).keys()


def test_thousands_of_orders_are_made_quickly(play):
    began = time.process_time()
    seed_volume(play.books, WHOLESALE, orders=3_000)
    assert time.process_time() - began < 10
    assert len(play.books.table(WHOLESALE, "SalesOrderLines").rows) > 9_000
    query = {"select": "OrderNumber", "filter": "OrderNumber gt 100000 and Status eq 12", "division": WHOLESALE}
    assert len(play.rows("bulk/SalesOrder/SalesOrders", **query)) == 1000
