"""The configuration in a real browser: legible for all, the preview follows what is typed, nothing is lost unseen."""

import pytest
from playwright.sync_api import expect

from tests.rows import CODE, a_division, a_full_order
from tests.views.test_configuration import LISTS, MAIN, TWO_SENDERS
from webapp.models import Division, Event, Order
from webapp.sync import configure

PATH = f"/divisions/{CODE}/configuration"
RULES = {"warehouses": {MAIN: "9", "gone": "1"}, "item_hs_code_field": "extra:9", "customer_mapping": "manual"}
MANY = [
    {"id": f"w{number}", "code": f"{number:03}", "name": f"Filiaal {number}", "main": False} for number in range(400)
]


@pytest.fixture
def order(app):
    """An order of a division with all that can be said about its configuration: vanished, missing, new."""
    order = a_full_order(a_division(lists=LISTS, sender_addresses=TWO_SENDERS, rules=RULES))
    Order.update(exact={**order.exact, "WarehouseID": MAIN, "WarehouseCode": "1"}).execute()
    return order


@pytest.mark.parametrize(("size", "theme", "language"), [("desk", "light", "en"), ("phone", "dark", "nl")])
def test_nothing_to_find_for_axe(order, open_page, accessible, size, theme, language):
    page = open_page(PATH, size, theme, language)
    page.locator("#preview details > summary").click()
    accessible(page)
    page.locator("#customs_hs_code").fill("letters")
    page.locator("#settings .pri").click()
    page.locator("[role=alert] a").first.wait_for()
    expect(page.locator("#customs_hs_code")).to_be_focused()
    accessible(page)


@pytest.mark.parametrize(("size", "theme"), [("desk", "dark"), ("phone", "light")])
def test_history_and_what_would_change_are_legible_too(order, open_page, accessible, size, theme):
    division, other = Division.get(), a_division(2, name="Andere winkel", lists=LISTS)
    configure.save(division, {**RULES, "backfill_days": 40}, None, "Sanne")
    configure.save(division, {"label_auto": True}, None, "Jan", how="imported", source="Elders")
    configure.save(other, {**RULES, "label_auto": True, "item_origin_field": "extra:77"}, None, "Sanne")
    page = open_page(f"{PATH}/history", size, theme)
    accessible(page)
    page.get_by_role("link", name="Restore").click()
    expect(page.locator("h1")).to_contain_text("Restore what was saved")
    accessible(page)
    page.goto(f"{PATH}/copy?from=2")
    expect(page.locator(".note.warn")).to_have_count(4)
    accessible(page)


def test_the_preview_changes_as_the_form_changes_and_nothing_is_saved(order, open_page):
    page = open_page(PATH, "desk")
    page.locator("#map_name").select_option("account")
    page.locator("#preview-body mark", has_text="El Amrani Tapijten").first.wait_for()
    page.locator("#customs_hs_code").fill("8215.99")
    page.locator("#preview-body dd", has_text="8215.99").first.wait_for()
    assert "map_name" not in Division.get().rules


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_is_not_saved_yet_is_counted_marked_and_not_lost_unasked(order, open_page, size):
    page = open_page(PATH, size)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    said = page.locator("#unsaved")
    expect(said).to_have_text("Orders with a label are never changed.")
    page.locator("#backfill_days").fill("31")
    page.locator("#map_name").select_option("account")
    page.locator("#preview-body mark").first.wait_for()  # a preview is no farewell
    assert asked == []
    expect(said).to_have_text("2 changes, not saved yet")
    expect(page.locator("mark.changed")).to_have_count(2)
    page.locator("#backfill_days").fill("30")
    expect(said).to_have_text("1 change, not saved yet")
    page.evaluate("location.href = '/'")
    page.wait_for_timeout(0)
    expect(said).to_have_text("1 change, not saved yet")
    assert asked == ["beforeunload"]
    page.locator("#settings .pri").click()
    expect(page.locator("#messages")).to_contain_text("Saved.")
    assert asked == ["beforeunload"] and Division.get().rules["map_name"] == "account"


def test_what_was_refused_still_counts_as_not_saved_and_undo_brings_back_what_is(order, open_page):
    page = open_page(PATH)
    page.locator("#customs_hs_code").fill("letters")
    page.locator("#settings .pri").click()
    expect(page.locator("#unsaved")).to_have_text("1 change, not saved yet")
    page.get_by_role("link", name="Undo").click()
    expect(page.locator("#unsaved")).to_have_text("Orders with a label are never changed.")
    expect(page.locator("#customs_hs_code")).to_have_value("")


def test_the_sources_of_customer_data_stand_side_by_side_and_the_choice_made_lights_up(order, open_page):
    page = open_page(PATH)
    boxes = [page.locator(f"#map_{name}").bounding_box() for name in ("name", "company_name", "email")]
    assert len({box["y"] for box in boxes}) == 1 and boxes[0]["width"] > 150
    for value in ("dynamic", "manual"):
        page.locator(f"[name=customer_mapping][value={value}]").check()
        expect(page.locator(f".choice.lit [value={value}]")).to_have_count(1)
        expect(page.locator(".choice.lit")).to_have_count(1)


def test_a_field_and_its_line_in_the_preview_light_up_together_by_keyboard(order, open_page):
    page = open_page(PATH)
    page.locator("#map_email").focus()
    expect(page.locator("dd.lit")).to_contain_text("samira@elamrani.example")
    page.keyboard.press("Tab")
    expect(page.locator("dd.lit")).to_have_count(0)  # the order has no phone
    line = page.locator(f"[data-set-by=warehouse_{MAIN}] a")
    line.focus()
    expect(page.locator(".pair.lit")).to_contain_text("1 Hoofdmagazijn")
    page.keyboard.press("Enter")
    expect(page.locator(f"#warehouse_{MAIN}")).to_be_focused()


def test_the_jump_list_leads_to_its_part_and_says_where_one_is(order, open_page):
    page = open_page(PATH, "phone")
    link = page.locator(".jump").get_by_role("link", name="Customs")
    expect(link).to_contain_text("needs attention")
    link.focus()
    page.keyboard.press("Enter")
    expect(link).to_have_attribute("aria-current", "true")
    expect(page.locator("#customs h2")).to_be_in_viewport()


def test_of_many_warehouses_one_is_found_and_chosen(order, open_page, accessible):
    rules = {"warehouses": {"w7": "2", "w8": "9"}}
    Division.update(lists={**LISTS, "warehouses": MANY}, rules=rules).execute()
    page = open_page(PATH)
    expect(page.locator("#warehouse_w8")).to_be_visible()
    expect(page.locator("#warehouse_w399")).to_be_hidden()
    page.locator("#find-warehouse").fill("filiaal 39")
    expect(page.locator(".find [role=status]")).to_have_text("14 of 400")
    accessible(page)
    page.locator("#warehouse_w399").select_option("2")
    page.keyboard.press("Enter")
    page.locator("#settings .pri").click()
    expect(page.locator("#messages")).to_contain_text("Saved.")
    assert Division.get().rules["warehouses"] == {"w7": "2", "w8": "9", "w399": "2"}


def test_without_script_everything_is_there(order, open_page):
    Division.update(lists={**LISTS, "warehouses": MANY}).execute()
    page = open_page(PATH, script=False)
    page.locator(".fold > summary", has_text="Sendcloud's default").click()
    page.locator("#warehouse_w399").select_option("2")
    page.locator("#map_name").select_option("account")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#preview-body mark").first).to_have_text("El Amrani Tapijten")
    expect(page.locator("#unsaved")).to_have_text("2 changes, not saved yet")
    page.locator("#settings .pri").click()
    assert Division.get().rules["warehouses"]["w399"] == "2"
    assert Event.get(Event.code == "configured").params["before"]["map_name"] == "contact"
