"""Logs: the orders that need a person, each with what fits to repair it, and how earlier trouble ended."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any

from peewee import Expression, fn

from webapp import clock
from webapp.db import database
from webapp.models import Correction, Division, Event, Order
from webapp.pages import articles, watch
from webapp.pages.articles import Article
from webapp.pages.order_list import COLUMNS, counts, place
from webapp.pages.watch import Watched
from webapp.sync import asks, chosen_point, decide
from webapp.sync.preview import preview
from webapp.sync.receiver import CORRECTABLE, address_words
from webapp.sync.records import SalesOrder
from webapp.sync.states import OrderState
from webapp.words import texts

PAGE_SIZE = 50
MOST_OPEN = 10  # on a page with more of them, each is a row that opens
PROBLEM = OrderState.PROBLEM.value
CUSTOMS = frozenset({"hs_code", "country_of_origin", "shipment_type", "commercial_invoice_number"})
AT_EXACT = frozenset({"no_address", "account_deleted", "address_deleted"})


def last_part(path: str) -> str:
    """`city` of `shipping_address.city`."""
    return re.split(r"[./]", path)[-1]


# -- kinds ---------------------------------------------------------------------------------------------------


def kind_of(reason: str, path: str) -> str:
    """What sort of trouble it is: a key of texts.KIND_LOOKS."""
    name = last_part(path)
    if reason == "edited_in_sendcloud":
        return "edited"
    if reason.startswith("write_"):
        return "exact"
    if name in CUSTOMS or "customs" in path or reason.startswith("customs"):
        return "customs"
    if "service_point" in path or reason.startswith("service_point"):
        return "service_point"
    if name in CORRECTABLE or reason in AT_EXACT:
        return "address"
    refused = reason.startswith(("label_", "sendcloud_")) and reason != "label_exists"
    return "sendcloud" if reason in texts.REFUSED or refused else "other"


def kinds(division: Division) -> dict[str, int]:
    """How many orders stand in each kind of trouble, in a fixed order; kinds without any are left out."""
    found: dict[str, int] = {}
    for reason, path, count in _pairs(division):
        kind = kind_of(reason, path)
        found[kind] = found.get(kind, 0) + count
    return {kind: found[kind] for kind in texts.KIND_LOOKS if kind in found}


def _pairs(division: Division) -> list[tuple[str, str, int]]:
    query: Any = Order.select(Order.reason, Order.field, fn.COUNT(Order.id))
    query = query.where(Order.division == division, Order.state == PROBLEM)
    return list(query.group_by(Order.reason, Order.field).tuples())


def _of_kind(division: Division, kind: str) -> Any:
    """The orders in this kind of trouble; of all kinds for ""."""
    query: Any = Order.select(*COLUMNS, Order.since).where(Order.division == division, Order.state == PROBLEM)
    if not kind:
        return query
    pairs = [(reason, path) for reason, path, _ in _pairs(division) if kind_of(reason, path) == kind]
    if not pairs:
        return query.where(Order.id == 0)
    return query.where(reduce(or_, [(Order.reason == reason) & (Order.field == path) for reason, path in pairs]))


def retry_all(division: Division, kind: str, actor: str) -> int:
    """Try all orders in one kind of trouble again; returns how many. What was edited in Sendcloud is left to a
    choice of its own."""
    rows = [] if kind in ("", "edited") else list(_of_kind(division, kind).select(Order))
    with database.atomic():
        for order in rows:
            asks.retry(order, actor)
    return len(rows)


# -- entries -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fix:
    """The form that repairs an order: the parts of its address in their order (name, value, whether it is to be
    filled in), `value` what the field in trouble begins with; or the articles that lack something; or the service
    points near `home`, the address."""

    value: str = ""
    parts: list[tuple[str, str, bool]] = field(default_factory=list)
    choices: list[dict[str, str]] = field(default_factory=list)  # readings of an address that can be read in several
    articles: list[Article] = field(default_factory=list)
    points: list[dict[str, Any]] | None = None  # None where it is not about a service point
    home: str = ""


@dataclass(frozen=True)
class Entry:
    """One order in trouble; `fix` is None where no field can be repaired here."""

    order: Order
    look: texts.Look
    reason: str
    original: str
    fix: Fix | None


@dataclass(frozen=True)
class Page:
    """Entries, the latest trouble first. A place here is (since, id), in an address `since.id`: `older` leads to the
    next page, from `before` this one goes on ("" for the first)."""

    entries: list[Entry]
    older: str
    before: str
    kind: str


def page(division: Division, kind: str = "", before: tuple[int, int] | None = None) -> Page:
    kind = kind if kind in texts.KIND_LOOKS else ""
    query = _of_kind(division, kind)
    if before:
        query = query.where(_below(before))
    found = list(query.order_by(Order.since.desc(), Order.id.desc()).limit(PAGE_SIZE + 1))
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    older = f"{found[-1].since}.{found[-1].id}" if more else ""
    return Page(entries(division, found), older, f"{before[0]}.{before[1]}" if before else "", kind)


def _below(spot: tuple[int, int]) -> Expression:
    since, key = spot
    return (Order.since < since) | ((Order.since == since) & (Order.id < key))


def entries(division: Division, orders: list[Order]) -> list[Entry]:
    records = _records(division, [order for order in orders if is_repairable(order)])
    return [_entry(order, records.get(order.id)) for order in orders]


def is_repairable(order: Order) -> bool:
    """Whether what is in trouble can be put right here."""
    if order.reason == "edited_in_sendcloud":
        return False
    if order.reason in chosen_point.REASONS:
        return True
    return last_part(order.field) in CORRECTABLE or articles.are_repairable(order)


def readings(order: Order) -> list[dict[str, str]]:
    """The ways to read its address, where a person has to choose one; the same places as on the form."""
    if order.params.get("choices"):
        return list(order.params["choices"])
    problems = preview(order).label_problems
    return next((problem.params["choices"] for problem in problems if problem.code == "house_number_unsure"), [])


def _records(division: Division, orders: list[Order]) -> dict[int, SalesOrder]:
    found: dict[int, SalesOrder] = {}
    for batch in decide.with_lines(Order.select().where(Order.id.in_([order.id for order in orders]))):
        found |= decide.read_records(division, batch)
    return found


def _entry(order: Order, record: SalesOrder | None) -> Entry:
    look = texts.kind_look(kind_of(order.reason, order.field))
    return Entry(order, look, texts.reason(order), texts.original(order), _fix(order, record) if record else None)


def fix_of(order: Order) -> Fix | None:
    """The form that repairs this order, if it is in a trouble that can be repaired here."""
    return entries(order.division, [order])[0].fix if order.state == PROBLEM else None


def _fix(order: Order, record: SalesOrder) -> Fix:
    name = last_part(order.field)
    if order.params.get("choices"):
        return Fix(order.value, choices=list(order.params["choices"]))
    if order.params.get("lacking"):
        return Fix(articles=articles.of(order.params["lacking"], record.lines))
    if order.reason in chosen_point.REASONS:
        return Fix(order.value, points=list(order.params.get("points") or ()), home=address_words(record))
    where = record.place
    street = where.lines[0] if where.lines else ""
    known = {
        "address_line_1": street,
        "postal_code": where.postcode,
        "city": where.city,
        "country_code": where.country,
    }
    around = ("address_line_1", "house_number", "postal_code", "city", "country_code")
    wanted = {name, *(order.params.get("also") or ())}
    # The street, shown with a house number that is missing, is no proposal for it.
    no_number = order.value == street or not any(sign.isdecimal() for sign in order.value)
    proposal = "" if name == "house_number" and no_number else order.value
    values = {**known, name: proposal}
    parts = [(part, values.get(part, ""), part in wanted) for part in (*around, *sorted(wanted - set(around)))]
    return Fix(proposal, [row for row in parts if row[1] or row[2]])


# -- live ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """What a browser shows: the division's change counter, the orders, the latest trouble, the filter, and from
    where it goes on."""

    no: int = 0
    ids: tuple[int, ...] = ()
    top: tuple[int, int] = (0, 0)
    moving: bool = False
    kind: str = ""
    before: str = ""

    @property
    def folds(self) -> bool:
        """Whether there are too many to stand open all."""
        return len(self.ids) > MOST_OPEN

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> "Shown":
        """From a query string; what makes no sense there counts as not given. watch.py reads `no` and `moving`."""
        ids = counts(args.get("ids", "").split(","))
        top = place(args.get("top", "")) or (0, 0)
        before = args["before"] if place(args.get("before", "")) else ""
        return cls(ids=tuple(ids[:PAGE_SIZE]), top=top, kind=args.get("kind", ""), before=before)

    def where(self) -> dict[str, str]:
        """What leads to this very page."""
        return {name: value for name, value in (("kind", self.kind), ("before", self.before)) if value}

    def query(self) -> dict[str, str]:
        found = {"no": str(self.no), "ids": ",".join(map(str, self.ids)), "top": f"{self.top[0]}.{self.top[1]}"}
        found |= {"moving": "1"} if self.moving else {}
        return found | self.where()


@dataclass(frozen=True)
class Later:
    """What is different on an open page: entries that still stand, orders that left with how, and new trouble."""

    shown: Shown
    entries: list[Entry]
    gone: list[tuple[Order, "Solved | None"]]
    news: int


def shown(division: Division, found: Page) -> Shown:
    """What a new page shows. On an older page nothing is announced: new trouble appears on the first."""
    first = found.entries[0].order if found.entries and not found.before else None
    top = (first.since, first.id) if first else (clock.now(), 0)
    ids = tuple(entry.order.id for entry in found.entries)
    watched = watch.of(division.code)
    return Shown(watched.no, ids, top, watched.moving, found.kind, found.before)


def later(division: Division, before: Shown, watched: Watched) -> Later:
    """What has changed by the time somebody `watched`."""
    now = replace(before, no=watched.no, moving=watched.moving)
    rows = list(Order.select(*COLUMNS, Order.since).where(Order.division == division, Order.id.in_(before.ids)))
    standing = [order for order in rows if order.state == PROBLEM]
    gone = [order for order in rows if order.state != PROBLEM]
    ends = _last_solved(gone)
    since, key = before.top
    fresh = (Order.since > since) | ((Order.since == since) & (Order.id > key))
    news = _of_kind(division, before.kind).where(fresh, Order.id.not_in(before.ids)).count()
    return Later(now, entries(division, standing), [(order, ends.get(order.id)) for order in gone], news)


# -- how it ended --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Solved:
    """Trouble that is over: `said` is the event that has its words, `how` a key of texts.HOW_LOOKS, `by` the
    person, "" for nobody here."""

    problem: Event
    said: Event
    end: Event
    how: str
    by: str

    @property
    def seconds(self) -> int:
        return int(self.end.at - self.problem.at)


STATES = tuple(state.value for state in OrderState)
# What a person did about it, the most telling first.
ACTS = ("corrected", "overwrite", "panel_kept", "ignored", "retried")
ENDS = frozenset(STATES) | {"panel_kept"}
TOLD = (*STATES, *ACTS, "labelled", "label_problem", "write_problem")


def resolved(division: Division, before: int | None = None) -> tuple[list[Solved], int | None]:
    """Trouble that is over, latest first, and the event id from which the next page goes on."""
    query = Event.select(Event, Order).join(Order).where(Event.division == division, Event.code == PROBLEM)
    if before:
        query = query.where(Event.id < before)
    found: list[Any] = list(query.order_by(Event.id.desc()).limit(PAGE_SIZE))
    return _solved_of(found), found[-1].id if len(found) == PAGE_SIZE else None


def _last_solved(orders: list[Order]) -> dict[int, Solved]:
    """How the last trouble of these orders ended, by order id."""
    ids = [order.id for order in orders]
    last: Any = Event.select(fn.MAX(Event.id)).where(Event.order.in_(ids), Event.code == PROBLEM)
    rows: Any = Event.select().where(Event.id.in_(last.group_by(Event.order)))
    told = _told(list(rows))
    found = {event.order_id: _solved(event, told.get(event.order_id, [])) for event in rows}
    return {key: solved for key, solved in found.items() if solved}


def _solved_of(problems: list[Any]) -> list[Solved]:
    told = _told(problems)
    return [solved for event in problems if (solved := _solved(event, told.get(event.order_id, [])))]


def _told(problems: list[Any]) -> dict[int, list[Any]]:
    """Everything that was told of these orders since shortly before their trouble, oldest first."""
    ids = sorted({event.order_id for event in problems})
    first = min((event.at for event in problems), default=0) - 1
    found: dict[int, list[Any]] = {}
    rows: Any = Event.select().where(Event.order.in_(ids), Event.at >= first, Event.code.in_(TOLD))
    for event in rows.order_by(Event.id):
        found.setdefault(event.order_id, []).append(event)
    return found


def _solved(problem: Event, told: list[Event]) -> Solved | None:
    """None while it lasts, and where one problem only gave way to the next."""
    end = next((event for event in told if event.id > problem.id and event.code in ENDS), None)
    if end is None or end.code == PROBLEM:
        return None
    # The wish of a person is written down in the same moment as what came of it, before or after it.
    during = [event for event in told if event.id > problem.id and (event.id <= end.id or event.at <= end.at)]
    act = next((event for code in ACTS for event in during if event.code == code), None)
    panel = any(event.code == "labelled" and (event.params or {}).get("by") == "panel" for event in during)
    if panel and (act is None or act.code == "retried"):
        return Solved(problem, _said(problem, told), end, "panel", "")
    gone = end.code == OrderState.REMOVED
    how = act.code if act else "removed" if gone else "exact"
    return Solved(problem, _said(problem, told), end, how, act.actor if act else end.actor)


def _said(problem: Event, told: list[Event]) -> Event:
    """A problem of a goods delivery is told in full by the event just before it."""
    before = [event for event in told if event.id < problem.id and event.at >= problem.at - 1]
    return next((event for event in reversed(before) if event.code in ("label_problem", "write_problem")), problem)


# -- corrections ---------------------------------------------------------------------------------------------


def corrections(division: Division, before: int | None = None) -> tuple[list[Correction], int | None]:
    """What was repaired here and is remembered, the latest first, and the id from which the next page goes on."""
    query = Correction.select().where(Correction.division == division)
    if before:
        query = query.where(Correction.id < before)
    found = list(query.order_by(Correction.id.desc()).limit(PAGE_SIZE + 1))
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None
