"""The dashboard of one division: figures, the list of sales orders, and the buttons for the whole division."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.pages import live as live_page
from webapp.pages import watch
from webapp.pages.order_list import Filter
from webapp.pages.view import Shown
from webapp.security import division_or_404
from webapp.sync import asks
from webapp.views.acting import actor

blueprint = Blueprint("dashboard", __name__, url_prefix="/divisions/<int:code>")


@blueprint.get("/")
def page(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    if division.sendcloud == "off":
        return redirect(url_for("connect.page", code=code))
    return render_template(
        "dashboard/page.html",
        here="dashboard",
        division=division,
        view=live_page.first(division, Filter.parse(request.args)),
    )


@blueprint.get("/live")
def live(code: int) -> ResponseReturnValue:
    """What has changed since the browser looked; 204 while nothing has, or 304 to one that sends its tag."""
    watched = watch.look(code)
    if answer := watch.nothing_new(watched):
        return answer
    shown = Shown.parse(request.args)
    view = live_page.later(division_or_404(code), shown, watched)
    page = render_template("dashboard/_live.html", here="dashboard", division=view.division, view=view, oob=True)
    return watch.tagged(page, watched)


@blueprint.post("/sync")
def sync(code: int) -> ResponseReturnValue:
    asks.sync_now(division_or_404(code), actor())
    flash(_("A round begins now. The dashboard follows it."))
    return _back(code)


@blueprint.post("/start")
def start(code: int) -> ResponseReturnValue:
    asks.start_sending(division_or_404(code), actor())
    flash(_("Sending has begun. Orders that are ready go to Incoming orders now."))
    return _back(code)


@blueprint.post("/pause")
def pause(code: int) -> ResponseReturnValue:
    asks.pause(division_or_404(code), actor())
    flash(_("Paused. Nothing is read or sent until you resume."))
    return _back(code)


@blueprint.post("/resume")
def resume(code: int) -> ResponseReturnValue:
    asks.resume(division_or_404(code), actor())
    flash(_("Resumed."))
    return _back(code)


def _back(code: int) -> ResponseReturnValue:
    return redirect(url_for("dashboard.page", code=code), 303)
