"""Signing in with Exact Online: there, and back with a code."""

import hmac
import secrets
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import clock, exact_app
from webapp.errors import NeedsPerson, NotAllowed, Refused
from webapp.security import administrator, current_config, limiter, log_in, me, sign_in_again
from webapp.sync import signin, tokens

blueprint = Blueprint("exact", __name__, url_prefix="/exact")

COUNTRIES = ("nl", "be", "de", "fr", "es", "uk", "us")
STARTED = "exact_started"
STARTED_SECONDS = 600
STARTED_AT_MOST = 4  # sign-ins that one browser may have open, in several tabs


class Start(NamedTuple):
    """A sign-in that left for Exact; its state must come back to the same session."""

    state: str
    country: str
    redirect_uri: str
    at: int


def has_exact_app() -> bool:
    try:
        return bool(tokens.app_keys(current_config()))
    except NeedsPerson:
        return False


def redirect_uri() -> str:
    """Where Exact sends the browser: here, or to an address elsewhere from which it is pasted."""
    return exact_app.value(current_config(), "redirect_uri") or current_config().callback_url


@blueprint.get("/start")
def start() -> ResponseReturnValue:
    """Off to Exact. Also the "Start" address of the App Center, which names no country."""
    country = request.args.get("country", "")
    if country not in COUNTRIES:
        page = render_template("login/country.html", countries=COUNTRIES, unknown=country)
        return page, 404 if country else 200
    user = me()
    if user is not None and user.kind == "local" and administrator() is None:
        return sign_in_again()
    if redirect_uri() != current_config().callback_url:
        return _paste_page(country)
    return redirect(_address_at_exact(country))


def _address_at_exact(country: str) -> str:
    begun = Start(secrets.token_urlsafe(24), country, redirect_uri(), clock.now())
    address = signin.authorize_url(current_config(), country, begun.redirect_uri, begun.state)
    session[STARTED] = [*session.get(STARTED, []), begun][-STARTED_AT_MOST:]
    return address


@blueprint.get("/callback")
@limiter.limit("30 per minute")
def callback() -> ResponseReturnValue:
    return _come_back(request.args)


@blueprint.post("/paste")
@limiter.limit("30 per minute")
def paste() -> ResponseReturnValue:
    """The second way: the address that the browser was sent to elsewhere, pasted here."""
    address = request.form.get("address", "").strip()
    problem = _wrong_with(address)
    if problem:
        country = request.form.get("country", "")
        return _paste_page(country if country in COUNTRIES else "nl", address, problem), 422
    return _come_back(dict(parse_qsl(urlsplit(address).query)))


def _paste_page(country: str, address: str = "", problem: str = "") -> str:
    return render_template(
        "login/paste.html",
        country=country,
        address=address,
        problem=problem,
        redirect_uri=redirect_uri(),
        address_at_exact=_address_at_exact(country),
    )


def _wrong_with(address: str) -> str:
    """What keeps a pasted address from being the answer of Exact, "" if nothing does."""
    try:
        pasted, expected = urlsplit(address), urlsplit(redirect_uri())
    except ValueError:
        return _("This is not an address.")
    if (pasted.netloc.lower(), pasted.path.rstrip("/")) != (expected.netloc.lower(), expected.path.rstrip("/")):
        return _("This is another address. It must begin with %(address)s.", address=redirect_uri())
    if not {"code", "error"} & set(dict(parse_qsl(pasted.query))):
        return _("There is no code in this address. Copy the whole address, to the end.")
    return ""


def _come_back(answer: Mapping[str, str]) -> ResponseReturnValue:
    """The end of a sign-in, whichever way its answer came. Without the state of this session nothing happens."""
    begun = _take(answer.get("state", ""))
    if answer.get("error") == "access_denied":
        raise NotAllowed("consent_denied")
    if begun is None:
        raise NotAllowed("state_forged")
    if not answer.get("code"):
        raise Refused("exact_refused", detail=_error_name(answer.get("error", "")))
    by = administrator()
    user = signin.finish(current_config(), begun.country, answer["code"], begun.redirect_uri, by)
    if by is None or user.id != by.id:
        log_in(user)
    flash(_("Signed in with Exact Online."))
    return redirect("/", 303)


def _take(state: str) -> Start | None:
    """The sign-in that belongs to this state, once and for ten minutes."""
    begun = [Start(*row) for row in session.get(STARTED, [])]
    found = [row for row in begun if hmac.compare_digest(row.state.encode(), state.encode())]
    session[STARTED] = [row for row in begun if row not in found]
    return found[0] if found and clock.now() - found[0].at <= STARTED_SECONDS else None


def _error_name(name: str) -> str:
    """The error as OAuth spells it; other text from the address bar is not repeated on our page."""
    return name if name.replace("_", "").isascii() and name.replace("_", "").isalpha() else "no code"
