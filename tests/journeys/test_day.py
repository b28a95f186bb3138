"""A whole day of a large shop fits in what Exact allows, minute by minute. `DAY=2000:500` for the whole of it.

Every order is of another customer, with an account, a contact and an address that nobody has read before. Between
the passes nothing tells Pakbon that there is something to do: it finds out by looking, which costs most.
"""

import os

from tests.journeys.shipping import Shipping
from tests.journeys.test_backlog import minutes
from tests.journeys.world import World
from webapp import clock
from webapp.clients.budget import DAY
from webapp.demo.exact import trade
from webapp.demo.exact.seed import SHOP
from webapp.demo.exact.volume import add_item, add_volume_customer, volume_header, volume_line
from webapp.models import Delivery, Order
from webapp.sync import complete

ORDERS, DELIVERIES = (int(number) for number in os.environ.get("DAY", "30:8").split(":"))
WHOLE = ORDERS >= 2000
HOUR = 3600
OPENS, CLOSES = 7 * HOUR, 17 * HOUR  # UTC; orders and deliveries come in between
NIGHTLY = 2 * HOUR
EXACT_A_DAY, EXACT_A_MINUTE, WRITES_A_MINUTE = 5000, 60, 100


class Day:
    """Orders that come in and goods that go out, spread over the hours in which people work."""

    def __init__(self, world: World, shipping: Shipping) -> None:
        self.world, self.shipping, self.ordered, self.delivered = world, shipping, 0, 0
        books = world.exact.books
        with books.lock:
            self.items = [add_item(books, SHOP, number) for number in range(200)]
            for item in self.items:
                item["NetWeight"] = min(item["NetWeight"], 0.5)  # no parcel is too heavy for its carrier
            self.warehouse = trade.main_warehouse(books, SHOP)

    def until(self, second: int) -> None:
        """What people do up to this second of the day."""
        part = min(1.0, max(0.0, (second - OPENS) / (CLOSES - OPENS)))
        while self.ordered < round(ORDERS * part):
            self.order()
        # Goods go out some two hours after they were ordered.
        part = min(1.0, max(0.0, (second - OPENS - 2 * HOUR) / (CLOSES - OPENS - 2 * HOUR)))
        while self.delivered < round(DELIVERIES * part):
            self.shipping.deliver(100_001 + self.delivered)
            self.delivered += 1

    def order(self) -> None:
        books, number = self.world.exact.books, self.ordered
        with books.lock:
            header = volume_header(books, SHOP, number, 0, add_volume_customer(books, SHOP, number))
            now = {"WarehouseID": self.warehouse, "Created": books.now(), "Modified": books.now()}
            lines = [volume_line(SHOP, number, at, self.items[(3 * number + at) % 200]) for at in range(3)]
            trade.add_order(books, SHOP, header | now, lines)
        self.ordered += 1


def test_a_day_of_a_large_shop_fits_in_the_calls_of_a_day(shipping: Shipping, world: World):
    world.later(DAY - clock.now() % DAY + 1)
    world.exact.bench.clear_requests()
    world.sendcloud.bench.clear_requests()
    midnight, day = clock.now() - clock.now() % DAY, Day(world, shipping)
    begin = midnight if WHOLE else midnight + OPENS + 5 * HOUR
    world.later(begin - clock.now() + 1)
    end, checked, passes, slowest = (midnight + DAY if WHOLE else begin + HOUR), False, 0, 0
    while clock.now() < end - 1:
        if not checked and clock.now() >= midnight + NIGHTLY:
            assert complete.run(world.config, SHOP).error == ""
            checked = True
        day.until(clock.now() - midnight)
        assert world.sync(after=0).error == ""
        passes += 1
        wait = max(1, (world.division().due_at or 0) - clock.now())
        slowest = max(slowest, wait)
        world.later(min(wait, end - clock.now()))
    exact, sendcloud = world.exact.bench.requests, world.sendcloud.bench.requests
    calls = [asked for asked in exact if asked["path"].startswith("/api/v1/")]
    renewed = sum(asked["path"].endswith("/token") for asked in exact)
    assert [asked for asked in [*exact, *sendcloud] if asked["status"] == 429] == []
    assert max(minutes(exact).values()) <= EXACT_A_MINUTE
    assert max(minutes(sendcloud, but_get=True).values()) <= WRITES_A_MINUTE
    assert len(calls) <= EXACT_A_DAY * (1 if WHOLE else 1 / 12) and renewed <= 190
    come = Order.select().where(Order.number > 100_000)
    gone = Delivery.select().where(Delivery.state == "written").count()
    if WHOLE:
        assert come.count() == ORDERS and gone == DELIVERIES == shipping.asked_for_labels()
        assert not come.where(Order.state.not_in(["incoming", "shipped"])).exists()
    assert come.count() >= day.ordered - 20 and gone >= day.delivered - 5 and gone
    print(
        f"{come.count()} orders and {gone} deliveries in a day: {len(calls)} calls to Exact, at most "
        f"{max(minutes(exact).values())} a minute; {renewed} renewals; {len(sendcloud)} calls to Sendcloud; "
        f"{passes} passes, at most {slowest} s apart"
    )
