"""Every request to /api/v1: who, where, how often, and whether it is allowed. The work itself is in `work.py`.

Documented: bearer tokens, limits and their headers, scopes, rights, licences, the `Reason` header.
"""

import re

from flask import Blueprint, Response, current_app, request

from webapp.demo.exact import functions, query
from webapp.demo.exact.books import Row
from webapp.demo.exact.entities import DOCUMENTS, WMS, Endpoint, find_endpoint
from webapp.demo.exact.limits import COUNTED_ERRORS, Limits, Refused
from webapp.demo.exact.odata import GUID, ODataError
from webapp.demo.exact.present import View
from webapp.demo.exact.replies import answer, base, books, refusal
from webapp.demo.exact.tokens import ACCESS_LIFE, find_access
from webapp.demo.exact.trade import Impossible
from webapp.demo.exact.work import Call, perform, read_options

api = Blueprint("api", __name__)
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "MERGE"]
RESOURCE = re.compile(
    r"(?P<path>[A-Za-z]\w*(?:/[A-Za-z]\w*)*)(?:\((?P<key>[^)]*)\))?(?:/(?P<tail>\$count|\w+(?:/\$count)?))?$"
)
FUNCTIONS = {
    e.path: e
    for e in (functions.SYNC_TIMESTAMP, functions.USER_HAS_RIGHTS, functions.DEFAULT_ADDRESS,
              functions.UPDATE_CUSTOM_FIELD)
}  # fmt: skip


def limits() -> Limits:
    return current_app.extensions["limits"]


# --- the way in and out -------------------------------------------------------------------------------


@api.route("/api/v1/current/Me", methods=METHODS, strict_slashes=False)
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
    """`guid'…'` or a number in the brackets behind the name, as the key is; empty brackets name the whole list."""
    if text is None or not text.strip():
        return None
    kind = endpoint.fields[endpoint.key]
    match = re.match(r"guid'([^']*)'$", text.strip(), re.I)
    if match and kind == "guid" and GUID.match(match[1]):
        return match[1].lower()
    if kind == "int" and text.strip().isdigit():
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
