"""Dividing a goods delivery over several parcels, on a page of its own: each gets a label."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.models import Delivery, Order
from webapp.pages.order_list import is_count
from webapp.sync import asks, deliveries, parcel_split
from webapp.sync.parcel_split import Split
from webapp.views.acting import actor
from webapp.views.orders import delivery_or_404, order_or_404

blueprint = Blueprint(
    "parcels", __name__, url_prefix="/divisions/<int:code>/orders/<guid>/deliveries/<delivery>/parcels"
)


@blueprint.get("")
def page(code: int, guid: str, delivery: str) -> ResponseReturnValue:
    order, found = _found(code, guid, delivery)
    items = _items(found)
    wanted = {item["item_id"]: item["quantity"] for item in items}
    return _shown(order, found, items, parcel_split.evenly(wanted, _count(request.args.get("parcels", ""))))


@blueprint.post("")
def divide(code: int, guid: str, delivery: str) -> ResponseReturnValue:
    """Fields `parcel-<n>-<place of the item>`, both counted from nought; `parcels` says how many there are."""
    order, found = _found(code, guid, delivery)
    items = _items(found)
    split = _split(items, _count(request.form.get("parcels", "")))
    wrong = _sentence(items, split)
    if wrong:
        return _shown(order, found, items, split, wrong), 422
    asks.label_now(found, actor(), split)
    flash(
        _(
            "%(count)s labels of goods delivery %(number)s are made in a moment.",
            count=len(split),
            number=found.number,
        )
    )
    return redirect(url_for("orders.page", code=code, guid=order.guid), 303)


def _found(code: int, guid: str, delivery: str) -> tuple[Order, Delivery]:
    """The order and one of its deliveries for which a label can be asked."""
    order = order_or_404(code, guid)
    found = delivery_or_404(order, delivery)
    if not deliveries.may_label(found) or deliveries.live_parcels(found):
        abort(404)
    return order, found


def _items(delivery: Delivery) -> list[dict[str, Any]]:
    """What lies in it, as Sendcloud is told. A delivery that cannot be sent as it is has no parcels to fill."""
    payload = deliveries.mapped(delivery).payload or abort(404)
    items: list[dict[str, Any]] = payload["order_details"]["order_items"]
    return items


def _count(text: str) -> int:
    return min(max(int(text), 2), parcel_split.MOST) if is_count(text) else 2


def _split(items: list[dict[str, Any]], count: int) -> Split:
    def number(parcel: int, place: int) -> int:
        text = request.form.get(f"parcel-{parcel}-{place}", "").strip()
        return int(text) if is_count(text) else 0

    return [
        {item["item_id"]: n for place, item in enumerate(items) if (n := number(parcel, place))}
        for parcel in range(count)
    ]


def _sentence(items: list[dict[str, Any]], split: Split) -> str:
    """What is wrong with the division, in words; "" for nothing."""
    wanted = {item["item_id"]: item["quantity"] for item in items}
    code, what = parcel_split.wrong(wanted, split)
    if code == "parcel_empty":
        return _("Parcel %(number)s is empty. Put something in it, or choose fewer parcels.", number=int(what) + 1)
    if code:
        name = next(item["name"] for item in items if item["item_id"] == what)
        said = {"given": sum(parcel.get(str(what), 0) for parcel in split), "wanted": wanted[str(what)]}
        return _("%(name)s: %(given)s in the parcels, but %(wanted)s delivered.", name=name, **said)
    return ""


def _shown(order: Order, delivery: Delivery, items: list[dict[str, Any]], split: Split, wrong: str = "") -> str:
    return render_template(
        "order/parcels.html", here="dashboard", division=order.division, order=order, delivery=delivery,
        items=items, split=split, wrong=wrong, most=parcel_split.MOST,
    )  # fmt: skip
