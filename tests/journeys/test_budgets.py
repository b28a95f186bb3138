"""Exact's day is shared out: looking takes a part of it, reading orders leaves the rest to what is delivered."""

from tests.journeys.shipping import Shipping, done
from tests.journeys.world import World
from webapp import clock
from webapp.clients.budget import DAY
from webapp.models import Budget, Event
from webapp.sync import passes

DAY_LIMIT = 1060


def test_when_the_day_runs_out_labels_come_before_new_orders(shipping: Shipping, world: World):
    """Reading stops while a thousand calls are left, and says so once; the delivery gets its label all the same.
    The next day what stayed behind is read."""
    key = shipping.deliver(20001)
    world.exact.books.switches["day_limit"] = DAY_LIMIT
    while Event.select().where(Event.code == "budget_share").count() == 0:
        assert world.sync().error == ""
        world.change_quantity(20002, 3 + world.division().pass_no)
    shipping.until_quiet()
    done(shipping, 20001, key)
    late = world.order(20002).exact["Modified"]
    assert world.sync().error == ""
    assert world.order(20002).exact["Modified"] == late
    assert Event.select().where(Event.code == "budget_share").count() == 1
    assert not [asked for asked in world.exact.bench.requests if asked["status"] == 429]
    world.later(DAY - clock.now() % DAY + 1)
    world.synced()
    assert world.order(20002).exact["Modified"] != late


def test_looks_are_spread_over_what_is_left_of_the_day(world: World):
    """With plenty left the next look comes as set; with little, as seldom as it takes; never past half an hour."""
    waits = []
    for left in (4000, 900, 300, 0):
        ends = clock.now() + 43200
        known = {"day_limit": 5000, "day_remaining": left, "day_reset": ends}
        Budget.insert(key=f"exact:{world.division().code}", known=known).on_conflict_replace().execute()
        waits.append(passes._pace(world.config, world.division()))
    assert waits[0] == world.config.sync_interval < waits[1] < waits[2] < waits[3] == passes.SLOWEST_LOOK
    assert 43200 / waits[1] * passes.LOOK <= 900 * passes.FOR_LOOKING + passes.LOOK
