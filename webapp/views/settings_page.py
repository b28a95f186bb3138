"""The page of settings with its forms. Each card is saved by a view of its own: settings, alerts, backups."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, Regexp

from webapp import accounts, db, exact_app
from webapp.clients import notices
from webapp.models import Connection
from webapp.pages import layout
from webapp.security import current_config, me
from webapp.upkeep import alerts, backups
from webapp.views.setup import NEW_PASSWORD, SAME_PASSWORD

KEY = [Optional(), Length(max=500), Regexp(r"^\s*\S+\s*$", message=_l("There is a space in it. Copy it once more."))]
TIME = [Optional(), Regexp(r"^([01]\d|2[0-3]):[0-5]\d$", message=_l("Write a time as 22:00."))]


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


class AlertsForm(FlaskForm):
    address = PasswordField(_l("New address"), [Optional(), Length(max=notices.LONGEST)])
    # Asked when the form is shown: the names of languages take megabytes of Babel's.
    language = SelectField(
        _l("Language of the alerts"), choices=lambda: [SelectChoice(*pair) for pair in layout.languages()]
    )
    quiet_from = StringField(_l("Quiet from"), TIME)
    quiet_to = StringField(_l("Quiet until"), TIME)

    def validate_address(self, field: Field) -> None:
        address = (field.data or "").strip()
        if address and not notices.service(address):
            raise ValidationError(_("Apprise does not know such an address. It begins like mailto:// or tgram://."))
        if address and len(alerts.settings().addresses) >= alerts.MOST:
            raise ValidationError(_("%(count)s addresses are the most. Remove one first.", count=alerts.MOST))

    def validate_quiet_from(self, field: Field) -> None:
        if bool(self.quiet_from.data) != bool(self.quiet_to.data):
            raise ValidationError(_("Fill in both times, or neither."))

    def validate_quiet_to(self, field: Field) -> None:
        self.validate_quiet_from(field)


class BackupsForm(FlaskForm):
    kept = IntegerField(
        _l("Backups to keep"), [NumberRange(1, backups.MOST, message=_l("A whole number from 1 to 60."))]
    )


def shown(**forms: FlaskForm) -> str:
    """The page; `forms` are those that were not in order."""
    values: dict[str, Any] = {
        **exact_app_values(),
        "password_form": PasswordForm(formdata=None),
        **alert_values(),
        **backup_values(),
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


def alert_values() -> dict[str, Any]:
    """What the card of the alerts shows: of an address only the service it belongs to."""
    found, results = alerts.settings(), alerts.last_results()
    shown = [
        {"name": notices.service(address) or _("unknown"), "works": results[at] if at < len(results) else None}
        for at, address in enumerate(found.addresses)
    ]
    return {"alert_addresses": shown, "alerts_form": AlertsForm(formdata=None, obj=found)}


def backup_values() -> dict[str, Any]:
    form = BackupsForm(formdata=None, data={"kept": backups.to_keep()})
    return {"copies": backups.copies(current_config()), "backups_form": form, "own_backups": db.is_sqlite()}
