"""The configuration of a division: its defaults, and what stands saved. Pure.

The keys are those of the form (`webapp/configuration/form.py`); `warehouses` gathers its fields
`warehouse_<WarehouseID>`. What makes no sense there counts as not saved.
"""

import re
from collections.abc import Mapping
from typing import Any

from webapp.sync import customs
from webapp.sync.mapping import ORDER_FIELDS, Rules
from webapp.sync.receiver import Sources

WAREHOUSE = "warehouse_"
BACKFILL_DAYS = 30
HEAVIEST = 70_000  # grams; no parcel service takes more
SHIPMENT_TYPES = ("commercial_goods", "gift", "commercial_sample", "returned_goods")
SOURCES = ("account", "contact", "address")
MAY_BE_EMPTY = ("company_name", "email", "phone")  # of the customer data
STANDARD_ITEM_FIELDS = ("StatisticalCode", *(f"FreeTextField_{number:02}" for number in range(1, 11)))
MANUAL = Sources()


def backfill_days(saved: Mapping[str, Any]) -> int:
    """How many days back orders are taken, 1 to 365."""
    days = saved.get("backfill_days", BACKFILL_DAYS)
    return days if isinstance(days, int) and 1 <= days <= 365 else BACKFILL_DAYS


def default_weight(saved: Mapping[str, Any]) -> int:
    """Grams of an item for which Exact has no weight, 1 to 70000; 0 where none was saved."""
    grams = saved.get("default_weight", 0)
    return grams if isinstance(grams, int) and not isinstance(grams, bool) and 1 <= grams <= HEAVIEST else 0


def label_auto(saved: Mapping[str, Any]) -> bool:
    """Whether a goods delivery gets its label by itself. Off by default."""
    return saved.get("label_auto") is True


def warehouses(saved: Mapping[str, Any]) -> dict[str, str]:
    """Sender address by warehouse, as saved."""
    found = saved.get("warehouses")
    return {str(key): str(value) for key, value in found.items() if value} if isinstance(found, Mapping) else {}


def sender_address(saved: Mapping[str, Any], warehouse: str) -> int | None:
    """The Sendcloud sender address of an Exact warehouse; None = Sendcloud's default."""
    found = warehouses(saved).get(warehouse, "")
    return int(found) if found.isdecimal() else None


def is_order_field(name: str) -> bool:
    """Whether a field of the sales order by this name can hold a service point."""
    return name in ORDER_FIELDS or re.fullmatch(r"custom:\w{1,100}", name, re.ASCII) is not None


def is_item_field(name: str) -> bool:
    """Whether an item field by this name can hold an HS code or an origin; "" is no field."""
    more = re.fullmatch(r"custom:\w{1,100}|extra:[1-9][0-9]{0,2}", name, re.ASCII)
    return not name or name in STANDARD_ITEM_FIELDS or more is not None


def extra_item_fields(saved: Mapping[str, Any]) -> set[str]:
    """The chosen item fields that are not read anyway."""
    found = mapping_rules(saved)
    return {found.item_hs_code_field, found.item_origin_field} - {"", "StatisticalCode"}


def order_custom_fields(saved: Mapping[str, Any]) -> bool:
    """Whether the custom fields of sales orders must be read."""
    return mapping_rules(saved).service_point_field.startswith("custom:")


def mapping_rules(saved: Mapping[str, Any], home: str = "") -> Rules:
    """`home` is the country of the division, as Exact's environments name it: nl, be, uk, us."""
    shipment_type = _text(saved, "customs_shipment_type")
    service_point = _text(saved, "service_point_field") if saved.get("service_point_enabled") is True else ""
    hs_code_field, origin_field = _text(saved, "item_hs_code_field"), _text(saved, "item_origin_field")
    return Rules(
        shipment_type=shipment_type if shipment_type in SHIPMENT_TYPES else Rules.shipment_type,
        origin_country=customs.country(_text(saved, "customs_origin_country")),
        hs_code=customs.hs_code(_text(saved, "customs_hs_code")),
        item_hs_code_field=hs_code_field if is_item_field(hs_code_field) else "",
        item_origin_field=origin_field if is_item_field(origin_field) else "",
        service_point_field=service_point if is_order_field(service_point) else "",
        customer=sources(saved) if saved.get("customer_mapping") == "manual" else None,
        default_grams=default_weight(saved),
        home="GB" if home.upper() == "UK" else home.upper(),
    )


def sources(saved: Mapping[str, Any]) -> Sources:
    """Where customer data come from with *manual*, as saved."""
    names = ("name", "company_name", "email", "phone", "address")
    found = {name: saved.get(f"map_{name}", getattr(MANUAL, name)) for name in names}
    allowed = {name: ("", *SOURCES) if name in MAY_BE_EMPTY else SOURCES for name in names}
    return Sources(
        **{name: value if value in allowed[name] else getattr(MANUAL, name) for name, value in found.items()}
    )


def settings(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of the form but the warehouses, as it holds: with the default where nothing sensible is saved."""
    found, service_point = mapping_rules(saved), _text(saved, "service_point_field")
    return {
        "label_auto": label_auto(saved),
        "service_point_enabled": saved.get("service_point_enabled") is True,
        "service_point_field": service_point if is_order_field(service_point) else "YourRef",
        "customs_shipment_type": found.shipment_type,
        "customs_origin_country": found.origin_country,
        "customs_hs_code": found.hs_code,
        "item_hs_code_field": found.item_hs_code_field,
        "item_origin_field": found.item_origin_field,
        "default_weight": default_weight(saved) or None,
        "customer_mapping": "manual" if found.customer else "dynamic",
        **{f"map_{name}": value for name, value in vars(sources(saved)).items()},
        "backfill_days": backfill_days(saved),
    }


def flat(saved: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration field by field, under the names of the form. A warehouse without sender is not there."""
    return settings(saved) | {f"{WAREHOUSE}{key}": value for key, value in warehouses(saved).items()}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Names of the fields that come to something else."""
    before, after = flat(old), flat(new)
    return [name for name in before | after if before.get(name) != after.get(name)]


def _text(saved: Mapping[str, Any], name: str) -> str:
    value = saved.get(name)
    return value if isinstance(value, str) else ""
