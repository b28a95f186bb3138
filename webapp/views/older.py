"""Older orders on demand: how many there are and what reading them costs, before anything is read."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.models import Division
from webapp.pages import queries
from webapp.security import current_config, division_or_404
from webapp.sync import decide, outside, pull_older
from webapp.views.acting import actor

blueprint = Blueprint("older", __name__, url_prefix="/divisions/<int:code>/older")


@blueprint.get("")
def page(code: int) -> ResponseReturnValue:
    """Asks Exact for a count when a date is given: two calls, which do not wait for a full minute."""
    division, asked = division_or_404(code), request.args.get("since", "")
    since = pull_older.since_of(asked, division)
    cost = None
    if since:
        cost = pull_older.count(outside.exact_client(current_config(), division, patient=False), division, since)
    return _shown(division, asked, cost, wrong=bool(asked and not since))


def _shown(
    division: Division, asked: str, cost: pull_older.Cost | None, *, wrong: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "dashboard/older.html", here="dashboard", division=division, asked=asked, cost=cost, wrong=wrong,
        window=decide.window_start(division), day=queries.exact_day(division),
    )  # fmt: skip
    return page, 422 if wrong else 200


@blueprint.post("")
def read(code: int) -> ResponseReturnValue:
    division, asked = division_or_404(code), request.form.get("since", "")
    since = pull_older.since_of(asked, division)
    if not since:
        return _shown(division, asked, None, wrong=True)
    pull_older.ask(division, since, send="send" in request.form, actor=actor())
    flash(_("Older orders are read in a moment. The dashboard follows it."))
    return redirect(url_for("dashboard.page", code=code), 303)
