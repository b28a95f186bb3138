"""The fields of every entity, by kind.

Documented: names and types follow Exact's reference pages (HlpRestAPIResourcesDetails). Leaving a field
out would make a client's `$select` fail, so the long tail that nothing here fills is listed too and
is simply null.

Kinds: guid, text, int, byte, double, bool, date (a date only), time (date and time), int64, binary.
"""

Fields = dict[str, str]


def fields(**kinds: str) -> Fields:
    """`fields(guid="A B", text="C")` -> {"A": "guid", "B": "guid", "C": "text"}."""
    return {name: kind for kind, names in kinds.items() for name in names.split()}


def numbered(stem: str, count: int) -> str:
    return " ".join(f"{stem}_{n:02d}" for n in range(1, count + 1))


AUDIT = fields(
    int="Division", time="Created Modified", guid="Creator Modifier", text="CreatorFullName ModifierFullName"
)

SALES_ORDER = (
    fields(
        guid="""OrderID Approver DeliverTo DeliverToContactPerson DeliveryAddress Document InvoiceTo
        InvoiceToContactPerson OrderedBy OrderedByContactPerson Project SalesChannel Salesperson
        SelectionCode
        ShippingMethod TaxSchedule WarehouseID""",
        text="""ApprovalStatusDescription ApproverFullName Currency CustomField DeliverToContactPersonFullName
        DeliverToName DeliveryStatusDescription Description DocumentSubject IncotermAddress IncotermCode
        InvoiceStatusDescription InvoiceToContactPersonFullName InvoiceToName
        OrderedByContactPersonFullName OrderedByName PaymentCondition PaymentConditionDescription
        PaymentReference ProjectCode ProjectDescription Remarks SalesChannelCode SalesChannelDescription
        SalespersonFullName SelectionCodeCode SelectionCodeDescription ShippingMethodDescription
        StatusDescription TaxScheduleCode TaxScheduleDescription WarehouseCode WarehouseDescription
        YourRef""",
        int="ApprovalStatus DeliveryStatus DocumentNumber IncotermVersion InvoiceStatus OrderNumber Status",
        double="AmountDC AmountDiscount AmountDiscountExclVat AmountFC AmountFCExclVat Discount",
        time="Approved",
        date="DeliveryDate OrderDate",
    )
    | AUDIT
)

SALES_ORDER_LINE = (
    fields(
        guid="""ID OrderID Item ItemVersion Pricelist Project PurchaseOrder PurchaseOrderLine ShopOrder
        TaxSchedule""",
        text="""CostCenter CostCenterDescription CostUnit CostUnitDescription CustomerItemCode CustomField
        DeliveryStatusDescription Description InvoiceStatusDescription ItemCode ItemDescription
        ItemVersionDescription Notes OrderStatusDescription PricelistDescription ProjectCode
        ProjectDescription TaxScheduleCode TaxScheduleDescription UnitCode UnitDescription VATCode
        VATCodeDescription""",
        int="""DeliveryStatus InvoiceStatus LineNumber OrderNumber OrderStatus PurchaseOrderLineNumber
        PurchaseOrderNumber ShopOrderNumber""",
        byte="UseDropShipment",
        double="""AmountDC AmountFC CostPriceFC Discount Margin NetPrice Quantity QuantityDelivered
        QuantityInvoiced UnitPrice VATAmount VATPercentage""",
        date="DeliveryDate",
    )
    | AUDIT
)

ACCOUNT = (
    fields(
        guid="""ID Accountant AccountManager ActivitySector ActivitySubSector BusinessType Classification1
        Classification2 Classification3 Classification4 Classification5 Classification6 Classification7
        Classification8 CompanySize Document GLAccountPurchase GLAccountSales GLAP GLAR InvoiceAccount LeadPurpose
        LeadSource MainContact Parent PriceList Reseller SalesTaxSchedule ShippingMethod""",
        text="""AccountManagerFullName AddressLine1 AddressLine2 AddressLine3 BRIN BSN ChamberOfCommerce City
        Classification ClassificationDescription ClientGroup ClientGroupDescription Code CodeAtSupplier
        Costcenter CostcenterDescription Country CountryName Currency CustomField DatevCreditorCode
        DatevDebtorCode DunsNumber Email EORINumber Fax GlnNumber IncotermAddressPurchase IncotermAddressSales
        IncotermCodePurchase IncotermCodeSales IntraStatArea IntraStatDeliveryTerm IntraStatSystem
        IntraStatTransactionA IntraStatTransactionB IntraStatTransportMethod InvoiceAccountCode
        InvoiceAccountName Language LanguageDescription LogoFileName LogoThumbnailUrl LogoUrl Name OINNumber
        PayAsYouEarn PeppolIdentifier PaymentConditionPurchase PaymentConditionPurchaseDescription
        PaymentConditionSales PaymentConditionSalesDescription Phone PhoneExtension Postcode PurchaseCurrency
        PurchaseCurrencyDescription PurchaseVATCode PurchaseVATCodeDescription Remarks ResellerCode
        ResellerName RSIN SalesCurrency SalesCurrencyDescription SalesTaxScheduleCode
        SalesTaxScheduleDescription SalesVATCode SalesVATCodeDescription SearchCode State StateName Status
        TradeName Type UniqueTaxpayerReference VATLiability VATNumber Website""",
        int="""AccountManagerHID AddressSource AutomaticProcessProposedEntry ConsolidationScenario
        IncotermVersionPurchase IncotermVersionSales InvoiceAttachmentType InvoicingMethod
        PeppolIdentifierType PurchaseLeadDays SecurityLevel ShippingLeadDays Source""",
        byte="""CostPaid DeliveryAdvice IsAccountant IsAgency IsAnonymised IsCompetitor IsMailing
        SeparateInvPerProject SeparateInvPerSubscription""",
        bool="""Blocked CanDropShip EnableSalesPaymentLink HasWithholdingTaxSales IgnoreDatevWarningMessage IsBank
        IsExtraDuty IsMember IsPilot IsPurchase IsReseller IsSales IsSupplier RecepientOfCommissions
        ShowRemarkForSales""",
        double="CreditLinePurchase CreditLineSales DiscountPurchase DiscountSales Latitude Longitude",
        time="ControlledDate CustomerSince EstablishedDate EndDate StartDate StatusSince",
        binary="Logo",
    )
    | AUDIT
)

CONTACT = (
    fields(
        guid="""ID Account AccountMainContact IdentificationDocument IdentificationUser LeadPurpose LeadSource
        Person""",
        text="""AccountName AddressLine2 AddressStreet AddressStreetNumber AddressStreetNumberSuffix BirthName
        BirthNamePrefix BirthPlace BusinessEmail BusinessFax BusinessMobile BusinessPhone
        BusinessPhoneExtension City Code Country CustomField Email FirstName FullName Gender Initials
        JobTitleDescription Language LastName MarketingNotes MiddleName Mobile Nationality Notes PartnerName
        PartnerNamePrefix Phone PhoneExtension PictureName PictureThumbnailUrl PictureUrl Postcode
        SocialSecurityNumber State Title TitleAbbreviation TitleDescription""",
        int="AllowMailing HID",
        byte="IsAnonymised",
        bool="AccountIsCustomer AccountIsSupplier IsMailingExcluded IsMainContact",
        time="BirthDate EndDate IdentificationDate StartDate",
        binary="Picture",
    )
    | AUDIT
)

ADDRESS = (
    fields(
        guid="ID Account Contact Warehouse",
        text=f"""AccountName AddressLine1 AddressLine2 AddressLine3 City ContactName Country CountryName
        CustomField Fax Mailbox NicNumber Notes Phone PhoneExtension Postcode State StateDescription
        WarehouseCode WarehouseDescription {numbered("FreeTextField", 5)}""",
        int="Type",
        byte="Source",
        bool=f"AccountIsSupplier Main {numbered('FreeBoolField', 5)}",
        double=numbered("FreeNumberField", 5),
        time=numbered("FreeDateField", 5),
    )
    | AUDIT
)

ITEM = (
    fields(
        guid="ID GLCosts GLCostsWorkInProgress GLRevenue GLRevenueWorkInProgress GLStock ItemGroup",
        text=f"""Barcode Code CostPriceCurrency CustomField Description ExtraDescription GLCostsCode
        GLCostsDescription GLCostsWorkInProgressCode GLCostsWorkInProgressDescription GLRevenueCode
        GLRevenueDescription GLRevenueWorkInProgressCode GLRevenueWorkInProgressDescription
        GLStockCode GLStockDescription ItemGroupCode
        ItemGroupDescription NetWeightUnit Notes PictureName PictureThumbnailUrl PictureUrl SalesVatCode
        SalesVatCodeDescription SearchCode StatisticalCode Unit UnitDescription UnitType
        {numbered("Class", 10)} {numbered("FreeTextField", 10)}""",
        int="AssembledLeadDays SecurityLevel",
        byte="""CopyRemarks IsBatchItem IsBatchNumberItem IsMakeItem IsNewContract IsOnDemandItem
        IsRegistrationCodeItem IsTaxableItem IsTime IsWebshopItem UseExplosion""",
        bool=f"""IsFractionAllowedItem IsPackageItem IsPurchaseItem IsSalesItem IsSerialItem IsSerialNumberItem
        IsStockItem IsSubcontractedItem {numbered("FreeBoolField", 5)}""",
        binary="Picture",
        double=f"""AverageCost BatchQuantity CostPriceNew CostPriceStandard GrossWeight NetWeight StandardSalesPrice
        StatisticalNetWeight StatisticalUnits StatisticalValue Stock {numbered("FreeNumberField", 8)}""",
        time=f"EndDate StartDate {numbered('FreeDateField', 5)}",
    )
    | AUDIT
)

WAREHOUSE = (
    fields(
        guid="ID DefaultStorageLocation ManagerUser",
        text="Code DefaultStorageLocationCode DefaultStorageLocationDescription Description EMail",
        byte="Main UseStorageLocations",
    )
    | AUDIT
)

SHIPPING_METHOD = (
    fields(
        guid="ID",
        text="Code Description Notes ShippingRatesURL TrackingURL VATCode",
        bool="Active",
        double="Amount VATPercentage",
    )
    | AUDIT
)

GOODS_DELIVERY = (
    fields(
        guid="""EntryID DeliveryAccount DeliveryAddress DeliveryContact Document ShippingMethod Warehouse""",
        text="""DeliveryAccountCode DeliveryAccountName DeliveryContactPersonFullName Description
        DocumentSubject Remarks ShippingMethodCode ShippingMethodDescription TrackingNumber WarehouseCode
        WarehouseDescription""",
        int="DeliveryNumber EntryNumber",
        date="DeliveryDate",
    )
    | AUDIT
)

GOODS_DELIVERY_LINE = (
    fields(
        guid="ID EntryID Item SalesOrderLineID StorageLocation",
        text="""CustomerItemCode Description ItemCode ItemDescription Notes StorageLocationCode
        StorageLocationDescription TrackingNumber Unitcode""",
        int="LineNumber SalesOrderLineNumber SalesOrderNumber",
        double="QuantityDelivered QuantityOrdered",
        date="DeliveryDate",
    )
    | AUDIT
)

DOCUMENT = (
    fields(
        guid="""ID Account Category Contact ContractID DocumentFolder FinancialTransactionEntryID Item Opportunity
        Project""",
        text="""AccountCode AccountName Body CategoryDescription ContactFullName ContractNumber Currency
        DocumentFolderCode DocumentFolderDescription DocumentViewUrl ItemCode ItemDescription Language ProjectCode
        ProjectDescription Subject TeamsMeetingId TypeDescription""",
        int="""HID ProposedEntryStatus SalesInvoiceNumber SalesOrderNumber ScanServiceStatus SendMethod
        ShopOrderNumber Type""",
        bool="HasEmptyBody InheritShare",
        double="AmountFC",
        date="DocumentDate ExpiryDate",
    )
    | AUDIT
)

DOCUMENT_ATTACHMENT = fields(
    guid="ID Document", text="FileName Url", double="FileSize", binary="Attachment", int="Division"
)

DOCUMENT_TYPE = fields(
    int="ID TypeCategory",
    text="Description",
    bool="DocumentIsCreatable DocumentIsDeletable DocumentIsUpdatable DocumentIsViewable",
    time="Created Modified",
)

DOCUMENT_CATEGORY = fields(guid="ID", text="Description", time="Created Modified")

ITEM_EXTRA_FIELD = fields(guid="ItemID", text="Description Value", int="Number", time="Modified")

CUSTOM_FIELD = fields(
    guid="LinkId", text="BusinessComponentName Caption PropertyName RefersTo Type Value", int="Division"
)

DELETED = fields(int64="Timestamp", guid="DeletedBy EntityKey ID", int="Division EntityType", time="DeletedDate")

WEBHOOK_SUBSCRIPTION = fields(
    guid="ID ClientID Creator UserID",
    text="CallbackURL CreatorFullName Description Topic",
    int="Division",
    time="Created",
    bool="IsInstant",
)

DIVISION = fields(
    int="Code BlockingStatus Hid Status",
    double="ShareCapital",
    guid="Customer Creator Modifier Class_01 Class_02 Class_03 Class_04 Class_05",
    text="""AddressLine1 AddressLine2 AddressLine3 BusinessTypeCode BusinessTypeDescription
    ChamberOfCommerceEstablishment ChamberOfCommerceNumber City CompanySizeCode CompanySizeDescription Country
    CountryDescription CreatorFullName Currency CurrencyDescription CustomerCode CustomerName DatevAccountantNumber
    DatevClientNumber Description Email Fax Legislation ModifierFullName OBNumber Phone Postcode SbiCode
    SbiDescription SectorCode SectorDescription SiretNumber State SubsectorCode SubsectorDescription
    TaxOfficeNumber TaxReferenceNumber TemplateCode VATNumber Website""",
    bool="Current IsDossierDivision IsHRDivision IsMainDivision IsPracticeDivision",
    time="ArchiveDate Created DivisionHRLinkUnlinkDate DivisionMoveDate Modified StartDate",
)

HRM_DIVISION = fields(
    int="Code BlockingStatus HID Status",
    guid="Customer Creator Modifier",
    text="""CountryDescription Country CreatorFullName Currency CurrencyDescription CustomerCode CustomerName
    Description ModifierFullName OBNumber SiretNumber TaxOfficeNumber TaxReferenceNumber TemplateCode VATNumber
    Website""",
    bool="Main",
    time="ArchiveDate Created DivisionMoveDate Modified StartDate",
)

ME = fields(
    int="AccountingDivision CurrentDivision DossierDivision Legislation",
    guid="DivisionCustomer EmployeeID UserID",
    bool="""IsClientUser IsEmployeeSelfServiceUser IsMyFirmLiteUser IsMyFirmPortalUser IsOEIMigrationMandatory
    IsStarterUser""",
    text="""CustomerCode DivisionCustomerCode DivisionCustomerName DivisionCustomerSiretNumber
    DivisionCustomerVatNumber EmployeeCode Email FirstName FullName Gender Initials Language LanguageCode
    LastName MiddleName Mobile Nationality PackageCode Phone PhoneExtension PictureUrl
    ServerTime
    ThumbnailPicture ThumbnailPictureFormat Title UserName""",
    double="ServerUtcOffset",
)

SYNC_TIMESTAMP = fields(text="API", time="Modified", int64="TimeStampAsBigInt")


def without(source: Fields, names: str) -> Fields:
    return {name: kind for name, kind in source.items() if name not in names.split()}


# Documented: the bulk lines know nothing of delivery or status, unlike the single and the sync ones.
BULK_SALES_ORDER_LINE = without(
    SALES_ORDER_LINE,
    """Created Creator CreatorFullName DeliveryStatus DeliveryStatusDescription InvoiceStatus
    InvoiceStatusDescription Margin Modified Modifier ModifierFullName OrderStatus OrderStatusDescription
    ProjectCode QuantityDelivered QuantityInvoiced ShopOrderNumber TaxSchedule TaxScheduleCode
    TaxScheduleDescription""",
)

TIMESTAMP = fields(int64="Timestamp")

# Documented: the sync header has an ID beside OrderID and, unlike the order, a ShippingMethodCode.
SYNC_SALES_ORDER_HEADER = (
    TIMESTAMP
    | fields(guid="ID", text="Notes ShippingMethodCode VATCode VATCodeDescription", double="VATAmount")
    | without(SALES_ORDER, "TaxSchedule TaxScheduleCode TaxScheduleDescription")
)

# Documented: the sync line calls Status what the single line calls OrderStatus.
SYNC_SALES_ORDER_LINE = (
    TIMESTAMP
    | fields(int="Status", text="StatusDescription")
    | without(
        SALES_ORDER_LINE,
        "OrderStatus OrderStatusDescription TaxSchedule TaxScheduleCode TaxScheduleDescription",
    )
)
