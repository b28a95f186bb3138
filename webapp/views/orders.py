"""One sales order: where it stands and why, what would go to Sendcloud, what happened, and what can be done."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webapp.models import Delivery, DeliveryLine, Order
from webapp.pages import articles, links, order_page, problems, watch
from webapp.pages.order_list import is_count
from webapp.security import current_config, division_or_404
from webapp.sync import asks
from webapp.sync.chosen_point import HOME, is_number
from webapp.sync.receiver import CORRECTABLE
from webapp.views.acting import actor, back
from webapp.words import texts

blueprint = Blueprint("orders", __name__, url_prefix="/divisions/<int:code>/orders/<guid>")


def order_or_404(code: int, guid: str) -> Order:
    division = division_or_404(code)
    found: Order | None = Order.get_or_none(Order.division == division, Order.guid == guid.lower())
    return found or abort(404)


def delivery_or_404(order: Order, guid: str) -> Delivery:
    """One of its goods deliveries."""
    rows = Delivery.select().join(DeliveryLine).where(DeliveryLine.order == order, Delivery.guid == guid.lower())
    found: Delivery | None = rows.first()
    return found or abort(404)


@blueprint.get("")
def page(code: int, guid: str) -> ResponseReturnValue:
    order = order_or_404(code, guid)
    view = order_page.view(order)
    return render_template(
        "order/page.html", here="dashboard", division=order.division, view=view, standing=view.standing,
        **links.both(current_config(), order.division),
    )  # fmt: skip


@blueprint.get("/live")
def live(code: int, guid: str) -> ResponseReturnValue:
    """What has changed since the browser looked; 204 while nothing has, or 304 to one that sends its tag."""
    watched = watch.look(code)
    if answer := watch.nothing_new(watched):
        return answer
    shown = order_page.Shown.parse(request.args)
    order = order_or_404(code, guid)
    standing = order_page.standing(order, watched, shown)
    page = render_template("order/_live.html", here="dashboard", division=order.division, standing=standing, oob=True)
    return watch.tagged(page, watched)


@blueprint.post("/retry")
def retry(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.retry, code, guid, _("Is tried again with the next round, in a moment."))


@blueprint.post("/ignore")
def ignore(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.ignore, code, guid, _("Ignored. It stays out of Sendcloud until you choose “No longer ignore”."))


@blueprint.post("/unignore")
def unignore(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.unignore, code, guid, _("No longer ignored. Pakbon looks at it again."))


@blueprint.post("/overwrite")
def overwrite(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.overwrite, code, guid, _("Goes to Sendcloud as it stands in Exact, with the next round."))


@blueprint.post("/keep")
def keep_panel(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.keep_panel, code, guid, _("Stays in Sendcloud as it was changed there."))


@blueprint.post("/repair")
def repair(code: int, guid: str) -> ResponseReturnValue:
    """Fields are named as in the request to Sendcloud: `house_number`, `postal_code`; `reading` chooses one of the
    ways to read an address, or says that the fields hold another. Of articles they are `hs_code.<id in Exact>`;
    `service_point` is a number, home, or other with `service_point_number`."""
    order = order_or_404(code, guid)
    if "service_point" in request.form or "service_point_number" in request.form:
        return _repair_service_point(order)
    if articles.is_meant(request.form):
        return _repair_articles(order)
    values = _repaired(order)
    empty = [name for name, value in values.items() if not value]
    if not values or empty:
        named = texts.field(empty[0]) if empty else _("the field")
        flash(_("%(number)s: fill in %(field)s first. Nothing was changed.", number=order.number, field=named), "bad")
        return back(url_for("orders.page", code=code, guid=order.guid))
    done = _("Repaired and remembered for this address. It is tried again in a moment.")
    return _do(lambda order, who: asks.repair(order, values, who), code, guid, done)


def _repair_articles(order: Order) -> ResponseReturnValue:
    code, guid = order.division.code, order.guid
    found, wrong = articles.filled_in(articles.lacking(order), request.form)
    if found and not wrong:
        done = _("Repaired and remembered for these articles. It is tried again in a moment.")
        return _do(lambda row, who: asks.repair_articles(row, found, who), code, guid, done)
    if wrong:
        named = {"number": order.number, "article": wrong[0].article, "value": wrong[0].value}
        said = _("%(number)s: “%(value)s” of article %(article)s cannot be. Nothing was changed.", **named)
        flash(f"{said} {SHAPES[wrong[0].field]}", "bad")
    else:
        flash(_("%(number)s: fill in one of the fields first. Nothing was changed.", number=order.number), "bad")
    return back(url_for("orders.page", code=code, guid=guid))


SHAPES = {
    "hs_code": _l("An HS code has at least six digits, with or without dots, and at most 12 characters."),
    "country_of_origin": _l("Fill in the two letters of a country, such as NL or CN."),
    "weight": _l("Fill in whole grams."),
}


def _repair_service_point(order: Order) -> ResponseReturnValue:
    code, guid = order.division.code, order.guid
    where = request.form.get("service_point", "")
    if where == "other":
        where = request.form.get("service_point_number", "").strip()
    if where == HOME or is_number(where):
        done = _("Remembered for this order. It is tried again in a moment.")
        return _do(lambda row, who: asks.repair_service_point(row, where, who), code, guid, done)
    if where:
        said = _("%(number)s: “%(value)s” cannot be a service point. Fill in its number: at most 12 digits, nothing "
                 "else. Nothing was changed.", number=order.number, value=where[:40])  # fmt: skip
        flash(said, "bad")
    else:
        flash(_("%(number)s: choose where it is to go first. Nothing was changed.", number=order.number), "bad")
    return back(url_for("orders.page", code=code, guid=guid))


def _repaired(order: Order) -> dict[str, str]:
    """What the form says: one of the readings of the address (`reading` is its place), or fields with a value."""
    chosen = request.form.get("reading", "")
    if is_count(chosen):
        readings = problems.readings(order)
        fields = readings[int(chosen)] if int(chosen) < len(readings) else {"house_number": ""}
        return {name: value for name, value in fields.items() if value} or {"house_number": ""}
    values = {name: request.form[name].strip() for name in CORRECTABLE if name in request.form}
    if "reading" in request.form:  # street, number and the rest, of which only the street must be there
        return {name: value for name, value in values.items() if value or name == "address_line_1"}
    return values


@blueprint.post("/use-label")
def use_label(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.use_label, code, guid, _("The label that was there is used and written to Exact in a moment."))


@blueprint.post("/another-label")
def another_label(code: int, guid: str) -> ResponseReturnValue:
    return _do(asks.another_label, code, guid, _("A label of its own is made in a moment."))


@blueprint.post("/deliveries/<delivery>/label")
def label(code: int, guid: str, delivery: str) -> ResponseReturnValue:
    """Have the label made of a goods delivery that was left to the panel."""
    order = order_or_404(code, guid)
    found = delivery_or_404(order, delivery)
    asks.label_now(found, actor())
    flash(_("The label of goods delivery %(number)s is made in a moment.", number=found.number))
    return back(url_for("orders.page", code=code, guid=order.guid))


def _do(ask: Callable[[Order, str], None], code: int, guid: str, done: str) -> ResponseReturnValue:
    order = order_or_404(code, guid)
    ask(order, actor())
    flash(f"{order.number}: {done}")
    return back(url_for("orders.page", code=code, guid=order.guid))
