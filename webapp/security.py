"""Who is at the browser, what he may see, and what every answer carries."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_fresh, login_user, logout_user
from flask_wtf import CSRFProtect
from peewee import ModelSelect

from webapp import accounts, htmx, i18n
from webapp.config import Config
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
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://")


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
    manager.user_loader(_load_user)
    manager.unauthorized_handler(sign_in_again)
    app.before_request(_closed_by_default)


def _load_user(session_id: str) -> User | None:
    """The user of a session, unless he was removed, blocked or signed out everywhere since."""
    number, _, session_key = session_id.partition(":")
    # Written, not built: every request asks this.
    found = list(User.raw(f"SELECT * FROM app_user WHERE id = {User._meta.database.param} AND active", number))
    user = found[0] if found else None
    if user is None or not hmac.compare_digest(user.session_key.encode(), session_key.encode()):
        return None
    return user


def _closed_by_default() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint in PUBLIC or current_user.is_authenticated:
        return None
    return sign_in_again()


def sign_in_again() -> ResponseReturnValue:
    """To the login page, and back to this one afterwards."""
    if htmx.asked():
        return htmx.go_to(url_for("login.page", next=local_path(htmx.current_path())), 401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("login.page", next=wanted))


def local_path(address: str | None) -> str:
    """The address if it is a path of this site, else "/". Browsers read "/\\" and "/<tab>/" as "//"."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return "/"
    if "\\" in address or any(ord(letter) <= 32 or ord(letter) == 127 for letter in address):
        return "/"
    return address


def log_in(user: User) -> None:
    """Start a session of its own: nothing of the one before the sign-in lives on."""
    session.clear()
    session.permanent = True
    login_user(user)
    accounts.seen(user)


def log_out() -> None:
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


def division_or_404(code: int) -> Division:
    """A division that the signed-in user may see. To others it does not exist."""
    division = visible_divisions().where(Division.code == code).first() or abort(404)
    i18n.use_clock_of(division.country)
    return division


def set_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if current_config().https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:  # the address changes with the content
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
