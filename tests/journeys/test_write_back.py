"""Tracking, link and label onto the goods delivery in Exact: once, and nothing of the merchant's lost."""

import re

import pytest

from tests.journeys.shipping import DELIVERY, Shipping, done
from tests.journeys.world import World, words_of
from webapp import clock
from webapp.demo.exact.books import guid
from webapp.demo.exact.seed import SHOP
from webapp.models import Delivery
from webapp.sync import asks

DOCUMENTS, ATTACHMENTS = "/documents/Documents$", "/documents/DocumentAttachments$"
WRITES = [("POST", DOCUMENTS), ("POST", ATTACHMENTS), ("PUT", DELIVERY)]


def writes(world: World) -> int:
    return sum(world.exact.bench.count(method, path) for method, path in WRITES)


def test_a_delivery_costs_three_writes(shipping: Shipping, world: World):
    shipping.deliver(20001)
    for _ in range(3):
        world.synced()
    assert writes(world) == 3


@pytest.mark.parametrize("kind", ["lost", "cut", "reset", "status", "html"])
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_whatever_becomes_of_an_answer_all_is_written_once(
    shipping: Shipping, world: World, kind: str, method: str, path: str
):
    world.exact.bench.add_fault(kind, path, method)
    key = shipping.deliver(20001, Remarks="Graag bellen")
    world.sync()
    shipping.until_quiet()
    done(shipping, 20001, key)
    assert len(shipping.documents()) == 1
    assert shipping.in_exact(key)["Remarks"].split("\n")[0] == "Graag bellen"
    assert len(shipping.in_exact(key)["Remarks"].split("\n")) == 2


def test_a_document_that_is_linked_already_takes_the_label_and_stays_linked(shipping: Shipping, world: World):
    with world.exact.books.lock:
        own = world.exact.books.insert(SHOP, "Documents", {"ID": guid("pakbon"), "Subject": "Pakbon", "Type": 55})
    key = shipping.deliver(20001)
    shipping.write_in_exact(key, Document=own["ID"])
    world.synced()
    done(shipping, 20001, key)
    assert shipping.in_exact(key)["Document"] == own["ID"]
    assert len(shipping.documents()) == 1


def test_a_number_that_somebody_typed_meanwhile_is_kept_and_ours_stands_beside_it(shipping: Shipping, world: World):
    world.exact.bench.add_fault("status", DOCUMENTS, "POST")
    key = shipping.deliver(20001)
    world.sync()
    shipping.write_in_exact(key, TrackingNumber="MIJN-1")
    shipping.until_quiet()
    stands, (tracking,) = shipping.in_exact(key), shipping.tracking(20001)
    assert stands["TrackingNumber"] == "MIJN-1"
    assert stands["Remarks"].split("\n")[0] == tracking and f"code={tracking}" in stands["Remarks"]
    assert shipping.state(20001)[0] == "written"


def test_a_link_that_stands_in_remarks_already_is_not_added(shipping: Shipping, world: World):
    world.exact.bench.add_fault("status", DOCUMENTS, "POST")
    key = shipping.deliver(20001)
    world.sync()
    link = shipping.parcels(20001)[0].tracking_url
    shipping.write_in_exact(key, Remarks=f"Verstuurd: {link}")
    shipping.until_quiet()
    assert shipping.in_exact(key)["Remarks"] == f"Verstuurd: {link}"


def test_remarks_at_their_limit_are_left_and_the_rest_is_written(shipping: Shipping, world: World):
    said = {"error": {"code": "", "message": {"lang": "", "value": "The value of Remarks is too long."}}}
    world.exact.bench.add_fault("status", DELIVERY, "PUT", status=400, body=said)
    key = shipping.deliver(20001, Remarks="vol")
    for _ in range(3):
        world.synced()
    stands = shipping.in_exact(key)
    assert stands["TrackingNumber"] == shipping.tracking(20001)[0] and stands["Remarks"] == "vol"
    assert len(shipping.attachments(stands["Document"])) == 1
    assert "remarks_refused" in world.events(20001)
    assert world.state(20001)[0] == "shipped" and writes(world) == 5


def test_a_delivery_that_exact_refuses_is_a_problem_until_somebody_retries(shipping: Shipping, world: World):
    said = {"error": {"code": "", "message": {"lang": "", "value": "The period is closed."}}}
    world.exact.bench.add_fault("status", DELIVERY, "PUT", status=400, body=said, times=2)
    key = shipping.deliver(20001)
    for _ in range(3):
        world.synced()
    assert world.state(20001) == ("problem", "write_exact_refused")
    assert world.exact.bench.count("PUT", DELIVERY) == 2
    page = words_of(world.admin.get(f"/divisions/{SHOP}/orders/{world.order(20001).guid}").text)
    assert "The period is closed." in page and "Settle it in Exact, or type the tracking number" in page
    world.ask(asks.retry, 20001)
    world.synced()
    done(shipping, 20001, key)
    assert shipping.asked_for_labels() == 1


def test_where_a_delivery_takes_no_document_number_and_link_are_written_and_it_is_asked_once(
    shipping: Shipping, world: World
):
    world.exact.switch(switches={"document_link": False})
    keys = [shipping.deliver(shipping.order_again(20001)) for _ in range(8)]
    for _ in range(3):
        world.synced()
    for key in keys:
        stands = shipping.in_exact(key)
        assert f"code={stands['TrackingNumber']}" in stands["Remarks"] and not stands.get("Document")
    refused = [asked for asked in world.exact.bench.requests if asked["method"] == "PUT" and asked["status"] == 400]
    assert len(refused) == 2 and len(shipping.documents()) == 1
    assert all(row.reason == "no_document" for row in Delivery.select().where(Delivery.state == "written"))


def test_a_retry_within_the_hour_asks_anew_whether_a_delivery_takes_a_document(shipping: Shipping, world: World):
    world.exact.switch(switches={"document_link": False})
    key = shipping.deliver(20001)
    for _ in range(3):
        world.synced()
    assert shipping.state(20001) == ("written", "no_document")
    world.exact.switch(switches={"document_link": True})
    world.ask(asks.retry, 20001)
    for _ in range(2):
        world.synced()
    done(shipping, 20001, key)
    assert shipping.of(20001).params == {}


@pytest.mark.parametrize("why", ["scope", "licence"])
def test_where_documents_are_forbidden_number_and_link_are_written(shipping: Shipping, world: World, why: str):
    if why == "scope":
        scopes = [
            scope
            for scope in next(iter(world.exact.books.apps.values()))["scopes"]
            if "document" not in scope.lower()
        ]
        world.exact.switch(app={"scopes": scopes})
    else:
        world.exact.switch(division={"Code": SHOP, "documents": False})
    key = shipping.deliver(20001)
    for _ in range(3):
        world.synced()
    stands, (tracking,) = shipping.in_exact(key), shipping.tracking(20001)
    assert stands["TrackingNumber"] == tracking and f"code={tracking}" in stands["Remarks"]
    assert not stands.get("Document") and shipping.documents() == []
    assert shipping.state(20001) == ("written", "no_document") and shipping.of(20001).no_document
    assert world.state(20001)[0] == "shipped"
    assert world.exact.bench.count("POST", DOCUMENTS) == 1


def test_once_documents_are_allowed_a_retry_hangs_the_label_up(shipping: Shipping, world: World):
    world.exact.switch(division={"Code": SHOP, "documents": False})
    key = shipping.deliver(20001)
    for _ in range(3):
        world.synced()
    assert shipping.state(20001) == ("written", "no_document")
    order = f"/divisions/{SHOP}/orders/{world.order(20001).guid}"
    page = world.admin.get(order).text
    assert f'action="{order}/retry"' in page
    world.exact.switch(division={"Code": SHOP, "documents": True})
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token and world.admin.post(f"{order}/retry", data={"csrf_token": token[1]}).status_code == 303
    assert world.state(20001)[0] == "incoming"  # until it is done
    for _ in range(3):
        world.synced()
    done(shipping, 20001, key)
    assert len(shipping.documents()) == 1 and shipping.asked_for_labels() == 1
    assert f'action="{order}/retry"' not in world.admin.get(order).text


def test_a_label_that_has_no_file_yet_is_hung_up_later(shipping: Shipping, world: World):
    shipping.automatic(False)
    world.sendcloud.switch(document_delay=600.0)
    key = shipping.deliver(20001)
    world.synced()
    shipping.label_in_panel(20001)
    world.synced()
    assert shipping.in_exact(key)["TrackingNumber"] == shipping.tracking(20001)[0]
    assert shipping.state(20001)[0] == "labelled"
    for _ in range(8):
        world.synced()
    done(shipping, 20001, key)


def test_a_label_that_is_no_pdf_keeps_nobody_waiting_for_ever(shipping: Shipping, world: World):
    shipping.automatic(False)
    world.sendcloud.bench.add_fault("status", "/documents/label$", "GET", status=200, body="no pdf", times=0)
    key = shipping.deliver(20001)
    world.synced()
    shipping.label_in_panel(20001)
    world.synced()
    assert shipping.in_exact(key)["TrackingNumber"] == shipping.tracking(20001)[0]
    for _ in range(20):
        world.synced()
    assert shipping.state(20001) == ("written", "no_document")
    assert shipping.documents() == [] and world.state(20001)[0] == "shipped"


def test_a_tracking_number_of_two_hundred_signs_is_written_whole(shipping: Shipping, world: World):
    shipping.automatic(False)
    key = shipping.deliver(20001)
    world.synced()
    shipping.label_in_panel(20001)
    (label,) = shipping.labels(20001)
    label["parcels"][0]["tracking_number"] = "3S" + "7" * 198
    world.synced()
    assert shipping.in_exact(key)["TrackingNumber"] == "3S" + "7" * 198


@pytest.mark.parametrize("remarks", [True, False])
def test_numbers_that_are_too_long_together_leave_the_first_and_the_others_go_into_the_remarks(
    shipping: Shipping, world: World, remarks: bool
):
    shipping.automatic(False)
    key = shipping.deliver(20001, Remarks="Twee dozen")
    world.synced()
    world.sendcloud.switch(keep_labelled_orders=True)
    shipping.label_in_panel(20001)
    shipping.label_in_panel(20001)
    (first, second), most = shipping.tracking(20001), 20
    if not remarks:
        for label in shipping.labels(20001):
            label["parcels"][0]["tracking_url"] = ""
    world.exact.switch(switches={"tracking_length": most})
    for _ in range(4):
        world.synced()
    stands = shipping.in_exact(key)
    assert stands["TrackingNumber"] == first
    assert stands["Remarks"].startswith("Twee dozen\n") and stands["Remarks"].count(second) == 1
    assert len(shipping.attachments(stands["Document"])) == 2
    assert "numbers_refused" in world.events(20001) and world.state(20001) == ("shipped", "")
    before = writes(world)
    for _ in range(3):
        world.synced()
    assert writes(world) == before


def test_one_delivery_in_trouble_does_not_stop_the_others(shipping: Shipping, world: World):
    said = {"error": {"code": "", "message": {"lang": "", "value": "The period is closed."}}}
    first, second = shipping.deliver(20001), shipping.deliver(20003)
    world.exact.bench.add_fault("status", rf"GoodsDeliveries\(guid'{first}'\)", "PUT", status=400, body=said, times=0)
    for _ in range(2):
        world.synced()
    done(shipping, 20003, second)
    assert world.state(20001)[0] == "problem"


def test_deliveries_that_exact_refuses_hold_up_no_order_and_the_others_are_written_within_the_hour(
    shipping: Shipping, world: World
):
    """Some more refusals, and Exact would block the key."""
    said = {"error": {"code": "", "message": {"lang": "", "value": "The period is closed."}}}
    for key in [shipping.deliver(shipping.order_again(20001)) for _ in range(3)]:
        world.exact.bench.add_fault(
            "status", rf"GoodsDeliveries\(guid'{key}'\)", "PUT", status=400, body=said, times=0
        )
    key = shipping.deliver(20003)
    for _ in range(3):
        world.synced()
        assert (world.division().due_at or 0) - clock.now() > 10, "nothing is tried again at once"
    world.change_quantity(20002, 5)
    assert world.synced().pushed == 1
    world.synced(after=3600)
    shipping.until_quiet()
    done(shipping, 20003, key)
    refused = [asked for asked in world.exact.bench.requests if asked["status"] == 400]
    assert len(refused) <= 8 and not world.exact.exact.limits.blocks


def test_a_number_that_exact_does_not_take_from_pakbon_can_be_typed_there(shipping: Shipping, world: World):
    world.exact.switch(switches={"tracking_length": 5})
    key = shipping.deliver(20001)
    for _ in range(2):
        world.synced()
    assert world.state(20001) == ("problem", "write_exact_refused")
    shipping.write_in_exact(key, TrackingNumber=shipping.tracking(20001)[0])
    world.ask(asks.retry, 20001)
    world.synced()
    done(shipping, 20001, key)
