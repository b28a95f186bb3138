"""A real Chromium before a real server, both of this machine.

The server runs in threads of the test process, on the test's own database, so that a test can change rows
under the eyes of an open page.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.serving import make_server

from tests.browser.whole import SIZES, whole, window  # noqa: F401
from tests.conftest import ADMIN
from tests.rows import CODE

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


def in_one_piece(app: Flask) -> Any:
    """Sent from memory: when a browser hangs up, Werkzeug's server leaves open what it was sending, files too."""

    def served(environ: Any, start_response: Any) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", bool)()

    return served


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of the app, served."""
    server = make_server("127.0.0.1", 0, in_one_piece(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def open_page(browser: Browser, site: str, local_admin: Any) -> Iterator[Callable[..., Page]]:
    """Open a path as the administrator, in a window of its own; fails the test on any error in the console."""
    errors: list[str] = []
    contexts = []

    def opened(
        path: str, size: str = "desk", theme: str = "light", language: str = "en", script: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=site, viewport=SIZES[size], color_scheme=theme, locale=language,
            has_touch=size == "phone", java_script_enabled=script,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: _note(errors, message))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/login")
        page.fill("[name=email]", ADMIN["email"])
        page.fill("[name=password]", ADMIN["password"])
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


# Chromium and htmx log each of these as an error: a refused form comes back with 422, an ended sign-in with 401, a
# page that is not there with 404; the others are what tests do to the line.
EXPECTED = (
    "status of 422", "status of 401", "status of 404", "status of 503", "Error Code 503",
    "net::ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest",
)  # fmt: skip


def _note(errors: list[str], message: ConsoleMessage) -> None:
    if message.type == "error" and not any(status in message.text for status in EXPECTED):
        errors.append(message.text)


@pytest.fixture
def division_path() -> str:
    return f"/divisions/{CODE}/"


FINDINGS = """() => axe.run({resultTypes: ["violations"]}).then((found) => found.violations.map(
  (one) => one.help + ": " + one.nodes.map((node) => node.html + " " + node.failureSummary).join("; ")))"""


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Axe finds nothing on the page as it stands, and nothing sticks out sideways."""

    def check(page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        assert page.evaluate(FINDINGS) == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0

    return check


@pytest.fixture
def shifts() -> Callable[[Page], float]:
    """How far the layout of the page has shifted since it was loaded (its CLS)."""

    def measure(page: Page) -> float:
        return float(
            page.evaluate(
                """() => new Promise((done) => {
                  let sum = 0;
                  new PerformanceObserver((list) => {
                    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
                  }).observe({type: "layout-shift", buffered: true});
                  setTimeout(() => done(sum), 100);
                })"""
            )
        )

    return measure
