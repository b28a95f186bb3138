"""Which fields of an entity may be written.

Documented: the reference marks each field for GET, POST and PUT, and most for all three, so what is listed here
is what can only be read: numbers of its own, names and descriptions of what a field points at, sums, statuses.
"""

from webapp.demo.exact import fields as f

NEVER = {*f.AUDIT, "ID", "OrderID", "CustomField"}


def all_but(kinds: f.Fields, names: str) -> tuple[str, ...]:
    return tuple(name for name in kinds if name not in NEVER and name not in names.split())


# Not taken up here: discounts of a whole order and another number for one that exists. Documented: the customers of
# an order that exists cannot be changed.
ORDER_POST = all_but(
    f.SALES_ORDER,
    """AmountDC AmountDiscount AmountDiscountExclVat AmountFC AmountFCExclVat ApprovalStatusDescription Approved
    Approver ApproverFullName DeliverToContactPersonFullName DeliverToName DeliveryStatus
    DeliveryStatusDescription Discount DocumentNumber DocumentSubject InvoiceStatus InvoiceStatusDescription
    InvoiceToContactPersonFullName InvoiceToName OrderNumber OrderedByContactPersonFullName OrderedByName
    PaymentConditionDescription Project ProjectCode ProjectDescription SalesChannelCode SalesChannelDescription
    SalespersonFullName SelectionCodeCode SelectionCodeDescription ShippingMethodDescription Status
    StatusDescription TaxScheduleCode TaxScheduleDescription WarehouseCode WarehouseDescription""",
)
FIXED = ("Currency", "DeliverTo", "InvoiceTo", "OrderedBy")
ORDER_PUT = (*(name for name in ORDER_POST if name not in FIXED), "SalesOrderLines")
# The amounts of a line follow from its price here, whatever is sent.
ORDER_LINE = all_but(
    f.SALES_ORDER_LINE,
    """AmountDC AmountFC CostCenterDescription CostPriceFC CostUnitDescription CustomerItemCode DeliveryStatus
    DeliveryStatusDescription InvoiceStatus InvoiceStatusDescription Item ItemCode ItemDescription
    ItemVersionDescription LineNumber Margin OrderNumber OrderStatus OrderStatusDescription PricelistDescription
    ProjectCode ProjectDescription PurchaseOrder PurchaseOrderLine PurchaseOrderLineNumber PurchaseOrderNumber
    QuantityDelivered QuantityInvoiced ShopOrderNumber TaxScheduleCode TaxScheduleDescription UnitDescription
    VATAmount VATCodeDescription VATPercentage""",
)
ACCOUNT = all_but(
    f.ACCOUNT,
    """AccountManagerFullName AccountManagerHID AddressSource BRIN Classification ClassificationDescription
    ClientGroup ClientGroupDescription CostPaid Costcenter CostcenterDescription CountryName Currency
    CustomerSince Document DunsNumber InvoiceAccountCode InvoiceAccountName IsAnonymised IsBank IsMember
    IsPurchase IsSales LanguageDescription LogoThumbnailUrl LogoUrl PaymentConditionPurchaseDescription
    PaymentConditionSalesDescription PurchaseCurrencyDescription PurchaseVATCodeDescription ResellerCode
    ResellerName SalesCurrencyDescription SalesTaxScheduleCode SalesTaxScheduleDescription
    SalesVATCodeDescription Source StateName StatusSince Type""",
)
# The address of a contact is that of its account.
CONTACT = all_but(
    f.CONTACT,
    """AccountIsCustomer AccountIsSupplier AccountMainContact AccountName AddressLine2 AddressStreet
    AddressStreetNumber AddressStreetNumberSuffix AllowMailing City Code Country FullName IsAnonymised
    IsMainContact PartnerName PartnerNamePrefix PhoneExtension PictureThumbnailUrl PictureUrl Postcode State
    TitleAbbreviation TitleDescription""",
)
ADDRESS = all_but(
    f.ADDRESS,
    """AccountIsSupplier AccountName ContactName CountryName Source StateDescription WarehouseCode
    WarehouseDescription""",
)
ITEM = all_but(
    f.ITEM,
    """AssembledLeadDays BatchQuantity GLCostsCode GLCostsDescription GLCostsWorkInProgressCode
    GLCostsWorkInProgressDescription GLRevenueCode GLRevenueDescription GLRevenueWorkInProgressCode
    GLRevenueWorkInProgressDescription GLStockCode GLStockDescription ItemGroupCode ItemGroupDescription
    PictureThumbnailUrl PictureUrl SalesVatCodeDescription StandardSalesPrice StatisticalCode
    StatisticalNetWeight StatisticalUnits StatisticalValue Stock UnitDescription UnitType UseExplosion""",
)
# HID could be chosen by the client as well; here the documents are numbered by Exact.
DOCUMENT = all_but(
    f.DOCUMENT,
    """AccountCode AccountName CategoryDescription ContactFullName ContractNumber DocumentFolderCode
    DocumentFolderDescription DocumentViewUrl HID HasEmptyBody ItemCode ItemDescription ProjectCode
    ProjectDescription SendMethod TypeDescription""",
)
DELIVERY = tuple("DeliveryDate Description Remarks TrackingNumber ShippingMethod Document GoodsDeliveryLines".split())
DELIVERY_LINE_PUT = ("Description", "Notes", "TrackingNumber")
DELIVERY_LINE_POST = ("SalesOrderLineID", "QuantityDelivered", *DELIVERY_LINE_PUT)

# Documented: the only values that these fields know.
VALUES: dict[str, dict[str, tuple]] = {
    "crm/Accounts": {"Status": ("A", "S", "P", "C")},
    "crm/Addresses": {"Type": (1, 2, 3, 4)},
}
