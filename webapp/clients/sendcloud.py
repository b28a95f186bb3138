"""Sendcloud's API v3 with the keys of one integration.

https://sendcloud.dev/api/v3 (reference), https://sendcloud.dev/docs/getting-started/authentication (Basic keys)
https://sendcloud.dev/docs/getting-started/rate-limits (1,000 GET and 100 other calls a minute)
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from webapp import clock
from webapp.clients.budget import CallBudget
from webapp.clients.http import Answer, Http
from webapp.clients.sendcloud_fields import WHOLE, named
from webapp.errors import NeedsPerson, NoAccess, NoAnswer, NotFound, PakbonError, Reconnect, Refused, Retryable

SERVICE = "Sendcloud"
BATCH = 100  # orders in one POST
PAGES = 5000  # more than any list has
LARGEST_LABEL = 10_000_000
GEOCODED = {
    "street": "address_line_1",
    "house_number": "house_number",
    "postal_code": "postal_code",
    "city": "city",
}
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


@dataclass(frozen=True)
class Label:
    """A label as the answer of the call that made it told."""

    shipment_id: str
    parcel_id: int
    tracking_number: str
    tracking_url: str
    pdf: bytes


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
        self.clock_at = clock.now()  # Sendcloud's clock at its last answer

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
        return _object(self._call("GET", f"api/v3/integrations/{integration_id}").json())

    def set_webhook(self, integration_id: int, url: str) -> None:
        """Have Sendcloud call us about parcels of this integration."""
        values = {"webhook_active": True, "webhook_url": url}
        self._call("PATCH", f"api/v3/integrations/{integration_id}", json=values)

    # https://sendcloud.dev/api/v3/sender-addresses
    def sender_addresses(self) -> list[Row]:
        return list(self._listed("api/v3/addresses/sender-addresses", {"page_size": 100}))

    # https://sendcloud.dev/api/v3/service-points, "Check availability of a service point"
    def is_service_point_available(self, point: str) -> bool | None:
        """None for one that Sendcloud does not know."""
        try:
            found = self._call("POST", f"api/v3/service-points/{int(point)}/check-availability").json()
        except NotFound as error:
            if not _says_not_found(error):
                raise  # the address of the call, not the service point
            return None
        data = found.get("data") if isinstance(found, dict) else None
        return not (isinstance(data, dict) and data.get("is_available") is False)

    # https://sendcloud.dev/api/v3/service-points, "Retrieve a service point"
    def service_point(self, point: str) -> Row | None:
        """Its carrier, kind and address; None for one that Sendcloud does not know."""
        try:
            return _object(self._call("GET", f"api/v3/service-points/{int(point)}").json())
        except NotFound:
            return None

    # https://sendcloud.dev/api/v3/service-points, "Retrieve a list of service points"
    def service_points_near(self, address: Row, metres: int) -> list[Row]:
        """Those of the integration's carriers within so many metres of an address, as it stands in an order."""
        query: Row = {"use_integration_carriers": "true", "country_code": address["country_code"], "radius": metres}
        query |= {f"address_{to}": address[name] for to, name in GEOCODED.items() if address.get(name)}
        found = self._call("GET", "api/v3/service-points", params=query).json()
        data = found.get("data") if isinstance(found, dict) else None
        rows = data.get("results") if isinstance(data, dict) else None
        if not isinstance(rows, list):
            raise Retryable("bad_answer", service=SERVICE)
        return [row for row in rows if isinstance(row, dict)]

    # https://sendcloud.dev/api/v3/orders, "Create/Update orders in batch"
    def put_orders(self, orders: list[Row]) -> Pushed:
        """Create or change up to 100 orders: all or none. Sendcloud matches on order_id and integration, and
        saves after it has answered. Raises BatchRefused when some of them are refused; a conflict that names
        none of them is with a change at the same moment."""
        try:
            answer = self._call("POST", "api/v3/orders", json=orders)
        except BatchRefused as error:
            names_some = any(fault.index is not None for fault in error.faults)
            if names_some or (error.exchange or {}).get("status") != 409:
                raise
            raise Retryable("still_processing", service=SERVICE, exchange=error.exchange) from error
        found = answer.json()
        rows = found.get("data") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange)
        ids = {str(row.get("order_id")): str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")}
        return Pushed(ids, _answered_at(answer))

    # https://sendcloud.dev/api/v3/orders, "Retrieve an order"
    def order(self, sendcloud_id: str) -> Row | None:
        """An order as it stands in Incoming orders, or None if it is not there."""
        try:
            return _object(self._call("GET", f"api/v3/orders/{sendcloud_id}").json())
        except NotFound:
            return None

    def find_order(self, integration_id: int, order_id: str) -> Row | None:
        """The same by our own order id: for an order whose answer was lost."""
        query = {"integration": integration_id, "order_id": order_id}
        rows = self._listed("api/v3/orders", query)
        return next((row for row in rows if row.get("order_id") == order_id), None)

    # https://sendcloud.dev/api/v3/orders, "Retrieve a list of orders"
    def orders(self, integration_id: int) -> Iterator[Row]:
        """All orders of an integration, 100 a call."""
        return self._listed("api/v3/orders", {"integration": integration_id, "page_size": 100})

    # https://sendcloud.dev/api/v3/orders, "Delete an order"
    def delete_order(self, sendcloud_id: str) -> bool:
        """Take an order out of Incoming orders. False if it was not there."""
        try:
            self._call("DELETE", f"api/v3/orders/{sendcloud_id}")
        except NotFound:
            return False
        return True

    # -- labels -------------------------------------------------------------------------------------------

    # https://sendcloud.dev/api/v3/ship-an-order, "Request a label for a single order synchronously"
    def make_label(self, integration_id: int, order_id: str, sender_address_id: int | None) -> Label:
        """Buy the label of one order. There is no second chance to tell two calls apart: the caller has
        written down that it asks, and never asks again before it has looked (`shipments_of`)."""
        order = {"order_id": order_id, "apply_shipping_rules": True}
        body = {"order": order, "label_details": {"mime_type": "application/pdf"}}
        answer, found = self._buy("api/v3/orders/create-label-sync", integration_id, sender_address_id, body)
        data = found.get("data") if isinstance(found, dict) else None
        if isinstance(data, list):  # the schema says an object, the sample a list
            data = data[0] if data else None
        if not isinstance(data, dict):
            # It may have been made: nothing in the answer says that it was not.
            raise NoAnswer("bad_answer", service=SERVICE, exchange=answer.exchange)
        return _label(data)

    # https://sendcloud.dev/api/v3/ship-an-order, "Request a label for one or more orders asynchronously"
    def make_labels(
        self, integration_id: int, order_id: str, sender_address_id: int | None, parcels: list[Row]
    ) -> None:
        """Buy a label for each of these parcels of one order. They follow a moment later, as one shipment
        (`shipments_of`). The caller has written down that it asks. Raises BatchRefused for a refusal, which comes
        with a status of success."""
        reference = {"order_id": order_id, "apply_shipping_rules": True, "parcels": parcels}
        body = {"orders": [reference]}
        answer, found = self._buy("api/v3/orders/create-labels-async", integration_id, sender_address_id, body)
        if isinstance(found, dict) and found.get("errors") and not found.get("data"):
            raise BatchRefused(parse_faults(answer), exchange=answer.exchange)

    def _buy(self, path: str, integration_id: int, sender_address_id: int | None, body: Row) -> tuple[Answer, Any]:
        """The answer and what it holds. Raises NoAnswer where it cannot be read: it may have been bought."""
        body = {"integration_id": integration_id, **body}
        if sender_address_id:
            body["sender_address_id"] = sender_address_id
        answer = self._call("POST", path, json=body)
        try:
            return answer, answer.json()
        except Retryable as error:
            raise NoAnswer("bad_answer", service=SERVICE, exchange=answer.exchange) from error

    # https://sendcloud.dev/api/v3/shipments, "Retrieve a list of shipments"
    def shipments_of(self, integration_id: int, order_number: str) -> list[Row]:
        """Every shipment of an order number, cancelled ones too."""
        return list(
            self._listed("api/v3/shipments", {"integration_id": integration_id, "order_number": order_number})
        )

    def shipments_since(self, integration_id: int, moment: str) -> Iterator[Row]:
        """Shipments made or changed after a moment (ISO 8601)."""
        query = {"integration_id": integration_id, "updated_after": moment, "page_size": 100}
        return self._listed("api/v3/shipments", query)

    # https://sendcloud.dev/api/v3/shipments, "Cancel a shipment"
    def cancel_shipment(self, shipment_id: str) -> str:
        """ "cancelled" or "queued". Raises Refused when it is too late."""
        answer = self._call("POST", f"api/v3/shipments/{quote(shipment_id, safe='')}/cancel")
        return "queued" if answer.status == 202 else "cancelled"

    # https://sendcloud.dev/api/v3/parcel-documents
    def label_pdf(self, parcel_id: int) -> bytes:
        """The label of a parcel. Raises NotFound while there is none, Retryable for what is no PDF."""
        path = f"api/v3/parcels/{int(parcel_id)}/documents/label"
        answer = self._call("GET", path, accept="application/pdf")
        if not answer.body.startswith(b"%PDF-") or len(answer.body) > LARGEST_LABEL:
            raise Retryable("label_no_pdf", service=SERVICE)
        return answer.body

    # -- how a call is made -------------------------------------------------------------------------------

    def _call(self, method: str, url: str, *, accept: str = "application/json", **options: Any) -> Answer:
        budget = self.reads if method == "GET" else self.writes
        answer = None
        for _ in range(3):
            budget.take(f"{method} {urlsplit(url).path}")
            headers = {"Accept": accept}
            answer = self.http.call(method, url, headers=headers, **options)
            if answer.status != 429:
                break
            # Of its limits Sendcloud tells at most how long to wait.
            budget.refused({"Retry-After": answer.headers.get("Retry-After", "")})
        assert answer is not None
        self.clock_at = _answered_at(answer)
        if answer.status >= 400:
            raise _judged(answer)
        return answer

    def _listed(self, path: str, query: Row) -> Iterator[Row]:
        """All rows of a list; the next page stands in the `Link` header. A list that does not end is no answer."""
        url: str | None = path
        seen: list[tuple[str | None, Row]] = []
        while url is not None:
            answer = self._call("GET", url, params=query)
            found = answer.json()
            rows = found.get("data") if isinstance(found, dict) else None
            if not isinstance(rows, list):
                raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange)
            yield from (row for row in rows if isinstance(row, dict))
            seen.append((url, query))
            url, query = _next_page(answer)
            if url is not None and ((url, query) in seen or len(seen) == PAGES):
                raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange)


def _label(data: Row) -> Label:
    """Both shapes of the specification: `label_details.file` and `label.file`. Never raises: it is bought."""
    holder = data.get("label_details") or data.get("label")
    file = holder.get("file") if isinstance(holder, dict) else ""
    try:
        pdf = b64decode(str(file or ""))
    except ValueError:
        pdf = b""
    parcel = str(data.get("parcel_id") or "")
    return Label(
        str(data.get("shipment_id") or ""),
        int(parcel) if parcel.isdecimal() else 0,
        str(data.get("tracking_number") or ""),
        str(data.get("tracking_url") or ""),
        pdf if pdf.startswith(b"%PDF-") and len(pdf) <= LARGEST_LABEL else b"",
    )


def _next_page(answer: Answer) -> tuple[str | None, Row]:
    """Address and query of the page after this one. Only the query is taken over: host and path stay ours."""
    for link in re.findall(r'<([^>]*)>\s*;[^,]*rel="?next"?', answer.headers.get("Link", "")):
        try:
            parts = urlsplit(link)
        except ValueError as error:
            raise Retryable("bad_answer", service=SERVICE, exchange=answer.exchange) from error
        return parts.path, dict(parse_qsl(parts.query))
    return None, {}


def _object(found: Any) -> Row:
    """The one record of an answer, with or without `data` round it."""
    if isinstance(found, dict):
        found = found.get("data", found)
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
    if any("still processing" in fault.detail.lower() for fault in faults):
        return Retryable("still_processing", service=SERVICE, exchange=exchange)
    return BatchRefused(faults, exchange=exchange)


def _says_not_found(error: NotFound) -> bool:
    """Whether a 404 speaks of the record, in Sendcloud's own form, and is not just any page."""
    return "not_found" in str((error.exchange or {}).get("answer", ""))


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
    if not detail and "source" in error:
        detail = error.get("code") or ""
    if detail is None:  # {"field": ["sentence", ...]}
        for name, said in error.items():
            yield Fault(None, str(name), "; ".join(map(str, said)) if isinstance(said, list) else str(said), "")
        return
    source = error.get("source")
    source = source if isinstance(source, dict) else {}
    index, field = place(str(source.get("pointer") or source.get("parameter") or error.get("field") or ""))
    if field.rpartition(".")[2] in WHOLE:
        field = named(str(detail)) or field
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
