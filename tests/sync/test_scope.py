"""Which orders go to Sendcloud: approved, open, within the window, with something left to deliver."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.sync.parse_exact import DELETED_STATUS
from webapp.sync.scope import Verdict, judge

START = "2026-01-01"
FIRST_DAY = "/Date(1767225600000)/"  # 2026-01-01
DAY_BEFORE = "/Date(1767139200000)/"
ONE_LEFT = [{"Quantity": 3, "QuantityDelivered": 2}]
FINE = {"Status": 12, "ApprovalStatus": 1, "OrderDate": FIRST_DAY}


@pytest.mark.parametrize("approval, approved", [(0, False), (1, True), (2, True), (3, False), (None, False)])
@pytest.mark.parametrize(
    "status, verdict",
    [
        (12, None),
        (20, None),
        (21, Verdict("closed")),
        (45, Verdict("cancelled", gone=True)),
        (DELETED_STATUS, Verdict("deleted", gone=True)),
        (0, Verdict("status_unknown")),
        (99, Verdict("status_unknown")),
        (None, Verdict("status_unknown")),
    ],
)
def test_status_comes_before_approval(status, verdict, approval, approved):
    header = {**FINE, "Status": status, "ApprovalStatus": approval}
    expected = verdict or (Verdict() if approved else Verdict("not_approved"))
    assert judge(header, ONE_LEFT, START) == expected


def test_status_and_approval_may_come_as_text():
    assert judge({**FINE, "Status": "20", "ApprovalStatus": "2"}, ONE_LEFT, START) == Verdict()


def test_an_order_without_status_is_named_as_such():
    assert judge({}, ONE_LEFT, START) == Verdict("status_unknown")


@pytest.mark.parametrize(
    "day, reason", [(FIRST_DAY, ""), (DAY_BEFORE, "too_old"), ("/Date(1798761600000)/", ""), (None, "too_old")]
)
def test_the_first_day_of_the_window_is_in_it_and_the_day_before_is_not(day, reason):
    assert judge({**FINE, "OrderDate": day}, ONE_LEFT, START).reason == reason


@pytest.mark.parametrize(
    "lines, reason",
    [
        ([], "nothing_to_ship"),
        ([{"Quantity": 2, "QuantityDelivered": 2}], "nothing_to_ship"),
        ([{"Quantity": 2, "QuantityDelivered": 3}], "nothing_to_ship"),
        ([{"Quantity": -1, "QuantityDelivered": 0}], "nothing_to_ship"),
        ([{"Quantity": None}], "nothing_to_ship"),
        ([{"Quantity": 3, "QuantityDelivered": 2.9999999999999996}], "nothing_to_ship"),
        ([{"Quantity": 2, "QuantityDelivered": 2}, {"Quantity": 1}], ""),
        ([{"Quantity": 0.5, "QuantityDelivered": None}], ""),
    ],
)
def test_something_must_be_left_to_deliver(lines, reason):
    assert judge(FINE, lines, START).reason == reason


def test_the_approval_is_named_before_the_age_and_the_age_before_the_lines():
    old = {**FINE, "OrderDate": DAY_BEFORE}
    assert judge({**old, "ApprovalStatus": 0}, [], START).reason == "not_approved"
    assert judge(old, [], START).reason == "too_old"


VALUES = st.none() | st.integers(-50, 50) | st.sampled_from(["12", "x", FIRST_DAY, float("nan"), [], {}])
FIELDS = ["Status", "ApprovalStatus", "OrderDate", "Quantity", "QuantityDelivered"]
ROWS = st.dictionaries(st.sampled_from(FIELDS), VALUES)


@given(header=ROWS, lines=st.lists(ROWS, max_size=2))
@settings(max_examples=100, deadline=None)
def test_only_gone_orders_are_gone_whatever_the_row(header, lines):
    verdict = judge(header, lines, START)
    assert verdict.gone == (verdict.reason in ("deleted", "cancelled"))
