"""Incoming orders: taking a batch, saving it a moment later, changing and deleting.

Rules from Sendcloud's Orders document: a batch is all or nothing; an order is found again by its
`order_id` and integration; saving is asynchronous, and a second request on an order that is being
saved is refused.
"""

from collections.abc import Iterable
from typing import Any

from webapp.demo.sendcloud.agenda import after, later
from webapp.demo.sendcloud.books import Books, Row
from webapp.demo.sendcloud.errors import Refused, not_found, problem, refuse
from webapp.demo.sendcloud.order_rules import order_rule, patch_rule
from webapp.demo.sendcloud.rules import check
from webapp.demo.sendcloud.saying import ORDERS, demand, said
from webapp.demo.sendcloud.statuses import CANCELLED

LARGEST_BATCH = 100
READ_ONLY = ("id", "created_at", "modified_at")
ROOT = "/data/attributes"


def currencies(books: Books) -> tuple[str, ...]:
    return tuple(books.switches.currencies)


# --- POST ------------------------------------------------------------------------------------


def take_batch(books: Books, account: int, payload: Any, now: str) -> list[Row]:
    """Accept all orders of the request, or refuse it whole."""
    check_batch(books, account, payload)
    return [answer(place(books, account, body, now), body) for body in payload]


def answer(order: Row, body: Row) -> Row:
    return {"id": order["id"], "order_id": order["order_id"], "order_number": body["order_number"]}


def check_batch(books: Books, account: int, payload: Any) -> None:
    if not isinstance(payload, list):
        raise refuse(400, "non_field_errors", "Wrong request format, expected list of objects", title="Wrong format")
    if len(payload) > LARGEST_BATCH:
        detail = f"Orders list should have at most {LARGEST_BATCH} items, not {len(payload)}"
        raise refuse(400, "invalid", detail, pointer=f"{ROOT}/")
    rule = order_rule(currencies(books))
    errors = [e for n, body in enumerate(payload) for e in said(check(rule, body), ORDERS, f"{ROOT}/[{n}]")]
    errors = errors or [e for n, body in enumerate(payload) for e in misplaced(books, account, body, n)]
    if errors:
        raise Refused(400, *errors)
    check_not_being_saved(books, payload)


def misplaced(books: Books, account: int, body: Row, n: int) -> Iterable[Row]:
    """What the schema cannot see: a foreign integration, an id that is another order's."""
    integration_id = body["order_details"]["integration"]["id"]
    if not owns(books, account, integration_id):
        yield problem(
            400,
            "invalid",
            f"Integration with id {integration_id} does not exist",
            pointer=f"{ROOT}/[{n}]/order_details/integration/id",
        )
    elif "id" in body:
        order = readable(books, account, body["id"])
        if order is None:
            yield problem(400, "invalid", f"Order with id {body['id']} does not exist", pointer=f"{ROOT}/[{n}]/id")
        elif (order["integration_id"], order["order_id"]) != (integration_id, body["order_id"]):
            detail = f"Order id {order['order_id']} cannot be changed"
            yield problem(400, "invalid", detail, pointer=f"{ROOT}/[{n}]/order_id")


def check_not_being_saved(books: Books, payload: list[Row]) -> None:
    keys = [(body["order_details"]["integration"]["id"], body["order_id"]) for body in payload]
    busy = [key for key in keys if (order := books.order_of(*key)) and order["pending"]]
    if busy or len(set(keys)) < len(keys):
        detail = "We are still processing a previous request. Please try again in a moment."
        raise refuse(400, "invalid", detail, pointer="/data")


def owns(books: Books, account: int, integration_id: Any) -> bool:
    integration = books.integrations.get(integration_id)
    return integration is not None and integration["account"] == account


def place(books: Books, account: int, body: Row, now: str) -> Row:
    """Accept one valid order; it is saved `save_delay` seconds later."""
    integration_id = body["order_details"]["integration"]["id"]
    order = books.order_of(integration_id, body["order_id"]) or new_order(
        books, account, integration_id, body["order_id"], now
    )
    order["pending"] = {key: value for key, value in body.items() if key not in READ_ONLY}
    if books.switches.save_delay:
        later(books, after(now, books.switches.save_delay), "save", order["id"])
    else:
        save(books, order["id"], now)
    return order


def new_order(books: Books, account: int, integration_id: int, order_id: str, now: str) -> Row:
    order = {
        "id": books.next_number("orders", 660001),
        "account": account,
        "integration_id": integration_id,
        "order_id": order_id,
        "order_number": "",
        "body": None,
        "pending": None,
        "created_at": now,
        "modified_at": now,
        "shipments": [],
        "edited_in_panel": False,
    }
    books.add_order(order)
    return order


def save(books: Books, number: int, moment: str) -> None:
    """What was posted becomes what is read. Sendcloud's own clock sets `modified_at`."""
    order = books.orders.get(number)
    if order is None or order["pending"] is None:
        return
    kept = order["body"] if books.switches.panel_edit_survives and order["edited_in_panel"] else None
    order["body"], order["pending"] = order["pending"], None
    order["order_number"] = order["body"]["order_number"]
    if kept and "shipping_address" in kept:
        order["body"]["shipping_address"] = kept["shipping_address"]
    else:
        order["edited_in_panel"] = False
    order["modified_at"] = moment


# --- which orders are there ----------------------------------------------------------------


def readable(books: Books, account: int, number: Any) -> Row | None:
    """The saved order of this account, whether it is still open or not."""
    order = books.orders.get(int(number)) if str(number).isdecimal() else None
    if order is None or order["account"] != account or order["body"] is None:
        return None
    return order


def incoming(books: Books, account: int, number: Any) -> Row:
    """An order that stands in Incoming orders, or 404."""
    order = readable(books, account, number)
    if order is None or not is_listed(books, order):
        raise not_found("The order could not be found with the search criteria given", title="Not found")
    return order


def listed(books: Books, account: int) -> list[Row]:
    """Incoming orders, oldest first."""
    return [
        order
        for order in books.orders.values()
        if order["account"] == account and order["body"] is not None and is_listed(books, order)
    ]


def is_listed(books: Books, order: Row) -> bool:
    return not order["shipments"] or books.switches.keep_labelled_orders or is_open(books, order)


def is_open(books: Books, order: Row) -> bool:
    """Whether something is left to ship, in the reading of partial shipments that is switched on."""
    live = live_shipments(books, order)
    if books.switches.partial == "leaves":
        return not live
    return not any(shipment["covers"] == "all" for shipment in live) and bool(left(books, order))


def live_shipments(books: Books, order: Row) -> list[Row]:
    """Shipments that count as shipped: not failed, and not cancelled if that reopens the order."""
    dead = {"ANNOUNCEMENT_FAILED"}
    if books.switches.cancelled_label_reopens_order:
        dead.update(CANCELLED)
    shipments = [books.shipments[uuid] for uuid in order["shipments"]]
    return [s for s in shipments if any(parcel["status"] not in dead for parcel in s["parcels"])]


def left(books: Books, order: Row) -> dict[str, int]:
    """Quantity still to ship per `item_id`; items without one are left until all is shipped."""
    quantities: dict[str, int] = {}
    for position, item in enumerate(order["body"]["order_details"]["order_items"]):
        key = item.get("item_id") or f"#{position}"
        quantities[key] = quantities.get(key, 0) + int(item["quantity"])
    for shipment in live_shipments(books, order):
        if shipment["covers"] == "all":
            return {}
        for item_id, quantity in shipment["covers"].items():
            quantities[item_id] = quantities.get(item_id, 0) - quantity
    return {item_id: quantity for item_id, quantity in quantities.items() if quantity > 0}


def order_view(order: Row) -> Row:
    """As GET answers: the id is text here, though POST answers a number."""
    times = {"created_at": order["created_at"], "modified_at": order["modified_at"]}
    return {"id": str(order["id"]), **order["body"], **times}


# --- PATCH, DELETE and the panel's pencil -----------------------------------------------------


def patch(books: Books, order: Row, changes: Any, now: str) -> None:
    """Change the fields given. Items are found by name and can be neither added nor removed."""
    demand(patch_rule(currencies(books)), changes, ORDERS, ROOT)
    integration_id = changes.get("order_details", {}).get("integration", {}).get("id", order["integration_id"])
    same = changes.get("order_id", order["order_id"]) == order["order_id"]
    if not same or integration_id != order["integration_id"]:
        raise refuse(400, "invalid", f"Order id {order['order_id']} cannot be changed", pointer=f"{ROOT}/order_id")
    changes = {key: value for key, value in changes.items() if key not in READ_ONLY}
    customer = changes.get("customer_details", {})
    if "phone" in customer:  # so named here, and phone_number in POST
        changes["customer_details"] = {k: v for k, v in customer.items() if k != "phone"}
        changes["customer_details"]["phone_number"] = customer["phone"]
    order["body"] = merged(order["body"], changes)
    order["order_number"] = order["body"]["order_number"]
    order["modified_at"] = now


def merged(old: Any, new: Any) -> Any:
    """`new` laid over `old`, object by object; neither is changed."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    result = dict(old)
    for key, value in new.items():
        if key == "order_items":
            result[key] = merged_items(old[key], value)
        elif key == "service_point_details":  # another point, not a mixture of two
            result[key] = value
        else:
            result[key] = merged(old.get(key), value)
    return result


def merged_items(items: list[Row], changes: list[Row]) -> list[Row]:
    result = list(items)
    for change in changes:
        position = next((n for n, item in enumerate(items) if item["name"] == change.get("name")), None)
        if position is None:
            raise refuse(
                400,
                "invalid",
                "Could not find specified item.",
                pointer="order/order_details/order_items",
                title="Invalid",
            )
        result[position] = merged(result[position], change)
    return result


def edit_address(order: Row, changes: dict[str, str], now: str) -> None:
    """The panel's pencil: lay `changes` over the shipping address; an emptied field is taken out."""
    address = {**order["body"].get("shipping_address", {}), **{k: v.strip() for k, v in changes.items()}}
    address = {name: value for name, value in address.items() if value}
    order["body"] = order["body"] | {"shipping_address": address}
    order["edited_in_panel"] = True
    order["modified_at"] = now
