"""What `POST /orders` and `PATCH /orders/{id}` accept, field by field (Sendcloud's Orders document)."""

from functools import lru_cache

from webapp.demo.sendcloud.countries import is_country
from webapp.demo.sendcloud.rules import (
    Rule,
    amount,
    anything,
    boolean,
    choice,
    email,
    exactly_one,
    free_object,
    integer,
    many,
    moment,
    nullable,
    number,
    shape,
    text,
    url,
)

LENGTH_UNITS = ("cm", "mm", "m", "yd", "ft", "in")
WEIGHT_UNITS = ("kg", "g", "lbs", "oz")
VOLUME_UNITS = ("m3", "cm3", "l", "ml", "gal")

string = text()
filled = text(1)
country = text(2, 2, like=is_country, kind="country")

weight = shape({"value": number(above=0), "unit": choice(*WEIGHT_UNITS)})
measurement = shape(
    optional={
        "dimension": shape(
            {
                "length": number(least=0),
                "width": number(least=0),
                "height": number(least=0),
                "unit": choice(*LENGTH_UNITS),
            }
        ),
        "weight": weight,
        "volume": shape({"value": integer(least=0), "unit": choice(*VOLUME_UNITS)}),
    }
)
cost = shape(optional={"value": nullable(amount), "currency": nullable(string)})
costs = {name: cost for name in ("discount_granted", "insurance_costs", "freight_costs", "other_costs")}
tax_number = shape(optional={name: nullable(string) for name in ("name", "country_code", "value")})
tax_numbers = shape(optional={whose: many(tax_number) for whose in ("sender", "receiver", "importer_of_record")})
customs_details = shape(
    optional={
        "commercial_invoice_number": string,
        "shipment_type": choice("gift", "commercial_goods", "commercial_sample", "returned_goods"),
        "export_type": choice("private", "commercial_b2c", "commercial_b2b"),
        "tax_numbers": nullable(tax_numbers),
    }
)
# The document demands the five fields; address_line_1 has no minimum length there, but an address
# with an empty first line cannot be shipped to, so it is refused here as well.
ADDRESS_REQUIRED = {
    "name": filled,
    "address_line_1": filled,
    "postal_code": filled,
    "city": filled,
    "country_code": country,
}
ADDRESS_OPTIONAL = {
    "company_name": string,
    "house_number": string,
    "address_line_2": string,
    "po_box": nullable(string),
    "state_province_code": string,
    "email": email,
    "phone_number": string,
}
address = shape(ADDRESS_REQUIRED, ADDRESS_OPTIONAL)
address_part = shape(optional=ADDRESS_REQUIRED | ADDRESS_OPTIONAL)
contract_id = nullable(integer(least=1))
ship_with = shape(
    {
        "type": choice("shipping_option_code"),
        "properties": shape({"shipping_option_code": nullable(string)}, {"contract_id": contract_id}),
    }
)
shipping_details = shape(
    optional={
        "is_local_pickup": nullable(boolean),
        "delivery_indicator": string,
        "measurement": measurement,
        "ship_with": ship_with,
    }
)
service_point_details = exactly_one(
    ("id", "carrier_service_point_id"),
    shape(
        optional={
            "id": string,
            "carrier_service_point_id": string,
            "post_number": string,
            "latitude": string,
            "longitude": string,
            "type": string,
            "extra_data": free_object,
        }
    ),
)
DANGEROUS_CHOICES = {
    "regulation_set": choice("IATA", "ADR"),
    "unit_of_measurement": choice("KG", "G", "L", "ML"),
    "commodity_regulated_level_code": choice("LQ", "EQ"),
    "transportation_mode": choice("Highway", "Ground", "PAX", "CAO"),
    "adr_packing_group_letter": choice("I", "II", "III"),
    "weight_type": choice("Net", "Gross"),
}
DANGEROUS_TEXTS = (
    "chemical_record_identifier packaging_type_quantity packaging_type packaging_instruction_code id_number"
    " class_division_number quantity proper_shipping_name emergency_contact_name emergency_contact_phone"
    " local_proper_shipping_name transport_category tunnel_restriction_code"
).split()
dangerous_goods = shape(optional=DANGEROUS_CHOICES | {name: nullable(string) for name in DANGEROUS_TEXTS})


def price_rule(currencies: tuple[str, ...]) -> Rule:
    """Both value and currency: an amount without a currency says nothing."""
    known = choice(*currencies) if currencies else text(3, 3)
    return shape({"value": number(), "currency": known})


def item_fields(price: Rule) -> dict[str, Rule]:
    """The optional fields of an item, the same for POST and PATCH."""
    return {
        "item_id": filled,
        "product_id": string,
        "description": string,
        "sku": string,
        "hs_code": string,
        "country_of_origin": country,
        "properties": free_object,
        "unit_price": price,
        "measurement": measurement,
        "mid_code": nullable(string),
        "material_content": nullable(string),
        "intended_use": nullable(string),
    }


def new_item(price: Rule) -> Rule:
    dates = shape(optional={"handover_at": nullable(moment), "deliver_at": nullable(moment)})
    more = {"variant_id": string, "image_url": url, "ean": string, "dangerous_goods": dangerous_goods}
    return shape(
        {"name": string, "quantity": integer(above=0), "total_price": price},
        item_fields(price) | more | {"delivery_dates": dates},
    )


@lru_cache
def order_rule(currencies: tuple[str, ...]) -> Rule:
    """One order of `POST /orders`. An empty `currencies` lets any three letters pass."""
    price = price_rule(currencies)
    status = shape({"code": filled}, {"message": string})
    details = shape(
        {
            "integration": shape({"id": integer()}),
            "status": status,
            "order_created_at": moment,
            "order_items": many(new_item(price)),
        },
        {"order_updated_at": moment, "notes": string, "tags": many(string)},
    )
    return shape(
        {
            "order_id": filled,
            "order_number": filled,
            "order_details": details,
            "payment_details": payment(price),
        },
        {
            "id": string,
            "created_at": anything,  # read only: Sendcloud's clock decides, what is sent is dropped
            "modified_at": anything,
            "customs_details": nullable(customs_details),
            "customer_details": shape({"name": string}, {"phone_number": string, "email": string}),
            "billing_address": address,
            "shipping_address": address,
            "shipping_details": shipping_details,
            "service_point_details": service_point_details,
        },
    )


def payment(price: Rule) -> Rule:
    status = shape({"code": filled}, {"message": string})
    sums = ("subtotal_price", "estimated_shipping_price", "estimated_tax_price")
    return shape(
        {"total_price": price, "status": status},
        {name: price for name in sums}
        | costs
        | {"is_cash_on_delivery": nullable(boolean), "invoice_date": nullable(string)},
    )


@lru_cache
def patch_rule(currencies: tuple[str, ...]) -> Rule:
    """`PATCH /orders/{id}`: everything optional, an item found by its name."""
    price = price_rule(currencies)
    dates = shape(optional={"handover_at": moment, "deliver_at": moment})
    item = shape(
        optional=item_fields(price)
        | {
            "item_id": string,
            "name": string,
            "quantity": integer(least=0),
            "total_price": price,
            "delivery_dates": nullable(dates),
        }
    )
    status = shape(optional={"code": string, "message": string})
    details = shape(
        optional={
            "integration": shape(optional={"id": integer(least=1)}),
            "status": status,
            "order_created_at": moment,
            "order_updated_at": moment,
            "order_items": many(item),
            "notes": nullable(string),
            "tags": nullable(many(string)),
        }
    )
    sums = ("total_price", "subtotal_price", "estimated_shipping_price", "estimated_tax_price")
    money = {name: price for name in sums} | costs | {"status": status, "invoice_date": nullable(string)}
    return shape(
        optional={
            "id": string,
            "order_id": string,
            "order_number": string,
            "created_at": anything,
            "modified_at": anything,
            "order_details": details,
            "payment_details": shape(optional=money),
            "customs_details": nullable(customs_details),
            "customer_details": shape(optional={"name": string, "phone": string, "email": string}),
            "billing_address": address_part,
            "shipping_address": address_part,
            "shipping_details": shipping_details,
            "service_point_details": service_point_details,
        }
    )
