"""A sales order as Sendcloud wants it: `(order, rules) -> (payload, problems, provenance)`. Pure.

The body is one element of `POST /api/v3/orders` (https://sendcloud.dev/api/v3/orders): required fields are
never empty, optional ones are left out instead of sent empty, weights above nought, quantities whole.
"""

import dataclasses
import functools
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from webapp.sync import chosen_point, customs
from webapp.sync.customs_check import customs_problems
from webapp.sync.lengths import length_problems
from webapp.sync.receiver import (
    ADDRESS_FIELDS,
    NOTHING,
    Corrections,
    Receiver,
    Sources,
    address_problems,
    customer_details,
    dynamic_receiver,
    filled,
    house_number_problems,
    manual_receiver,
    shipping_address,
)
from webapp.sync.records import Line, Problem, SalesOrder

CURRENCIES = ("EUR", "GBP", "USD")  # the enumeration of Sendcloud's schema
CENT = Decimal("0.01")
LONGEST_NAME = 255  # of an item, on a label with customs papers; all of a longer one is its description


@dataclass(frozen=True)
class Rules:
    """The configuration of a division, as far as the mapping needs it.

    `customer` is None for *dynamic*. Fields of the sales order and of items go by the names of the form:
    "YourRef", "StatisticalCode", "FreeTextField_03", "extra:2", "custom:Origin"; "" means none.
    """

    shipment_type: str = "commercial_goods"
    origin_country: str = ""
    hs_code: str = ""
    item_hs_code_field: str = ""
    item_origin_field: str = ""
    service_point_field: str = ""
    customer: Sources | None = None
    default_grams: int = 0  # of an item for which Exact has no weight; 0 means none
    home: str = ""  # the country the parcels leave from, as far as customs are concerned; "" means the EU


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
    `label_problems` do not keep it from Incoming orders, but no label should be bought before they are solved.
    """

    payload: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()
    explain: Callable[[], Mapping[str, tuple[str, str]]] = field(default=dict, compare=False)
    left_out: tuple[Left, ...] = ()
    label_problems: tuple[Problem, ...] = ()

    @functools.cached_property
    def provenance(self) -> Mapping[str, tuple[str, str]]:
        """Worked out when somebody looks: most mappings are only sent."""
        return self.explain()


def map_order(order: SalesOrder, integration_id: int, rules: Rules, corrections: Corrections = NOTHING) -> Mapped:
    """The payload of an order, or the problems that keep it back. Never raises, whatever Exact wrote."""
    sent, left_out = choose_lines(order.lines)
    receiver = manual_receiver(order, rules.customer) if rules.customer else dynamic_receiver(order)
    service_point, corrections = chosen_point.in_force(order_value(order, rules.service_point_field), corrections)
    problems = [*address_problems(order, receiver, corrections), *_money_problems(order)]
    problems += _service_point_problems(service_point, rules)
    if not sent:
        problems.append(Problem("nothing_to_ship"))
    if problems or receiver is None:
        return Mapped(None, tuple(problems), left_out=left_out)
    items = [_item(line, order.currency, rules) for line in sent]
    total = sum((_line_total(line) for line in sent), Decimal(0))
    payload: dict[str, Any] = {
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
        "customer_details": customer_details(receiver, corrections),
        "shipping_address": shipping_address(receiver, corrections),
        "shipping_details": _shipping(order, sent, rules),
    }
    if service_point:
        payload["service_point_details"] = filled(id=service_point, post_number=corrections.get("post_number", ""))
    label_problems = house_number_problems(receiver, corrections) + length_problems(payload["shipping_address"])
    address = payload["shipping_address"]
    if customs.declared(rules.home, address["country_code"], address["postal_code"]):
        payload["customs_details"] = {
            "commercial_invoice_number": str(order.number),
            "shipment_type": rules.shipment_type,
        }
        label_problems += customs_problems(items, sent)
    if not payload["shipping_details"]:
        del payload["shipping_details"]
    explain = functools.partial(_explain, payload, receiver, corrections, rules, sent)
    return Mapped(payload, (), explain, left_out, label_problems)


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
    keeps_stock = _keeps_stock(order.lines)  # of all that was ordered: a service is one also where it comes by itself
    lines = tuple(
        dataclasses.replace(line, quantity=quantity, delivered=Decimal(0), amount=_share(line, quantity))
        for line in order.lines
        if (quantity := quantities.get(line.guid, Decimal(0))) > 0 and not _is_service(line, keeps_stock)
    )
    mapped = map_order(dataclasses.replace(order, lines=lines), integration_id, rules, corrections)
    if mapped.payload is None:
        return mapped
    payload = {**mapped.payload, "order_id": order_id, "order_number": order_number}
    return dataclasses.replace(mapped, payload=payload)


def _share(line: Line, quantity: Decimal) -> Decimal | None:
    return line.amount * quantity / line.quantity if line.amount is not None and line.quantity else None


def fingerprint(payload: Mapping[str, Any]) -> str:
    """The hash by which an unchanged order is known."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# -- lines --------------------------------------------------------------------------------------------------


def choose_lines(lines: tuple[Line, ...]) -> tuple[list[Line], tuple[Left, ...]]:
    """The lines that go into the parcel, and the others with the reason.

    Exact marks time and subscriptions as such. A line without stock and weight is taken for a service (say,
    delivery costs) only in an order that also has stock: many small companies keep no stock at all.
    """
    keeps_stock = _keeps_stock(lines)
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
    if _is_service(line, keeps_stock):
        return "service"
    return "delivered" if line.left <= 0 else ""


def _keeps_stock(lines: tuple[Line, ...]) -> bool:
    return any(line.item and line.item.stock and line.quantity > 0 for line in lines)


def _is_service(line: Line, keeps_stock: bool) -> bool:
    item = line.item
    return bool(item and (item.service or (keeps_stock and not item.stock and item.grams is None)))


def _item(line: Line, currency: str, rules: Rules) -> dict[str, Any]:
    """One line. Sendcloud takes whole quantities only: 2.5 kg of cheese is one piece that is named
    "2.5 kg Cheese" and weighs and costs what 2.5 kg do, so that nothing untrue reaches customs."""
    broken = line.left != line.left.to_integral_value()
    count = 1 if broken else int(line.left)
    name = line.description or line.item_code or line.guid
    name = f"{line.left.normalize():f} {line.unit} {name}".replace("  ", " ") if broken else name
    total = _line_total(line)
    item: dict[str, Any] = {
        "item_id": line.guid,
        "name": name[:LONGEST_NAME],
        "quantity": count,
        "total_price": _money(total, currency),
        "unit_price": _money(total / count, currency),
    }
    if len(name) > LONGEST_NAME:
        item["description"] = name
    if line.item_code:
        item["sku"] = line.item_code
    if line.item and re.fullmatch("[0-9]{8}|[0-9]{12,14}", line.item.barcode):
        item["ean"] = line.item.barcode
    item |= {name: value for name, (value, _, _) in _customs_of(line, rules).items() if value}
    grams = _unit_grams(line, rules)
    if grams:
        item["measurement"] = {"weight": _weight(grams)}
    return item


def _customs_of(line: Line, rules: Rules) -> dict[str, tuple[str, str, str]]:
    """HS code and origin of a line, each with rule and Exact field: of the item where its field has one with
    the right shape, else what a person put here for it, else the default of the configuration."""
    values, repaired = (line.item.values, line.item.repaired) if line.item else (NOTHING, NOTHING)
    told = {
        "hs_code": (rules.item_hs_code_field, customs.hs_code, rules.hs_code),
        "country_of_origin": (rules.item_origin_field, customs.country, rules.origin_country),
    }
    found = {}
    for name, (kept_in, parsed, default) in told.items():
        if own := parsed(values.get(kept_in, "")):
            found[name] = own, "item_field", f"Items.{kept_in}"
        elif name in repaired:
            found[name] = repaired[name], "correction", ""
        else:
            found[name] = default, "default", ""
    return found


# -- service point ------------------------------------------------------------------------------------------

ORDER_FIELDS = {"YourRef": "your_ref", "Description": "description", "Remarks": "remarks"}


def order_value(order: SalesOrder, field: str) -> str:
    """What a field of the sales order says, by its name in the configuration; "" for no field."""
    if field.startswith("custom:"):
        return order.custom.get(field.removeprefix("custom:"), "").strip()
    return str(getattr(order, ORDER_FIELDS[field])).strip() if field in ORDER_FIELDS else ""


def _service_point_problems(value: str, rules: Rules) -> list[Problem]:
    if not value or chosen_point.is_number(value):
        return []
    field = rules.service_point_field.removeprefix("custom:")
    return [Problem("service_point_wrong", "service_point_details", value[:200], {"source": field})]


# -- weight and money ---------------------------------------------------------------------------------------


def _grams(line: Line, rules: Rules) -> Decimal | int:
    """Weight of one unit; 0 if there is none."""
    return _weighed(line, rules)[0]


def _weighed(line: Line, rules: Rules) -> tuple[Decimal | int, str]:
    """The same with its rule: the item's own weight, else what a person put here for it, else the default of the
    configuration."""
    if line.item and line.item.grams:
        return line.item.grams, "fixed"
    if line.item and "weight" in line.item.repaired:
        return Decimal(line.item.repaired["weight"]), "correction"
    return rules.default_grams, "default"


def _unit_grams(line: Line, rules: Rules) -> Decimal | int:
    """Weight of one piece as sent: of the whole line where a broken quantity is sent as one piece."""
    grams = _grams(line, rules)
    return grams * line.left if grams and line.left != line.left.to_integral_value() else grams


def _line_total(line: Line) -> Decimal:
    """The part of the line's amount that is still to be delivered."""
    if line.amount is not None and line.quantity:
        total = line.amount * min(line.left, line.quantity) / line.quantity
    else:
        total = line.price * line.left
    return max(total, Decimal(0)).quantize(CENT, ROUND_HALF_UP)


def _money(value: Decimal, currency: str) -> dict[str, Any]:
    return {"value": float(value.quantize(CENT, ROUND_HALF_UP)), "currency": currency}


def _weight(grams: Decimal | int) -> dict[str, Any]:
    """Kilograms with three decimals, at least a gram: nought is refused."""
    return {"value": float(max(Decimal(grams) / 1000, Decimal("0.001")).quantize(Decimal("0.001"))), "unit": "kg"}


def _money_problems(order: SalesOrder) -> list[Problem]:
    if order.currency in CURRENCIES:
        return []
    return [Problem("currency_not_supported", "currency", order.currency, {"allowed": ", ".join(CURRENCIES)})]


def _shipping(order: SalesOrder, sent: list[Line], rules: Rules) -> dict[str, Any]:
    """Shipping method as "checkout delivery method" for Sendcloud's rules, and the weight if all of it is known."""
    details: dict[str, Any] = {}
    if order.shipping_method:
        details["delivery_indicator"] = order.shipping_method
    weights = [grams * line.left for line in sent if (grams := _grams(line, rules))]
    if len(weights) == len(sent) and weights:
        details["measurement"] = {"weight": _weight(sum(weights, Decimal(0)))}
    return details


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
    "state_province_code": "State",
}
CONTACT_PLACE_FIELDS = {**PLACE_FIELDS, "address_line_1": "AddressStreet"}


def _explain(
    payload: Mapping[str, Any], receiver: Receiver, corrections: Corrections, rules: Rules, sent: list[Line]
) -> dict[str, tuple[str, str]]:
    items = payload["order_details"]["order_items"]
    found = _provenance(payload, receiver, corrections, rules) | _item_provenance(items, sent, rules)
    weighed = {_weighed(line, rules)[1] for line in sent}
    if weighed != {"fixed"} and "shipping_details.measurement" in found:
        rule = "default" if "default" in weighed else "correction"
        found["shipping_details.measurement"] = (rule, FIELDS["shipping_details.measurement"])
    return found


def _provenance(
    payload: Mapping[str, Any], receiver: Receiver, corrections: Corrections, rules: Rules
) -> dict[str, tuple[str, str]]:
    """Per field that stands in the payload: the rule that set it and the field of Exact it came from."""
    found = {path: ("fixed", source) for path, source in FIELDS.items() if _has(payload, path)}
    for target, datum in (("name", "name"), ("email", "email"), ("phone_number", "phone"), ("company_name",) * 2):
        rule, record = receiver.why[datum]
        for block in ("shipping_address", "customer_details"):
            found[f"{block}.{target}"] = (rule, _field_of(record, datum))
    rule, record = receiver.why["address"]
    names = CONTACT_PLACE_FIELDS if record == "contact" else PLACE_FIELDS
    for target, source in names.items():
        found[f"shipping_address.{target}"] = (rule, f"{RECORDS[record]}.{source}")
    if "house_number" in payload["shipping_address"]:
        for target in ("address_line_1", "house_number"):
            found[f"shipping_address.{target}"] = ("split", f"{RECORDS[record]}.{names['address_line_1']}")
    if rules.service_point_field:
        named = ("service_point", f"SalesOrders.{rules.service_point_field}")
        chosen = chosen_point.FIELD in corrections
        found["service_point_details.id"] = ("correction", "") if chosen else named
        found["service_point_details.post_number"] = ("correction", "")
    found["customs_details.shipment_type"] = ("default", "")
    for block in ("shipping_address", "customer_details"):
        found |= {f"{block}.{name}": ("correction", "") for name in corrections if name in ADDRESS_FIELDS}
    return {path: why for path, why in found.items() if _has(payload, path)}


def _field_of(record: str, datum: str) -> str:
    """The field of Exact that a customer datum comes from."""
    names = {"email": "Email", "phone": "Phone"}
    if datum in names:
        return f"{RECORDS[record]}.{names[datum]}" if record else ""
    own = {"contact": "FullName", "address": "ContactName" if datum == "name" else "AccountName"}
    return f"{RECORDS[record]}.{own.get(record, 'Name')}" if record else ""


ITEM_FIELDS = {
    "item_id": "SalesOrderLines.ID",
    "name": "SalesOrderLines.Description",
    "description": "SalesOrderLines.Description",
    "quantity": "SalesOrderLines.Quantity",
    "sku": "SalesOrderLines.ItemCode",
    "ean": "Items.Barcode",
}


def _item_provenance(items: list[dict[str, Any]], sent: list[Line], rules: Rules) -> dict[str, tuple[str, str]]:
    """The same for each item, by its place in the request."""
    found: dict[str, tuple[str, str]] = {}
    for place, (item, line) in enumerate(zip(items, sent, strict=True)):
        here = f"order_details.order_items.{place}"
        found |= {f"{here}.{name}": ("fixed", source) for name, source in ITEM_FIELDS.items() if name in item}
        price = "AmountFC" if line.amount is not None and line.quantity else "NetPrice"
        found |= {f"{here}.{name}": ("fixed", f"SalesOrderLines.{price}") for name in ("total_price", "unit_price")}
        customs_data = _customs_of(line, rules).items()
        found |= {f"{here}.{name}": (rule, source) for name, (value, rule, source) in customs_data if value}
        grams, rule = _weighed(line, rules)
        if grams:
            source = FIELDS["shipping_details.measurement"] if rule == "fixed" else ""
            found[f"{here}.measurement"] = (rule, source)
    return found


def _has(payload: Mapping[str, Any], path: str) -> bool:
    here: Any = payload
    for name in path.split("."):
        if not isinstance(here, Mapping) or name not in here:
            return False
        here = here[name]
    return True
