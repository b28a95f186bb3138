"""Control addresses of the played Exact itself, beside those of the kit: `/_bench/books`, `/_bench/switch`, and
what a browser test needs to do without clicking: log in, edit an order, make a delivery.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.datastructures import MultiDict

from webapp.demo.exact import oauth, tokens, trade, writes
from webapp.demo.exact.books import SWITCHES, Books, Row, from_json, to_json
from webapp.demo.exact.entities import TABLES

bench = Blueprint("bench", __name__, url_prefix="/_bench")


def books() -> Books:
    return current_app.extensions["books"]


def body() -> Row:
    return request.get_json(force=True, silent=True) or {}


@bench.errorhandler(KeyError)
@bench.errorhandler(ValueError)
def bad_request(error: Exception) -> tuple[Response, int]:
    return jsonify(error=f"{type(error).__name__}: {error}"), 400


# --- look ---------------------------------------------------------------------------------------------


@bench.get("/books")
def dump_books() -> Response:
    """Counts per table; with `?division=&table=` its rows; with `&key=` or `&FIELD=value` those of them."""
    with books().lock:
        if "table" not in request.args:
            counts = {f"{d}/{name}": len(table.rows) for (d, name), table in books().tables.items()}
            return jsonify(counts)
        rows = books().rows(int(request.args["division"]), request.args["table"])
        wanted = {k: v for k, v in request.args.items() if k not in ("division", "table", "key")}
        if "key" in request.args:
            wanted[TABLES[request.args["table"]].key] = request.args["key"]
        rows = [row for row in rows if all(str(row.get(k)).strip() == v for k, v in wanted.items())]
        return jsonify(to_json(rows))


@bench.get("/webhooks")
def sent_webhooks() -> Response:
    """What was posted to callbacks, oldest first, and how many wait."""
    webhooks = current_app.extensions["webhooks"]
    return jsonify(sent=list(webhooks.log), waiting=webhooks.waiting())


# --- switches -------------------------------------------------------------------------------------------


@bench.route("/switch", methods=["GET", "POST"])
def switch() -> Response:
    """`{"switches": {...}, "app": {...}, "user": {...}, "division": {...}}`, any of them; answers what is set.

    app: `client_id` and fields to set (`scopes`, `allow_local`); user: `name` and fields (`status` such as
    "BlockedUser", `denied`, `deny_with`, `divisions`, `CurrentDivision`); division: `Code` and fields
    (`BlockingStatus`, `Status`, `documents`, `wholesale`, `premium`, `licence_expired`, `DivisionMoveDate`).
    """
    if request.method == "POST":
        with books().lock:
            turn(books(), body())
    return jsonify(
        switches=books().switches,
        apps=to_json(list(books().apps.values())),
        users=to_json(list(books().users.values())),
        divisions=to_json(list(books().divisions.values())),
    )


def turn(books: Books, wanted: Row) -> None:
    """Set switches, an app's scopes, a user's rights, a division's state. Unknown switches are refused."""
    unknown = set(wanted) - {"switches", "app", "user", "division"}
    unknown |= set(wanted.get("switches", {})) - set(SWITCHES)
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    books.switches.update(wanted.get("switches", {}))
    if "app" in wanted:
        client_id = wanted["app"].get("client_id") or next(iter(books.apps))
        books.apps[client_id].update(wanted["app"])
    if "user" in wanted:
        changes = dict(wanted["user"])
        books.user_named(changes.pop("name")).update(changes)
    if "division" in wanted:
        books.divisions[int(wanted["division"]["Code"])].update(from_json(wanted["division"]))
    books.version += 1


@bench.post("/reset-limits")
def reset_limits() -> Response:
    """Forget all counted calls, errors and blocks."""
    current_app.extensions["limits"].reset()
    return jsonify(reset=True)


@bench.post("/revoke")
def revoke() -> Response:
    """Forget the tokens of a user (`{"user": name}`) or of everybody: their next call is a 401."""
    with books().lock:
        who = {"user": books().user_named(body()["user"])["UserID"]} if "user" in body() else {}
        tokens.revoke(books(), **who)
    return jsonify(revoked=True)


@bench.post("/move-division")
def move_division() -> Response:
    """Documented: after a move to another database all timestamps start anew."""
    with books().lock:
        move(books(), int(body()["division"]))
    return jsonify(moved=True)


def move(books: Books, division: int) -> None:
    version = 0
    for (code, name), table in books.tables.items():
        if code != division or name == "Deleted":
            continue
        for row in sorted(table.rows.values(), key=lambda r: r["Timestamp"]):
            version += 1
            row["Timestamp"] = version
        table.renumber()
    books.row_version = max(version, *(r["Timestamp"] for t in books.tables.values() for r in t.rows.values()))
    books.divisions[division]["DivisionMoveDate"] = books.now()
    books.version += 1


# --- act -------------------------------------------------------------------------------------------------


@bench.post("/authorize")
def authorize() -> tuple[Response, int] | Response:
    """`{"url": authorisation address, "user": name, "divisions": [..] | null, "deny": false}` -> the redirect."""
    wanted = body()
    query = MultiDict(query_pairs(wanted["url"]))
    problem = oauth.refuse_request(query)
    if problem:
        return jsonify(error=problem), 400
    with books().lock:
        user = books().user_named(wanted["user"])
        granted = wanted.get("divisions") or user["divisions"]
        location = oauth.answer_address(books(), query, user, None if wanted.get("deny") else granted)
    return jsonify(location=location)


def query_pairs(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


ACTIONS: dict[str, Callable[[Books, int, str, Row], Any]] = {
    "approve": lambda books, division, order, _: trade.approve(books, division, order),
    "cancel": lambda books, division, order, _: trade.cancel(books, division, order),
    "delete": lambda books, division, order, _: trade.delete_order(books, division, order),
    "deliver": lambda books, division, order, wanted: deliver(books, division, order, wanted),
    "edit": lambda books, division, order, changes: edit(books, division, "SalesOrders", order, changes),
    "address": lambda books, division, order, changes: edit_address(books, division, order, changes),
    "quantity": lambda books, division, order, wanted: set_quantities(books, division, order, wanted),
}


@bench.post("/orders/<int:division>/<int:number>/<action>")
def act(division: int, number: int, action: str) -> Response:
    """approve, cancel, delete; deliver `{"lines": {"1": 2}}` (all without); edit `{field: value}`; address
    `{field: value}` of the delivery address; quantity `{"1": 5}` by line number."""
    with books().lock:
        order = trade.find_order(books(), division, number)
        done = ACTIONS[action](books(), division, order["OrderID"], body())
        return jsonify(to_json(done if isinstance(done, dict) else {"OrderID": order["OrderID"]}))


@bench.post("/rows/<int:division>/<table>/<key>")
def edit_row(division: int, table: str, key: str) -> Response:
    """Change any row of any table as a user in Exact would: `{field: value}`."""
    with books().lock:
        return jsonify(to_json(edit(books(), division, table, key, body())))


@bench.delete("/rows/<int:division>/<table>/<key>")
def delete_row(division: int, table: str, key: str) -> Response:
    with books().lock:
        books().delete(division, table, key)
    return jsonify(deleted=key)


def edit(books: Books, division: int, table: str, key: str, changes: Row) -> Row:
    kinds = {name: kind for e in writes.ENDPOINTS.values() if e.table == table for name, kind in e.fields.items()}
    values = {name: writes.convert(name, value, kinds.get(name, "text")) for name, value in changes.items()}
    return books.update(division, table, key, values)


def edit_address(books: Books, division: int, order_id: str, changes: Row) -> Row:
    """The delivery address of an order; as in Exact the order itself is not touched by that."""
    order = books.table(division, "SalesOrders").rows[order_id]
    if not order["DeliveryAddress"]:
        return edit(books, division, "Accounts", order["DeliverTo"], changes)
    return edit(books, division, "Addresses", order["DeliveryAddress"], changes)


def set_quantities(books: Books, division: int, order_id: str, wanted: Row) -> None:
    for line in trade.lines_of(books, division, order_id):
        if str(line["LineNumber"]) in wanted:
            quantity = float(wanted[str(line["LineNumber"])])
            trade.change_line(books, division, line["ID"], {"Quantity": quantity})


def deliver(books: Books, division: int, order_id: str, wanted: Row) -> Row:
    header = {name: value for name, value in wanted.items() if name in ("Remarks", "TrackingNumber", "Description")}
    if not wanted.get("lines"):
        return trade.deliver_rest(books, division, order_id, **header)
    numbers = {int(number): float(quantity) for number, quantity in wanted["lines"].items()}
    lines = [
        (line["ID"], numbers[line["LineNumber"]])
        for line in trade.lines_of(books, division, order_id)
        if numbers.get(line["LineNumber"])
    ]
    return trade.deliver(books, division, lines, header)
