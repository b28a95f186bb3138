"""A parcel in the form of API v2, which webhooks carry to this day."""

from typing import Any

from webapp.demo.sendcloud.books import Books, Row, moment_of
from webapp.demo.sendcloud.carriers import LETTER, METHODS, OPTIONS
from webapp.demo.sendcloud.checking import split_house_number
from webapp.demo.sendcloud.countries import v2_country
from webapp.demo.sendcloud.statuses import v2_status


def v2_date(moment: str | None) -> str:
    return moment_of(moment).strftime("%d-%m-%Y %H:%M:%S") if moment else ""


def label_hash(parcel: Row) -> str:
    """Stands in for the hash in v2 label addresses, which lets them be opened without keys."""
    return f"{parcel['id'] * 7919:x}"


def v2_label(books: Books, parcel: Row) -> Row:
    if not parcel["documents"]:
        return {}
    root, number, key = f"{books.base_url}/api/v2/labels", parcel["id"], label_hash(parcel)
    return {
        "normal_printer": [f"{root}/normal_printer/{number}?start_from={n}&hash={key}" for n in range(4)],
        "label_printer": f"{root}/label_printer/{number}?hash={key}",
    }


def v2_parcel(books: Books, shipment: Row, parcel: Row) -> dict[str, Any]:
    address = shipment["to_address"]
    street, house_number = split_house_number(address)
    position = shipment["parcels"].index(parcel)
    total = shipment["total_order_price"] or {"value": None, "currency": None}
    return where_to(shipment) | {
        "id": parcel["id"],
        "name": address["name"],
        "company_name": address.get("company_name", ""),
        "address": f"{street} {house_number}".strip(),
        "address_2": address.get("address_line_2", ""),
        "address_divided": {"street": street, "house_number": house_number},
        "city": address["city"],
        "postal_code": address["postal_code"],
        "telephone": address.get("phone_number", ""),
        "email": address.get("email", ""),
        "country": v2_country(address["country_code"]),
        "date_created": v2_date(parcel["created_at"]),
        "date_updated": v2_date(parcel["updated_at"]),
        "date_announced": v2_date(parcel["announced_at"]),
        "tracking_number": parcel["tracking_number"],
        "tracking_url": parcel["tracking_url"] or "",
        "weight": parcel["weight"]["value"],
        "label": v2_label(books, parcel),
        "customs_declaration": {},
        "documents": [
            {
                "type": v2_type(kind),
                "size": "a6" if kind == "label" else "a4",
                "link": link(books, parcel, kind),
            }
            for kind in parcel["documents"]
        ],
        "status": v2_status(parcel["status"]),
        "data": {},
        "carrier": {"code": (shipment["carrier"] or {}).get("code", "")},
        "shipment": v2_method(shipment["option"]),
        "order_number": shipment["order_number"] or "",
        "shipment_uuid": shipment["id"],
        "external_order_id": shipment["order_id"] or "",
        "external_shipment_id": "",
        "external_reference": shipment["external_reference_id"],
        "reference": shipment["reference"] or "0",
        "total_order_value": total["value"],
        "total_order_value_currency": total["currency"],
        "parcel_items": [v2_item(item) for item in parcel["parcel_items"]],
        "collo_nr": position,
        "collo_count": len(shipment["parcels"]),
        "is_return": False,
        "note": "",
    }


def v2_method(code: str | None) -> Row:
    """The shipping method, which v2 calls by number and name."""
    return {"id": METHODS.get(code or "", LETTER), "name": OPTIONS[code].name if code in OPTIONS else code or ""}


def where_to(shipment: Row) -> Row:
    """State and service point, which only some addresses have."""
    state, point = shipment["to_address"].get("state_province_code"), shipment["to_service_point"]
    found = {"to_state": state, "to_service_point": point["id"] if point else None}
    return {name: value for name, value in found.items() if value}


def v2_type(kind: str) -> str:
    return {"customs-declaration": "cn23"}.get(kind, kind)


def link(books: Books, parcel: Row, kind: str) -> str:
    return f"{books.base_url}/api/v3/parcels/{parcel['id']}/documents/{kind}"


def v2_item(item: Row) -> Row:
    return {
        "description": item["description"],
        "quantity": item["quantity"],
        "weight": f"{item['weight']['value']:.3f}",
        "value": float(item["price"]["value"]),
        "hs_code": item.get("hs_code", ""),
        "origin_country": item.get("origin_country"),
        "sku": item.get("sku", ""),
        "product_id": item.get("product_id", ""),
        "item_id": item.get("item_id"),
        "properties": item.get("properties", {}),
    }
