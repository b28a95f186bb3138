"""What is to happen later, by the clock: a heap of `[moment, number, what, about]`."""

from datetime import timedelta
from heapq import heappop, heappush
from typing import Any

from webapp.demo.sendcloud.books import Books, moment_of, stamp


def after(moment: str, seconds: float) -> str:
    return stamp(moment_of(moment) + timedelta(seconds=seconds))


def later(books: Books, moment: str, what: str, about: Any) -> None:
    """Put something on the agenda. `passing.py` knows what the words mean."""
    heappush(books.agenda, [moment, books.next_number("agenda", 1), what, about])


def take_due(books: Books, now: str) -> tuple[str, str, Any] | None:
    """The oldest entry that is due, taken off the agenda."""
    if not books.agenda or books.agenda[0][0] > now:
        return None
    moment, _, what, about = heappop(books.agenda)
    return moment, what, about
