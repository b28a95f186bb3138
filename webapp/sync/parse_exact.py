"""Exact's rows (already stripped) as records of our own. Pure; bad values become empty ones, never errors."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from webapp.sync.records import Item, Line, Party, Place, SalesOrder

Row = Mapping[str, Any]
NO_GUID = "00000000-0000-0000-0000-000000000000"
LARGEST = Decimal("1e9")
NINE_DECIMALS = Decimal("1e-9")
WHOLE = re.compile(r"-?[0-9]{1,19}")
MOMENT = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
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
    found = MOMENT.fullmatch(str(value or ""))
    if found:
        try:
            return datetime.fromtimestamp(int(found[1]) / 1000, UTC).date().isoformat()
        except (OverflowError, ValueError, OSError):
            return ""
    try:
        return date.fromisoformat(str(value or "")[:10]).isoformat()
    except ValueError:
        return ""


def moment(value: Any) -> str:
    """A moment as ISO text without zone, by whatever clock Exact wrote it; "" for none."""
    found = MOMENT.fullmatch(str(value or ""))
    if not found:
        return str(value or "")[:19]
    try:
        return datetime.fromtimestamp(int(found[1]) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return ""


def guid(value: Any) -> str:
    """A record's id in lower case; empty for none."""
    text = str(value or "").strip().lower()
    return "" if text == NO_GUID else text


def number(value: Any) -> Decimal:
    """Exact's doubles and its numbers as text; anything else, and what no order can hold, is nought.

    Nine decimals: 3 minus 2.9999999999999996 must not leave something to deliver.
    """
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return Decimal(0)
    if not found.is_finite() or found.copy_abs() >= LARGEST:
        return Decimal(0)
    return found.quantize(NINE_DECIMALS).normalize() + 0  # no minus nought


def whole(value: Any) -> int:
    """Whole numbers of up to 64 bits: row versions are larger than any quantity."""
    digits = str(value).strip()
    return int(digits) if WHOLE.fullmatch(digits) else int(number(value))


def flag(value: Any, unknown: bool) -> bool:
    """Yes or no as Exact writes it: true, 1 or text; `unknown` where there is nothing."""
    said = str(value if value is not None else "").strip().lower()
    return said not in ("0", "false") if said else unknown


def text(row: Row, *names: str) -> str:
    """The first of these fields that has something in it."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str):
            if found := value.strip():
                return found
        elif isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def place(row: Row) -> Place:
    """The address in a row of Addresses or Accounts (they share the field names)."""
    lines = tuple(line for line in (text(row, f"AddressLine{n}") for n in (1, 2, 3)) if line)
    country = text(row, "Country").upper()[:2]
    return Place(
        lines,
        text(row, "Postcode"),
        text(row, "City"),
        text(row, "State"),
        country,
        text(row, "Phone"),
        text(row, "ContactName"),
        text(row, "AccountName"),
    )


def contact_place(row: Row) -> Place:
    """The private address of a contact, which Exact keeps in parts."""
    number = f"{text(row, 'AddressStreetNumber')} {text(row, 'AddressStreetNumberSuffix')}".strip()
    street = f"{text(row, 'AddressStreet')} {number}".strip()
    lines = tuple(line for line in (street, text(row, "AddressLine2")) if line)
    country = text(row, "Country").upper()[:2]
    return Place(lines, text(row, "Postcode"), text(row, "City"), text(row, "State"), country)


def account(row: Row) -> Party:
    return Party(guid(row.get("ID")), text(row, "Name"), text(row, "Email"), text(row, "Phone"), place(row))


def contact(row: Row, full_name: str = "") -> Party:
    return Party(
        guid(row.get("ID")),
        text(row, "FullName") or full_name,
        text(row, "Email", "BusinessEmail"),
        text(row, "Phone", "Mobile", "BusinessPhone", "BusinessMobile"),
        contact_place(row),
    )


def item(row: Row, repaired: Mapping[str, str] | None = None) -> Item:
    return Item(
        guid=guid(row.get("ID")),
        code=text(row, "Code"),
        barcode=text(row, "Barcode"),
        grams=_grams(row),
        stock=flag(row.get("IsStockItem"), True),
        service=flag(row.get("IsTime"), False) or text(row, "UnitType").upper() == "T",
        values=item_values(row),
        repaired=repaired or {},
    )


def item_values(row: Row) -> dict[str, str]:
    """What the fields of an item say that may hold an HS code or an origin; empty ones are left out."""
    names = [name for name in row if name == "StatisticalCode" or name.startswith("FreeTextField_")]
    found = {name: text(row, name) for name in names}
    for kind, key in (("extra", "ExtraFields"), ("custom", "CustomFields")):
        more = row.get(key)
        if isinstance(more, Mapping):
            found |= {f"{kind}:{name}": text(more, name) for name in more}
    return {name: value for name, value in found.items() if value}


def extra_fields(rows: Iterable[Row]) -> dict[str, str]:
    """Rows of ItemExtraField as value by number."""
    return {str(whole(row.get("Number"))): text(row, "Value") for row in rows if whole(row.get("Number")) > 0}


def custom_fields(rows: Iterable[Row]) -> dict[str, str]:
    """Rows of CustomFields as value by property name."""
    return {name: text(row, "Value") for row in rows if (name := text(row, "PropertyName"))}


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
        "account": _ids(_account_id(header)),
        "contact": _ids(_contact_id(header)),
        "address": _ids(header.get("DeliveryAddress")),
        "item": {found for row in lines if (found := guid(row.get("Item")))},
    }


def _ids(value: Any) -> set[str]:
    found = guid(value)
    return {found} if found else set()


def _account_id(header: Row) -> str:
    return guid(header.get("DeliverTo")) or guid(header.get("OrderedBy"))


def _contact_id(header: Row) -> str:
    """Who receives it: the contact of the delivery, else of the order if it goes to the orderer himself."""
    of_order = guid(header.get("OrderedByContactPerson"))
    same = _account_id(header) == guid(header.get("OrderedBy"))
    return guid(header.get("DeliverToContactPerson")) or (of_order if same else "")


Parts = Mapping[str, Mapping[str, Row | None]]


def order(header: Row, lines: Iterable[Row], parts: Parts, items: Mapping[str, Item] | None = None) -> SalesOrder:
    """One order with its parts; `parts` holds rows by kind and id, None for one that Exact no longer has.
    `items` are those of many orders, parsed already."""
    address_id = guid(header.get("DeliveryAddress"))
    account_row = parts["account"].get(_account_id(header))
    contact_row = parts["contact"].get(_contact_id(header))
    address_row = parts["address"].get(address_id)
    if items is None:
        items = {key: item(row) for key, row in parts["item"].items() if row}
    return SalesOrder(
        guid=guid(header.get("OrderID")),
        number=whole(header.get("OrderNumber")),
        date=day(header.get("OrderDate")),
        account=account(account_row) if account_row else None,
        contact=contact(contact_row, _contact_name(header)) if contact_row else None,
        address=place(address_row) if address_row else None,
        address_asked=bool(address_id),
        currency=text(header, "Currency").upper(),
        shipping_method=text(header, "ShippingMethodDescription"),
        your_ref=text(header, "YourRef"),
        description=text(header, "Description"),
        remarks=text(header, "Remarks"),
        custom=custom_fields_of(parts, header),
        lines=tuple(sorted(_lines(lines, items), key=lambda found: (found.number, found.guid))),
    )


def custom_fields_of(parts: Parts, header: Row) -> dict[str, str]:
    """The custom fields of an order, as far as they were read: parts of the kind `custom` under its own id."""
    row = parts.get("custom", {}).get(guid(header.get("OrderID"))) or {}
    return {name: value for name in row if (value := text(row, name))}


def _lines(rows: Iterable[Row], items: Mapping[str, Item]) -> Iterable[Line]:
    return (line(row, items) for row in rows if guid(row.get("ID")))


def _contact_name(header: Row) -> str:
    """The full name that the header has of this very contact."""
    whose = "DeliverTo" if guid(header.get("DeliverToContactPerson")) else "OrderedBy"
    return text(header, f"{whose}ContactPersonFullName")
