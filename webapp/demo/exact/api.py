"""Every request to /api/v1: who, where, how often, whether allowed, and then the work.

Documented: bearer tokens, JSON only for those who ask for it, limits and their headers, scopes, rights, the
`Reason` header, 201 and 204, `Prefer`. The error texts are those reported by clients.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, request

from webapp.demo.exact import functions, query, writes
from webapp.demo.exact.books import Books, Row
from webapp.demo.exact.entities import DOCUMENTS, ENDPOINTS, WMS, Endpoint, find_endpoint
from webapp.demo.exact.limits import COUNTED_ERRORS, Limits, Refused
from webapp.demo.exact.odata import ODataError, parse_filter
from webapp.demo.exact.options import Options, parse_options
from webapp.demo.exact.present import View, atom_entry, atom_feed, error_body
from webapp.demo.exact.tokens import ACCESS_LIFE, find_access
from webapp.demo.exact.trade import Impossible
from webapp.demo.exact.webhooks import check_subscription

api = Blueprint("api", __name__)
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "MERGE"]
RESOURCE = re.compile(r"(?P<path>[A-Za-z]\w*(?:/[A-Za-z]\w*)*)(?:\((?P<key>[^)]*)\))?(?:/(?P<tail>\$count|\w+))?$")
FUNCTIONS = {
    e.path: e
    for e in (functions.SYNC_TIMESTAMP, functions.USER_HAS_RIGHTS, functions.DEFAULT_ADDRESS,
              functions.UPDATE_CUSTOM_FIELD)
}  # fmt: skip


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


def books() -> Books:
    return current_app.extensions["books"]


def limits() -> Limits:
    return current_app.extensions["limits"]


def base() -> str:
    """Scheme and host of links: the client's own way here, unless a switch sends it astray."""
    return books().switches["next_host"] or request.host_url.rstrip("/")


# --- the way in and out -------------------------------------------------------------------------------


@api.route("/api/v1/current/Me", methods=METHODS)
def current_me() -> Response:
    try:
        with books().lock:
            app, user, _ = authenticate()
            check_method(functions.ME)
            view = View(books(), user["CurrentDivision"], functions.ME, base())
            view_uri_without_division(view)
            return answer(functions.list_rows(view, read_options(), [functions.me(books(), user)]), view)
    except (Refused, ODataError) as refused:
        return refusal(refused)


@api.route("/api/v1/<int:division>/<path:rest>", methods=METHODS)
def resource(division: int, rest: str) -> Response:
    headers: dict[str, str] = {}
    caller: tuple[Row, Row] | None = None
    try:
        app, user, granted = authenticate()
        caller = app, user
        headers = limits().take(app["client_id"], user["UserID"], division)
        call = resolve(app, user, granted, division, rest)
        check_allowed(call)
        response = perform(call)
    except (Refused, ODataError, Impossible) as refused:
        response = refusal(refused)
        caller = caller or known_caller()
    response.headers.update(headers)
    if caller and response.status_code in COUNTED_ERRORS:
        path = rest.partition("(")[0].strip("/")
        limits().note_error(caller[0]["client_id"], caller[1]["UserID"], division, path)
    return response


def authenticate() -> tuple[Row, Row, list[int]]:
    """The app, the user and the granted divisions of the bearer token."""
    found = find_access(books(), bearer())
    if not found:
        raise Refused(401, "Unauthorized", "Authentication Required", {"WWW-Authenticate": "Bearer"})
    token_set, issued = found
    if books().clock.now() - issued > ACCESS_LIFE:
        raise Refused(401, "Access token expired", "Authentication Required", {"WWW-Authenticate": "Bearer"})
    user = books().users[token_set["user"]]
    if user["status"]:
        raise Refused(401, "Unauthorized", user["status"])
    return books().apps[token_set["client_id"]], user, token_set["divisions"]


def bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def known_caller() -> tuple[Row, Row] | None:
    """Whose token it was, though it is of no use any more: its errors count all the same."""
    found = find_access(books(), bearer())
    return (books().apps[found[0]["client_id"]], books().users[found[0]["user"]]) if found else None


def refusal(refused: Exception) -> Response:
    if isinstance(refused, Refused):
        status, text, headers = refused.status, refused.text, refused.headers
    else:
        status, text, headers = 400, str(refused), {}
    if not text:
        return Response(status=status, headers=headers)
    body, kind = error_body(text, wants_json())
    return Response(body if isinstance(body, str) else json.dumps(body), status, headers, content_type=kind)


def wants_json() -> bool:
    return "json" in request.headers.get("Accept", "").lower()


def answer(shown: Any, view: View, status: int = 200, extra: Row | None = None, plain: bool = False) -> Response:
    """Rows under `d.results` (or, when `plain`, just under `d`) and one row under `d`; Atom without JSON."""
    if not wants_json():
        rows = shown if isinstance(shown, list) else None
        text = atom_feed(rows, view.endpoint.name) if rows is not None else atom_entry(shown, alone=True)
        return Response(text, status, content_type="application/atom+xml; charset=utf-8")
    if isinstance(shown, list) and not plain:
        shown = {"results": shown} | (extra or {})
    headers = {"DataServiceVersion": "2.0;"}
    return Response(json.dumps({"d": shown}), status, headers, content_type="application/json; charset=utf-8")


def view_uri_without_division(view: View) -> None:
    """Me has no division in its own address."""
    view.uri = lambda row: f"{view.base}/api/v1/current/Me(guid'{row['UserID']}')"  # type: ignore[method-assign]


# --- where and whether ---------------------------------------------------------------------------------


def resolve(app: Row, user: Row, granted: list[int], division: int, rest: str) -> Call:
    match = RESOURCE.match(rest.strip("/"))
    if not match:
        raise Refused(404, "Resource not found.")
    endpoint, tail = find(match["path"]), match["tail"]
    if endpoint is None and match["key"] is None and "/" in match["path"]:
        raise Refused(404, f"Resource not found for the segment '{match['path'].rsplit('/', 1)[-1]}'.")
    if endpoint is None:
        raise Refused(404, "Resource not found.")
    return Call(app, user, granted, division, endpoint, key_of(match["key"], endpoint), tail)


def find(path: str) -> Endpoint | None:
    listed = functions.DIVISION_LISTS.get(path)
    return listed[0] if listed else FUNCTIONS.get(path) or find_endpoint(path)


def key_of(text: str | None, endpoint: Endpoint) -> str | None:
    """`guid'…'` or a number in the brackets behind the name."""
    if text is None:
        return None
    match = re.match(r"guid'([^']*)'$", text.strip(), re.I)
    if match:
        return match[1].lower()
    if endpoint.fields[endpoint.key] == "int" and text.strip().isdigit():
        return text.strip()
    raise Refused(400, f"Bad Request - Error in query syntax: '({text})'.")


def check_method(endpoint: Endpoint) -> None:
    if request.method not in endpoint.methods:
        raise Refused(405, "Method not allowed.", headers={"Allow": ", ".join(endpoint.methods)})


def check_allowed(call: Call) -> None:
    """Method, division, licence, scope and right, in this order."""
    if len(request.full_path) > query.LONGEST_URL:
        raise Refused(414, "The request URL is too long.")
    check_method(call.endpoint)
    # Seen: the division in system/Divisions is not looked at.
    if call.endpoint is not functions.DIVISIONS:
        check_division(call)
    if call.endpoint.scope and call.endpoint.scope not in call.app["scopes"]:
        what = "read" if request.method == "GET" else "write"
        raise Refused(403, f"Forbidden - Application Scope Violated. Cannot {what}")
    if functions.is_denied(call.user, call.division, request.method, call.endpoint) and not denied_silently(call):
        raise Refused(403, "Forbidden - You don't have the rights for this action.", "NoRights")


def denied_silently(call: Call) -> bool:
    """Documented (Exact's tips): without the right a list may simply come back empty."""
    return request.method == "GET" and call.user["deny_with"] == "empty"


def check_division(call: Call) -> None:
    division = books().divisions.get(call.division)
    if not division or call.division not in call.user["divisions"] or call.division not in call.granted:
        raise Refused(403, "Forbidden - No access to this division.", "NoDivisionAccess")
    if division["BlockingStatus"] or division["Status"] != 1:
        raise Refused(403, "Forbidden - The division is blocked.", "DivisionBlocked")
    if division.get("licence_expired"):
        raise Refused(403, "Forbidden - The licence has expired.", "LicenseExpired")
    needs = {DOCUMENTS: "documents", WMS: "wholesale"}.get(call.endpoint.scope or "")
    if needs and not division[needs]:
        raise Refused(403, "Forbidden - Your licence does not contain this feature.", "NoLicense")


# --- the work --------------------------------------------------------------------------------------------


def perform(call: Call) -> Response:
    if request.method == "GET":
        with books().lock:
            return get(call)
    data = read_json() if request.method != "DELETE" else None
    if call.endpoint.path == "webhooks/WebhookSubscriptions" and request.method != "DELETE":
        # Not under the lock: while Exact tries the callback, the callback may call Exact.
        known = books().get(call.division, "WebhookSubscriptions", call.key)
        values = writes.values_of(call.endpoint, data, call.endpoint.postable)
        check_subscription(books(), call.division, call.app, values, known)
    with books().lock:
        return {"POST": post, "PUT": put, "DELETE": delete}[request.method](call, data)


def read_json() -> Any:
    if request.mimetype != "application/json":
        raise Refused(415, "Unsupported media type requested.")
    body = request.get_data()
    try:
        data = json.loads(body)
    except ValueError:
        raise Refused(400, "Error processing request stream.") from None
    if writes.too_large(len(body), data):
        raise Refused(413, "The request is too large.")
    return data


def read_options() -> Options:
    return parse_options(request.query_string.decode("latin-1"))


def view_of(call: Call, endpoint: Endpoint | None = None) -> View:
    dutch = call.user["LanguageCode"].startswith("nl")
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
        rows = [row for row in rows if call.key is None or str(row["Code"]) == call.key]
        return answer(functions.list_rows(view, options, rows), view)
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


def record_of(call: Call) -> Row:
    key: Any = call.key
    if call.endpoint.fields.get(call.endpoint.key) == "int" and key:
        key = int(key)
    table = books().table(call.division, call.endpoint.table)
    row = table.rows.get(key) if call.endpoint.key == table.spec.key else None
    if row is None:
        raise Refused(404, f"Resource not found for the segment '{call.endpoint.name}'.")
    return row


def get_record(call: Call, view: View, options: Options) -> Response:
    row = record_of(call)
    if call.tail:
        collection = call.endpoint.collections.get(call.tail)
        if collection is None:
            raise Refused(404, f"Resource not found for the segment '{call.tail}'.")
        inner = view_of(call, ENDPOINTS[collection.path])
        within = {collection.foreign: row[call.endpoint.key]}
        return page_answer(query.run(inner, options, own_url(), query_text(), within), inner)
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
        row |= {"ClientID": call.app["client_id"], "Base": base()}
    shown = view.renderer(list(call.endpoint.fields), dict.fromkeys(call.endpoint.collections))(row)
    if "return=representation" not in request.headers.get("Prefer", "").replace(" ", ""):
        kept = {call.endpoint.key, "__metadata", *call.endpoint.collections}
        shown = {name: value if name in kept else None for name, value in shown.items()}
    response = answer(shown, view, 201)
    response.headers["Location"] = view.uri(row)
    return response


def put(call: Call, data: Any) -> Response:
    if call.key is None:
        raise Refused(405, "Method not allowed.")
    record_of(call)
    writes.change(books(), call.division, call.endpoint, call.key, data, call.user)
    return Response(status=204)


def delete(call: Call, data: Any) -> Response:
    if call.key is None:
        raise Refused(405, "Method not allowed.")
    record_of(call)
    writes.remove(books(), call.division, call.endpoint, call.key, call.user)
    return Response(status=204)
