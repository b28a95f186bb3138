"""Settings of the whole installation, and the language and look of one person."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField, ValidationError
from wtforms.validators import Length, Optional, Regexp

from webapp import accounts, exact_app
from webapp.i18n import LANGUAGES
from webapp.models import Connection
from webapp.security import admin_required, current_config, limiter, local_path, log_in, me
from webapp.views import alerts, backups
from webapp.views.acting import back
from webapp.views.setup import NEW_PASSWORD, SAME_PASSWORD

blueprint = Blueprint("settings", __name__)

THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600
KEY = [Optional(), Length(max=500), Regexp(r"^\s*\S+\s*$", message=_l("There is a space in it. Copy it once more."))]


class ExactAppForm(FlaskForm):
    client_id = StringField(_l("Client ID"), KEY)
    client_secret = PasswordField(_l("Client secret"), KEY)
    webhook_secret = PasswordField(_l("Webhook secret"), KEY)
    redirect_uri = StringField(_l("Redirect address, if it is another one"), KEY)

    def validate_redirect_uri(self, field: Field) -> None:
        address = (field.data or "").strip()
        if address and not exact_app.accepted_by_exact(current_config(), address):
            raise ValidationError(_("Exact accepts only a public address that begins with https://."))


class PasswordForm(FlaskForm):
    current = PasswordField(_l("Present password"))
    password = PasswordField(_l("New password"), [NEW_PASSWORD])
    again = PasswordField(_l("New password, once more"), [SAME_PASSWORD])

    def validate_current(self, field: Field) -> None:
        user = me()
        if user is None or not accounts.password_fits(user, field.data or ""):
            raise ValidationError(_("This is not your present password."))


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


def shown(**forms: FlaskForm) -> str:
    """The page; `forms` are those that were not in order."""
    values: dict[str, Any] = {
        **exact_app_values(),
        "password_form": PasswordForm(formdata=None),
        **alerts.values(),
        **backups.values(),
        **forms,
        "connections": list(Connection.select().order_by(Connection.country, Connection.user_name)),
    }
    return render_template("settings/page.html", here="settings", user=me(), **values)


def exact_app_values() -> dict[str, Any]:
    """What the card of the Exact app shows: values to paste there, and the form with what is known."""
    config, known = current_config(), exact_app.known(current_config())
    fields = {name: value for name, value in known.items() if name not in exact_app.SECRETS}
    return {
        "form": ExactAppForm(formdata=None, data=fields),
        "fixed": exact_app.fixed(config),
        "stored": {name for name, value in known.items() if value},
        "scopes": exact_app.SCOPES,
        "public_url": config.public_url,
        "redirect_uri": known["redirect_uri"],
        "callback_works": exact_app.accepted_by_exact(config, config.callback_url),
    }


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
