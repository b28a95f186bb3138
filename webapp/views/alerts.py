"""Whom Pakbon tells when something needs a person; part of the settings."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.security import admin_required, current_config, limiter
from webapp.upkeep import alerts
from webapp.views.settings_page import AlertsForm, shown

blueprint = Blueprint("alerts", __name__, url_prefix="/settings/alerts")

BACK = "/settings#alerts"


@blueprint.post("")
@admin_required
def save() -> ResponseReturnValue:
    form = AlertsForm()
    if not form.validate():
        return shown(alerts_form=form), 422
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
