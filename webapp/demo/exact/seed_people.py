"""Customers for the seeded orders: an account, its contact and its delivery address, in one line each."""

from datetime import datetime
from typing import Any

from webapp.demo.exact.books import Books, Row, guid


def add_customer(
    books: Books,
    division: int,
    number: int,
    name: str,
    street: str | None,
    postcode: str | None,
    city: str | None,
    country: str = "NL",
    *,
    contact: str | None = "same",
    email: str | None = "auto",
    phone: str | None = "+31 40 123 45 67",
    delivery: bool = True,
    account_street: str | None = "same",
    state: str | None = None,
    created: datetime | None = None,
    **more: Any,
) -> Row:
    """Add an account with contact and delivery address and return it.

    `contact="same"` is a private person whose contact has the account's own name, None is no contact at all.
    `delivery=False` leaves the address to the account's own lines; `account_street=None` empties those.
    """
    account_id = guid(division, "account", number)
    if email == "auto":
        email = f"klant{number}@voorbeeld.example"
    when = {"Created": created, "Modified": created} if created else {}
    account: Row = {
        "ID": account_id,
        "LinkId": guid(division, "account link", number),
        "Code": str(number),
        "Name": name,
        "AddressLine1": street if account_street == "same" else account_street,
        "Postcode": postcode if account_street else None,
        "City": city if account_street else None,
        "State": state,
        "Country": country,
        "Email": email,
        "Phone": phone,
        "Status": "C",
        "IsSales": True,
        "IsSupplier": False,
        "Blocked": False,
        "Type": "A",
        "Language": "NL",
    }
    books.insert(division, "Accounts", account | when | more)
    if contact is not None:
        person = name if contact == "same" else contact
        contact_id = add_contact(books, division, account_id, number, person, email, phone, when)
        account = books.update(division, "Accounts", account_id, {"MainContact": contact_id} | when)
    if delivery:
        address = {"AddressLine1": street, "Postcode": postcode, "City": city, "Country": country, "State": state}
        add_address(books, division, account_id, number, address | {"Phone": phone} | when)
    return books.table(division, "Accounts").rows[account_id]


def add_contact(
    books: Books, division: int, account: str, number: int, name: str, email: str | None, phone: str | None,
    when: Row,
) -> str:  # fmt: skip
    first, _, last = name.partition(" ")
    row: Row = {"ID": guid(division, "contact", number), "LinkId": guid(division, "contact link", number)}
    row |= {"Account": account, "FirstName": first, "LastName": last or None, "IsMainContact": True}
    row |= {"Email": email, "Phone": phone, "Person": guid(division, "person", number), "HID": number}
    return books.insert(division, "Contacts", row | when)["ID"]


def add_address(books: Books, division: int, account: str, number: int, values: Row) -> str:
    row: Row = {"ID": guid(division, "address", number), "LinkId": guid(division, "address link", number)}
    row |= {"Account": account, "Type": 4, "Main": True, "Contact": None}
    return books.insert(division, "Addresses", row | values)["ID"]
