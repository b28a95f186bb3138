"""Exact's day is shared out: looking takes a part of it, reading orders leaves the rest to what is delivered."""

import hashlib
import hmac

import pytest

from tests.demo.exact_play import START
from tests.journeys.shipping import Shipping, done
from tests.journeys.world import BETWEEN, World
from webapp import clock
from webapp.clients.budget import DAY
from webapp.demo.exact.seed import SHOP
from webapp.models import Budget, Event, put_setting
from webapp.sync import outside, passes

DAY_LIMIT = 200
SECRET = "het geheim van de app"


def test_when_the_day_runs_out_labels_come_before_new_orders(shipping: Shipping, world: World):
    """Reading stops while a part of the calls is left, and says so once; the delivery gets its label all the same.
    The next day what stayed behind is read."""
    key = shipping.deliver(20001)
    world.exact.books.switches["day_limit"] = DAY_LIMIT
    while Event.select().where(Event.code == "budget_share").count() == 0:
        assert world.sync().error == ""
        world.change_quantity(20002, 3 + world.division().pass_no)
    shipping.until_quiet()
    done(shipping, 20001, key)
    world.change_quantity(20002, 2)
    late = world.order(20002).exact["Modified"]
    store = outside.Kept(f"exact:{SHOP}")
    store.change(lambda known: known.update(day_remaining=passes.reserved(world.division())))
    assert world.sync(after=0).error == ""
    assert world.order(20002).exact["Modified"] == late
    assert Event.select().where(Event.code == "budget_share").count() == 1
    assert not [asked for asked in world.exact.bench.requests if asked["status"] == 429]
    world.later(DAY - clock.now() % DAY + 1)
    for _ in range(3):
        world.synced()
    assert world.order(20002).exact["Modified"] != late


def test_a_flood_of_webhooks_leaves_the_day_to_what_is_delivered(shipping: Shipping, world: World):
    """Each hook makes a pass due while much of the day is left, and after that passes come as planned."""
    world.exact.books.switches["day_limit"] = 2 * DAY_LIMIT
    put_setting("exact_webhook_secret", SECRET, secret=True)
    browser, passed = world.app.test_client(), 0
    while clock.now() < START.timestamp() + 8 * 3600:
        assert browser.post("/hooks/exact", data=signed_for_exact(SHOP)).status_code == 200
        if (world.division().due_at or 0) <= clock.now():
            assert world.sync(after=0).error == ""
            passed += 1
        world.later(60)
    assert passed > 20
    key = shipping.deliver(20001)
    shipping.until_quiet()
    done(shipping, 20001, key)


def signed_for_exact(code: int) -> bytes:
    content = b'{"Topic":"SalesOrders","Division":%d,"Action":"Update","Key":"x"}' % code
    signature = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest().upper()
    return b'{"Content":' + content + b',"HashCode":"' + signature.encode() + b'"}'


def test_looks_are_spread_over_what_is_left_of_the_day(world: World):
    """With plenty left the next look comes as set; with little, as seldom as it takes; never past half an hour."""
    waits = []
    for left in (4000, 1000, 700, 0):
        ends = clock.now() + 43200
        known = {"day_limit": 5000, "day_remaining": left, "day_reset": ends}
        Budget.insert(key=f"exact:{world.division().code}", known=known).on_conflict_replace().execute()
        waits.append(passes._pace(world.config, world.division()))
    assert waits[0] == world.config.sync_interval < waits[1] < waits[2] < waits[3] == passes.SLOWEST_LOOK


def test_passes_that_cost_much_follow_each_other_more_slowly(world: World):
    """What passes cost is learned from them; one dear pass, such as an import, does not keep anybody waiting long."""
    division = world.division()
    known = {"day_limit": 5000, "day_remaining": 2400, "day_reset": clock.now() + 21600}
    Budget.insert(key=f"exact:{division.code}", known=known).on_conflict_replace().execute()
    assert passes._pace(world.config, division, passes._learn_cost(division, passes._left(division)[0] + 700)) < 300
    for _ in range(20):
        cost = passes._learn_cost(division, passes._left(division)[0] + 40)
    assert 39 <= cost <= 42 and passes._pace(world.config, division, cost) > 2 * world.config.sync_interval


def test_the_plan_lets_a_busy_day_last_to_its_end(world: World):
    """2,000 orders and 500 deliveries between seven and five, by the plan alone with what each of them costs: all
    are read and shipped, with calls left at midnight. (Against the played services: `test_day.py`.)"""
    division, ends = world.division(), (clock.now() // DAY + 2) * DAY
    store = outside.Kept(f"exact:{division.code}")
    left, read, shipped, slowest = 5000, 0, 0, 0
    world.later(ends - DAY - clock.now())
    while (now := clock.now()) < ends:
        second = now - ends + DAY
        orders = round(2000 * min(1, max(0, (second - 25200) / 36000))) - read
        deliveries = round(500 * min(1, max(0, (second - 32400) / 28800))) - shipped
        cost = 2
        if orders and left > passes.FOR_DELIVERIES * 5000 * (ends - now) // DAY:
            cost, read = cost + -(-orders // 18) + 3 * -(-orders // 25), read + orders
        if deliveries:
            cost, shipped = cost + 7 * -(-deliveries // 20) + 3 * deliveries, shipped + deliveries
        before, left = left, left - cost
        store.change(lambda known: known.update(day_limit=5000, day_remaining=left, day_reset=ends))  # noqa: B023
        wait = passes._pace(world.config, division, passes._learn_cost(division, before))
        slowest = max(slowest, wait)
        world.later(wait)
    assert (read, shipped) == (2000, 500) and left > 300 and slowest < 1200


@pytest.mark.parametrize("fault", [None, "reset"])
def test_a_clock_that_is_put_back_holds_up_nothing(shipping: Shipping, world: World, fault: str | None):
    """It was days ahead, whether the passes of that time went well or found nobody."""
    days = 5 * DAY
    key = shipping.deliver(20001)
    world.sendcloud.bench.add_fault("status", "/api/v3/shipments")
    world.later(days)
    if fault:
        world.exact.bench.add_fault(fault, times=0)
    world.sync(after=0)
    world.exact.bench.clear_faults()
    world.sendcloud.bench.clear_faults()
    world.later(-days)
    assert passes.due_divisions() == [SHOP]
    world.sync(after=0)
    assert passes.due_divisions() == []
    for _ in range(4):
        world.later(BETWEEN)
        assert passes.due_divisions() == [SHOP]
        world.sync(after=0)
    done(shipping, 20001, key)
