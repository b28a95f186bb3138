"""The saved configuration of a division, with its defaults."""

import pytest

from webapp.sync.mapping import Rules
from webapp.sync.rules import BACKFILL_DAYS, backfill_days, mapping_rules


@pytest.mark.parametrize("days", [1, 30, 365])
def test_the_window_is_what_was_saved(days):
    assert backfill_days({"backfill_days": days}) == days


@pytest.mark.parametrize("saved", [{}, *({"backfill_days": odd} for odd in (0, -1, 366, None, "7", 1.5))])
def test_the_window_is_thirty_days_where_nothing_sensible_was_saved(saved):
    assert backfill_days(saved) == BACKFILL_DAYS == 30


def test_the_shipment_type_is_commercial_goods_unless_something_else_was_saved():
    assert mapping_rules({}) == mapping_rules({"customs_shipment_type": ""}) == Rules("commercial_goods")
    assert mapping_rules({"customs_shipment_type": "gift"}) == Rules(shipment_type="gift")
