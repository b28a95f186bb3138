"""Many orders at once, for measurements. Filled straight into the tables, so that 10,000 take a second or two."""

from datetime import timedelta

from webapp.demo.exact import trade
from webapp.demo.exact.books import Books, Row, guid
from webapp.demo.exact.seed_people import add_customer

WINDOW_DAYS = 28


def seed_volume(
    books: Books, division: int, orders: int, lines: int = 3, accounts: int = 500, items: int = 500
) -> None:
    """Approved open orders of the last four weeks, spread over accounts and items; numbers from 100001."""
    first_items = [add_item(books, division, n) for n in range(items)]
    customers = [add_volume_customer(books, division, n) for n in range(accounts)]
    warehouse = trade.main_warehouse(books, division)
    for n in range(orders):
        days = WINDOW_DAYS - n * WINDOW_DAYS // orders
        header = volume_header(books, division, n, days, customers[n % accounts])
        rows = [volume_line(division, n, place, first_items[(n * lines + place) % items]) for place in range(lines)]
        trade.add_order(books, division, header | {"WarehouseID": warehouse}, rows)
    books.counters[f"{division}/SalesOrders"] = 100_000 + orders


def add_item(books: Books, division: int, n: int) -> Row:
    row: Row = {"ID": guid(division, "volume item", n), "Code": f"ART-{n:05d}", "Description": f"Artikel {n}"}
    row |= {"NetWeight": 0.1 + n % 40 / 10, "StatisticalCode": "87149990", "StandardSalesPrice": 5.0 + n % 90}
    row |= {"Unit": "stuk", "UnitDescription": "Stuk", "UnitType": "O", "IsStockItem": True, "IsSalesItem": True}
    return books.insert(division, "Items", row | {"IsTime": 0, "FreeTextField_01": "NL"})


def add_volume_customer(books: Books, division: int, n: int) -> Row:
    street, postcode = f"Proefstraat {n % 300 + 1}", f"{5600 + n % 99} AB"
    company = f"Winkel {n}" if n % 3 == 0 else f"Klant {n}"
    contact = f"Persoon {n}" if n % 3 == 0 else "same"
    return add_customer(books, division, 200_000 + n, company, street, postcode, "Eindhoven", contact=contact)


def volume_header(books: Books, division: int, n: int, days: int, account: Row) -> Row:
    day = books.today() - timedelta(days=days)
    moment = min(day + timedelta(hours=9, seconds=n % 30_000), books.now())
    return {
        "OrderID": guid(division, "volume order", n),
        "HeaderID": guid(division, "volume header", n),
        "OrderNumber": 100_001 + n,
        "OrderDate": day,
        "OrderedBy": account["ID"],
        "OrderedByContactPerson": account["MainContact"],
        "DeliverToContactPerson": account["MainContact"],
        "ApprovalStatus": trade.APPROVED,
        "Description": f"Volume {n}",
        "Created": moment,
        "Modified": moment,
    }


def volume_line(division: int, n: int, place: int, item: Row) -> Row:
    return {
        "ID": guid(division, "volume line", n, place),
        "LineNumber": place + 1,
        "Item": item["ID"],
        "Description": item["Description"],
        "Quantity": float(n % 3 + 1),
    }
