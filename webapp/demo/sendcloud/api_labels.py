"""`/api/v3/orders/create-label-sync` and `/create-labels-async`."""

import base64
from typing import Any

from flask import Blueprint, jsonify

from webapp.demo.sendcloud import labels
from webapp.demo.sendcloud.asking import account, books, now, payload
from webapp.demo.sendcloud.books import Books, Row
from webapp.demo.sendcloud.documents import rendered
from webapp.demo.sendcloud.label_rules import label_sync, labels_async
from webapp.demo.sendcloud.saying import ORDERS, demand
from webapp.demo.sendcloud.views import documents_view, ship_with_view

api = Blueprint("labels", __name__, url_prefix="/api/v3/orders")


@api.post("/create-label-sync")
def create_label_sync() -> Any:
    body = payload()
    demand(label_sync, body, ORDERS, labels.ROOT)
    shipment = labels.make_sync(books(), account(), body, now())
    data = sync_answer(books(), shipment)
    return jsonify(data=[data] if books().switches.sync_answer == "list" else data), 201


@api.post("/create-labels-async")
def create_labels_async() -> Any:
    body = payload()
    demand(labels_async, body, ORDERS, labels.ROOT)
    made, errors = labels.make_async(books(), account(), body, now())
    asked = bool(labels.option_code(body))
    answer = {"data": [async_answer(shipment, asked) for shipment in made]} | ({"errors": errors} if errors else {})
    return jsonify(answer), 202


def sync_answer(books: Books, shipment: Row) -> Row:
    """The document's schema says `label_details`, its sample says `label`: the switch decides."""
    parcel = shipment["parcels"][0]
    label = dict(shipment["label_details"])
    if parcel["documents"]:
        file = rendered(books, [(shipment, parcel)], "label", label["mime_type"])
        label["file"] = base64.b64encode(file).decode()
    return {
        "shipment_id": shipment["id"],
        "order_id": shipment["order_id"],
        "order_number": shipment["order_number"],
        "ship_with": ship_with_view(shipment),
        "parcel_id": parcel["id"],
        "label" if books.switches.sync_answer == "list" else "label_details": label,
        "documents": documents_view(books, parcel),
        "tracking_number": parcel["tracking_number"],
        "tracking_url": parcel["tracking_url"] or "",
    }


def async_answer(shipment: Row, asked: bool) -> Row:
    numbers = [parcel["id"] for parcel in shipment["parcels"]]
    data = {
        "shipment_id": shipment["id"],
        "parcel_id": numbers[0],
        "parcels_ids": numbers,
        "order_id": shipment["order_id"],
        "order_number": shipment["order_number"],
    }
    return data | ({"ship_with": ship_with_view(shipment)} if asked else {})
