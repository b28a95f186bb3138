"""`/api/v3/integrations`: list, read, change, delete, and the log lines a merchant sees."""

from typing import Any

from flask import Blueprint, jsonify, request

from webapp.demo.sendcloud import webhooks
from webapp.demo.sendcloud.asking import account, books, now, payload
from webapp.demo.sendcloud.books import Row
from webapp.demo.sendcloud.errors import not_found, refuse
from webapp.demo.sendcloud.paging import page, page_size
from webapp.demo.sendcloud.rules import (
    Path,
    Wrong,
    boolean,
    choice,
    free_object,
    integer,
    many,
    moment,
    nullable,
    shape,
    text,
    url,
)
from webapp.demo.sendcloud.saying import SHIPMENTS, demand

api = Blueprint("integrations", __name__, url_prefix="/api/v3/integrations")

SHOWN = (
    "id type shop_name shop_url service_point_enabled service_point_carriers webhook_active webhook_url"
    " feedback_type started_failing_at last_fetched_at created_at updated_at"
).split()
SORTS = {
    "integration_type": "type",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "last_fetch": "last_fetched_at",
    "failing_since": "started_failing_at",
}


def text_or_object(value: object, path: Path, wrong: Wrong) -> None:
    if not isinstance(value, str | dict | None):
        wrong.append((path, "object", None))


# The answer of a GET may be sent back: what PATCH cannot change is not in its way.
change = shape(
    optional={
        "shop_name": text(1, 250),
        "shop_url": url,
        "service_point_enabled": boolean,
        "service_point_carriers": many(text(1)),
        "webhook_active": boolean,
        "webhook_url": nullable(url),
        "feedback_type": choice("eager", "delayed", "none"),
    }
)
headers = nullable(free_object)
log_line = shape(
    {"base_url": text(1)},
    {
        "full_url": nullable(text()),
        "method": nullable(text()),
        "response_code": nullable(integer(least=0)),
        "response": nullable(shape(optional={"headers": headers, "body": text_or_object})),
        "request": nullable(shape(optional={"headers": text_or_object, "payload": text_or_object})),
        "created_at": nullable(moment),
        "exception_type": nullable(text()),
        "exception": nullable(text()),
    },
)


def view(row: Row) -> Row:
    return {name: row[name] for name in SHOWN}


def own(number: int) -> Row:
    row = books().integrations.get(number)
    if row is None or row["account"] != account():
        detail = "The Integration could not be found with the search criteria given"
        raise not_found(detail, title="Not Found")
    return row


@api.get("")
def list_integrations() -> Any:
    sort = request.args.get("sort", "created_at")
    if sort.lstrip("-") not in SORTS:
        raise refuse(400, "invalid_choice", f"{sort} is not one of the available choices.", parameter="sort")
    rows = [row for row in books().integrations.values() if row["account"] == account()]
    name = SORTS[sort.lstrip("-")]
    rows.sort(key=lambda row: (row[name] or "", row["id"]), reverse=sort.startswith("-"))
    return jsonify(data=[view(row) for row in rows])


@api.get("/<int:number>")
def retrieve(number: int) -> Any:
    return jsonify(data=view(own(number)))


@api.patch("/<int:number>")
def update(number: int) -> Any:
    row, body = own(number), payload()
    demand(change, body, SHIPMENTS, "")
    after = row | body
    if after["webhook_active"] and not after["webhook_url"]:
        raise refuse(400, "invalid", "Webhook URL required when enable webhook is set to true", title="Invalid")
    if after["service_point_enabled"] and not after["service_point_carriers"]:
        raise refuse(400, "invalid", "Choose at least one service point carrier.", title="Invalid")
    row.update(body, updated_at=now())
    webhooks.integration_changed(books(), row, "integration_updated", now())
    return "", 204


@api.delete("/<int:number>")
def delete(number: int) -> Any:
    """The integration goes with its incoming orders; its shipments stay."""
    row = own(number)
    webhooks.integration_changed(books(), row, "integration_deleted", now())
    for order in [order for order in books().orders.values() if order["integration_id"] == number]:
        books().remove_order(order)
    del books().integrations[number]
    return "", 204


# --- logs --------------------------------------------------------------------------------------


@api.get("/logs")
def list_all_logs() -> Any:
    return logs([row for row in books().logs if row["account"] == account()])


@api.get("/<int:number>/logs")
def list_logs(number: int) -> Any:
    own(number)
    return logs([row for row in books().logs if row["line"]["integration_id"] == number])


def logs(rows: list[Row]) -> Any:
    found, link = page(rows, lambda row: (row["line"]["id"],), page_size(25, 100), descending=True)
    return jsonify(data=[row["line"] for row in found]), 200, link


@api.post("/<int:number>/logs")
def create_log(number: int) -> Any:
    own(number)
    body = payload()
    demand(log_line, body, SHIPMENTS, "body")
    empty = {"full_url": None, "response_code": None, "response": None, "request": None}
    line = {
        "id": books().next_number("logs", 1),
        "integration_id": number,
        "exception_type": None,
        "exception": None,
        **empty,
        **body,
        "method": body.get("method") or "",
        "created_at": body.get("created_at") or now(),
        "protected": False,
        "additional_data": "",
    }
    books().logs.append({"account": account(), "line": line})
    return jsonify(data=line), 201
