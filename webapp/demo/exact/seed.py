"""The demo's Exact Online as it is found: users, two divisions, master data and orders. Everybody is invented.

Guids and numbers are the same on every run; dates are counted back from now.
"""

from webapp.demo.exact.books import Books, Row, guid
from webapp.demo.exact.seed_orders import seed_orders, seed_second_orders

CLIENT_ID, CLIENT_SECRET = "pakbon-demo", "demo-secret"
WEBHOOK_SECRET = "demo-webhook-secret"
SHOP, WHOLESALE, BLOCKED, STRANGERS = 3120815, 3120816, 3120817, 3120900
MERCHANT_EMAIL = "sanne@despaak.example"
BOOKKEEPER_EMAIL = "joris@kantoorbakker.example"
STRANGER_EMAIL = "vera@visserkeramiek.example"


def seed(books: Books, redirect_uri: str, allow_local: bool = True) -> Books:
    """Fill empty books. The merchant has two divisions, the bookkeeper a blocked one too, a stranger her own."""
    books.add_app(CLIENT_ID, CLIENT_SECRET, redirect_uri, allow_local=allow_local, webhook_secret=WEBHOOK_SECRET)
    add_divisions(books)
    add_users(books)
    for division in (SHOP, WHOLESALE, STRANGERS):
        seed_master_data(books, division)
    seed_items(books, SHOP)
    seed_items(books, WHOLESALE)
    seed_orders(books, SHOP)
    seed_second_orders(books, WHOLESALE)
    return books


def add_divisions(books: Books) -> None:
    address = {"Country": "NL", "City": "Eindhoven", "Postcode": "5611 EM", "AddressLine1": "Stadhuisplein 10"}
    books.add_division(SHOP, "Fietswinkel De Spaak", premium=True, IsMainDivision=True, **address)
    books.add_division(WHOLESALE, "De Spaak Groothandel", auto_approve=True, **address)
    books.add_division(BLOCKED, "De Spaak Archief 2023", BlockingStatus=5, **address)
    books.add_division(STRANGERS, "Visser Keramiek")


def add_users(books: Books) -> None:
    books.add_user("Sanne de Vries", MERCHANT_EMAIL, [SHOP, WHOLESALE])
    books.add_user("Joris Bakker", BOOKKEEPER_EMAIL, [WHOLESALE, SHOP, BLOCKED])
    books.add_user("Vera Visser", STRANGER_EMAIL, [STRANGERS], LanguageCode="en-GB")


# --- what every division has ---------------------------------------------------------------------------


def seed_master_data(books: Books, division: int) -> None:
    seed_document_types(books, division)
    if division == STRANGERS:
        return
    for code, description, main in (
        ("1", "Magazijn Eindhoven", 1),
        ("2", "Magazijn Utrecht", 0),
        ("3", "Depot Antwerpen", 0),
    ):
        row = {"ID": warehouse_id(division, code), "Code": code, "Description": description, "Main": main}
        books.insert(division, "Warehouses", row | {"EMail": "magazijn@despaak.example", "UseStorageLocations": 0})
    seed_warehouse_addresses(books, division)
    for code, description, active in (
        ("PNL", "PostNL pakket", True),
        ("DHL", "DHL Parcel", True),
        ("SP", "Servicepunt", True),
        ("AFH", "Afhalen", True),
        ("OUD", "Oude vervoerder", False),
    ):
        row = {"ID": method_id(division, code), "Code": code, "Description": description, "Active": active}
        books.insert(division, "ShippingMethods", row | {"TrackingURL": None, "Amount": 0.0})


def seed_warehouse_addresses(books: Books, division: int) -> None:
    """Documented: a warehouse has no address of its own but a delivery address without an account."""
    for code, street, postcode, city, country in (
        ("1", "Stadhuisplein 10", "5611 EM", "Eindhoven", "NL"),
        ("2", "Vredenburg 40", "3511 BD", "Utrecht", "NL"),
        ("3", "Klapstraat 12", "2000", "Antwerpen", "BE"),
    ):
        row: Row = {"AddressLine1": street, "Postcode": postcode, "City": city, "Country": country}
        row |= {"ID": guid(division, "warehouse address", code), "Account": None, "Type": 4, "Main": True}
        books.insert(division, "Addresses", row | {"Warehouse": warehouse_id(division, code)})


def seed_document_types(books: Books, division: int) -> None:
    """Documented: 55 is Miscellaneous; sales invoices (10) cannot be made as documents."""
    for number, description, creatable in (
        (10, "Verkoopfactuur", False),
        (20, "Inkoopfactuur", True),
        (55, "Diversen", True),
        (100, "Brief", True),
    ):
        row: Row = {"ID": number, "Description": description, "TypeCategory": 1, "DocumentIsViewable": True}
        row |= {"DocumentIsCreatable": creatable, "DocumentIsUpdatable": creatable}
        books.insert(division, "DocumentTypes", row | {"DocumentIsDeletable": creatable})
    for name in ("Algemeen", "Verzending"):
        row = {"ID": guid(division, "category", name), "Description": name}
        books.insert(division, "DocumentCategories", row)


def warehouse_id(division: int, code: str) -> str:
    return guid(division, "warehouse", code)


def method_id(division: int, code: str) -> str:
    return guid(division, "shipping method", code)


def item_id(division: int, code: str) -> str:
    return guid(division, "item", code)


# --- items -----------------------------------------------------------------------------------------------

# code, description, net weight (kg), HS code, origin, price, and what is special about it
ITEMS: tuple[tuple[str, str, float | None, str | None, str | None, float, Row], ...] = (
    ("BEL-01", "Fietsbel messing", 0.12, "83061000", "NL", 14.95, {}),
    ("KET-02", "Ketting 8-speed", 0.38, "73151110", "TW", 19.5, {}),
    ("BAND-03", "Binnenband 28 inch", 0.16, "40132000", "ID", 7.95, {"Barcode": "8710000000037"}),
    ("HELM-04", "Fietshelm stadsmodel", 0.41, "65061080", "CN", 59.0, {}),
    ("TAS-05", "Dubbele fietstas canvas", 1.35, "42029291", "PT", 74.95, {}),
    ("SLOT-06", "Kettingslot ART-2", 2.2, "83014019", "NL", 64.5, {}),
    ("LAMP-07", "Koplamp USB", 0.09, "85121000", "CN", 24.95, {}),
    ("POMP-08", "Vloerpomp met manometer", None, "84142080", "DE", 34.95, {}),
    # No HS code and no origin: fine inside the EU, refused outside it.
    ("MUTS-09", "Wollen muts met logo", 0.08, None, None, 22.5, {}),
    ("OLIE-10", "Kettingolie 100 ml", 0.13, None, "NL", 8.75, {}),
    ("ZADEL-11", "Leren zadel handgemaakt", 0.52, "87149500", "GB", 129.0, {}),
    ("MAND-12", "Rieten fietsmand", None, None, None, 39.95, {}),
    # Sold by the metre.
    ("KABEL-13", "Remkabel per meter", 0.03, "87149990", "TW", 2.1, {"IsFractionAllowedItem": True, "Unit": "m"}),
    ("BEURT-90", "Onderhoudsbeurt klein", None, None, None, 49.0, {"IsStockItem": False, "IsPurchaseItem": False}),
    ("UUR-91", "Werkplaats per uur", None, None, None, 62.5,
     {"IsStockItem": False, "IsTime": 1, "Unit": "uur", "UnitType": "T"}),
    ("RUIL-99", "Inruil oude fiets", None, None, None, 45.0, {"IsStockItem": False}),
)  # fmt: skip


def seed_items(books: Books, division: int) -> None:
    premium = books.divisions[division]["premium"]
    for code, description, weight, hs_code, origin, price, special in ITEMS:
        row: Row = {
            "ID": item_id(division, code),
            "LinkId": guid(division, "item link", code),
            "Code": code,
            "Description": description,
            "SearchCode": code.replace("-", ""),
            "NetWeight": weight,
            "GrossWeight": round(weight * 1.1, 3) if weight else None,
            "StatisticalCode": hs_code,
            "FreeTextField_01": origin,
            "FreeTextField_02": "Seizoen 2026",
            "StandardSalesPrice": price,
            "CostPriceStandard": round(price * 0.6, 2),
            "Unit": "stuk",
            "UnitDescription": "Stuk",
            "UnitType": "O",
            "SalesVatCode": "4",
            "ItemGroupCode": "FIETS",
            "IsStockItem": True,
            "IsSalesItem": True,
            "IsPurchaseItem": True,
            "IsFractionAllowedItem": False,
            "IsTime": 0,
            "IsSerialItem": False,
            "IsBatchItem": 0,
        } | special
        books.insert(division, "Items", row)
        seed_extra_fields(books, division, row, hs_code, origin)
        if premium:
            seed_custom_fields(books, division, row, hs_code, origin)


def seed_extra_fields(books: Books, division: int, item: Row, hs_code: str | None, origin: str | None) -> None:
    """The labelled extra fields of an item: the number, the label, the value."""
    for number, label, value in ((1, "Land van herkomst", origin), (2, "HS-code", hs_code), (3, "Kleur", "zwart")):
        row = {"Row": guid(item["ID"], "extra", number), "ItemID": item["ID"], "Number": number}
        books.insert(division, "ItemExtraFields", row | {"Description": label, "Value": value})


def seed_custom_fields(books: Books, division: int, item: Row, hs_code: str | None, origin: str | None) -> None:
    for name, caption, value in (
        ("OriginCountry", "Land van herkomst", origin),
        ("CommodityCode", "Goederencode", hs_code),
    ):
        add_custom_field(books, division, item["LinkId"], "Item", name, caption, value)


def add_custom_field(
    books: Books, division: int, link: str, component: str, name: str, caption: str, value: str | None
) -> Row:
    row: Row = {"Row": guid(link, name), "LinkId": link, "BusinessComponentName": component}
    row |= {"PropertyName": name}
    row |= {"Caption": caption, "Type": "string", "RefersTo": None, "Value": value}
    return books.insert(division, "CustomFields", row)
