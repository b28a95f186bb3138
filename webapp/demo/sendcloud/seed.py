"""The demo's Sendcloud as it is found: three integrations of two accounts, senders, service points.

Keys and numbers are stable and readable so that they can be typed in and written in tests.
"""

from typing import Any

from webapp.demo.sendcloud.books import Books, Row, stamp

ACCOUNT = 1
OTHER_ACCOUNT = 2
FIRST, SECOND, OTHER = 101, 102, 201
SENDER_EINDHOVEN, SENDER_UTRECHT, SENDER_ANTWERP, SENDER_OTHER = 501, 502, 503, 601
POINT_NL_POSTNL, POINT_NL_DHL, POINT_BE_BPOST, POINT_FULL, POINT_BE_DHL = 10001, 10002, 10003, 10004, 10005
KEYS = {
    FIRST: ("demo-public-key-1", "demo-secret-key-1"),
    SECOND: ("demo-public-key-2", "demo-secret-key-2"),
    OTHER: ("demo-public-key-3", "demo-secret-key-3"),
}
# What a visitor of the demo pastes: the two integrations of the first account.
DEMO_KEYS = (KEYS[FIRST], KEYS[SECOND])


def seeded(clock: Any) -> Books:
    """New books with integrations, sender addresses and service points, and no orders."""
    books = Books()
    now = stamp(clock.now())
    for row in integrations(now):
        books.integrations[row["id"]] = row
    for row in sender_addresses():
        books.sender_addresses[row["id"]] = row
    for row in service_points():
        books.service_points[row["id"]] = row
    return books


def integrations(now: str) -> list[Row]:
    names = {
        FIRST: (ACCOUNT, "Fietswinkel De Spaak (Exact)", "https://despaak.example"),
        SECOND: (ACCOUNT, "De Spaak Groothandel (Exact)", "https://groothandel.despaak.example"),
        OTHER: (OTHER_ACCOUNT, "Een andere winkel", "https://anders.example"),
    }
    return [
        {
            "id": number,
            "account": account,
            "type": "api",
            "shop_name": shop_name,
            "shop_url": shop_url,
            "public_key": KEYS[number][0],
            "secret_key": KEYS[number][1],
            "webhook_signature_key": "",
            "service_point_enabled": True,
            "service_point_carriers": ["postnl", "dhl", "bpost"],
            "webhook_active": False,
            "webhook_url": None,
            "feedback_type": "eager",
            "started_failing_at": None,
            "last_fetched_at": None,
            "created_at": now,
            "updated_at": now,
        }
        for number, (account, shop_name, shop_url) in names.items()
    ]


def sender_addresses() -> list[Row]:
    """The lowest number of an account is its default sender; v3 does not say which one that is."""
    senders = [
        (
            SENDER_EINDHOVEN,
            ACCOUNT,
            "Magazijn Eindhoven",
            "Stadhuisplein",
            "10",
            "5611 EM",
            "Eindhoven",
            "NL",
        ),
        (SENDER_UTRECHT, ACCOUNT, "Magazijn Utrecht", "Vredenburg", "40", "3511 BD", "Utrecht", "NL"),
        (SENDER_ANTWERP, ACCOUNT, "Depot Antwerpen", "Klapstraat", "12", "2000", "Antwerpen", "BE"),
        (SENDER_OTHER, OTHER_ACCOUNT, "Kantoor", "Nieuwstraat", "3", "2511 AA", "Den Haag", "NL"),
    ]
    return [
        {
            "id": number,
            "account": account,
            "label": label,
            "name": "Sanne de Vries",
            "company_name": "De Spaak" if account == ACCOUNT else "Een andere winkel",
            "address_line_1": street,
            "house_number": house_number,
            "address_line_2": "",
            "postal_code": postal_code,
            "city": city,
            "country_code": country,
            "email": "magazijn@despaak.example",
            "phone_number": "+31401234567",
            "tax_numbers": [{"name": "VAT", "country_code": "NL", "value": "NL123456789B01"}],
        }
        for number, account, label, street, house_number, postal_code, city, country in senders
    ]


def service_points() -> list[Row]:
    points = [
        (POINT_NL_POSTNL, "postnl", "217165", "Boekhandel Het Plein", "Boschdijktunnel", "1", "5611 AG",
         "Eindhoven", "NL", 51.4414, 5.4752, True),
        (POINT_NL_DHL, "dhl", "8004-NL-251501", "Supermarkt Vredenburg", "Vredenburg", "8", "3511 BA",
         "Utrecht", "NL", 52.0917, 5.1141, True),
        (POINT_BE_BPOST, "bpost", "220551", "Postpunt Groenplaats", "Groenplaats", "43", "2000",
         "Antwerpen", "BE", 51.2189, 4.4014, True),
        (POINT_FULL, "postnl", "217999", "Tankstation Noord (vol)", "Kennedylaan", "2", "5611 ZZ",
         "Eindhoven", "NL", 51.4560, 5.4800, False),
        (POINT_BE_DHL, "dhl", "8003-BE-100012", "Krantenwinkel Meir", "Meir", "50", "2000",
         "Antwerpen", "BE", 51.2180, 4.4100, True),
    ]  # fmt: skip
    names = "id carrier code name street house_number postal_code city country_code latitude longitude available"
    return [dict(zip(names.split(), point, strict=True)) for point in points]
