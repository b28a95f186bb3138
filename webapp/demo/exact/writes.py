"""POST, PUT and DELETE: which values are taken, what they mean, what is refused.

Documented per field: what may be posted and put. Not documented and chosen: a known field that may not be
written is left aside without a word, an unknown one is refused.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from webapp.demo.exact import functions, trade, writable
from webapp.demo.exact.books import Books, Row, pad
from webapp.demo.exact.entities import ENDPOINTS, TABLES, Endpoint
from webapp.demo.exact.limits import Refused
from webapp.demo.exact.odata import GUID, ODataError

DELIVERY_ADDRESS = 4
LARGEST_POST = 10 * 1024 * 1024  # documented: 10.0 MB

# The field that points -> the table it must point into.
REFERENCES = {
    "OrderedBy": "Accounts", "DeliverTo": "Accounts", "InvoiceTo": "Accounts", "Account": "Accounts",
    "DeliveryAddress": "Addresses", "Document": "Documents", "ShippingMethod": "ShippingMethods",
    "WarehouseID": "Warehouses", "Item": "Items", "Contact": "Contacts", "MainContact": "Contacts",
    "OrderedByContactPerson": "Contacts", "DeliverToContactPerson": "Contacts", "Category": "DocumentCategories",
    "InvoiceToContactPerson": "Contacts", "OrderID": "SalesOrders", "SalesOrderLineID": "SalesOrderLines",
    "InvoiceAccount": "Accounts", "Parent": "Accounts", "Reseller": "Accounts", "Accountant": "Accounts",
    "Warehouse": "Warehouses",
}  # fmt: skip


def values_of(endpoint: Endpoint, data: Any, allowed: tuple[str, ...]) -> Row:
    """The values of a body that may be written, each of its kind; collections are left as they came."""
    if not isinstance(data, dict):
        raise ODataError("Error processing request stream. The request content must be an object.")
    values = {}
    for name, value in data.items():
        if name == "__metadata":
            continue
        if name not in endpoint.fields and name not in endpoint.collections:
            raise ODataError(
                f"The property '{name}' does not exist on type '{endpoint.model}'. "
                "Make sure to only use property names that are defined by the type."
            )
        if name in allowed and not is_link(value):
            kind = endpoint.fields.get(name)
            values[name] = convert(name, value, kind) if kind else value
    for name, known in writable.VALUES.get(endpoint.path, {}).items():
        if values.get(name) is not None and values[name] not in known:
            raise ODataError(f"Invalid value: {name}")
    return values


def is_link(value: Any) -> bool:
    """A collection as it was read, `{"__deferred": …}`: OData's way to say that it is not part of the body."""
    return isinstance(value, dict) and "__deferred" in value


def convert(name: str, value: Any, kind: str) -> Any:
    """A JSON value as its kind; the text of the refusal is Exact's (seen)."""
    try:
        return None if value is None else CONVERT[kind](value)
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise ODataError(
            f"Error in converting the value from request payload for property '{name}' to type '{TYPES[kind]}'"
        ) from None


def to_guid(value: Any) -> str:
    if not isinstance(value, str) or not GUID.match(value):
        raise ValueError(value)
    return value.lower()


def to_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def to_int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(value)
    return int(value)


def to_double(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError(value)
    return float(value)


def to_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def to_moment(value: Any) -> datetime:
    """ISO without zone, or `/Date(ms)/`. Seen: a zone is accepted but shifted to UTC, so a date can move."""
    match = re.match(r"/Date\((-?\d+)\)/$", str(value))
    if match:
        return datetime.fromtimestamp(int(match.group(1)) / 1000, UTC).replace(tzinfo=None)
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def to_date(value: Any) -> datetime:
    return to_moment(value).replace(hour=0, minute=0, second=0, microsecond=0)


def to_base64(value: Any) -> str:
    base64.b64decode(value, validate=True)
    return value


CONVERT: dict[str, Callable[[Any], Any]] = {
    "guid": to_guid, "text": to_text, "int": to_int, "byte": to_int, "int64": to_int, "double": to_double,
    "bool": to_bool, "date": to_date, "time": to_moment, "binary": to_base64,
}  # fmt: skip
TYPES = {
    "guid": "Guid", "text": "String", "int": "Int32", "byte": "Byte", "int64": "Int64", "double": "Double",
    "bool": "Boolean", "date": "DateTime", "time": "DateTime", "binary": "Byte[]",
}  # fmt: skip


def check_required(endpoint: Endpoint, values: Row) -> None:
    for name in endpoint.required:
        if values.get(name) in (None, "", []):
            raise ODataError(f"Mandatory: {name}")


def check_whole(endpoint: Endpoint, values: Row) -> None:
    """What a contact and an address need beside their mandatory fields, as the reference says in words."""
    if endpoint.path == "crm/Contacts" and not (values.get("FirstName") or values.get("LastName")):
        raise ODataError("Mandatory: LastName")
    if endpoint.path == "crm/Addresses":
        if not values.get("Account") and not values.get("Warehouse"):
            raise ODataError("Mandatory: Account")
        if values.get("Warehouse") and (values.get("Account") or values["Type"] != DELIVERY_ADDRESS):
            raise ODataError("Invalid value: Warehouse")


def check_references(books: Books, division: int, values: Row) -> None:
    for name, table in REFERENCES.items():
        if values.get(name) and books.get(division, table, values[name]) is None:
            raise ODataError(f"Invalid reference: {name}")


def inner_values(collection: str, rows: Any, allowed: tuple[str, ...]) -> list[Row]:
    """The rows of a collection that is sent along with its header: a list, or `{"results": [...]}`."""
    rows = unwrapped(rows)
    if not isinstance(rows, list):
        raise ODataError(f"Error processing request stream. '{collection}' must be a list.")
    endpoint = ENDPOINTS[f"salesorder/{collection}"]
    return [values_of(endpoint, row, allowed) for row in rows]


def unwrapped(rows: Any) -> Any:
    return rows.get("results") if isinstance(rows, dict) else rows


def too_large(body_bytes: int, data: Any) -> bool:
    """Documented: of a binary its own size counts, not that of its base64 text."""
    attachment = data.get("Attachment") if isinstance(data, dict) else None
    if isinstance(attachment, str):
        body_bytes -= len(attachment) - len(attachment) * 3 // 4
    return body_bytes > LARGEST_POST


# --- create -------------------------------------------------------------------------------------------


def create(books: Books, division: int, endpoint: Endpoint, data: Any, user: Row) -> Row:
    values = given(values_of(endpoint, data, endpoint.postable))
    check_required(endpoint, values)
    check_references(books, division, values)
    check_whole(endpoint, values)
    maker = CREATE.get(endpoint.path)
    if maker:
        return maker(books, division, values, user)
    return books.insert(division, endpoint.table, values, user)


def given(values: Row) -> Row:
    """Null in a new record is as good as nothing: what follows from elsewhere then does."""
    return {name: value for name, value in values.items() if value is not None}


def create_order(books: Books, division: int, values: Row, user: Row) -> Row:
    lines = new_lines(books, division, values.pop("SalesOrderLines"))
    approved = wants_approval(division, values, user)
    order = trade.add_order(books, division, values, lines, user)
    if approved:
        trade.approve(books, division, order["OrderID"], user)
    return order


def new_lines(books: Books, division: int, rows: Any) -> list[Row]:
    lines = inner_values("SalesOrderLines", rows, ENDPOINTS["salesorder/SalesOrderLines"].postable)
    for line in lines:
        if not line.get("Item"):
            raise ODataError("Mandatory: Item")
        check_references(books, division, line)
    return [given(line) for line in lines]


def wants_approval(division: int, values: Row, user: Row) -> bool:
    """Documented: the value 2 approves, if the user has that right. Other values do nothing."""
    if values.pop("ApprovalStatus", None) != trade.APPROVED:
        return False
    if functions.is_denied(user, division, "APPROVE", ENDPOINTS["salesorder/SalesOrders"]):
        raise Refused(403, "Forbidden - You don't have the rights for this action.", "NoRights")
    return True


def create_order_line(books: Books, division: int, values: Row, user: Row) -> Row:
    order = books.table(division, "SalesOrders").rows[values["OrderID"]]
    line = trade.add_line(books, division, order, values, user)
    trade.renew_order(books, division, order["OrderID"], user)
    return line


def create_delivery(books: Books, division: int, values: Row, user: Row) -> Row:
    lines = inner_values("GoodsDeliveryLines", values.pop("GoodsDeliveryLines"), writable.DELIVERY_LINE_POST)
    pairs = [(line.pop("SalesOrderLineID", None), line.pop("QuantityDelivered", None) or 0.0) for line in lines]
    return trade.deliver(books, division, pairs, values, user, lines)


def create_account(books: Books, division: int, values: Row, user: Row) -> Row:
    code = values.get("Code") or str(books.next_number(division, "Accounts", 5001))
    return books.insert(division, "Accounts", {"Status": "C"} | values | {"Code": code}, user)


def create_address(books: Books, division: int, values: Row, user: Row) -> Row:
    """Documented: an address that exists is answered instead of made again. What makes it the same is chosen."""
    same = {name: values.get(name) for name in SAME_ADDRESS} | {"Country": padded_country(values)}
    for known in books.rows(division, "Addresses", **{n: same[n] for n in ("Account", "Warehouse")}):
        if all(known.get(name) == value for name, value in same.items()):
            return known
    return books.insert(division, "Addresses", values, user)


SAME_ADDRESS = ("Account", "Warehouse", "Type", "AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City")


def padded_country(values: Row) -> str | None:
    return pad(TABLES["Addresses"], {"Country": values.get("Country")})["Country"]


def create_document(books: Books, division: int, values: Row, user: Row) -> Row:
    kind = books.get(division, "DocumentTypes", values["Type"])
    if not kind or not kind["DocumentIsCreatable"]:
        raise ODataError("Invalid value: Type")
    number = books.next_number(division, "Documents", 1001)
    return books.insert(division, "Documents", {"DocumentDate": books.today()} | values | {"HID": number}, user)


def create_attachment(books: Books, division: int, values: Row, user: Row) -> Row:
    size = float(len(base64.b64decode(values["Attachment"])))
    return books.insert(division, "DocumentAttachments", values | {"FileSize": size}, user)


CREATE: dict[str, Callable[[Books, int, Row, Row], Row]] = {
    "salesorder/SalesOrders": create_order,
    "salesorder/SalesOrderLines": create_order_line,
    "salesorder/GoodsDeliveries": create_delivery,
    "crm/Accounts": create_account,
    "crm/Addresses": create_address,
    "documents/Documents": create_document,
    "documents/DocumentAttachments": create_attachment,
    "customfield/UpdateCustomField": functions.update_custom_field,
}


# --- change and delete -----------------------------------------------------------------------------------


def change(books: Books, division: int, endpoint: Endpoint, key: str, data: Any, user: Row) -> None:
    """Documented: PUT is a partial update. It gives the row a new version even if nothing differs."""
    values = values_of(endpoint, data, endpoint.puttable)
    for name in endpoint.required:
        if name in values and values[name] in (None, ""):
            raise ODataError(f"Mandatory: {name}")
    check_references(books, division, values)
    if endpoint.path == "salesorder/GoodsDeliveries":
        check_delivery(books, values)
    lines = values.pop("GoodsDeliveryLines", None)
    if endpoint.path == "salesorder/SalesOrderLines":
        return change_order_line(books, division, key, values, user)
    if endpoint.path == "salesorder/SalesOrders":
        return change_order(books, division, key, values, user)
    known = books.table(division, endpoint.table).rows[key]
    check_whole(endpoint, known | values)
    books.update(division, endpoint.table, key, values, user)
    if lines is not None:
        change_delivery_lines(books, division, key, lines, user)


def change_order(books: Books, division: int, key: str, values: Row, user: Row) -> None:
    """Documented: an update of a completed sales order does not succeed."""
    if books.table(division, "SalesOrders").rows[key]["Status"] == trade.COMPLETE:
        raise ODataError("Not allowed: the sales order is complete.")
    approved, lines = wants_approval(division, values, user), values.pop("SalesOrderLines", None)
    if lines is not None:
        change_order_lines(books, division, key, lines, user)
    books.update(division, "SalesOrders", key, values, user)
    if approved:
        trade.approve(books, division, key, user)


def change_order_lines(books: Books, division: int, key: str, rows: Any, user: Row) -> None:
    """Lines that are named by their ID are changed; not documented and chosen: the others are added."""
    known = inner_values("SalesOrderLines", rows, ("ID", *writable.ORDER_LINE))
    added = [row for row, line in zip(unwrapped(rows), known, strict=True) if not line.get("ID")]
    more = new_lines(books, division, added)
    for line in known:
        line_id = line.pop("ID", None)
        if line_id is None:
            continue
        if (books.get(division, "SalesOrderLines", line_id) or {}).get("OrderID") != key:
            raise ODataError("Invalid reference: ID")
        change_order_line(books, division, line_id, line, user)
    order = books.table(division, "SalesOrders").rows[key]
    for line in more:
        trade.add_line(books, division, order, line, user)
    trade.renew_order(books, division, key, user)


def change_order_line(books: Books, division: int, key: str, values: Row, user: Row) -> None:
    if "Quantity" in values and values["Quantity"] is None:
        raise ODataError("Mandatory: Quantity")
    trade.change_line(books, division, key, values, user)


def check_delivery(books: Books, values: Row) -> None:
    """What nobody has seen Exact say about a goods delivery; see the switches."""
    most = books.switches["tracking_length"]
    if most and len(values.get("TrackingNumber") or "") > most:
        raise ODataError("Tracking number: too long")
    if values.get("Document") and not books.switches["document_link"]:
        raise ODataError("Document: cannot be changed")


def change_delivery_lines(books: Books, division: int, entry: str, rows: Any, user: Row) -> None:
    allowed = ENDPOINTS["salesorder/GoodsDeliveryLines"].puttable
    for line in inner_values("GoodsDeliveryLines", rows, ("ID", *allowed)):
        known = books.get(division, "GoodsDeliveryLines", line.pop("ID", None))
        if not known or known["EntryID"] != entry:
            raise ODataError("Invalid reference: ID")
        books.update(division, "GoodsDeliveryLines", known["ID"], line, user)


def remove(books: Books, division: int, endpoint: Endpoint, key: str, user: Row) -> None:
    if endpoint.path == "salesorder/SalesOrders":
        return trade.delete_order(books, division, key, user)
    if endpoint.path == "salesorder/SalesOrderLines":
        return trade.delete_line(books, division, key, user)
    for attachment in books.rows(division, "DocumentAttachments", Document=key):
        books.delete(division, "DocumentAttachments", attachment["ID"], user)
    books.delete(division, endpoint.table, key, user)
