"""The whole of it in one process: both services played over HTTP, Pakbon on a database of its own, one clock.

Time stands still and moves when a test or a waiting Pakbon says so; both services live by the same clock.
"""

import html
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient

from tests import databases
from tests.demo import exact_play, sendcloud_play
from webapp import clock, commands, db
from webapp.config import Config
from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, MERCHANT_EMAIL, SHOP
from webapp.demo.kit import Clock
from webapp.demo.sendcloud.books import Books as Shelves
from webapp.demo.sendcloud.seed import FIRST, KEYS
from webapp.demo.sendcloud.switches import Switches
from webapp.models import Division, Event, Order, User
from webapp.sync import asks, configure, connect, passes
from webapp.sync.work import Look
from webapp.words.texts import reason, stopped

BETWEEN = 150  # seconds from one pass to the next, as the scheduler would leave them


@dataclass(frozen=True)
class Calls:
    """What was asked of the two services."""

    exact: int
    tokens: int
    sendcloud: int
    pushes: int


@dataclass(frozen=True)
class Passed:
    """One pass, and what it cost."""

    read: int
    pushed: int
    error: str
    busy: bool
    calls: Calls


@dataclass(frozen=True)
class Frozen:
    """A world at one moment."""

    database: Path | str
    exact: bytes
    sendcloud: bytes
    at: int


class World:
    """`sync` makes a pass over the shop, `order(20001)` is its row; `exact` and `sendcloud` are played by name."""

    def __init__(self, config: Config, app: Flask, exact: exact_play.Play, sendcloud: sendcloud_play.Play) -> None:
        self.config, self.app, self.exact, self.sendcloud = config, app, exact, sendcloud
        self.traveller: Any = None  # moves the time
        self.admin: FlaskClient  # a browser in which the administrator is signed in
        self.commands = False

    # --- time -----------------------------------------------------------------------------------------------

    def later(self, seconds: float) -> None:
        self.traveller.shift(seconds)

    # --- as it was ------------------------------------------------------------------------------------------

    def freeze(self, path: Path) -> "Frozen":
        """All three as they are now; the database goes to a file."""
        where = databases.beside(path.parent, path.stem)
        databases.copy(self.config.database, where)
        db.database.connect(reuse_if_open=True)
        books = {name: getattr(self.exact.books, name) for name in (*exact_play.THAWED, "login")}
        return Frozen(where, pickle.dumps(books), pickle.dumps(self.sendcloud.books.snapshot()), clock.now())

    def thaw(self, frozen: "Frozen") -> None:
        """As it was then, much quicker than going there again."""
        self.later(frozen.at - clock.now())
        db.database.close()
        databases.copy(frozen.database, self.config.database)
        db.database.connect()
        for name, value in pickle.loads(frozen.exact).items():
            setattr(self.exact.books, name, value)
        kept = Shelves.restore(pickle.loads(frozen.sendcloud))
        for name in vars(kept).keys() - {"lock", "base_url"}:
            setattr(self.sendcloud.books, name, getattr(kept, name))

    # --- Pakbon ---------------------------------------------------------------------------------------------

    def sync(self, code: int = SHOP, *, thorough: bool = False, after: float = BETWEEN) -> Passed:
        """One pass, `after` seconds from now."""
        self.later(after)
        with self.counting() as calls:
            summary = passes.run(self.config, code, look=Look.FULL if thorough else Look.USUAL)
        return Passed(summary.read, summary.pushed, summary.error, summary.busy, calls())

    def synced(self, code: int = SHOP, **options: Any) -> Passed:
        """A pass that must end well."""
        done = self.sync(code, **options)
        assert (done.error, done.busy) == ("", False)
        return done

    @contextmanager
    def counting(self) -> Iterator[Callable[[], Calls]]:
        before = len(self.exact.bench.requests), len(self.sendcloud.bench.requests)

        def calls() -> Calls:
            exact, sendcloud = self.exact.bench.requests[before[0] :], self.sendcloud.bench.requests[before[1] :]
            tokens = sum(asked["path"].endswith("/oauth2/token") for asked in exact)
            pushes = sum(asked["method"] == "POST" for asked in sendcloud)
            return Calls(len(exact) - tokens, tokens, len(sendcloud), pushes)

        yield calls

    def order(self, number: int, code: int = SHOP) -> Order:
        return Order.get(Order.number == number, Order.division == self.division(code))

    def state(self, number: int, code: int = SHOP) -> tuple[str, str]:
        order = self.order(number, code)
        return order.state, order.reason

    def said(self, number: int, code: int = SHOP) -> str:
        """The sentence that the merchant reads beside the order."""
        return reason(self.order(number, code))

    def states(self, code: int = SHOP) -> dict[int, tuple[str, str]]:
        rows = Order.select().where(Order.division == self.division(code))
        return {order.number: (order.state, order.reason) for order in rows}

    def division(self, code: int = SHOP) -> Division:
        return Division.get(Division.code == code)

    def stopped(self, code: int = SHOP) -> str:
        return stopped(self.division(code))

    def events(self, number: int) -> list[str]:
        """Codes of the order's timeline, oldest first."""
        return [event.code for event in Event.select().where(Event.order == self.order(number)).order_by(Event.id)]

    def ask(self, what: Callable[..., None], number: int) -> None:
        """What a person asks of one order: `asks.retry` and the like."""
        what(self.order(number), actor="Sanne")

    def start_sending(self, code: int = SHOP) -> None:
        asks.start_sending(self.division(code), actor="Sanne")

    def flask(self, *words: str, after: float = BETWEEN) -> Any:
        """`flask WORDS`, in this process, a while later."""
        self.later(after)
        if not self.commands:
            commands.init_app(self.app, self.config)
            self.commands = True
        db.database.close()
        try:
            return self.app.test_cli_runner().invoke(args=list(words))
        finally:
            db.database.connect(reuse_if_open=True)

    def configure(self, code: int = SHOP, **rules: Any) -> None:
        """What the configuration of a division becomes when somebody saves these fields."""
        division = self.division(code)
        assert configure.save(division, {**division.rules, **rules}, division.rules_no, "Sanne")

    # --- the way in -----------------------------------------------------------------------------------------

    def come_in(self, client: FlaskClient, user: str = MERCHANT_EMAIL, **wanted: Any) -> Any:
        """Off to Exact, yes there, and back; the last answer."""
        return client.get(self.consent(client, user, **wanted))

    def consent(self, client: FlaskClient, user: str = MERCHANT_EMAIL, **wanted: Any) -> str:
        """The path and query that Exact sends the browser back to."""
        there = client.get("/exact/start?country=nl").location
        asked = {"url": there, "user": user, **wanted}
        answer = requests.post(f"{self.exact.exact.url}/_bench/authorize", json=asked, timeout=10)
        assert answer.ok, answer.text
        back = urlsplit(answer.json()["location"])
        return f"{back.path}?{back.query}"

    def connect(self, code: int = SHOP, integration: int = FIRST, *, preview: bool = False) -> None:
        public_key, secret_key = KEYS[integration]
        connect.connect(self.config, self.division(code), public_key, secret_key, preview=preview, actor="Sanne")

    def disconnect(self, code: int = SHOP) -> None:
        connect.disconnect(self.division(code), "Sanne")

    # --- Exact ----------------------------------------------------------------------------------------------

    def change(self, number: int, **fields: Any) -> None:
        """Change the header of an order, as somebody in Exact would."""
        self._act(number, "edit", fields)

    def change_quantity(self, number: int, quantity: float, line: int = 1) -> None:
        self._act(number, "quantity", {str(line): quantity})

    def change_address(self, number: int, **fields: str | None) -> None:
        """Of the delivery address; the order itself is not touched by that."""
        self._act(number, "address", fields)

    def cancel(self, number: int) -> None:
        self._act(number, "cancel", {})

    def delete(self, number: int) -> None:
        self._act(number, "delete", {})

    def approve(self, number: int, status: int = 2) -> None:
        """2 is approved by hand, 0 takes the approval back."""
        key = self.exact.order(number)["OrderID"]
        with self.exact.books.lock:
            self.exact.books.update(SHOP, "SalesOrders", key, {"ApprovalStatus": status})

    def _act(self, number: int, action: str, wanted: Any) -> None:
        answer = self.exact.act(number, action, **wanted)
        assert answer.ok, answer.text

    # --- Sendcloud ------------------------------------------------------------------------------------------

    def incoming(self) -> dict[int, dict[str, Any]]:
        """What stands in Incoming orders a moment later, by order number; each once."""
        self.later(self.sendcloud.books.switches.save_delay)
        self.sendcloud.session.get(f"{self.sendcloud.server.url}/_bench/switch", timeout=10)  # saves what is due
        rows = [order for order in self.sendcloud.books.orders.values() if order["body"]]
        found = {int(order["order_number"]): order for order in rows}
        assert len(found) == len(rows), "an order stands there twice"
        return found

    def edit_in_panel(self, number: int, **changes: str) -> None:
        self._panel(number, "edit", changes)

    def delete_in_panel(self, number: int) -> None:
        self._panel(number, "delete", {})

    def _panel(self, number: int, action: str, body: Any) -> None:
        answer = self.sendcloud.post(f"/_bench/panel/orders/{number}/{action}", body)
        assert answer.ok, answer.text

    def sent(self, path: str = "/api/v3/orders") -> list[str]:
        """The bodies that were posted there, oldest first."""
        asked = self.sendcloud.bench.requests
        return [row["request"] for row in asked if row["method"] == "POST" and row["path"] == path]


@contextmanager
def played_exact(frozen: bytes) -> Iterator[exact_play.Play]:
    """Exact Online with these books, living by the same clock as Pakbon."""
    books = Books(Clock())
    for name, value in pickle.loads(frozen).items():
        setattr(books, name, value)
    with Exact(books) as exact:
        play = exact_play.Play(exact)
        yield play
        play.session.close()


@contextmanager
def played_sendcloud() -> Iterator[sendcloud_play.Play]:
    """The seeded Sendcloud with its limits and its slow saving, living by the same clock as Pakbon."""
    with sendcloud_play.playing() as play:
        play.clock.freeze(False)
        play.clock.set(datetime.now(UTC))
        play.switch(**Switches().as_dict())
        yield play


def settings(exact: exact_play.Play, sendcloud: sendcloud_play.Play) -> dict[str, str]:
    return {
        "EXACT_BASE_URL": exact.exact.url,
        "SENDCLOUD_BASE_URL": sendcloud.server.url,
        "EXACT_CLIENT_ID": CLIENT_ID,
        "EXACT_CLIENT_SECRET": CLIENT_SECRET,
    }


def who(client: FlaskClient) -> str:
    """The e-mail address of whoever is signed in; empty for nobody."""
    with client.session_transaction() as session:
        number = session.get("_user_id", "").partition(":")[0]
    return User.get_by_id(number).email if number else ""


def words_of(page: str) -> str:
    """What a reader sees of a page."""
    bare = re.sub(r"<(script|style|svg)[\s\S]*?</\1>", " ", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())
