"""From goods delivery to label and back, and the three ways out of an error, each with the hands of a merchant: in
Pakbon, in the panel of Sendcloud and on the screens of Exact, as `make demo` plays them.
"""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.whole import PATIENCE, Site, connect, sign_in
from webapp.demo.exact.seed import SHOP

WELL, HERE, PANEL, EXACT = 20002, 20018, 20001, 20012
STREETS = {PANEL: "Kerkstraat", EXACT: "Singel"}  # without their house numbers; that of HERE never had one
SOON = PATIENCE * 1000


class Elsewhere:
    """A second tab, in which the merchant works at Exact or at Sendcloud."""

    def __init__(self, site: Site, page: Page) -> None:
        self.exact, self.sendcloud = site.exact.exact.url, site.sendcloud.server.url
        self.page = page

    def order_in_exact(self, number: int) -> None:
        self.page.goto(f"{self.exact}/{SHOP}/?q={number}")
        self.page.get_by_role("link", name=str(number), exact=True).click()

    def street_in_exact(self, number: int, street: str) -> None:
        self.order_in_exact(number)
        self.page.fill("[name=AddressLine1]", street)
        self.page.get_by_role("button", name="Adres opslaan").click()

    def deliver(self, number: int, remarks: str) -> None:
        self.order_in_exact(number)
        self.page.fill("[name=Remarks][form=deliver]", remarks)
        self.page.get_by_role("button", name="Goederenlevering maken").click()

    def label_in_panel(self, number: int, house_number: str) -> None:
        self.page.goto(f"{self.sendcloud}/?q={number}")
        self.page.get_by_role("link", name=str(number), exact=True).click()
        self.page.fill("[name=house_number]", house_number)
        self.page.get_by_role("button", name="Save address").click()
        self.page.get_by_role("button", name="Create label").click()

    def created_labels(self) -> list[str]:
        """The order number of each, as Sendcloud's own page shows them."""
        self.page.goto(f"{self.sendcloud}/labels")
        cards = self.page.locator("[data-order-number]")
        return sorted(cards.nth(place).get_attribute("data-order-number") or "" for place in range(cards.count()))

    def delivery_in_exact(self, number: int) -> tuple[str, str, int]:
        """Tracking number, Remarks and files of the goods delivery of an order, on Exact's own page."""
        self.order_in_exact(number)
        self.page.locator("section", has=self.page.get_by_role("heading", name="Goederenleveringen")).get_by_role(
            "link"
        ).click()
        files = self.page.locator("section", has=self.page.get_by_role("heading", name="Document")).get_by_role(
            "link"
        )
        return self.page.input_value("[name=TrackingNumber]"), self.page.input_value("[name=Remarks]"), files.count()


def row(page: Page, number: int) -> Locator:
    return page.locator("tr[data-order]").filter(has=page.get_by_role("link", name=str(number), exact=True))


def entry(page: Page, number: int) -> Locator:
    return page.locator(f"article#o{number}")


def make_labels_by_themselves(page: Page) -> None:
    page.goto(f"/divisions/{SHOP}/configuration")
    page.check("[name=label_auto]")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    expect(page.locator("[name=label_auto]")).to_be_checked()


def test_delivered_labelled_written_back_and_every_way_out(whole: Site, window):
    page = window("phone")
    elsewhere = Elsewhere(whole, page.context.new_page())
    for number, street in STREETS.items():
        elsewhere.street_in_exact(number, street)
    sign_in(page)
    connect(page)
    make_labels_by_themselves(page)
    page.goto(f"/divisions/{SHOP}/")
    for number in (WELL, HERE, PANEL, EXACT):
        expect(row(page, number)).to_have_attribute("data-state", "incoming", timeout=SOON)

    for number in (WELL, HERE, PANEL, EXACT):
        elsewhere.deliver(number, "Graag bellen")
    page.bring_to_front()
    for number in (HERE, PANEL, EXACT):
        expect(row(page, number)).to_have_attribute("data-state", "problem", timeout=SOON)
    page.goto(f"/divisions/{SHOP}/logs")
    page.evaluate("window.neverLeft = true")
    for number in (HERE, PANEL, EXACT):
        expect(entry(page, number)).to_contain_text("Het huisnummer ontbreekt.")
    expect(entry(page, HERE)).to_contain_text("Beukenlaan")
    assert entry(page, WELL).count() == 0

    entry(page, HERE).get_by_label("Huisnummer").fill("4")
    entry(page, HERE).get_by_role("button", name=re.compile("^Herstellen en opnieuw proberen")).click()
    elsewhere.label_in_panel(PANEL, "12")
    elsewhere.street_in_exact(EXACT, "Singel 78")
    page.bring_to_front()
    for number in (HERE, PANEL, EXACT):
        expect(entry(page, number)).to_have_count(0, timeout=SOON)

    for number in (WELL, HERE, PANEL, EXACT):
        written_back(page, elsewhere, number)
    labelled = [number.partition("-")[0] for number in elsewhere.created_labels()]
    assert labelled == sorted(str(number) for number in (WELL, HERE, PANEL, EXACT)), "one label each"
    page.goto(f"/divisions/{SHOP}/logs?show=resolved")
    for number in (HERE, PANEL, EXACT):
        expect(page.get_by_role("link", name=str(number), exact=True)).to_be_visible()


def written_back(page: Page, elsewhere: Elsewhere, number: int) -> None:
    """In Exact stand the tracking number, the link below what was there, and the label; in Pakbon that it is done."""
    page.goto(f"/divisions/{SHOP}/?q={number}")
    expect(row(page, number)).to_have_attribute("data-state", "shipped", timeout=SOON)
    tracking, remarks, files = elsewhere.delivery_in_exact(number)
    assert tracking and files == 1, number
    assert remarks.startswith("Graag bellen") and remarks.count(tracking) == 1, remarks
