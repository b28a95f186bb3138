"""Ship an Order: `create-label-sync` and `create-labels-async`, and the panel's own button.

No call here is idempotent: asking twice makes two labels.
"""

from typing import Any

from webapp.demo.sendcloud.agenda import after, later
from webapp.demo.sendcloud.books import Books, Row
from webapp.demo.sendcloud.carriers import OPTIONS, Option, by_rules
from webapp.demo.sendcloud.checking import Finding, find_point, findings, wanted_point
from webapp.demo.sendcloud.errors import Refused, problem, refuse
from webapp.demo.sendcloud.incoming import left, owns
from webapp.demo.sendcloud.shipping import announce, ship_order

ROOT = "/data/attributes"


def check_request(books: Books, account: int, body: Row) -> None:
    """What goes for the whole request: the integration, and an account that can pay."""
    if not owns(books, account, body["integration_id"]):
        detail = f"Integration with id {body['integration_id']} does not exist"
        raise refuse(400, "invalid", detail, pointer=f"{ROOT}/integration_id")
    if not books.switches.payment_method:
        raise refuse(402, "no_valid_payment_method", "There is no valid payment method.")
    code = option_code(body)
    if code and code not in OPTIONS:
        at = f"{ROOT}/ship_with/properties/shipping_option_code"
        raise refuse(400, "invalid", f"Shipping option {code} does not exist.", pointer=at)


def option_code(body: Row) -> str:
    return body.get("ship_with", {}).get("properties", {}).get("shipping_option_code") or ""


def sender_of(books: Books, account: int, sender_address_id: int | None) -> Row | None:
    """The sender address asked for, or the account's default; None when it is not there."""
    own = {number: row for number, row in books.sender_addresses.items() if row["account"] == account}
    if sender_address_id is None:
        return own[min(own)] if own else None
    return own.get(sender_address_id)


def find_order(books: Books, integration_id: int, reference: Row) -> Row | None:
    """By order id, or by number: then the newest, because numbers need not be unique."""
    if "order_id" in reference:
        order = books.order_of(integration_id, reference["order_id"])
        return order if order and order["body"] is not None else None
    same = [
        order
        for order in books.orders.values()
        if order["integration_id"] == integration_id
        and order["body"] is not None
        and order["order_number"] == reference["order_number"]
    ]
    return same[-1] if same else None


def choose_option(books: Books, order: Row, asked: str, apply_rules: bool) -> Option | None:
    """A rule that meets wins; then the request's, the order's, the account's default."""
    body = order["body"]
    details = body.get("shipping_details", {})
    code, indicator = asked or option_code(details), details.get("delivery_indicator", "")
    if apply_rules and (indicator or not code):
        point = find_point(books, *wanted_point(body))
        return by_rules(body["shipping_address"]["country_code"], point["carrier"] if point else "", indicator)
    return OPTIONS.get(code or books.switches.default_shipping_option)


def reason_not_to_ship(books: Books, order: Row | None, reference: Row, asked: str) -> Row | None:
    """What is said at once about one order, sync or async; None when it can be tried."""
    if order is None:
        return problem(404, "not_found", "The order could not be found with the search criteria given")
    if "shipping_address" not in order["body"]:
        return problem(400, "validation_error", "The order has no valid shipping address.", title="Invalid order")
    if choose_option(books, order, asked, reference.get("apply_shipping_rules", False)) is None:
        detail = "A shipping option is required: give ship_with or apply shipping rules."
        return problem(400, "validation_error", detail, title="Invalid order")
    return items_problem(books, order, reference.get("parcels"))


def items_problem(books: Books, order: Row, parcels: list[Row] | None) -> Row | None:
    items = {item.get("item_id") for item in order["body"]["order_details"]["order_items"]}
    rest = left(books, order)
    asked: dict[str, int] = {}
    for entry in (entry for parcel in parcels or [] for entry in parcel["parcel_items"]):
        asked[entry["item_id"]] = asked.get(entry["item_id"], 0) + entry["quantity"]
    for item_id, quantity in asked.items():
        if item_id not in items:
            return problem(400, "invalid", f"Item {item_id} is not part of the order.")
        if books.switches.partial == "stays" and quantity > rest.get(item_id, 0):
            detail = f"Of item {item_id} there are {rest.get(item_id, 0)} left to ship, not {quantity}."
            return problem(400, "invalid", detail)
    return None


def carrier_errors(books: Books, order: Row, option: Option, sender: Row, kg: float, at: str) -> list[Row]:
    """What checks and carrier find, as `errors` with pointers below `at`."""
    integration = books.integrations.get(order["integration_id"])
    found: list[Finding] = findings(books, order["body"], option, sender, integration, kg)
    errors = [problem(400, code, detail, pointer=f"{at}/{path}") for path, code, detail in found]
    if not errors and books.switches.announcement != "works" and is_failing(books, order["order_number"]):
        errors = [problem(400, "parcel_announcement_error", books.switches.announcement_error)]
    return errors


def is_failing(books: Books, order_number: str) -> bool:
    chosen = books.switches.failing_orders
    return not chosen or order_number in chosen


def kilograms(shipment: Row) -> float:
    """The heaviest parcel: options have a limit per parcel."""
    return max(float(parcel["weight"]["value"]) for parcel in shipment["parcels"])


# --- the three ways to ask --------------------------------------------------------------------


def make_sync(books: Books, account: int, body: Row, now: str) -> Row:
    """One label, now; Refused with what the carrier said. The shipment."""
    check_request(books, account, body)
    sender = sender_of(books, account, body.get("sender_address_id"))
    if sender is None:
        raise refuse(404, "invalid", "Does not exist.", pointer=f"{ROOT}/sender_address_id")
    reference = body["order"]
    order = find_order(books, body["integration_id"], reference)
    asked = option_code(body)
    if found := reason_not_to_ship(books, order, reference, asked):
        raise Refused(int(found["status"]), found | {"source": {"pointer": f"{ROOT}/order"}})
    assert order is not None
    option = choose_option(books, order, asked, reference.get("apply_shipping_rules", False))
    assert option is not None
    details = {"mime_type": "application/pdf", "dpi": 72} | body.get("label_details", {})
    return announce_now(books, order, option, sender, now, label_details=details, brand_id=body.get("brand_id"))


def announce_now(
    books: Books, order: Row, option: Option, sender: Row, now: str, *, source: str = "api", **more: Any
) -> Row:
    """Make and announce a label for what is left of an order. Nothing is kept of a refused one."""
    rest = left(books, order)
    parts = None
    if rest and any(books.shipments[uuid]["covers"] != "all" for uuid in order["shipments"]):
        named = {item.get("item_id") for item in order["body"]["order_details"]["order_items"]}
        entries = [{"item_id": item, "quantity": n} for item, n in rest.items() if item in named]
        parts = [{"parcel_items": entries}] if entries else None
    shipment = ship_order(books, order, option, sender, now, parcels=parts, source=source, **more)
    errors = carrier_errors(books, order, option, sender, kilograms(shipment), f"{ROOT}/order")
    announced_but_failed = (
        books.switches.announcement == "fails_2xx" and errors and errors[0]["code"] == "parcel_announcement_error"
    )
    if errors and not announced_but_failed:
        forget(books, order, shipment)
        raise Refused(400, *errors)
    announce(books, shipment, option, errors, now)
    return shipment


def forget(books: Books, order: Row, shipment: Row) -> None:
    order["shipments"].remove(shipment["id"])
    del books.shipments[shipment["id"]]
    for parcel in shipment["parcels"]:
        del books.parcel_index[parcel["id"]]


def make_async(books: Books, account: int, body: Row, now: str) -> tuple[list[Row], list[Row]]:
    """Shipments to be announced a moment later, and the errors of orders that cannot be."""
    check_request(books, account, body)
    sender = sender_of(books, account, body.get("sender_address_id"))
    if sender is None:
        return [], [problem(404, "invalid", "Does not exist.", pointer=f"{ROOT}/sender_address_id")]
    asked = option_code(body)
    made, errors = [], []
    for n, reference in enumerate(body["orders"]):
        order = find_order(books, body["integration_id"], reference)
        if found := reason_not_to_ship(books, order, reference, asked):
            errors.append(found | {"source": {"pointer": f"{ROOT}/orders/[{n}]"}})
            continue
        assert order is not None
        option = choose_option(books, order, asked, reference.get("apply_shipping_rules", False))
        assert option is not None
        made.append(
            ship_order(
                books,
                order,
                option,
                sender,
                now,
                parcels=reference.get("parcels"),
                brand_id=body.get("brand_id"),
            )
        )
        later(books, after(now, books.switches.announce_delay), "announce", made[-1]["id"])
    return made, errors


def announce_later(books: Books, shipment_id: str, now: str) -> None:
    """The carrier's turn for an asynchronous label; its errors are read on the shipment."""
    shipment = books.shipments[shipment_id]
    if any(parcel["status"] != "ANNOUNCING" for parcel in shipment["parcels"]):
        return  # cancelled meanwhile
    order = books.orders.get(shipment["order_pk"])
    option = OPTIONS[shipment["option"]]
    sender = books.sender_addresses.get(shipment["sender_address_id"])
    errors = []
    if order is not None and sender is not None:
        errors = carrier_errors(books, order, option, sender, kilograms(shipment), ROOT)
    announce(books, shipment, option, errors, now)


def make_in_panel(books: Books, order: Row, sender_address_id: int | None, now: str) -> Row:
    """The panel's "create label": always by shipping rules."""
    sender = sender_of(books, order["account"], sender_address_id)
    if sender is None:
        raise refuse(404, "invalid", "Does not exist.", pointer=f"{ROOT}/sender_address_id")
    if found := reason_not_to_ship(books, order, {"apply_shipping_rules": True}, ""):
        raise Refused(400, found)
    option = choose_option(books, order, "", True)
    assert option is not None
    return announce_now(books, order, option, sender, now, source="panel")
