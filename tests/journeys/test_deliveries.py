"""From a goods delivery in Exact to its label, and back."""

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.shipping import Shipping, done
from tests.journeys.world import World
from webapp.demo.exact import trade
from webapp.demo.exact.seed import SHOP
from webapp.models import Delivery
from webapp.sync import asks, pull_orders

DELIVERIES = "/salesorder/GoodsDeliveries$"


def test_a_delivery_gets_its_label_and_exact_its_tracking_within_one_pass(shipping: Shipping, world: World):
    key = shipping.deliver(20001, Remarks="Graag bellen")
    world.synced()
    done(shipping, 20001, key)
    assert shipping.in_exact(key)["Remarks"].startswith("Graag bellen\n")
    assert shipping.shipped_items(20001) == [{"BEL-01": 1, "BAND-03": 2}]
    assert "20001" not in shipping.standing()


def test_after_that_nothing_more_is_asked_or_written(shipping: Shipping, world: World):
    shipping.deliver(20001)
    world.synced()
    world.exact.bench.clear_requests()
    for _ in range(3):
        world.synced()
    assert shipping.asked_for_labels() == 1
    written = [asked for asked in world.exact.bench.requests if asked["method"] != "GET"]
    assert {asked["path"] for asked in written} <= {"/api/oauth2/token"}


def test_the_sender_is_the_one_of_the_warehouse(shipping: Shipping, world: World):
    shipping.automatic(warehouses={world.exact.order(20036)["WarehouseID"]: "502"})
    shipping.deliver(20036)
    world.synced()
    (label,) = shipping.labels(20036)
    assert label["sender_address_id"] == 502


def test_a_service_on_the_order_does_not_keep_it_open(shipping: Shipping, world: World):
    key = shipping.deliver(20012, {1: 1})
    world.synced()
    (label,) = shipping.labels(20012)
    assert label["order_number"] == "20012"
    done(shipping, 20012, key)


@pytest.mark.parametrize("automatic", [True, False])
def test_a_service_that_is_delivered_by_itself_gets_no_label_and_needs_nobody(
    shipping: Shipping, world: World, automatic: bool
):
    first = shipping.deliver(20012, {1: 1})
    world.synced()
    done(shipping, 20012, first)
    shipping.automatic(automatic)
    shipping.deliver(20012, {2: 1})
    shipping.until_quiet()
    assert shipping.asked_for_labels() == 1 and len(shipping.labels(20012)) == 1
    assert not [name for name in shipping.standing() if name.startswith("20012")]
    assert world.state(20012) == ("shipped", "")
    assert [(row.state, row.reason) for row in shipping.all_of(20012)][1] == ("manual", "nothing_to_ship")


def test_a_line_that_lies_in_two_places_is_shipped_whole(shipping: Shipping, world: World):
    key = shipping.deliver(20034)
    line = world.exact.books.rows(SHOP, "GoodsDeliveryLines", EntryID=key)[0]
    with world.exact.books.lock:
        trade.split_over_locations(world.exact.books, SHOP, line["ID"], 2.0)
    world.synced()
    assert shipping.shipped_items(20034) == [{"SLOT-06": 3}]


# --- partial deliveries --------------------------------------------------------------------------------------


@pytest.fixture(params=["stays", "leaves"])
def either(shipping: Shipping, world: World, request: pytest.FixtureRequest) -> Shipping:
    """Both readings of what becomes of an order after a label for a part of it, listed or not."""
    world.sendcloud.switch(partial=request.param, keep_labelled_orders=request.param == "leaves")
    return shipping


def rest(shipping: Shipping, number: int) -> dict[str, int] | None:
    """What still stands in Incoming orders of an order, its deliveries not counted."""
    made = {label["order_number"] for label in shipping.labels(number)}
    return {name: items for name, items in shipping.standing().items() if name not in made}.get(str(number))


def test_a_partial_delivery_is_labelled_with_its_items_and_the_rest_stays(either: Shipping, world: World):
    either.deliver(20001, {1: 1})
    world.synced()
    assert either.shipped_items(20001) == [{"BEL-01": 1}]
    assert rest(either, 20001) == {"BAND-03": 2}
    assert world.state(20001) == ("incoming", "") and either.state(20001) == ("written", "")


def test_half_of_an_order_leaves_the_other_half_standing(either: Shipping, world: World):
    """What is delivered looks just like what is left."""
    either.deliver(20001, {2: 1})
    world.synced()
    either.deliver(20001, {1: 1})
    for _ in range(2):
        world.synced()
    assert rest(either, 20001) == {"BAND-03": 1}
    assert either.shipped_items(20001) == [{"BAND-03": 1}, {"BEL-01": 1}]


def test_the_last_delivery_closes_the_order(either: Shipping, world: World):
    either.deliver(20001, {1: 1})
    world.synced()
    either.deliver(20001, {2: 2})
    for _ in range(2):
        world.synced()
    assert either.shipped_items(20001) == [{"BEL-01": 1}, {"BAND-03": 2}]
    assert rest(either, 20001) is None
    assert world.state(20001) == ("shipped", "")
    stands = [either.in_exact(row.guid)["TrackingNumber"] for row in either.all_of(20001)]
    assert stands == either.tracking(20001)


def test_two_partial_deliveries_at_once_get_a_label_each_and_the_order_leaves(either: Shipping, world: World):
    either.deliver(20001, {1: 1, 2: 1})
    either.deliver(20001, {2: 1})
    for _ in range(2):
        world.synced()
    assert either.shipped_items(20001) == [{"BEL-01": 1, "BAND-03": 1}, {"BAND-03": 1}]
    assert rest(either, 20001) is None
    assert world.state(20001) == ("shipped", "")


def test_the_same_half_twice_at_once_is_two_labels(either: Shipping, world: World):
    either.deliver(20001, {2: 1})
    either.deliver(20001, {2: 1})
    either.deliver(20001, {1: 1})
    for _ in range(2):
        world.synced()
    assert sorted(either.shipped_items(20001), key=str) == [{"BAND-03": 1}, {"BAND-03": 1}, {"BEL-01": 1}]
    assert rest(either, 20001) is None and world.state(20001) == ("shipped", "")


def test_several_orders_in_one_delivery_are_one_parcel(shipping: Shipping, world: World):
    key = shipping.deliver_together(20001, 20035)
    for _ in range(2):
        world.synced()
    (label,) = [*shipping.labels(20001), *shipping.labels(20035)]
    items = {item["sku"]: item["quantity"] for item in label["parcels"][0]["parcel_items"]}
    assert items == {"BEL-01": 1, "BAND-03": 2, "TAS-05": 1}
    assert shipping.in_exact(key)["TrackingNumber"] == label["parcels"][0]["tracking_number"]
    assert world.state(20001) == world.state(20035) == ("shipped", "")
    assert not {"20001", "20035"} & shipping.standing().keys()


def test_orders_in_different_currencies_are_not_added_up(shipping: Shipping, world: World):
    world.change(20035, Currency="USD")
    shipping.deliver_together(20001, 20035)
    world.synced()
    assert shipping.state(20001) == ("problem", "currencies_differ") and shipping.asked_for_labels() == 0
    assert "in different currencies: EUR, USD" in world.said(20001)


# --- deliveries that get no label -----------------------------------------------------------------------------


def test_what_was_delivered_before_the_connection_gets_no_label(shipping: Shipping, world: World):
    for _ in range(3):
        world.synced()
    assert shipping.asked_for_labels() == 0 and not world.sendcloud.books.shipments


def test_a_delivery_of_an_order_outside_the_window_is_shown_and_labelled(shipping: Shipping, world: World):
    key = shipping.deliver(20007)
    world.synced()
    assert len(shipping.labels(20007)) == 1
    assert shipping.in_exact(key)["TrackingNumber"] == shipping.tracking(20007)[0]
    assert world.state(20007)[0] == "shipped"


def test_a_delivery_without_lines_waits_for_a_person(shipping: Shipping, world: World):
    with world.exact.books.lock:
        world.exact.books.insert(SHOP, "GoodsDeliveries", {"DeliveryNumber": 900, "DeliveryDate": None})
    world.synced()
    row = Delivery.get(Delivery.number == 900)
    assert (row.state, row.reason) == ("manual", "no_lines")
    assert shipping.asked_for_labels() == 0


def test_a_delivery_that_carries_tracking_already_is_left_alone(shipping: Shipping, world: World):
    key = shipping.deliver(20001, TrackingNumber="MIJN-1", Remarks="Zelf gebracht")
    before = dict(shipping.in_exact(key))
    world.synced()
    assert shipping.state(20001) == ("elsewhere", "has_tracking")
    assert shipping.in_exact(key) == before and shipping.asked_for_labels() == 0
    assert world.state(20001) == ("shipped", "")


def test_a_number_typed_before_the_label_is_made_is_left_alone(shipping: Shipping, world: World):
    shipping.automatic(False)
    key = shipping.deliver(20001)
    world.synced()
    assert shipping.state(20001) == ("manual", "labels_by_hand")
    shipping.write_in_exact(key, TrackingNumber="MIJN-1")
    world.synced()
    assert shipping.state(20001) == ("elsewhere", "has_tracking")
    assert world.state(20001) == ("shipped", "")


def test_a_delivery_deleted_in_exact_is_cancelled_here(shipping: Shipping, world: World):
    shipping.automatic(False)
    key = shipping.deliver(20001)
    world.synced()
    shipping.delete_in_exact(key)
    world.synced(thorough=True)
    assert shipping.state(20001) == ("cancelled", "deleted")
    shipping.automatic()
    world.synced()
    assert shipping.asked_for_labels() == 0


def test_a_delivery_deleted_between_label_and_write_back_stops_nobody(shipping: Shipping, world: World):
    first, second = shipping.deliver(20001), shipping.deliver(20003)
    world.exact.bench.add_fault("status", DELIVERIES, "GET", skip=2)
    world.sync()
    assert shipping.state(20001)[0] == "labelled"
    shipping.delete_in_exact(first)
    shipping.until_quiet()
    assert shipping.state(20001) == ("cancelled", "deleted")
    assert shipping.in_exact(second)["TrackingNumber"] == shipping.tracking(20003)[0]


def test_with_automatic_labels_off_nothing_is_bought_but_partial_deliveries_stand_there(
    shipping: Shipping, world: World
):
    shipping.automatic(False)
    shipping.deliver(20001, {1: 1})
    shipping.deliver(20003)
    world.synced()
    number = shipping.of(20001).number
    standing = shipping.standing()
    assert standing[f"20001-{number}"] == {"BEL-01": 1} and standing["20001"] == {"BAND-03": 2}
    assert standing["20003"] == {"BEL-01": 1, "BAND-03": 2}
    assert shipping.asked_for_labels() == 0


def test_the_label_of_one_delivery_can_be_asked_for(shipping: Shipping, world: World):
    shipping.automatic(False)
    key = shipping.deliver(20001)
    world.synced()
    asks.label_now(shipping.of(20001), actor="Sanne")
    world.synced()
    done(shipping, 20001, key)


def test_a_big_delivery_is_labelled_whole(shipping: Shipping, world: World):
    """Ninety lines: more than Exact expands."""
    shipping.deliver(20021, dict.fromkeys(range(1, 91), 1))
    world.synced()
    (label,) = shipping.labels(20021)
    assert len(label["parcels"][0]["parcel_items"]) == 90


def test_a_part_that_is_deleted_in_exact_leaves_incoming_orders(shipping: Shipping, world: World):
    shipping.automatic(False)
    key = shipping.deliver(20001, {1: 1})
    world.synced()
    name = f"20001-{shipping.of(20001).number}"
    assert name in shipping.standing()
    shipping.delete_in_exact(key)
    world.synced(thorough=True)
    assert name not in shipping.standing()


def test_a_part_that_was_shipped_elsewhere_leaves_incoming_orders(shipping: Shipping, world: World):
    shipping.automatic(False)
    key = shipping.deliver(20001, {1: 1})
    world.synced()
    shipping.write_in_exact(key, TrackingNumber="MIJN-1")
    world.synced()
    assert f"20001-{shipping.of(20001).number}" not in shipping.standing()
    assert "20001" in shipping.standing()


def test_an_order_that_is_about_to_leave_does_so_although_it_is_touched(shipping: Shipping, world: World):
    shipping.deliver(20001, {1: 1})
    shipping.deliver(20001, {2: 2})
    world.synced()
    world.change(20001, Description="Nog iets")
    world.synced()
    assert "20001" not in shipping.standing() and world.state(20001) == ("shipped", "")


def test_an_order_that_was_set_aside_gets_no_label(shipping: Shipping, world: World):
    world.ask(asks.ignore, 20001)
    shipping.deliver(20001)
    for _ in range(2):
        world.synced()
    assert shipping.state(20001) == ("manual", "order_ignored")
    assert world.state(20001) == ("ignored", "by_hand") and shipping.asked_for_labels() == 0


@pytest.mark.parametrize("lines", [None, {1: 1}])
def test_what_was_delivered_of_an_order_that_was_ignored_gets_its_label_when_it_is_taken_back(
    shipping: Shipping, world: World, lines: dict[int, float] | None
):
    world.ask(asks.ignore, 20001)
    key = shipping.deliver(20001, lines)
    world.synced()
    world.ask(asks.unignore, 20001)
    shipping.until_quiet()
    assert [shipping.in_exact(key)["TrackingNumber"]] == shipping.tracking(20001)


def test_with_labels_by_hand_what_was_delivered_of_an_ignored_order_says_so_when_it_is_taken_back(
    shipping: Shipping, world: World
):
    shipping.automatic(False)
    world.ask(asks.ignore, 20001)
    key = shipping.deliver(20001)
    world.synced()
    world.ask(asks.unignore, 20001)
    world.synced()
    assert shipping.state(20001) == ("manual", "labels_by_hand") and shipping.asked_for_labels() == 0
    shipping.label_in_panel(20001)
    shipping.until_quiet()
    done(shipping, 20001, key)


def test_a_delivery_in_trouble_stays_in_logs_although_the_rest_of_its_order_is_cancelled(
    shipping: Shipping, world: World
):
    shipping.deliver(20018, {2: 1})
    world.cancel(20018)
    for _ in range(4):
        world.synced(thorough=True)
    assert world.state(20018) == ("problem", "label_refused") and "20018" not in shipping.standing()
    asks.repair(world.order(20018), {"house_number": "12"}, "Sanne")
    shipping.until_quiet()
    assert len(shipping.tracking(20018)) == 1 and world.state(20018) == ("removed", "cancelled")


def test_while_nothing_may_be_sent_a_delivery_sends_nothing(signed_in: World):
    signed_in.connect(preview=True)
    signed_in.synced()
    shipping = Shipping(signed_in)
    shipping.deliver(20001, {1: 1})
    shipping.deliver(20003)
    for _ in range(2):
        signed_in.synced()
    assert {asked["method"] for asked in signed_in.sendcloud.bench.requests} == {"GET"}
    assert shipping.state(20003) == ("manual", "labels_by_hand")


def test_what_is_delivered_while_the_first_import_is_held_up_for_days_is_known(ready: World):
    """It gets no label by itself, and says why."""
    shipping = Shipping(ready)
    shipping.automatic()
    shipping.deliver(20001)
    ready.exact.bench.add_fault("status", "/salesorder/SalesOrders$", status=503, times=0)
    for _ in range(3):
        ready.sync(after=86400)
    ready.exact.bench.clear_faults()
    ready.synced()
    assert shipping.state(20001) == ("manual", "before_start")


def test_what_is_delivered_while_the_first_import_runs_is_labelled(ready: World, monkeypatch: pytest.MonkeyPatch):
    """Somebody was quick: connected, switched labels on, and delivered before the first pass was over."""
    shipping, keys = Shipping(ready), []
    before = shipping.deliver(20003)
    pull = pull_orders.run

    def meanwhile(*words: Any) -> int:
        shipping.automatic()
        keys.append(shipping.deliver(20001))
        return pull(*words)

    monkeypatch.setattr(pull_orders, "run", meanwhile)
    ready.synced()
    monkeypatch.undo()
    shipping.until_quiet()
    done(shipping, 20001, keys[0])
    assert shipping.state(20003) == ("manual", "before_start") and not shipping.in_exact(before).get("TrackingNumber")


def test_an_old_delivery_that_somebody_changes_gets_no_label(shipping: Shipping, world: World):
    """It was made long before the division was connected, and comes up because its description was put right."""
    rows = world.exact.books.table(SHOP, "GoodsDeliveries").rows
    key = shipping.deliver(20001)
    rows[key]["DeliveryDate"] = rows[key]["DeliveryDate"] - timedelta(days=40)
    world.synced()
    assert shipping.state(20001) == ("manual", "before_start") and shipping.asked_for_labels() == 0


def test_an_order_that_was_refused_and_is_retried_gets_its_label(shipping: Shipping, world: World):
    """Refused for no reason of its own, and delivered meanwhile."""
    world.sendcloud.bench.add_fault("status", "/api/v3/orders$", "POST", status=400, body={"errors": []}, times=0)
    world.change_quantity(20001, 4)
    world.sync()
    key = shipping.deliver(20001)
    world.sync()
    assert world.state(20001) == ("problem", "refused")
    world.sendcloud.bench.clear_faults()
    world.ask(asks.retry, 20001)
    for _ in range(3):
        world.sync(after=1800)
    done(shipping, 20001, key)
