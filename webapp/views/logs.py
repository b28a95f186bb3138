"""What needs a person, and how it ended."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp import order_list
from webapp.security import division_or_404

blueprint = Blueprint("logs", __name__, url_prefix="/divisions/<int:code>/logs")


@blueprint.get("")
def page(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    before = request.args.get("before", "")
    if request.args.get("show") == "resolved":
        solved, older = order_list.resolved(division, int(before) if order_list.is_count(before) else None)
        return render_template("logs/resolved.html", here="logs", division=division, solved=solved, older=older)
    troubled = order_list.problems(division, order_list.place(before))
    return render_template("logs/page.html", here="logs", division=division, page=troubled)
