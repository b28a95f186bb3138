"""The nightly check finds every hole that a test can make, at each of the three places, and mends what is safe."""

import pytest

from tests.journeys.shipping import Shipping, done
from tests.journeys.world import World
from webapp import clock, leases
from webapp.demo.exact.seed import SHOP
from webapp.models import Event, Order, Part
from webapp.sync import complete, passes
from webapp.upkeep import alerts


def checked(world: World) -> complete.Report:
    world.later(600)
    report = complete.run(world.config, SHOP)
    assert report.error == "" and not report.busy
    return report


def test_nothing_to_mend_costs_few_calls_and_changes_nothing(world: World):
    before, standing = world.states(), world.incoming().keys()
    with world.counting() as calls:
        report = checked(world)
    assert (report.open, report.healed) == (0, 0)
    assert report.exact == report.here >= report.incoming == len(standing)
    assert world.states() == before and world.incoming().keys() == standing
    assert calls().pushes == 0 and calls().exact <= 10
    assert report.calls == calls().exact
    assert complete.last(world.division()).exact == report.exact


def test_every_hole_is_found_and_mended(world: World):
    """An order that was never read, one that was read wrong, one that Exact deleted unseen, one that somebody
    deleted in the panel, one whose label was missed, and an address that changed without a sign."""
    lost, wrong, deleted, taken_out, labelled, moved = sorted(world.incoming())[:6]
    Order.delete().where(Order.number == lost).execute()
    stale = world.order(wrong)
    Order.update(exact={**stale.exact, "Modified": "/Date(1)/"}).where(Order.id == stale.id).execute()
    gone = world.order(deleted)
    with world.exact.books.lock:
        del world.exact.books.table(SHOP, "SalesOrders").rows[gone.guid]
    world.delete_in_panel(taken_out)
    answer = world.sendcloud.post(f"/_bench/panel/orders/{labelled}/label", {})
    assert answer.ok, answer.text
    address = Part.guid == world.order(moved).exact["DeliveryAddress"].lower()
    Part.update(exact=None).where(address).execute()  # as if it had been another one
    report = checked(world)
    assert (report.missing, report.changed, report.gone) == (1, 1, 1)
    assert report.left >= 1 and report.open == 0
    world.synced()
    assert world.state(lost) == ("incoming", "") and world.order(wrong).exact["Modified"] != "/Date(1)/"
    assert world.state(deleted)[0] == "removed" and deleted not in world.incoming()
    assert world.state(taken_out) == ("removed", "left_incoming")
    assert Part.get(address).exact["City"] and world.state(moved) == ("incoming", "")
    again = checked(world)
    assert (again.open, again.healed) == (0, 0)
    codes = [event.code for event in Event.select().where(Event.code.in_(["complete", "incomplete"]))]
    assert codes == ["complete", "complete"]
    assert world.order(labelled).parcels.count() == 1


def test_a_delivery_that_showed_up_behind_the_cursor_gets_its_label_after_the_night(shipping: Shipping, world: World):
    """Exact gave it its row version before another one's, but showed it later."""
    checked(world)
    key, later = shipping.deliver(20001), shipping.deliver(20003)
    table = world.exact.books.table(SHOP, "GoodsDeliveries")
    hidden = table.rows[key]
    table.rows[key] = {**hidden, "Timestamp": 1}
    table.renumber()
    world.synced()
    done(shipping, 20003, later)
    table.rows[key] = hidden
    table.renumber()
    for _ in range(3):
        world.synced()
    assert shipping.all_of(20001) == []
    checked(world)
    shipping.until_quiet()
    done(shipping, 20001, key)
    assert shipping.asked_for_labels() == 2


def test_a_list_that_cannot_be_true_is_told_and_not_believed(world: World, monkeypatch):
    """Incoming orders seems to be empty: nothing is marked, a person is told."""
    monkeypatch.setattr(complete, "BELIEVED", 3)
    before = world.states()
    view = world.sendcloud.app.view_functions["orders.list_orders"]
    empty = {"data": []}
    world.sendcloud.app.view_functions["orders.list_orders"] = lambda: empty
    report = checked(world)
    world.sendcloud.app.view_functions["orders.list_orders"] = view
    assert report.left == report.open > 20 and report.healed == 0
    assert world.states() == before
    assert Event.select().where(Event.code == "incomplete").count() == 1
    with world.app.app_context():
        assert [topic for topic in alerts.topics() if topic.key == f"incomplete:{SHOP}"]


def test_what_stands_there_unasked_is_told_and_left_alone(world: World):
    order = world.order(20001)
    Order.update(state="removed", reason="deleted", sendcloud_id="").where(Order.id == order.id).execute()
    report = checked(world)
    assert report.extra == 1 == report.open
    assert 20001 in world.incoming()


@pytest.mark.parametrize("service", ["exact", "sendcloud"])
def test_a_service_that_does_not_answer_ends_the_check_and_loses_nothing(world: World, service: str):
    before = world.states()
    getattr(world, service).bench.add_fault("status", "/api/v", times=0)
    report = complete.run(world.config, SHOP)
    assert report.error == "service_down" and report.healed == 0
    getattr(world, service).bench.clear_faults()
    assert world.states() == before
    assert leases.holder(f"pass:{SHOP}") == ""


def test_a_check_and_a_pass_keep_out_of_each_others_way(world: World):
    assert leases.take(f"pass:{SHOP}", "another", passes.LEASE_SECONDS)
    assert complete.run(world.config, SHOP).busy
    assert complete.run(world.config, SHOP, stopping=lambda: True).busy
    leases.give_back(f"pass:{SHOP}", "another")
    assert complete.run(world.config, SHOP, stopping=lambda: True).error == "stopped"
    result = world.flask("complete")
    assert result.exit_code == 0 and "No difference; 0 mended, 0 left." in result.output
    assert complete.last(world.division()).at <= clock.now()
