"""The whole way of a merchant, in Chromium: from the open page to orders in Sendcloud's Incoming orders.

Both services are played over HTTP, Pakbon is the production server in a process of its own, in the time of day.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.conftest import SIZES
from tests.demo.exact_play import Play as ExactPlay
from tests.demo.sendcloud_play import Play as SendcloudPlay
from tests.demo.sendcloud_play import playing
from tests.journeys.world import settings
from webapp import accounts, db
from webapp.config import ROOT
from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import MERCHANT_EMAIL, SHOP, WHOLESALE, seed
from webapp.demo.kit import Clock
from webapp.demo.sendcloud.seed import FIRST, KEYS
from webapp.demo.sendcloud.switches import Switches

PATIENCE = 60
ALL, SENT = 43, 32
# Of some orders: the state, and the words beside it.
SHOWN = {
    20001: ("incoming", "Inkomende order"),
    20004: ("waiting", "Nog niet goedgekeurd in Exact."),
    20006: ("removed", "Geannuleerd in Exact."),
    20014: ("problem", "CHF"),
    20025: ("problem", "bestaat niet meer in Exact."),
}


@dataclass
class Site:
    """Pakbon as a process, and the services it stands between."""

    url: str
    environ: dict[str, str]
    exact: ExactPlay
    sendcloud: SendcloudPlay
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "wsgi.py"], cwd=ROOT, env=self.environ)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < end, "Pakbon does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/readyz", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)

    def pushes(self) -> int:
        return self.sendcloud.bench.count("POST", "/orders$")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def let_in(data: Path, email: str) -> None:
    """As `flask allow` does."""
    data.mkdir()
    db.open_database(data / "pakbon.sqlite3")
    with db.database.connection_context():
        accounts.let_in(email)


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Site]:
    """Everything as `make demo` has it, with nobody signed in."""
    port = free_port()
    url = f"http://localhost:{port}"
    with Exact(seed(Books(Clock()), f"{url}/exact/callback")) as exact, playing() as sendcloud:
        sendcloud.clock.freeze(False)
        sendcloud.switch(**Switches().as_dict())
        play = ExactPlay(exact)
        environ = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        environ |= settings(play, sendcloud)
        environ |= {"PORT": str(port), "PUBLIC_URL": url, "DATA_DIR": str(tmp_path / "data")}
        environ |= {"SYNC_INTERVAL": "5", "LOG_LEVEL": "WARNING"}
        site = Site(url, environ, play, sendcloud)
        let_in(tmp_path / "data", MERCHANT_EMAIL)
        site.start()
        try:
            yield site
        finally:
            site.stop()
            play.session.close()


@pytest.fixture
def window(browser: Browser, whole: Site) -> Iterator[Callable[..., Page]]:
    """A Dutch browser before Pakbon; an error in its console fails the test."""
    errors: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and message.location["url"].startswith(whole.url):
            errors.append(message.text)

    def opened(size: str, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=whole.url,
            viewport=SIZES[size],
            locale="nl",
            has_touch=size == "phone",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


# --- the way in ----------------------------------------------------------------------------------------------


def sign_in(page: Page) -> None:
    """Open the page, choose the Netherlands, sign in at Exact and say yes there."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("Nederland")).click()
    page.get_by_role("button", name="Sanne de Vries").click()
    page.get_by_role("button", name="Toestaan").click()
    page.wait_for_url(re.compile(r"//localhost:"))


def connect(page: Page) -> None:
    """Open the shop's tab and paste its keys."""
    page.locator(f"#tab-{SHOP}").click()
    page.fill("[name=public_key]", KEYS[FIRST][0])
    page.fill("[name=secret_key]", KEYS[FIRST][1])
    page.get_by_role("button", name="Verbinden en beginnen").click()
    page.wait_for_url(f"**/divisions/{SHOP}/")


def row(page: Page, number: int) -> Locator:
    return page.locator("tr[data-order]").filter(has=page.get_by_role("link", name=str(number), exact=True))


def sent_orders_appear(page: Page) -> None:
    """By themselves, while the page stays open."""
    expect(page.locator("tr[data-order][data-state=incoming]")).to_have_count(SENT, timeout=PATIENCE * 1000)


def everything_is_shown(page: Page) -> None:
    expect(page.locator("tr[data-order]")).to_have_count(ALL, timeout=PATIENCE * 1000)
    for number, (state, words) in SHOWN.items():
        expect(row(page, number)).to_have_attribute("data-state", state, timeout=PATIENCE * 1000)
        expect(row(page, number)).to_contain_text(words)


def fits(page: Page) -> bool:
    """Nothing sticks out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_from_the_open_page_to_incoming_orders_before_ones_eyes(whole: Site, window, size: str):
    page = window(size)
    sign_in(page)
    assert page.locator("html").get_attribute("lang") == "nl"
    for code, name in ((SHOP, "Fietswinkel De Spaak"), (WHOLESALE, "De Spaak Groothandel")):
        expect(page.locator(f"#tab-{code}")).to_contain_text(name)
    connect(page)
    page.evaluate("window.neverLeft = true")
    sent_orders_appear(page)
    everything_is_shown(page)
    assert page.evaluate("window.neverLeft") is True, "the rows came by themselves"
    assert fits(page)
    assert len({order["order_id"] for order in whole.sendcloud.books.orders.values()}) == SENT
    assert whole.pushes() == 1


def test_the_same_way_without_javascript(whole: Site, window):
    page = window("phone", script=False)
    sign_in(page)
    connect(page)
    end = time.monotonic() + PATIENCE
    while page.locator("tr[data-order][data-state=incoming]").count() < SENT:
        assert time.monotonic() < end, "the orders did not come"
        page.reload()
    everything_is_shown(page)
    page.get_by_role("button", name="Nu synchroniseren").click()
    page.wait_for_url(f"**/divisions/{SHOP}/")
    assert whole.pushes() == 1


def test_stopped_and_started_again_nothing_is_sent_twice(whole: Site, window):
    page = window("desk")
    sign_in(page)
    connect(page)
    sent_orders_appear(page)
    page.goto("about:blank")
    whole.stop()
    whole.exact.act(20001, "quantity", **{"1": 4})
    whole.start()
    page.goto(f"/divisions/{SHOP}/")
    everything_is_shown(page)
    end = time.monotonic() + PATIENCE
    while whole.pushes() < 2:
        assert time.monotonic() < end, "the changed order was not sent"
        time.sleep(0.1)
    assert len(whole.sendcloud.books.orders) == SENT
    second = [asked for asked in whole.sendcloud.bench.requests if asked["method"] == "POST"][1]
    assert '"order_number": "20001"' in second["request"] and "20002" not in second["request"]
