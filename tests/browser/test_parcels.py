"""A goods delivery is divided over parcels: from its order and back, legible, by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.rows import CODE, a_delivery, a_division, a_full_order
from webapp.models import Delivery, DeliveryLine, OrderLine


@pytest.fixture
def order(app):
    order = a_full_order(a_division())
    a_delivery(order, 7, state="manual", reason="labels_by_hand")
    carpets = OrderLine.get(OrderLine.number == 1).guid
    DeliveryLine.delete().where(DeliveryLine.order_line != carpets).execute()
    return order


@pytest.mark.parametrize(("size", "theme", "language"), [("desk", "light", "en"), ("phone", "dark", "nl")])
def test_from_the_order_and_back(order, open_page, accessible, size, theme, language):
    page = open_page(f"/divisions/{CODE}/orders/{order.guid}", size, theme, language)
    page.locator("[id^=split-]").click()
    accessible(page)
    page.locator("#count").fill("3")
    page.locator("#count").press("Enter")
    expect(page.locator("section.card")).to_have_count(3)
    page.locator("#divide").click()
    expect(page.locator("main [role=alert]")).to_be_visible()  # there are two carpets for three parcels
    accessible(page)
    page.locator("#count").fill("2")
    page.locator("#count").press("Enter")
    page.locator("#divide").click()
    expect(page.locator("#messages")).to_contain_text("2 labels")
    assert len(Delivery.get().params["split"]) == 2
