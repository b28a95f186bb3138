"""Webhooks: subscribing checks the callback, events are signed, what is not answered 200 or 201 comes again.

Documented or seen: one subscription per topic, division and app; an empty POST while subscribing; HashCode is the
upper-case hex HMAC-SHA256 of the raw bytes of Content; ten retries after 2^n minutes; IsInstant only for
GoodsDeliveries; no topic for Addresses or Warehouses.
"""

import hashlib
import hmac
import json
import logging
import threading
import urllib.error
import urllib.request
from collections import deque
from datetime import datetime, timedelta
from http.client import HTTPException
from urllib.parse import urlsplit

from webapp.demo.exact.books import Books, Row
from webapp.demo.exact.entities import ENDPOINTS, TABLES
from webapp.demo.exact.limits import Refused

log = logging.getLogger("demo")

RETRIES = 10
TIMEOUT = 10  # not documented
TOPICS = {spec.topic for spec in TABLES.values() if spec.topic} | {
    "BankAccounts", "BankEntries", "CashEntries", "CostTransactions", "FinancialTransactions", "GLAccounts",
    "GeneralJournalEntries", "MailMessagesSent", "Opportunities", "ProjectPlanning", "PurchaseEntries",
    "PurchaseOrders", "Quotations", "SalesEntries", "SalesInvoices", "StockPositions", "Subscriptions",
    "TimeTransactions",
}  # fmt: skip


def check_subscription(books: Books, division: int, app: Row, values: Row, known: Row | None = None) -> None:
    """Refuse what Exact refuses, then post nothing to the callback and see whether it answers. Takes no lock."""
    url = values.get("CallbackURL") or (known or {}).get("CallbackURL") or ""
    topic = values.get("Topic") or (known or {}).get("Topic")
    if topic not in TOPICS:
        raise Refused(400, "Invalid value: Topic")
    if not is_address(url):
        raise Refused(400, "Invalid value: CallbackURL")
    if values.get("IsInstant") and topic != "GoodsDeliveries":
        raise Refused(400, f"IsInstant is not supported for topic {topic}")
    if not app["allow_local"]:
        check_address(url, app["redirect_uri"])
    if not known and already_there(books, division, app, topic):
        raise Refused(500, "Data already exists")
    try:
        status = post(url, b"", {})
    except OSError as error:
        raise Refused(500, f"Invalid: Post to callback URL endpoint fails: {type(error).__name__}") from error
    if status not in (200, 201):
        raise Refused(500, f"Invalid: Post to callback URL endpoint returns {status}")


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status that the callback answers. Raises OSError when it does not answer."""
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310 (the subscriber's own address)
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except HTTPException as error:  # what came back is no HTTP, or the address cannot be asked for
        raise OSError(type(error).__name__) from error


def is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def check_address(url: str, redirect_uri: str) -> None:
    if not url.startswith("https://"):
        raise Refused(400, "Invalid value: CallbackURL must use HTTPS")
    if urlsplit(url).hostname != urlsplit(redirect_uri).hostname:
        raise Refused(400, "Invalid value: CallbackURL must have the domain of the redirect URI")


def already_there(books: Books, division: int, app: Row, topic: str) -> bool:
    rows = books.rows(division, "WebhookSubscriptions", Topic=topic)
    return any(row["ClientID"] == app["client_id"] for row in rows)


def signed(content: Row, secret: str) -> bytes:
    """The body of a webhook. The hash is over the very bytes that stand behind `"Content":`."""
    raw = json.dumps(content, separators=(",", ":")).encode()
    code = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest().upper()
    return b'{"Content":' + raw + b',"HashCode":"' + code.encode() + b'"}'


class Webhooks:
    """Turns what happens in the books into POSTs, in a thread of its own, by the clock of the books."""

    def __init__(self, books: Books):
        self.books = books
        self.log: deque[Row] = deque(maxlen=2000)
        self._waiting: list[Row] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        books.listeners.append(self.hear)

    def start(self) -> "Webhooks":
        threading.Thread(target=self._run, daemon=True, name="exact-webhooks").start()
        return self

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()

    def hear(self, division: int, table: str, action: str, key: str) -> None:
        topic = TABLES[table].topic
        if not topic or (action == "Create" and not self.books.switches["webhook_create"]):
            return
        for subscription in self.books.rows(division, "WebhookSubscriptions", Topic=topic):
            self._queue(subscription, division, table, action, key)

    def _queue(self, subscription: Row, division: int, table: str, action: str, key: str) -> None:
        content = {
            "Topic": subscription["Topic"],
            "ClientId": subscription["ClientID"],
            "Division": division,
            "Action": action,
            "Key": key,
            "ExactOnlineEndpoint": f"{subscription['Base']}/api/v1/{division}/{single_path(table)}(guid'{key}')",
            "EventCreatedOn": self.books.now().isoformat(timespec="milliseconds"),
        }
        entry = {"content": content, "url": subscription["CallbackURL"], "app": subscription["ClientID"]}
        entry |= {"attempts": 0, "due": self.books.clock.now(), "status": None}
        with self._lock:
            if not any(same_event(entry, other) for other in self._waiting):
                self._waiting.append(entry)
        self._wake.set()

    def waiting(self) -> int:
        with self._lock:
            return len(self._waiting)

    def send_due(self) -> int:
        """Send what is due and return how many were sent; failed ones wait for their next time."""
        now = self.books.clock.now()
        with self._lock:
            due = [entry for entry in self._waiting if entry["due"] <= now]
            self._waiting = [entry for entry in self._waiting if entry["due"] > now]
        for entry in due:
            self._send(entry, now)
        return len(due)

    def _send(self, entry: Row, now: datetime) -> None:
        body = signed(entry["content"], self.books.apps[entry["app"]]["webhook_secret"])
        try:
            headers = {"Content-Type": "application/json"}
            entry["status"] = post(entry["url"], body, headers)
        except OSError as error:
            entry["status"] = type(error).__name__
        entry["attempts"] += 1
        self.log.append({"at": now.isoformat(), "body": body.decode()} | {k: entry[k] for k in LOGGED})
        if entry["status"] not in (200, 201) and entry["attempts"] <= RETRIES:
            entry["due"] = now + timedelta(minutes=2 ** entry["attempts"])
            with self._lock:
                self._waiting.append(entry)

    def _run(self) -> None:
        while not self._stopped:
            # The clock of the books can be moved at any time, so look at it often.
            self._wake.wait(0.2)
            self._wake.clear()
            try:
                self.send_due()
            except Exception:
                log.exception("could not send webhooks")


LOGGED = ("url", "attempts", "status", "content")


def same_event(one: Row, other: Row) -> bool:
    """Several changes of one row in a moment are told once."""
    return other["attempts"] == 0 and all(
        one["content"][k] == other["content"][k] for k in ("Topic", "Division", "Action", "Key", "ClientId")
    )


def single_path(table: str) -> str:
    return next(e.path for e in ENDPOINTS.values() if e.table == table and e.kind == "single")
