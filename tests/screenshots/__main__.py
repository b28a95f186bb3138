"""`make screenshots`: every screen in every look, into `screenshots/`; those of the manual into `docs/images/`.

With words behind it, only the pictures whose name has all of them, as in `ARGS="logs 390-dark"`.
"""

import base64
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.screenshots.shop import DAY, NAME, URL, Shop, opened
from webapp.config import ROOT
from webapp.demo.exact.seed import SHOP, WHOLESALE
from webapp.demo.sendcloud.seed import FIRST, SECOND

OUT, DOCS = ROOT / "screenshots", ROOT / "docs" / "images"
SIZES = {1280: 900, 390: 844}
HOME = f"/divisions/{SHOP}/"
# Pictures of the manual: the screen, how wide, light or dark; each in both languages.
IN_DOCS = {
    "dashboard": ("dashboard", 1280, "light"),
    "checklist": ("checklist", 1280, "light"),
    "connect": ("connect", 1280, "light"),
    "configuration": ("configuration", 1280, "light"),
    "logs": ("logs", 1280, "light"),
    "order-phone": ("order", 390, "dark"),
}


@dataclass
class Camera:
    """Eight windows: two sizes, light and dark, two languages. The first is the merchant's own."""

    browser: Browser
    wanted: list[str]
    windows: dict[tuple[int, str, str], Page] = field(default_factory=dict)
    taken: int = 0

    def open(self) -> None:
        for width, theme, language in product(SIZES, ("light", "dark"), ("nl", "en")):
            context = self.browser.new_context(
                base_url=URL, viewport={"width": width, "height": SIZES[width]}, color_scheme=theme, locale=language,
                has_touch=width == 390, ignore_https_errors=True, reduced_motion="reduce",
            )  # fmt: skip
            self.windows[width, theme, language] = context.new_page()

    @property
    def own(self) -> Page:
        return next(iter(self.windows.values()))

    def share_sign_in(self) -> None:
        """Everybody sees what the merchant sees."""
        cookies = self.own.context.cookies(URL)
        for page in self.windows.values():
            page.context.clear_cookies()
            page.context.add_cookies(cookies)  # type: ignore[arg-type]

    def take(self, name: str, path: str, selector: str = "") -> None:
        """One screen in every look; `selector` is clicked first."""
        for (width, theme, language), page in self.windows.items():
            stem = f"{name}-{width}-{theme}-{language}"
            if not all(word in stem for word in self.wanted):
                continue
            page.goto(path, wait_until="load")
            if selector:
                page.locator(selector).first.click()
            page.evaluate("document.fonts.ready")
            for file, look in IN_DOCS.items():
                if look == (name, width, theme):
                    self._write(page, DOCS / f"{file}-{language}.webp")
            # As high as the page, so that what sticks to the window's edge stands at its end.
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": height})
            self._write(page, OUT / f"{stem}.webp")
            page.set_viewport_size({"width": width, "height": SIZES[width]})

    def _write(self, page: Page, path: Path) -> None:
        """The window as WebP, by Chromium itself."""
        asked = {"format": "webp", "quality": 75}
        found = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(found["data"]))
        self.taken += 1


def tour(camera: Camera, shop: Shop, link: str) -> None:
    """From the first start to a shop that has been at work for some days."""
    page, take = camera.own, camera.take
    take("set-up", link)
    page.goto(link)
    shop.make_administrator(page)
    take("login", "/login")
    page.goto("/login")
    page.fill("[name=email]", "sanne@despaak.example")
    page.fill("[name=password]", "een lang wachtwoord")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    camera.share_sign_in()
    take("checklist", "/start")
    shop.register_app()
    shop.sign_in_at_exact(page)
    camera.share_sign_in()
    take("connect", f"{HOME}connect")
    shop.connect(page, SHOP, FIRST)
    take("first-import", HOME)
    shop.rounds()
    shop.configure(page, SHOP)
    work(shop)
    shop.connect(page, WHOLESALE, SECOND)
    shop.rounds(code=WHOLESALE)
    take("checklist-later", "/start")
    take("divisions", "/")
    take("dashboard", HOME)
    take("dashboard-errors", f"{HOME}?state=problem")
    take("dashboard-menu", HOME, "header details.menu:not(.picker) > summary")
    take("order", shop.order_path(20008))
    take("order-error", shop.order_path(20018))
    take("configuration", f"{HOME}configuration")
    take("configuration-by-hand", f"{HOME}configuration", "[name=customer_mapping][value=manual]")
    take("configuration-history", f"/divisions/{SHOP}/configuration/history")
    take("older", f"{HOME}older?since=2026-01-01")
    take("sendcloud-keys", f"{HOME}connect")
    take("sendcloud-leave", f"{HOME}disconnect")
    take("logs", f"{HOME}logs")
    repair(page)
    shop.rounds()
    take("logs-resolved", f"{HOME}logs?show=resolved")
    take("corrections", f"{HOME}corrections")
    take("login-at-exact", "/login")
    take("settings", "/settings")
    take("users", "/users")
    take("about", "/about")
    take("help", "/help")
    take("help-errors", "/help/errors")
    take("not-found", "/nothing")


def work(shop: Shop) -> None:
    """Some days of deliveries, so that the chart has something to show."""
    for numbers in ((20001, 20002, 20003), (20009, 20012), (20020, 20022, 20026, 20030), (20033,)):
        shop.deliver(*numbers)
        shop.rounds()
        shop.later(DAY)
    shop.deliver(20008, lines={1: 1})
    shop.deliver(20018, 20034, 20036, 20027)
    shop.rounds(5)


def repair(page: Page) -> None:
    page.goto(f"{HOME}logs")
    entry = page.locator("article.fix").filter(has=page.locator("[name=house_number]")).first
    entry.locator("[name=house_number]").fill("14")
    entry.locator("button.pri").click()
    page.wait_for_load_state()


@contextmanager
def a_browser(port: int) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        rules = [f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{port}", "--force-color-profile=srgb"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *rules])
        yield browser
        browser.close()


def main() -> None:
    logging.disable(logging.INFO)
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(Path(folder)) as (shop, port, link),
        a_browser(port) as browser,
    ):
        camera = Camera(browser, sys.argv[1:])
        camera.open()
        tour(camera, shop, link)
        print(f"{camera.taken} pictures in {OUT} and {DOCS}")


if __name__ == "__main__":
    main()
