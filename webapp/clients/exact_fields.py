"""Which fields Pakbon reads of each record of Exact: `$select` is demanded, and costs address length.

https://start.exactonline.nl/docs/HlpRestAPIResources.aspx (one page per endpoint)
"""

ORDER_FIELDS = (
    "OrderID,OrderNumber,OrderDate,DeliveryDate,Created,Modified,Status,ApprovalStatus,DeliveryStatus,"
    "OrderedBy,OrderedByName,OrderedByContactPerson,OrderedByContactPersonFullName,"
    "DeliverTo,DeliverToName,DeliverToContactPerson,DeliverToContactPersonFullName,DeliveryAddress,"
    "WarehouseID,WarehouseCode,ShippingMethod,ShippingMethodDescription,YourRef,Description,Remarks,"
    "Currency,AmountDC,AmountFC,AmountFCExclVat,IncotermCode,PaymentCondition"
).split(",")
LINE_FIELDS = (
    "ID,OrderID,OrderNumber,LineNumber,Item,ItemCode,ItemDescription,Description,Quantity,QuantityDelivered,"
    "UnitCode,UnitDescription,UnitPrice,NetPrice,AmountDC,AmountFC,VATPercentage,Notes"
).split(",")
DELIVERY_FIELDS = (
    "EntryID,DeliveryNumber,DeliveryDate,Description,Remarks,TrackingNumber,Document,DeliveryAccount,"
    "DeliveryAccountName,DeliveryAddress,DeliveryContact,Warehouse,WarehouseCode,ShippingMethod,"
    "ShippingMethodDescription,Modified"
).split(",")
DELIVERY_LINE_FIELDS = (
    "ID,EntryID,LineNumber,Item,ItemCode,Description,QuantityDelivered,SalesOrderLineID,SalesOrderNumber"
).split(",")
ACCOUNT_FIELDS = (
    "ID,Code,Name,Email,Phone,AddressLine1,AddressLine2,AddressLine3,Postcode,City,State,Country,"
    "VATNumber,EORINumber,Status"
).split(",")
CONTACT_FIELDS = (
    "ID,Account,FullName,FirstName,MiddleName,LastName,Email,BusinessEmail,Phone,BusinessPhone,Mobile,BusinessMobile,"
    "AddressStreet,AddressStreetNumber,AddressStreetNumberSuffix,AddressLine2,Postcode,City,State,Country"
).split(",")
ADDRESS_FIELDS = (
    "ID,Account,AccountName,Contact,ContactName,AddressLine1,AddressLine2,AddressLine3,Postcode,City,State,"
    "Country,Phone,Type,Main"
).split(",")
ITEM_FIELDS = (
    "ID,Code,Description,Barcode,NetWeight,NetWeightUnit,GrossWeight,StatisticalCode,Unit,UnitType,"
    "IsStockItem,IsTime,StandardSalesPrice"
).split(",")

# What may hold an HS code or the origin of an item; only the chosen ones are read for every item.
FREE_FIELDS = [f"FreeTextField_{number:02}" for number in range(1, 11)]
ITEM_VALUES = ["ID", "Code", "StatisticalCode", "CustomField", *FREE_FIELDS]

# What tells a changed line from one that is known already.
LINE_MARKS = ["Item", "Description", "Quantity", "QuantityDelivered", "UnitCode", "NetPrice", "AmountFC"]

PARTS = {
    "account": ("crm/Accounts", "sync/CRM/Accounts", ACCOUNT_FIELDS),
    "contact": ("crm/Contacts", "sync/CRM/Contacts", CONTACT_FIELDS),
    "address": ("crm/Addresses", "sync/CRM/Addresses", ADDRESS_FIELDS),
    "item": ("logistics/Items", "sync/Logistics/Items", ITEM_FIELDS),
}
