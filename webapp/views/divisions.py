"""All divisions at a glance, what needs attention first; and the picker in the head of every page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.pages import overview
from webapp.pages.layout import MOST_TABS
from webapp.security import visible_divisions
from webapp.views import start

blueprint = Blueprint("divisions", __name__)

PICKED = 12  # divisions that the picker shows at once


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """With `q` only the divisions that match; the figures above the list are those of all."""
    rows = overview.rows(visible_divisions())
    wanted = request.args.get("q", "").strip()
    return render_template(
        "divisions/page.html",
        here="divisions",
        rows=rows,
        shown=overview.matching(rows, wanted),
        wanted=wanted,
        searchable=len(rows) > MOST_TABS,
        stops=overview.stops(rows),
        sign_ins=overview.sign_ins(rows),
        list=start.progress(),
    )


@blueprint.get("/pick")
def pick() -> ResponseReturnValue:
    """The list of the picker: what matches, what needs attention first. As a page: the overview."""
    wanted = request.args.get("q", "").strip()
    rows = overview.matching(overview.rows(visible_divisions()), wanted)
    return render_template("divisions/_pick.html", rows=rows[:PICKED], more=max(0, len(rows) - PICKED), wanted=wanted)
