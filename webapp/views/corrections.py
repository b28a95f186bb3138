"""What was repaired here and is remembered for an address, an article or an order; each can be taken back."""

from flask import Blueprint, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.models import Correction
from webapp.pages import problems
from webapp.security import division_or_404
from webapp.sync import corrections
from webapp.views.acting import actor, back
from webapp.views.logs import before_id

blueprint = Blueprint("corrections", __name__, url_prefix="/divisions/<int:code>/corrections")


@blueprint.get("")
def page(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    rows, older = problems.corrections(division, before_id())
    return render_template("corrections/page.html", here="logs", division=division, rows=rows, older=older)


@blueprint.post("/<int:key>/back")
def take_back(code: int, key: int) -> ResponseReturnValue:
    division = division_or_404(code)
    row = Correction.get_or_none(Correction.id == key, Correction.division == division) or abort(404)
    corrections.take_back(row, actor())
    flash(_("Taken back. Orders go as they stand in Exact."))
    return back(url_for("corrections.page", code=code))
