"""The clock of the machine is set wrong and right again: work goes on, nothing waits for the day it showed."""

import pytest

from tests.journeys.shipping import Shipping, done
from tests.journeys.world import World
from webapp import clock
from webapp.sync import passes

DAY = 86400


@pytest.fixture
def our_clock(monkeypatch):
    """Sets Pakbon's clock apart from that of both services."""
    real, apart = clock.now, [0]
    monkeypatch.setattr(clock, "now", lambda: real() + apart[0])

    def set_apart(seconds: int) -> None:
        apart[0] = seconds

    return set_apart


@pytest.mark.parametrize("days", [40, -40])
def test_after_a_clock_that_was_wrong_nothing_waits_for_the_day_it_showed(
    shipping: Shipping, world: World, our_clock, days
):
    our_clock(days * DAY)
    for _ in range(3):
        world.sync()
    our_clock(0)
    key = shipping.deliver(20001)
    new = shipping.order_again(20001)
    for _ in range(10):  # minutes, as the scheduler would
        world.later(60)
        if passes.due_divisions():
            world.sync(after=0)
    done(shipping, 20001, key)
    assert world.state(new) == ("incoming", "")
