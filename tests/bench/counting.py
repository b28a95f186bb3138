"""What a stretch of work cost, from the request logs of the two played services."""

from collections import Counter
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Spent:
    """The calls of one stretch of work."""

    exact: int
    sendcloud: int
    orders: int  # of Sendcloud's, those that send orders
    refused: int
    most_a_minute: int  # of Exact's

    @classmethod
    def of(cls, exact: list[dict[str, Any]], sendcloud: list[dict[str, Any]]) -> "Spent":
        calls = [asked for asked in exact if asked["path"].startswith("/api/v1/")]
        minutes = Counter(asked["at"][:16] for asked in calls)
        return cls(
            len(calls),
            len(sendcloud),
            sum(asked["method"] == "POST" for asked in sendcloud),
            sum(asked["status"] >= 400 for asked in exact + sendcloud),
            max(minutes.values(), default=0),
        )
