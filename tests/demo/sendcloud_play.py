"""The played Sendcloud on a real port, for tests: a frozen clock, no limits, orders saved at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import requests

from webapp.demo.kit import Bench, Clock, Server
from webapp.demo.sendcloud import create_sendcloud, seeded
from webapp.demo.sendcloud.seed import FIRST, KEYS
from webapp.demo.sendcloud.switches import Switches

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def item(**changes: Any) -> dict[str, Any]:
    plain = {"item_id": "line-1", "name": "Mok", "quantity": 2, "total_price": {"value": 7.0, "currency": "EUR"}}
    return plain | changes


def address(**changes: Any) -> dict[str, Any]:
    plain = {
        "name": "Jan de Boer",
        "address_line_1": "Dorpsstraat",
        "house_number": "12",
        "postal_code": "5341 XT",
        "city": "Oss",
        "country_code": "NL",
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def order(order_id: str = "so-1", integration: int = FIRST, **changes: Any) -> dict[str, Any]:
    """A plain valid order; `changes` replace whole top-level fields, None takes one out."""
    plain = {
        "order_id": order_id,
        "order_number": order_id.upper(),
        "order_details": {
            "integration": {"id": integration},
            "status": {"code": "open"},
            "order_created_at": "2026-11-01T10:00:00Z",
            "order_items": [item()],
        },
        "payment_details": {"total_price": {"value": 7.0, "currency": "EUR"}, "status": {"code": "paid"}},
        "shipping_address": address(),
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def changed(body: Any, path: str, value: Any) -> Any:
    """A copy with the value at a dotted path replaced; the value `...` takes the field out."""
    body = deepcopy(body)
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    place = body
    for step in way:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return body


class Play:
    def __init__(self) -> None:
        self.clock = Clock()
        self.books = seeded(self.clock)
        self.app = create_sendcloud(self.books, self.clock, send_webhooks=False)
        self.bench = Bench(self.app, self.clock, name="sendcloud")
        self.server = Server(self.bench)
        self.session = requests.Session()
        self.reset()

    def reset(self) -> None:
        """As new: seeded books, frozen clock, switches for plain tests."""
        self.clock.set(START)
        self.clock.freeze()
        fresh = seeded(self.clock)
        for name in ("integrations", "sender_addresses", "service_points"):
            getattr(self.books, name).clear()
            getattr(self.books, name).update(getattr(fresh, name))
        self.books.forget_trade()
        self.books.counters.clear()
        self.switch(**Switches().as_dict())
        self.switch(save_delay=0, limits=False)
        self.app.extensions["sendcloud"]["limits"].clear()
        self.bench.clear_requests()
        self.bench.clear_faults()
        self.use(FIRST)

    def use(self, integration: int) -> None:
        """From now on with the keys of this integration."""
        self.session.auth = KEYS[integration]

    def switch(self, **changes: Any) -> None:
        self.books.switches.turn(changes)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, self.server.url + path, timeout=10, **options)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.ask("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> requests.Response:
        return self.ask("POST", path, json=body)

    def push(self, *bodies: dict[str, Any]) -> list[dict[str, Any]]:
        """Post orders that must be accepted; what was answered about each."""
        answer = self.post("/api/v3/orders", list(bodies))
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    def label(self, order_id: str = "so-1", **more: Any) -> requests.Response:
        asked = {"order_id": order_id, "apply_shipping_rules": True}
        return self.post("/api/v3/orders/create-label-sync", {"integration_id": FIRST, "order": asked, **more})

    def labelled(self, order_id: str = "so-1", **more: Any) -> dict[str, Any]:
        """A label that must be made; the answer's data."""
        answer = self.label(order_id, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    def listed(self, **query: Any) -> list[str]:
        """The order ids in Incoming orders."""
        return [row["order_id"] for row in self.get("/api/v3/orders", **query).json()["data"]]


def reasons(answer: requests.Response) -> set[tuple[str, str]]:
    """Pointer (or parameter) and code of every error."""
    return {(where(error), error["code"]) for error in answer.json()["errors"]}


def where(error: dict[str, Any]) -> str:
    source = error.get("source", {})
    return source.get("pointer") or source.get("parameter") or ""


@contextmanager
def playing() -> Iterator[Play]:
    play = Play()
    with play.server, play.session:
        yield play
