"""Codes in, words out: sentences, states, events and fields in the reader's language.

Works without an app as well (the start, the command line): then in English.
"""

import re
from dataclasses import dataclass
from typing import Any

from flask import has_app_context
from flask_babel import gettext

from webapp.models import Division, Event, Order
from webapp.sentences import ADVICE, ERRORS, EVENTS, FIELDS, N_, REASONS, STOPS
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
    message = REASONS.get(f"{order.state}.{order.reason}") or REASONS.get(order.reason)
    return _filled(message, params) if message else sentence(order.reason, **params)


def advice(code: str, **params: Any) -> str:
    """What a person can do about it; empty if there is nothing to do."""
    return _filled(ADVICE[code], params) if code in ADVICE else ""


def stopped(division: Division) -> str:
    """What keeps the division from working; empty if nothing does."""
    if division.stopped:
        return sentence(division.stopped, **(division.stopped_params or {}))
    return sentence("keys_revoked") if division.sendcloud == "revoked" else ""


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
    "paused": Look(N_("Paused"), "pause", "warn"),
    "preview": Look(N_("Looks on"), "eye", "go"),
    "off": Look(N_("Not connected"), "off"),
}


def order_look(state: str) -> Look:
    return _in_words(ORDER_LOOKS[OrderState(state)])


def division_look(health: str) -> Look:
    return _in_words(DIVISION_LOOKS[health])


def _in_words(look: Look) -> Look:
    return Look(translated(look.name), look.icon, look.tone, translated(look.short) if look.short else "")


# -- events --------------------------------------------------------------------------------------------------


def event(code: str, params: dict[str, Any] | None = None) -> str:
    """The title of a line in a timeline."""
    return _filled(EVENTS[code][2], params or {}) if code in EVENTS else sentence(code, **(params or {}))


def event_look(row: Event) -> Look:
    glyph, tone, _ = EVENTS.get(row.code, ("info", "", ""))
    return Look(event(row.code, row.params), glyph, tone)


def event_detail(row: Event) -> str:
    """The second line: the reason behind the event, or what the far side said."""
    params = {name: value for name, value in (row.params or {}).items() if value not in (None, "")}
    if code := params.get("reason"):
        return sentence(str(code), **params)
    if row.code in EVENTS and params.get("detail"):
        return str(params["detail"])
    return ""
