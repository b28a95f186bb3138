"""What needs a person, and how it ended."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from webapp.pages import links, order_list, problems, watch
from webapp.security import current_config, division_or_404
from webapp.views.acting import actor, back

blueprint = Blueprint("logs", __name__, url_prefix="/divisions/<int:code>/logs")


@blueprint.get("")
def page(code: int) -> ResponseReturnValue:
    if request.args.get("show") == "resolved":
        return _resolved(code)
    division = division_or_404(code)
    found = problems.page(division, request.args.get("kind", ""), order_list.place(request.args.get("before", "")))
    return render_template(
        "logs/page.html", here="logs", division=division, page=found, kinds=problems.kinds(division),
        shown=problems.shown(division, found), **links.both(current_config(), division),
    )  # fmt: skip


def _resolved(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    solved, older = problems.resolved(division, before_id())
    return render_template("logs/resolved.html", here="logs", division=division, solved=solved, older=older)


def before_id() -> int | None:
    """Where a page of older rows goes on, if the address says so."""
    text = request.args.get("before", "")
    return int(text) if order_list.is_count(text) else None


@blueprint.get("/live")
def live(code: int) -> ResponseReturnValue:
    """What has changed since the browser looked; 204 while nothing has, or 304 to one that sends its tag."""
    watched = watch.look(code)
    if answer := watch.nothing_new(watched):
        return answer
    shown = problems.Shown.parse(request.args)
    division = division_or_404(code)
    later = problems.later(division, shown, watched)
    page = render_template(
        "logs/_live.html", here="logs", division=division, later=later, shown=later.shown, oob=True,
        **links.both(current_config(), division),
    )  # fmt: skip
    return watch.tagged(page, watched)


@blueprint.post("/retry")
def retry(code: int) -> ResponseReturnValue:
    """Try all orders in one kind of trouble again."""
    count = problems.retry_all(division_or_404(code), request.form.get("kind", ""), actor())
    flash(
        ngettext(
            "%(num)d order is tried again with the next round.",
            "%(num)d orders are tried again with the next round.",
            count,
        )
    )
    return back(url_for("logs.page", code=code))
