"""Codes in, words out: sentences, states, events and fields in the reader's language.

Works without an app as well (the start, the command line): then in English.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from flask import has_app_context
from flask_babel import get_locale

from webapp import i18n
from webapp.models import Correction, Delivery, Division, Event, Order
from webapp.sync import chosen_point
from webapp.sync.states import DeliveryState, OrderState
from webapp.words import refusals
from webapp.words.names import EVENTS, FIELDS, PARCELS, RECORDS, SOURCES
from webapp.words.sentences import ADVICE, ERRORS, LEFT_OUT, N_, REASONS, RULES, STOPS


@dataclass(frozen=True)
class Look:
    """How a state is shown: word, glyph, tone ("", ok, go, warn, bad); glyphs differ without colour."""

    name: str
    icon: str
    tone: str = ""
    short: str = ""

    @property
    def dot(self) -> str:
        """The glyph in a tab: a plain disc where all is well."""
        return "dot" if self.icon == "ok" else self.icon


class _Values(dict[str, Any]):
    """Values of a sentence; one that is missing shows as an ellipsis instead of failing the page."""

    def __missing__(self, name: str) -> str:
        return "…"


def translated(message: str) -> str:
    return i18n.translated(message) if has_app_context() else message


def _filled(message: str, params: dict[str, Any]) -> str:
    values = {name: value for name, value in params.items() if value not in (None, "")}
    if "field" in values:  # `also`: more of the same, told in one go
        values["field"] = ", ".join(map(field, [str(values["field"]), *values.get("also", ())]))
    if "lacking" in values:  # articles, each with the fields that it lacks
        said = [f"{row['code']} ({', '.join(map(field, row['lacks']))})" for row in values["lacking"]]
        values["products"] = "; ".join(said)
    return translated(message) % _Values(values)


# -- sentences -----------------------------------------------------------------------------------------------


def sentence(code: str, **params: Any) -> str:
    """What a code means, in one sentence. An unknown code gets a plain one that names it."""
    message = ERRORS.get(code) or STOPS.get(code) or REASONS.get(code)
    if message is None:
        detail = str(params.get("detail") or "")
        bare, told = N_("Something went wrong (%(code)s)."), N_("Something went wrong (%(code)s). %(detail)s")
        message = told if detail else bare
        params = {"code": code, "detail": detail}
    return _filled(message, params)


def reason(row: Order | Delivery) -> str:
    """Why an order or a goods delivery is in its state; empty where the state says it all."""
    if not row.reason:
        return ""
    return _why(row.state, row.reason, {**(row.params or {}), "field": row.field, "value": row.value})


# Said by Sendcloud or a carrier in their own words, which stand in `detail`.
REFUSED = frozenset({"refused", "sendcloud_refused", "label_refused", "label_failed"})
NOT_WRITTEN = N_("The label is made, but Exact does not take the tracking: %(why)s")


def _why(state: str, code: str, params: dict[str, Any]) -> str:
    known = refusals.plain(str(params.get("detail") or ""), str(params.get("field") or ""))
    if code in REFUSED and known:
        return _filled(*known)
    if code.startswith("write_"):
        return _filled(NOT_WRITTEN, {"why": sentence(code.removeprefix("write_"), **params)})
    # `found`: it stood in Sendcloud when it was taken out there.
    message = REASONS.get(f"{state}.{code}") if params.get("found") else None
    message = message or REASONS.get(code)
    return _filled(message, params) if message else sentence(code, **params)


def value_in_trouble(order: Order) -> str:
    """What stands in the field in trouble, unless the reason names it already; else empty."""
    value = str(order.value or "") if order.field else ""
    named = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", reason(order))
    return "" if named or order.reason == "customs_incomplete" else value


def original(row: Order | Delivery) -> str:
    """The words of the far side, where the reason is a sentence of ours instead; else empty."""
    detail = str((row.params or {}).get("detail") or "")
    return detail if row.reason in REFUSED and detail and detail not in reason(row) else ""


def advice(code: str, **params: Any) -> str:
    """What a person can do about it; empty if there is nothing to do."""
    code = code if code in ADVICE else code.removeprefix("write_")
    return _filled(ADVICE[code], params) if code in ADVICE else ""


def stopped(division: Division) -> str:
    """What keeps the division from working; empty if nothing does."""
    if division.stopped:
        return sentence(division.stopped, **(division.stopped_params or {}))
    return sentence("keys_revoked") if division.sendcloud == "revoked" else ""


# Codes of a stopped division that lie at Exact's side, and those that a new sign-in there mends.
SIGN_IN_AGAIN = frozenset(
    {"token_spent", "reconnect", "no_connection", "scope_missing", "no_access", "exact_user_blocked"}
)
EXACT_STOPS = SIGN_IN_AGAIN | {"right_missing", "division_blocked", "licence", "exact_not_found", "exact_refused"}


def sender(address: dict[str, Any]) -> str:
    """A sender address of Sendcloud on one line."""
    street = f"{address.get('address_line_1') or ''} {address.get('house_number') or ''}".strip()
    place = f"{address.get('postal_code') or ''} {address.get('city') or ''}".strip()
    name = address.get("company_name") or address.get("name") or ""
    return ", ".join(str(part) for part in (name, street, place) if part)


def field(code: str) -> str:
    """The word for a field, known by the last part of its path (an id by what it is the id of); else as it is."""
    *before, last = re.split(r"[./]", code)
    last = before[-1] if last == "id" and before else last
    return translated(FIELDS[last]) if last in FIELDS else code


# -- states --------------------------------------------------------------------------------------------------

ORDER_LOOKS = {
    OrderState.WAITING: Look(N_("Waits"), "clock", "", N_("Waits")),
    OrderState.DUE: Look(N_("Ready to send"), "due", "", N_("Ready")),
    OrderState.INCOMING: Look(N_("Incoming order"), "inbox", "go", N_("Incoming")),
    OrderState.SHIPPED: Look(N_("Shipped"), "truck", "ok", N_("Shipped")),
    OrderState.PROBLEM: Look(N_("Error"), "warn", "bad", N_("Errors")),
    OrderState.IGNORED: Look(N_("Ignored"), "slash", "", N_("Ignored")),
    OrderState.REMOVED: Look(N_("Removed"), "trash", "", N_("Removed")),
}

DIVISION_LOOKS = {
    "ok": Look(N_("In order"), "ok", "ok"),
    "attention": Look(N_("Needs attention"), "warn", "warn"),
    "stopped": Look(N_("Stopped"), "bad", "bad"),
    "held_up": Look(N_("Held up"), "clock", "warn"),
    "paused": Look(N_("Paused"), "pause", "warn"),
    "preview": Look(N_("Looks on"), "eye", "go"),
    "off": Look(N_("Not connected"), "off"),
}


DELIVERY_LOOKS = {
    DeliveryState.DUE: Look(N_("Gets its label"), "due", "go"),
    DeliveryState.MANUAL: Look(N_("Label by hand"), "user"),
    DeliveryState.LABELLING: Look(N_("Label is being made"), "part", "go"),
    DeliveryState.LABELLED: Look(N_("Label made"), "tag", "go"),
    DeliveryState.WRITTEN: Look(N_("Written back in Exact"), "ok", "ok"),
    DeliveryState.PROBLEM: Look(N_("Error"), "warn", "bad"),
    DeliveryState.ELSEWHERE: Look(N_("Shipped elsewhere"), "truck"),
    DeliveryState.CANCELLED: Look(N_("Cancelled"), "trash"),
}
# Sorts of trouble, as Logs groups them.
KIND_LOOKS = {
    "address": Look(N_("Address"), "home", "bad"),
    "customs": Look(N_("Customs"), "globe", "bad"),
    "service_point": Look(N_("Service point"), "pin", "bad"),
    "edited": Look(N_("Changed in Sendcloud"), "edit", "bad"),
    "sendcloud": Look(N_("Refused by Sendcloud"), "box", "bad"),
    "exact": Look(N_("Not written to Exact"), "lock", "bad"),
    "other": Look(N_("Other"), "warn", "bad"),
}
# How trouble ended.
HOW_LOOKS = {
    "corrected": Look(N_("Repaired here"), "edit", "ok"),
    "overwrite": Look(N_("Sent anyway"), "due", "ok"),
    "panel_kept": Look(N_("Kept as it stands in Sendcloud"), "inbox", "ok"),
    "ignored": Look(N_("Ignored"), "slash"),
    "retried": Look(N_("Tried again"), "sync", "ok"),
    "panel": Look(N_("Label made in Sendcloud"), "tag", "ok"),
    "removed": Look(N_("Order removed"), "trash"),
    "exact": Look(N_("Repaired in Exact"), "doc", "ok"),
}
# Where parcels are, see webapp/pages/phases.py.
PHASE_LOOKS = {
    "ready": Look(N_("Ready to go"), "box", "go"),
    "underway": Look(N_("Underway"), "truck", "go"),
    "delivered": Look(N_("Arrived"), "home", "ok"),
    "trouble": Look(N_("Trouble at the carrier"), "warn", "warn"),
}
PARTLY = Look(N_("Partly shipped"), "truck", "go")


def order_look(state: str, *, partly: bool = False) -> Look:
    """`partly`: something of an order in Incoming orders is shipped already."""
    found = PARTLY if partly and state == OrderState.INCOMING else ORDER_LOOKS[OrderState(state)]
    return _in_words(found, _language())


def delivery_look(state: str) -> Look:
    return _in_words(DELIVERY_LOOKS[DeliveryState(state)], _language())


def kind_look(kind: str) -> Look:
    return _in_words(KIND_LOOKS[kind], _language())


def phase_look(phase: str) -> Look:
    return _in_words(PHASE_LOOKS[phase], _language())


def how_look(how: str) -> Look:
    return _in_words(HOW_LOOKS[how], _language())


def parcel_status(code: str, message: str = "") -> str:
    """Where a parcel is; a code without words of ours in Sendcloud's."""
    return translated(PARCELS[code]) if code in PARCELS else message or code


CARRIERS = {
    "postnl": "PostNL", "dhl": "DHL", "dhl_parcel": "DHL", "dpd": "DPD", "ups": "UPS", "gls": "GLS", "bpost": "bpost",
    "fedex": "FedEx", "mondial_relay": "Mondial Relay", "colissimo": "Colissimo", "trunkrs": "Trunkrs",
}  # fmt: skip


def carrier(code: str) -> str:
    return CARRIERS.get(code.lower(), code)


def carriers(codes: list[str]) -> str:
    return ", ".join(map(carrier, codes))


def division_look(health: str) -> Look:
    return _in_words(DIVISION_LOOKS[health], _language())


@cache
def _in_words(look: Look, language: str) -> Look:
    """The look in the language of this moment, which `language` names; a list of orders has fifty of them."""
    return Look(translated(look.name), look.icon, look.tone, translated(look.short) if look.short else "")


def _language() -> str:
    return str(get_locale()) if has_app_context() else ""


# -- events --------------------------------------------------------------------------------------------------


def event_look(row: Event) -> Look:
    """A line of a timeline. Some codes have variants; an unknown one gets a plain sentence."""
    code, params = row.code, row.params or {}
    glyph, tone, message = EVENTS.get(_variant(code, params), ("info", "", ""))
    params = {**params, **_in_own_words(code, params)}
    return Look(_filled(message, params) if message else sentence(code, **params), glyph, tone)


def _variant(code: str, params: dict[str, Any]) -> str:
    if code == "incoming" and params.get("found"):
        return "incoming.found"
    if code == "incoming" and params.get("first") is False:
        return "incoming.again"
    if code == "incoming" and "number" in params:
        return "incoming.settled"  # after its goods deliveries, nothing was sent
    return "labelled.panel" if code == "labelled" and params.get("by") == "panel" else code


def _in_own_words(code: str, params: dict[str, Any]) -> dict[str, str]:
    """Values of an event that are codes themselves."""
    if code == "parcel_status":
        return {"message": parcel_status(str(params.get("status") or ""), str(params.get("message") or ""))}
    if code == "corrected":
        return {"fields": ", ".join(field(name) for name in str(params.get("fields") or "").split(", "))}
    return {}


def event_detail(row: Event) -> str:
    """The second line: the reason behind the event, in the words of its moment."""
    params = row.params or {}
    code = str(params.get("reason") or params.get("error") or "")
    return "" if not code or code == "by_hand" else _why(row.code, code, params)


# -- corrections and service points --------------------------------------------------------------------------


def correction(row: Correction) -> tuple[str, str]:
    """What a correction belongs to, and what it makes of the field."""
    if row.field != chosen_point.FIELD:
        return row.shown, row.value
    told, where = chosen_point.parts(row.value)
    owner = _filled(N_("Sales order %(number)s, service point %(point)s"), {"number": row.shown, "point": told})
    return owner, translated(N_("Deliver at the address")) if where == chosen_point.HOME else where


def distance(metres: int) -> str:
    if metres < 1000:
        return f"{metres} m"
    return f"{i18n.decimal(Decimal(metres // 100) / 10)} km"


# -- the request ---------------------------------------------------------------------------------------------


def value(found: Any) -> str:
    """A value as a person reads it: an amount or a weight with its unit."""
    if not isinstance(found, Mapping):
        return str(found)
    amount = Decimal(str(found["value"]))
    if found.get("currency"):
        return i18n.money(amount, found["currency"])
    return f"{i18n.decimal(amount)} {found.get('unit')}"


def source(code: str) -> str:
    """Where a value comes from: "Accounts.Name" as "Account, name". Many a field has the name of ours."""
    record, _, name = code.partition(".")
    words = [RECORDS.get(record, record), SOURCES.get(name) or FIELDS.get(name.lower(), name)]
    return ", ".join(translated(word) for word in words if word)


def rule(code: str) -> str:
    return translated(RULES[code]) if code in RULES else ""


def left_out(code: str) -> str:
    return translated(LEFT_OUT.get(code, code))
