"""Many deliveries due at once: what they cost, and at which pace. `BACKLOG=500` for a whole day's worth."""

import os
from collections import Counter
from typing import Any

import pytest

from tests.journeys.shipping import LABEL, Shipping
from tests.journeys.test_write_back import WRITES
from tests.journeys.world import World
from webapp.models import Delivery

MANY = int(os.environ.get("BACKLOG", "40"))
EXACT_A_MINUTE = 48  # 80 % of what Exact gives
SENDCLOUD_A_MINUTE = 100  # calls that are no GET


def minutes(asked: list[dict], *, but_get: bool = False) -> Counter[str]:
    """Calls of the API per minute."""
    return Counter(
        call["at"][:16]
        for call in asked
        if call["path"].startswith("/api/v") and not (but_get and call["method"] == "GET")
    )


@pytest.fixture
def carrier_takes_its_time(world: World) -> None:
    """Half a second for each label, so that the clock does not stand still meanwhile."""
    label = world.sendcloud.app.view_functions["labels.create_label_sync"]

    def slowly() -> Any:
        world.later(0.5)
        return label()

    world.sendcloud.app.view_functions["labels.create_label_sync"] = slowly


@pytest.mark.usefixtures("carrier_takes_its_time")
def test_many_deliveries_cost_one_label_call_and_three_writes_each(shipping: Shipping, world: World):
    numbers = [shipping.order_again(20001) for _ in range(MANY)]
    while sum(world.states().get(number, ("", ""))[0] == "incoming" for number in numbers) < MANY:
        world.synced()
    keys = [shipping.deliver(number) for number in numbers]
    world.exact.bench.clear_requests()
    world.sendcloud.bench.clear_requests()
    passes = 0
    while Delivery.select().where(Delivery.guid.in_(keys), Delivery.state == "written").count() < MANY:
        passes += 1
        assert passes < MANY
        world.synced(after=1)
    exact, sendcloud = world.exact.bench.requests, world.sendcloud.bench.requests
    assert shipping.asked_for_labels() == MANY == world.sendcloud.bench.count("POST", LABEL)
    assert world.sendcloud.bench.count("GET", "/documents/label") <= MANY
    assert sum(world.exact.bench.count(method, path) for method, path in WRITES) == 3 * MANY
    assert max(minutes(exact).values()) <= EXACT_A_MINUTE
    assert max(minutes(sendcloud, but_get=True).values()) <= SENDCLOUD_A_MINUTE
    assert [call["status"] for call in [*exact, *sendcloud] if (call["status"] or 500) >= 400] == []
    assert {world.state(number) for number in numbers} == {("shipped", "")}
    seconds = (len(minutes(exact)) - 1) * 60
    print(f"{MANY} deliveries: {len(exact)} calls to Exact, {len(sendcloud)} to Sendcloud, some {seconds} s")
