"""A real order of the division under the configuration of the form, field by field. Nothing of it is kept."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from webapp.configuration import choices
from webapp.configuration.form import ConfigurationForm, wanted
from webapp.models import Division, Order
from webapp.sync import decide
from webapp.sync.mapping import Mapped
from webapp.sync.rules import WAREHOUSE
from webapp.sync.states import OrderState
from webapp.words import texts
from webapp.words.sentences import N_

PREVIEW_ORDERS = 25
WHY = {
    "manual_instead": N_("instead, because the chosen one is empty"),
    "correction": N_("repaired here"),
    "split": N_("split into street and house number"),
    "default": N_("default of the configuration"),
}
NOT_SHOWN = (
    "order_id",
    "customer_details",
    "order_details.integration",
    "order_details.status",
    "payment_details.status",
)


@dataclass(frozen=True)
class Row:
    """One field of the request, why it is so, and what it is under the saved configuration if that differs.
    `set_by` is the field of the form that decides on it; "" if none does."""

    path: str
    name: str
    value: str
    why: str
    old: str | None = None
    set_by: str = ""

    @property
    def changed(self) -> bool:
        return self.old is not None


@dataclass(frozen=True)
class Preview:
    """What the page shows of it; without an order there is none to show."""

    orders: list[Order] = field(default_factory=list)
    order: Order | None = None
    mapped: Mapped | None = None
    rows: list[Row] = field(default_factory=list)
    sender: str = ""
    warehouse: str = ""  # the field of the form that decides on the sender


def preview(division: Division, form: ConfigurationForm, guid: str = "") -> Preview:
    """The order of choice (else the newest that is incoming) as it would be sent, field by field."""
    orders = _preview_orders(division, guid.lower())
    order = next((row for row in orders if row.guid == guid.lower()), orders[0] if orders else None)
    if order is None:
        return Preview()
    now, then = _mapped(division, order, wanted(form, division)), _mapped(division, order, division.rules)
    old = dict(_leaves(then.payload or {}))
    leaves = sorted(_leaves(now.payload or {}), key=lambda leaf: not leaf[0].startswith("shipping_address"))
    manual = form.customer_mapping.data == "manual"
    rows = [_row(division, path, value, now, old, manual) for path, value in leaves]
    key = f"{WAREHOUSE}{str(order.exact.get('WarehouseID') or '').lower()}"
    chosen = form[key].data if key in form else ""
    return Preview(orders, order, now, rows, _sender(division, chosen or ""), key if key in form else "")


def _preview_orders(division: Division, guid: str) -> list[Order]:
    """The newest that stand in Incoming orders, or would while the division only looks on; then those on their way
    or in trouble. And the one of choice, whichever it is."""
    mine = Order.select().where(Order.division == division)
    ready = (Order.state == OrderState.INCOMING.value) | (Order.reason == "preview")
    others = Order.state.in_([OrderState.DUE.value, OrderState.PROBLEM.value])
    found = list(mine.where(ready | others).order_by(~ready, Order.number.desc()).limit(PREVIEW_ORDERS))
    if guid not in [order.guid for order in found]:
        found.extend(mine.where(Order.guid == guid))
    return found


def _mapped(division: Division, order: Order, saved: Mapping[str, Any]) -> Mapped:
    """The mapping under these rules: they are put into a copy that is never saved."""
    copy = Division.get_by_id(division.id)
    copy.rules = dict(saved)
    batch = next(decide.with_lines(Order.select().where(Order.id == order.id)))
    return decide.map_rows(copy, batch)[order.id]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a request that a person cares about, with its dotted path."""
    if path.startswith(NOT_SHOWN):
        return
    if isinstance(value, Mapping) and "value" not in value:
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _leaves(part, f"{path}.{place}")
    elif not path.endswith((".item_id", ".unit_price", ".ean", ".sku")):
        yield path, texts.value(value)


def _row(division: Division, path: str, value: str, now: Mapped, old: Mapping[str, str], manual: bool) -> Row:
    above = path.rpartition(".")[0]  # a weight is known as its measurement
    rule, source = now.provenance.get(path) or now.provenance.get(above, ("fixed", ""))
    before = old.get(path, "")
    name, old_value = f"{_article(path, now)}{texts.field(path)}", before if before != value else None
    return Row(path, name, value, why(division, rule, source), old_value, set_by(path, rule, manual))


CUSTOMER = {
    "name": "map_name",
    "company_name": "map_company_name",
    "email": "map_email",
    "phone_number": "map_phone",
}


def set_by(path: str, rule: str, manual: bool) -> str:
    """The field of the form that decides on a field of the request; "" if none does. With *dynamic* the address is
    always the delivery address."""
    part, _dot, last = path.rpartition(".")
    if rule == "correction":
        return ""
    if part == "shipping_address":
        dynamic = "customer_mapping" if last in CUSTOMER else ""
        return CUSTOMER.get(last, "map_address") if manual else dynamic
    if part == "service_point_details":
        return "service_point_field"
    if last == "shipment_type":
        return "customs_shipment_type"
    if last == "hs_code":
        return "customs_hs_code" if rule == "default" else "item_hs_code_field"
    if last == "country_of_origin":
        return "customs_origin_country" if rule == "default" else "item_origin_field"
    return "default_weight" if "measurement" in path and rule == "default" else ""


def _article(path: str, mapped: Mapped) -> str:
    """Whose field it is, for those of order lines."""
    found = re.match(r"order_details\.order_items\.([0-9]+)\.", path)
    if not found or mapped.payload is None:
        return ""
    item = mapped.payload["order_details"]["order_items"][int(found[1])]
    return f"{item.get('sku') or int(found[1]) + 1}, "


def why(division: Division, rule: str, source: str) -> str:
    """Which field of Exact it is, and which rule chose it."""
    record, _dot, name = source.partition(".")
    field_in_words = texts.source(source)
    chosen = ":" in name or name.startswith("FreeTextField_")
    if chosen or (record == "SalesOrders" and name in choices.ORDER_FIELDS):
        field_in_words = f"{texts.source(record)}, {choices.field_name(division, name)}"
    rule_in_words = texts.translated(WHY[rule]) if rule in WHY else ""
    if rule.startswith("dynamic_"):
        rule_in_words = _("dynamic")
    elif rule.startswith("manual_") and rule not in WHY:
        rule_in_words = _("manual")
    return ", ".join(part for part in (field_in_words, rule_in_words) if part)


def _sender(division: Division, chosen: str) -> str:
    """The sender address that was chosen for the order's warehouse."""
    known = choices.senders(division).get(chosen)
    return known.name if known else choices.gone(division, chosen) or chosen or _("Sendcloud's default")
