"""One goods delivery in several parcels: a label for each, all of them in Exact, and none twice."""

import json

import pytest

from tests.contract.conftest import demanded
from tests.journeys.shipping import Shipping
from tests.journeys.world import World
from webapp.models import Delivery
from webapp.sync import asks, deliveries, parcel_split

LABELS = "/api/v3/orders/create-labels-async"
NUMBER = 20003  # one of BEL-01, two of BAND-03


@pytest.fixture
def key(shipping: Shipping, world: World) -> str:
    """Order 20003 was delivered, and its label is left to a person."""
    shipping.automatic(False)
    key = shipping.deliver(NUMBER, Remarks="Graag bellen")
    world.synced()
    return key


def divide(shipping: Shipping) -> None:
    """A bell and a tyre in one parcel, the other tyre in a second one."""
    delivery = shipping.of(NUMBER)
    payload = deliveries.mapped(delivery).payload
    assert payload
    asks.label_now(delivery, "Sanne", parcel_split.evenly(parcel_split.pieces(payload), 2))


def both_are_written(shipping: Shipping, key: str) -> None:
    (made,) = shipping.labels(NUMBER)
    contents = [{item["sku"]: item["quantity"] for item in parcel["parcel_items"]} for parcel in made["parcels"]]
    assert contents == [{"BEL-01": 1, "BAND-03": 1}, {"BAND-03": 1}]
    numbers, stands = shipping.tracking(NUMBER), shipping.in_exact(key)
    assert len(numbers) == 2 and stands["TrackingNumber"] == ", ".join(numbers)
    assert stands["Remarks"].startswith("Graag bellen\n")
    assert [stands["Remarks"].count(f"code={number}") for number in numbers] == [1, 1]
    assert len(shipping.attachments(stands["Document"])) == 2
    assert shipping.state(NUMBER) == ("written", "") and shipping.world.state(NUMBER) == ("shipped", "")


def test_each_parcel_gets_its_label_and_exact_gets_both(key: str, shipping: Shipping, world: World):
    divide(shipping)
    shipping.until_quiet()
    both_are_written(shipping, key)
    assert len(world.sent(LABELS)) == 1 and shipping.asked_for_labels() == 0
    assert "labels_asked" in world.events(NUMBER)


def test_what_is_asked_is_as_sendclouds_documents_have_it(key: str, shipping: Shipping, world: World):
    documents = demanded()
    divide(shipping)
    world.synced()
    (asked,) = world.sent(LABELS)
    assert documents.request_errors("POST", LABELS, json.loads(asked)) == []


@pytest.mark.parametrize("kind", ["lost", "cut", "reset"])
def test_whatever_becomes_of_the_answer_no_parcel_gets_two(key: str, shipping: Shipping, world: World, kind: str):
    world.sendcloud.bench.add_fault(kind, LABELS, "POST")
    divide(shipping)
    shipping.until_quiet(12)
    both_are_written(shipping, key)
    assert world.sendcloud.bench.count("POST", LABELS) == (2 if kind == "reset" else 1)


def test_a_refusal_that_comes_with_success_is_a_problem_and_the_division_is_kept(shipping: Shipping, world: World):
    """The order without house number: the carrier says so a moment later, of both parcels."""
    shipping.automatic(False)
    key = shipping.deliver(20018)
    world.synced()
    delivery = shipping.of(20018)
    pieces = parcel_split.pieces(deliveries.mapped(delivery).payload or {})
    first, *rest = pieces
    split = [{first: pieces[first]}, {item: pieces[item] for item in rest}] if rest else [{first: 1}, {first: 1}]
    asks.label_now(delivery, "Sanne", split)
    shipping.until_quiet()
    assert shipping.state(20018)[0] == "problem" and shipping.labels(20018) == []
    asks.repair(world.order(20018), {"house_number": "12"}, "Sanne")
    shipping.until_quiet()
    (made,) = shipping.labels(20018)
    assert len(made["parcels"]) == 2
    assert shipping.in_exact(key)["TrackingNumber"] == ", ".join(shipping.tracking(20018))


def test_a_delivery_that_changed_since_is_asked_about(key: str, shipping: Shipping, world: World):
    divide(shipping)
    split = [{**parcel, "gone": 1} for parcel in shipping.of(NUMBER).params["split"]]
    Delivery.update(params={"split": split}).where(Delivery.id == shipping.of(NUMBER).id).execute()
    world.synced()
    assert shipping.state(NUMBER) == ("problem", "split_outdated") and shipping.labels(NUMBER) == []
    assert "divided over 2 parcels" in world.said(NUMBER)
    world.ask(asks.retry, NUMBER)
    shipping.until_quiet()
    (made,) = shipping.labels(NUMBER)
    assert len(made["parcels"]) == 1, "retried, it goes in one"
