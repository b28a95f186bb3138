"""Many passes with faults, people and a jumping clock: afterwards what must be true is true.

`SOAK=1000` makes so many passes, `SOAK_SEED=7` repeats one.
"""

import os
from collections.abc import Callable

import pytest

from tests.faults.soak import Soak
from tests.journeys.world import World
from webapp.clients import exact_oauth, http

PASSES = int(os.environ.get("SOAK", "60"))
SEED = int(os.environ.get("SOAK_SEED", "6"))


def test_whatever_happens_on_many_days_no_order_is_lost_and_no_label_bought_twice(
    world: World, as_admin: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(http, "TIMEOUT", (1, 1))
    monkeypatch.setattr(exact_oauth, "TIMEOUT", (1, 1))
    soak = Soak(world, as_admin, SEED)
    print(f"seed {SEED}, {PASSES} passes", flush=True)
    try:
        soak.run(PASSES)
        wrong = soak.wrong()
    except Exception:
        print("\n".join(soak.steps))
        raise
    if wrong:
        print("\n".join(soak.steps))
    print(f"seed {SEED}: {PASSES} passes, {len(wrong)} things went wrong")
    assert wrong == []
