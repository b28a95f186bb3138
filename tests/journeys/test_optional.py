"""What is good to have does not stop what must go on."""

from tests.journeys.world import World
from webapp.demo.exact.seed import SHOP


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
