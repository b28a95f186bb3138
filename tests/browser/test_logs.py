"""Logs and an order page that stay open: what they show by themselves, and what they leave alone."""

import pytest
from playwright.sync_api import expect

from tests.rows import CODE, a_delivery, a_division, a_full_order, a_parcel, a_problem, an_event
from webapp import clock
from webapp.models import Correction, Delivery, Division, Order

STILL = 0.02  # the layout shift that a page may come to while it is live
LOGS = f"/divisions/{CODE}/logs"


@pytest.fixture
def division(app):
    """A division whose pages look for news."""
    return a_division(due_at=clock.now() - 1)


@pytest.fixture
def order(division):
    """Without a house number: its goods delivery waits for a label."""
    order = a_full_order(division)
    detail = {"detail": "This field cannot be blank.", "delivery": 90430}
    refused = {"reason": "label_refused", "field": "house_number", "value": "Lindelaan", "params": detail}
    a_delivery(order, 90430, "problem", **refused)
    Order.update(state="problem", **refused).where(Order.id == order.id).execute()
    return Order.get_by_id(order.id)


def changed():
    Division.update(changed_no=Division.changed_no + 1).execute()


def solved(order):
    an_event(order, "problem", 60, params={"reason": "label_refused"})
    an_event(order, "labelled", 2, params={"by": "panel", "tracking": "3S1"})
    an_event(order, "incoming", 2, params={"number": 0})
    Order.update(state="incoming", reason="", params={}, changed_at=clock.now()).where(Order.id == order.id).execute()
    changed()


def test_an_entry_leaves_by_itself_and_says_how_it_ended(order, open_page, accessible):
    page = open_page(LOGS)
    assert "The house number is missing." in page.locator("article").inner_text()
    solved(order)
    page.wait_for_selector("article", state="detached")
    assert "Label made in Sendcloud" in page.locator(f"#o{order.number}").inner_text()
    assert page.locator("#backlog").inner_text() == ""
    accessible(page)


def test_a_form_with_something_in_it_stays(division, order, open_page):
    other = a_problem(division, 7)
    page = open_page(LOGS)
    page.fill("[name=house_number]", "14")
    page.locator("h1").click()
    solved(order)
    Order.update(state="due", reason="", changed_at=clock.now()).where(Order.id == other.id).execute()
    changed()
    page.wait_for_selector(f"#o{other.number}[data-solved]")
    assert page.locator("[name=house_number]").input_value() == "14"


def test_new_trouble_is_announced_and_pushes_nothing_away(division, order, open_page, shifts):
    page = open_page(LOGS)
    a_problem(division, 8, since=clock.now() + 1)
    changed()
    page.get_by_role("link", name="1 new error").wait_for()
    assert page.locator("article").count() == 1
    assert shifts(page) <= STILL
    page.get_by_role("link", name="1 new error").click()
    page.wait_for_selector("article >> nth=1")


@pytest.mark.parametrize("script", [True, False])
def test_just_the_failing_field_is_repaired(order, open_page, script):
    page = open_page(LOGS, script=script)
    assert page.locator("article form input:not([type=hidden])").count() == 1
    page.get_by_label("house number").fill("71 B")
    page.get_by_role("button", name="Repair and retry").click()
    page.wait_for_selector("#messages >> text=Repaired and remembered")
    if script:
        expect(page.locator("#messages")).to_be_focused()
    assert page.locator("article").count() == 0
    assert (Correction.get().field, Correction.get().value) == ("house_number", "71 B")
    page.get_by_role("link", name="Corrections").click()
    page.get_by_role("button", name="Take back").click()
    page.wait_for_selector("text=No corrections yet")
    assert Correction.select().count() == 0


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_selection_is_counted_and_follows_what_leaves(division, order, open_page, size):
    others = [a_problem(division, number) for number in (7, 8)]
    page = open_page(LOGS, size)
    expect(page.locator("#picked")).to_be_hidden()
    page.check(f"#pick-{order.id}")
    page.click("#pick-all")
    expect(page.locator("#picked")).to_have_text("3 orders selected")
    expect(page.locator("#selection")).to_be_in_viewport(ratio=1)
    Order.update(reason="currency_not_supported", field="", value="CHF").where(Order.id == others[0].id).execute()
    solved(order)
    page.wait_for_selector(f"#o{order.number}[data-solved]")
    expect(page.locator("#picked")).to_have_text("2 orders selected")
    expect(page.locator("#o7")).to_contain_text("does not know the currency CHF")
    expect(page.locator(f"#pick-{others[0].id}")).to_be_checked()
    page.click("#selection button[value=ignore]")
    expect(page.locator("#messages")).to_contain_text("2 orders are ignored")
    assert {row.state for row in Order.select().where(Order.number < 9)} == {"ignored"}


def test_without_script_a_selection_works_as_well(order, open_page):
    page = open_page(LOGS, "phone", script=False)
    page.check(f"#pick-{order.id}")
    page.click("#selection button[value=ignore]")
    expect(page.locator("#messages")).to_contain_text("1 order is ignored")


@pytest.fixture
def many(division):
    """The first is the latest; all lack a postal code."""
    then = clock.now() - 3600
    return [a_problem(division, number, since=then - number) for number in range(1, 13)]


def test_of_many_only_the_first_stands_open_and_each_opens_by_click_or_enter(many, open_page):
    page = open_page(LOGS)
    forms = page.locator("article form")
    assert [form.is_visible() for form in forms.all()] == [True] + 11 * [False]
    assert {entry.bounding_box()["height"] for entry in page.locator("article").all()[1:]} == {48}
    page.locator("#o2").click(position={"x": 150, "y": 24})  # on the customer
    expect(forms.nth(1)).to_be_visible()
    page.focus(f"#to-{many[2].id}")
    page.keyboard.press("Tab")
    summary = page.locator(f"#fold-{many[2].id}")
    expect(summary).to_be_focused()
    assert summary.evaluate("(one) => getComputedStyle(one, '::after').outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="postal code")).to_have_count(3)
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    expect(forms.nth(2)).to_be_hidden()
    expect(page.get_by_role("heading", name="3 Kookstudio Bint, Utrecht, NL", exact=True)).to_be_visible()
    expect(summary).to_have_accessible_name("Order 3 The delivery address is incomplete. Missing: postal code.")


def test_what_changes_among_many_comes_in_and_leaves_open_what_was_opened(many, open_page, shifts):
    page = open_page(LOGS)
    page.locator(f"#fold-{many[0].id}").click()
    page.locator(f"#fold-{many[1].id}").click()
    page.check(f"#pick-{many[3].id}")
    page.focus(f"#fold-{many[1].id}")
    page.wait_for_timeout(600)  # what shifts within half a second of an input does not count
    before = shifts(page)
    Order.update(reason="currency_not_supported", field="", value="CHF").where(Order.number << [1, 2, 3, 4]).execute()
    Order.update(state="ignored", reason="by_hand").where(Order.number == 12).execute()
    changed()
    page.wait_for_selector("#o12[data-solved]")
    for number in (1, 2, 3, 4):
        expect(page.locator(f"#o{number} summary")).to_contain_text("does not know the currency CHF")
    shown = [page.locator(f"#o{number} form").is_visible() for number in (1, 2, 3, 4)]
    assert shown == [False, True, False, False]
    expect(page.locator(f"#fold-{many[1].id}")).to_be_focused()
    expect(page.locator("#picked")).to_have_text("1 order selected")
    Order.update(reason="address_incomplete", field="city").where(Order.number == 2).execute()
    changed()
    page.wait_for_selector("#o2 form >> text=Missing: city")
    assert shifts(page) - before <= STILL


@pytest.mark.parametrize(("size", "script"), [("desk", True), ("phone", True), ("desk", False)])
def test_what_an_address_names_stands_open_and_in_sight(many, open_page, size, script):
    page = open_page(f"{LOGS}#o9", size, script=script)
    expect(page.locator(f"#fold-{many[8].id}")).to_be_in_viewport()
    if not script:
        page.locator(f"#fold-{many[8].id}").click()
    page.locator("#o9").get_by_label("postal code").fill("3012 BM")
    page.locator("#o9").get_by_role("button", name="Repair and retry").click()
    expect(page.locator("#messages")).to_contain_text("9: Repaired and remembered")
    expect(page.locator("#messages")).to_be_in_viewport(ratio=1)
    expect(page.locator("#o9 h2")).to_be_in_viewport(ratio=1)
    expect(page.locator("#o9 form")).to_be_visible(visible=script)
    said, title = page.locator("#messages").bounding_box(), page.locator("#o9 h2").bounding_box()
    assert said["y"] + said["height"] <= title["y"]


@pytest.mark.parametrize(("size", "theme", "language"), [("desk", "light", "en"), ("phone", "dark", "nl")])
def test_many_stand_in_nobodys_way(many, open_page, accessible, size, theme, language):
    long = {"customer": "Koninklijke Maatschappij tot Bevordering der Kookkunst", "params": {"detail": "x" * 300}}
    Order.update(reason="label_failed", field="", **long).where(Order.number == 2).execute()
    page = open_page(LOGS, size, theme, language)
    accessible(page)
    page.locator(f"#fold-{many[1].id}").click()
    page.check(f"#pick-{many[2].id}")
    accessible(page)
    targets = page.locator(
        "article :is(summary, .pick)" + ", :is(article, .picks) :is(a, button)" * (size == "phone")
    )
    small = """(all) => all.filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
      .map((one) => one.outerHTML)"""
    assert targets.evaluate_all(small) == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_label_appears_on_the_order_and_nothing_jumps(division, open_page, shifts, accessible, size):
    order = a_full_order(division)
    delivery = a_delivery(order, 90431, "labelling")
    page = open_page(f"/divisions/{CODE}/orders/{order.guid}", size)
    page.wait_for_selector("[data-delivery][data-state=labelling]")
    parcel = a_parcel(delivery, 11, "3SPKBN084417164")
    marks = {"TrackingNumber": parcel.tracking_number, "Remarks": parcel.tracking_url}
    Delivery.update(state="written", exact=marks, attached=True, written_at=clock.now()).execute()
    Order.update(changed_at=clock.now()).execute()
    changed()
    page.wait_for_selector("[data-delivery][data-state=written]")
    page.wait_for_timeout(300)
    assert shifts(page) <= STILL
    assert page.locator(".track").inner_text().strip() == "3SPKBN084417164"
    assert page.locator("[data-mark][data-how=ok]").count() == 3
    accessible(page)


def test_a_new_delivery_is_announced(division, open_page, shifts):
    order = a_full_order(division)
    page = open_page(f"/divisions/{CODE}/orders/{order.guid}")
    a_delivery(order, 90431, "due")
    an_event(order, "delivery", 0, params={"number": 90431})
    changed()
    page.get_by_role("link", name="1 new line").wait_for()
    assert shifts(page) <= STILL
    page.get_by_role("link", name="Something new").click()
    page.wait_for_selector("[data-delivery][data-state=due]")


def test_a_delivery_changes_in_its_place(division, open_page, shifts):
    order = a_full_order(division)
    delivery = a_delivery(order, 90431, "manual", reason="labels_by_hand")
    page = open_page(f"/divisions/{CODE}/orders/{order.guid}")
    page.get_by_role("button", name="Make the label now").click()
    page.wait_for_selector("[data-delivery][data-state=due]")
    Delivery.update(state="labelling").where(Delivery.id == delivery.id).execute()
    changed()
    page.wait_for_selector("[data-delivery][data-state=labelling]")
    assert shifts(page) <= STILL


@pytest.mark.parametrize(("size", "theme", "language"), [("desk", "light", "en"), ("phone", "dark", "nl")])
def test_nothing_to_find_for_axe(division, order, open_page, accessible, size, theme, language):
    delivery = a_delivery(order, 90431, no_document="licence", reason="no_document", written_at=clock.now())
    a_parcel(delivery, 11, "3S" + "1" * 198, pdf="x.pdf")
    a_parcel(delivery, 12, "3S2", cancelled=True, ours=False)
    a_delivery(order, 90432, "manual", reason="labels_by_hand")
    a_problem(division, 7, "write_scope_missing", params={"scope": "logistics", "delivery": 3})
    lacking = [{"code": "MUG", "item": "a-mug", "lacks": ["hs_code", "country_of_origin", "weight", "value"]}]
    a_problem(division, 9, "customs_incomplete", field="customs_details", params={"lacking": lacking})
    where = {"street": "Plein 1", "postal_code": "3012 AA", "city": "Rotterdam", "carrier": "PostNL", "distance": 350}
    points = [{"id": "10001", "name": "Primera " * 20, **where}, {"id": "10002", "name": "", **where}]
    gone = {"field": "service_point_details", "value": "99999", "params": {"points": points}}
    for number, reason in ((10, "service_point_unknown"), (11, "service_point_wrong")):
        a_problem(division, number, reason, **gone)
    a_problem(division, 8, "label_failed", params={"detail": "x" * 300})
    an_event(order, "problem", 90, params={"reason": "label_refused"})
    an_event(order, "due", 10)
    wanted = {"address": "x", "shown": "Lindelaan " * 20, "field": "house_number", "value": "14 B"}
    Correction.create(division=division, **wanted)
    page = open_page(LOGS, size, theme, language)
    home = f"/divisions/{CODE}/"
    order_path = f"{home}orders/{order.guid}"
    for path in (LOGS, f"{LOGS}?kind=address", f"{LOGS}?show=resolved", f"{home}corrections", home, order_path):
        page.goto(path)
        for summary in page.locator("main details > summary").all():
            summary.click()
        accessible(page)


def test_who_types_how_an_address_is_meant_has_chosen_that(order, open_page):
    choices = [{"address_line_1": "Kade 10", "house_number": "142"}, {"address_line_1": "Kade", "house_number": "10"}]
    unsure = {"reason": "house_number_unsure", "field": "house_number", "value": "Kade 10 142"}
    Order.update(params={"value": "Kade 10 142", "choices": choices}, **unsure).execute()
    page = open_page(LOGS)
    page.locator("[name=address_line_1]").fill("Kade")
    page.locator("[name=house_number]").fill("10-142")
    page.get_by_role("button", name="Repair and retry").click()
    page.wait_for_selector("#messages >> text=Repaired and remembered")
    assert {row.value for row in Correction.select()} >= {"Kade", "10-142"}


def test_who_types_the_number_of_another_service_point_has_chosen_that(order, open_page):
    closed = {"reason": "service_point_closed", "field": "service_point_details", "value": "11238642"}
    Order.update(params={"points": []}, exact={**order.exact, "YourRef": "11238642"}, **closed).execute()
    Division.update(rules={"service_point_enabled": True, "service_point_field": "YourRef"}).execute()
    page = open_page(LOGS)
    page.get_by_label("Number of the service point").fill("11239001")
    page.get_by_role("button", name="Repair and retry").click()
    page.wait_for_selector("#messages >> text=Remembered for this order")
    assert Correction.get().value == "11238642>11239001"
