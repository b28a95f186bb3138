"""The work of a request that is allowed: GET, POST, PUT and DELETE.

Documented: POST answers 201, PUT and DELETE 204; without `Prefer: return=representation` the fields of a POST's
answer are null.
"""

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from webapp.demo.exact import functions, query, writes
from webapp.demo.exact.books import Row
from webapp.demo.exact.entities import ENDPOINTS, Endpoint
from webapp.demo.exact.limits import Refused
from webapp.demo.exact.odata import parse_filter
from webapp.demo.exact.options import Options, parse_options
from webapp.demo.exact.present import View
from webapp.demo.exact.replies import answer, base, books
from webapp.demo.exact.webhooks import check_subscription


@dataclass
class Call:
    """One request, resolved: who calls, which division, which endpoint, which record of it."""

    app: Row
    user: Row
    granted: list[int]
    division: int
    endpoint: Endpoint
    key: str | None = None
    tail: str | None = None


def perform(call: Call) -> Response:
    if request.method == "GET":
        with books().lock:
            return get(call)
    data = read_json() if request.method != "DELETE" else None
    if call.endpoint.path == "webhooks/WebhookSubscriptions" and request.method != "DELETE":
        # Not under the lock: while Exact tries the callback, the callback may call Exact.
        values = writes.values_of(call.endpoint, data, call.endpoint.postable)
        known = record_of(call) if request.method == "PUT" else None
        if known is None:
            writes.check_required(call.endpoint, values)
        check_subscription(books(), call.division, call.app, values, known)
    with books().lock:
        return {"POST": post, "PUT": put, "DELETE": delete}[request.method](call, data)


def read_json() -> Any:
    if request.mimetype != "application/json":
        raise Refused(415, "Unsupported media type requested.")
    body = request.get_data()
    try:
        data = json.loads(body, parse_constant=no_constant)
    except ValueError:
        raise Refused(400, "Error processing request stream.") from None
    if writes.too_large(len(body), data):
        raise Refused(413, "The request is too large.")
    return data


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def read_options() -> Options:
    return parse_options(request.query_string.decode("latin-1"))


def view_of(call: Call, endpoint: Endpoint | None = None) -> View:
    """Documented: a header may pick another language for descriptions than the user's."""
    dutch = (request.headers.get("CustomDescriptionLanguage") or call.user["LanguageCode"]).lower().startswith("nl")
    return View(books(), call.division, endpoint or call.endpoint, base(), dutch)


def get(call: Call) -> Response:
    view, options = view_of(call), read_options()
    if functions.is_denied(call.user, call.division, "GET", call.endpoint):
        return answer([], view)
    special = special_get(call, view, options)
    if special is not None:
        return special
    if call.key is not None:
        return get_record(call, view, options)
    if call.tail == "$count":
        return count(call, view, options)
    if call.tail:
        raise Refused(404, f"Resource not found for the segment '{call.tail}'.")
    return page_answer(query.run(view, options, own_url(), query_text()), view)


def special_get(call: Call, view: View, options: Options) -> Response | None:
    """The addresses that are no table of a division."""
    path = call.endpoint.path
    if path in functions.DIVISION_LISTS:
        rows = functions.DIVISION_LISTS[path][1](books(), call.user, call.granted)
        return division_list(call, view, options, rows)
    if path == functions.SYNC_TIMESTAMP.path:
        return answer(functions.sync_timestamp(view, options), view, plain=True)
    if path == functions.DEFAULT_ADDRESS.path:
        return answer(functions.default_address(view, options), view, plain=True)
    if path == functions.USER_HAS_RIGHTS.path:
        return answer(functions.user_has_rights(view, options, call.user), view)
    if path == "customfield/CustomFields" and "linkId" in options.custom:
        return answer(functions.custom_fields(view, options), view)
    if path == "read/logistics/ItemExtraField" and "itemId" in options.custom:
        return answer(functions.extra_fields(view, options), view, plain=True)
    return None


def division_list(call: Call, view: View, options: Options, rows: list[Row]) -> Response:
    """The divisions, one of them by its key, or how many there are."""
    if call.key is not None:
        found = functions.list_rows(view, options, [row for row in rows if str(row["Code"]) == call.key])
        if not found:
            raise Refused(404, f"Resource not found for the segment '{call.endpoint.name}'.")
        return answer(found[0], view)
    passing = len(functions.passing(view, options, rows))
    if call.tail == "$count":
        return Response(str(passing), content_type="text/plain")
    extra: Row = {"__count": str(passing)} if options.count else {}
    return answer(functions.list_rows(view, options, rows), view, extra=extra)


def own_url() -> str:
    return f"{base()}{request.path}"


def query_text() -> str:
    return request.query_string.decode("latin-1")


def page_answer(page: query.Page, view: View) -> Response:
    extra: Row = {}
    if page.count is not None:
        extra["__count"] = str(page.count)
    if page.next:
        extra["__next"] = page.next
    return answer(page.rows, view, extra=extra)


def key_of(call: Call) -> str:
    if call.key is None:
        raise Refused(405, "Method not allowed.")
    return call.key


def record_of(call: Call) -> Row:
    key: Any = key_of(call)
    if call.endpoint.fields.get(call.endpoint.key) == "int":
        key = int(key)
    table = books().table(call.division, call.endpoint.table)
    row = table.rows.get(key) if call.endpoint.key == table.spec.key else None
    if row is None:
        raise Refused(404, f"Resource not found for the segment '{call.endpoint.name}'.")
    return row


def get_record(call: Call, view: View, options: Options) -> Response:
    row = record_of(call)
    if call.tail:
        name, _, counted = call.tail.partition("/")
        collection = call.endpoint.collections.get(name)
        if collection is None:
            raise Refused(404, f"Resource not found for the segment '{name}'.")
        inner = view_of(call, ENDPOINTS[collection.path])
        within = {collection.foreign: row[call.endpoint.key]}
        options.count |= bool(counted)
        page = query.run(inner, options, own_url(), query_text(), within)
        return Response(str(page.count), content_type="text/plain") if counted else page_answer(page, inner)
    names, expand = query.selection(call.endpoint, options)
    return answer(view.renderer(names, expand)(row), view)


def count(call: Call, view: View, options: Options) -> Response:
    endpoint = call.endpoint
    node = parse_filter(options.filter, endpoint.fields, endpoint.model) if options.filter else None
    query.check_filter(endpoint, node)
    passes = query.compile_filter(node, view.reader) if node else lambda row: True
    return Response(str(query.count_all(view, node, passes)), content_type="text/plain")


def post(call: Call, data: Any) -> Response:
    """Documented: 201. Without `Prefer: return=representation` all but the key comes back null."""
    if call.key is not None or call.tail:
        raise Refused(405, "Method not allowed.")
    row = writes.create(books(), call.division, call.endpoint, data, call.user)
    view = view_of(call)
    if call.endpoint.path == "webhooks/WebhookSubscriptions":
        row |= {"ClientID": call.app["client_id"], "UserID": call.user["UserID"], "Base": base()}
    shown = view.renderer(list(call.endpoint.fields), dict.fromkeys(call.endpoint.collections))(row)
    if "return=representation" not in request.headers.get("Prefer", "").replace(" ", ""):
        kept = {call.endpoint.key, "__metadata", *call.endpoint.collections}
        shown = {name: value if name in kept else None for name, value in shown.items()}
    response = answer(shown, view, 201)
    response.headers["Location"] = view.uri(row)
    return response


def put(call: Call, data: Any) -> Response:
    record_of(call)
    writes.change(books(), call.division, call.endpoint, key_of(call), data, call.user)
    return Response(status=204)


def delete(call: Call, data: Any) -> Response:
    record_of(call)
    writes.remove(books(), call.division, call.endpoint, key_of(call), call.user)
    return Response(status=204)
