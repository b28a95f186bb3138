"""Everything that the page of the configuration shows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from webapp.configuration import choices
from webapp.configuration.form import ConfigurationForm, SenderField, wanted, warehouse_fields
from webapp.configuration.preview import preview
from webapp.errors import PakbonError
from webapp.models import Division
from webapp.sync import configure, rules

MANY = 12  # warehouses; from here on they are folded, with a field to look one up


@dataclass(frozen=True)
class Warehouse:
    """A warehouse in the form; `lost` names its sender address if that is no longer in Sendcloud."""

    field: SenderField
    lost: str = ""

    @property
    def stands_out(self) -> bool:
        return bool(self.lost or self.field.errors)


@dataclass(frozen=True)
class Fold:
    """Warehouses that stand together."""

    name: str
    rows: list[Warehouse] = field(default_factory=list)
    open: bool = True


def page(
    division: Division,
    form: ConfigurationForm,
    *,
    order: str = "",
    errors: list[PakbonError] | None = None,
    conflict: bool = False,
    refreshed: bool = False,
) -> dict[str, Any]:
    warehouses = [Warehouse(row, choices.gone(division, row.data or "")) for row in warehouse_fields(form)]
    last = configure.history(division)[:1]
    return {
        "here": "configuration",
        "division": division,
        "form": form,
        "preview": preview(division, form, order),
        "senders": choices.senders(division).values(),
        "missing": lambda name: choices.missing_field(division, name or ""),
        "folds": folds(warehouses),
        "warehouses": warehouses,
        "wrong": [row for row in form if row.errors],
        "trouble": trouble(division, form, warehouses),
        "failed": errors or [],
        "last": last[0] if last else None,
        "conflict": last if conflict else [],
        "refreshed": refreshed and not errors,
        "lists": division.lists,
        "saved": {name: _typed(value) for name, value in rules.flat(division.rules).items()},
        "unsaved": len(rules.differences(division.rules, wanted(form, division))),
    }


def _typed(value: Any) -> str:
    """A saved value as the form would hold it."""
    if isinstance(value, bool):
        return "y" if value else ""
    return "" if value is None else str(value)


def folds(warehouses: list[Warehouse]) -> list[Fold]:
    """A few as they are. Of many those with a sender address of their own first, the others folded."""
    if len(warehouses) <= MANY:
        return [Fold("", warehouses)]
    own = [row for row in warehouses if row.field.data or row.stands_out]
    rest = [row for row in warehouses if row not in own]
    found = [Fold(_("With a sender address of their own"), own), Fold(_("Sendcloud's default"), rest, not own)]
    return [fold for fold in found if fold.rows]


SECTIONS = {
    "service_point": "points",
    "customs": "customs",
    "item": "customs",
    "default_weight": "weight",
    "customer": "customer",
    "map": "customer",
    "backfill": "days",
}


def trouble(division: Division, form: ConfigurationForm, warehouses: Iterable[Warehouse]) -> set[str]:
    """Sections of the page in which something asks for attention."""
    found = {"warehouses"} if any(row.stands_out for row in warehouses) else set()
    chosen = (form.service_point_field, form.item_hs_code_field, form.item_origin_field)
    names = [row.name for row in form if row.errors]
    names += [row.name for row in chosen if choices.missing_field(division, row.data or "")]
    return found | {section for start, section in SECTIONS.items() if any(name.startswith(start) for name in names)}
