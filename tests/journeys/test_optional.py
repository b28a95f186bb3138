"""What is good to have does not stop what must go on."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.shipping import Shipping, done
from tests.journeys.world import World, words_of
from webapp.demo.exact import trade
from webapp.demo.exact.seed import SHOP
from webapp.demo.exact.volume import add_item
from webapp.demo.sendcloud.seed import FIRST, KEYS, SENDER_UTRECHT
from webapp.models import Event, Part
from webapp.sync import complete, rules

NEVER = {"scope": (403, "Forbidden - Application Scope Violated. Cannot read"), "right": (403, "No rights"),
         "absent": (404, ""), "refused": (400, "This parameter is not supported for this resource.")}  # fmt: skip


def never(world: World, path: str, why: str) -> None:
    """From now on Exact answers there as to one who may not, for ever."""
    status, value = NEVER[why]
    said = {"error": {"code": "", "message": {"lang": "", "value": value}}}
    world.exact.bench.add_fault("status", path, status=status, body=said, times=0)


def test_without_the_scope_for_deliveries_orders_go_on_and_the_dashboard_says_so(world: World):
    app = next(iter(world.exact.books.apps.values()))
    app["scopes"] = [scope for scope in app["scopes"] if scope != "Logistics wms"]
    world.change_quantity(20001, 4)
    summary = world.sync()
    assert (summary.error, summary.pushed) == ("", 1)
    refused = world.division(SHOP).cursors["deliveries_refused"]
    assert (refused["code"], refused["params"]["scope"]) == ("scope_missing", "Logistics wms")


def test_the_question_for_deliveries_is_not_put_again_at_once(world: World):
    app = next(iter(world.exact.books.apps.values()))
    app["scopes"] = [scope for scope in app["scopes"] if scope != "Logistics wms"]
    world.sync()
    before = world.exact.bench.count("GET", "GoodsDeliver")
    world.sync()
    assert world.exact.bench.count("GET", "GoodsDeliver") == before


@pytest.mark.parametrize("why", NEVER)
def test_without_sync_timestamp_the_first_import_walks(ready: World, why: str):
    never(ready, "/SyncTimestamp", why)
    assert ready.synced().pushed > 0
    ready.change_quantity(20001, 4)
    assert ready.synced().pushed == 1


@pytest.mark.parametrize("why", NEVER)
def test_where_exact_does_not_tell_what_was_deleted_orders_go_on_and_the_night_finds_it(ready: World, why: str):
    never(ready, "/sync/Deleted", why)
    assert ready.synced().pushed > 0
    ready.delete(20001)
    for _ in range(8):
        ready.synced(thorough=True)
    assert ready.exact.bench.count("GET", "sync/Deleted") == 1
    assert "noticed at night" in words_of(ready.admin.get(f"/divisions/{SHOP}/").text)
    assert complete.run(ready.config, SHOP).gone == 1
    ready.synced()
    assert ready.state(20001)[0] == "removed" and 20001 not in ready.incoming()


def test_what_was_deleted_is_asked_for_again_after_an_hour(ready: World):
    never(ready, "/sync/Deleted", "right")
    ready.synced()
    ready.exact.bench.clear_faults()
    ready.delete(20001)
    ready.synced(thorough=True, after=3700)
    assert ready.state(20001)[0] == "removed"
    assert "noticed at night" not in words_of(ready.admin.get(f"/divisions/{SHOP}/").text)


@pytest.mark.parametrize("why", ["scope", "absent", "refused"])
def test_a_day_without_documents_keeps_no_delivery_from_its_tracking_number(
    shipping: Shipping, world: World, why: str
):
    never(world, "/documents/", why)
    keys = [shipping.deliver(shipping.order_again(20001)) for _ in range(12)]
    for _ in range(3):
        world.synced()
    assert all(shipping.in_exact(key)["TrackingNumber"] for key in keys)
    refused = [asked for asked in world.exact.bench.requests if "/documents/" in asked["path"]]
    assert 0 < len(refused) <= 10


@pytest.mark.parametrize("why", ["scope", "absent"])
def test_the_way_in_needs_no_scope_for_the_list_of_divisions(fresh: World, as_admin: Callable[[], None], why: str):
    never(fresh, "/system/", why)
    as_admin()
    assert fresh.come_in(fresh.admin).status_code == 303
    fresh.connect()
    assert fresh.synced().pushed > 0


def test_where_deliveries_are_not_found_by_a_filter_each_is_asked_for_by_its_key(shipping: Shipping, world: World):
    never(world, "/salesorder/GoodsDeliveries$", "refused")
    keys = [shipping.deliver(shipping.order_again(20001)) for _ in range(8)]
    for _ in range(3):
        world.synced()
    assert all(shipping.in_exact(key)["TrackingNumber"] for key in keys)
    assert len({shipping.in_exact(key)["TrackingNumber"] for key in keys}) == 8
    refused = [asked for asked in world.exact.bench.requests if asked["status"] == 400]
    assert len(refused) == 1


def test_where_lines_of_deliveries_are_not_found_by_a_filter_a_large_one_holds_up_nobody(
    shipping: Shipping, world: World
):
    never(world, "/salesorder/GoodsDeliveryLines$", "refused")
    shipping.deliver(20021)
    key = shipping.deliver(20001)
    shipping.until_quiet()
    assert len(shipping.of(20021).lines) == 90
    done(shipping, 20001, key)
    assert len([asked for asked in world.exact.bench.requests if asked["status"] == 400]) == 1


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("/ItemExtraField", {"item_hs_code_field": "extra:1"}),
        ("/CustomFields", {"item_hs_code_field": "custom:HsCode"}),
        ("/CustomFields", {"service_point_enabled": True, "service_point_field": "custom:Afhaalpunt"}),
    ],
)
def test_where_fields_of_ones_own_are_not_told_orders_go_on(
    shipping: Shipping, world: World, path: str, chosen: dict[str, object]
):
    never(world, path, "refused")
    books, old = world.exact.books, world.exact.order(20001)
    customer = {name: old[name] for name in ("OrderedBy", "DeliverTo", "DeliveryAddress")} | {"ApprovalStatus": 2}
    world.configure(**chosen)
    world.synced()
    before = len(world.incoming())
    for number in range(8):
        with books.lock:
            item = add_item(books, SHOP, 5000 + number)
            trade.add_order(books, SHOP, customer, [{"Item": item["ID"], "Quantity": 1}])
        world.synced()
    world.synced()
    assert len(world.incoming()) == before + 8
    refused = [asked for asked in world.exact.bench.requests if asked["status"] == 400]
    assert len(refused) == 1
    assert "fields that the configuration names are not read" in words_of(page(world, ""))
    assert Event.select().where(Event.order.is_null(), Event.code == "error").count() == 1


def test_once_they_are_told_articles_that_were_read_without_them_are_read_anew(shipping: Shipping, world: World):
    never(world, "/ItemExtraField", "refused")
    world.configure(item_hs_code_field="extra:1")
    world.synced()
    without = {row.guid for row in Part.select().where(Part.kind == "item") if "ExtraFields" not in row.exact}
    assert without
    world.exact.bench.clear_faults()
    item = add_item(world.exact.books, SHOP, 5000)
    old = world.exact.order(20001)
    customer = {name: old[name] for name in ("OrderedBy", "DeliverTo", "DeliveryAddress")} | {"ApprovalStatus": 2}
    with world.exact.books.lock:
        trade.add_order(world.exact.books, SHOP, customer, [{"Item": item["ID"], "Quantity": 1}])
    world.synced(after=3700)
    assert "are not read" not in words_of(page(world, ""))
    world.change_quantity(20001, 7)
    world.synced()
    anew = {row.guid for row in Part.select().where(Part.kind == "item") if "ExtraFields" in row.exact} & without
    assert anew == {line["Item"] for line in trade.lines_of(world.exact.books, SHOP, old["OrderID"])}


# --- keys of Sendcloud that may not read everything ----------------------------------------------------------


def without_senders(world: World) -> None:
    world.sendcloud.bench.add_fault("status", "/sender-addresses", "GET", status=403, times=0)


def page(world: World, name: str) -> str:
    return str(world.admin.get(f"/divisions/{SHOP}/{name}").text)


def post(world: World, name: str, **fields: str) -> str:
    """The answer to a form of this page, and to the page that it leads to."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(world, name))
    assert token
    sent = {"csrf_token": token[1], **fields}
    return words_of(world.admin.post(f"/divisions/{SHOP}/{name}", data=sent, follow_redirects=True).text)


def test_where_sender_addresses_are_not_told_the_label_is_made_with_the_chosen_one(shipping: Shipping, world: World):
    warehouses = {world.exact.order(number)["WarehouseID"] for number in (20036, 20012)}
    shipping.automatic(warehouses=dict.fromkeys(warehouses, str(SENDER_UTRECHT)))
    without_senders(world)
    world.later(3600)
    shipping.deliver(20036)
    shipping.deliver(20012)
    shipping.until_quiet()
    assert shipping.labels(20036)[0]["sender_address_id"] == SENDER_UTRECHT
    assert len(shipping.labels(20012)) == 1 and world.stopped() == ""
    asked = [row for row in world.sendcloud.bench.requests if row["path"].endswith("/sender-addresses")]
    assert len(asked) == 1


def test_connecting_without_the_right_to_read_sender_addresses_says_what_is_true(signed_in: World):
    without_senders(signed_in)
    public_key, secret_key = KEYS[FIRST]
    said = post(signed_in, "connect", public_key=public_key, secret_key=secret_key)
    assert "Connected with Fietswinkel De Spaak (Exact). With these keys its sender addresses cannot be read" in said
    assert "may lack the right to read them" in words_of(page(signed_in, "connect"))


def test_where_sender_addresses_are_not_told_any_number_may_be_chosen(signed_in: World):
    without_senders(signed_in)
    signed_in.connect()
    signed_in.synced()
    house = signed_in.order(20001).exact["WarehouseID"]
    assert "not in this Sendcloud account" in post(signed_in, "configuration", **{f"warehouse_{house}": "Utrecht"})
    assert "Saved." in post(signed_in, "configuration", **{f"warehouse_{house}": "987"})
    assert rules.warehouses(signed_in.division().rules) == {house.lower(): "987"}
    shown = page(signed_in, "configuration")
    assert '<option value="987" selected>987</option>' in shown and "Vanished" not in shown


def test_connecting_with_the_right_again_tells_which_were_wrong(signed_in: World):
    without_senders(signed_in)
    signed_in.connect()
    signed_in.synced()
    house = signed_in.order(20001).exact["WarehouseID"]
    post(signed_in, "configuration", **{f"warehouse_{house}": "987"})
    signed_in.sendcloud.bench.clear_faults()
    signed_in.connect()
    assert "Vanished: 987" in words_of(page(signed_in, "configuration"))
