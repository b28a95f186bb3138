"""Cancelling a label, on a page of its own that says what it costs before it is done."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.models import Order, Parcel
from webapp.pages import shipments
from webapp.sync import cancel_label
from webapp.views.acting import actor
from webapp.views.orders import order_or_404

blueprint = Blueprint(
    "cancelling", __name__, url_prefix="/divisions/<int:code>/orders/<guid>/labels/<int:parcel>/cancel"
)


@blueprint.get("")
def page(code: int, guid: str, parcel: int) -> ResponseReturnValue:
    order, row = _found(code, guid, parcel)
    cost = shipments.cancel_cost(row)
    return render_template(
        "order/cancel.html", here="dashboard", division=order.division, order=order, parcel=row,
        together=cancel_label.together(row), cost=cost, late=cost in shipments.TOO_LATE,
    )  # fmt: skip


@blueprint.post("")
def cancel(code: int, guid: str, parcel: int) -> ResponseReturnValue:
    order, row = _found(code, guid, parcel)
    if shipments.cancel_cost(row) in shipments.TOO_LATE:
        flash(_("This label can no longer be cancelled. Nothing was changed."), "bad")
    else:
        cancel_label.ask(row, actor())
        flash(_("The label is cancelled in a moment. No new one is made until you ask for it."))
    return redirect(url_for("orders.page", code=code, guid=order.guid), 303)


def _found(code: int, guid: str, parcel: int) -> tuple[Order, Parcel]:
    """The order and one of its labels that counts."""
    order = order_or_404(code, guid)
    mine = [row.parcel for view in shipments.of_order(order) for row in view.parcels] + [
        row.parcel for row in shipments.loose(order)
    ]
    row = Parcel.get_or_none(Parcel.division == order.division, Parcel.parcel == parcel, ~Parcel.cancelled)
    if row is None or row.parcel not in mine or not row.shipment:
        abort(404)
    return order, row
