"""A line that breaks or is slow, a sign-in that ends, two windows, no mouse: the page says so and goes on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ADMIN
from tests.rows import CODE, a_delivery, a_division, a_full_order, a_problem, an_order
from webapp import accounts, clock
from webapp.models import Correction, Division, Order

HOME = f"/divisions/{CODE}/"


@pytest.fixture
def division(app):
    """A division whose pages look for news."""
    return a_division(due_at=clock.now() - 1)


def becomes(order: Order, state: str) -> None:
    Order.update(state=state, reason="", changed_at=clock.now()).where(Order.id == order.id).execute()
    Division.update(changed_no=Division.changed_no + 1).execute()


# -- the line -----------------------------------------------------------------------------------------------


def test_without_a_line_the_page_says_so_and_comes_back(division, open_page, shifts):
    order = an_order(division, 1, "due")
    page = open_page(HOME)
    page.context.set_offline(True)
    page.locator("#offline").wait_for()
    assert "No answer from Pakbon." in page.locator("#offline").inner_text()
    becomes(order, "incoming")
    page.context.set_offline(False)
    page.wait_for_selector(f"#order-{order.id}[data-state=incoming]")
    expect(page.locator("#offline")).to_be_hidden()
    assert shifts(page) <= 0.02


def test_a_quiet_page_looks_again_as_well(app, open_page):
    """It looks once, after the next round; when that fails it does not stay silent for ever."""
    order = an_order(a_division(due_at=clock.now() + 3600), 1, "due")
    page = open_page(HOME)
    assert "load delay" in page.locator("#live").get_attribute("hx-trigger")
    page.route("**/live?*", lambda route: route.fulfill(status=503, body="x"))
    page.evaluate("htmx.trigger('#live', 'look')")
    page.locator("#offline").wait_for()
    page.unroute("**/live?*")
    becomes(order, "incoming")
    page.wait_for_selector(f"#order-{order.id}[data-state=incoming]")
    expect(page.locator("#offline")).to_be_hidden()


def test_on_a_slow_line_nothing_piles_up_and_a_second_click_does_nothing(division, open_page):
    an_order(division, 1, "due")
    page = open_page(HOME)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 3000, "downloadThroughput": 20_000, "uploadThroughput": 20_000}
    line.send("Network.emulateNetworkConditions", slow)
    open_now, most, asked, posted = set(), [], [], []

    def begins(request):
        if "/live?" in request.url:
            open_now.add(request)
            most.append(len(open_now))
        if request.method == "POST":
            posted.append(request.url)

    page.on("request", begins)
    page.on("requestfinished", lambda request: (open_now.discard(request), asked.append(request)))
    page.on("requestfailed", lambda request: open_now.discard(request))
    with page.expect_request_finished(lambda request: "/live?" in request.url):
        pass
    page.wait_for_event("requestfinished", lambda request: "/live?" in request.url)
    assert max(most) == 1
    page.get_by_role("button", name="Sync now").dblclick(no_wait_after=True)
    page.get_by_text("A round begins now.").wait_for(timeout=20_000)
    assert len(posted) == 1


# -- the sign-in and the windows ----------------------------------------------------------------------------


def test_an_ended_sign_in_leads_to_the_login_page_and_back_to_the_same_place(division, open_page, local_admin):
    for number in range(60):
        an_order(division, number, "due")
    page = open_page(f"{HOME}?state=due&q=Bint")
    accounts.end_sessions(local_admin)
    page.wait_for_url(lambda url: "/login?next=" in url)
    page.fill("[name=email]", ADMIN["email"])
    page.fill("[name=password]", ADMIN["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: url.endswith(f"{HOME}?state=due&q=Bint"))
    assert page.locator("#q").input_value() == "Bint"


def test_two_windows_agree_and_an_old_button_does_no_harm(division, open_page):
    order = a_problem(division, 7)
    Division.update(due_at=clock.now() + 3600).execute()
    stale = open_page(f"{HOME}logs")
    Division.update(due_at=clock.now() - 1).execute()
    first, second = stale.context.new_page(), stale.context.new_page()
    first.goto(f"{HOME}logs")
    second.goto(f"{HOME}logs")
    first.bring_to_front()
    first.locator("article").get_by_role("button", name="Ignore").click()
    first.locator("article").wait_for(state="detached")
    second.bring_to_front()
    second.locator("article").wait_for(state="detached")
    stale.bring_to_front()
    stale.locator("article").get_by_role("button", name="Ignore").click()
    stale.locator("article").wait_for(state="detached")
    assert Order.get_by_id(order.id).state == "ignored"
    first.bring_to_front()
    first.locator(".menu:not(.picker) summary").click()
    first.get_by_role("button", name="Sign out").click()
    first.wait_for_url("**/login")
    second.wait_for_url(lambda url: "/login" in url)


# -- without a mouse ----------------------------------------------------------------------------------------


@pytest.fixture
def tab_to() -> Callable[..., None]:
    """Press Tab until the focus is on an element with this name; every stop on the way shows where it is."""

    def tab_to(page: Page, name: str, role: str = "") -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            at = page.evaluate(
                """() => { const one = document.activeElement, style = getComputedStyle(one);
                  const label = one.labels?.length ? one.labels[0].innerText : one.innerText;
                  return {name: (label || "").replace(/\\s+/g, " ").trim(), tag: one.tagName.toLowerCase(),
                    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2} }"""
            )
            assert at["ring"] or at["tag"] == "body", f"no ring on {at}"
            if name.lower() in at["name"].lower() and role in at["tag"]:
                return
        raise AssertionError(f"{name} is not on the way of the Tab key")

    return tab_to


def test_from_the_sign_in_to_a_repaired_order_by_keyboard_alone(division, open_page, tab_to):
    order = a_full_order(division)
    trouble = {"reason": "label_refused", "field": "house_number", "value": "Lindelaan"}
    a_delivery(order, 90430, "problem", **trouble)
    Order.update(state="problem", **trouble).where(Order.id == order.id).execute()
    page = open_page("/")
    page.context.clear_cookies()
    page.goto("/")
    tab_to(page, "E-mail address", "input")
    page.keyboard.type(ADMIN["email"])
    tab_to(page, "Password", "input")
    page.keyboard.type(ADMIN["password"])
    tab_to(page, "Sign in", "button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    tab_to(page, division.name, "a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(HOME))
    tab_to(page, "Logs", "a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HOME}logs")
    tab_to(page, "house number", "input")
    page.keyboard.type("71B")
    tab_to(page, "Repair and retry", "button")
    page.keyboard.press("Enter")
    page.locator("#messages .note").wait_for()
    assert Correction.get().value == "71B"
