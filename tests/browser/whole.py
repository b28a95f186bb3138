"""All that `make demo` starts, for tests of the whole way in Chromium: Pakbon as the production server in a process
of its own, between both services, in the time of day.
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
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.demo.exact_play import Play as ExactPlay
from tests.demo.sendcloud_play import Play as SendcloudPlay
from tests.demo.sendcloud_play import playing
from tests.journeys.world import settings
from webapp import accounts, db
from webapp.config import ROOT
from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import MERCHANT_EMAIL, SHOP, seed
from webapp.demo.kit import Clock
from webapp.demo.sendcloud.seed import FIRST, KEYS
from webapp.demo.sendcloud.switches import Switches

PATIENCE = 60  # seconds
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}


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
        exact.books.switches["minute_limit"] = 600  # an hour's work is done in a minute here
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
