"""The whole way of a merchant, in Chromium: from the open page to orders in Sendcloud's Incoming orders."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.whole import PATIENCE, Site, connect, sign_in
from webapp.demo.exact.seed import SHOP, WHOLESALE

ALL, SENT = 43, 32
# Of some orders: the state, and the words beside it.
SHOWN = {
    20001: ("incoming", "Inkomende order"),
    20004: ("waiting", "Nog niet goedgekeurd in Exact."),
    20006: ("removed", "Geannuleerd in Exact."),
    20014: ("problem", "CHF"),
    20025: ("problem", "bestaat niet meer in Exact."),
}


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


def test_without_javascript_from_the_open_page_to_a_repaired_order(whole: Site, window):
    whole.exact.act(20002, "address", Postcode=None)
    page = window("phone", script=False)
    sign_in(page)
    connect(page)
    reload_until(page, SENT - 1)
    page.get_by_role("link", name=re.compile("^Logs")).click()
    entry = page.locator("#o20002")
    assert "postcode" in entry.inner_text()
    entry.get_by_label("postcode").fill("1017 ZZ")
    entry.get_by_role("button", name=re.compile("Herstellen")).click()
    page.locator("#messages .note").wait_for()
    page.goto(f"/divisions/{SHOP}/")
    reload_until(page, SENT)
    everything_is_shown(page)
    assert any("1017 ZZ" in str(order) for order in whole.sendcloud.books.orders.values())
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    sheet = download.value.path().read_text(encoding="utf-8-sig")
    assert sheet.count("Inkomende order") >= SENT
    page.get_by_role("button", name="Nu synchroniseren").click()
    page.wait_for_url(f"**/divisions/{SHOP}/")


def reload_until(page: Page, sent: int) -> None:
    end = time.monotonic() + PATIENCE
    while page.locator("tr[data-order][data-state=incoming]").count() < sent:
        assert time.monotonic() < end, "the orders did not come"
        page.reload()


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
