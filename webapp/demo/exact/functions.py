"""The answers that are not a table of one division: Me, divisions, and functions with parameters.

Documented: all addresses and parameter names. Not settled: the outer shape of the small function answers;
here they are a plain list under `d`, so that a client meets that shape too.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from webapp.demo.exact import fields as f
from webapp.demo.exact.books import SERVER_ZONE, Books, Row
from webapp.demo.exact.entities import ADMINISTRATION, CRM, ENDPOINTS, EXTENSIBILITY, Endpoint, model
from webapp.demo.exact.odata import ODataError, compile_filter, parse_datetime, parse_filter
from webapp.demo.exact.options import Options
from webapp.demo.exact.present import View
from webapp.demo.exact.query import check_options, selection, sort_rows

ME = Endpoint("current/Me", "Me", "UserID", model("System.Me"), f.ME, kind="read")
DIVISIONS = Endpoint(
    "system/Divisions", "Divisions", "Code", model("System.Division"), f.DIVISION, ADMINISTRATION,
    renamed={"Hid": "HID"},
)  # fmt: skip
ALL_DIVISIONS = Endpoint(
    "system/AllDivisions", "Divisions", "Code", model("System.AllDivision"), f.DIVISION, ADMINISTRATION,
    renamed={"Hid": "HID"},
)  # fmt: skip
HRM_DIVISIONS = Endpoint("hrm/Divisions", "Divisions", "Code", model("HRM.Division"), f.HRM_DIVISION)
DEFAULT_ADDRESS = Endpoint(
    "read/crm/DefaultAddressForAccount", "Addresses", "ID", model("Address"), f.ADDRESS, CRM, kind="read"
)
SYNC_TIMESTAMP = Endpoint(
    "read/sync/Sync/SyncTimestamp", "SyncTimestamp", "Modified", model("Sync.SyncTimestamp"),
    f.SYNC_TIMESTAMP, ADMINISTRATION, kind="read",
)  # fmt: skip
USER_HAS_RIGHTS = Endpoint(
    "users/UserHasRights", "Users", "UserID", model("UserHasRights"), {"UserID": "guid"}, ADMINISTRATION,
    kind="read",
)  # fmt: skip
UPDATE_CUSTOM_FIELD = Endpoint(
    "customfield/UpdateCustomField", "CustomFields", "LinkId", model("UpdateCustomField"), f.CUSTOM_FIELD,
    EXTENSIBILITY, ("POST",), kind="read", required=("LinkId", "BusinessComponentName", "PropertyName", "Value"),
    postable=("LinkId", "BusinessComponentName", "PropertyName", "Value"),
)  # fmt: skip

DUTCH_LEGISLATION = 1  # Me has a number, the lists of divisions have text (seen); which number is not known

# Documented: the endpoints SyncTimestamp knows; Items, Accounts and the like are not among them.
SYNC_NAMES = {
    "GoodsDeliveries": "GoodsDeliveries",
    "GoodsDeliveryLines": "GoodsDeliveryLines",
    "SalesOrderHeaders": "SalesOrders",
    "SalesOrderLines": "SalesOrderLines",
}


# --- Me and divisions --------------------------------------------------------------------------------


def me(books: Books, user: Row) -> Row:
    """ServerTime is text, ServerUtcOffset seconds. CurrentDivision is what the user last opened in the screen."""
    offset = books.clock.now().astimezone(SERVER_ZONE).utcoffset()
    division = books.divisions.get(user["CurrentDivision"], {})
    return user | {
        "DivisionCustomerName": division.get("CustomerName"),
        "LanguageCode": user["LanguageCode"],
        "Legislation": DUTCH_LEGISLATION if division else None,
        "PackageCode": "EOLPREMIUM" if division.get("premium") else "EOLPLUS",
        "ServerTime": books.now().isoformat(timespec="milliseconds"),
        "ServerUtcOffset": offset.total_seconds() if offset else 0.0,
    }


def opened_divisions(books: Books, user: Row, granted: list[int]) -> list[Row]:
    """Documented: what the user may open and has granted to the app."""
    codes = [code for code in user["divisions"] if code in granted]
    return [shown_division(books, user, code) for code in codes]


def all_divisions(books: Books, user: Row, granted: list[int]) -> list[Row]:
    return [shown_division(books, user, code) for code in books.divisions]


def hrm_divisions(books: Books, user: Row, granted: list[int]) -> list[Row]:
    """Documented: here Status 0 is regular and 1 archived."""
    rows = opened_divisions(books, user, granted)
    return [row | {"Status": int(row["Status"] == 2), "Main": row["IsMainDivision"]} for row in rows]


def shown_division(books: Books, user: Row, code: int) -> Row:
    return books.divisions[code] | {"Current": code == user["CurrentDivision"]}


DIVISION_LISTS: dict[str, tuple[Endpoint, Callable[[Books, Row, list[int]], list[Row]]]] = {
    "system/Divisions": (DIVISIONS, opened_divisions),
    "system/AllDivisions": (ALL_DIVISIONS, all_divisions),
    "hrm/Divisions": (HRM_DIVISIONS, hrm_divisions),
}


def passing(view: View, options: Options, rows: list[Row]) -> list[Row]:
    """The rows of a short list that `$filter` lets through."""
    if not options.filter:
        return rows
    node = parse_filter(options.filter, view.endpoint.fields, view.endpoint.model)
    return list(filter(compile_filter(node, view.reader), rows))


def list_rows(view: View, options: Options, rows: list[Row]) -> list[Row]:
    """A short list held against `$filter`, `$orderby`, `$skip`, `$top` and `$select`."""
    endpoint = view.endpoint
    check_options(endpoint, options)
    rows = sort_rows(view, passing(view, options, rows), options.orderby)[options.skip :]
    rows = rows if options.top is None else rows[: options.top]
    names, expand = selection(endpoint, options)
    return [view.renderer(names, expand)(row) for row in rows]


# --- functions -----------------------------------------------------------------------------------------


def parameter(options: Options, name: str, form: str) -> str:
    """A function parameter such as `modified=datetime'…'`; what stands between its quotes."""
    match = re.match(form, options.custom.get(name, ""), re.I)
    if not match:
        raise ODataError(f"Bad Request - Error in query syntax: parameter '{name}' is missing or malformed.")
    return match.group(1)


GUID_FORM, DATETIME_FORM, TEXT_FORM, INT_FORM = r"guid'([^']+)'$", r"datetime'([^']+)'$", r"'([^']*)'$", r"(\d+)$"


def sync_timestamp(view: View, options: Options) -> list[Row]:
    """Documented: the first record modified at or after the moment; all parameters must be given."""
    moment = parse_datetime(parameter(options, "modified", DATETIME_FORM))
    name = parameter(options, "endPoint", TEXT_FORM)
    if name not in SYNC_NAMES:
        raise ODataError(f"The endPoint '{name}' is not supported.")
    first = first_since(view.books, view.division, SYNC_NAMES[name], moment)
    if first is None:
        return []
    found = {"Modified": first["Modified"], "API": name, "TimeStampAsBigInt": first["Timestamp"]}
    return list_rows(view, options, [found | {"Timestamp": first["Timestamp"]}])


def first_since(books: Books, division: int, table: str, moment: datetime) -> Row | None:
    rows = books.table(division, table).newer(0)
    return next((row for row in rows if row["Modified"] >= moment), None)


def default_address(view: View, options: Options) -> list[Row]:
    account = parameter(options, "accountId", GUID_FORM).lower()
    kind = int(parameter(options, "addressType", INT_FORM))
    rows = view.books.rows(view.division, "Addresses", Account=account, Type=kind)
    return list_rows(view, options, [row for row in rows if row.get("Main")][:1])


def user_has_rights(view: View, options: Options, user: Row) -> Row:
    """Documented: True or False for an endpoint and an action."""
    path = parameter(options, "endpoint", TEXT_FORM)
    action = parameter(options, "action", TEXT_FORM).upper()
    known = next((e for e in ENDPOINTS.values() if e.path.lower() == path.lower()), None)
    allowed = known is not None and action in known.methods and not is_denied(user, view.division, action, known)
    return {"UserHasRights": allowed}


def is_denied(user: Row, division: int, method: str, endpoint: Endpoint) -> bool:
    """Whether the user lacks a right: `denied` lists `path` or `METHOD path` per division or for "*"."""
    same_table = {e.path for e in ENDPOINTS.values() if e.table == endpoint.table} | {endpoint.path}
    denied = [*user["denied"].get("*", []), *user["denied"].get(str(division), [])]
    return any(path in denied or f"{method} {path}" in denied for path in same_table)


def custom_fields(view: View, options: Options) -> list[Row]:
    """The custom fields of one record, by the URL that its field CustomField holds."""
    link = parameter(options, "linkId", GUID_FORM).lower()
    component = parameter(options, "businessComponentName", TEXT_FORM)
    rows = view.books.rows(view.division, "CustomFields", LinkId=link, BusinessComponentName=component)
    return list_rows(view, options, rows)


def extra_fields(view: View, options: Options) -> list[Row]:
    item = parameter(options, "itemId", GUID_FORM).lower()
    return list_rows(view, options, view.books.rows(view.division, "ItemExtraFields", ItemID=item))


def update_custom_field(books: Books, division: int, values: dict[str, Any], user: Row) -> Row:
    wanted = {name: values[name] for name in ("LinkId", "BusinessComponentName", "PropertyName")}
    for row in books.rows(division, "CustomFields", **wanted):
        return books.update(division, "CustomFields", row["Row"], {"Value": values["Value"]}, user)
    raise ODataError("Invalid reference: PropertyName")
