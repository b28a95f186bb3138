"""Webhooks of an integration: what is sent, how it is signed, when it is tried again.

Sendcloud's webhook document: the header `Sendcloud-Signature` is the hex HMAC-SHA256 of the raw
body; up to ten tries, first five minutes apart, then longer, at most an hour; then given up.
"""

import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from typing import Any

from webapp.demo.sendcloud.agenda import after
from webapp.demo.sendcloud.books import Books, Row, moment_of, stamp
from webapp.demo.sendcloud.parcels_v2 import v2_parcel

MOST_TRIES = 10
MOST_KEPT = 2000
FIRST_WAIT, LONGEST_WAIT = 300, 3600
TIMEOUT = 10


def signature(body: bytes, key: str) -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def milliseconds(moment: str) -> int:
    return int(moment_of(moment).timestamp() * 1000)


def parcel_changed(books: Books, shipment: Row, parcel: Row, now: str) -> None:
    integration = books.integrations.get(shipment["integration_id"] or 0)
    if integration and integration["webhook_active"]:
        queue(
            books,
            integration,
            {
                "action": "parcel_status_changed",
                "timestamp": milliseconds(now),
                "carrier_status_change_timestamp": milliseconds(now),
                "parcel": v2_parcel(books, shipment, parcel),
            },
            now,
        )


def integration_changed(books: Books, integration: Row, action: str, now: str) -> None:
    """`integration_updated` or `integration_deleted`."""
    if integration["webhook_active"]:
        body = {
            "action": action,
            "timestamp": milliseconds(now),
            "integration": v2_integration(integration),
        }
        queue(books, integration, body, now)


def test_webhook(books: Books, integration: Row, now: str) -> None:
    """The panel's button "Test API Webhook"; it does not ask whether webhooks are switched on."""
    queue(books, integration, {"action": "test_webhook", "timestamp": milliseconds(now)}, now)


def v2_integration(integration: Row) -> Row:
    same = "id shop_name shop_url service_point_enabled service_point_carriers webhook_active webhook_url".split()
    return {name: integration[name] for name in same} | {
        "system": integration["type"],
        "failing_since": integration["started_failing_at"],
        "last_fetch": integration["last_fetched_at"],
        "last_updated_at": integration["updated_at"],
    }


def queue(books: Books, integration: Row, body: Row, now: str) -> None:
    """Write a delivery down; the postman brings it. Old ones that are done with are forgotten."""
    if not integration["webhook_url"]:
        return
    if len(books.webhooks) >= MOST_KEPT:
        books.webhooks[:] = [row for row in books.webhooks if row["state"] == "waiting"]
    books.webhooks.append(
        {
            "id": books.next_number("webhooks", 1),
            "integration_id": integration["id"],
            "url": integration["webhook_url"],
            "key": integration["webhook_signature_key"] or integration["secret_key"],
            "action": body["action"],
            "body": json.dumps(body),
            "state": "waiting",  # then delivered or given_up
            "tries": 0,
            "due_at": now,
            "answers": [],
        }
    )


def due(books: Books, now: str) -> list[Row]:
    return [row for row in books.webhooks if row["state"] == "waiting" and row["due_at"] <= now]


def note(row: Row, answer: str, now: str) -> None:
    """Write down how a try went, and when the next one is."""
    row["tries"] += 1
    row["answers"].append(answer)
    if answer == "200":
        row["state"] = "delivered"
    elif row["tries"] >= MOST_TRIES:
        row["state"] = "given_up"
    else:
        row["due_at"] = after(now, min(FIRST_WAIT * 2 ** (row["tries"] - 1), LONGEST_WAIT))


def send(row: Row) -> str:
    """One POST; the status as text, or what went wrong."""
    body = row["body"].encode()
    headers = {"Content-Type": "application/json", "Sendcloud-Signature": signature(body, row["key"])}
    request = urllib.request.Request(row["url"], data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return str(error.code)
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


class Postman:
    """Brings what is due, on a thread of its own that lives as long as something is waiting."""

    def __init__(self, books: Books, clock: Any):
        self.books, self.clock = books, clock
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._stopped = False

    def deliver_due(self) -> int:
        """Send everything that is due now, in this thread; how many were tried."""
        with self.books.lock:
            rows = due(self.books, stamp(self.clock.now()))
        for row in rows:
            answer = send(row)  # never while holding the lock: the receiver may ask us something
            with self.books.lock:
                note(row, answer, stamp(self.clock.now()))
                self.books.version += 1
        return len(rows)

    def wake(self) -> None:
        """See to it that waiting webhooks are brought, now or when their time comes."""
        with self.books.lock:
            if self._stopped or not any(row["state"] == "waiting" for row in self.books.webhooks):
                return
            self._wake.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="sendcloud-webhooks")
                self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()
        if thread := self._thread:
            thread.join(TIMEOUT)

    def _run(self) -> None:
        while not self._stopped:
            self._wake.clear()
            self.deliver_due()
            with self.books.lock:
                if self._stopped or not any(row["state"] == "waiting" for row in self.books.webhooks):
                    self._thread = None
                    return
            self._wake.wait(0.2)  # a retry is due by the bench's clock, which may jump
