"""The configuration in a real browser: legible for all, and the preview follows what is typed."""

import pytest

from tests.rows import CODE, a_division, a_full_order
from tests.views.test_configuration import LISTS, MAIN, TWO_SENDERS
from webapp.models import Division

PATH = f"/divisions/{CODE}/configuration"


@pytest.fixture
def order(app):
    """An order of a division with all that can be said about its configuration: vanished, missing, new."""
    rules = {"warehouses": {MAIN: "9", "gone": "1"}, "item_hs_code_field": "extra:9", "customer_mapping": "manual"}
    return a_full_order(a_division(lists=LISTS, sender_addresses=TWO_SENDERS, rules=rules))


@pytest.mark.parametrize(
    ("size", "theme", "language"), [("desk", "light", "en"), ("phone", "dark", "nl"), ("phone", "light", "nl")]
)
def test_nothing_to_find_for_axe(order, open_page, accessible, size, theme, language):
    page = open_page(PATH, size, theme, language)
    page.locator("#preview details > summary").click()
    accessible(page)
    page.locator("#customs_hs_code").fill("letters")
    page.locator("#settings .pri").click()
    page.locator("[role=alert] a").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "customs_hs_code"
    accessible(page)


def test_the_preview_changes_as_the_form_changes_and_nothing_is_saved(order, open_page):
    page = open_page(PATH, "desk")
    page.locator("#map_name").select_option("account")
    page.locator("#preview-body mark", has_text="El Amrani Tapijten").first.wait_for()
    page.locator("#customs_hs_code").fill("8215.99")
    page.locator("#preview-body dd", has_text="8215.99").first.wait_for()
    assert "map_name" not in Division.get().rules
