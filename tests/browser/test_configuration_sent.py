"""A change of the configuration on its whole way: form, preview, save, pass, and the order at Sendcloud."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.demo.exact_play import Play as ExactPlay
from tests.demo.sendcloud_play import playing
from tests.journeys.world import World, settings
from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import CLIENT_ID, SHOP, seed
from webapp.demo.kit import Clock
from webapp.models import Order
from webapp.sync import passes

PATH = f"/divisions/{SHOP}/configuration"


@pytest.fixture
def services() -> Iterator[tuple]:
    """Both, in the time of day and without waiting for their limits."""
    with Exact(seed(Books(Clock()), "http://localhost/exact/callback")) as exact, playing() as sendcloud:
        exact.books.switches["limits"] = False
        sendcloud.clock.freeze(False)
        play = ExactPlay(exact)
        yield play, sendcloud
        play.session.close()


@pytest.fixture
def config(make_config, services):
    return make_config(**settings(*services))


@pytest.fixture
def world(config, app, services, admin) -> World:
    """The orders of the shop stand in Incoming orders."""
    world = World(config, app, *services)
    services[0].exact.books.apps[CLIENT_ID]["redirect_uri"] = config.callback_url
    assert world.come_in(admin).status_code == 303
    world.connect()
    assert passes.run(config, SHOP).error == ""
    return world


def names_at_sendcloud(world: World) -> dict[str, str]:
    orders = world.sendcloud.books.orders.values()
    return {row["order_number"]: row["body"]["shipping_address"]["name"] for row in orders if row["body"]}


def test_a_changed_rule_is_seen_saved_and_sent(world, open_page):
    rows = Order.select().where(Order.state == "incoming").order_by(Order.number.desc())
    order = next(
        row for row in list(rows) if "company_name" in row.payload["shipping_address"]
    )  # of a contact person
    for size in ("phone", "desk"):
        wanted = "account" if size == "phone" else "contact"
        page = open_page(PATH, size)
        page.locator("#preview-order").select_option(order.guid)
        page.locator("#customer label", has_text="Manual").click()
        page.locator("#map_name").select_option(wanted)
        row = page.locator("[data-set-by=map_name] mark").first
        expect(row).to_be_visible()
        number, name = str(order.number), row.inner_text()
        assert names_at_sendcloud(world)[number] != name
        expect(page.locator("#unsaved b")).to_contain_text("not saved yet")
        page.locator("#settings .pri").click()
        expect(page.locator("#messages")).to_contain_text("Saved.")
        assert names_at_sendcloud(world)[number] != name  # saving sends nothing
        assert passes.run(world.config, SHOP).error == ""
        assert names_at_sendcloud(world)[number] == name
