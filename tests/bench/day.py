"""A day of 2,000 orders and 500 deliveries in one division, by the services' clock."""

from tests.bench.crash import numbers

PATTERN = (
    r"deliveries in a day: (\d+) calls to Exact, at most (\d+) a minute; (\d+) renewals; "
    r"(\d+) calls to Sendcloud"
)


def whole(orders: int = 2000, deliveries: int = 500) -> tuple[int, int, int, int]:
    """Calls to Exact, the most of them in one minute, renewals of its tokens, and calls to Sendcloud."""
    exact, minute, renewed, sendcloud = numbers("test_day.py", PATTERN, DAY=f"{orders}:{deliveries}")
    return exact, minute, renewed, sendcloud
