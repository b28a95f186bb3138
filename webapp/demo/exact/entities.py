"""The endpoints: path, key, fields, methods, page size, scope, filter rules, and what may be written.

Several endpoints look at one table: the single one, its bulk form and its sync form.
"""

from dataclasses import dataclass, field
from typing import Any

from webapp.demo.exact import fields as f
from webapp.demo.exact import writable

PAGE_SINGLE, PAGE_BULK = 60, 1000  # documented

ORDERS, WMS, CRM = "Sales orders", "Logistics wms", "Crm accounts"
ITEMS, INVENTORY = "Logistics items", "Logistics inventory"
DOCUMENTS, ADMINISTRATION = "Organization documents", "Organization administration"
EXTENSIBILITY = "Organization extensibility"
ALL_SCOPES = (ORDERS, WMS, CRM, ITEMS, INVENTORY, DOCUMENTS, ADMINISTRATION, EXTENSIBILITY)


@dataclass(frozen=True)
class Collection:
    """A navigation property: rows of `table` whose `foreign` equals this row's key, shown as by `path`."""

    table: str
    foreign: str
    path: str


@dataclass(frozen=True)
class Endpoint:
    path: str
    table: str
    key: str
    model: str
    fields: f.Fields
    scope: str | None = None
    methods: tuple[str, ...] = ("GET",)
    kind: str = "single"  # single, bulk, sync or read
    page: int = PAGE_SINGLE
    # Documented ("mandatory filtering"): one of these must be in the filter; empty means no rule.
    filters: tuple[str, ...] = ()
    # Documented for some bulk and all sync endpoints: nothing but `filters` may be in the filter.
    only_filters: bool = False
    collections: dict[str, Collection] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    postable: tuple[str, ...] = ()
    puttable: tuple[str, ...] = ()
    # A field that this endpoint calls differently than the table: {"Status": "OrderStatus"}.
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORDER_FILTERS = words(
    """OrderID OrderNumber OrderDate Created Modified Status ApprovalStatus DeliveryStatus InvoiceStatus
    DeliveryDate OrderedBy OrderedByContactPerson DeliverTo DeliverToContactPerson DeliveryAddress InvoiceTo
    InvoiceToContactPerson ShippingMethod WarehouseID YourRef Description Document PaymentReference
    Salesperson
    SelectionCode TaxSchedule Approver"""
)
ORDER_LINE_FILTERS = words(
    """ID OrderID OrderNumber Item LineNumber DeliveryDate DeliveryStatus OrderStatus InvoiceStatus
    Description Project VATCode"""
)
ITEM_FILTERS = words(
    f"""ID Code Barcode CostPriceNew Created Modified Description ExtraDescription SearchCode ItemGroup IsStockItem
    IsSalesItem StartDate EndDate Unit {f.numbered("Class", 10)} {f.numbered("FreeTextField", 10)}
    {f.numbered("FreeNumberField", 8)} {f.numbered("FreeBoolField", 5)} {f.numbered("FreeDateField", 5)}"""
)
# Seen in full, in the text of a live refusal.
ACCOUNT_FILTERS = words(
    """Accountant AccountManager AddressLine1 AddressLine2 AddressLine3 Blocked BRIN BSN ChamberOfCommerce City
    Classification1 Classification2 Classification3 Classification4 Classification5 Classification6 Classification7
    Classification8 Classification Code CodeAtSupplier Country Created Email EndDate Fax ID InvoiceAccount
    IsAccountant IsReseller IsSales IsSupplier MainContact Modified Name Parent Phone Postcode PriceList Reseller
    RSIN SearchCode StartDate Status Type VATNumber"""
)
# Not settled by any source: the single Contacts endpoint. The bulk list plus what clients are seen to use.
CONTACT_BULK_FILTERS = words("Account ID IdentificationDocument IdentificationUser Person")
CONTACT_FILTERS = words("Created Email FirstName FullName HID LastName Modified") + CONTACT_BULK_FILTERS
ADDRESS_FILTERS = words("Account Contact ID Main Type Warehouse")
# Not settled by any source: the single GoodsDeliveries endpoints. The bulk list plus the two of one scrape.
DELIVERY_FILTERS = words("Document EntryID Warehouse")
DELIVERY_LINE_FILTERS = words("EntryID ID Item")
DOCUMENT_FILTERS = words(
    """Account Category Contact Created Creator Division DocumentDate DocumentFolder
    FinancialTransactionEntryID HID ID Modified Opportunity Project SalesInvoiceNumber Subject Type"""
)

ORDER_LINES = {"SalesOrderLines": Collection("SalesOrderLines", "OrderID", "salesorder/SalesOrderLines")}
CHARGE_LINES = {
    "SalesOrderOrderChargeLines": Collection("SalesOrderOrderChargeLines", "OrderID", "salesorder/SalesOrderLines")
}
DELIVERY_LINES = {"GoodsDeliveryLines": Collection("GoodsDeliveryLines", "EntryID", "salesorder/GoodsDeliveryLines")}
# Always empty here: no item is kept by batch or serial number.
STOCK_NUMBERS = {
    name: Collection(f"Stock{name}", "Line", "salesorder/GoodsDeliveryLines")
    for name in ("BatchNumbers", "SerialNumbers")
}
ATTACHMENTS = {"Attachments": Collection("DocumentAttachments", "Document", "documents/DocumentAttachments")}
ALL, CHANGE, GET_POST_PUT = ("GET", "POST", "PUT", "DELETE"), ("GET", "PUT"), ("GET", "POST", "PUT")


def model(name: str) -> str:
    return f"Exact.Web.Api.Models.{name}"


SINGLE = [
    Endpoint("salesorder/SalesOrders", "SalesOrders", "OrderID", model("SalesOrder"), f.SALES_ORDER, ORDERS,
             ALL, filters=ORDER_FILTERS, collections=ORDER_LINES | CHARGE_LINES,
             required=words("OrderedBy SalesOrderLines"),
             postable=(*writable.ORDER_POST, "SalesOrderLines"), puttable=writable.ORDER_PUT),
    Endpoint("salesorder/SalesOrderLines", "SalesOrderLines", "ID", model("SalesOrderLine"),
             f.SALES_ORDER_LINE, ORDERS, ALL, filters=ORDER_LINE_FILTERS, required=words("Item OrderID"),
             postable=writable.ORDER_LINE + words("Item OrderID"), puttable=writable.ORDER_LINE),
    Endpoint("crm/Accounts", "Accounts", "ID", model("Account"), f.ACCOUNT, CRM, ALL, filters=ACCOUNT_FILTERS,
             required=words("Name"), postable=writable.ACCOUNT, puttable=writable.ACCOUNT,
             collections={"BankAccounts": Collection("BankAccounts", "Account", "crm/Accounts")}),
    Endpoint("crm/Contacts", "Contacts", "ID", model("Contact"), f.CONTACT, CRM, ALL, filters=CONTACT_FILTERS,
             required=words("Account"), postable=writable.CONTACT, puttable=writable.CONTACT),
    Endpoint("crm/Addresses", "Addresses", "ID", model("Address"), f.ADDRESS, CRM, ALL,
             required=words("Type"), postable=writable.ADDRESS, puttable=writable.ADDRESS),
    Endpoint("logistics/Items", "Items", "ID", model("Logistics.Item"), f.ITEM, ITEMS, ALL,
             filters=ITEM_FILTERS, required=words("Code Description"), postable=writable.ITEM,
             puttable=writable.ITEM),
    Endpoint("inventory/Warehouses", "Warehouses", "ID", model("Inventory.Warehouse"), f.WAREHOUSE,
             INVENTORY),
    Endpoint("sales/ShippingMethods", "ShippingMethods", "ID", model("Sales.ShippingMethod"),
             f.SHIPPING_METHOD, ORDERS),
    Endpoint("salesorder/GoodsDeliveries", "GoodsDeliveries", "EntryID",
             model("SalesOrders.GoodsDelivery"), f.GOODS_DELIVERY, WMS, GET_POST_PUT,
             filters=DELIVERY_FILTERS + words("DeliveryDate Description"), collections=DELIVERY_LINES,
             required=words("DeliveryDate GoodsDeliveryLines"),
             postable=writable.DELIVERY, puttable=writable.DELIVERY),
    Endpoint("salesorder/GoodsDeliveryLines", "GoodsDeliveryLines", "ID",
             model("SalesOrders.GoodsDeliveryLine"), f.GOODS_DELIVERY_LINE, WMS, CHANGE,
             filters=DELIVERY_LINE_FILTERS, puttable=writable.DELIVERY_LINE_PUT,
             collections=STOCK_NUMBERS),
    Endpoint("documents/Documents", "Documents", "ID", model("Document"), f.DOCUMENT, DOCUMENTS, ALL,
             filters=DOCUMENT_FILTERS, collections=ATTACHMENTS, required=words("Subject Type"),
             postable=writable.DOCUMENT, puttable=writable.DOCUMENT),
    Endpoint("documents/DocumentAttachments", "DocumentAttachments", "ID", model("DocumentAttachment"),
             f.DOCUMENT_ATTACHMENT, DOCUMENTS, ("GET", "POST", "DELETE"), filters=words("Document ID"),
             required=words("Document FileName Attachment"), postable=words("Document FileName Attachment")),
    Endpoint("documents/DocumentTypes", "DocumentTypes", "ID", model("DocumentType"), f.DOCUMENT_TYPE,
             DOCUMENTS),
    Endpoint("documents/DocumentCategories", "DocumentCategories", "ID", model("DocumentCategory"),
             f.DOCUMENT_CATEGORY, DOCUMENTS),
    Endpoint("customfield/CustomFields", "CustomFields", "LinkId", model("CustomField"), f.CUSTOM_FIELD,
             EXTENSIBILITY, kind="read"),
    Endpoint("read/logistics/ItemExtraField", "ItemExtraFields", "ItemID", model("ItemExtraField"),
             f.ITEM_EXTRA_FIELD, ITEMS, kind="read"),
    Endpoint("webhooks/WebhookSubscriptions", "WebhookSubscriptions", "ID", model("WebhookSubscription"),
             f.WEBHOOK_SUBSCRIPTION, ADMINISTRATION, ALL, required=words("CallbackURL Topic"),
             postable=words("CallbackURL Topic Description IsInstant"),
             puttable=words("CallbackURL Description IsInstant")),
]  # fmt: skip


def bulk(path: str, table: str, key: str, kinds: f.Fields, scope: str, filters: tuple[str, ...],
         only: bool = False, **more: Any) -> Endpoint:  # fmt: skip
    name = model(f"Bulk.{path.rsplit('/', 1)[-1]}")
    return Endpoint(f"bulk/{path}", table, key, name, kinds, scope, kind="bulk", page=PAGE_BULK,
                    filters=filters, only_filters=only, **more)  # fmt: skip


BULK = [
    bulk("SalesOrder/SalesOrders", "SalesOrders", "OrderID", f.SALES_ORDER, ORDERS, ORDER_FILTERS,
         collections=ORDER_LINES),
    bulk("SalesOrder/SalesOrderLines", "SalesOrderLines", "ID", f.BULK_SALES_ORDER_LINE, ORDERS,
         words("ID OrderID OrderNumber Item LineNumber DeliveryDate Description Project VATCode")),
    bulk("SalesOrder/GoodsDeliveries", "GoodsDeliveries", "EntryID", f.GOODS_DELIVERY, WMS, DELIVERY_FILTERS,
         only=True, collections=DELIVERY_LINES),
    bulk("SalesOrder/GoodsDeliveryLines", "GoodsDeliveryLines", "ID", f.GOODS_DELIVERY_LINE, WMS,
         DELIVERY_LINE_FILTERS, only=True),
    bulk("CRM/Accounts", "Accounts", "ID", f.ACCOUNT, CRM, ACCOUNT_FILTERS),
    bulk("CRM/Addresses", "Addresses", "ID", f.ADDRESS, CRM, ADDRESS_FILTERS, only=True),
    bulk("CRM/Contacts", "Contacts", "ID", f.CONTACT, CRM, CONTACT_BULK_FILTERS, only=True),
    bulk("Logistics/Items", "Items", "ID", f.ITEM, ITEMS, ITEM_FILTERS),
    bulk("Documents/Documents", "Documents", "ID", f.DOCUMENT, DOCUMENTS, DOCUMENT_FILTERS, only=True),
    bulk("Documents/DocumentAttachments", "DocumentAttachments", "ID", f.DOCUMENT_ATTACHMENT, DOCUMENTS,
         words("Document ID"), only=True),
]  # fmt: skip


def sync(path: str, table: str, kinds: f.Fields, scope: str, filters: str = "Timestamp",
         **more: Any) -> Endpoint:  # fmt: skip
    name = model(f"Sync.{path.rsplit('/', 1)[-1]}")
    return Endpoint(f"sync/{path}", table, "Timestamp", name, f.TIMESTAMP | kinds, scope, kind="sync",
                    page=PAGE_BULK, filters=words(filters), only_filters=True, **more)  # fmt: skip


SYNC = [
    sync("SalesOrder/SalesOrderHeaders", "SalesOrders", f.SYNC_SALES_ORDER_HEADER, ORDERS,
         renamed={"ID": "HeaderID"}),
    sync("SalesOrder/SalesOrderLines", "SalesOrderLines", f.SYNC_SALES_ORDER_LINE, ORDERS,
         renamed={"Status": "OrderStatus", "StatusDescription": "OrderStatusDescription"}),
    sync("SalesOrder/GoodsDeliveries", "GoodsDeliveries", f.GOODS_DELIVERY, WMS),
    sync("SalesOrder/GoodsDeliveryLines", "GoodsDeliveryLines", f.GOODS_DELIVERY_LINE, WMS),
    sync("Logistics/Items", "Items", f.ITEM, ITEMS),
    sync("CRM/Accounts", "Accounts", f.ACCOUNT, CRM),
    sync("CRM/Addresses", "Addresses", f.ADDRESS, CRM),
    sync("CRM/Contacts", "Contacts", f.CONTACT, CRM),
    sync("Documents/Documents", "Documents", f.DOCUMENT, DOCUMENTS),
    sync("Documents/DocumentAttachments", "DocumentAttachments", f.DOCUMENT_ATTACHMENT, DOCUMENTS),
    sync("Deleted", "Deleted", f.DELETED, ADMINISTRATION, "Timestamp EntityType"),
]  # fmt: skip

SYNCED = {endpoint.table for endpoint in SYNC}
ENDPOINTS: dict[str, Endpoint] = {endpoint.path: endpoint for endpoint in SINGLE + BULK + SYNC}


def find_endpoint(path: str) -> Endpoint | None:
    """By path; the service part may be in any case (seen: bulk/financial/GLAccounts), the name may not."""
    service, _, name = path.rpartition("/")
    return LOOKUP.get((service.lower(), name))


LOOKUP = {(e.path.rpartition("/")[0].lower(), e.name): e for e in ENDPOINTS.values()}


@dataclass(frozen=True)
class TableSpec:
    """How a table is kept: key, fields to look up by, padding, its names in `sync/Deleted` and webhooks."""

    key: str
    indexes: tuple[str, ...] = ()
    padding: dict[str, int] = field(default_factory=dict)  # > 0 spaces to the right, < 0 to the left
    entity_type: int | None = None
    topic: str | None = None
    audited: bool = True


# Padding: documented for the account code; seen for country, unit, VAT code and shipping method code.
TABLES: dict[str, TableSpec] = {
    "SalesOrders": TableSpec("OrderID", ("OrderNumber", "OrderedBy", "DeliverTo"), {}, 32, "SalesOrders"),
    "SalesOrderLines": TableSpec(
        "ID", ("OrderID", "OrderNumber", "Item"), {"UnitCode": 8, "VATCode": 3}, 33, "SalesOrders"
    ),
    "SalesOrderOrderChargeLines": TableSpec("ID", ("OrderID",)),
    "Accounts": TableSpec(
        "ID", ("Code",), {"Code": -18, "Country": 3, "SalesVATCode": 3, "PurchaseVATCode": 3}, 2, "Accounts"
    ),
    "BankAccounts": TableSpec("ID", ("Account",)),
    "Contacts": TableSpec("ID", ("Account",), {"Country": 3}, 5, "Contacts"),
    "Addresses": TableSpec("ID", ("Account", "Warehouse"), {"Country": 3}, 3, None),
    "Items": TableSpec("ID", ("Code",), {"Unit": 8, "SalesVatCode": 3}, 9, "Items"),
    "Warehouses": TableSpec("ID", ("Code",)),
    "ShippingMethods": TableSpec("ID", ("Code",), {"Code": 8}),
    "GoodsDeliveries": TableSpec("EntryID", ("Document",), {}, 16, "GoodsDeliveries"),
    "GoodsDeliveryLines": TableSpec(
        "ID", ("EntryID", "SalesOrderLineID", "SalesOrderNumber"), {"Unitcode": 8}, 17, "GoodsDeliveries"
    ),
    "StockBatchNumbers": TableSpec("ID", ("Line",)),
    "StockSerialNumbers": TableSpec("ID", ("Line",)),
    "Documents": TableSpec("ID", ("Account",), {}, 6, "Documents"),
    "DocumentAttachments": TableSpec("ID", ("Document",), {}, None, "DocumentAttachments"),
    "DocumentTypes": TableSpec("ID"),
    "DocumentCategories": TableSpec("ID"),
    "ItemExtraFields": TableSpec("Row", ("ItemID",)),
    "CustomFields": TableSpec("Row", ("LinkId",)),
    "WebhookSubscriptions": TableSpec("ID", ("Topic",)),
    "Deleted": TableSpec("ID", audited=False),
}
