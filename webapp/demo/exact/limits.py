"""Exact's limits: calls a minute, calls a day, errors an hour. Documented (Exact's page "API limits").

Not documented: what a blocked key is answered. Here: 429 without any limit headers, and the block covers
the app in that division for that user, an hour the first time and an hour longer each time.
"""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from webapp.demo.exact.books import Books, epoch_ms

COUNTED_ERRORS = (400, 401, 403, 404)
TOKEN_CALLS_A_DAY = 200


class Refused(Exception):
    """The request ends here with this status, text and headers; `reason` goes into Exact's Reason header."""

    def __init__(self, status: int, text: str = "", reason: str | None = None, headers: dict[str, str] | None = None):
        super().__init__(text)
        self.status, self.text = status, text
        self.headers = dict(headers or {})
        if reason:
            self.headers["Reason"] = reason


@dataclass
class Window:
    """How many calls were made since the window began."""

    start: datetime | None = None
    used: int = 0

    def count_in(self, start: datetime) -> int:
        if self.start != start:
            self.start, self.used = start, 0
        return self.used


@dataclass
class Errors:
    """Errors of one app, user, division and endpoint; and how often that has led to a block."""

    times: list[datetime] = field(default_factory=list)


class Limits:
    """Counts per app and division; errors per app, user, division and endpoint."""

    def __init__(self, books: Books):
        self.books = books
        self._lock = threading.Lock()
        self.minutes: dict[tuple[str, int], Window] = {}
        self.days: dict[tuple[str, int], Window] = {}
        self.errors: dict[tuple[str, str, int, str], Errors] = {}
        self.blocks: dict[tuple[str, str, int], tuple[datetime, int]] = {}

    def reset(self) -> None:
        with self._lock:
            for counted in (self.minutes, self.days, self.errors, self.blocks):
                counted.clear()

    def take(self, app: str, user: str, division: int) -> dict[str, str]:
        """Count one call and return the headers of its answer; Refused 429 when there is none left."""
        if not self.books.switches["limits"]:
            return {}
        now = self.books.clock.now().astimezone(UTC)
        minute, midnight = now.replace(second=0, microsecond=0), start_of_day(now)
        with self._lock:
            self._refuse_blocked(app, user, division, now)
            in_minute = self.minutes.setdefault((app, division), Window())
            in_day = self.days.setdefault((app, division), Window())
            minute_left = self.books.switches["minute_limit"] - in_minute.count_in(minute)
            day_left = self.books.switches["day_limit"] - in_day.count_in(midnight)
            if day_left <= 0:
                raise Refused(429, headers=self.day_headers(0, midnight))
            if minute_left <= 0:
                raise Refused(429, headers=self.minute_headers(0, minute))
            in_minute.used += 1
            in_day.used += 1
        return self.day_headers(day_left - 1, midnight) | self.minute_headers(minute_left - 1, minute)

    def day_headers(self, left: int, midnight: datetime) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.books.switches["day_limit"]),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(epoch_ms(midnight + timedelta(days=1))),
        }

    def minute_headers(self, left: int, minute: datetime) -> dict[str, str]:
        return {
            "X-RateLimit-Minutely-Limit": str(self.books.switches["minute_limit"]),
            "X-RateLimit-Minutely-Remaining": str(left),
            "X-RateLimit-Minutely-Reset": str(epoch_ms(minute + timedelta(minutes=1))),
        }

    def note_error(self, app: str, user: str, division: int, endpoint: str) -> None:
        """Count an error; the eleventh within an hour on one endpoint blocks the key."""
        now = self.books.clock.now().astimezone(UTC)
        with self._lock:
            errors = self.errors.setdefault((app, user, division, endpoint), Errors())
            errors.times = [t for t in errors.times if t > now - timedelta(hours=1)] + [now]
            if len(errors.times) > self.books.switches["error_limit"]:
                _, before = self.blocks.get((app, user, division), (now, 0))
                self.blocks[app, user, division] = (now + timedelta(hours=before + 1), before + 1)
                errors.times = []

    def _refuse_blocked(self, app: str, user: str, division: int, now: datetime) -> None:
        until, _ = self.blocks.get((app, user, division), (now, 0))
        if until > now:
            raise Refused(429, "Your API key is temporarily blocked: too many errors.", "TooManyErrors")


def start_of_day(now: datetime) -> datetime:
    """Seen: the daily window begins at 00:00 UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
