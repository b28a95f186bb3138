"""Backups: make one, take one home, and how many are kept; part of the settings, for administrators only."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import NumberRange

from webapp import backups, db
from webapp.errors import ConfigError
from webapp.models import put_setting
from webapp.security import admin_required, current_config, limiter

blueprint = Blueprint("backups", __name__, url_prefix="/settings/backups")

BACK = "/settings#backups"


class BackupsForm(FlaskForm):
    kept = IntegerField(
        _l("Backups to keep"), [NumberRange(1, backups.MOST, message=_l("A whole number from 1 to 60."))]
    )


def values() -> dict[str, Any]:
    form = BackupsForm(formdata=None, data={"kept": backups.to_keep()})
    return {"copies": backups.copies(current_config()), "backups_form": form, "own_backups": db.is_sqlite()}


@blueprint.post("")
@admin_required
def save() -> ResponseReturnValue:
    form = BackupsForm()
    if not form.validate():
        from webapp.views import settings  # it shows this form, and so imports this module

        return settings.shown(backups_form=form), 422
    put_setting("backups_kept", str(form.kept.data))
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
