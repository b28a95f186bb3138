"""Labels that somebody makes or cancels in Sendcloud's panel, and what carriers say of a parcel."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.shipping import Shipping, done
from tests.journeys.world import World
from webapp.demo.exact import trade
from webapp.demo.exact.seed import SHOP
from webapp.models import Order, Parcel


@pytest.fixture
def by_hand(shipping: Shipping) -> Shipping:
    """Labels are made in the panel."""
    shipping.automatic(False)
    return shipping


def test_a_label_made_after_the_delivery_comes_back_to_exact(by_hand: Shipping, world: World):
    key = by_hand.deliver(20001)
    world.synced()
    assert world.state(20001) == ("incoming", "")
    by_hand.label_in_panel(20001)
    world.synced()
    done(by_hand, 20001, key)
    assert "labelled" in world.events(20001)


def test_a_label_made_before_the_delivery_waits_for_it(by_hand: Shipping, world: World):
    by_hand.label_in_panel(20001)
    world.synced()
    assert world.state(20001) == ("incoming", "")
    key = by_hand.deliver(20001)
    world.synced()
    done(by_hand, 20001, key)


def test_a_label_made_before_the_delivery_saves_the_automatic_one(shipping: Shipping, world: World):
    shipping.label_in_panel(20001)
    world.synced()
    key = shipping.deliver(20001)
    world.synced()
    done(shipping, 20001, key)
    assert shipping.asked_for_labels() == 0


def test_a_label_made_between_two_passes_saves_the_automatic_one_too(shipping: Shipping, world: World):
    """The delivery and the label made by hand are seen in the same pass."""
    key = shipping.deliver(20001)
    shipping.label_in_panel(20001)
    shipping.until_quiet()
    done(shipping, 20001, key)
    assert shipping.asked_for_labels() == 0


def test_a_label_for_a_part_goes_to_that_delivery(by_hand: Shipping, world: World):
    first, second = by_hand.deliver(20001, {1: 1}), by_hand.deliver(20001, {2: 1})
    for _ in range(2):
        world.synced()
    numbers = {row.guid: f"20001-{row.number}" for row in by_hand.all_of(20001)}
    by_hand.label_in_panel(numbers[second])
    world.synced()
    assert by_hand.in_exact(second)["TrackingNumber"] == by_hand.tracking(20001)[0]
    assert by_hand.in_exact(first).get("TrackingNumber") is None
    assert by_hand.standing()["20001"] == {"BAND-03": 1}


def test_two_labels_for_one_delivery_are_both_written(by_hand: Shipping, world: World):
    key = by_hand.deliver(20001, Remarks="Twee dozen")
    world.synced()
    world.sendcloud.switch(keep_labelled_orders=True)
    by_hand.label_in_panel(20001)
    by_hand.label_in_panel(20001)
    world.synced()
    both_written(by_hand, key)


def test_a_second_label_made_later_is_written_beside_the_first(shipping: Shipping, world: World):
    key = shipping.deliver(20001, Remarks="Twee dozen")
    world.synced()
    done(shipping, 20001, key)
    world.sendcloud.switch(keep_labelled_orders=True)
    shipping.label_in_panel(20001)
    shipping.until_quiet()
    both_written(shipping, key)
    assert shipping.asked_for_labels() == 1


def test_a_second_label_of_what_was_labelled_before_its_delivery_is_written_too(by_hand: Shipping, world: World):
    world.sendcloud.switch(keep_labelled_orders=True)
    by_hand.label_in_panel(20001)
    world.synced()
    key = by_hand.deliver(20001, Remarks="Twee dozen")
    world.synced()
    done(by_hand, 20001, key)
    by_hand.label_in_panel(20001)
    by_hand.until_quiet()
    both_written(by_hand, key)


def test_a_label_made_ahead_for_the_rest_of_an_order_waits_for_its_delivery(by_hand: Shipping, world: World):
    world.sendcloud.switch(keep_labelled_orders=True)
    by_hand.label_in_panel(20001)
    world.synced()
    first = by_hand.deliver(20001, {1: 1})
    world.synced()
    by_hand.label_in_panel(20001)
    world.synced()
    second = by_hand.deliver(20001)
    by_hand.until_quiet()
    one, other = by_hand.tracking(20001)
    assert by_hand.in_exact(first)["TrackingNumber"] == one
    assert by_hand.in_exact(second)["TrackingNumber"] == other


def both_written(shipping: Shipping, key: str) -> None:
    first, second = shipping.tracking(20001)
    stands = shipping.in_exact(key)
    assert stands["TrackingNumber"] == f"{first}, {second}"
    lines = stands["Remarks"].split("\n")
    assert lines[0] == "Twee dozen" and [first in lines[1], second in lines[2]] == [True, True] and len(lines) == 3
    names = [attached["FileName"] for attached in shipping.attachments(stands["Document"])]
    assert len(names) == len(set(names)) == 2
    assert len(shipping.documents()) == 1


def test_a_cancelled_label_takes_the_delivery_back_and_a_new_one_replaces_the_number(by_hand: Shipping, world: World):
    key = by_hand.deliver(20001)
    world.synced()
    first = by_hand.label_in_panel(20001)
    world.synced()
    done(by_hand, 20001, key)
    by_hand.cancel_in_panel(first)
    world.synced()
    assert by_hand.state(20001) == ("manual", "label_cancelled")
    assert world.state(20001)[0] == "incoming"
    by_hand.label_in_panel(20001)
    world.synced()
    _, second = by_hand.tracking(20001)
    assert by_hand.in_exact(key)["TrackingNumber"] == second
    assert world.state(20001) == ("shipped", "")


def test_a_label_cancelled_before_it_was_written_is_not_written(by_hand: Shipping, world: World):
    key = by_hand.deliver(20001)
    world.synced()
    by_hand.cancel_in_panel(by_hand.label_in_panel(20001))
    world.synced()
    assert by_hand.in_exact(key).get("TrackingNumber") is None
    assert world.state(20001) == ("incoming", "")


def test_a_cancelled_automatic_label_is_not_bought_again_unasked(shipping: Shipping, world: World):
    shipping.deliver(20001)
    world.synced()
    (label,) = shipping.labels(20001)
    shipping.cancel_in_panel(label)
    for _ in range(3):
        world.synced()
    assert shipping.asked_for_labels() == 1
    assert shipping.state(20001) == ("manual", "label_cancelled")


def test_what_the_carrier_says_is_shown_and_writes_nothing(shipping: Shipping, world: World):
    key = shipping.deliver(20001)
    world.synced()
    before = dict(shipping.in_exact(key))
    parcel = shipping.parcels(20001)[0]
    world.sendcloud.post(f"/_bench/parcels/{parcel.parcel}/status", {"code": "DELIVERED"})
    world.synced()
    assert shipping.parcels(20001)[0].status == "DELIVERED"
    assert "parcel_status" in world.events(20001)
    assert shipping.in_exact(key) == before


@pytest.mark.parametrize("name", ["W-77", "9" * 30], ids=["word", "long"])
def test_a_label_of_an_order_that_is_not_ours_concerns_nobody(shipping: Shipping, world: World, name: str):
    world.sendcloud.push(
        {
            "order_id": "los-1",
            "order_number": name,
            "order_details": {
                "integration": {"id": 101},
                "status": {"code": "open"},
                "order_created_at": "2026-03-04T10:00:00Z",
                "order_items": [
                    {"sku": "POMP", "name": "Pomp", "quantity": 1, "total_price": {"value": 9.0, "currency": "EUR"}}
                ],
            },
            "payment_details": {"total_price": {"value": 9.0, "currency": "EUR"}, "status": {"code": "paid"}},
            "shipping_address": {
                "name": "Ties Kuipers",
                "address_line_1": "Dorpsstraat 3",
                "postal_code": "5341 XT",
                "city": "Oss",
                "country_code": "NL",
            },
        }
    )
    shipping.standing()
    shipping.label_in_panel(name)
    world.synced()
    assert not Parcel.select().exists() and len(world.sendcloud.books.shipments) == 1


@pytest.mark.parametrize("first", [True, False])
def test_a_label_is_that_of_the_order_that_was_made_anew_under_the_same_number(
    by_hand: Shipping, world: World, first: bool
):
    """Whichever of the two customers comes first in the alphabet."""
    books, number = world.exact.books, 20001
    rows = sorted((world.order(other) for other in world.incoming()), key=lambda order: order.customer.casefold())
    other = world.exact.order(rows[0 if first else -1].number)
    with books.lock:
        old = world.exact.order(number)
        same = {name: other[name] for name in ("OrderedBy", "DeliverTo", "DeliveryAddress", "WarehouseID")}
        lines = trade.lines_of(books, SHOP, old["OrderID"])
        items = [{"Item": line["Item"], "Quantity": line["Quantity"]} for line in lines]
        trade.delete_order(books, SHOP, old["OrderID"])
        new = trade.add_order(books, SHOP, {**same, "OrderNumber": number, "ApprovalStatus": 2}, items)
    world.synced(thorough=True)
    world.incoming()
    by_hand.label_in_panel(number)
    world.synced()
    (parcel,) = by_hand.parcels(number)
    assert (parcel.order.guid, parcel.order.state) == (new["OrderID"], "incoming")
    with books.lock:
        key = trade.deliver_rest(books, SHOP, new["OrderID"])["EntryID"]
    by_hand.until_quiet()
    assert by_hand.in_exact(key)["TrackingNumber"] == parcel.tracking_number
    assert Order.get(Order.guid == old["OrderID"]).state == "removed"


def test_another_tracking_number_of_the_same_label_takes_the_place_of_the_former(by_hand: Shipping, world: World):
    by_hand.automatic()
    key = by_hand.deliver(20001, Remarks="Graag bellen")
    by_hand.until_quiet()
    ((made,), (former,)) = world.sendcloud.books.shipments.values(), by_hand.tracking(20001)
    for number in ("3SANDERS2", "3SANDERS3"):
        now = world.sendcloud.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        made["parcels"][0] |= {"tracking_number": number, "tracking_url": f"https://track.example/{number}"}
        made["updated_at"] = made["parcels"][0]["updated_at"] = now
        by_hand.until_quiet()
        stands = by_hand.in_exact(key)
        assert stands["TrackingNumber"] == number
        assert stands["Remarks"].startswith("Graag bellen\n") and number in stands["Remarks"]
    assert former in stands["Remarks"] and by_hand.asked_for_labels() == 1
    assert len(by_hand.attachments(stands["Document"])) == 1
    by_hand.write_in_exact(key, TrackingNumber="GETYPT")
    made["parcels"][0]["tracking_number"] = "3SANDERS4"
    made["updated_at"] = world.sendcloud.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    by_hand.until_quiet()
    assert by_hand.in_exact(key)["TrackingNumber"] == "GETYPT"


# --- one number, two orders ----------------------------------------------------------------------------------


@pytest.fixture
def anew(by_hand: Shipping, world: World) -> Callable[..., dict[str, Any]]:
    """Enters an order of the same customer and lines under a number that is there already, as after the turn of the
    book year; deletes the former if asked to."""

    def enter(number: int, *, deleted: bool) -> dict[str, Any]:
        books = world.exact.books
        with books.lock:
            old = world.exact.order(number)
            same = {name: old[name] for name in ("OrderedBy", "DeliverTo", "DeliveryAddress", "WarehouseID")}
            lines = trade.lines_of(books, SHOP, old["OrderID"])
            items = [{"Item": line["Item"], "Quantity": line["Quantity"]} for line in lines]
            if deleted:
                trade.delete_order(books, SHOP, old["OrderID"])
            new = trade.add_order(books, SHOP, {**same, "OrderNumber": number, "ApprovalStatus": 2}, items)
        world.synced(thorough=True)
        by_hand.standing()
        return new

    return enter


def test_a_label_of_either_of_two_orders_with_one_number_goes_to_that_order(
    by_hand: Shipping, world: World, anew: Callable[..., dict[str, Any]]
):
    old = world.exact.order(20001)["OrderID"]
    new = anew(20001, deleted=False)["OrderID"]
    for guid in (old, new):
        by_hand.label_in_panel(guid)
    world.synced()
    assert {row.order.guid for row in by_hand.parcels(20001)} == {old, new}


def test_a_label_of_a_number_that_was_shipped_last_year_is_not_written_to_last_years_delivery(
    by_hand: Shipping, world: World, anew: Callable[..., dict[str, Any]]
):
    by_hand.automatic()
    last_year = by_hand.deliver(20001)
    by_hand.until_quiet()
    number = by_hand.in_exact(last_year)["TrackingNumber"]
    assert number
    by_hand.automatic(False)
    new = anew(20001, deleted=False)["OrderID"]
    made = by_hand.label_in_panel(new)["parcels"][0]["tracking_number"]
    by_hand.until_quiet()
    with world.exact.books.lock:
        key = trade.deliver_rest(world.exact.books, SHOP, new)["EntryID"]
    by_hand.until_quiet()
    assert [by_hand.in_exact(found)["TrackingNumber"] for found in (last_year, key)] == [number, made]


def test_an_order_whose_number_had_a_label_before_is_changed_as_any_other(
    by_hand: Shipping, world: World, anew: Callable[..., dict[str, Any]]
):
    by_hand.label_in_panel(20001)
    world.synced()
    new = anew(20001, deleted=True)["OrderID"]
    with world.exact.books.lock:
        line = trade.lines_of(world.exact.books, SHOP, new)[0]
        trade.change_line(world.exact.books, SHOP, line["ID"], {"Quantity": 7.0})
    world.synced(thorough=True)
    assert by_hand.standing()["20001"]["BEL-01"] == 7


def test_a_label_made_after_the_delivery_was_deleted_waits_for_the_next_one(by_hand: Shipping, world: World):
    first = by_hand.deliver(20001)
    world.synced()
    by_hand.take_back_in_exact(first)
    world.synced(thorough=True)
    made = by_hand.label_in_panel(20001)["parcels"][0]["tracking_number"]
    world.synced()
    again = by_hand.deliver(20001)
    by_hand.until_quiet()
    assert by_hand.in_exact(again)["TrackingNumber"] == made


def test_a_second_number_is_written_although_it_is_the_beginning_of_the_first(shipping: Shipping, world: World):
    key = shipping.deliver(20001)
    shipping.until_quiet()
    (first,) = shipping.tracking(20001)
    made = shipping.label_in_panel(20001)
    with world.sendcloud.books.lock:
        world.sendcloud.books.shipments[made["id"]]["parcels"][0]["tracking_number"] = first[:-1]
    shipping.until_quiet()
    assert shipping.in_exact(key)["TrackingNumber"] == f"{first}, {first[:-1]}"
