"""One sales order as its page shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.models import Event, Order, Parcel
from webapp.pages import articles, problems, queries, shipments, watch
from webapp.pages.order_list import is_count
from webapp.pages.watch import Watched
from webapp.sync import deliveries, parse_exact, parts
from webapp.sync.mapping import Mapped
from webapp.sync.preview import preview
from webapp.sync.records import Line, Problem
from webapp.sync.states import MOVES, OrderState
from webapp.words import texts


@dataclass(frozen=True)
class FieldRow:
    """One field of the request: its path, its value, and where the value comes from."""

    path: str
    value: str
    rule: str
    source: str


@dataclass(frozen=True)
class LineRow:
    """One line of the order; `left_out` says why it does not go, "" if it goes."""

    line: Line
    left_out: str


@dataclass(frozen=True)
class Shown:
    """What a browser shows of an order: the division's change counter, how many parts that take room, the last
    event, and whether the note with advice stands there."""

    no: int = 0
    parts: int = 0
    last: int = 0
    note: bool = False
    moving: bool = False

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> "Shown":
        """From a query string; what makes no sense there counts as not given. watch.py reads `no` and `moving`."""
        parts, last = (int(args[name]) if is_count(args.get(name, "")) else 0 for name in ("parts", "last"))
        return cls(parts=parts, last=last, note=args.get("note") == "1")

    def query(self) -> dict[str, str]:
        flags = {name: "1" for name in ("note", "moving") if getattr(self, name)}
        return {"no": str(self.no), "parts": str(self.parts), "last": str(self.last), **flags}


@dataclass(frozen=True)
class Standing:
    """What of an order changes before the eyes: state, deliveries, labels. `happened` counts events that the
    shown timeline does not have yet, `grown` says that there are more deliveries or labels than shown."""

    order: Order
    look: texts.Look
    deliveries: list[shipments.DeliveryView]
    loose: list[Parcel]
    buttons: list[str]
    shown: Shown
    happened: int = 0
    grown: bool = False

    @property
    def labelled(self) -> int:
        """How many of the deliveries have a label, here or elsewhere."""
        return sum(row.delivery.state in shipments.SHIPPED for row in self.deliveries)


@dataclass(frozen=True)
class OrderView:
    """The page. `fix` repairs the order in trouble, `unread` says that its customer was never asked for: of an order
    that may not go, or never could, Exact is asked no more than the order itself."""

    standing: Standing
    preview: Mapped
    fields: list[FieldRow]
    lines: list[LineRow]
    timeline: list[Event]
    fix: problems.Fix | None
    unread: bool

    @property
    def order(self) -> Order:
        return self.standing.order

    @property
    def in_the_way(self) -> list[Problem]:
        """What keeps it from going; the first of several missing fields names the others too."""
        told = {name for problem in self.preview.problems for name in problem.params.get("also", ())}
        return [problem for problem in self.preview.problems if problem.field not in told]

    @property
    def nothing_left(self) -> bool:
        """Whether the order is shipped whole; that its customer was not read is no trouble then."""
        codes = {problem.code for problem in self.preview.problems}
        return codes == {"nothing_to_ship"} or (self.unread and "nothing_to_ship" in codes)

    @property
    def articles(self) -> list[articles.Article]:
        """Those that lack something before its label can be made."""
        return articles.of(articles.before_label(self.preview), [row.line for row in self.lines])

    @property
    def sent_unchanged(self) -> bool:
        """Whether what stands in Sendcloud is what would be sent now."""
        return bool(self.order.payload_hash) and self.order.payload == self.preview.payload


def view(order: Order) -> OrderView:
    """The whole page."""
    found, watched = preview(order), watch.of(order.division.code)
    left_out = {left.line.guid: left.reason for left in found.left_out}
    lines = [parse_exact.line(row.exact, {}) for row in order.lines.order_by("number", "guid")]
    return OrderView(
        standing(order, watched),
        found,
        list(_fields(found.payload or {}, found.provenance)),
        [LineRow(line, left_out.get(line.guid, "")) for line in lines],
        queries.timeline(order),
        problems.fix_of(order),
        order.state in NEVER_ASKED and _unread(order),
    )


NEVER_ASKED = (OrderState.WAITING, OrderState.SHIPPED, OrderState.IGNORED, OrderState.REMOVED)


def _unread(order: Order) -> bool:
    wanted = parse_exact.part_ids(order.exact, [])["account"]
    return bool(wanted - parts.known(order.division, {"account": wanted})["account"].keys())


def standing(order: Order, watched: Watched, before: Shown | None = None) -> Standing:
    """Where the order stands by the time somebody `watched`, for a page that showed `before` (None: a new one)."""
    deliveries, loose = shipments.of_order(order), shipments.loose(order)
    # The first label of a delivery has its place from the start.
    parts = len(deliveries) + len(loose) + sum(max(0, len(row.parcels) - 1) for row in deliveries)
    last = before.last if before else queries.last_event(order)
    note = before.note if before else bool(note_of(order))
    kept = before.parts if before else parts
    return Standing(
        order,
        texts.order_look(order.state, partly=_partly(order)),
        deliveries,
        loose,
        buttons(order),
        Shown(watched.no, kept, last, note, watched.moving),
        queries.events_since(order, last) if before else 0,
        parts > kept,
    )


def note_of(order: Order) -> str:
    """What a person can do about the state of the order."""
    if order.state not in (OrderState.PROBLEM, OrderState.WAITING):
        return ""
    params = order.params or {}
    return texts.advice("house_number_choose" if params.get("choices") else order.reason, **params)


def _partly(order: Order) -> bool:
    shipment = shipments.of_orders([order]).get(order.id)
    return shipment is not None and shipment.partly


def buttons(order: Order) -> list[str]:
    """What a person can ask for in this state, the likeliest first."""
    state, found = OrderState(order.state), []
    if state == OrderState.PROBLEM and order.reason == "edited_in_sendcloud":
        found = ["overwrite", "keep_panel"]
    elif state == OrderState.PROBLEM and order.reason == "label_exists":
        found = ["use_label", "another_label"]
    elif state in (OrderState.PROBLEM, OrderState.DUE):
        found = ["retry"]
    elif state == OrderState.REMOVED and order.reason == "left_incoming":  # else Exact has done away with it
        found = ["retry"]
    elif state == OrderState.IGNORED:
        found = ["unignore"]
    elif state in (OrderState.SHIPPED, OrderState.INCOMING) and deliveries.without_document(order):
        found = ["retry"]
    return [*found, "ignore"] if OrderState.IGNORED in MOVES[state] and state != OrderState.REMOVED else found


def _fields(payload: Any, provenance: Mapping[str, tuple[str, str]], path: str = "") -> Iterator[FieldRow]:
    """The leaves of the request in its own order; the lines have a table of their own."""
    for name, value in payload.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, Mapping) and set(value) not in ({"value", "currency"}, {"value", "unit"}):
            yield from _fields(value, provenance, here)
        elif not isinstance(value, list):
            rule, source = provenance.get(here, ("fixed", ""))
            yield FieldRow(here, texts.value(value), rule, source)
