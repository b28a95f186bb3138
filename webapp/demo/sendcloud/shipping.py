"""Shipments and their parcels: making them from orders, announcing, moving on, cancelling."""

import uuid
from typing import Any

from webapp.demo.sendcloud import webhooks
from webapp.demo.sendcloud.agenda import after, later
from webapp.demo.sendcloud.books import Books, Row
from webapp.demo.sendcloud.carriers import Option, tracking_number
from webapp.demo.sendcloud.checking import find_point, in_kg, order_kg, wanted_point
from webapp.demo.sendcloud.countries import needs_customs
from webapp.demo.sendcloud.statuses import JOURNEY, WITHOUT_LABEL

NAMESPACE = uuid.UUID("5e4dc10d-0000-4000-8000-000000000000")


def new_parcel(books: Books, now: str, kg: float, items: list[Row], extra: Row | None = None) -> Row:
    return {
        "id": books.next_number("parcels", 380001),
        "status": "ANNOUNCING",
        "status_at": now,
        "tracking_number": "",
        "tracking_url": None,
        "weight": {"value": f"{kg:.3f}", "unit": "kg"},
        "parcel_items": items,
        "documents": [],
        "documents_at": None,
        "created_at": now,
        "updated_at": now,
        "announced_at": None,
        "history": [[now, "ANNOUNCING"]],
        "extra": extra or {},
    }


def new_shipment(books: Books, account: int, now: str, **fields: Any) -> Row:
    """A shipment that is not announced yet. `covers` is what it ships of its order."""
    number = books.next_number("shipments", 1)
    shipment = {
        "id": str(uuid.uuid5(NAMESPACE, str(number))),
        "number": number,
        "account": account,
        "integration_id": None,
        "order_pk": None,
        "order_id": None,
        "order_number": "",
        "covers": "all",
        "source": "api",
        "external_reference_id": None,
        "reference": None,
        "option": None,
        "contract_id": None,
        "brand_id": None,
        "sender_address_id": None,
        "to_address": {},
        "from_address": {},
        "to_service_point": None,
        "customs_information": None,
        "total_order_price": None,
        "label_details": {"mime_type": "application/pdf", "dpi": 72},
        "carrier": None,
        "parcels": [],
        "errors": [],
        "created_at": now,
        "updated_at": now,
    } | fields
    books.add_shipment(shipment)
    return shipment


# --- from an order ----------------------------------------------------------------------------


def ship_order(
    books: Books,
    order: Row,
    option: Option,
    sender: Row,
    now: str,
    *,
    parcels: list[Row] | None = None,
    source: str = "api",
    **more: Any,
) -> Row:
    """A shipment of the whole order (what is left of it), or of the items in `parcels`."""
    body = order["body"]
    covers, rows = covered(books, order, parcels, now)
    shipment = new_shipment(
        books,
        order["account"],
        now,
        integration_id=order["integration_id"],
        order_pk=order["id"],
        order_id=order["order_id"],
        order_number=order["order_number"],
        covers=covers,
        source=source,
        option=option.code,
        contract_id=option.contract_id,
        carrier={"code": option.carrier.code, "name": option.carrier.name},
        sender_address_id=sender["id"],
        to_address=dict(body["shipping_address"]),
        from_address=sender_as_address(sender),
        to_service_point=point_of(books, body),
        customs_information=customs_of(body, sender),
        total_order_price=total_of(body),
        parcels=rows,
        **more,
    )
    order["shipments"].append(shipment["id"])
    return shipment


def covered(books: Books, order: Row, parcels: list[Row] | None, now: str) -> tuple[Any, list[Row]]:
    """What a shipment ships of its order, and the rows of its parcels."""
    body = order["body"]
    items = body["order_details"]["order_items"]
    if not parcels or not any(parcel["parcel_items"] for parcel in parcels):
        given = parcels or [{}]
        rows = [parcel_item(item, int(item["quantity"])) for item in items]
        kg = order_kg(body) / len(given)
        return "all", [
            new_parcel(books, now, in_kg(p.get("weight")) or kg, rows if n == 0 else [], sizes(p))
            for n, p in enumerate(given)
        ]
    covers: dict[str, int] = {}
    made = []
    for parcel in parcels:
        quantities = {entry["item_id"]: entry["quantity"] for entry in parcel["parcel_items"]}
        for item_id, quantity in quantities.items():
            covers[item_id] = covers.get(item_id, 0) + quantity
        rows = [parcel_item(i, quantities[i["item_id"]]) for i in items if i.get("item_id") in quantities]
        kg = in_kg(parcel.get("weight")) or order_kg(body, quantities)
        made.append(new_parcel(books, now, kg, rows, sizes(parcel)))
    return covers, made


def sizes(parcel: Row) -> Row:
    return {"dimensions": parcel["dimensions"]} if "dimensions" in parcel else {}


def parcel_item(item: Row, quantity: int) -> Row:
    """An order's item as the Shipments API shows it: other names, and the price of one as text."""
    price = item.get("unit_price") or {
        "value": item["total_price"]["value"] / item["quantity"] if item["quantity"] else 0,
        "currency": item["total_price"]["currency"],
    }
    row = {
        "description": (item.get("description") or item["name"] or "-")[:255],
        "quantity": quantity,
        "weight": item.get("measurement", {}).get("weight") or {"value": 0.001, "unit": "kg"},
        "price": {"value": f"{abs(price['value']):.2f}", "currency": price["currency"]},
        "hs_code": item.get("hs_code", "")[:12],
    }
    same = {name: item[name] for name in ("item_id", "sku", "product_id", "properties") if name in item}
    origin = {"origin_country": item["country_of_origin"]} if "country_of_origin" in item else {}
    return row | same | origin


def point_of(books: Books, body: Row) -> Row | None:
    point = find_point(books, *wanted_point(body))
    return {"id": str(point["id"]), "carrier_service_point_id": point["code"]} if point else None


def total_of(body: Row) -> Row:
    price = body["payment_details"]["total_price"]
    return {"value": f"{abs(price['value']):.2f}", "currency": price["currency"]}


def customs_of(body: Row, sender: Row) -> Row | None:
    details = body.get("customs_details") or {}
    if not needs_customs(sender["country_code"], body["shipping_address"]["country_code"]):
        return None
    # Orders know returned_goods and no documents, shipments the other way round.
    reason = {"returned_goods": "commercial_goods"}.get(
        details.get("shipment_type", ""), details.get("shipment_type")
    )
    return {
        "invoice_number": (details.get("commercial_invoice_number") or "-")[:40],
        "export_reason": reason or "commercial_goods",
        "export_type": details.get("export_type", "commercial_b2c"),
    }


def sender_as_address(sender: Row) -> Row:
    names = (
        "name company_name address_line_1 house_number address_line_2 postal_code city country_code"
        " email phone_number"
    )
    return {name: sender[name] for name in names.split()}


# --- the carrier ------------------------------------------------------------------------------


def announce(books: Books, shipment: Row, option: Option, errors: list[Row], now: str) -> None:
    """The carrier's word: every parcel gets its number and papers, or all of them fail."""
    if errors:
        shipment["errors"] = errors
        for parcel in shipment["parcels"]:
            set_status(books, shipment, parcel, "ANNOUNCEMENT_FAILED", now)
        return
    customs = shipment["customs_information"] is not None
    for parcel in shipment["parcels"]:
        if option.tracked:
            parcel["tracking_number"] = tracking_number(option.carrier, books.next_number("tracking", 1))
            parcel["tracking_url"] = tracking_url(books, shipment, parcel)
        parcel["documents"] = ["label", "customs-declaration"] if customs else ["label"]
        parcel["documents_at"] = after(now, books.switches.document_delay)
        parcel["announced_at"] = now
        set_status(books, shipment, parcel, "READY_TO_SEND", now)
        if books.switches.journey:
            for seconds, code in JOURNEY:
                later(books, after(now, seconds), "move", [parcel["id"], code])


def tracking_url(books: Books, shipment: Row, parcel: Row) -> str:
    """In the form of Sendcloud's forwarding address; the panel answers it with the parcel's history."""
    address = shipment["to_address"]
    postal_code = address["postal_code"].replace(" ", "")
    return (
        f"{books.base_url}/forward?carrier={shipment['carrier']['code']}&code={parcel['tracking_number']}"
        f"&destination={address['country_code']}&verification={postal_code}"
    )


def set_status(books: Books, shipment: Row, parcel: Row, code: str, now: str) -> None:
    """Give a parcel a status and tell the integration's webhook."""
    if parcel["status"] == code:
        return
    parcel["status"] = code
    parcel["status_at"] = parcel["updated_at"] = shipment["updated_at"] = now
    parcel["history"].append([now, code])
    webhooks.parcel_changed(books, shipment, parcel, now)


def move(books: Books, parcel_id: int, code: str, now: str) -> None:
    """The carrier moves a parcel on, unless it was cancelled or never left."""
    found = books.parcel(parcel_id)
    if found and "CANCEL" not in found[1]["status"] and found[1]["status"] not in WITHOUT_LABEL:
        set_status(books, *found, code, now)


def has_label(parcel: Row, now: str) -> bool:
    """Whether the papers can be fetched by now. Cancelled labels cannot."""
    there = parcel["documents_at"] is not None and parcel["documents_at"] <= now
    return there and "CANCEL" not in parcel["status"]
