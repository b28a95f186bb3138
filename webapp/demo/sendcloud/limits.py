"""Rate limits: 1,000 reads and 100 writes a minute, writes in bursts of 15 a second at most.

Sendcloud's page on rate limits. Whether they count per key or per account is not clear there; here
they count per key.
"""

from collections import deque

MINUTE, SECOND = 60.0, 1.0
READS = ((1000, MINUTE),)
WRITES = ((100, MINUTE), (15, SECOND))


class Limits:
    def __init__(self) -> None:
        self._spent: dict[tuple[str, bool], deque[float]] = {}

    def wait(self, key: str, method: str, now: float) -> float:
        """Count this call and return 0, or return the seconds to wait and count nothing."""
        reading = method in ("GET", "HEAD", "OPTIONS")
        calls = self._spent.setdefault((key, reading), deque())
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        for most, window in READS if reading else WRITES:
            if len(calls) >= most and calls[-most] > now - window:
                return calls[-most] + window - now
        calls.append(now)
        return 0.0

    def clear(self) -> None:
        self._spent.clear()
