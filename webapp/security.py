"""Who is at the browser, what he may see, and what every answer carries."""

import hmac
import ipaddress
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_fresh, login_user, logout_user
from flask_wtf import CSRFProtect
from peewee import ModelSelect
from werkzeug.routing import IntegerConverter, Map

from webapp import accounts, clock, htmx, i18n
from webapp.config import Config
from webapp.db import rows
from webapp.errors import NotAllowed
from webapp.models import Access, Division, User

# Everything else is closed to who is not signed in, so that a new view is closed until it stands here.
PUBLIC = frozenset(
    {
        "static",
        "login.page",
        "login.enter",
        "setup.page",
        "setup.make",
        "exact.start",
        "exact.callback",
        "exact.paste",
        "settings.preferences",
        "help.contents",
        "help.page",
        "help.picture",
        "health.healthz",
        "health.readyz",
        "health.metrics",
        "hooks.sendcloud",
        "hooks.exact",
    }
)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

LONGEST_SESSION = 7 * 24 * 3600  # however busy: then one signs in again, and Exact says anew who may see what
BEGAN, SESSION_NAME, PROLONGED = "began", "session_name", "prolonged"
PROLONG = 600  # seconds after which a cookie is written anew; with every answer it would cost more than most of them


def caller() -> str:
    """Who asks, for the limits. Of IPv6 the network: one machine has more addresses in it than can be counted."""
    text = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else text


csrf = CSRFProtect()
limiter = Limiter(caller, storage_uri="memory://")


class RowNumber(IntegerConverter):
    """A number in an address, as far as the database can hold it."""

    def __init__(self, url_map: Map, max: int = 2**63 - 1, **options: Any) -> None:
        super().__init__(url_map, max=max, **options)


def current_config() -> Config:
    return current_app.extensions["pakbon"]


def me() -> User | None:
    """The user who is signed in."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def administrator() -> User | None:
    """The administrator who is signed in here (and not with a cookie that came from elsewhere)."""
    user = me()
    return user if user is not None and user.is_admin and login_fresh() else None


def init_login(app: Flask) -> None:
    manager = LoginManager(app)
    # A changed address or browser makes a session stale: enough to look, not to administer.
    manager.session_protection = "basic"
    manager.user_loader(lambda _user_id: user_of(session))
    manager.unauthorized_handler(sign_in_again)
    app.before_request(_closed_by_default)


def user_of(session: Mapping[str, Any]) -> User | None:
    """The user of a session, unless he was removed, blocked or signed out (here or everywhere) since."""
    number, _, session_key = str(session.get("_user_id", "")).partition(":")
    if session.get(BEGAN, 0) <= clock.now() - LONGEST_SESSION or not session.get(SESSION_NAME):
        return None
    user = accounts.in_session(number, session[SESSION_NAME])
    if user is None or not hmac.compare_digest(user.session_key.encode(), session_key.encode()):
        return None
    return user


def _closed_by_default() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint in PUBLIC:
        return None
    if not current_user.is_authenticated:
        return sign_in_again()
    prolong()
    return None


def prolong() -> None:
    """A session lasts twelve hours after its last use, less ten minutes at most. Pages open to all do not count."""
    if is_old(session):
        session[PROLONGED] = clock.now()


def is_old(session: Mapping[str, Any]) -> bool:
    """Whether its cookie must be written anew."""
    return bool(session.get(PROLONGED, 0) <= clock.now() - PROLONG)


def sign_in_again() -> ResponseReturnValue:
    """To the login page, and back to this one afterwards; from a form that came too late to the page it stood on."""
    if htmx.asked():
        return htmx.go_to(url_for("login.page", next=local_path(htmx.current_path())), 401)
    if request.method == "GET":
        return redirect(url_for("login.page", next=request.full_path.rstrip("?")))
    if request.endpoint == "login.leave":
        return redirect(url_for("login.page"))  # what was wanted is so
    stood = urlsplit(request.referrer or "")
    return redirect(url_for("login.page", next=stood.path if stood.netloc == request.host else None, late=1))


def local_path(address: str | None) -> str:
    """The address if it is a path of this site, else "/". Browsers read "/\\" and "/<tab>/" as "//"."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return "/"
    if "\\" in address or any(ord(letter) <= 32 or ord(letter) == 127 for letter in address):
        return "/"
    return address


def log_in(user: User) -> None:
    """Start a session of its own: nothing of the one before the sign-in lives on."""
    log_out()
    session.permanent = True
    session[BEGAN], session[SESSION_NAME] = clock.now(), secrets.token_urlsafe(16)
    login_user(user)
    accounts.seen(user)


def log_out() -> None:
    """Also for a copy of the cookie that somebody may have."""
    if current_user.is_authenticated:
        accounts.end_session(session[SESSION_NAME], LONGEST_SESSION)
    logout_user()
    session.clear()


def forget_user() -> None:
    """Show the rest of this request to nobody in particular: for pages that must not ask the database."""
    g._login_user = AnonymousUserMixin()


def admin_required(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """For administrators who signed in from this very browser and address."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if not current_user.is_admin:
            raise NotAllowed("not_allowed")
        if not login_fresh():
            return sign_in_again()
        return view(*args, **kwargs)

    return guarded


def visible_divisions() -> "ModelSelect[Division]":
    """The divisions that the signed-in user may see: all for an administrator, else those of his Exact login."""
    divisions = Division.select().order_by(Division.name, Division.code)
    if current_user.is_admin:
        return divisions
    return divisions.join(Access).where(Access.user == current_user.id)


# Written here, not built: every page asks it. `d` is the division in question.
MAY_SEE = " AND EXISTS (SELECT 1 FROM access AS a WHERE a.division_id = d.id AND a.user_id = ?)"
DIVISION = "SELECT d.* FROM division AS d WHERE d.code = ?"


def division_or_404(code: int) -> Division:
    """A division that the signed-in user may see. To others it does not exist."""
    sql, params = (DIVISION, ()) if current_user.is_admin else (DIVISION + MAY_SEE, (current_user.id,))
    division: Division = next(iter(rows(Division, sql, code, *params)), None) or abort(404)
    i18n.use_clock_of(division.country)
    return division


def headers(config: Config) -> dict[str, str]:
    """What every answer carries."""
    return HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if config.https else {})


def set_headers(response: Response) -> Response:
    response.headers.update(headers(current_config()))
    if response.location and response.location.startswith(request.host_url):
        # Werkzeug's own, to an address with a slash. The host in it is what the caller said.
        response.location = local_path(response.location.removeprefix(request.host_url.rstrip("/")))
        response.set_data(b"")
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:  # the address changes with the content
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
