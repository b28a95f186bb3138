"""Settings of the whole installation, and the language and look of one person."""

from typing import Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import accounts, exact_app
from webapp.i18n import LANGUAGES
from webapp.security import admin_required, current_config, limiter, local_path, log_in, me
from webapp.views.acting import back
from webapp.views.settings_page import ExactAppForm, PasswordForm, shown

blueprint = Blueprint("settings", __name__)

THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


@blueprint.get("/settings")
@admin_required
def page() -> ResponseReturnValue:
    return shown()


@blueprint.post("/settings")
@admin_required
def save() -> ResponseReturnValue:
    form = ExactAppForm()
    if not form.validate():
        return shown(form=form), 422
    exact_app.save(current_config(), {name: form[name].data or "" for name in exact_app.FIELDS})
    flash(_("Saved."))
    return back("/settings")


@blueprint.post("/settings/password")
@limiter.limit("10 per 5 minutes")
@admin_required
def change_password() -> ResponseReturnValue:
    form, user = PasswordForm(), me()
    if user is None or not form.validate():
        return shown(password_form=form), 422
    accounts.change_password(user, form.password.data or "")
    log_in(user)
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect("/settings", 303)


@blueprint.post("/preferences")
def preferences() -> ResponseReturnValue:
    """Language and look: kept with the user, and in this browser for the pages before the sign-in."""
    response = redirect(local_path(request.form.get("next")), 303)
    _prefer(response, "language", request.form.get("language"), LANGUAGES)
    _prefer(response, "theme", request.form.get("theme", "") or "auto", THEMES)
    return response


def _prefer(response: Any, name: str, value: str | None, choices: tuple[str, ...]) -> None:
    if value not in choices or name not in request.form:
        return
    secure = current_config().https
    response.set_cookie(name, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    user = me()
    if user is not None:
        accounts.prefer(user, name, value)
