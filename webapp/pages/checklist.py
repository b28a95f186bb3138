"""From the first start to the first label: what is done, what is next. Reads the database only."""

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.models import Connection, Division, Order
from webapp.pages.overview import OPEN
from webapp.sync import customs, rules

STEPS = ("app", "sign_in", "sendcloud", "warehouses", "customs", "labels")


@dataclass(frozen=True)
class Checklist:
    """`done` holds the names of the steps that are done. `division` is the one that the last three are about: of
    those connected the one that is set up furthest. `abroad` is how many of its open orders carry a customs
    declaration, or will by their country; `connected` of `divisions` have Sendcloud keys, `to_connect` is the first
    that has none."""

    done: frozenset[str]
    division: Division | None = None
    to_connect: Division | None = None
    connected: int = 0
    divisions: int = 0
    abroad: int = 0

    @property
    def next(self) -> str:
        """The first step that is not done; empty at the end."""
        return next((name for name in STEPS if name not in self.done), "")


def of(divisions: Iterable[Division], has_app: bool) -> Checklist:
    found = list(divisions)
    connected = [row for row in found if row.sendcloud != "off"]
    first = max(connected, key=lambda row: bool(row.rules_no), default=None)
    abroad = _abroad(first) if first else 0
    signed_in = Connection.select().where(Connection.state == "active").exists()
    done = {"app": has_app, "sign_in": signed_in, "sendcloud": bool(connected)}
    if first:
        done |= {"warehouses": _warehouses_done(first), "labels": first.rules_no > 0}
        done["customs"] = not abroad or _customs_done(first)
    return Checklist(
        frozenset(name for name in STEPS if done.get(name)),
        first,
        next((row for row in found if row.sendcloud == "off"), None),
        len(connected),
        len(found),
        abroad,
    )


def _warehouses_done(division: Division) -> bool:
    """One warehouse needs no choice: it ships from Sendcloud's default sender."""
    return division.rules_no > 0 or len(division.lists.get("warehouses", [])) == 1


def _customs_done(division: Division) -> bool:
    found = rules.mapping_rules(division.rules)
    return bool((found.hs_code or found.item_hs_code_field) and (found.origin_country or found.item_origin_field))


def _abroad(division: Division) -> int:
    """By what is sent, which knows of the Canary Islands and Northern Ireland; by its country what cannot be yet."""
    declared = Order.payload["customs_details"].is_null(False)
    unsent = Order.payload.is_null() & Order.country.not_in([*customs.UNION, ""])
    return Order.select().where(Order.division == division, Order.state.in_(OPEN), declared | unsent).count()
