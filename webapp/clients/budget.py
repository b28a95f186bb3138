"""The limits of a far side, planned before each call and learned from each answer.

Exact: 60 calls a minute and 5,000 a day per app and division; more than ten 4xx answers an hour on one
endpoint block the key (support.exactonline.com, "API limits"). Its headers come only with a division in the
address; a minute 429 carries only the minute's headers, a day 429 only the day's: a missing header means
unknown, not zero.
Sendcloud: 1,000 GET and 100 other calls a minute, those in bursts of 15 a second (sendcloud.dev, "Rate
limits"). A second and a minute of our clock may straddle two of theirs, so half of it is the plan.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from webapp import clock
from webapp.errors import BudgetSpent

ERRORS_ALLOWED = 5  # in an hour on one endpoint; Exact blocks at ten
HOUR, DAY = 3600, 86400
T = TypeVar("T")


class Store(Protocol):
    """Keeps what is known between calls and processes."""

    def change(self, work: Callable[[dict[str, Any]], T]) -> T:
        """Run `work` on the known values, in one transaction; `work` changes them in place."""


class Memory:
    """A store for one process and one moment."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def change(self, work: Callable[[dict[str, Any]], T]) -> T:
        return work(self.known)


class CallBudget:
    """Takes one call at a time out of the minute and the day.

    `share` of the minute's limit may be used (background work leaves the rest to people), and `burst` calls in
    one second of the clock. `reserve` calls of the day are left to others. A patient budget waits for the next
    minute; an impatient one, behind a web request, raises. `beat` is called before each call and every second
    of waiting, and may raise to end the work there, where nothing is under way.
    """

    def __init__(
        self,
        store: Store,
        *,
        service: str,
        minute_limit: int,
        day_limit: int | None = None,
        share: float = 0.8,
        patient: bool = True,
        burst: int | None = None,
        beat: Callable[[], None] | None = None,
    ) -> None:
        self.store = store
        self.service = service
        self.minute_limit = minute_limit
        self.day_limit = day_limit
        self.share = share
        self.patient = patient
        self.burst = burst
        self.beat = beat
        self.reserve = 0

    def take(self, endpoint: str) -> None:
        """Count one call to `endpoint`, after waiting for room. Raises BudgetSpent when there is none."""
        if self.beat:
            self.beat()
        while (free_at := self.store.change(lambda known: self._try(known, endpoint))) is not None:
            if not self.patient:
                raise BudgetSpent("budget_minute", service=self.service, retry_at=free_at)
            self._wait(max(1, free_at - clock.now()))

    def _wait(self, seconds: int) -> None:
        if self.beat is None:
            clock.sleep(seconds)
            return
        for _ in range(seconds):
            clock.sleep(1)
            self.beat()

    def _try(self, known: dict[str, Any], endpoint: str) -> int | None:
        """None when the call is taken, else when to ask again."""
        now = clock.now()
        _forget_the_past(known, now)
        self._check_errors(known, endpoint)
        self._check_day(known, now)
        if self._minute_used(known) >= self.share * known.get("minute_limit", self.minute_limit):
            return int(known.get("minute_reset", 0)) or now - now % 60 + 60
        if self.patient and self.burst is not None and known.get("calls_second", 0) >= self.burst:
            return now + 1
        known["calls_second"] = known.get("calls_second", 0) + 1
        known["calls_minute"] = known.get("calls_minute", 0) + 1
        known["calls_day"] = known.get("calls_day", 0) + 1
        for name in ("minute_remaining", "day_remaining"):
            if name in known:
                known[name] = max(0, known[name] - 1)
        return None

    def _minute_used(self, known: Mapping[str, Any]) -> int:
        """The larger of what we counted and what the far side says: it also counts the calls of others."""
        limit = known.get("minute_limit", self.minute_limit)
        return max(known.get("calls_minute", 0), limit - known.get("minute_remaining", limit))

    def _check_errors(self, known: Mapping[str, Any], endpoint: str) -> None:
        recent = known.get("errors", {}).get(endpoint, [])
        if len(recent) >= ERRORS_ALLOWED:
            raise BudgetSpent("endpoint_blocked", service=self.service, endpoint=endpoint, retry_at=recent[0] + HOUR)

    def _check_day(self, known: Mapping[str, Any], now: int) -> None:
        limit = known.get("day_limit", self.day_limit)
        if limit is None:
            return
        left = known.get("day_remaining", limit - known.get("calls_day", 0))
        if left <= self.reserve:
            retry_at = int(known.get("day_reset", 0)) or now - now % DAY + DAY
            code = "budget_day" if left <= 0 else "budget_share"
            raise BudgetSpent(code, service=self.service, retry_at=retry_at)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take over what the far side says of its limits; resets are epoch milliseconds."""
        said = {
            name: int(headers[header])
            for name, header in HEADERS.items()
            if headers.get(header, "").removeprefix("-").isdecimal()
        }
        now = clock.now()
        for window, seconds in (("minute", 60), ("day", DAY)):
            if f"{window}_remaining" in said:
                said[f"{window}_reset"] = _reset(said.get(f"{window}_reset"), now, seconds)
            else:  # a reset says nothing by itself
                said.pop(f"{window}_reset", None)
            if said.get(f"{window}_limit", 1) <= 0:
                del said[f"{window}_limit"]
        if said:
            self.store.change(lambda known: known.update(said))

    def failed(self, endpoint: str) -> None:
        """Count an answer that Exact holds against the key: 400, 401, 403 or 404."""

        def note(known: dict[str, Any]) -> None:
            known.setdefault("errors", {}).setdefault(endpoint, []).append(clock.now())

        self.store.change(note)

    def refused(self, headers: Mapping[str, str]) -> bool:
        """After a 429: note which window is spent. True if it is the day's."""
        self.learn(headers)
        now = clock.now()
        day = "X-RateLimit-Remaining" in headers and "X-RateLimit-Minutely-Remaining" not in headers
        wait = headers.get("Retry-After", "")

        def note(known: dict[str, Any]) -> None:
            if day:
                known["day_remaining"] = 0
                known.setdefault("day_limit", self.day_limit or 0)
                return
            known["minute_remaining"] = 0
            if known.get("minute_reset", 0) <= now:
                known["minute_reset"] = now + min(int(wait), 120) if wait.isdecimal() else now - now % 60 + 60

        self.store.change(note)
        return day


def left_today(known: Mapping[str, Any], limit: int, now: int) -> tuple[int, int]:
    """How many calls are left of the day, and how many seconds it still lasts. Changes nothing."""
    known = dict(known)
    _forget_the_past(known, now)
    ends = int(known.get("day_reset", 0)) or now - now % DAY + DAY
    left = known.get("day_remaining", known.get("day_limit", limit) - known.get("calls_day", 0))
    return max(0, int(left)), max(1, ends - now)


def left_this_minute(known: Mapping[str, Any], limit: int, now: int) -> int:
    """How many calls are left of the minute. Changes nothing."""
    known = dict(known)
    _forget_the_past(known, now)
    limit = known.get("minute_limit", limit)
    return int(max(0, min(known.get("minute_remaining", limit), limit - known.get("calls_minute", 0))))


HEADERS = {
    "minute_limit": "X-RateLimit-Minutely-Limit",
    "minute_remaining": "X-RateLimit-Minutely-Remaining",
    "minute_reset": "X-RateLimit-Minutely-Reset",
    "day_limit": "X-RateLimit-Limit",
    "day_remaining": "X-RateLimit-Remaining",
    "day_reset": "X-RateLimit-Reset",
}


def _reset(milliseconds: int | None, now: int, window: int) -> int:
    """When the window ends; without a (sane) header at the next whole minute or UTC day."""
    ends = -(-milliseconds // 1000) if milliseconds else now - now % window + window
    return min(ends, now + window + 5) if ends > now else now - now % window + window


def _forget_the_past(known: dict[str, Any], now: int) -> None:
    """Drop the counts of a minute, a day or an hour that is over."""
    minute, day = now // 60, now // DAY
    if known.get("second") != now:
        known |= {"second": now, "calls_second": 0}
    if known.get("minute") != minute:
        known |= {"minute": minute, "calls_minute": 0}
    if known.get("minute_reset", 0) <= now:
        known.pop("minute_remaining", None)
        known.pop("minute_reset", None)
    if known.get("day") != day:
        known |= {"day": day, "calls_day": 0}
    if not now < known.get("day_reset", 0) <= now + DAY:  # further ahead: the clock was put back
        known.pop("day_remaining", None)
        known.pop("day_reset", None)
    errors = {
        name: [at for at in times if now - HOUR < at <= now + HOUR] for name, times in known.get("errors", {}).items()
    }
    known["errors"] = {name: times for name, times in errors.items() if times}
