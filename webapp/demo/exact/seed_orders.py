"""The seeded sales orders: each one shows something, and says what.

`ORDERS` is read line by line: number, days ago, customer, lines of (item, quantity), and what is special.
"""

from datetime import datetime, timedelta
from typing import Any

from webapp.demo.exact import trade
from webapp.demo.exact.books import Books, Row, guid
from webapp.demo.exact.seed_people import add_customer

Lines = list[tuple[str, float]]
LONG = "Stichting tot Behoud van het Rijwielerfgoed in Noordoost-Brabant en Omstreken, afdeling Boekel-Venhorst"
LONG_PERSON = "Maximiliaan-Alexander van Oostenbrugge-Wassenaar tot Hogenhouck van der Capellen"
SCRIPT = "<script>alert('fiets')</script> & Zn"

# name, street, postcode, city, country, and what is special about the customer
Customer = tuple[tuple[Any, ...], dict[str, Any]]


def nl(name: str, street: str | None, postcode: str | None, city: str | None, **more: Any) -> Customer:
    return (name, street, postcode, city, "NL"), more


def abroad(country: str, name: str, street: str, postcode: str, city: str, **more: Any) -> Customer:
    return (name, street, postcode, city, country), more


NORMAL: Lines = [("BEL-01", 1), ("BAND-03", 2)]
# (number, days ago, customer, lines, header); what it shows stands above it.
ORDERS: list[tuple[int, int, Customer, Lines, Row]] = [
    # A private person: account and contact have the same name.
    (20001, 1, nl("Anouk Jansen", "Kerkstraat 12", "5611 GH", "Eindhoven"), NORMAL, {}),
    # A company with a contact person.
    (20002, 1, nl("Kapsalon Krul", "Nieuwstraat 8", "5211 NL", "'s-Hertogenbosch", contact="Femke Bos"),
     [("HELM-04", 1)], {}),
    # Automatically approved.
    (20003, 2, nl("Bram Willems", "Dorpsstraat 101", "3811 EM", "Amersfoort"), NORMAL, {"ApprovalStatus": 1}),
    # Not approved yet.
    (20004, 0, nl("Carla Smit", "Lindelaan 7", "7411 HT", "Deventer"), [("TAS-05", 1)], {"ApprovalStatus": 0}),
    # Closed: delivered in full some time ago, with tracking by hand.
    (20005, 20, nl("Dirk Mulder", "Havenkade 33", "8011 VM", "Zwolle"), NORMAL, {}),
    # Cancelled.
    (20006, 6, nl("Els de Groot", "Molenweg 2", "6511 AB", "Nijmegen"), [("SLOT-06", 1)], {}),
    # Approved and open, but 45 days old.
    (20007, 45, nl("Freek Peters", "Stationsplein 4", "6811 KG", "Arnhem"), NORMAL, {}),
    # Partly delivered: two of five lamps.
    (20008, 5, nl("Greet Hendriks", "Veerweg 19", "4811 XX", "Breda"), [("LAMP-07", 5), ("BEL-01", 1)], {}),
    # A trade-in line with a negative quantity.
    (20009, 3, nl("Hans Dekker", "Brink 21", "7411 BT", "Deventer"), [("ZADEL-11", 1), ("RUIL-99", -1)], {}),
    # A decimal quantity: two and a half metres.
    (20010, 3, nl("Ineke van Dam", "Parklaan 55", "5613 BB", "Eindhoven"), [("KABEL-13", 2.5)], {}),
    # Services only: one that may be goods of a shop without stock, which goes, and one by the hour, which does not.
    (20011, 4, nl("Jaap Kok", "Zuidwal 3", "2512 XS", "Den Haag"), [("BEURT-90", 1), ("UUR-91", 1.5)], {}),
    # Goods and a service on one order.
    (20012, 4, nl("Karin Prins", "Singel 78", "1015 AC", "Amsterdam"), [("KET-02", 1), ("BEURT-90", 1)], {}),
    # US dollars, outside the EU, HS codes and origin complete.
    (20013, 2, abroad("US", "Laura Miller", "742 Maple Avenue", "60614", "Chicago", state="IL",
                      phone="+1 312 555 0143"), [("HELM-04", 1), ("BEL-01", 2)], {"Currency": "USD"}),
    # Swiss francs and items without an HS code.
    (20014, 2, abroad("CH", "Matteo Keller", "Bahnhofstrasse 21", "8001", "Zürich", phone="+41 44 555 01 23"),
     [("MUTS-09", 2)], {"Currency": "CHF"}),
    # Norwegian kroner: one item with, one without an HS code.
    (20015, 7, abroad("NO", "Nora Berg", "Storgata 14 B", "0155", "Oslo", phone="+47 22 55 51 23"),
     [("MUTS-09", 1), ("HELM-04", 1)], {"Currency": "NOK"}),
    # Great Britain, complete, with an Incoterm.
    (20016, 3, abroad("GB", "Oliver Clarke", "Flat 3, 18 Station Road", "LS1 4DT", "Leeds",
                      phone="+44 113 555 0198"), [("ZADEL-11", 1)], {"Currency": "GBP", "IncotermCode": "DAP"}),
    # Great Britain without HS code and weight.
    (20017, 8, abroad("GB", "Priya Shah", "9 Mill Lane", "M1 2AB", "Manchester", phone="+44 161 555 0155"),
     [("MAND-12", 1), ("OLIE-10", 2)], {}),
    # The house number is missing.
    (20018, 1, nl("Quinten Vos", "Beukenlaan", "5615 AA", "Eindhoven"), NORMAL, {}),
    # The service point in YourRef does not exist.
    (20019, 1, nl("Rosa Meijer", "Markt 5", "5611 EC", "Eindhoven"), NORMAL, {"YourRef": "99999", "Method": "SP"}),
    # A service point that exists.
    (20020, 1, nl("Sem Bosman", "Vestdijk 30", "5611 CC", "Eindhoven"), NORMAL, {"YourRef": "10001", "Method": "SP"}),
    # Ninety lines: more than one page of expanded lines.
    (20021, 6, nl("Rijwielhandel Tandem", "Industrieweg 200", "5683 CE", "Best", contact="Timo Blom"),
     [], {"Many": 90}),
    # Markup in a name.
    (20022, 2, nl(SCRIPT, "Haagdijk 11", "4811 TN", "Breda", contact="Ursula <b>Kuiper</b>"), NORMAL,
     {"Remarks": "Let op: \"broze\" inhoud <i>&amp;</i>"}),
    # Very long names.
    (20023, 9, nl(LONG, "Sint-Anthonisbosscheweg 147-149 achterzijde, ingang poort 4", "5427 LE", "Boekel",
                  contact=LONG_PERSON), [("POMP-08", 1)], {}),
    # No delivery address on the order: the account's own address counts.
    (20024, 2, nl("Wouter Maas", "Rijnkade 9", "6811 HA", "Arnhem", delivery=False), NORMAL, {}),
    # The account was deleted after the order was made.
    (20025, 10, nl("Xander Blok", "Oude Gracht 4", "3511 AP", "Utrecht"), NORMAL, {"Deleted": True}),
    # No e-mail address, no phone.
    (20026, 2, nl("Yvonne Schouten", "Hoogstraat 66", "3011 PT", "Rotterdam", email=None, phone=None), NORMAL, {}),
    # Belgium: bus numbers.
    (20027, 3, abroad("BE", "Zoë Peeters", "Grote Steenweg 214 bus 3", "2600", "Antwerpen",
                      phone="+32 3 555 01 23"), NORMAL, {"Warehouse": "3"}),
    (20028, 11, abroad("BE", "Café De Zwaan", "Korenmarkt 7/201", "9000", "Gent", contact="Aline Maes",
                       phone="+32 9 555 01 24"), [("MAND-12", 2)], {"Warehouse": "3"}),
    # France: the number comes first.
    (20029, 3, abroad("FR", "Baptiste Moreau", "12 bis rue de la République", "69002", "Lyon",
                      phone="+33 4 55 50 12 34"), NORMAL, {}),
    # Germany and Austria: numbers in and behind the street's name.
    (20030, 4, abroad("DE", "Clara Vogel", "Straße des 17. Juni 135", "10623", "Berlin",
                      phone="+49 30 5550123"), NORMAL, {}),
    (20031, 12, abroad("AT", "Dominik Gruber", "Mariahilfer Straße 103/2/14", "1060", "Wien",
                       phone="+43 1 5550123"), NORMAL, {}),
    # Luxembourg: number, comma, street.
    (20032, 13, abroad("LU", "Elise Weber", "15, rue de l'Alzette", "4010", "Esch-sur-Alzette",
                       phone="+352 55 50 12"), NORMAL, {}),
    # Dutch house number with a letter and an addition.
    (20033, 2, nl("Fatima Amrani", "Prinsengracht 263-3 hoog", "1016 GV", "Amsterdam"), NORMAL, {}),
    # A company without any contact.
    (20034, 5, nl("Gemeente Bladel", "Markt 21", "5531 BC", "Bladel", contact=None), [("SLOT-06", 3)], {}),
    # Ordered by one, delivered to another.
    (20035, 3, nl("Hugo van Loon", "Kanaaldijk 90", "5683 CR", "Best"), [("TAS-05", 1)], {"DeliverTo": 20001}),
    # From the second warehouse.
    (20036, 1, nl("Ilse Brouwer", "Biltstraat 44", "3572 BC", "Utrecht"), NORMAL, {"Warehouse": "2"}),
    # Delivered in full yesterday, without tracking yet: status 21 with a label still to come.
    (20037, 3, nl("Jeroen Sanders", "Boschdijk 300", "5612 HJ", "Eindhoven"), [("LAMP-07", 1)], {}),
    # Two orders of one customer, delivered together.
    (20038, 4, nl("Fietskoeriers Zuid", "Hurksestraat 60", "5652 AL", "Eindhoven", contact="Kim Aarts"),
     [("BAND-03", 10)], {}),
    (20039, 4, nl("", None, None, None), [("KET-02", 4)], {"OrderedBy": 20038}),
    # No address anywhere.
    (20040, 5, nl("Lotte Evers", None, None, None, delivery=False), NORMAL, {}),
    # A post-office box.
    (20041, 14, nl("Mondial Verzekeringen", "Postbus 1200", "5602 BE", "Eindhoven", contact="Niels Wolf"),
     [("MUTS-09", 12)], {}),
    # Drop shipment: the supplier sends it.
    (20042, 6, nl("Olga Timmer", "Rozenstraat 17", "1016 NN", "Amsterdam"), [("SLOT-06", 1)], {"Drop": True}),
    # A service point that is full.
    (20043, 0, nl("Pim Hoekstra", "Kleine Berg 8", "5611 JV", "Eindhoven"), NORMAL,
     {"YourRef": "10004", "Method": "SP"}),
]  # fmt: skip
SPECIAL = ("Method", "Warehouse", "Many", "Deleted", "DeliverTo", "OrderedBy", "Drop")


def seed_orders(books: Books, division: int) -> None:
    """The first division: oldest first, so that row versions rise with time as they would have."""
    enter_all(books, division, ORDERS)
    books.counters[f"{division}/SalesOrders"] = 20099
    books.counters[f"{division}/Accounts"] = 29999
    cancelled = trade.find_order(books, division, 20006)
    trade.cancel(books, division, cancelled["OrderID"])
    seed_deliveries(books, division)
    account = guid(division, "account", 20025)
    for table in ("Contacts", "Addresses"):
        for row in books.rows(division, table, Account=account):
            books.delete(division, table, row["ID"])
    books.delete(division, "Accounts", account)


def enter_all(books: Books, division: int, orders: list[tuple[int, int, Customer, Lines, Row]]) -> None:
    """All customers first, because an order may be for somebody else's; then the orders."""
    oldest_first = sorted(orders, key=lambda order: (-order[1], order[0]))
    for number, days, customer, _, special in oldest_first:
        if "OrderedBy" not in special:
            created = moment_of(books, number, days)
            add_customer(books, division, number, *customer[0], **customer[1], created=created)
    for number, days, _, lines, special in oldest_first:
        enter(books, division, number, days, lines, special)


def moment_of(books: Books, number: int, days: int) -> datetime:
    """Ten in the morning of its day, or now if that is still to come."""
    morning = books.today() - timedelta(days=days) + timedelta(hours=10, seconds=number % 1000)
    return min(morning, books.now())


def enter(books: Books, division: int, number: int, days: int, lines: Lines, special: Row) -> Row:
    """One order. `special` holds header fields, and what `SPECIAL` names."""
    day = books.today() - timedelta(days=days)
    moment = moment_of(books, number, days)
    when = {"Created": moment, "Modified": moment}
    ordered_by = guid(division, "account", special.get("OrderedBy", number))
    deliver_to = guid(division, "account", special["DeliverTo"]) if "DeliverTo" in special else ordered_by
    header = {
        "OrderID": guid(division, "order", number),
        "HeaderID": guid(division, "order header", number),
        "LinkId": guid(division, "order link", number),
        "OrderNumber": number,
        "OrderDate": day,
        "OrderedBy": ordered_by,
        "DeliverTo": deliver_to,
        "OrderedByContactPerson": main_contact(books, division, ordered_by),
        "DeliverToContactPerson": main_contact(books, division, deliver_to),
        "ApprovalStatus": 2,
        "Approved": moment,
        "Description": f"Webshop {number}",
        "WarehouseID": guid(division, "warehouse", special.get("Warehouse", "1")),
        "ShippingMethod": guid(division, "shipping method", special.get("Method", "PNL")),
    }
    header |= {name: value for name, value in special.items() if name not in SPECIAL} | when
    if header["ApprovalStatus"] == 0:
        header["Approved"] = None
    rows = many_lines(special["Many"]) if "Many" in special else lines
    order = trade.add_order(books, division, header, [line_of(books, division, number, n, row, special) | when
                                                      for n, row in enumerate(rows, start=1)])  # fmt: skip
    add_service_point_field(books, division, order)
    return order


def line_of(books: Books, division: int, number: int, place: int, line: tuple[str, float], special: Row) -> Row:
    item, quantity = line
    row: Row = {"ID": guid(division, "line", number, place), "LinkId": guid(division, "line link", number, place)}
    row |= {"Item": guid(division, "item", item), "Quantity": float(quantity)}
    return row | {"UseDropShipment": int(special.get("Drop", False))}


def many_lines(count: int) -> Lines:
    codes = ["BEL-01", "KET-02", "BAND-03", "LAMP-07", "OLIE-10", "MUTS-09"]
    return [(codes[n % len(codes)], float(n % 4 + 1)) for n in range(count)]


def main_contact(books: Books, division: int, account: str) -> str | None:
    return (books.get(division, "Accounts", account) or {}).get("MainContact")


def add_service_point_field(books: Books, division: int, order: Row) -> None:
    """A Premium division has the service point as a custom field too."""
    if not books.divisions[division]["premium"]:
        return
    value = order.get("YourRef") if (order.get("YourRef") or "").isdigit() else None
    row = {"Row": guid(order["LinkId"], "ServicePoint"), "LinkId": order["LinkId"]}
    row |= {"BusinessComponentName": "SalesOrder", "PropertyName": "ServicePoint", "Caption": "Servicepunt"}
    books.insert(division, "CustomFields", row | {"Type": "string", "RefersTo": None, "Value": value})


def seed_deliveries(books: Books, division: int) -> None:
    """Deliveries that are there already: two with tracking by hand, one partial, one whole, one of two orders."""
    at = books.today()
    deliver(books, division, [20005], at - timedelta(days=18), TrackingNumber="3SDSPA0020005",
            Remarks="Meegegeven aan PostNL")  # fmt: skip
    lamp = books.table(division, "SalesOrderLines").rows[guid(division, "line", 20008, 1)]
    header = {"EntryID": guid(division, "delivery", 20008), "DeliveryDate": at - timedelta(days=2)}
    trade.deliver(books, division, [(lamp["ID"], 2.0)], header)
    deliver(books, division, [20037], at - timedelta(days=1), Remarks="Graag in de namiddag")
    together = deliver(books, division, [20038, 20039], at - timedelta(days=1))
    first = books.rows(division, "GoodsDeliveryLines", EntryID=together["EntryID"], SalesOrderNumber=20038)[0]
    trade.split_over_locations(books, division, first["ID"], 6.0)


def deliver(books: Books, division: int, numbers: list[int], date: Any, **header: Any) -> Row:
    lines = [
        (line["ID"], trade.remaining(line))
        for number in numbers
        for line in trade.lines_of(books, division, guid(division, "order", number))
        if trade.remaining(line)
    ]
    header |= {"EntryID": guid(division, "delivery", numbers[0]), "DeliveryDate": date}
    return trade.deliver(books, division, lines, header)


# --- the second division ----------------------------------------------------------------------------------

SECOND: list[tuple[int, int, Customer, Lines, Row]] = [
    (50001, 1, nl("Rijwielhandel Tandem", "Industrieweg 200", "5683 CE", "Best", contact="Timo Blom"),
     [("BAND-03", 50), ("KET-02", 20)], {"ApprovalStatus": 1}),
    (50002, 2, nl("Tweewielers Oost", "Rigastraat 12", "7418 EW", "Deventer", contact="Sara Vink"),
     [("HELM-04", 12)], {"ApprovalStatus": 1}),
    (50003, 3, abroad("BE", "Fietsen Claes", "Steenweg op Gierle 100 bus A", "2300", "Turnhout",
                      contact="Robbe Claes", phone="+32 14 55 50 12"), [("TAS-05", 6)], {"ApprovalStatus": 1}),
    (50004, 4, abroad("DE", "Radhaus König", "Marktplatz 1a", "47051", "Duisburg", contact="Uwe König",
                      phone="+49 203 5550123"), [("SLOT-06", 10)], {}),
    (50005, 5, nl("Wielershop Noord", "Hereweg 80", "9725 AE", "Groningen", contact=None), [("POMP-08", 4)],
     {"ApprovalStatus": 0}),
    (50006, 40, nl("Stadsfiets", "Laan 5", "2512 GN", "Den Haag"), NORMAL, {}),
    (50007, 6, abroad("CH", "Velo Huber AG", "Seestrasse 45", "6004", "Luzern", contact="Reto Huber",
                      phone="+41 41 555 01 23"), [("ZADEL-11", 5)], {"Currency": "CHF"}),
    (50008, 7, nl("Fietskliniek", "Haven", "4381 AA", "Vlissingen", contact="Jip Louws"), NORMAL, {}),
]  # fmt: skip


def seed_second_orders(books: Books, division: int) -> None:
    enter_all(books, division, SECOND)
    books.counters[f"{division}/SalesOrders"] = 50099
    books.counters[f"{division}/Accounts"] = 59999
