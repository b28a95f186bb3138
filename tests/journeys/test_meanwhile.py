"""What somebody asks for while a pass is under way: it holds, whatever the pass had read before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.journeys.shipping import Shipping
from tests.journeys.world import World
from webapp.db import database
from webapp.demo.kit import Bench
from webapp.models import Division, Order
from webapp.sync import asks, decide

ACCOUNTS = "/crm/Accounts"
ORDERS = "/api/v3/orders"
DELIVERIES = "/salesorder/GoodsDeliveries"


@contextmanager
def meanwhile(bench: Bench, path: str, act: Callable[[], object]) -> Iterator[None]:
    """`act` is done once, when Pakbon asks for this address the next time, before it gets its answer."""
    app, acted = bench.app, []

    def slow(environ: Any, start_response: Any) -> Any:
        answer = app(environ, start_response)
        if not acted and environ["PATH_INFO"].endswith(path):
            acted.append(True)
            with database.connection_context():
                act()
        return answer

    bench.app = slow
    try:
        yield
    finally:
        bench.app = app
    assert acted, f"{path} was not asked for"


def test_sending_that_starts_while_the_first_import_still_reads_sends_every_order(signed_in: World):
    signed_in.connect(preview=True)
    with meanwhile(signed_in.exact.bench, ACCOUNTS, signed_in.start_sending):
        signed_in.synced()
    signed_in.synced()
    assert signed_in.state(20001) == ("incoming", "") and 20001 in signed_in.incoming()
    assert not [number for number, (_, reason) in signed_in.states().items() if reason == "preview"]


def test_a_configuration_that_is_saved_while_a_pass_reads_holds_for_what_it_reads(world: World):
    world.change(20001, YourRef="nieuw")
    world.later(6 * 3600)

    def save() -> None:
        world.configure(customs_origin_country="TW")

    with meanwhile(world.exact.bench, ACCOUNTS, save):
        world.synced()
    world.synced()
    (item, *_) = world.incoming()[20001]["body"]["order_details"]["order_items"]
    assert item["country_of_origin"] == "TW"


def test_a_button_that_is_pressed_while_orders_are_decided_upon_is_not_undone(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """Between reading rows and writing them there is no call that a test could hold up."""
    assert world.state(20018)[0] == "incoming"
    map_rows, pressed = decide.map_rows, []

    def slow(division: Division, batch: list[Order]) -> Any:
        if not pressed and 20018 in [order.number for order in batch]:
            pressed.append(world.ask(asks.ignore, 20018))
        return map_rows(division, batch)

    monkeypatch.setattr(decide, "map_rows", slow)
    world.change(20018, YourRef="nieuw")
    world.synced(thorough=True)
    assert pressed
    assert world.state(20018) == ("ignored", "by_hand")


def test_an_order_that_is_ignored_while_it_is_being_sent_stays_ignored_and_is_known_to_stand_there(world: World):
    world.approve(20004)
    with meanwhile(world.sendcloud.bench, ORDERS, lambda: world.ask(asks.ignore, 20004)):
        world.synced()
    assert world.state(20004) == ("ignored", "by_hand")
    assert str(world.incoming()[20004]["id"]) == world.order(20004).sendcloud_id
    world.ask(asks.unignore, 20004)
    world.synced()
    assert world.state(20004) == ("incoming", "") and len(world.sent()) == 1


def test_an_order_that_is_ignored_while_sendcloud_refuses_it_stays_ignored(world: World):
    world.approve(20004)
    world.sendcloud.switch(currencies=["USD"])
    with meanwhile(world.sendcloud.bench, ORDERS, lambda: world.ask(asks.ignore, 20004)):
        world.synced()
    assert world.state(20004) == ("ignored", "by_hand")


def test_a_retry_that_is_asked_for_while_the_pass_looks_at_the_error_is_not_put_off(shipping: Shipping, world: World):
    world.sendcloud.switch(announcement="fails_400")
    shipping.deliver(20001)
    world.synced()
    assert world.state(20001) == ("problem", "label_refused")
    world.sendcloud.switch(announcement="works")
    with meanwhile(world.exact.bench, DELIVERIES, lambda: world.ask(asks.retry, 20001)):
        world.synced(after=86400)
    world.synced(after=5)
    assert shipping.state(20001) == ("written", "") and shipping.asked_for_labels() == 2
