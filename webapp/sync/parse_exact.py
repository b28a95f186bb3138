"""Exact's rows (already stripped) as records of our own. Pure; bad values become empty ones, never errors."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.sync.records import Item, Line, Party, Place, SalesOrder

Row = Mapping[str, Any]
NO_GUID = "00000000-0000-0000-0000-000000000000"
DELETED_STATUS = -1  # our own mark on the header of an order that Exact no longer has
GRAMS: dict[str, Decimal | int] = {
    "": 1000,
    "kg": 1000,
    "g": 1,
    "gr": 1,
    "gram": 1,
    "lb": Decimal("453.59237"),
    "lbs": Decimal("453.59237"),
}


def day(value: Any) -> str:
    """A date as ISO text. Exact writes `/Date(ms)/`, midnight of the wall date as if it were UTC."""
    found = re.fullmatch(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/", str(value or ""))
    if found:
        try:
            return datetime.fromtimestamp(int(found[1]) / 1000, UTC).date().isoformat()
        except (OverflowError, ValueError, OSError):
            return ""
    text = str(value or "")[:10]
    return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else ""


def guid(value: Any) -> str:
    """A record's id in lower case; empty for none."""
    text = str(value or "").strip().lower()
    return "" if text == NO_GUID else text


def number(value: Any) -> Decimal:
    """Exact's doubles and its numbers as text; anything else is nought."""
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return Decimal(0)
    return found if found.is_finite() and abs(found) < Decimal("1e12") else Decimal(0)


def whole(value: Any) -> int:
    return int(number(value))


def text(row: Row, *names: str) -> str:
    """The first of these fields that has something in it."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str | int | float) and str(value).strip():
            return str(value).strip()
    return ""


def place(row: Row) -> Place:
    """The address in a row of Addresses or Accounts (they share the field names)."""
    lines = tuple(line for line in (text(row, f"AddressLine{n}") for n in (1, 2, 3)) if line)
    country = text(row, "Country").upper()[:2]
    return Place(lines, text(row, "Postcode"), text(row, "City"), text(row, "State"), country, text(row, "Phone"))


def account(row: Row) -> Party:
    return Party(guid(row.get("ID")), text(row, "Name"), text(row, "Email"), text(row, "Phone"), place(row))


def contact(row: Row, full_name: str = "") -> Party:
    return Party(
        guid(row.get("ID")),
        text(row, "FullName") or full_name,
        text(row, "Email", "BusinessEmail"),
        text(row, "Phone", "Mobile", "BusinessPhone", "BusinessMobile"),
    )


def item(row: Row) -> Item:
    return Item(
        guid=guid(row.get("ID")),
        code=text(row, "Code"),
        barcode=text(row, "Barcode"),
        grams=_grams(row),
        stock=bool(row.get("IsStockItem", True)),
        service=bool(whole(row.get("IsTime") or 0)) or text(row, "UnitType").upper() == "T",
        statistical_code=text(row, "StatisticalCode"),
    )


def _grams(row: Row) -> Decimal | None:
    """Net weight of one unit, else gross; without a unit Exact means kilograms (the manual's default)."""
    weight = number(row.get("NetWeight")) or number(row.get("GrossWeight"))
    factor = GRAMS.get(text(row, "NetWeightUnit").lower(), 1000)
    return weight * factor if weight > 0 else None


def line(row: Row, items: Mapping[str, Item]) -> Line:
    return Line(
        guid=guid(row.get("ID")),
        number=whole(row.get("LineNumber")),
        item=items.get(guid(row.get("Item"))),
        item_code=text(row, "ItemCode"),
        description=text(row, "Description", "ItemDescription", "ItemCode"),
        unit=text(row, "UnitDescription", "UnitCode"),
        quantity=number(row.get("Quantity")),
        delivered=number(row.get("QuantityDelivered")),
        amount=None if row.get("AmountFC") is None else number(row.get("AmountFC")),
        price=number(row.get("NetPrice")) or number(row.get("UnitPrice")),
    )


def part_ids(header: Row, lines: Iterable[Row]) -> dict[str, set[str]]:
    """The other records an order needs, by kind."""
    return {
        "account": _ids(header.get("DeliverTo") or header.get("OrderedBy")),
        "contact": _ids(_contact_id(header)),
        "address": _ids(header.get("DeliveryAddress")),
        "item": {found for row in lines if (found := guid(row.get("Item")))},
    }


def _ids(value: Any) -> set[str]:
    found = guid(value)
    return {found} if found else set()


def _contact_id(header: Row) -> Any:
    """Who receives it: the contact of the delivery, else of the order if it goes to the orderer himself."""
    if header.get("DeliverToContactPerson"):
        return header["DeliverToContactPerson"]
    same = guid(header.get("DeliverTo") or header.get("OrderedBy")) == guid(header.get("OrderedBy"))
    return header.get("OrderedByContactPerson") if same else None


Parts = Mapping[str, Mapping[str, Row | None]]


def order(header: Row, lines: Iterable[Row], parts: Parts) -> SalesOrder:
    """One order with its parts; `parts` holds rows by kind and id, None for one that Exact no longer has."""
    ids = {kind: next(iter(found), "") for kind, found in part_ids(header, ()).items()}
    account_row = parts["account"].get(ids["account"])
    contact_row = parts["contact"].get(ids["contact"])
    address_row = parts["address"].get(ids["address"])
    items = {key: item(row) for key, row in parts["item"].items() if row}
    return SalesOrder(
        guid=guid(header.get("OrderID")),
        number=whole(header.get("OrderNumber")),
        date=day(header.get("OrderDate")),
        status=whole(header.get("Status")),
        approval=whole(header.get("ApprovalStatus")),
        account=account(account_row) if account_row else None,
        contact=contact(contact_row, _contact_name(header)) if contact_row else None,
        address=place(address_row) if address_row else None,
        address_asked=bool(ids["address"]),
        currency=text(header, "Currency").upper(),
        shipping_method=text(header, "ShippingMethodDescription"),
        your_ref=text(header, "YourRef"),
        description=text(header, "Description"),
        remarks=text(header, "Remarks"),
        warehouse=guid(header.get("WarehouseID")),
        lines=tuple(sorted((line(row, items) for row in lines), key=lambda found: (found.number, found.guid))),
    )


def _contact_name(header: Row) -> str:
    return text(header, "DeliverToContactPersonFullName", "OrderedByContactPersonFullName")
