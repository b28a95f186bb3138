"""What is done with the orders that are ticked, in the list and in Logs."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.models import Division, Order
from webapp.pages import selection
from webapp.security import division_or_404
from webapp.views.acting import actor, back

blueprint = Blueprint("selection", __name__, url_prefix="/divisions/<int:code>/selection")


@blueprint.post("")
def act(code: int) -> ResponseReturnValue:
    """The button that was pressed (`do`), for the orders that are ticked (`order`)."""
    division = division_or_404(code)
    rows = selection.orders(division, request.form.getlist("order"))
    wanted = request.form.get("do", "")
    if not rows:
        flash(_("Tick one or more orders first."), "warn")
    elif wanted == "print":
        return _print(division, rows)
    elif wanted in ("printed", "unprinted"):
        _mark(division, rows, printed=wanted == "printed")
    elif wanted in ("retry", "ignore"):
        _ask(rows, wanted)
    return back(url_for("dashboard.page", code=code))


def _print(division: Division, rows: list[Order]) -> ResponseReturnValue:
    """The file has an address of its own, so that it can be loaded again."""
    found = selection.parcels(rows)
    if not found:
        flash(_("These orders have no label to print yet."), "warn")
        return back(url_for("dashboard.page", code=division.code))
    numbers = ",".join(str(row.parcel) for row in found)
    return redirect(url_for("labels.several", code=division.code, parcels=numbers), 303)


def _mark(division: Division, rows: list[Order], *, printed: bool) -> None:
    count = selection.mark(division, selection.parcels(rows), printed=printed)
    if printed:
        flash(ngettext("%(num)d label counts as printed.", "%(num)d labels count as printed.", count))
    else:
        flash(ngettext("%(num)d label is to be printed again.", "%(num)d labels are to be printed again.", count))


def _ask(rows: list[Order], wanted: str) -> None:
    done = selection.ask(rows, wanted, actor())
    if wanted == "retry":
        flash(
            ngettext(
                "%(num)d order is tried again with the next round.",
                "%(num)d orders are tried again with the next round.",
                done,
            )
        )
    else:
        flash(ngettext("%(num)d order is ignored.", "%(num)d orders are ignored.", done))
    rest = len(rows) - done
    if rest:
        flash(
            ngettext(
                "%(num)d order was left as it is: its state does not allow that.",
                "%(num)d orders were left as they are: their state does not allow that.",
                rest,
            ),
            "warn",
        )
