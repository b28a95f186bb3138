"""Rows as Exact shows them: joined and computed fields, dates, deferred collections.

Documented: `/Date(ms)/`, date-only fields as midnight of the wall date taken as UTC. Not settled by
any source: Created and Modified; here they are server local time put in the same form, the harder case.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from webapp.demo.exact.books import Books, Row, epoch_ms
from webapp.demo.exact.entities import ENDPOINTS, TABLES, Endpoint

Reader = Callable[[Row], Any]

# table -> field -> (the field that points, the table it points at, the field shown)
JOINS: dict[str, dict[str, tuple[str, str, str]]] = {
    "SalesOrders": {
        "DeliverToContactPersonFullName": ("DeliverToContactPerson", "Contacts", "FullName"),
        "DeliverToName": ("DeliverTo", "Accounts", "Name"),
        "DocumentNumber": ("Document", "Documents", "HID"),
        "DocumentSubject": ("Document", "Documents", "Subject"),
        "InvoiceToContactPersonFullName": ("InvoiceToContactPerson", "Contacts", "FullName"),
        "InvoiceToName": ("InvoiceTo", "Accounts", "Name"),
        "OrderedByContactPersonFullName": ("OrderedByContactPerson", "Contacts", "FullName"),
        "OrderedByName": ("OrderedBy", "Accounts", "Name"),
        "ShippingMethodCode": ("ShippingMethod", "ShippingMethods", "Code"),
        "ShippingMethodDescription": ("ShippingMethod", "ShippingMethods", "Description"),
        "WarehouseCode": ("WarehouseID", "Warehouses", "Code"),
        "WarehouseDescription": ("WarehouseID", "Warehouses", "Description"),
    },
    "SalesOrderLines": {
        "ItemCode": ("Item", "Items", "Code"),
        "ItemDescription": ("Item", "Items", "Description"),
        "UnitDescription": ("Item", "Items", "UnitDescription"),
    },
    "Contacts": {
        "AccountMainContact": ("Account", "Accounts", "MainContact"),
        "AccountName": ("Account", "Accounts", "Name"),
        "Code": ("Account", "Accounts", "Code"),
    },
    "Addresses": {
        "AccountName": ("Account", "Accounts", "Name"),
        "ContactName": ("Contact", "Contacts", "FullName"),
        "WarehouseCode": ("Warehouse", "Warehouses", "Code"),
        "WarehouseDescription": ("Warehouse", "Warehouses", "Description"),
    },
    "GoodsDeliveries": {
        "DeliveryAccountCode": ("DeliveryAccount", "Accounts", "Code"),
        "DeliveryAccountName": ("DeliveryAccount", "Accounts", "Name"),
        "DeliveryContactPersonFullName": ("DeliveryContact", "Contacts", "FullName"),
        "DocumentSubject": ("Document", "Documents", "Subject"),
        "ShippingMethodCode": ("ShippingMethod", "ShippingMethods", "Code"),
        "ShippingMethodDescription": ("ShippingMethod", "ShippingMethods", "Description"),
        "WarehouseCode": ("Warehouse", "Warehouses", "Code"),
        "WarehouseDescription": ("Warehouse", "Warehouses", "Description"),
    },
    "GoodsDeliveryLines": {
        "ItemCode": ("Item", "Items", "Code"),
        "ItemDescription": ("Item", "Items", "Description"),
    },
    "Documents": {
        "AccountCode": ("Account", "Accounts", "Code"),
        "AccountName": ("Account", "Accounts", "Name"),
        "CategoryDescription": ("Category", "DocumentCategories", "Description"),
        "ContactFullName": ("Contact", "Contacts", "FullName"),
        "TypeDescription": ("Type", "DocumentTypes", "Description"),
    },
}
PEOPLE = {"CreatorFullName": "Creator", "ModifierFullName": "Modifier", "ApproverFullName": "Approver"}

# Documented codes; the words are in the language of the user and nobody should compare them.
CODES = {
    "Status": {
        12: ("Open", "Open"),
        20: ("Gedeeltelijk", "Partial"),
        21: ("Volledig", "Complete"),
        45: ("Geannuleerd", "Cancelled"),
    },
    "ApprovalStatus": {
        0: ("Wacht op goedkeuring", "Awaiting approval"),
        1: ("Automatisch goedgekeurd", "Automatic"),
        2: ("Goedgekeurd", "Approved"),
    },
}
DESCRIBED = {
    "ApprovalStatusDescription": ("ApprovalStatus", "ApprovalStatus"),
    "DeliveryStatusDescription": ("DeliveryStatus", "Status"),
    "InvoiceStatusDescription": ("InvoiceStatus", "Status"),
    "OrderStatusDescription": ("OrderStatus", "Status"),
    "StatusDescription": ("Status", "Status"),
}
COUNTRIES = {
    "NL": "Nederland", "BE": "België", "DE": "Duitsland", "FR": "Frankrijk", "LU": "Luxemburg",
    "AT": "Oostenrijk", "CH": "Zwitserland", "GB": "Verenigd Koninkrijk", "NO": "Noorwegen",
    "US": "Verenigde Staten", "ES": "Spanje", "IT": "Italië", "PL": "Polen", "IE": "Ierland",
}  # fmt: skip
COMPONENTS = {
    "SalesOrders": "SalesOrder", "SalesOrderLines": "SalesOrderLine", "Accounts": "Account",
    "Contacts": "Contact", "Addresses": "Address", "Items": "Item",
}  # fmt: skip


class View:
    """How one endpoint shows the rows of its table to one user: `base` is the scheme and host of links."""

    def __init__(self, books: Books, division: int, endpoint: Endpoint, base: str, dutch: bool = True):
        self.books, self.division, self.endpoint = books, division, endpoint
        self.base, self.dutch = base, dutch

    def reader(self, field: str) -> Reader:
        """What reads a field from a row: the row itself, another row it points at, or a computation."""
        read = self.table_reader(self.endpoint.table, self.endpoint.renamed.get(field, field))
        if self.endpoint.fields.get(field) == "bool" and not field.startswith("Free"):
            return lambda row: bool(read(row))  # a client types it so: `Blocked eq false` finds rows
        return read

    def table_reader(self, table: str, field: str) -> Reader:
        if field in JOINS.get(table, {}):
            return self._joined(*JOINS[table][field])
        if field in PEOPLE:
            return lambda row: self.books.users.get(row.get(PEOPLE[field]) or "", {}).get("FullName")
        if field in DESCRIBED:
            return self._described(*DESCRIBED[field])
        if field == "CustomField":
            return lambda row: self._custom_field(table, row)
        if (table, field) in COMPUTED:
            return lambda row: COMPUTED[table, field](self, row)
        return lambda row: row.get(field)

    def _joined(self, pointer: str, table: str, field: str) -> Reader:
        read = self.table_reader(table, field)

        def joined(row: Row) -> Any:
            other = self.books.get(self.division, table, row.get(pointer))
            return read(other) if other else None

        return joined

    def _described(self, code: str, words: str) -> Reader:
        place = 0 if self.dutch else 1

        def described(row: Row) -> str | None:
            return CODES[words][row[code]][place] if row.get(code) in CODES[words] else None

        return described

    def _custom_field(self, table: str, row: Row) -> str | None:
        """Documented: a URL, for Premium users only. Its LinkId is not a field of the record (seen)."""
        if not self.books.divisions[self.division]["premium"] or not row.get("LinkId"):
            return None
        query = f"linkId=guid'{row['LinkId']}'&businessComponentName='{COMPONENTS[table]}'"
        return f"{self.base}/api/v1/{self.division}/customfield/CustomFields?{query}"

    # --- a row as JSON -------------------------------------------------------------------------------

    def uri(self, row: Row) -> str:
        key = row.get(self.endpoint.key)
        literal = f"{key}L" if self.endpoint.kind == "sync" else f"guid'{key}'"
        if self.endpoint.fields[self.endpoint.key] == "int":
            literal = str(key)
        if isinstance(key, datetime):
            literal = f"datetime'{key.isoformat()}'"
        return f"{self.base}/api/v1/{self.division}/{self.endpoint.path}({literal})"

    def renderer(self, names: list[str], expand: dict[str, list[str] | None]) -> Callable[[Row], Row]:
        """What turns a row into its JSON: the named fields, and collections expanded or deferred.

        `expand` maps each collection to show to the fields wanted of it; None stands for deferred.
        """
        readers = [(name, self.reader(name), self.endpoint.fields[name]) for name in names]

        def render(row: Row) -> Row:
            shown: Row = {"__metadata": {"uri": self.uri(row), "type": self.endpoint.model}}
            for name, read, kind in readers:
                shown[name] = to_verbose(read(row), kind)
            for collection, fields in expand.items():
                shown[collection] = self._collection(row, collection, fields)
            return shown

        return render

    def _collection(self, row: Row, name: str, fields: list[str] | None) -> Row:
        uri = f"{self.uri(row)}/{name}"
        if fields is None:
            return {"__deferred": {"uri": uri}}
        spec = self.endpoint.collections[name]
        rows = self.books.rows(self.division, spec.table, **{spec.foreign: row[TABLES[self.endpoint.table].key]})
        inner = View(self.books, self.division, ENDPOINTS[spec.path], self.base, self.dutch)
        cap = inner_cap(self.books, self.endpoint)
        render = inner.renderer(fields, {})
        parts = [part for line in rows[: cap or None] for part in by_location(line)]
        shown: Row = {"results": [render(part) for part in parts]}
        if cap and len(rows) > cap:
            token = f"$skiptoken=guid'{rows[cap - 1][TABLES[spec.table].key]}'"
            shown["__next"] = f"{uri}?$select={','.join(fields)}&{token}"
        return shown


def by_location(row: Row) -> list[Row]:
    """Documented: a delivered line split over storage locations shows as rows that share one ID."""
    return [row | place for place in row["Locations"]] if row.get("Locations") else [row]


def inner_cap(books: Books, endpoint: Endpoint) -> int:
    cap = books.switches["expand_cap"]
    return max(cap, endpoint.page) if cap else 0


COMPUTED: dict[tuple[str, str], Callable[[View, Row], Any]] = {
    ("Contacts", "FullName"): lambda view, row: full_name(row),
    ("Accounts", "CountryName"): lambda view, row: country_name(row),
    ("Addresses", "CountryName"): lambda view, row: country_name(row),
    ("DocumentAttachments", "Url"): lambda view, row: attachment_url(view, row),
    ("Documents", "DocumentViewUrl"): lambda view, row: document_url(view, row),
    ("Documents", "HasEmptyBody"): lambda view, row: not row.get("Body"),
}


def country_name(row: Row) -> str | None:
    return COUNTRIES.get((row.get("Country") or "").strip())


def full_name(row: Row) -> str | None:
    parts = [row.get("FirstName"), row.get("MiddleName"), row.get("LastName")]
    return " ".join(part for part in parts if part) or None


def attachment_url(view: View, row: Row) -> str:
    return f"{view.base}/docs/SysAttachment.aspx?ID={row['ID']}&_Division_={view.division}"


def document_url(view: View, row: Row) -> str:
    return f"{view.base}/docs/DocView.aspx?DocumentID={row['ID']}&_Division_={view.division}"


def to_verbose(value: Any, kind: str) -> Any:
    """A value in OData's verbose JSON."""
    if value is None or kind == "binary":
        return None
    if isinstance(value, datetime):
        return f"/Date({epoch_ms(value)})/"
    if kind == "int64":
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


# --- errors ----------------------------------------------------------------------------------------


def error_body(text: str, as_json: bool) -> tuple[str | dict, str]:
    """Exact's error in the form the client asked for, and its content type."""
    if as_json:
        return {"error": {"code": "", "message": {"lang": "", "value": text}}}, "application/json"
    return (
        '<?xml version="1.0" encoding="utf-8"?><error xmlns="http://schemas.microsoft.com/ado/2007/08/'
        f'dataservices/metadata"><code></code><message xml:lang="">{escape(text)}</message></error>'
    ), "application/xml"
