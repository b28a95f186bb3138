"""The days that a fault may fall upon. Each begins at a frozen moment, and one pass meets all its kinds of calls."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.journeys.shipping import Shipping
from tests.journeys.world import BETWEEN, Frozen, Passed
from webapp.demo.exact.seed import SHOP
from webapp.demo.sendcloud.seed import SENDER_UTRECHT
from webapp.models import Connection, Division, Parcel
from webapp.sync import complete, lists

REMARKS = "Graag bellen"
RULES = {
    "service_point_enabled": True,
    "service_point_field": "YourRef",
    "item_origin_field": "extra:1",
    "customs_origin_country": "TW",
    "item_hs_code_field": "StatisticalCode",
}
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


def passing(shipping: Shipping) -> Callable[[], Passed]:
    return lambda: shipping.world.sync(after=0)


def checking(shipping: Shipping) -> Callable[[], Passed]:
    """The check, the lists, and a pass."""

    def step() -> Passed:
        world = shipping.world
        complete.run(world.config, SHOP)
        lists.refresh(world.config, world.division())
        world.later(BETWEEN)
        return world.sync(after=0)

    return step
