"""Ticking orders, the queue of labels, filters and the way back, cancelling: by mouse, without script, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.rows import CODE, a_delivery, a_division, a_full_order, a_parcel, a_problem, an_order
from webapp import clock
from webapp.demo.sendcloud.pdf import content, document
from webapp.models import Division, Order, Parcel
from webapp.sync import labels

HOME = f"/divisions/{CODE}/"


@pytest.fixture
def shop(app, config):
    """Three orders with a label, one of them underway; one in trouble; one that waits. A round is asked for."""
    division = a_division(due_at=clock.now(), rules={"label_auto": True})
    for number, status in ((1, "READY_TO_SEND"), (2, "READY_TO_SEND"), (3, "DRIVER_EN_ROUTE")):
        order = a_full_order(division, number)
        Order.update(state="shipped").where(Order.id == order.id).execute()
        parcel = a_parcel(a_delivery(order, number), number, f"3SPAK00{number}", status=status, shipment=f"s{number}")
        labels.keep(config, division, parcel, document([content([(20, 20, 10, "label")], [])], (298, 420)))
    a_problem(division, 4)
    an_order(division, 5, "waiting", reason="not_approved")
    return division


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_selection_is_counted_and_outlives_what_changes_meanwhile(open_page, shop, shifts, size):
    page = open_page(HOME, size)
    expect(page.locator("#picked")).to_be_hidden()
    page.check("#pick-4")
    expect(page.locator("#picked")).to_have_text("1 order selected")
    page.click("#order-5-link", trial=True)
    page.locator("h1").click()
    Order.update(state="due", reason="", changed_at=clock.now()).where(Order.id == 4).execute()
    Division.update(changed_no=Division.changed_no + 1).execute()
    expect(page.locator("#order-4")).to_have_attribute("data-state", "due")
    expect(page.locator("#pick-4")).to_be_checked()
    page.click("#pick-all")
    expect(page.locator("#picked")).to_have_text("5 orders selected")
    expect(page.locator("#pick-all")).to_be_hidden()
    page.click("button[value=ignore]")
    expect(page.locator("#messages")).to_contain_text("2 orders are ignored")
    expect(page.locator("#order-4")).to_have_attribute("data-state", "ignored")
    assert shifts(page) <= 0.02


@pytest.mark.parametrize(("query", "first"), [("", "errors"), ("?state=waiting", "list"), ("?q=Bint", "list")])
def test_on_a_phone_what_was_asked_for_stands_before_the_errors(open_page, shop, query, first):
    page = open_page(HOME + query, "phone")
    errors, shown = (page.locator(place).bounding_box()["y"] for place in ("#problems", "#list"))
    assert ("errors" if errors < shown else "list") == first


def test_beside_long_reasons_a_tracking_number_stays_on_one_line(open_page, shop):
    Order.update(customer="Koninklijke Maatschappij tot Bevordering der Kookkunst").where(Order.id == 4).execute()
    for number in range(10, 13):
        a_problem(shop, number, "refused", params={"detail": "not this way, not by this carrier " * 8})
    page = open_page(HOME)
    track = page.locator("tr[data-order] .track").first
    assert track.evaluate("(link) => link.getClientRects().length == 1 && link.offsetHeight < 24")


def test_labels_of_a_selection_open_beside_the_list_and_can_be_asked_for_twice(open_page, shop):
    page = open_page(f"{HOME}?print=waiting")
    expect(page.locator("tr[data-order]")).to_have_count(2)
    for _ in range(2):
        page.check("#pick-1")
        with page.context.expect_event("response", lambda answer: "together.pdf" in answer.url) as answer:
            page.click("button[value=print]")
        assert answer.value.status == 200
    assert Parcel.get(Parcel.parcel == 1).printed_at and not Parcel.get(Parcel.parcel == 2).printed_at
    page.reload()
    expect(page.locator("tr[data-order]")).to_have_count(1)


def test_filters_and_the_way_back(open_page, shop):
    page = open_page(HOME)
    page.click("#count-underway")
    expect(page.locator("tr[data-order]")).to_have_count(1)
    page.click("#order-3-link")
    page.wait_for_url("**/orders/*")
    page.go_back()
    page.wait_for_url("**/?parcel=underway")
    expect(page.locator("#count-underway")).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.locator("tr[data-order]")).to_have_count(5)
    page.fill("#q", "3SPAK002")
    page.press("#q", "Enter")
    expect(page.locator("tr[data-order]")).to_have_count(1)


def test_without_script_a_selection_works_as_well(open_page, shop):
    page = open_page(HOME, "phone", script=False)
    page.check("#pick-4")
    page.click("button[value=retry]")
    expect(page.locator("#messages")).to_contain_text("1 order is tried again")


@pytest.mark.parametrize("script", [True, False])
def test_a_label_is_cancelled_after_its_cost_was_read(open_page, shop, script):
    page = open_page(f"{HOME}orders/{Order.get(Order.number == 1).guid}", script=script)
    page.click("#cancel-1")
    expect(page.locator("main")).to_contain_text("costs nothing")
    page.click("#cancel")
    expect(page.locator("#deliveries")).to_contain_text("is being cancelled")
    assert Parcel.get(Parcel.parcel == 1).cancel_asked_at
    assert page.locator("#cancel-1").count() == 0


@pytest.mark.parametrize(("size", "theme", "language"), [("desk", "light", "en"), ("phone", "dark", "nl")])
def test_nothing_stands_in_the_way_of_anybody(open_page, shop, accessible, size, theme, language):
    guid = Order.get(Order.number == 1).guid
    page = open_page(HOME, size, theme, language)
    page.check("#pick-1")
    accessible(page)
    for path in ("?print=waiting", "?parcel=trouble", f"orders/{guid}", f"orders/{guid}/labels/1/cancel", "older"):
        page.goto(f"{HOME}{path}")
        accessible(page)


def test_a_name_that_runs_from_right_to_left_leaves_the_rest_in_its_place(open_page, shop):
    Order.update(customer="شركة الأمل", city="").where(Order.id == 4).execute()
    line = open_page(HOME).locator("#problem-4 .two")
    left_of_name = """(line) => {
      const place = document.createRange(), text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode();
      place.setStart(text, 0);
      place.setEnd(text, 10);
      return place.getBoundingClientRect().left - line.getBoundingClientRect().left;
    }"""
    assert line.evaluate(left_of_name) < 1  # the moment stands behind it
