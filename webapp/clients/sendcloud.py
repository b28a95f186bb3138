"""Sendcloud's API v3 with the keys of one integration.

https://sendcloud.dev/api/v3 (reference), https://sendcloud.dev/docs/getting-started/authentication (Basic keys)
https://sendcloud.dev/docs/getting-started/rate-limits (1,000 GET and 100 other calls a minute)
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from webapp import clock
from webapp.clients.budget import CallBudget
from webapp.clients.http import Answer, Http
from webapp.errors import NeedsPerson, NoAccess, NotFound, PakbonError, Reconnect, Refused, Retryable

SERVICE = "Sendcloud"
BATCH = 100  # orders in one POST
PAGES = 1000
Row = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One complaint of Sendcloud: the place in the batch (0-based, None = the whole), the field, its words."""

    index: int | None
    field: str
    detail: str
    code: str


@dataclass(frozen=True)
class Pushed:
    """What a batch of orders came to: Sendcloud's id by our order id, and its clock (epoch seconds)."""

    ids: dict[str, str]
    at: int


class BatchRefused(Refused):
    """A batch that was refused as a whole because of some of its orders; `faults` names them."""

    def __init__(self, faults: list[Fault], **params: Any) -> None:
        first = faults[0]
        super().__init__("sendcloud_refused", index=first.index, field=first.field, detail=first.detail, **params)
        self.faults = faults


class SendcloudClient:
    """The calls of one integration. `reads` and `writes` are the two budgets of Sendcloud."""

    def __init__(
        self, base_url: str, public_key: str, secret_key: str, reads: CallBudget, writes: CallBudget
    ) -> None:
        self.http = Http(base_url, SERVICE)
        self.http.session.auth = (public_key, secret_key)
        self.reads = reads
        self.writes = writes

    # https://sendcloud.dev/api/v3/user/auth/metadata
    def integration_id(self) -> int:
        """Whose keys these are. Raises Reconnect("keys_wrong") for keys that Sendcloud does not know."""
        found = self._call("GET", "api/v3/user/auth/metadata").json()
        try:
            return int(found["data"]["integration_id"])
        except (KeyError, TypeError, ValueError) as error:
            raise Retryable("bad_answer", service=SERVICE) from error

    # https://sendcloud.dev/api/v3/integrations
    def integration(self, integration_id: int) -> Row:
        """Shop name and switches of the integration."""
        found = self._call("GET", f"api/v3/integrations/{integration_id}").json()
        return _object(found.get("data", found) if isinstance(found, dict) else found)

    # https://sendcloud.dev/api/v3/sender-addresses
    def sender_addresses(self) -> list[Row]:
        return list(self._listed("api/v3/addresses/sender-addresses", {"page_size": 100}))

    # https://sendcloud.dev/api/v3/orders, "Create/Update orders in batch"
    def put_orders(self, orders: list[Row]) -> Pushed:
        """Create or change up to 100 orders: all or none. Sendcloud matches on order_id and integration, and
        saves after it has answered. Raises BatchRefused when some of them are refused."""
        answer = self._call("POST", "api/v3/orders", json=orders)
        found = answer.json()
        rows = found.get("data") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange)
        ids = {str(row.get("order_id")): str(row.get("id")) for row in rows if isinstance(row, dict)}
        return Pushed(ids, _answered_at(answer))

    # https://sendcloud.dev/api/v3/orders, "Retrieve an order"
    def order(self, sendcloud_id: str) -> Row | None:
        """An order as it stands in Incoming orders, or None if it is not there."""
        try:
            found = self._call("GET", f"api/v3/orders/{sendcloud_id}").json()
        except NotFound:
            return None
        return _object(found.get("data", found) if isinstance(found, dict) else found)

    def find_order(self, integration_id: int, order_id: str) -> Row | None:
        """The same by our own order id: for an order whose answer was lost."""
        query = {"integration": integration_id, "order_id": order_id}
        rows = self._listed("api/v3/orders", query)
        return next((row for row in rows if row.get("order_id") == order_id), None)

    # https://sendcloud.dev/api/v3/orders, "Delete an order"
    def delete_order(self, sendcloud_id: str) -> bool:
        """Take an order out of Incoming orders. False if it was not there."""
        try:
            self._call("DELETE", f"api/v3/orders/{sendcloud_id}")
        except NotFound:
            return False
        return True

    # -- how a call is made -------------------------------------------------------------------------------

    def _call(self, method: str, url: str, **options: Any) -> Answer:
        budget = self.reads if method == "GET" else self.writes
        answer = None
        for _ in range(3):
            budget.take(f"{method} {urlsplit(url).path}")
            headers = {"Accept": "application/json"}
            answer = self.http.call(method, url, headers=headers, **options)
            if answer.status != 429:
                break
            budget.refused(answer.headers)
        assert answer is not None
        if answer.status >= 400:
            raise _judged(answer)
        return answer

    def _listed(self, path: str, query: Row) -> Iterator[Row]:
        """All rows of a list; the next page stands in the `Link` header."""
        url: str | None = path
        for _ in range(PAGES):
            answer = self._call("GET", url or path, params=query)
            found = answer.json()
            rows = found.get("data") if isinstance(found, dict) else None
            if not isinstance(rows, list):
                raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange)
            yield from (row for row in rows if isinstance(row, dict))
            url, query = _next_page(answer)
            if url is None:
                return


def _next_page(answer: Answer) -> tuple[str | None, Row]:
    """Address and query of the page after this one. Only the query is taken over: host and path stay ours."""
    for link in re.findall(r'<([^>]*)>\s*;[^,]*rel="?next"?', answer.headers.get("Link", "")):
        parts = urlsplit(link)
        return parts.path, dict(parse_qsl(parts.query))
    return None, {}


def _object(found: Any) -> Row:
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise Retryable("bad_answer", service=SERVICE)
    return found


def _answered_at(answer: Answer) -> int:
    """Sendcloud's clock when it answered; ours where it does not say."""
    try:
        return int(parsedate_to_datetime(answer.headers["Date"]).timestamp())
    except (KeyError, TypeError, ValueError):
        return clock.now()


def _judged(answer: Answer) -> PakbonError:
    """An answer of 4xx as an error that says what a person can do."""
    faults, exchange = parse_faults(answer), answer.exchange
    said = "; ".join(fault.detail for fault in faults)[:500]
    if answer.status == 401:
        return Reconnect("keys_wrong", detail=said)
    if answer.status == 402:
        return NeedsPerson("sendcloud_payment", detail=said, exchange=exchange)
    if answer.status == 403:
        return NoAccess("sendcloud_forbidden", detail=said, exchange=exchange)
    if answer.status == 404:
        return NotFound("sendcloud_not_found", detail=said, exchange=exchange)
    if answer.status == 429:
        return Retryable("too_many_calls", service=SERVICE, exchange=exchange)
    if "still processing" in said.lower():
        return Retryable("still_processing", service=SERVICE, exchange=exchange)
    return BatchRefused(faults, exchange=exchange)


def parse_faults(answer: Answer) -> list[Fault]:
    """Every error shape that Sendcloud is known to use, as a list that is never empty.

    v3: `errors` as a list or an object of {code, detail, source.pointer}; v2: `error.message`; one endpoint
    {field, detail}. Pointers differ by endpoint and are read leniently.
    """
    try:
        body = answer.json()
    except Retryable:
        body = None
    faults: list[Fault] = []
    if isinstance(body, dict):
        errors = body.get("errors", body.get("error", body))
        for error in errors if isinstance(errors, list) else [errors]:
            faults.extend(_faults(error))
    return faults or [Fault(None, "", answer.text[:300] or str(answer.status), "")]


def _faults(error: Any) -> Iterator[Fault]:
    if isinstance(error, str):
        yield Fault(None, "", error, "")
    if not isinstance(error, dict):
        return
    detail = error.get("detail") or error.get("message") or error.get("title")
    if detail is None:  # {"field": ["sentence", ...]}
        for name, said in error.items():
            yield Fault(None, str(name), "; ".join(map(str, said)) if isinstance(said, list) else str(said), "")
        return
    source = error.get("source")
    source = source if isinstance(source, dict) else {}
    index, field = place(str(source.get("pointer") or source.get("parameter") or error.get("field") or ""))
    yield Fault(index, field, str(detail), str(error.get("code") or ""))


def place(pointer: str) -> tuple[int | None, str]:
    """Batch index and field path of a pointer such as `/data/attributes/[1]/order_details/integration`."""
    parts = [part for part in pointer.split("/") if part and part not in ("data", "attributes", "orders")]
    if not parts:
        return None, ""
    first = parts[0].strip("[]")
    if first.isdecimal():
        return int(first), ".".join(parts[1:])
    return None, ".".join(part.strip("[]") for part in parts)
