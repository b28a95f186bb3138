"""Who gets the parcel and where: the rules for customer data, and the address as carriers want it. Pure."""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from webapp.sync import address, regions
from webapp.sync.lengths import spilled
from webapp.sync.phones import e164
from webapp.sync.records import Party, Place, Problem, SalesOrder

NOTHING: Mapping[str, str] = {}
# The fields of the address, and with the post number those that a person may repair here.
ADDRESS_FIELDS = (
    "name", "company_name", "address_line_1", "house_number", "address_line_2", "postal_code", "city",
    "country_code", "state_province_code", "email", "phone_number",
)  # fmt: skip
CORRECTABLE = (*ADDRESS_FIELDS, "post_number")
Corrections = Mapping[str, str]  # field of the shipping address -> what a person put there


@dataclass(frozen=True)
class Sources:
    """Where the customer data come from with *manual*: account, contact, address (the delivery address) or ""
    for nothing, each by itself."""

    name: str = "contact"
    company_name: str = "account"
    email: str = "contact"
    phone: str = "contact"
    address: str = "address"


@dataclass(frozen=True)
class Receiver:
    """Who gets the parcel. `why` tells per datum (name, company_name, email, phone, address) the rule and the
    record (account, contact, address) that it came from."""

    name: str
    company: str
    email: str
    phone: str
    place: Place
    why: Mapping[str, tuple[str, str]]


# -- who -------------------------------------------------------------------------------------------------------


def dynamic_receiver(order: SalesOrder) -> Receiver | None:
    """The *dynamic* rule: is the account's name the contact's name, or is there no contact name, then all
    comes from the account and there is no company name; otherwise all comes from the contact and the company
    name is the account's name. The goods go to the order's delivery address; without one to the account's."""
    account, contact = order.account, order.contact
    if account is None:
        return None
    place, source = (order.address, "address") if order.address else (account.place, "account")
    if contact is None or not contact.name or _same(contact.name, account.name):
        return _receiver(account, "", place, "dynamic_account", "account", source)
    return _receiver(contact, account.name, place, "dynamic_contact", "contact", source)


def _receiver(person: Party, company: str, place: Place, rule: str, source: str, place_source: str) -> Receiver:
    why = dict.fromkeys(("name", "email", "phone"), (rule, source))
    why |= {"company_name": (rule, "account"), "address": ("delivery_address", place_source)}
    return Receiver(person.name, company, person.email, person.phone, place, why)


def manual_receiver(order: SalesOrder, sources: Sources) -> Receiver | None:
    """The *manual* rule: each datum from the record that was chosen for it. A parcel needs a name and an
    address: where the chosen record has none, the account's is taken, and the provenance says so."""
    account = order.account
    if account is None:
        return None
    data = {name: (_datum(order, name, source), source) for name, source in dataclasses.asdict(sources).items()}
    why = {name: (f"manual_{name}", source) for name, (_, source) in data.items()}
    place = {"contact": order.contact.place if order.contact else None, "address": order.address}.get(sources.address)
    if not data["name"][0]:
        data["name"], why["name"] = (account.name, "account"), ("manual_instead", "account")
    if place is None or not place.lines:
        fallback = order.address if sources.address == "contact" and order.address else None
        place, source = (fallback, "address") if fallback else (account.place, "account")
        why["address"] = ("manual_address" if sources.address == "account" else "manual_instead", source)
    return Receiver(data["name"][0], data["company_name"][0], data["email"][0], data["phone"][0], place, why)


def _datum(order: SalesOrder, name: str, source: str) -> str:
    """One of the customer data out of one record; an address in Exact has no e-mail."""
    if source == "address":
        place = order.address or Place()
        names = {"name": place.contact or place.account, "company_name": place.account, "phone": place.phone}
        return names.get(name, "")
    party = {"account": order.account, "contact": order.contact}.get(source)
    if party is None:
        return ""
    return {"email": party.email, "phone": party.phone}.get(name, party.name)


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def address_problems(order: SalesOrder, receiver: Receiver | None, corrections: Corrections) -> list[Problem]:
    if receiver is None:
        return [Problem("account_deleted", "account")]
    if order.address_asked and order.address is None and _goes_to_address(receiver):
        return [Problem("address_deleted", "shipping_address")]
    place = receiver.place
    needed = {
        "name": receiver.name,
        "address_line_1": place.lines[0] if place.lines else "",
        "postal_code": place.postcode,
        "city": place.city,
        "country_code": place.country,
    }
    missing = [name for name, value in needed.items() if not (corrections.get(name) or value)]
    if len(missing) >= 4:
        return [Problem("no_address", "shipping_address")]
    problems = [
        Problem("address_incomplete", name, params={"also": others} if (others := missing[n + 1 :]) else {})
        for n, name in enumerate(missing)
    ]
    if place.country and not (len(place.country) == 2 and place.country.isascii() and place.country.isalpha()):
        problems.append(Problem("country_unknown", "country_code", place.country))
    return problems


def _goes_to_address(receiver: Receiver) -> bool:
    """Whether the rule wants the order's delivery address, and not the account's or the contact's."""
    return receiver.why["address"][0] != "manual_address"


def shipping_address(receiver: Receiver, corrections: Corrections) -> dict[str, str]:
    place = receiver.place
    found = filled(
        name=receiver.name,
        company_name=receiver.company,
        **_street(place, corrections),
        postal_code=place.postcode,
        city=place.city,
        country_code=place.country,
        state_province_code=regions.province(place.state, place.country),
        email=receiver.email,
        phone_number=phone(receiver),
    )
    corrected = {name: value for name, value in corrections.items() if name in ADDRESS_FIELDS and value}
    return spilled(found) | corrected


def customer_details(receiver: Receiver, corrections: Corrections) -> dict[str, str]:
    """Whom Sendcloud writes to of the parcel, with what a person put right of it; a name is required."""
    found = {"name": receiver.name, "email": receiver.email, "phone_number": phone(receiver)}
    return filled(**{name: corrections.get(name) or value for name, value in found.items()})


@lru_cache(maxsize=4096)
def _split(lines: tuple[str, ...], country: str) -> address.Split:
    return address.split(lines, country)


def _street(place: Place, corrections: Corrections) -> dict[str, str]:
    """Street, house number and the rest where the label is certain, or where a person said which number it is;
    else the lines as they are, which Sendcloud splits in its own way."""
    parts = _split(place.lines, place.country)
    said, street = _squashed(corrections.get("house_number", "")), _squashed(corrections.get("address_line_1", ""))
    for reading in parts.readings if said else ():
        fields = address.lines_for_sendcloud(reading)
        same_street = not street or _squashed(fields["address_line_1"]) == street
        if _squashed(fields["house_number"]) == said and fields["address_line_1"] and same_street:
            return fields
    # A doubt that leaves the label as it is, as in 42-46, is none.
    sure = parts.confidence == "high" or (parts.number and not address.needs_asking(parts))
    fields = address.lines_for_sendcloud(parts) if sure else {}
    if fields.get("address_line_1"):
        return fields
    return {"address_line_1": place.lines[0] if place.lines else "", "address_line_2": ", ".join(place.lines[1:])}


def _squashed(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def house_number_problems(receiver: Receiver, corrections: Corrections) -> tuple[Problem, ...]:
    """A house number that may be read in several ways is a question for a person, unless he answered it."""
    if corrections.get("house_number") or corrections.get("address_line_1"):
        return ()
    place = receiver.place
    parts = _split(place.lines, place.country)
    if not address.needs_asking(parts):
        return ()
    found = [address.lines_for_sendcloud(reading) for reading in parts.readings]
    choices = {"; ".join(filter(None, fields.values())): fields for fields in found if fields["address_line_1"]}
    params = {"readings": " / ".join(choices), "choices": list(choices.values())}
    return (Problem("house_number_unsure", "house_number", ", ".join(place.lines)[:200], params),)


def phone(receiver: Receiver) -> str:
    """As carriers dial it; as it was typed where it cannot be a number."""
    return e164(receiver.phone, receiver.place.country) or receiver.phone


def filled(**fields: str) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def address_key(order: SalesOrder) -> str:
    """By what a correction is remembered: the address as Exact has it, without spacing and case."""
    place = order.place
    text = "|".join([place.country, place.postcode, place.city, *place.lines]).casefold()
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def address_words(order: SalesOrder) -> str:
    """The same for people."""
    place = order.place
    return ", ".join(part for part in (*place.lines, f"{place.postcode} {place.city}".strip(), place.country) if part)
