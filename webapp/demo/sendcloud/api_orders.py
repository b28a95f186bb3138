"""`/api/v3/orders`."""

from datetime import UTC
from typing import Any

from flask import Blueprint, jsonify, request

from webapp.demo.sendcloud import incoming
from webapp.demo.sendcloud.asking import account, books, now, payload
from webapp.demo.sendcloud.books import Row, moment_of
from webapp.demo.sendcloud.errors import refuse
from webapp.demo.sendcloud.paging import page, page_size
from webapp.demo.sendcloud.rules import is_day

api = Blueprint("orders", __name__, url_prefix="/api/v3/orders")

DATES = ("order_created_at", "order_updated_at")
SORTS = ("integration", "order_number", "order_created_at", "order_updated_at", "pk")


@api.post("")
def create_orders() -> Any:
    return jsonify(data=incoming.take_batch(books(), account(), payload(), now())), 201


@api.get("")
def list_orders() -> Any:
    wanted = filters()
    rows = [order for order in incoming.listed(books(), account()) if all(f(order) for f in wanted)]
    sort = request.args.get("sort", "pk")
    if sort.lstrip("-") not in SORTS:
        raise refuse(400, "invalid_choice", f"{sort} is not one of the available choices.", parameter="sort")
    found, headers = page(
        rows,
        lambda order: sort_place(order, sort.lstrip("-")),
        page_size(100, 200),
        descending=sort[0] == "-",
    )
    return jsonify(data=[incoming.order_view(order) for order in found]), 200, headers


@api.get("/<int:number>")
def retrieve_order(number: int) -> Any:
    return jsonify(data=incoming.order_view(incoming.incoming(books(), account(), number)))


@api.patch("/<int:number>")
def update_order(number: int) -> Any:
    order = incoming.incoming(books(), account(), number)
    incoming.patch(books(), order, payload(), now())
    return jsonify(data={key: order[key] for key in ("id", "order_id", "order_number")})


@api.delete("/<int:number>")
def delete_order(number: int) -> Any:
    books().remove_order(incoming.incoming(books(), account(), number))
    return "", 204


def sort_place(order: Row, sort: str) -> tuple[Any, ...]:
    if sort == "pk":
        return (order["id"],)
    if sort == "integration":
        return order["integration_id"], order["id"]
    if sort == "order_number":
        return order["order_number"], order["id"]
    return order["body"]["order_details"].get(sort, ""), order["id"]


def filters() -> list[Any]:
    """One function for each filter in the query; a wrong one is refused."""
    wanted: list[Any] = []
    if text := request.args.get("integration"):
        numbers = integrations(text)
        wanted.append(lambda order: order["integration_id"] in numbers)
    for name in ("order_id", "order_number"):
        if name in request.args:
            wanted.append(same_text(name, request.args[name].lower()))
    if "status" in request.args:
        status = request.args["status"].lower()
        wanted.append(lambda order: order["body"]["order_details"]["status"]["code"].lower() == status)
    for name in DATES:
        for ending, fits in (("", str.__eq__), ("_min", str.__ge__), ("_max", str.__le__)):
            if f"{name}{ending}" in request.args:
                wanted.append(dated(name, fits, day(f"{name}{ending}")))
    return wanted


def integrations(text: str) -> set[int]:
    """A comma separated list of the account's own integrations."""
    for number in text.split(","):
        if not number.isdecimal() or not incoming.owns(books(), account(), int(number)):
            detail = f"Select a valid choice. {number} is not one of the available choices."
            raise refuse(400, "invalid_choice", detail, parameter="integration", title="Invalid Choice")
    return {int(number) for number in text.split(",")}


def same_text(name: str, value: str) -> Any:
    return lambda order: order[name].lower() == value


def day(name: str) -> str:
    if not is_day(request.args[name]):
        raise refuse(400, "invalid", "Enter a valid date.", parameter=name)
    return request.args[name]


def dated(name: str, fits: Any, wanted: str) -> Any:
    def look(order: Row) -> bool:
        moment = order["body"]["order_details"].get(name)
        return moment is not None and fits(moment_of(moment).astimezone(UTC).date().isoformat(), wanted)

    return look
