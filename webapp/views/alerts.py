"""Whom Pakbon tells when something needs a person; part of the settings."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, Regexp

from webapp import alerts
from webapp.clients import notices
from webapp.security import admin_required, current_config, limiter

blueprint = Blueprint("alerts", __name__, url_prefix="/settings/alerts")

BACK = "/settings#alerts"
LANGUAGES = [SelectChoice("nl", "Nederlands"), SelectChoice("en", "English")]
TIME = [Optional(), Regexp(r"^([01]\d|2[0-3]):[0-5]\d$", message=_l("Write a time as 22:00."))]


class AlertsForm(FlaskForm):
    address = PasswordField(_l("New address"), [Optional(), Length(max=notices.LONGEST)])
    language = SelectField(_l("Language of the alerts"), choices=LANGUAGES)
    quiet_from = StringField(_l("Quiet from"), TIME)
    quiet_to = StringField(_l("until"), TIME)

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


def values() -> dict[str, Any]:
    """What the settings page shows: never an address, only the service it belongs to."""
    found, results = alerts.settings(), alerts.last_results()
    shown = [
        {"name": notices.service(address) or _("unknown"), "works": results[at] if at < len(results) else None}
        for at, address in enumerate(found.addresses)
    ]
    return {"alert_addresses": shown, "alerts_form": AlertsForm(formdata=None, obj=found)}


@blueprint.post("")
@admin_required
def save() -> ResponseReturnValue:
    form = AlertsForm()
    if not form.validate():
        from webapp.views import settings  # it shows this form, and so imports this module

        return settings.shown(alerts_form=form), 422
    found, address = alerts.settings(), (form.address.data or "").strip()
    addresses = found.addresses + ((address,) if address and address not in found.addresses else ())
    times = {"quiet_from": form.quiet_from.data or "", "quiet_to": form.quiet_to.data or ""}
    alerts.save(alerts.Settings(addresses, form.language.data, **times))
    flash(_("Saved."))
    return redirect(BACK, 303)


@blueprint.post("/remove")
@admin_required
def remove() -> ResponseReturnValue:
    """Take one address out, by its number in the list."""
    found, number = alerts.settings(), request.form.get("number", type=int) or 0
    if 1 <= number <= len(found.addresses):
        left = found.addresses[: number - 1] + found.addresses[number:]
        alerts.save(replace(found, addresses=left))
        flash(_("Removed."))
    return redirect(BACK, 303)


@blueprint.post("/test")
@limiter.limit("10 per 5 minutes")
@admin_required
def test() -> ResponseReturnValue:
    """Send to every address now, and say of each whether it was taken. Waits some seconds at most."""
    for number, (name, done) in enumerate(alerts.try_out(current_config(), alerts.settings()), start=1):
        said = {"number": number, "service": name or _("unknown")}
        if done:
            flash(_("Address %(number)s (%(service)s) took the test notice.", **said))
        else:
            flash(_("Address %(number)s (%(service)s) did not take the test notice. Check it.", **said), "bad")
    return redirect(BACK, 303)
