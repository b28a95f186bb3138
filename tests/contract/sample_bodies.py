"""Bodies with nearly every field, ours, for what the played Sendcloud takes and answers."""

from typing import Any

from tests.demo.sendcloud_play import address, changed, item, order
from webapp.demo.sendcloud.seed import FIRST, POINT_NL_POSTNL, SENDER_UTRECHT

SHIP_WITH = {
    "type": "shipping_option_code",
    "properties": {"shipping_option_code": "postnl:standard", "contract_id": 7001},
}
TAX = {"name": "VAT", "country_code": "NL", "value": "NL123456789B01"}


def full_item() -> dict[str, Any]:
    return item(
        product_id="p-1",
        variant_id="v-1",
        sku="MOK-1",
        ean="8711111111111",
        description="Mok, blauw",
        image_url="https://despaak.example/mok.png",
        hs_code="6912.00",
        country_of_origin="NL",
        unit_price={"value": 3.5, "currency": "EUR"},
        measurement={
            "weight": {"value": 0.3, "unit": "kg"},
            "dimension": {"length": 10, "width": 10, "height": 12.5, "unit": "cm"},
            "volume": {"value": 1, "unit": "l"},
        },
        delivery_dates={"handover_at": "2026-11-03T08:00:00Z", "deliver_at": None},
        mid_code=None,
        material_content="Ceramic",
        intended_use="Personal use",
        properties={"colour": "blue"},
        dangerous_goods={"regulation_set": "ADR", "quantity": "1"},
    )


def full_order() -> dict[str, Any]:
    body = order(
        customer_details={"name": "Jan", "email": "jan@example.com", "phone_number": "+31612345678"},
        billing_address=address(),
        shipping_address=address(
            company_name="De Boer",
            address_line_2="achterom",
            state_province_code="NL-NB",
            po_box=None,
            email="jan@example.com",
            phone_number="+31612345678",
        ),
        customs_details={
            "commercial_invoice_number": "INV-1",
            "shipment_type": "commercial_goods",
            "export_type": "commercial_b2c",
            "tax_numbers": {"sender": [TAX], "receiver": [], "importer_of_record": []},
        },
        shipping_details={
            "is_local_pickup": False,
            "delivery_indicator": "PostNL",
            "measurement": {"weight": {"value": 700, "unit": "g"}},
            "ship_with": SHIP_WITH,
        },
        service_point_details={"id": str(POINT_NL_POSTNL), "post_number": "1", "extra_data": {}},
    )
    body = changed(body, "order_details.order_items", [full_item()])
    body = changed(body, "order_details.order_updated_at", "2026-11-01T11:00:00.555Z")
    body = changed(body, "order_details.notes", "Bel aan")
    body = changed(body, "order_details.tags", ["spoed"])
    body = changed(body, "payment_details.freight_costs", {"value": "5.95", "currency": "EUR"})
    body = changed(body, "payment_details.subtotal_price", {"value": 7, "currency": "EUR"})
    return changed(body, "payment_details.is_cash_on_delivery", None)


def order_changes() -> dict[str, Any]:
    """A PATCH of `full_order`."""
    return {
        "order_number": "SO-1b",
        "order_details": {
            "status": {"code": "changed", "message": "Changed"},
            "order_items": [{"name": "Mok", "quantity": 3, "total_price": {"value": 9, "currency": "EUR"}}],
            "notes": None,
            "tags": None,
        },
        "payment_details": {"total_price": {"value": 9, "currency": "EUR"}},
        "customer_details": {"name": "Jan", "phone": "0612345678"},
        "shipping_address": {"house_number": "14", "country_code": "NL"},
        "shipping_details": {"delivery_indicator": "DHL"},
        "customs_details": {"shipment_type": "gift"},
    }


def label_sync() -> dict[str, Any]:
    return {
        "integration_id": FIRST,
        "sender_address_id": SENDER_UTRECHT,
        "brand_id": 1,
        "ship_with": SHIP_WITH,
        "order": {"order_id": "so-1", "apply_shipping_rules": False},
        "label_details": {"mime_type": "application/pdf", "dpi": 72},
    }


def labels_async() -> dict[str, Any]:
    parcel = {
        "parcel_items": [{"item_id": "line-1", "quantity": 1}],
        "weight": {"value": "0.500", "unit": "kg"},
        "dimensions": {"length": "10", "width": "10.5", "height": "5", "unit": "cm"},
    }
    return {
        "integration_id": FIRST,
        "sender_address_id": SENDER_UTRECHT,
        "ship_with": SHIP_WITH,
        "orders": [{"order_number": "SO-1", "apply_shipping_rules": True, "parcels": [parcel]}],
    }


def shipment() -> dict[str, Any]:
    goods = {
        "item_id": "line-1",
        "description": "Mug",
        "quantity": 1,
        "weight": {"value": 0.3, "unit": "kg"},
        "price": {"value": "3.50", "currency": "EUR"},
        "hs_code": "691200",
        "origin_country": "NL",
        "sku": "MOK-1",
        "properties": {},
        "mid_code": None,
    }
    return {
        "to_address": address(country_code="NO", postal_code="0150", city="Oslo", email="a@example.com"),
        "from_address": {"sender_address_id": SENDER_UTRECHT},
        "ship_with": {
            "type": "shipping_option_code",
            "properties": {"shipping_option_code": "postnl:international", "contract_id": None},
        },
        "parcels": [
            {
                "weight": {"value": "1.250", "unit": "kg"},
                "dimensions": {"length": "10", "width": "10", "height": "5", "unit": "cm"},
                "parcel_items": [goods],
                "label_notes": ["Breekbaar"],
                "additional_insured_price": {"value": "50", "currency": "EUR"},
                "package_type": "package",
                "sscc": None,
            }
        ],
        "order_number": "SO-1",
        "reference": None,
        "total_order_price": {"value": "3.50", "currency": "EUR"},
        "customs_information": {
            "invoice_number": "INV-1",
            "export_reason": "commercial_goods",
            "export_type": "commercial_b2c",
            "invoice_date": "2026-11-01",
            "general_notes": "Breekbaar",
            "tax_numbers": {"sender": [TAX], "receiver": [], "importer_of_record": []},
            "freight_costs": None,
        },
        "label_details": {"mime_type": "application/pdf", "dpi": 203},
        "delivery_dates": {"handover_at": None, "deliver_at": "2026-11-05T12:00:00+01:00"},
        "validation_methods": [],
    }


def shipment_with_rules() -> dict[str, Any]:
    return shipment() | {
        "apply_shipping_defaults": True,
        "apply_shipping_rules": True,
        "delivery_indicator": "PostNL",
    }


def integration_changes() -> dict[str, Any]:
    return {
        "shop_name": "De Spaak",
        "shop_url": "https://despaak.example",
        "service_point_enabled": True,
        "service_point_carriers": ["postnl"],
        "webhook_active": True,
        "webhook_url": "https://pakbon.example/hooks",
        "feedback_type": "delayed",
    }


def log_line() -> dict[str, Any]:
    return {
        "base_url": "https://start.exactonline.nl",
        "full_url": "https://start.exactonline.nl/api/v1/1/salesorder/SalesOrders",
        "method": "GET",
        "response_code": 503,
        "response": {"headers": {"Retry-After": "60"}, "body": "away"},
        "request": {"headers": None, "payload": None},
        "created_at": "2026-11-02T08:00:00Z",
        "exception_type": None,
        "exception": "Exact Online is away",
    }


def shipping_options() -> dict[str, Any]:
    size = {"length": "30", "width": "20.5", "height": "10", "unit": "cm"}
    return {
        "from_country_code": "NL",
        "to_country_code": "BE",
        "from_postal_code": "5611 AA",
        "to_postal_code": "1000",
        "to_service_point_id": 10003,
        "parcels": [{"weight": {"value": "1.5", "unit": "kg"}, "dimensions": size, "total_insured_price": 100}],
        "functionalities": {},
        "carrier_code": "bpost",
        "contract_id": 7001,
        "shipping_product_code": "bpost:pickup",
        "shipping_option_code": "bpost:pickup",
        "lead_time": {},
        "calculate_quotes": True,
    }
