"""What the configuration offers to choose from: countries, warehouses, sender addresses, fields of Exact."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from webapp.models import Division, Order
from webapp.sync import lists, rules
from webapp.words import texts
from webapp.words.sentences import N_

SHIPMENT_TYPES = {
    "commercial_goods": N_("Commercial goods"),
    "gift": N_("Gift"),
    "commercial_sample": N_("Commercial sample"),
    "returned_goods": N_("Returned goods"),
}
CUSTOMER_MAPPINGS = {"dynamic": N_("Dynamic"), "manual": N_("Manual")}
CUSTOMER_SOURCES = {
    "": N_("Empty"),
    "account": N_("Account"),
    "contact": N_("Contact person"),
    "address": N_("Delivery address"),
}
ORDER_FIELDS = {"YourRef": N_("Your ref."), "Description": N_("Description"), "Remarks": N_("Remarks")}


def translated(choices: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(value, texts.translated(word)) for value, word in choices.items()]


# -- warehouses and sender addresses ------------------------------------------------------------------------


def warehouse_names(division: Division) -> dict[str, str]:
    """Every warehouse of Exact, and those that were mapped and are no longer there."""
    found = {row["id"]: warehouse_name(row) for row in division.lists.get("warehouses", [])}
    lost = [key for key in rules.warehouses(division.rules) if key not in found]
    return found | {key: lost_warehouse(division, key) for key in lost}


def warehouse_name(row: Mapping[str, Any]) -> str:
    return f"{row.get('code') or ''} {row.get('name') or ''}".strip() or str(row.get("id") or "")


def lost_warehouse(division: Division, key: str) -> str:
    """The name of a warehouse that Exact had once."""
    row = division.lists.get("warehouses_gone", {}).get(key, {"id": key})
    return _("%(id)s, no longer in Exact", id=warehouse_name(row))


@dataclass(frozen=True)
class Sender:
    """One choice for a warehouse."""

    id: str
    name: str
    new: bool = False


def senders(division: Division) -> dict[str, Sender]:
    """The sender addresses of this Sendcloud account, by their number; where it does not tell them, those that are
    chosen."""
    new = division.lists.get("senders_new", [])
    rows = [(str(row.get("id")), texts.sender(row)) for row in division.sender_addresses]
    if not lists.senders_known(division):
        rows = [(number, number) for number in rules.warehouses(division.rules).values()]
    return {key: Sender(key, name or key, key in new) for key, name in rows}


def gone(division: Division, value: str) -> str:
    """The name of a chosen sender address that is no longer in Sendcloud; "" if it is, or may be, still there."""
    there = any(str(row.get("id")) == value for row in division.sender_addresses)
    if not value or there or not lists.senders_known(division):
        return ""
    return texts.sender(division.lists.get("senders_gone", {}).get(value, {})) or value


# -- fields of Exact ----------------------------------------------------------------------------------------

# Name of the group, "" for what stands by itself; and its choices, pairs of value and name.
Groups = list[tuple[str, list[tuple[str, str]]]]


def order_fields(division: Division, chosen: str) -> Groups:
    """Fields of the sales order, each with a real value."""
    known = division.lists.get("order_fields", {})
    latest = Order.select(Order.exact).where(Order.division == division).order_by(Order.number.desc()).limit(50)
    heads = [order.exact for order in latest]
    standard = []
    for name in ORDER_FIELDS:
        example = next((str(head[name]) for head in heads if head.get(name)), "")
        standard.append((name, _choice(field_name(division, name), example)))
    own = [(name, _choice(_own_field(name, row), row["example"])) for name, row in sorted(known.items())]
    return _with_chosen([(_("Standard fields"), standard), (_("Custom fields"), own)], chosen)


def item_fields(division: Division, chosen: str) -> Groups:
    """Fields of the article, each with its label and a real value of this division."""
    known: Mapping[str, Mapping[str, Any]] = division.lists.get("fields", {})
    names = [
        *rules.STANDARD_ITEM_FIELDS,
        *sorted((n for n in known if ":" in n and rules.is_item_field(n)), key=_order),
    ]
    groups: dict[str, list[tuple[str, str]]] = {"": [("", _("No field, use the default"))]}
    for name in names:
        words = _choice(field_name(division, name), known.get(name, {}).get("example", ""))
        groups.setdefault(_kind(name), []).append((name, words))
    return _with_chosen(list(groups.items()), chosen)


def _kind(name: str) -> str:
    if name.startswith("FreeTextField_"):
        return _("Free fields")
    if name.startswith("extra:"):
        return _("Extra fields")
    return _("Custom fields") if name.startswith("custom:") else _("Standard fields")


def _order(name: str) -> tuple[bool, int, str]:
    """Extra fields by their number, then custom fields by their name."""
    number = re.sub(r"\D", "", name) if name.startswith("extra:") else "0"
    return name.startswith("custom:"), int(number), name


def field_name(division: Division, name: str) -> str:
    """A field of the article or the sales order in words, with its label where Exact told it."""
    row = {**division.lists.get("fields", {}), **division.lists.get("order_fields", {})}.get(name, {})
    if name in ORDER_FIELDS:
        return texts.translated(ORDER_FIELDS[name])
    if name == "StatisticalCode":
        return _("Statistical code")
    if name.startswith("FreeTextField_"):
        return _("Free field %(number)s", number=name[-2:].lstrip("0"))
    if name.startswith("extra:"):
        words = _("Extra field %(number)s", number=name.removeprefix("extra:"))
        return f"{words}, {row['label']}" if row.get("label") else words
    return _own_field(name, row)


def _own_field(name: str, row: Mapping[str, Any]) -> str:
    return _("Custom field %(name)s", name=row.get("label") or name.removeprefix("custom:"))


def _choice(name: str, example: str) -> str:
    short = " ".join(example.split())[: lists.LONGEST_EXAMPLE]
    return f"{name} · {short}" if short else name


def _with_chosen(groups: Groups, chosen: str) -> Groups:
    """Also a field that was chosen and is not among those that Exact has now."""
    found = [(group, rows) for group, rows in groups if rows]
    if any(chosen == key for _group, rows in found for key, _name in rows):
        return found
    return [("", [(chosen, _("%(name)s, not found in Exact", name=chosen))]), *found]


def missing_field(division: Division, name: str) -> bool:
    """Whether the lists were read and do not have this extra or custom field."""
    known = division.lists
    if ":" not in name or "fields_at" not in known:
        return False
    return name not in known.get("fields", {}) and name not in known.get("order_fields", {})
