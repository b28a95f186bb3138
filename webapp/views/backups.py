"""Backups: make one, take one home, and how many are kept; part of the settings, for administrators only."""

from flask import Blueprint, abort, flash, redirect, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.errors import ConfigError
from webapp.security import admin_required, current_config, limiter
from webapp.upkeep import backups
from webapp.views.settings_page import BackupsForm, shown

blueprint = Blueprint("backups", __name__, url_prefix="/settings/backups")

BACK = "/settings#backups"


@blueprint.post("")
@admin_required
def save() -> ResponseReturnValue:
    form = BackupsForm()
    if not form.validate():
        return shown(backups_form=form), 422
    backups.keep(form.kept.data)
    flash(_("Saved."))
    return redirect(BACK, 303)


@blueprint.post("/make")
@limiter.limit("10 per 5 minutes")
@admin_required
def make() -> ResponseReturnValue:
    if not db.is_sqlite():
        raise ConfigError("backup_by_pg_dump")
    done = backups.make(current_config())
    if done:
        flash(_("Backup made: %(name)s.", name=done.name))
    else:
        flash(_("A backup is being made already. Look again in a moment."), "warn")
    return redirect(BACK, 303)


@blueprint.get("/<name>")
@admin_required
def download(name: str) -> ResponseReturnValue:
    path = backups.path_of(current_config(), name) or abort(404)
    return send_file(path, "application/vnd.sqlite3", as_attachment=True, download_name=name)
