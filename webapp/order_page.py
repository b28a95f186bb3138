"""One sales order as its page shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from webapp import queries, texts
from webapp.models import Event, Order
from webapp.sync import parse_exact
from webapp.sync.mapping import Mapped
from webapp.sync.preview import preview
from webapp.sync.records import Line
from webapp.sync.states import MOVES, OrderState

# Removed for one of these reasons, an order can be put back; otherwise Exact has done away with it.
REOPENABLE = frozenset({"left_incoming", "deleted_in_sendcloud"})


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
class OrderView:
    order: Order
    look: texts.Look
    preview: Mapped
    fields: list[FieldRow]
    lines: list[LineRow]
    timeline: list[Event]
    buttons: list[str]

    @property
    def sent_unchanged(self) -> bool:
        """Whether what stands in Sendcloud is what would be sent now."""
        return self.order.payload is not None and self.order.payload == self.preview.payload


def view(order: Order) -> OrderView:
    found = preview(order)
    left_out = {left.line.guid: left.reason for left in found.left_out}
    lines = [parse_exact.line(row.exact, {}) for row in order.lines.order_by("number", "guid")]
    return OrderView(
        order,
        texts.order_look(order.state),
        found,
        list(_fields(found.payload or {}, found.provenance)),
        [LineRow(line, left_out.get(line.guid, "")) for line in lines],
        queries.timeline(order),
        buttons(order),
    )


def buttons(order: Order) -> list[str]:
    """What a person can ask for in this state, the likeliest first."""
    state, found = OrderState(order.state), []
    if state == OrderState.PROBLEM and order.reason == "edited_in_sendcloud":
        found = ["overwrite", "keep_panel"]
    elif state in (OrderState.PROBLEM, OrderState.DUE):
        found = ["retry"]
    elif state == OrderState.REMOVED and order.reason in REOPENABLE:
        found = ["retry"]
    elif state == OrderState.IGNORED:
        found = ["unignore"]
    return [*found, "ignore"] if OrderState.IGNORED in MOVES[state] and state != OrderState.REMOVED else found


def _fields(payload: Any, provenance: Mapping[str, tuple[str, str]], path: str = "") -> Iterator[FieldRow]:
    """The leaves of the request in its own order; the lines have a table of their own."""
    for name, value in payload.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, Mapping) and set(value) not in ({"value", "currency"}, {"value", "unit"}):
            yield from _fields(value, provenance, here)
        elif not isinstance(value, list):
            rule, source = provenance.get(here, ("fixed", ""))
            yield FieldRow(here, _shown(value), rule, source)


def _shown(value: Any) -> str:
    """A value as a person reads it: an amount or a weight with its unit."""
    if isinstance(value, Mapping):
        return f"{Decimal(str(value['value']))} {value.get('currency') or value.get('unit')}"
    return str(value)
