"""The manual, as people read it."""

import pytest


@pytest.mark.parametrize(("size", "theme", "language"), [("desk", "light", "en"), ("phone", "dark", "nl")])
def test_the_manual_can_be_read_by_everybody(app, open_page, accessible, size, theme, language):
    page = open_page("/help", size, theme, language)
    accessible(page)
    page.locator("main .card a[href^='/help/errors']").first.click()
    page.wait_for_url("**/help/errors")
    accessible(page)


def test_a_link_on_a_screen_leads_to_its_section(app, open_page):
    page = open_page("/settings", "phone", language="nl")
    page.locator("#backups a[href^='/help/']").click()
    page.wait_for_url("**/help/backup")
    assert page.locator("h1").inner_text() == "Back-up en nieuwe versie"
    page.go_back()
    page.locator("#exact-app a[href^='/help/']").first.click()
    assert page.locator("h2:target").inner_text() == "De app registreren"
