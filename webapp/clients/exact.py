"""Exact Online's REST API: OData v2, verbose JSON.

https://start.exactonline.nl/docs/HlpRestAPIResources.aspx (reference, one page per endpoint)
https://support.exactonline.com/community/s/article/All-All-DNO-Simulation-gen-apilimits (limits)

Every call names its fields (`$select` is demanded), asks for JSON, and is planned against the budget. Strings
come padded and are stripped here; nothing else of Exact's shapes is changed.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import TypeVar

from webapp.clients.exact_answers import SERVICE, Row, expanded
from webapp.clients.exact_calls import Calls
from webapp.clients.exact_fields import (
    DELIVERY_FIELDS,
    DELIVERY_LINE_FIELDS,
    ITEM_VALUES,
    LINE_FIELDS,
    LINE_MARKS,
    ORDER_FIELDS,
    PARTS,
)
from webapp.errors import NeedsPerson, NoAccess, NotFound, Refused, Retryable

# EntityType in sync/Deleted of SalesOrderHeaders, SalesOrderLines and GoodsDeliveries
DELETED_ORDER, DELETED_LINE, DELETED_DELIVERY = 32, 33, 16
# What may be refused, or not be there, where there is another way.
WITHOUT = ("scope_missing", "right_missing", "exact_not_found")
HRM_STATUS = {"0": 1, "1": 2}  # hrm/Divisions has 0 regular and 1 archived; system/Divisions 1 active and 2 archived
MISCELLANEOUS = 55  # DocumentTypes; the type that Exact's own sample uses
# Ids in one $filter: the address must stay below 2,048 characters with IIS's defaults.
IDS_A_CALL = 25
ORDER_IDS_A_CALL = 18  # beside a long $select
OPEN = "(Status eq 12 or Status eq 20)"  # of a sales order: open, or delivered in part
Id = TypeVar("Id", int, str)
# When a filter was refused last: kept with what is known of the division's limits.
BY_KEY, LINES_BY_KEY = "deliveries_by_key", "delivery_lines_by_key"


class ExactClient(Calls):
    """One division (or, with `division` None, only the calls that need none), with the tokens of a connection."""

    # -- who and where ------------------------------------------------------------------------------------

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SystemSystemMe
    def me(self) -> Row:
        """The signed-in user. The one call without a division."""
        select = "UserID,CurrentDivision,FullName,UserName,Email,LanguageCode"
        answer = self._get("api/v1/current/Me", {"$select": select})
        rows, _ = self._rows(answer)
        if not rows:
            raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange)
        return rows[0]

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SystemSystemDivisions
    def divisions(self, current: int) -> list[Row]:
        """Every division this user may open and has granted; `current` is only there to fill the address.

        An app without the scope for that list is told those of one licence by another, which needs none.
        """
        select = "Code,Description,CustomerName,Country,Currency,Status,BlockingStatus"
        path = f"api/v1/{current}"
        try:
            return _numbered(self._pages(f"{path}/system/Divisions", {"$select": f"{select},DivisionMoveDate"}))
        except (NoAccess, NotFound) as error:
            if error.code not in WITHOUT:
                raise
            first = error
        try:
            rows = _numbered(self._pages(f"{path}/hrm/Divisions", {"$select": select}))
        except NeedsPerson:
            raise first from None
        return [{**row, "Status": HRM_STATUS.get(str(row.get("Status")), row.get("Status"))} for row in rows]

    # -- sales orders -------------------------------------------------------------------------------------

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SalesOrderSalesOrders
    def orders_since(self, day: str) -> Iterator[list[Row]]:
        """Pages of orders with lines, by order date (ISO). 60 a page; `counted` then knows how many there are."""
        yield from self._counted_pages(f"OrderDate ge datetime'{day}'")

    def orders_between(self, first: str, before: str) -> Iterator[list[Row]]:
        """The same of `first` up to the day before `before`."""
        yield from self._counted_pages(_dates(first, before))

    def count_orders(self, first: str, before: str, *, open_only: bool) -> int:
        """How many there are between these dates; one call."""
        condition = _dates(first, before) + (f" and {OPEN}" if open_only else "")
        query = {"$filter": condition, "$select": "OrderID", "$top": "1", "$inlinecount": "allpages"}
        self.counted = None
        self._rows(self._get(self._path("salesorder/SalesOrders"), query))
        if self.counted is None:
            raise Retryable("bad_answer", service=SERVICE)
        return self.counted

    def _counted_pages(self, condition: str) -> Iterator[list[Row]]:
        pages = self._order_pages(condition, {"$inlinecount": "allpages"})
        try:
            first = next(pages, None)
        except Refused:  # the count is documented, but the import must not hang on it
            pages = self._order_pages(condition)
            first = next(pages, None)
        if first is not None:
            yield first
        yield from pages

    def open_orders_between(self, first: str, before: str) -> Iterator[list[Row]]:
        """Pages of open orders of `first` up to the day before `before`."""
        return self._order_pages(f"{_dates(first, before)} and {OPEN}")

    def orders_by_id(self, guids: Iterable[str]) -> Iterator[list[Row]]:
        """The same orders anew, with lines; an order that is gone is simply missing."""
        for batch in _batches(guids, ORDER_IDS_A_CALL):
            yield from self._order_pages(_any_of("OrderID", batch))

    def orders_by_number(self, numbers: Iterable[int]) -> Iterator[list[Row]]:
        """The same by order number."""
        for batch in _batches(numbers):
            yield from self._order_pages(" or ".join(f"OrderNumber eq {number}" for number in batch))

    def _order_pages(self, condition: str, more: Row | None = None) -> Iterator[list[Row]]:
        select = ORDER_FIELDS + [f"SalesOrderLines/{name}" for name in LINE_FIELDS]
        query = {"$filter": condition, "$select": ",".join(select), "$expand": "SalesOrderLines"} | (more or {})
        for page in self._paged(self._path("salesorder/SalesOrders"), query):
            self._complete_lines(page)
            yield page

    def _complete_lines(self, orders: list[Row]) -> None:
        """Put a plain list under SalesOrderLines, and ask for the lines that are not there or may be cut."""
        for order in orders:
            lines = expanded(order.get("SalesOrderLines"))
            if lines is None:
                lines = self.order_lines(order["OrderID"]) if order.get("OrderID") else []
            order["SalesOrderLines"] = lines

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SalesOrderSalesOrderLines
    def order_lines(self, order_guid: str) -> list[Row]:
        query = {"$filter": f"OrderID eq guid'{order_guid}'", "$select": ",".join(LINE_FIELDS)}
        return list(self._pages(self._path("salesorder/SalesOrderLines"), query))

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SyncSalesOrderSalesOrderHeaders
    def changed_orders(self, cursor: int) -> Iterator[list[Row]]:
        """Pages of headers inserted or changed after the cursor, as far as is needed to tell which orders to
        read. 1,000 a page."""
        select = "OrderID,Timestamp,OrderDate,Status,ApprovalStatus,Modified"
        return self._changed("sync/SalesOrder/SalesOrderHeaders", cursor, select)

    def changed_lines(self, cursor: int) -> Iterator[list[Row]]:
        """The same for lines: a line may change without its header."""
        select = ",".join(["ID", "OrderID", "Timestamp", *LINE_MARKS])
        return self._changed("sync/SalesOrder/SalesOrderLines", cursor, select)

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SyncDeleted
    def deleted(self, cursor: int) -> Iterator[list[Row]]:
        """Pages of (EntityKey, EntityType, Timestamp) of what was deleted after the cursor; kept two months."""
        return self._changed("sync/Deleted", cursor, "EntityKey,EntityType,Timestamp")

    def _changed(self, path: str, cursor: int, select: str) -> Iterator[list[Row]]:
        return self._paged(self._path(path), {"$filter": f"Timestamp gt {cursor}L", "$select": select})

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=ReadSyncSyncSyncTimestamp
    def timestamp_of(self, moment: str, endpoint: str) -> int | None:
        """The row version that belongs to a moment (ISO, no zone); None where Exact does not tell."""
        query = {
            "modified": f"datetime'{moment}'",
            "endPoint": f"'{endpoint}'",
            "$select": "TimeStampAsBigInt",
        }
        try:
            rows, _ = self._rows(self._get(self._path("read/sync/Sync/SyncTimestamp"), query))
            return int(rows[0]["TimeStampAsBigInt"]) if rows else None
        except (Refused, NotFound, KeyError, TypeError, ValueError):
            return None  # its parameters are a known puzzle; the caller walks the cursor instead
        except NoAccess as error:
            if error.code not in WITHOUT:
                raise
            return None  # it has a scope and a right of its own

    # -- goods deliveries ---------------------------------------------------------------------------------

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SyncSalesOrderGoodsDeliveries
    def changed_deliveries(self, cursor: int) -> Iterator[list[Row]]:
        """Pages of goods deliveries inserted or changed after the cursor, our own write-backs among them."""
        return self._changed("sync/SalesOrder/GoodsDeliveries", cursor, ",".join([*DELIVERY_FIELDS, "Timestamp"]))

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SalesOrderGoodsDeliveries
    def deliveries(self, guids: Iterable[str]) -> Iterator[list[Row]]:
        """The same by id, as they stand now, with their lines under GoodsDeliveryLines."""
        for batch in _batches(guids):
            for page in self._delivery_pages(batch):
                for row in page:
                    lines = expanded(row.get("GoodsDeliveryLines"))
                    row["GoodsDeliveryLines"] = lines if lines is not None else self._delivery_lines(row["EntryID"])
                yield page

    def _delivery_pages(self, batch: list[str]) -> Iterator[list[Row]]:
        """25 a call by a filter. Which filters this endpoint takes is not documented: where it refuses, each is
        asked for by its key, and for a day the filter is not tried again."""
        path = self._path("salesorder/GoodsDeliveries")
        select = DELIVERY_FIELDS + [f"GoodsDeliveryLines/{name}" for name in DELIVERY_LINE_FIELDS]
        query = {"$select": ",".join(select), "$expand": "GoodsDeliveryLines"}
        if self.may_ask(BY_KEY):
            try:
                yield from self._paged(path, {"$filter": _any_of("EntryID", batch), **query})
                return
            except Refused:
                self.note_refusal(BY_KEY)
        for guid in batch:
            try:
                yield self._rows(self._get(f"{path}(guid'{guid}')", query, endpoint=path))[0]
            except NotFound:
                continue

    def _delivery_lines(self, guid: str) -> list[Row]:
        """By a filter; where that is refused by the address that a deferred collection has."""
        path, query = self._path("salesorder/GoodsDeliveryLines"), {"$select": ",".join(DELIVERY_LINE_FIELDS)}
        if self.may_ask(LINES_BY_KEY):
            try:
                return list(self._pages(path, {"$filter": f"EntryID eq guid'{guid}'", **query}))
            except Refused:
                self.note_refusal(LINES_BY_KEY)
        of_this = self._path(f"salesorder/GoodsDeliveries(guid'{guid}')/GoodsDeliveryLines")
        return list(self._pages(of_this, query, path))

    def update_delivery(self, guid: str, values: Row) -> None:
        """Write these fields of a goods delivery (TrackingNumber, Remarks, Document) and no others."""
        self._write("PUT", f"salesorder/GoodsDeliveries(guid'{guid}')", "salesorder/GoodsDeliveries", values)

    # -- documents ----------------------------------------------------------------------------------------

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=DocumentsDocuments
    def add_document(self, subject: str, account: str, order_number: int | None) -> str:
        """Make a document of type 55 (miscellaneous); returns its id."""
        values: Row = {"Subject": subject, "Type": MISCELLANEOUS}
        if account:
            values["Account"] = account
        if order_number:
            values["SalesOrderNumber"] = order_number
        answer = self._write("POST", "documents/Documents", "documents/Documents", values)
        rows, _ = self._rows(answer)
        if not rows or not rows[0].get("ID"):
            raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange)
        return str(rows[0]["ID"]).lower()

    def find_document(self, subject: str) -> str | None:
        """A document by its subject: for one whose answer was lost."""
        quoted = subject.replace("'", "''")
        query = {"$filter": f"Subject eq '{quoted}'", "$select": "ID,Subject"}
        rows = list(self._pages(self._path("documents/Documents"), query))
        return str(rows[0]["ID"]).lower() if rows else None

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=DocumentsDocumentAttachments
    def attach(self, document: str, file_name: str, content: bytes) -> None:
        values = {"Document": document, "FileName": file_name, "Attachment": b64encode(content).decode("ascii")}
        self._write("POST", "documents/DocumentAttachments", "documents/DocumentAttachments", values, private=True)

    def attachments(self, document: str) -> list[str]:
        """File names of what is attached to a document."""
        query = {"$filter": f"Document eq guid'{document}'", "$select": "ID,FileName,Document"}
        rows = self._pages(self._path("documents/DocumentAttachments"), query)
        return [str(row.get("FileName") or "") for row in rows]

    # -- webhooks -----------------------------------------------------------------------------------------

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=WebhooksWebhookSubscriptions
    def subscriptions(self) -> list[Row]:
        query = {"$select": "ID,CallbackURL,Topic"}
        return list(self._pages(self._path("webhooks/WebhookSubscriptions"), query))

    def subscribe(self, topic: str, url: str) -> None:
        """Exact tries the address with an empty POST while this call is open."""
        path, values = "webhooks/WebhookSubscriptions", {"CallbackURL": url, "Topic": topic}
        if topic == "GoodsDeliveries":  # the one topic with fast delivery; whether a licence forbids it is not told
            try:
                self._write("POST", path, path, {**values, "IsInstant": True})
                return
            except (Refused, NoAccess):
                pass
        self._write("POST", path, path, values)

    # -- accounts, contacts, addresses, items -------------------------------------------------------------

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=CRMAccounts (and Contacts, Addresses)
    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=LogisticsItems
    def parts(self, kind: str, guids: Iterable[str], more: Iterable[str] = ()) -> Iterator[list[Row]]:
        """Records of one kind by id, 25 a call, with `more` fields than always; those that Exact no longer has
        are missing."""
        path, _, fields = PARTS[kind]
        for batch in _batches(guids):
            query = {"$filter": _any_of("ID", batch), "$select": ",".join([*fields, *more])}
            yield from self._paged(self._path(path), query)

    def all_parts(self, kind: str, more: Iterable[str] = ()) -> Iterator[list[Row]]:
        """All records of one kind, 1,000 a call."""
        _, path, fields = PARTS[kind]
        query = {"$filter": "Timestamp gt 1L", "$select": ",".join([*fields, *more, "Timestamp"])}
        return self._paged(self._path(path), query)

    # -- what the configuration chooses from --------------------------------------------------------------

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=InventoryWarehouses
    def warehouses(self) -> list[Row]:
        return list(self._pages(self._path("inventory/Warehouses"), {"$select": "ID,Code,Description,Main"}))

    def item_values(self, guids: Iterable[str]) -> list[Row]:
        """The fields of up to 25 items that may hold an HS code or an origin."""
        batch = sorted(set(guids))[:IDS_A_CALL]
        query = {"$filter": _any_of("ID", batch), "$select": ",".join(ITEM_VALUES)}
        return list(self._pages(self._path("logistics/Items"), query)) if batch else []

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=ReadLogisticsItemExtraField
    def item_extra_fields(self, guid: str) -> list[Row]:
        """Number, label (Description) and Value of each extra field of one item. The reference has a parameter
        `itemId`, clients are seen to filter by `ItemID`: both together ask for the same."""
        query = {
            "itemId": f"guid'{guid}'",
            "$filter": f"ItemID eq guid'{guid}'",
            "$select": "ItemID,Number,Description,Value",
        }
        return list(self._pages(self._path("read/logistics/ItemExtraField"), query))

    # https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=CustomFieldCustomFields
    def custom_fields(self, address: str) -> list[Row]:
        """PropertyName, Caption and Value of the custom fields of one record, by the address that its field
        `CustomField` holds (Premium only). Raises Retryable for an address on another host."""
        path = self._path("customfield/CustomFields")
        if not address:
            return []
        return self._rows(self._get(address, {"$select": "PropertyName,Caption,Value"}, endpoint=path))[0]

    def order_custom_fields(self, guids: Iterable[str]) -> Iterator[tuple[str, list[Row]]]:
        """The same of sales orders, by order id: one call for 25 orders, and one for each that has any."""
        for batch in _batches(guids):
            query = {"$filter": _any_of("OrderID", batch), "$select": "OrderID,CustomField"}
            for row in self._pages(self._path("salesorder/SalesOrders"), query):
                yield str(row.get("OrderID")).lower(), self.custom_fields(str(row.get("CustomField") or ""))


def _numbered(rows: Iterable[Row]) -> list[Row]:
    """Divisions, each with its number. Raises Retryable for a list in which one has none: it is not believed."""
    found = list(rows)
    codes = [str(row.get("Code") or "") for row in found]
    if not all(code.isdecimal() and int(code) < 2**63 for code in codes):
        raise Retryable("bad_answer", service=SERVICE)
    return found


def _dates(first: str, before: str) -> str:
    return f"OrderDate ge datetime'{first}' and OrderDate lt datetime'{before}'"


def _any_of(field: str, guids: list[str]) -> str:
    return " or ".join(f"{field} eq guid'{guid}'" for guid in guids)


def _batches(ids: Iterable[Id], size: int = IDS_A_CALL) -> Iterator[list[Id]]:
    rest = sorted(set(ids))
    for start in range(0, len(rest), size):
        yield rest[start : start + size]
