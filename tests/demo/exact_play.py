"""The played Exact Online on a real port, for tests: seeded, a frozen clock, limits off, the merchant signed in."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import requests

from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books, Row, guid
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, MERCHANT_EMAIL, SHOP, seed
from webapp.demo.kit import Clock

START = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
REDIRECT = "https://winkel.example/exact/callback"


class Play:
    """A client of the played Exact: `get("salesorder/SalesOrders", select="OrderID")` asks the shop's division."""

    def __init__(self, exact: Exact):
        self.exact = exact
        self.books, self.clock, self.bench = exact.books, exact.clock, exact.bench
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"

    # --- login ------------------------------------------------------------------------------------------

    def auth_url(self, **changes: str) -> str:
        query = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "response_type": "code", "state": "x"} | changes
        return f"{self.exact.url}/api/oauth2/auth?" + "&".join(f"{k}={quote(v, safe='')}" for k, v in query.items())

    def code(self, user: str = MERCHANT_EMAIL, divisions: list[int] | None = None) -> str:
        wanted = {"url": self.auth_url(), "user": user, "divisions": divisions}
        location = requests.post(f"{self.exact.url}/_bench/authorize", json=wanted).json()["location"]
        return parse_qs(urlsplit(location).query)["code"][0]

    def token(self, **form: str) -> requests.Response:
        keys = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return requests.post(f"{self.exact.url}/api/oauth2/token", data=keys | form)

    def exchange(self, code: str, **changes: str) -> requests.Response:
        return self.token(**{"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT} | changes)

    def refresh(self, refresh_token: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token)

    def sign_in(self, user: str = MERCHANT_EMAIL, divisions: list[int] | None = None) -> Row:
        pair = self.exchange(self.code(user, divisions)).json()
        self.session.headers["Authorization"] = f"Bearer {pair['access_token']}"
        return pair

    # --- requests -----------------------------------------------------------------------------------------

    def url(self, path: str, division: int | None = SHOP) -> str:
        if path.startswith("http"):
            return path
        return f"{self.exact.url}/api/v1/{f'{division}/' if division else ''}{path}"

    def get(
        self, path: str, division: int | None = SHOP, headers: Row | None = None, **query: Any
    ) -> requests.Response:
        """`select`, `filter`, `expand`, … get their `$`; names that begin with `_` go as they are."""
        params = {name[1:] if name.startswith("_") else f"${name}": value for name, value in query.items()}
        return self.session.get(self.url(path, division), params=params, headers=headers)

    def rows(self, path: str, **query: Any) -> list[Row]:
        """The rows of one page, whose answer must be 200."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        found = answer.json()["d"]
        return found["results"] if isinstance(found, dict) and "results" in found else found

    def all_rows(self, path: str, **query: Any) -> list[Row]:
        """The rows of all pages, following `__next` word for word."""
        found, answer = [], self.get(path, **query)
        while True:
            page = answer.json()["d"]
            found += page["results"]
            if "__next" not in page:
                return found
            answer = self.session.get(page["__next"])

    def post(self, path: str, data: Any, division: int = SHOP, prefer: bool = False) -> requests.Response:
        headers = {"Prefer": "return=representation"} if prefer else {}
        return self.session.post(self.url(path, division), json=data, headers=headers)

    def put(self, path: str, key: str, data: Any, division: int = SHOP) -> requests.Response:
        return self.session.put(f"{self.url(path, division)}(guid'{key}')", json=data)

    def delete(self, path: str, key: str, division: int = SHOP) -> requests.Response:
        return self.session.delete(f"{self.url(path, division)}(guid'{key}')")

    # --- the books ----------------------------------------------------------------------------------------

    def order(self, number: int) -> Row:
        return self.books.table(SHOP, "SalesOrders").rows[guid(SHOP, "order", number)]

    def line(self, number: int, place: int = 1) -> Row:
        return self.books.table(SHOP, "SalesOrderLines").rows[guid(SHOP, "line", number, place)]

    def switch(self, **wanted: Any) -> None:
        answer = requests.post(f"{self.exact.url}/_bench/switch", json=wanted)
        assert answer.status_code == 200, answer.text

    def act(self, number: int, action: str, **wanted: Any) -> requests.Response:
        return requests.post(f"{self.exact.url}/_bench/orders/{SHOP}/{number}/{action}", json=wanted)


def message(answer: requests.Response) -> str:
    """The text of Exact's error body."""
    error = answer.json()["error"]
    assert error["code"] == "" and error["message"]["lang"] == ""
    return error["message"]["value"]


def until(condition: Callable[[], Any], seconds: float = 5.0) -> Any:
    end = monotonic() + seconds
    while not (found := condition()):
        assert monotonic() < end, "waited in vain"
        sleep(0.01)
    return found


@cache
def seeded() -> bytes:
    """The seeded books as a frozen copy: thawing them is much quicker than seeding them for every test."""
    clock = Clock()
    clock.freeze()
    clock.set(START)
    books = seed(Books(clock), REDIRECT, allow_local=False)
    return pickle.dumps({name: getattr(books, name) for name in THAWED})


THAWED = ("apps", "users", "divisions", "tables", "counters", "row_version")


@contextmanager
def playing() -> Iterator[Play]:
    clock = Clock()
    clock.freeze()
    clock.set(START)
    books = Books(clock)
    for name, value in pickle.loads(seeded()).items():
        setattr(books, name, value)
    books.switches["limits"] = False
    with Exact(books) as exact:
        play = Play(exact)
        play.sign_in()
        yield play
        play.session.close()
