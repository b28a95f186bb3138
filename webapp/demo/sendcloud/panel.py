"""A small panel at `/`: what a merchant sees and does at Sendcloud, without a login.

It shows all accounts at once; every change goes the same way as the API's.
"""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from webapp.demo.sendcloud import cancelling, incoming, labels, shipping, webhooks
from webapp.demo.sendcloud.asking import books, now
from webapp.demo.sendcloud.books import Row
from webapp.demo.sendcloud.checking import order_kg
from webapp.demo.sendcloud.documents import PDF, rendered
from webapp.demo.sendcloud.errors import Refused
from webapp.demo.sendcloud.statuses import STATUSES

pages = Blueprint("panel", __name__, template_folder="templates")

ROWS = 50
ADDRESS_FIELDS = (
    "name company_name address_line_1 house_number address_line_2 postal_code city state_province_code"
    " country_code email phone_number"
).split()
SCANS = ("ANNOUNCED", "EN_ROUTE_TO_SORTING_CENTER", "DRIVER_EN_ROUTE", "DELIVERED", "UNABLE_TO_DELIVER")


@pages.app_template_filter("when")
def when(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else ""


@pages.app_template_filter("status")
def status_message(code: str) -> str:
    return STATUSES[code][1]


# --- incoming orders -----------------------------------------------------------------------------


@pages.get("/")
def incoming_orders() -> str:
    chosen = request.args.get("integration", type=int)
    words = request.args.get("q", "").strip().lower()
    rows = [
        order
        for order in reversed(books().orders.values())
        if order["body"] is not None
        and incoming.is_listed(books(), order)
        and chosen in (None, order["integration_id"])
        and words in f"{order['order_number']} {receiver(order)}".lower()
    ]
    number = max(request.args.get("page", 1, type=int), 1)
    return render_template(
        "panel/incoming.html",
        orders=rows[(number - 1) * ROWS : number * ROWS],
        total=len(rows),
        page=number,
        more=len(rows) > number * ROWS,
        integrations=books().integrations,
        chosen=chosen,
        words=request.args.get("q", ""),
        receiver=receiver,
    )


def receiver(order: Row) -> str:
    address = order["body"].get("shipping_address", {})
    parts = (address.get(name) for name in ("name", "company_name", "city", "country_code"))
    return " ".join(part for part in parts if part)


def find(number: int) -> Row:
    order = books().orders.get(number)
    if order is None or order["body"] is None:
        raise NotFound("This order is not here; it may have been deleted.")
    return order


@pages.get("/orders/<int:number>")
def order_page(number: int, errors: list[Row] | None = None) -> str:
    order = find(number)
    return render_template(
        "panel/order.html",
        order=order,
        body=order["body"],
        address=order["body"].get("shipping_address", {}),
        fields=ADDRESS_FIELDS,
        left=incoming.left(books(), order),
        kilograms=order_kg(order["body"]),
        senders=[s for s in books().sender_addresses.values() if s["account"] == order["account"]],
        shipments=[books().shipments[uuid] for uuid in order["shipments"]],
        integration=books().integrations.get(order["integration_id"]),
        errors=errors or [],
        listed=incoming.is_listed(books(), order),
    )


@pages.post("/orders/<int:number>/address")
def save_address(number: int) -> Any:
    changes = {name: request.form[name] for name in ADDRESS_FIELDS if name in request.form}
    incoming.edit_address(find(number), changes, now())
    return redirect(url_for("panel.order_page", number=number), 303)


@pages.post("/orders/<int:number>/label")
def make_label(number: int) -> Any:
    try:
        labels.make_in_panel(books(), find(number), request.form.get("sender_address_id", type=int), now())
    except Refused as error:
        return order_page(number, error.errors), 400
    return redirect(url_for("panel.created_labels"), 303)


@pages.post("/orders/<int:number>/delete")
def delete_order(number: int) -> Any:
    books().remove_order(find(number))
    return redirect(url_for("panel.incoming_orders"), 303)


# --- created labels ------------------------------------------------------------------------------


@pages.get("/labels")
def created_labels(error: str = "") -> str:
    number = max(request.args.get("page", 1, type=int), 1)
    rows = list(reversed(books().shipments.values()))
    return render_template(
        "panel/labels.html",
        shipments=rows[(number - 1) * ROWS : number * ROWS],
        total=len(rows),
        page=number,
        more=len(rows) > number * ROWS,
        integrations=books().integrations,
        scans=SCANS,
        error=error,
        has_label=lambda parcel: shipping.has_label(parcel, now()),
        can_cancel=lambda shipment: cancelling.refusal(books(), shipment, now()) is None,
    )


@pages.post("/shipments/<shipment_id>/cancel")
def cancel_shipment(shipment_id: str) -> Any:
    if shipment_id not in books().shipments:
        raise NotFound("There is no such shipment.")
    try:
        cancelling.cancel(books(), books().shipments[shipment_id], now())
    except Refused as error:
        return created_labels(error.errors[0]["detail"]), 409
    return redirect(url_for("panel.created_labels"), 303)


@pages.post("/parcels/<int:number>/scan")
def scan_parcel(number: int) -> Any:
    """Play the carrier: the parcel gets the status chosen."""
    found, code = books().parcel(number), request.form.get("code", "")
    if found is None or code not in SCANS:
        raise NotFound("There is no such parcel or status.")
    shipping.move(books(), number, code, now())
    return redirect(url_for("panel.created_labels"), 303)


@pages.get("/parcels/<int:number>/label.pdf")
def label_pdf(number: int) -> Response:
    found = books().parcel(number)
    if found is None or not shipping.has_label(found[1], now()):
        raise NotFound("There is no label for this parcel.")
    return Response(rendered(books(), [found], "label", PDF), mimetype=PDF)


@pages.get("/forward")
def tracking_page() -> str:
    """Where tracking links lead: what happened to the parcel, for the receiver to see."""
    code = request.args.get("code", "")
    for shipment in books().shipments.values():
        for parcel in shipment["parcels"]:
            if code and parcel["tracking_number"] == code:
                return render_template("panel/tracking.html", parcel=parcel, carrier=shipment["carrier"])
    raise NotFound("There is no parcel with this number.")


# --- settings ------------------------------------------------------------------------------------


@pages.get("/settings/integrations")
def integrations() -> str:
    return render_template(
        "panel/integrations.html", integrations=books().integrations.values(), webhooks=books().webhooks
    )


@pages.post("/settings/integrations/<int:number>/test-webhook")
def test_webhook(number: int) -> Any:
    if number not in books().integrations:
        raise NotFound("There is no such integration.")
    webhooks.test_webhook(books(), books().integrations[number], now())
    return redirect(url_for("panel.integrations"), 303)


@pages.get("/settings/senders")
def senders() -> str:
    return render_template(
        "panel/senders.html",
        senders=books().sender_addresses.values(),
        points=books().service_points.values(),
    )


@pages.app_context_processor
def names() -> dict[str, str]:
    return {"app_name": current_app.name, "here": request.endpoint or ""}
