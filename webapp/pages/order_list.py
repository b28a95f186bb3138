"""The list of sales orders: filters, search, pages, and what has changed in it since a moment.

A list reads only the columns it shows: the JSON of an order is large. Pages go by key, never by offset, so
that the last page of 100,000 orders is as fast as the first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any
from urllib.parse import urlencode

from peewee import Expression, fn

from webapp.db import database, marked, rows
from webapp.models import Division, Order, Parcel
from webapp.pages import phases
from webapp.sync import findable
from webapp.sync.states import OrderState

PAGE_SIZE = 50
LONGEST_SEARCH = 60

COLUMNS = (
    Order.id, Order.division, Order.guid, Order.number, Order.state, Order.reason, Order.field, Order.value,
    Order.params, Order.order_date, Order.customer, Order.city, Order.country, Order.changed_at, Order.withdraw,
    Order.sendcloud_id,
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """What of the list is asked for: a state ("" = all), words to search, where the parcel is (of phases.PHASES, ""
    = anywhere), only labels that wait to be printed, and one side of a place in it.

    A place is (number, id) of an order: `before` asks for those below it (older), `after` for those above.
    """

    state: str = ""
    search: str = ""
    parcel: str = ""
    to_print: bool = False
    before: tuple[int, int] | None = None
    after: tuple[int, int] | None = None

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> "Filter":
        """From a query string; what makes no sense there counts as not given."""
        state = args.get("state", "")
        return cls(
            state if state in {known.value for known in OrderState} else "",
            args.get("q", "").strip()[:LONGEST_SEARCH],
            args.get("parcel", "") if args.get("parcel", "") in phases.PHASES else "",
            args.get("print", "") == "waiting",
            place(args.get("before", "")),
            place(args.get("after", "")),
        )

    @property
    def first(self) -> bool:
        """Whether this is the top of the list, where new orders appear."""
        return self.before is None and self.after is None

    def query(self, **changes: object) -> dict[str, str]:
        """The query string that leads here, with changes; the inverse of parse()."""
        wanted = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        places = {"before": wanted.before, "after": wanted.after}
        found = {"state": wanted.state, "q": wanted.search, "parcel": wanted.parcel}
        found |= {"print": "waiting"} if wanted.to_print else {}
        found |= {name: f"{spot[0]}.{spot[1]}" for name, spot in places.items() if spot}
        return {name: value for name, value in found.items() if value}

    def only(self, **one: Any) -> "Filter":
        """Another filter, over the same words."""
        return Filter(search=self.search, **one)

    def address(self, home: str) -> str:
        """Of this list; `home` is that of the dashboard."""
        query = urlencode(self.query())
        return f"{home}?{query}" if query else home

    @property
    def any(self) -> bool:
        """Whether something is filtered, besides by words."""
        return bool(self.state or self.parcel or self.to_print)

    def top(self) -> "Filter":
        return replace(self, before=None, after=None)


def place(text: str) -> tuple[int, int] | None:
    """A place in the list from its text, `<number>.<id>`."""
    number, dot, key = text.partition(".")
    return (int(number), int(key)) if dot and is_count(number) and is_count(key) else None


def counts(texts: Iterable[str]) -> list[int]:
    """Those that are numbers of rows; the others count as not given."""
    return [int(text) for text in texts if is_count(text)]


def is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


@dataclass(frozen=True)
class Page:
    """Orders, highest number first, with the filters that lead to the neighbouring pages."""

    orders: list[Order]
    older: Filter | None
    newer: Filter | None


def page(division: Division, wanted: Filter, size: int = PAGE_SIZE) -> Page:
    if wanted.after:
        found = _first(_matching(division, wanted).where(_above(wanted.after)), size, up=True)
        more_above, more_below = len(found) > size, True
        found = found[:size][::-1]
    else:
        query = _matching(division, wanted)
        found = _first(query.where(_below(wanted.before)) if wanted.before else query, size, up=False)
        more_above, more_below = wanted.before is not None, len(found) > size
        found = found[:size]
    if not found:
        return Page([], None, wanted.top() if more_above else None)
    ends = [(row.number, row.id) for row in (found[0], found[-1])]
    return Page(
        found,
        replace(wanted, before=ends[1], after=None) if more_below else None,
        replace(wanted, after=ends[0], before=None) if more_above else None,
    )


def _first(query: Any, size: int, *, up: bool) -> list[Order]:
    """One more than a page of them, from the near end. Keys first, out of an index alone; then the rows."""
    order = (Order.number, Order.id) if up else (Order.number.desc(), Order.id.desc())
    keys = [key for (key,) in query.select(Order.id).order_by(*order).limit(size + 1).tuples()]
    return list(Order.select(*COLUMNS).where(Order.id.in_(keys)).order_by(*order))


def _matching(division: Division, wanted: Filter) -> Any:
    query: Any = Order.select(*COLUMNS).where(Order.division == division)
    if wanted.to_print:
        query = query.where(Order.id.in_(_waiting_to_print(division)))
    if wanted.parcel:
        query = query.where(_in_phase(division, wanted.parcel))
    if wanted.search:
        # UPPER hides the state from the planner: it is to walk the one index that has all it searches.
        query = query.where(_has(wanted.search))
        return query.where(fn.UPPER(Order.state) == wanted.state.upper()) if wanted.state else query
    return query.where(Order.state == wanted.state) if wanted.state else query


# Labels that Pakbon made, whose file nobody has opened, of parcels that are still in the house. Those that were made
# in Sendcloud were printed there.
TO_PRINT = (
    Parcel.status.in_(sorted(phases.READY)) & Parcel.printed_at.is_null() & ~Parcel.cancelled & Parcel.ours
) & (Parcel.pdf != "")


def _waiting_to_print(division: Division) -> Any:
    return Parcel.select(Parcel.order).where(Parcel.division == division, TO_PRINT)


def count_to_print(division: Division) -> int:
    """How many labels wait to be printed."""
    return int(Parcel.select().where(Parcel.division == division, TO_PRINT).count())


def _in_phase(division: Division, phase: str) -> Any:
    """Nearly all parcels are delivered: each order is asked for one. Of the others there are few: they are listed."""
    mine: Any = Parcel.select(Parcel.order).where(~Parcel.cancelled)
    if phase == "delivered":
        return fn.EXISTS(mine.where(Parcel.order == Order.id, Parcel.status.in_(sorted(phases.DELIVERED))))
    codes = {"ready": phases.READY, "trouble": phases.TROUBLE}.get(phase)
    known = sorted(phases.READY | phases.DELIVERED | phases.TROUBLE)
    fits = Parcel.status.in_(sorted(codes)) if codes else Parcel.status.not_in(known)
    return Order.id.in_(mine.where(Parcel.division == division, fits))


def _has(words: str) -> Expression:
    """Each word somewhere in customer, city or a tracking number; digits also begin an order number, and after #
    they do nothing else."""
    asked = findable.folded(words).split() or [words]
    found = reduce(and_, [Order.search.contains(word) for word in asked])
    digits = words.removeprefix("#").strip()
    if not is_count(digits):
        return found
    spans = [Order.number.between(*span) for span in _numbers(digits)]
    return reduce(or_, spans if words.startswith("#") else [*spans, found])


def _numbers(digits: str) -> list[tuple[int, int]]:
    """The spans of all numbers that begin with these digits."""
    first = int(digits)
    return [(first * 10**more, (first + 1) * 10**more - 1) for more in range(max(1, 11 - len(digits)))]


# `number <= n AND (number < n OR id < i)`, not a pair comparison: SQLite walks the index by the first part.
def _below(spot: tuple[int, int]) -> Expression:
    return (Order.number <= spot[0]) & ((Order.number < spot[0]) | (Order.id < spot[1]))


def _above(spot: tuple[int, int]) -> Expression:
    return (Order.number >= spot[0]) & ((Order.number > spot[0]) | (Order.id > spot[1]))


NEWER = "SELECT COUNT(*) FROM sales_order WHERE division_id = ? AND number >= ? AND (number > ? OR id > ?)"


def newer_than(division: Division, wanted: Filter, spot: tuple[int, int]) -> int:
    """How many orders of this list stand above a place by now."""
    if not (wanted.any or wanted.search):
        params = (division.id, spot[0], *spot)
        return int(database.execute_sql(marked(NEWER), params).fetchone()[0])
    return _matching(division, wanted.top()).where(_above(spot)).count()


# The SQL of what open pages ask every two seconds is written here: Peewee would build it each time anew.
ROWS = ", ".join(f'"{field.column_name}"' for field in COLUMNS)
DELIVERED = (
    "SELECT l.order_id FROM delivery_line AS l JOIN delivery AS g ON g.id = l.delivery_id "
    "WHERE l.order_id IN ({ids}) AND g.changed_at >= ?"
)
CHANGED = f"SELECT {ROWS} FROM sales_order WHERE division_id = ? AND id IN ({{ids}}) "
CHANGED += f"AND (changed_at >= ? OR id IN ({DELIVERED}))"
PROBLEMS = f"SELECT {ROWS} FROM sales_order WHERE division_id = ? AND state = 'problem' "
PROBLEMS += "ORDER BY since DESC, id DESC LIMIT ?"


def changed(division: Division, ids: list[int], since: int) -> list[Order]:
    """Those of the shown orders that changed at or after a moment, themselves or a goods delivery of theirs."""
    sql = CHANGED.replace("{ids}", ",".join(str(int(key)) for key in ids) or "0")
    return rows(Order, sql, division.id, since, since)


def newest_problems(division: Division, count: int = 4) -> list[Order]:
    return rows(Order, PROBLEMS, division.id, count)
