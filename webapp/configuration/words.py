"""Fields and values of the configuration in words: for what changed, and for what would."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp import i18n
from webapp.configuration import choices
from webapp.models import Division
from webapp.sync import rules
from webapp.sync.rules import WAREHOUSE
from webapp.words import texts
from webapp.words.sentences import N_

LABELS = {
    "label_auto": N_("Label creation"),
    "service_point_enabled": N_("Service points"),
    "service_point_field": N_("Field with the service point"),
    "customs_shipment_type": N_("Shipment type"),
    "customs_origin_country": N_("Country of origin"),
    "customs_hs_code": N_("HS code"),
    "item_hs_code_field": N_("Article field with the HS code"),
    "item_origin_field": N_("Article field with the origin"),
    "default_weight": N_("Default weight"),
    "customer_mapping": N_("Customer data"),
    "map_name": N_("Customer data, name"),
    "map_company_name": N_("Customer data, company name"),
    "map_email": N_("Customer data, e-mail"),
    "map_phone": N_("Customer data, phone"),
    "map_address": N_("Customer data, address"),
    "backfill_days": N_("Period"),
}


@dataclass(frozen=True)
class Change:
    """One field, and what it becomes."""

    name: str
    label: str
    old: str
    new: str


def changes(division: Division, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What two configurations, field by field (`rules.flat`), say differently; in the order of the form."""
    names = [name for name in LABELS if old.get(name) != new.get(name)]
    houses = [name for name in {**old, **new} if name.startswith(WAREHOUSE) and old.get(name) != new.get(name)]
    known = {row["id"]: choices.warehouse_name(row) for row in division.lists.get("warehouses", [])}

    def warehouse(name: str) -> str:
        key = name.removeprefix(WAREHOUSE)
        return _("Warehouse %(name)s", name=known.get(key) or choices.lost_warehouse(division, key))

    labels = {name: texts.translated(LABELS[name]) for name in names}
    labels |= dict(sorted(((name, warehouse(name)) for name in houses), key=lambda pair: pair[1]))
    return [
        Change(name, label, value(division, name, old.get(name)), value(division, name, new.get(name)))
        for name, label in labels.items()
    ]


def between(division: Division, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The same of two saved configurations."""
    return changes(division, rules.flat(old), rules.flat(new))


def value(division: Division, name: str, found: Any) -> str:
    if name.startswith(WAREHOUSE):
        return sender(division, str(found or ""))
    if name == "label_auto":
        return _("by itself") if found else _("by hand in Sendcloud")
    if isinstance(found, bool) or name == "service_point_enabled":
        return _("on") if found else _("off")
    if name == "backfill_days":
        return ngettext("%(num)d day", "%(num)d days", int(found or 0))
    if name == "default_weight":
        return _("%(grams)s grams", grams=found) if found else _("none")
    return _chosen(division, name, str(found or ""))


def _chosen(division: Division, name: str, found: str) -> str:
    if name.startswith("map_"):
        return texts.translated(choices.CUSTOMER_SOURCES.get(found, found))
    if name == "customer_mapping":
        return texts.translated(choices.CUSTOMER_MAPPINGS.get(found, found))
    if not found:
        return _("none")
    if name == "customs_shipment_type":
        return texts.translated(choices.SHIPMENT_TYPES.get(found, found))
    if name == "customs_origin_country":
        return dict(i18n.countries()).get(found, found)
    return choices.field_name(division, found) if name.endswith("_field") else found


def sender(division: Division, key: str) -> str:
    """A sender address by its number, also one that vanished."""
    known = choices.senders(division).get(key) if key else None
    if known:
        return known.name
    lost = choices.gone(division, key)
    return _("%(name)s, vanished", name=lost) if lost else key or _("Sendcloud's default")
