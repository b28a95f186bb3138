"""The days that a fault may fall upon. Each begins at a frozen moment, and one pass meets all its kinds of calls."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from tests.journeys.shipping import Shipping
from tests.journeys.world import BETWEEN, Frozen, Passed
from webapp.demo.exact.seed import SHOP
from webapp.demo.sendcloud.seed import POINT_FULL, POINT_NL_DHL, SENDER_UTRECHT
from webapp.errors import PakbonError
from webapp.models import Connection, Division, Parcel, put_setting
from webapp.sync import asks, complete, deliveries, lists, parcel_split, parts

REMARKS = "Graag bellen"
RULES = {
    "service_point_enabled": True,
    "service_point_field": "YourRef",
    "item_origin_field": "extra:1",
    "customs_origin_country": "TW",
    "item_hs_code_field": "StatisticalCode",
}
ADDRESS = "https://pakbon.example"  # where both services are asked to call Pakbon
TOKEN_LIFE = 700  # seconds after which the access token wants to be renewed


@dataclass(frozen=True)
class Situation:
    """`step` is what the scheduler does once: so many jobs, each of which finds out by itself what is wrong."""

    name: str
    start: Frozen
    step: Callable[[], Passed]
    jobs: int = 1


def day(shipping: Shipping) -> None:
    """After the first import: new, changed and cancelled orders; deliveries whole, in part, from another warehouse,
    to a service point and labelled by hand; a label to cancel; a token to renew and divisions to list."""
    world = shipping.world
    warehouse = world.exact.order(20036)["WarehouseID"]
    shipping.automatic(warehouses={warehouse: str(SENDER_UTRECHT)}, **RULES)
    shipping.deliver(20035)
    for _ in range(3):
        world.synced()
    Parcel.update(cancel_asked_at=world.exact.clock.now().timestamp(), cancel_by="Sanne").execute()
    world.approve(20004)
    world.change_quantity(20002, 4)
    world.cancel(20033)
    shipping.deliver(20001, Remarks=REMARKS)
    shipping.deliver(20003, {2: 1}, Remarks=REMARKS)
    shipping.deliver(20012, Remarks=REMARKS)
    shipping.label_in_panel(20012)
    shipping.deliver(20020)
    shipping.deliver(20036)
    Connection.update(listed_at=0).execute()
    Division.update(lists={}).execute()
    world.later(TOKEN_LIFE)


def night(shipping: Shipping) -> None:
    """A quiet night: the check of completeness finds what was missed, and the configuration reads its lists."""
    world = shipping.world
    shipping.automatic(**RULES)
    world.synced()
    world.approve(20004)
    world.later(TOKEN_LIFE)


def again(shipping: Shipping) -> None:
    """The day after a bad one: answers about two documents were lost, the sign-in and the keys are given anew, there
    is an address for webhooks, a parcel goes to a service point in Germany, one to another that is closed, and a
    delivery in two parcels."""
    world, bench = shipping.world, shipping.world.exact.bench
    put_setting("exact_webhook_secret", "geheim", secret=True)
    shipping.automatic(False)
    shipping.deliver(20003, Remarks=REMARKS)
    world.synced()
    shipping.automatic(**RULES)
    for number in (20001, 20012):
        shipping.deliver(number, Remarks=REMARKS)
    bench.add_fault("lost", "/documents/Documents$", "POST", times=1)
    bench.add_fault("lost", "/documents/DocumentAttachments$", "POST")
    world.sync()
    bench.clear_faults()
    world.change_address(20020, Country="DE", Postcode="10115")
    world.change(20020, YourRef=str(POINT_NL_DHL))
    world.sendcloud.books.service_points[POINT_NL_DHL]["country_code"] = "DE"
    shipping.deliver(20020)
    world.change(20002, YourRef=str(POINT_FULL))
    shipping.deliver(20002)
    _divide(shipping, 20003)


def _divide(shipping: Shipping, number: int) -> None:
    """Somebody wants a goods delivery that was left to him in two parcels."""
    delivery = shipping.of(number)
    pieces = parcel_split.pieces(deliveries.mapped(delivery).payload or {})
    asks.label_now(delivery, "Sanne", parcel_split.evenly(pieces, 2))


def passing(shipping: Shipping) -> Callable[[], Passed]:
    return lambda: shipping.world.sync(after=0)


def entering(shipping: Shipping) -> Callable[[], Passed]:
    """A person signs in at Exact and pastes the keys, as often as it takes; a pass that knows an https address."""

    def step() -> Passed:
        world, config = shipping.world, shipping.world.config
        world.come_in(world.admin)
        with suppress(PakbonError):
            world.connect()
        world.config = replace(config, public_url=ADDRESS)
        try:
            return world.sync(after=0)
        finally:
            world.config = config

    return step


def in_bulk(shipping: Shipping) -> Callable[[], Passed]:
    """A pass of a shop so large that customers, addresses and items are read in bulk."""

    def step() -> Passed:
        usual, parts.MANY = parts.MANY, 2
        try:
            return shipping.world.sync(after=0)
        finally:
            parts.MANY = usual

    return step


def checking(shipping: Shipping) -> Callable[[], Passed]:
    """The check, the lists, and a pass."""

    def step() -> Passed:
        world = shipping.world
        complete.run(world.config, SHOP)
        lists.refresh(world.config, world.division())
        world.later(BETWEEN)
        return world.sync(after=0)

    return step
