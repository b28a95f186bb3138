"""What Ship an Order and the Shipments API accept (Sendcloud's documents of those names)."""

from webapp.demo.sendcloud.order_rules import (
    ADDRESS_OPTIONAL,
    ADDRESS_REQUIRED,
    LENGTH_UNITS,
    WEIGHT_UNITS,
    address,
    contract_id,
    country,
    dangerous_goods,
    filled,
    string,
    weight,
)
from webapp.demo.sendcloud.rules import (
    Path,
    Rule,
    Wrong,
    amount,
    anything,
    at_least_one,
    boolean,
    choice,
    day,
    exactly_one,
    free_object,
    integer,
    many,
    moment,
    nullable,
    number,
    shape,
    text,
)

MIME_TYPES = ("application/pdf", "application/zpl", "image/png")
TAX_NUMBER_NAMES = (
    "VAT EIN GST SSN EORI DUN FED STA CNP IE INN KPP OGR OKP IOSS FTZ DAN TAN DTF RGP DLI NID PAS MID UKIMS"
).split()


def one_dpi(*allowed: int) -> Rule:
    def look(value: object, path: Path, wrong: Wrong) -> None:
        if isinstance(value, bool) or value not in allowed:
            wrong.append((path, "choice", tuple(str(dpi) for dpi in allowed)))

    return look


ship_with = shape(
    {
        "type": choice("shipping_option_code"),
        "properties": shape(optional={"shipping_option_code": nullable(string), "contract_id": contract_id}),
    }
)
# Here weights and sizes are strings, on orders they are numbers.
parcel_weight = shape({"value": text(like=lambda v: is_above_zero(v)), "unit": choice(*WEIGHT_UNITS)})
parcel_dimensions = shape({"length": amount, "width": amount, "height": amount, "unit": choice(*LENGTH_UNITS)})


def is_above_zero(value: str) -> bool:
    try:
        return 0 < float(value) < 1e9
    except ValueError:
        return False


# --- Ship an Order ------------------------------------------------------------------------

# Asking with both names breaks the document's oneOf, although its text allows it.
ORDER_REFERENCE = {
    "order_id": text(1, 64),
    "order_number": text(1, 255),
    "apply_shipping_rules": boolean,
}
label_common = {
    "sender_address_id": integer(),
    "brand_id": integer(least=1),
    "ship_with": ship_with,
}
order_parcel = shape(
    {"parcel_items": many(shape({"item_id": filled, "quantity": integer(least=1)}), 0, 1000)},
    {"dimensions": parcel_dimensions, "weight": parcel_weight},
)
label_sync = shape(
    {
        "integration_id": integer(),
        "order": exactly_one(("order_id", "order_number"), shape(optional=ORDER_REFERENCE)),
    },
    label_common
    | {"label_details": shape(optional={"mime_type": choice(*MIME_TYPES), "dpi": one_dpi(72, 150, 203, 300, 600)})},
)
labels_async = shape(
    {
        "integration_id": integer(),
        "orders": many(
            exactly_one(
                ("order_id", "order_number"),
                shape(optional=ORDER_REFERENCE | {"parcels": many(order_parcel, 1, 50)}),
            ),
            1,
            20,
            unique=True,
        ),
    },
    label_common,
)

# --- Shipments -----------------------------------------------------------------------------

price = shape({"value": amount, "currency": text(3, 3)})
maybe_price = nullable(price)
tax_numbers = many(
    shape({"name": choice(*TAX_NUMBER_NAMES), "country_code": text(0, 2), "value": text(0, 100)}), 0, 20
)
importer = shape(
    {
        "name": text(1, 75),
        "address_line_1": text(1, 150),
        "city": text(1, 30),
        "postal_code": text(1, 12),
        "country_code": country,
    },
    {
        "company_name": text(0, 50),
        "address_line_2": text(0, 150),
        "house_number": text(0, 20),
        "state_province_code": text(0, 14),
        "telephone": text(0, 20),
        "email": text(0, 320),
    },
)
CUSTOMS_OPTIONAL = {
    "export_type": choice("private", "commercial_b2c", "commercial_b2b"),
    "invoice_date": day,
    "goods_description": text(0, 255),
    "general_notes": text(0, 500),
    "additional_declaration_statements": many(text(1, 1024), 0, 100),
    "importer_of_record": nullable(importer),
    "tax_numbers": shape({"sender": tax_numbers, "receiver": tax_numbers, "importer_of_record": tax_numbers}),
    **{name: maybe_price for name in ("discount_granted", "freight_costs", "insurance_costs", "other_costs")},
}
export_reason = choice("gift", "documents", "commercial_goods", "commercial_sample")
ITEM_REQUIRED = {
    "description": text(1, 255),
    "quantity": integer(least=1),
    "weight": weight,
    "price": price,
    "hs_code": text(0, 12),
}
ITEM_OPTIONAL = {
    "item_id": filled,
    "origin_country": country,
    "sku": string,
    "product_id": string,
    "mid_code": nullable(string),
    "material_content": nullable(string),
    "intended_use": nullable(string),
    "dangerous_goods": dangerous_goods,
    "dds_reference": nullable(string),
    "taric_doc_code": nullable(string),
    "manufacturer_product_id": nullable(text(0, 70)),
    "manufacturer_product_id_std": nullable(text(0, 70)),
    "properties": free_object,
}
PARCEL_OPTIONAL = {
    "dimensions": parcel_dimensions,
    "additional_insured_price": maybe_price,
    "label_notes": nullable(many(text(1, 255), 0, 255)),
    "sscc": nullable(text(18, 18, like=str.isdigit)),
    "package_type": nullable(
        choice(
            *"package euro_pallet block_pallet mini_pallet one_way_pallet tube over_size_pallet bundle".split(),
            "half_pallet",
            "letterbox",
        )
    ),
}
FULL_ADDRESS = set(ADDRESS_REQUIRED)
own_sender = shape({"sender_address_id": integer()}, ADDRESS_REQUIRED | ADDRESS_OPTIONAL)


def from_address(value: object, path: Path, wrong: Wrong) -> None:
    """A sender address by id, with overrides that are no whole address, or a whole address."""
    if isinstance(value, dict) and "sender_address_id" in value:
        if value.keys() >= FULL_ADDRESS:
            wrong.append((path, "one_of", ("sender_address_id", "a full address")))
        own_sender(value, path, wrong)
    else:
        address(value, path, wrong)


COMMON_OPTIONAL = {
    "brand_id": integer(),
    "order_number": string,
    "total_order_price": maybe_price,
    "reference": nullable(string),
    "external_reference_id": nullable(string),
    "validation_methods": many(choice("here")),
    "to_service_point": at_least_one(
        ("id", "carrier_service_point_id"), shape(optional={"id": string, "carrier_service_point_id": string})
    ),
    "label_details": shape(optional={"mime_type": choice(*MIME_TYPES), "dpi": one_dpi(72, 203, 300, 600)}),
    "delivery_dates": nullable(shape(optional={"handover_at": nullable(moment), "deliver_at": nullable(moment)})),
}


def shipment_rule(most_parcels: int) -> Rule:
    """`POST /shipments/announce` (15 parcels at most) and `POST /shipments` (50)."""
    customs = shape({"invoice_number": text(1, 40), "export_reason": export_reason}, CUSTOMS_OPTIONAL)
    parcel = shape(
        {"weight": parcel_weight},
        PARCEL_OPTIONAL | {"parcel_items": many(shape(ITEM_REQUIRED, ITEM_OPTIONAL), 0, 1000)},
    )
    return shape(
        {
            "to_address": address,
            "from_address": from_address,
            "ship_with": ship_with,
            "parcels": many(parcel, 1, most_parcels),
        },
        # The document asks for an object where null is shown in its samples.
        COMMON_OPTIONAL | {"customs_information": customs},
    )


def shipment_with_rules_rule() -> Rule:
    """The variants that let shipping rules and defaults fill in: only `to_address` is needed."""
    customs = shape({"invoice_number": text(1, 40)}, CUSTOMS_OPTIONAL | {"export_reason": export_reason})
    item = shape(
        {"quantity": integer(least=1)},
        {name: rule for name, rule in ITEM_REQUIRED.items() if name != "quantity"} | ITEM_OPTIONAL,
    )
    parcel = shape(optional=PARCEL_OPTIONAL | {"weight": parcel_weight, "parcel_items": many(item, 0, 1000)})
    return shape(
        {"to_address": address},
        COMMON_OPTIONAL
        | {
            "from_address": from_address,
            "ship_with": ship_with,
            "parcels": many(parcel, 1, 50),
            "customs_information": nullable(customs),
            "apply_shipping_defaults": boolean,
            "apply_shipping_rules": boolean,
            "delivery_indicator": string,
        },
    )


announce_shipment = shipment_rule(15)
create_shipment = shipment_rule(50)
shipment_with_rules = shipment_with_rules_rule()

# --- Shipping options -----------------------------------------------------------------------

insured = {name: number() for name in ("additional_insured_price", "total_insured_price")}
# The document closes none of these objects, and the guide names fields that it does not have.
shipping_options = shape(
    optional={
        "from_country_code": string,
        "to_country_code": string,
        "from_postal_code": text(0, 12),
        "to_postal_code": text(0, 12),
        "to_service_point_id": integer(),
        "parcels": many(
            shape(optional={"dimensions": parcel_dimensions, "weight": parcel_weight} | insured, others=anything)
        ),
        "functionalities": nullable(free_object),
        "carrier_code": string,
        "contract_id": integer(),
        "shipping_product_code": string,
        "shipping_option_code": string,
        "lead_time": free_object,
        "calculate_quotes": boolean,
        "from_address": free_object,
        "to_address": free_object,
        "to_service_point": free_object,
    },
    others=anything,
)
