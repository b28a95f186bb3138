"""Goods deliveries whose label somebody makes in Sendcloud's panel: what stands there for them follows what changes
here, and is never sent over what somebody edited there."""

import pytest

from tests.journeys.shipping import Shipping
from tests.journeys.world import World
from webapp.demo.sendcloud.seed import SECOND
from webapp.sync import asks

HAND_LABELLED = ("manual", "labels_by_hand")
CODE = {"customs_hs_code": "8712.00", "customs_origin_country": "TW"}


@pytest.fixture
def by_hand(world: World) -> Shipping:
    """20001 is delivered whole, one piece of 20003 too; both wait in Incoming orders for a label."""
    shipping = Shipping(world)
    shipping.deliver(20001)
    shipping.deliver(20003, {1: 1})
    for _ in range(2):
        world.synced()
    assert shipping.state(20001) == shipping.state(20003) == HAND_LABELLED
    world.later(300)  # Sendcloud has long saved them
    return shipping


def part(shipping: Shipping) -> str:
    """The number of the order of its own that the delivery of 20003 is."""
    return shipping.of(20003).ship_number


def edit(world: World, name: str) -> None:
    answer = world.sendcloud.post(f"/_bench/panel/orders/{name}/edit", {"address_line_1": "Panelstraat"})
    assert answer.ok, answer.text


def standing(world: World) -> dict:
    world.later(world.sendcloud.books.switches.save_delay)
    listed = world.sendcloud.get("/api/v3/orders", page_size=100).json()["data"]
    return {row["order_number"]: row for row in listed}


def codes(world: World, name: str) -> set:
    return {item.get("hs_code") for item in standing(world)[name]["order_details"]["order_items"]}


def test_another_configuration_reaches_them_once(by_hand: Shipping, world: World):
    world.configure(**CODE)
    for _ in range(2):
        world.synced()
    assert codes(world, "20001") == codes(world, "20003") == codes(world, part(by_hand)) == {"8712.00"}
    world.sendcloud.bench.clear_requests()
    for _ in range(3):
        world.synced(thorough=True)
    assert world.sent() == []


def test_an_address_repaired_in_exact_reaches_them_at_night(by_hand: Shipping, world: World):
    for number in (20001, 20003):
        world.change_address(number, AddressLine1="Nieuwstraat 7")
    world.flask("complete")
    for _ in range(2):
        world.synced()
    for name in ("20001", "20003", part(by_hand)):
        assert standing(world)[name]["shipping_address"]["address_line_1"] == "Nieuwstraat", name


def test_what_was_edited_in_the_panel_is_kept(by_hand: Shipping, world: World):
    """Of a part the order says so; for a whole order it is asked, as for any other."""
    for name in ("20001", part(by_hand)):
        edit(world, name)
    world.configure(**CODE)
    for _ in range(3):
        world.synced()
    for name in ("20001", part(by_hand)):
        assert standing(world)[name]["shipping_address"]["address_line_1"] == "Panelstraat"
    assert world.events(20003).count("delivery_kept") == 1
    assert world.state(20001) == ("problem", "edited_in_sendcloud")
    world.ask(asks.keep_panel, 20001)
    for _ in range(2):
        world.synced()
    assert world.state(20001) == ("incoming", "panel_kept") and codes(world, "20001") == {None}


def test_sent_anyway_a_delivered_order_follows_too(by_hand: Shipping, world: World):
    edit(world, "20001")
    world.configure(**CODE)
    for _ in range(2):
        world.synced()
    world.ask(asks.overwrite, 20001)
    for _ in range(2):
        world.synced()
    assert world.state(20001) == ("incoming", "") and codes(world, "20001") == {"8712.00"}


def test_its_label_made_from_here_has_what_was_edited_there(by_hand: Shipping, world: World):
    edit(world, part(by_hand))
    asks.label_now(by_hand.of(20003), "Sanne")
    by_hand.until_quiet()
    (made,) = by_hand.labels(20003)
    assert made["to_address"]["address_line_1"] == "Panelstraat" and by_hand.state(20003)[0] == "written"


def test_what_somebody_took_out_is_not_put_back_unasked(by_hand: Shipping, world: World):
    names = ["20001", part(by_hand)]
    for name in names:
        assert world.sendcloud.post(f"/_bench/panel/orders/{name}/delete", {}).ok
    world.flask("complete")
    world.configure(**CODE)
    for _ in range(3):
        world.synced()
    assert not standing(world).keys() & set(names)


def test_one_that_is_set_aside_stays_as_it_is(by_hand: Shipping, world: World):
    world.ask(asks.ignore, 20003)
    world.configure(**CODE)
    for _ in range(2):
        world.synced()
    assert by_hand.state(20003) == HAND_LABELLED and codes(world, part(by_hand)) == {None}


def test_connected_with_another_integration_it_is_put_there(by_hand: Shipping, world: World):
    name = part(by_hand)
    world.disconnect()
    world.connect(integration=SECOND)
    for _ in range(3):
        world.synced()
    rows = [row for row in world.sendcloud.books.orders.values() if row["order_number"] == name and row["body"]]
    assert SECOND in [row["integration_id"] for row in rows]
