"""The only source of time and of waiting in Pakbon, so that a test bench can drive both."""

import time
from datetime import UTC, datetime


def now() -> int:
    """Seconds since the epoch, UTC."""
    return int(time.time())


def utc(seconds: int | float) -> datetime:
    """The moment as an aware datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def sleep(seconds: float) -> None:
    """Wait. Only background work may call this, never a web request."""
    time.sleep(max(0.0, seconds))
