"""Codes in, words out: sentences, states, events and fields in the reader's language.

Works without an app as well (the start, the command line): then in English.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import has_app_context
from flask_babel import get_locale, gettext

from webapp.models import Division, Event, Order
from webapp.sentences import (
    ADVICE,
    ERRORS,
    EVENTS,
    FIELDS,
    LEFT_OUT,
    N_,
    REASONS,
    RECORDS,
    RULES,
    SOURCES,
    STOPS,
)
from webapp.sync.states import OrderState


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
    return str(gettext(message)) if has_app_context() else message


def _filled(message: str, params: dict[str, Any]) -> str:
    values = {name: value for name, value in params.items() if value not in (None, "")}
    if "field" in values:
        values["field"] = field(str(values["field"]))
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


def reason(order: Order) -> str:
    """Why an order is in its state; empty where the state says it all."""
    if not order.reason:
        return ""
    params = {**(order.params or {}), "field": order.field, "value": order.value}
    # `found`: it stood in Sendcloud when it was taken out there.
    message = REASONS.get(f"{order.state}.{order.reason}") if params.get("found") else None
    message = message or REASONS.get(order.reason)
    return _filled(message, params) if message else sentence(order.reason, **params)


def advice(code: str, **params: Any) -> str:
    """What a person can do about it; empty if there is nothing to do."""
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
    """The word for a field, known by the last part of its path; an unknown one shows as it is."""
    last = re.split(r"[./]", code)[-1]
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


def order_look(state: str) -> Look:
    return _in_words(ORDER_LOOKS[OrderState(state)], _language())


def division_look(health: str) -> Look:
    return _in_words(DIVISION_LOOKS[health], _language())


@cache
def _in_words(look: Look, language: str) -> Look:
    """The look in the language of this moment, which `language` names; a list of orders has fifty of them."""
    return Look(translated(look.name), look.icon, look.tone, translated(look.short) if look.short else "")


def _language() -> str:
    return str(get_locale()) if has_app_context() else ""


# -- events --------------------------------------------------------------------------------------------------


def event(code: str, params: dict[str, Any] | None = None) -> str:
    """The title of a line in a timeline."""
    return _event(code, params or {}).name


def event_look(row: Event) -> Look:
    return _event(row.code, row.params or {})


def _event(code: str, params: dict[str, Any]) -> Look:
    """`incoming` has variants: found there, and sent again. An unknown code gets a plain sentence."""
    variant = code
    if code == "incoming":
        again = params.get("first") is False
        variant = "incoming.found" if params.get("found") else "incoming.again" if again else code
    glyph, tone, message = EVENTS.get(variant, ("info", "", ""))
    return Look(_filled(message, params) if message else sentence(code, **params), glyph, tone)


def event_detail(row: Event) -> str:
    """The second line: the reason behind the event, in the words of its moment."""
    params = row.params or {}
    code = str(params.get("reason") or params.get("error") or "")
    if not code or code == "by_hand":
        return ""
    message = REASONS.get(f"{row.code}.{code}") if params.get("found") else None
    message = message or REASONS.get(code)
    return _filled(message, params) if message else sentence(code, **params)


# -- the request ---------------------------------------------------------------------------------------------


def source(code: str) -> str:
    """Where a value comes from: "Accounts.Name" as "Account, name"."""
    record, _, name = code.partition(".")
    words = [RECORDS.get(record, record), SOURCES.get(name, name)]
    return ", ".join(translated(word) for word in words if word)


def rule(code: str) -> str:
    return translated(RULES[code]) if code in RULES else ""


def left_out(code: str) -> str:
    return translated(LEFT_OUT.get(code, code))
