"""A merchant's shop to take pictures of: both services played and Pakbon, in one process and by one clock that
stands still, so that two runs show the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.demo.exact_play import START, Play
from tests.demo.sendcloud_play import Play as SendcloudPlay
from tests.demo.sendcloud_play import playing
from webapp import accounts, clock, config, db, exact_app
from webapp.app import create_app
from webapp.config import Config
from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, SHOP, seed
from webapp.demo.kit import Clock
from webapp.demo.sendcloud.seed import KEYS
from webapp.sync import passes
from webapp.vault import vault

NAME = "pakbon.example.nl"  # the browser takes it for this machine
URL = f"https://{NAME}"
EMAIL, PASSWORD = "sanne@despaak.example", "een lang wachtwoord"
ROUND, DAY = 150, 86400  # seconds


class Shop:
    """`page` is the browser in which the merchant does what has to be done."""

    def __init__(self, settings: Config, exact: Exact, sendcloud: SendcloudPlay) -> None:
        self.settings, self.exact, self.sendcloud = settings, Play(exact), sendcloud
        self.moment = START.timestamp()

    def time(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += seconds
        self.exact.exact.clock.advance(seconds)
        self.sendcloud.clock.advance(seconds)

    later = sleep

    def rounds(self, count: int = 3, code: int = SHOP) -> None:
        for _ in range(count):
            self.later(ROUND)
            with db.database.connection_context():
                passes.run(self.settings, code)

    # --- what the merchant does -----------------------------------------------------------------------------

    def make_administrator(self, page: Page) -> None:
        page.fill("[name=email]", EMAIL)
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=again]", PASSWORD)
        page.click("form .pri")

    def register_app(self) -> None:
        values = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "webhook_secret": "", "redirect_uri": ""}
        with db.database.connection_context():
            exact_app.save(self.settings, values)

    def sign_in_at_exact(self, page: Page) -> None:
        page.goto("/exact/start?country=nl")
        page.get_by_role("button", name="Sanne de Vries").click()
        page.get_by_role("button", name="Toestaan").click()
        page.wait_for_url(f"{URL}/**")

    def connect(self, page: Page, code: int, integration: int) -> None:
        page.goto(f"/divisions/{code}/connect")
        page.fill("[name=public_key]", KEYS[integration][0])
        page.fill("[name=secret_key]", KEYS[integration][1])
        page.click("form .pri")
        page.wait_for_url(f"**/divisions/{code}/")

    def configure(self, page: Page, code: int) -> None:
        """Labels by themselves, and a sender for each warehouse."""
        page.goto(f"/divisions/{code}/configuration")
        page.check("[name=label_auto]")
        page.check("[name=service_point_enabled]")
        page.fill("[name=default_weight]", "350")
        page.get_by_role("button", name="Opslaan").last.click()
        page.wait_for_load_state()

    def deliver(self, *numbers: int, lines: dict[int, float] | None = None) -> None:
        for number in numbers:
            answer = self.exact.act(number, "deliver", **({"lines": lines} if lines else {}))
            assert answer.ok, answer.text

    def order_path(self, number: int) -> str:
        return f"/divisions/{SHOP}/orders/{self.exact.order(number)['OrderID']}"


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Shop, int, str]]:
    """The shop before anybody has been there, the port it listens at, and its set-up link."""
    books = Books(Clock())
    books.clock.set(START)
    books.clock.freeze()
    with Exact(seed(books, f"{URL}/exact/callback")) as exact, playing() as sendcloud:
        environ = {"DATA_DIR": str(folder), "SECRET_KEY": "a picture", "PUBLIC_URL": URL}
        environ |= {"EXACT_BASE_URL": exact.url, "SENDCLOUD_BASE_URL": sendcloud.server.url}
        settings = config.load(environ)
        sendcloud.clock.set(START)
        shop = Shop(settings, exact, sendcloud)
        clock.time = shop  # type: ignore[assignment]
        app, link = _pakbon(settings)
        server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context="adhoc")
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield shop, server.port, link
        finally:
            server.shutdown()
            shop.exact.session.close()


def _pakbon(settings: Config) -> tuple[Flask, str]:
    vault.unlock(*settings.secret_keys)
    db.open_database(settings.database_path)
    app = create_app(settings)
    with db.database.connection_context():
        return app, accounts.setup_link(settings) or ""
