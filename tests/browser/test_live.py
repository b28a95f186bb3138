"""A page that stays open: what it shows by itself, and what it leaves alone."""

import pytest
from playwright.sync_api import expect

from tests.rows import a_division, a_full_order, a_problem, an_order
from webapp import accounts, clock
from webapp.models import Division, Order

STILL = 0.02  # the layout shift that a page may come to while it is live


@pytest.fixture
def division(app):
    """A division whose pages look for news."""
    return a_division(due_at=clock.now() - 1)


def changed():
    Division.update(changed_no=Division.changed_no + 1).execute()


def test_a_row_changes_in_its_place_and_nothing_jumps(division, open_page, division_path, shifts):
    orders = [an_order(division, number, "due") for number in range(1, 60)]
    page = open_page(division_path)
    last = orders[-1]
    row = page.locator(f"#order-{last.id}")
    assert row.get_attribute("data-state") == "due"
    Order.update(state="problem", reason="no_address", changed_at=clock.now()).where(Order.id == last.id).execute()
    an_order(division, 99, changed_at=clock.now())
    changed()
    page.wait_for_selector(f"#order-{last.id}[data-state=problem]")
    assert "no delivery address" in row.inner_text()
    assert page.locator("#count-problem b").inner_text() == "1"
    assert page.locator("#backlog").inner_text().startswith("1")
    page.get_by_role("link", name="1 new order").wait_for()
    assert page.locator("tbody tr[data-order]").count() == 50
    assert shifts(page) <= STILL
    page.get_by_role("link", name="1 new order").click()
    page.wait_for_selector("tbody tr[data-order] >> text=99")


def test_the_first_orders_appear_by_themselves(division, open_page, division_path, shifts):
    Division.update(passed_at=None).execute()
    page = open_page(division_path)
    page.get_by_text("The first round is under way.").wait_for()
    Division.update(progress={"phase": "orders", "read": 2}).execute()
    for number in (1, 2):
        an_order(division, number, "incoming", changed_at=clock.now())
    changed()
    page.wait_for_selector("tbody tr[data-order]")
    assert page.locator("tbody tr[data-order]").count() == 2
    assert page.locator("#import").is_visible()


def test_the_import_strip_keeps_its_height_to_the_end(division, open_page, division_path, shifts):
    Division.update(passed_at=None).execute()
    for number in range(50):
        an_order(division, number)
    page = open_page(division_path)
    page.get_by_text("begins in a moment").wait_for()
    before = page.locator("#import").bounding_box()
    Division.update(progress={"phase": "push", "pushed": 5, "to_push": 10}).execute()
    changed()
    page.get_by_text("5 of 10").wait_for()
    assert page.locator("#said").inner_text() == "50 percent done"
    Division.update(progress={}, passed_at=clock.now()).execute()
    changed()
    page.locator("#import").get_by_text("Import done").wait_for()
    after = page.locator("#import").bounding_box()
    assert abs(before["height"] - after["height"]) <= 1
    assert shifts(page) <= STILL


def test_what_somebody_is_busy_with_stays(division, open_page, division_path):
    an_order(division, 1, "due")
    page = open_page(division_path)
    page.locator("#chart summary").click()
    page.fill("#q", "half a wo")
    a_problem(division, 2)
    changed()
    page.wait_for_selector("#count-problem b >> text=1")
    assert page.locator("#chart details").get_attribute("open") is not None
    assert page.locator("#q").input_value() == "half a wo"
    expect(page.locator("#q")).to_be_focused()


BARS = "#chart rect.o:not(.key rect)"


def reading_the_table(division, page):
    """The chart's table is open, so that the order that came meanwhile is not drawn."""
    page.locator("#chart summary").click()
    an_order(division, 1, "due", order_date=clock.utc(clock.now()).date().isoformat(), changed_at=1)
    changed()
    page.wait_for_selector("#count-due b >> text=1")
    return page


def test_what_was_left_alone_comes_when_nobody_is_busy_with_it_any_more(division, open_page, division_path):
    page = reading_the_table(division, open_page(division_path))
    bars = page.locator(BARS)
    assert bars.count() == 0
    page.locator("#chart summary").click()
    expect(bars).to_have_count(1)


HIDDEN = """(hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_what_was_left_alone_comes_also_when_a_look_was_not_sent_meanwhile(division, open_page, division_path):
    page = reading_the_table(division, open_page(division_path))
    page.evaluate(HIDDEN, True)
    page.evaluate("htmx.trigger(document.querySelector('[data-live]'), 'look')")
    page.locator("#chart details").evaluate("(table) => { table.open = false; }")
    page.evaluate(HIDDEN, False)
    expect(page.locator(BARS)).to_have_count(1)


def test_at_rest_what_was_left_alone_comes_as_soon_as_nobody_is_busy_with_it(division, open_page, division_path):
    page = open_page(division_path)
    Division.update(due_at=clock.now() + 600).execute()
    reading_the_table(division, page)
    page.wait_for_selector("#live[hx-trigger^=load]", state="attached")
    page.locator("#chart summary").click()
    expect(page.locator(BARS)).to_have_count(1)


def test_the_focus_stays_on_a_link_that_is_drawn_anew(division, open_page, division_path):
    order = an_order(division, 1, "due")
    page = open_page(division_path)
    page.locator("#count-incoming").focus()
    Order.update(state="incoming", changed_at=clock.now()).where(Order.id == order.id).execute()
    changed()
    page.wait_for_selector("#count-incoming b >> text=1")
    expect(page.locator("#count-incoming")).to_be_focused()


def test_the_form_of_a_repair_fades_when_the_trouble_is_over_and_nothing_jumps(division, open_page, shifts):
    order = a_full_order(division)
    why = {"reason": "label_refused", "field": "house_number", "params": {"detail": "This field cannot be blank."}}
    Order.update(state="problem", **why).where(Order.id == order.id).execute()
    page = open_page(f"/divisions/{division.code}/orders/{order.guid}")
    form = page.locator("#order-repair")
    expect(form).to_be_visible()
    Order.update(state="incoming", reason="", field="", params={}).where(Order.id == order.id).execute()
    changed()
    expect(page.locator("#order-note")).to_contain_text("This is over.")
    expect(form).not_to_be_visible()
    assert shifts(page) <= STILL


def test_a_hidden_tab_asks_for_nothing_and_looks_when_it_is_shown(division, open_page, division_path):
    page = open_page(division_path)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/live?" in request.url else None)
    hide = "(hidden) => {Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
    hide += "document.dispatchEvent(new Event('visibilitychange'))}"
    page.evaluate(hide, True)
    page.wait_for_timeout(300)
    asked.clear()
    page.wait_for_timeout(2500)
    assert asked == []
    with page.expect_request("**/live?*", timeout=1500):
        page.evaluate(hide, False)


def test_an_ended_sign_in_leads_to_the_login_page_and_back(division, open_page, division_path, local_admin):
    page = open_page(division_path)
    accounts.end_sessions(local_admin)
    page.wait_for_url(lambda url: "/login" in url)
    assert "next=" in page.url
