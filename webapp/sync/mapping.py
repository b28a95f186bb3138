"""A sales order as Sendcloud wants it: `(order, rules) -> (payload, problems, provenance)`. Pure.

The body is one element of `POST /api/v3/orders` (https://sendcloud.dev/api/v3/orders): required fields are
never empty, optional ones are left out instead of sent empty, weights above nought, quantities whole.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from webapp.sync.customs import in_customs_union
from webapp.sync.records import Line, Party, Place, Problem, SalesOrder

CURRENCIES = ("EUR", "GBP", "USD")  # the enumeration of Sendcloud's schema
CENT = Decimal("0.01")
NOTHING: Mapping[str, str] = {}
# The fields of the receiver that a person may repair here.
CORRECTABLE = (
    "name", "company_name", "address_line_1", "house_number", "address_line_2", "postal_code", "city",
    "country_code", "state_province_code", "email", "phone_number",
)  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """The configuration of a division, as far as the mapping needs it."""

    shipment_type: str = "commercial_goods"


@dataclass(frozen=True)
class Left:
    """A line that is not sent, and why: trade_in, service, delivered."""

    line: Line
    reason: str


@dataclass(frozen=True)
class Mapped:
    """What an order comes to.

    `payload` is None when a problem keeps it from being sent. `provenance` tells per field of the payload
    (dotted path) the rule and the Exact field that set it. `left_out` are the lines that do not go.
    """

    payload: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()
    provenance: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    left_out: tuple[Left, ...] = ()


@dataclass(frozen=True)
class Receiver:
    """Who gets the parcel, and which rule and records said so."""

    name: str
    company: str
    email: str
    phone: str
    place: Place
    rule: str
    person_source: str
    place_source: str


Corrections = Mapping[str, str]  # field of the shipping address -> what a person put there


def map_order(order: SalesOrder, integration_id: int, rules: Rules, corrections: Corrections = NOTHING) -> Mapped:
    """The payload of an order, or the problems that keep it back. Never raises, whatever Exact wrote."""
    sent, left_out = choose_lines(order.lines)
    receiver = dynamic_receiver(order)
    problems = [*_address_problems(order, receiver, corrections), *_money_problems(order)]
    if not sent:
        problems.append(Problem("nothing_to_ship"))
    if problems or receiver is None:
        return Mapped(None, tuple(problems), {}, left_out)
    items = [_item(line, order.currency, rules) for line in sent]
    total = sum((_line_total(line) for line in sent), Decimal(0))
    payload = {
        "order_id": order.guid,
        "order_number": str(order.number),
        "order_details": {
            "integration": {"id": integration_id},
            "status": {"code": "open"},
            # Exact has a date only; noon keeps it the same day in every zone that ships.
            "order_created_at": f"{order.date}T12:00:00Z",
            "order_items": items,
        },
        "payment_details": {
            "total_price": _money(total, order.currency),
            # Exact does not tell whether a sales order was paid.
            "status": {"code": "unknown"},
        },
        "customer_details": _filled(name=receiver.name, email=receiver.email, phone_number=receiver.phone),
        "shipping_address": _address(receiver, corrections),
        "shipping_details": _shipping(order, sent),
    }
    if not in_customs_union(receiver.place.country, receiver.place.postcode):
        payload["customs_details"] = {
            "commercial_invoice_number": str(order.number),
            "shipment_type": rules.shipment_type,
        }
    if not payload["shipping_details"]:
        del payload["shipping_details"]
    return Mapped(payload, (), _provenance(payload, receiver, corrections), left_out)


def map_delivery(
    order: SalesOrder,
    quantities: Mapping[str, Decimal],
    order_id: str,
    order_number: str,
    integration_id: int,
    rules: Rules,
    corrections: Corrections = NOTHING,
) -> Mapped:
    """The payload of one goods delivery: exactly its items, under an order id and number of its own.

    `quantities` holds what was delivered, by id of the order line.
    """
    lines = tuple(
        dataclasses.replace(line, quantity=quantity, delivered=Decimal(0), amount=_share(line, quantity))
        for line in order.lines
        if (quantity := quantities.get(line.guid, Decimal(0))) > 0
    )
    mapped = map_order(dataclasses.replace(order, lines=lines), integration_id, rules, corrections)
    if mapped.payload is None:
        return mapped
    payload = {**mapped.payload, "order_id": order_id, "order_number": order_number}
    return dataclasses.replace(mapped, payload=payload)


def _share(line: Line, quantity: Decimal) -> Decimal | None:
    return line.amount * quantity / line.quantity if line.amount is not None and line.quantity else None


def address_key(order: SalesOrder) -> str:
    """By what a correction is remembered: the address as Exact has it, without spacing and case."""
    place = order.address or (order.account.place if order.account else Place())
    text = "|".join([place.country, place.postcode, place.city, *place.lines]).casefold()
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def address_words(order: SalesOrder) -> str:
    """The same for people."""
    place = order.address or (order.account.place if order.account else Place())
    return ", ".join(part for part in (*place.lines, f"{place.postcode} {place.city}".strip(), place.country) if part)


def fingerprint(payload: Mapping[str, Any]) -> str:
    """The hash by which an unchanged order is known."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# -- lines --------------------------------------------------------------------------------------------------


def choose_lines(lines: tuple[Line, ...]) -> tuple[list[Line], tuple[Left, ...]]:
    """The lines that go into the parcel, and the others with the reason.

    Exact marks time and subscriptions as such. A line without stock and weight is taken for a service (say,
    delivery costs) only in an order that also has stock: many small companies keep no stock at all.
    """
    keeps_stock = any(line.item and line.item.stock and line.quantity > 0 for line in lines)
    sent, left_out = [], []
    for line in lines:
        reason = _why_left_out(line, keeps_stock)
        if reason:
            left_out.append(Left(line, reason))
        else:
            sent.append(line)
    return sent, tuple(left_out)


def _why_left_out(line: Line, keeps_stock: bool) -> str:
    if line.quantity < 0:
        return "trade_in"
    if line.item and line.item.service:
        return "service"
    if line.item and keeps_stock and not line.item.stock and line.item.grams is None:
        return "service"
    return "delivered" if line.left <= 0 else ""


def _item(line: Line, currency: str, rules: Rules) -> dict[str, Any]:
    """One line. Sendcloud takes whole quantities only: 2.5 kg of cheese is one piece that is named
    "2.5 kg Cheese" and weighs and costs what 2.5 kg do, so that nothing untrue reaches customs."""
    broken = line.left != line.left.to_integral_value()
    count = 1 if broken else int(line.left)
    name = line.description or line.item_code or line.guid
    total = _line_total(line)
    item: dict[str, Any] = {
        "item_id": line.guid,
        "name": f"{line.left.normalize():f} {line.unit} {name}".replace("  ", " ") if broken else name,
        "quantity": count,
        "total_price": _money(total, currency),
        "unit_price": _money(total / count, currency),
    }
    if line.item_code:
        item["sku"] = line.item_code
    if line.item and re.fullmatch("[0-9]{8}|[0-9]{12,14}", line.item.barcode):
        item["ean"] = line.item.barcode
    grams = _unit_grams(line)
    if grams:
        item["measurement"] = {"weight": _weight(grams)}
    return item


def _unit_grams(line: Line) -> Decimal | None:
    """Weight of one piece as sent: of the whole line where a broken quantity is sent as one piece."""
    if line.item is None or line.item.grams is None:
        return None
    broken = line.left != line.left.to_integral_value()
    return line.item.grams * line.left if broken else line.item.grams


def _line_total(line: Line) -> Decimal:
    """The part of the line's amount that is still to be delivered."""
    if line.amount is not None and line.quantity:
        total = line.amount * min(line.left, line.quantity) / line.quantity
    else:
        total = line.price * line.left
    return max(total, Decimal(0)).quantize(CENT, ROUND_HALF_UP)


def _money(value: Decimal, currency: str) -> dict[str, Any]:
    return {"value": float(value.quantize(CENT, ROUND_HALF_UP)), "currency": currency}


def _weight(grams: Decimal) -> dict[str, Any]:
    """Kilograms with three decimals, at least a gram: nought is refused."""
    return {"value": float(max(grams / 1000, Decimal("0.001")).quantize(Decimal("0.001"))), "unit": "kg"}


def _money_problems(order: SalesOrder) -> list[Problem]:
    if order.currency in CURRENCIES:
        return []
    return [Problem("currency_not_supported", "currency", order.currency, {"allowed": ", ".join(CURRENCIES)})]


def _shipping(order: SalesOrder, sent: list[Line]) -> dict[str, Any]:
    """Shipping method as "checkout delivery method" for Sendcloud's rules, and the weight if all of it is known."""
    details: dict[str, Any] = {}
    if order.shipping_method:
        details["delivery_indicator"] = order.shipping_method
    weights = [line.item.grams * line.left for line in sent if line.item and line.item.grams]
    if len(weights) == len(sent) and weights:
        details["measurement"] = {"weight": _weight(sum(weights, Decimal(0)))}
    return details


# -- receiver -----------------------------------------------------------------------------------------------


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
    return Receiver(person.name, company, person.email, person.phone, place, rule, source, place_source)


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _address_problems(order: SalesOrder, receiver: Receiver | None, corrections: Corrections) -> list[Problem]:
    if receiver is None:
        return [Problem("account_deleted", "account")]
    if order.address_asked and order.address is None:
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
    problems = [Problem("address_incomplete", name) for name in missing]
    if place.country and not (len(place.country) == 2 and place.country.isascii() and place.country.isalpha()):
        problems.append(Problem("country_unknown", "country_code", place.country))
    return problems


def _address(receiver: Receiver, corrections: Corrections) -> dict[str, str]:
    place = receiver.place
    found = _filled(
        name=receiver.name,
        company_name=receiver.company,
        address_line_1=place.lines[0] if place.lines else "",
        address_line_2=", ".join(place.lines[1:]),
        postal_code=place.postcode,
        city=place.city,
        country_code=place.country,
        email=receiver.email,
        phone_number=receiver.phone,
    )
    return found | {name: value for name, value in corrections.items() if name in CORRECTABLE and value}


def _filled(**fields: str) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


# -- provenance ---------------------------------------------------------------------------------------------

FIELDS = {
    "order_id": "SalesOrders.OrderID",
    "order_number": "SalesOrders.OrderNumber",
    "order_details.order_created_at": "SalesOrders.OrderDate",
    "order_details.order_items": "SalesOrderLines",
    "payment_details.total_price": "SalesOrderLines.AmountFC",
    "shipping_details.delivery_indicator": "SalesOrders.ShippingMethodDescription",
    "shipping_details.measurement": "Items.NetWeight",
    "customs_details.commercial_invoice_number": "SalesOrders.OrderNumber",
}
RECORDS = {"account": "Accounts", "contact": "Contacts", "address": "Addresses"}
PLACE_FIELDS = {
    "address_line_1": "AddressLine1",
    "address_line_2": "AddressLine2",
    "postal_code": "Postcode",
    "city": "City",
    "country_code": "Country",
}


def _provenance(
    payload: Mapping[str, Any], receiver: Receiver, corrections: Corrections
) -> dict[str, tuple[str, str]]:
    """Per field that stands in the payload: the rule that set it and the field of Exact it came from."""
    person, place = RECORDS[receiver.person_source], RECORDS[receiver.place_source]
    name = "FullName" if receiver.person_source == "contact" else "Name"
    found = {path: ("fixed", source) for path, source in FIELDS.items() if _has(payload, path)}
    for block in ("shipping_address", "customer_details"):
        found[f"{block}.name"] = (receiver.rule, f"{person}.{name}")
        found[f"{block}.email"] = (receiver.rule, f"{person}.Email")
        found[f"{block}.phone_number"] = (receiver.rule, f"{person}.Phone")
    found["shipping_address.company_name"] = (receiver.rule, "Accounts.Name")
    for target, source in PLACE_FIELDS.items():
        found[f"shipping_address.{target}"] = ("delivery_address", f"{place}.{source}")
    found |= {f"shipping_address.{name}": ("correction", "") for name in corrections if name in CORRECTABLE}
    return {path: why for path, why in found.items() if _has(payload, path)}


def _has(payload: Mapping[str, Any], path: str) -> bool:
    here: Any = payload
    for name in path.split("."):
        if not isinstance(here, Mapping) or name not in here:
            return False
        here = here[name]
    return True
