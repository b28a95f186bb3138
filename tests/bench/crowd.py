"""Pages while Pakbon works: the production server with its worker, asked by many while it makes its first import.

One browser looks at the dashboard again and again, ten have it open and poll it at their pace, fifty ask for it at
the same moment; first during the import, then when nothing is left to do. Nothing is moved forward here: the clock
is that of the wall.
"""

import http.client
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from tests.bench import start as start_up
from tests.bench.pages import middle_and_late
from tests.bench.played import CALLBACK
from tests.bench.shop import ADMIN
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, MERCHANT_EMAIL, SHOP
from webapp.demo.sendcloud.seed import FIRST, KEYS
from webapp.pages.live import EVERY

ORDERS, LOOKS, POLLERS, POLLS, AT_ONCE, PATIENCE = 1_500, 200, 10, 12, 50, 180
DASHBOARD = f"/divisions/{SHOP}/"
BUSY = re.compile(r'hx-trigger="every ')


class Visitor:
    """A browser of the administrator, over one connection that stays open."""

    def __init__(self, url: str, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self.cookie = cookie

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str, float]:
        """The text, where it leads to, and how many milliseconds it took."""
        headers = {"Cookie": self.cookie, "Accept-Language": "nl", "User-Agent": "bench"}
        began = time.perf_counter()
        if form is None:
            self.connection.request("GET", path, headers=headers)
        else:
            token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask(path)[0])
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
            body = urlencode({"csrf_token": token[1] if token else "", **form})
            self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        took = 1000 * (time.perf_counter() - began)
        assert answer.status < 400, (path, answer.status, text[:300])
        if kept := answer.getheader("Set-Cookie"):
            self.cookie = kept.partition(";")[0]
        return text, answer.getheader("Location") or "", took

    def enter(self, exact: str) -> None:
        """Sign in here and at Exact, and connect the shop: the first import begins."""
        self.ask("/login", ADMIN)
        there = self.ask("/exact/start?country=nl")[1]
        asked = {"url": there, "user": MERCHANT_EMAIL}
        back = urlsplit(requests.post(f"{exact}/_bench/authorize", json=asked, timeout=30).json()["location"])
        self.ask(f"{back.path}?{back.query}")
        public_key, secret_key = KEYS[FIRST]
        self.ask(f"{DASHBOARD}connect", {"public_key": public_key, "secret_key": secret_key})

    def live(self) -> tuple[str, bool]:
        """Where the dashboard asks for news, and whether something moves there."""
        page = self.ask(DASHBOARD)[0]
        address = asked_next(page)
        assert address, page[:300]
        return address, bool(BUSY.search(page))


def asked_next(answer: str) -> str:
    """Where a page that shows this looks next; "" if it goes on as before."""
    found = re.search(r'id="live"[^>]* hx-get="([^"]+)"', answer)
    return unescape(found[1]) if found else ""


def looked(url: str, cookie: str) -> dict[str, list[float]]:
    """Milliseconds of each sort of request."""
    visitor = Visitor(url, cookie)
    found = {"a page": [visitor.ask(DASHBOARD)[2] for _ in range(LOOKS)]}

    def poll(n: int) -> list[float]:
        poller, times = Visitor(url, cookie), []
        time.sleep(EVERY * n / POLLERS)  # they were not opened at the same moment
        address = poller.live()[0]
        for _ in range(POLLS):
            time.sleep(EVERY)
            answer, _, took = poller.ask(address)
            times.append(took)
            address = asked_next(answer) or address
        return times

    def one(_n: int) -> float:
        return Visitor(url, cookie).ask(DASHBOARD)[2]

    with ThreadPoolExecutor(AT_ONCE) as together:
        found["polls of ten browsers"] = [took for each in together.map(poll, range(POLLERS)) for took in each]
        found["fifty pages at once"] = list(together.map(one, range(AT_ONCE)))
    return found


def rows(
    start: Callable[..., Any], answered: Callable[..., dict[str, Any]]
) -> Iterator[tuple[str, float, str, float]]:
    """Name, value, unit and target of each result."""
    played = start("tests.bench.played", str(ORDERS), "now")
    try:
        services = answered(played)
        environ = {
            "EXACT_BASE_URL": services["exact"], "SENDCLOUD_BASE_URL": services["sendcloud"], "SYNC_INTERVAL": "3600",
            "EXACT_CLIENT_ID": CLIENT_ID, "EXACT_CLIENT_SECRET": CLIENT_SECRET,
            "PUBLIC_URL": CALLBACK.removesuffix("/exact/callback"),
        }  # fmt: skip
        with tempfile.TemporaryDirectory() as folder, start_up.server(Path(folder), **environ) as (url, _, _):
            visitor = Visitor(url)
            visitor.enter(services["exact"])
            during = looked(url, visitor.cookie)
            if not visitor.live()[1]:
                sys.exit("the import was over before its pages were measured")
            end = time.monotonic() + PATIENCE
            while visitor.live()[1]:
                assert time.monotonic() < end, "the import does not end"
                time.sleep(1)
            idle = looked(url, visitor.cookie)
    finally:
        played.communicate(timeout=60)
    for name, times in during.items():
        (middle, late), (_, quiet) = middle_and_late(times), middle_and_late(idle[name])
        yield f"during a first import, {name}: median", round(middle, 1), "ms", 5000
        yield f"during a first import, {name}: 99th percentile", round(late, 1), "ms", 5000
        yield (
            f"during a first import, {name}: 99th percentile, times that at rest",
            round(late / quiet, 2),
            "times",
            5,
        )
