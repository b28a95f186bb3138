"""One sales order: where it stands and why, what would go to Sendcloud, what happened, and what can be done."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import order_page
from webapp.models import Order
from webapp.security import division_or_404
from webapp.sync import asks
from webapp.views.acting import actor, back

blueprint = Blueprint("orders", __name__, url_prefix="/divisions/<int:code>/orders/<guid>")


def order_or_404(code: int, guid: str) -> Order:
    division = division_or_404(code)
    found: Order | None = Order.get_or_none(Order.division == division, Order.guid == guid.lower())
    return found or abort(404)


@blueprint.get("")
def page(code: int, guid: str) -> ResponseReturnValue:
    order = order_or_404(code, guid)
    return render_template("order/page.html", here="dashboard", division=order.division, view=order_page.view(order))


@blueprint.post("/retry")
def retry(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.retry, code, guid, _("Is tried again with the next round, in a moment."))


@blueprint.post("/ignore")
def ignore(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.ignore, code, guid, _("Set aside. It stays out of Sendcloud until you take it back."))


@blueprint.post("/unignore")
def unignore(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.unignore, code, guid, _("Taken back. Pakbon looks at it again."))


@blueprint.post("/overwrite")
def overwrite(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.overwrite, code, guid, _("Goes to Sendcloud as it stands in Exact, with the next round."))


@blueprint.post("/keep")
def keep_panel(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.keep_panel, code, guid, _("Stays in Sendcloud as it was changed there."))


def _do(ask: Callable[[Order, str], None], code: int, guid: str, done: str) -> ResponseReturnValue:
    order = order_or_404(code, guid)
    ask(order, actor())
    flash(f"{order.number}: {done}")
    return back(url_for("orders.page", code=code, guid=order.guid))
