"""The configuration of a division, with a preview of a real order beside it. One form, one *Save*."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import htmx
from webapp.configuration.form import ConfigurationForm, form_for, newer, strangers, wanted
from webapp.configuration.page import page as whole
from webapp.configuration.preview import preview as previewed
from webapp.security import current_config, division_or_404
from webapp.sync import configure, lists
from webapp.views.acting import actor

blueprint = Blueprint("configuration", __name__, url_prefix="/divisions/<int:code>/configuration")


@blueprint.get("")
def page(code: int) -> ResponseReturnValue:
    """Asks the two services only when nothing is known of them yet. `?order=` has another order in the preview."""
    division = division_or_404(code)
    errors = lists.refresh(current_config(), division) if lists.never_read(division) else []
    view = whole(division, form_for(division), order=request.args.get("order", ""), errors=errors)
    return render_template("configuration/page.html", **view)


@blueprint.post("")
def save(code: int) -> ResponseReturnValue:
    """Keeps the configuration; with the button `refresh` it reads the lists anew and keeps what was typed."""
    division = division_or_404(code)
    if "refresh" in request.form:
        return _refreshed(code)
    if strangers(division, request.form):
        lists.refresh(current_config(), division)  # a warehouse that is new in Exact
    form = form_for(division, request.form)
    if not form.validate():
        return _again(code, form), 422
    if not configure.save(division, wanted(form, division), form.version.data, actor()):
        return _again(code, newer(form, division), conflict=True), 409
    flash(_("Saved. Orders without a label are looked at again with the next round."))
    return redirect(url_for("configuration.page", code=code), 303)


@blueprint.post("/preview")
def preview(code: int) -> ResponseReturnValue:
    """A real order under what the form says. Nothing is kept, nothing is asked of the services."""
    division = division_or_404(code)
    form = form_for(division, request.form)
    if not htmx.asked():
        return _again(code, form)
    view = previewed(division, form, request.form.get("order", ""))
    return render_template("configuration/_preview.html", division=division, preview=view)


def _refreshed(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    errors = lists.refresh(current_config(), division)
    form = form_for(division, request.form)
    view = whole(division, form, order=request.form.get("order", ""), errors=errors, refreshed=True)
    return render_template("configuration/page.html", **view)


def _again(code: int, form: ConfigurationForm, conflict: bool = False) -> str:
    """The page with what was typed."""
    order = request.form.get("order", "")
    view = whole(division_or_404(code), form, order=order, conflict=conflict)
    return render_template("configuration/page.html", **view)
