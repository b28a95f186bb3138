"""Cancelling a label from the page of an order."""

import re

import pytest

from tests.journeys.shipping import Shipping, done
from tests.journeys.world import World, words_of
from webapp.demo.exact.seed import SHOP
from webapp.models import Parcel

CANCEL = r"/api/v3/shipments/[^/]+/cancel"


@pytest.fixture
def labelled(shipping: Shipping, world: World) -> Shipping:
    """Order 20001 has its label, and Exact knows."""
    key = shipping.deliver(20001)
    world.synced()
    done(shipping, 20001, key)
    return shipping


def page_of(world: World) -> str:
    return f"/divisions/{SHOP}/orders/{world.order(20001).guid}"


def cancel(world: World) -> str:
    """What the page of its own says; its button is pressed."""
    path = re.search(r'id="cancel-\d+" href="([^"]+)"', world.admin.get(page_of(world)).text)
    assert path, "there is no label to cancel"
    page = world.admin.get(path[1]).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    answer = world.admin.post(path[1], data={"csrf_token": token and token[1]})
    assert answer.status_code == 303
    return words_of(page)


def test_it_is_cancelled_once_and_no_new_label_comes_unasked(labelled: Shipping, world: World):
    assert "costs nothing" in cancel(world)
    assert "is being cancelled" in words_of(world.admin.get(page_of(world)).text)
    for _ in range(3):
        world.synced()
    assert world.sendcloud.bench.count("POST", CANCEL) == 1
    assert labelled.state(20001) == ("manual", "label_cancelled") and world.state(20001)[0] == "incoming"
    assert labelled.asked_for_labels() == 1
    text = words_of(world.admin.get(page_of(world)).text)
    assert "Cancelling label" in text
    assert "Make the label now" in text


def test_a_new_label_is_made_when_it_is_asked_for_and_replaces_the_number(labelled: Shipping, world: World):
    cancel(world)
    world.synced()
    page = world.admin.get(page_of(world)).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    delivery = labelled.of(20001)
    world.admin.post(f"{page_of(world)}/deliveries/{delivery.guid}/label", data={"csrf_token": token and token[1]})
    labelled.until_quiet()
    first, second = labelled.tracking(20001)
    assert labelled.in_exact(delivery.guid)["TrackingNumber"] == second != first
    assert labelled.asked_for_labels() == 2 and world.state(20001) == ("shipped", "")


@pytest.mark.parametrize("lost", [False, True])
def test_a_queued_cancellation_is_followed(labelled: Shipping, world: World, lost: bool):
    """Also where the answer is lost: asked again, Sendcloud says that it is being cancelled already."""
    world.sendcloud.switch(cancellation="queued")
    cancel(world)
    if lost:
        world.sendcloud.bench.add_fault("lost", CANCEL)
    world.sync()
    world.synced()
    assert Parcel.get().cancelled and Parcel.get().cancel_asked_at is None
    assert labelled.state(20001) == ("manual", "label_cancelled")
    assert "cancel_refused" not in world.events(20001)


def test_what_sendcloud_refuses_stays_a_label_and_is_told(labelled: Shipping, world: World):
    world.sendcloud.switch(cancellation="refused")
    cancel(world)
    world.synced()
    assert not Parcel.get().cancelled and labelled.state(20001)[0] == "written"
    assert world.state(20001) == ("shipped", "")
    assert "The carrier does not accept a cancellation" in words_of(world.admin.get(page_of(world)).text)
    world.synced()
    assert world.sendcloud.bench.count("POST", CANCEL) == 1


@pytest.mark.parametrize(
    ("days", "status", "said"),
    [(1, "", "pays a label back"), (43, "", "more than 42 days ago"), (0, "DELIVERED", "The carrier has the parcel")],
)
def test_the_page_says_what_it_costs_and_when_it_is_too_late(
    labelled: Shipping, world: World, days: int, status: str, said: str
):
    if status:
        Parcel.update(status=status).execute()
    Parcel.update(made_at=Parcel.made_at - days * 86400).execute()
    number = Parcel.get().parcel
    page = world.admin.get(f"{page_of(world)}/labels/{number}/cancel")
    assert said in words_of(page.text)
    if days != 1:
        assert 'id="cancel"' not in page.text and 'id="cancel-' not in world.admin.get(page_of(world)).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        world.admin.post(f"{page_of(world)}/labels/{number}/cancel", data={"csrf_token": token and token[1]})
        assert Parcel.get().cancel_asked_at is None


def test_a_label_of_another_order_is_not_there(labelled: Shipping, world: World):
    other = world.order(20002).guid
    assert world.admin.get(f"/divisions/{SHOP}/orders/{other}/labels/{Parcel.get().parcel}/cancel").status_code == 404
