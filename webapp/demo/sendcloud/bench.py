"""Control addresses for tests and demos, beside the bench's own clock, requests and faults.

`/_bench/books`, `/_bench/switch`, `/_bench/webhooks`, `/_bench/parcels/...` and
`/_bench/panel/...`, which does over HTTP what a person does in the panel.
"""

from typing import Any

from flask import Blueprint, current_app, jsonify, request

from webapp.demo.sendcloud import cancelling, incoming, labels, shipping, webhooks
from webapp.demo.sendcloud.asking import books, now
from webapp.demo.sendcloud.books import Row
from webapp.demo.sendcloud.errors import not_found, refuse
from webapp.demo.sendcloud.panel import ADDRESS_FIELDS
from webapp.demo.sendcloud.statuses import STATUSES
from webapp.demo.sendcloud.views import shipment_view

control = Blueprint("bench", __name__, url_prefix="/_bench")


@control.get("/books")
def show_books() -> Any:
    """Everything there is, as kept; keys and all, because this is a demo."""
    shown = books().snapshot()
    return jsonify(shown | {"parcels": books().parcels()})


@control.delete("/books")
def empty_books() -> Any:
    """Forget orders, shipments, logs and webhooks; integrations and senders stay."""
    books().forget_trade()
    current_app.extensions["sendcloud"]["limits"].clear()
    return jsonify(emptied=True)


@control.get("/switch")
def show_switches() -> Any:
    return jsonify(books().switches.as_dict())


@control.post("/switch")
def turn_switches() -> Any:
    try:
        books().switches.turn(json_body())
    except ValueError as error:
        raise refuse(400, "invalid", str(error)) from error
    return show_switches()


def json_body() -> Row:
    body = request.get_json(silent=True) or {}
    if not isinstance(body, dict):
        raise refuse(400, "invalid", "expected an object")
    return body


# --- webhooks and parcels ------------------------------------------------------------------------


@control.get("/webhooks")
def show_webhooks() -> Any:
    return jsonify(books().webhooks)


@control.post("/webhooks")
def deliver_webhooks() -> Any:
    """Bring what is due now, and wait for it. The books are free meanwhile."""
    postman = current_app.extensions["sendcloud"]["postman"]
    books().lock.release()
    try:
        return jsonify(tried=postman.deliver_due())
    finally:
        books().lock.acquire()


@control.post("/integrations/<int:number>/test-webhook")
def send_test_webhook(number: int) -> Any:
    if number not in books().integrations:
        raise not_found()
    webhooks.test_webhook(books(), books().integrations[number], now())
    return jsonify(queued=True)


@control.post("/parcels/<int:number>/status")
def set_parcel_status(number: int) -> Any:
    """`{"code": "DELIVERED"}`: the carrier says so."""
    found, code = books().parcel(number), json_body().get("code")
    if found is None:
        raise not_found()
    if code not in STATUSES:
        raise refuse(400, "invalid_choice", f"there is no status {code}")
    shipping.set_status(books(), *found, code, now())
    return jsonify(shipment_view(books(), found[0]))


# --- what a person does in the panel ---------------------------------------------------------------


def order_named(name: str) -> Row:
    """By Sendcloud's number, the shop's order id, or the order number."""
    for order in books().orders.values():
        if order["body"] and name in (str(order["id"]), order["order_id"], order["order_number"]):
            return order
    raise not_found(f"there is no order {name}")


@control.post("/panel/orders/<name>/edit")
def edit_order(name: str) -> Any:
    """Lay these fields over the shipping address; an empty one is taken out."""
    order, changes = order_named(name), json_body()
    if not changes.keys() <= set(ADDRESS_FIELDS):
        raise refuse(400, "unknown_field", f"fields are {', '.join(ADDRESS_FIELDS)}")
    incoming.edit_address(order, changes, now())
    return jsonify(incoming.order_view(order))


@control.post("/panel/orders/<name>/label")
def label_order(name: str) -> Any:
    """Make a label, `{"sender_address_id": 502}` or the default sender; 400 says why not."""
    shipment = labels.make_in_panel(books(), order_named(name), json_body().get("sender_address_id"), now())
    return jsonify(shipment_view(books(), shipment)), 201


@control.post("/panel/orders/<name>/delete")
def delete_order(name: str) -> Any:
    books().remove_order(order_named(name))
    return jsonify(deleted=True)


@control.post("/panel/shipments/<shipment_id>/cancel")
def cancel_shipment(shipment_id: str) -> Any:
    if shipment_id not in books().shipments:
        raise not_found()
    shipment = books().shipments[shipment_id]
    done = cancelling.cancel(books(), shipment, now())
    return jsonify(shipment_view(books(), shipment)), 200 if done else 202
