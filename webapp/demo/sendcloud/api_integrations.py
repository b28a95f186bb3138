"""`/api/v3/integrations`: list, read, change, delete, and the log lines a merchant sees."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, request

from webapp.demo.sendcloud import webhooks
from webapp.demo.sendcloud.asking import account, books, now, payload
from webapp.demo.sendcloud.books import Row, moment_of
from webapp.demo.sendcloud.errors import not_found, refuse
from webapp.demo.sendcloud.paging import page_size
from webapp.demo.sendcloud.rules import (
    Path,
    Wrong,
    boolean,
    choice,
    free_object,
    integer,
    is_moment,
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
    """By `last_fetch` and then `created_at`, unless another order is asked for; an unknown one counts for none."""
    sort = request.args.get("sort", "")
    known = SORTS.get(sort.removeprefix("-"))
    names = [known] if known else ["last_fetched_at", "created_at"]
    rows = [row for row in books().integrations.values() if row["account"] == account()]
    falling = bool(known) and sort.startswith("-")
    rows.sort(key=lambda row: (*(row[name] or "" for name in names), row["id"]), reverse=falling)
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
    """The newest first. Here a cursor is a moment: what is older comes next, lines of one moment together."""
    size = page_size(25, 100)
    lines = sorted((row["line"] for row in rows), key=lambda line: (written(line), line["id"]), reverse=True)
    if cursor := request.args.get("cursor"):
        if not is_moment(cursor):
            raise not_found("Invalid cursor", title="Invalid cursor")
        lines = [line for line in lines if written(line) < moment_of(cursor)]
    while size < len(lines) and written(lines[size]) == written(lines[size - 1]):
        size += 1
    if len(lines) <= size:
        return jsonify(data=lines)
    query = {**request.args.to_dict(), "cursor": written(lines[size - 1]).isoformat()}
    return jsonify(data=lines[:size]), 200, {"Link": f'<{request.base_url}?{urlencode(query)}>; rel="next"'}


def written(line: Row) -> datetime:
    return moment_of(line["created_at"])


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


# --- statuses of a shop ---------------------------------------------------------------------------

statuses = Blueprint("shop_order_statuses", __name__, url_prefix="/api/v3/shop-order-statuses")


@statuses.route("", methods=["GET", "POST"])
@statuses.route("/mapping", methods=["GET", "POST"])
def shop_order_statuses() -> Any:
    """Documented: for the Prestashop v2 integration only, and none of these is one."""
    given = request.args if request.method == "GET" else payload()
    if not isinstance(given, dict):
        raise refuse(400, "non_field_errors", "Wrong request format, expected object", title="Wrong format")
    if not given.get("integration_id"):
        required = {"GET": "Integration ID is a required GET parameter", "POST": "This field is required."}
        detail = required[request.method]
        raise refuse(400, "non_field_errors", detail, title="integration ID")
    detail = "Order statuses are not supported for this integration."
    raise refuse(400, "non_field_errors", detail, title="integration ID")
