"""What Exact's answers mean: padding, collections, and refusals as errors that say what a person can do."""

from typing import Any

from webapp.clients.http import Answer
from webapp.errors import NeedsPerson, NoAccess, NotFound, PakbonError, Refused, Retryable

SERVICE = "Exact Online"
Row = dict[str, Any]

# https://start.exactonline.nl/docs/HlpRestAPIResources.aspx names the scope of each endpoint.
SCOPES = {
    "salesorder/SalesOrder": "Sales orders",
    "sales/ShippingMethods": "Sales orders",
    "salesorder/GoodsDeliver": "Logistics wms",
    "crm/": "Crm accounts",
    "logistics/": "Logistics items",
    "inventory/": "Logistics inventory",
    "documents/": "Organization documents",
    "customfield/": "Organization extensibility",
    "": "Organization administration",
}

FULL_PAGE = 60  # rows
# The header `Reason` on 401 and 403.
REASONS = {
    "BlockedUser": "exact_user_blocked",
    "InactiveUser": "exact_user_blocked",
    "BlockedCustomer": "licence",
    "LicenseExpired": "licence",
    "DivisionBlocked": "division_blocked",
    "NoDivisionAccess": "no_access",
}


def stripped(value: Any) -> Any:
    """The same JSON without padding round any string and without OData's `__metadata`."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [stripped(part) for part in value]
    if isinstance(value, dict):
        # Nine tenths of an answer are short texts and numbers in a record: no call for each of those.
        return {
            name: part.strip() if isinstance(part, str) else stripped(part) if isinstance(part, dict | list) else part
            for name, part in value.items()
            if name != "__metadata"
        }
    return value


def expanded(collection: Any) -> list[Row] | None:
    """The rows of an expanded collection: a list, or `results`. None if it came as a deferred link, with a page to
    follow, or with as many rows as pages hold: whether Exact cuts them there is not documented."""
    if isinstance(collection, dict):
        collection = None if collection.get("__next") else collection.get("results")
    if not isinstance(collection, list) or collection and len(collection) % FULL_PAGE == 0:
        return None
    return [row for row in collection if isinstance(row, dict)]


def _scope(endpoint: str) -> str:
    resource = endpoint.rpartition(" ")[2].split("/", 3)[-1].removeprefix("sync/").removeprefix("read/").lower()
    return next(scope for start, scope in SCOPES.items() if resource.startswith(start.lower()))


def judged(answer: Answer, endpoint: str) -> PakbonError:
    """An answer of 4xx as an error that says what a person can do."""
    said, exchange = _message(answer), answer.exchange
    reason = answer.headers.get("Reason", "")
    # How a key that is blocked for its errors is answered is not documented; whatever it is, it passes by itself.
    if answer.status == 429 or reason.startswith("TooMany"):
        return Retryable("too_many_calls", service=SERVICE, exchange=exchange)
    if reason in REASONS:
        return NoAccess(REASONS[reason], detail=said or reason, exchange=exchange)
    if answer.status == 401:
        return Retryable("token_refused", detail=reason or said, exchange=exchange)
    if answer.status == 403 and "scope" in said.lower():
        return NoAccess("scope_missing", scope=_scope(endpoint), exchange=exchange)
    if answer.status == 403:
        return NoAccess("right_missing", detail=said or reason, scope=_scope(endpoint), exchange=exchange)
    if answer.status == 404:
        return NotFound("exact_not_found", detail=said, exchange=exchange)
    if answer.status == 400:
        return Refused("exact_refused", detail=said, exchange=exchange)
    return NeedsPerson("exact_refused", detail=said or str(answer.status), exchange=exchange)


def _message(answer: Answer) -> str:
    """Exact's own words, in the user's language; some errors have an empty or an HTML body."""
    try:
        message = answer.json()["error"]["message"]
        return str((message["value"] if isinstance(message, dict) else message) or "").strip()[:500]
    except (Retryable, KeyError, TypeError):
        return ""
