"""Shipments and parcels as v3 shows them."""

from webapp.demo.sendcloud.books import Books, Row
from webapp.demo.sendcloud.parcels_v2 import link, v2_type
from webapp.demo.sendcloud.statuses import v3_status


def ship_with_view(shipment: Row) -> Row:
    properties = {"shipping_option_code": shipment["option"], "contract_id": shipment["contract_id"]}
    return {"type": "shipping_option_code", "properties": properties}


def documents_view(books: Books, parcel: Row) -> list[Row]:
    """Links to the papers, to be fetched with the same keys."""
    return [
        {
            "document_type": kind,
            "type": v2_type(kind),
            "size": "a6" if kind == "label" else "a4",
            "link": link(books, parcel, kind),
        }
        for kind in parcel["documents"]
    ]


def parcel_view(books: Books, parcel: Row) -> Row:
    same = "id tracking_number tracking_url weight parcel_items created_at updated_at announced_at".split()
    return {
        **parcel["extra"],
        **{name: parcel[name] for name in same},
        "status": v3_status(parcel["status"]),
        "documents": documents_view(books, parcel),
        "additional_carrier_data": {"awb_tracking_number": None, "box_number": None},
    }


def shipment_view(books: Books, shipment: Row, label_file: str | None = None) -> Row:
    """A shipment; `label_file` (base64) only in the answer to a synchronous request for one parcel."""
    parcels = [parcel_view(books, parcel) for parcel in shipment["parcels"]]
    if label_file is not None:
        parcels[0]["label_file"] = label_file
    same = "id carrier to_address from_address order_number total_order_price reference external_reference_id errors"
    # Where there is nothing the document wants the field left out rather than null.
    some = "customs_information to_service_point brand_id".split()
    return {
        **{name: shipment[name] for name in same.split()},
        **{name: shipment[name] for name in some if shipment[name] is not None},
        "ship_with": ship_with_view(shipment),
        "label_details": shipment["label_details"],
        "parcels": parcels,
    }
