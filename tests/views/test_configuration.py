"""The configuration page: what it shows, saves and refuses, and the preview beside it."""

import html
import re
import time

import pytest

from tests.rows import CODE, SENDERS, a_division, a_full_order, a_problem, an_order, may_see
from webapp.configuration.form import form_for
from webapp.configuration.preview import preview
from webapp.errors import NoAnswer
from webapp.models import Delivery, Division, Event, Order, Part
from webapp.sync import lists

EN = {"Accept-Language": "en"}
PATH = f"/divisions/{CODE}/configuration"
MAIN = "11111111-0000-4000-8000-00000000000a"
LISTS = {
    "tried_at": 1, "senders_at": 1, "warehouses_at": 1, "fields_at": 1, "fields_of": 3, "senders_new": ["2"],
    "warehouses": [{"id": MAIN, "code": "1", "name": "Hoofdmagazijn", "main": True}],
    "fields": {
        "StatisticalCode": {"label": "", "example": "8211.92", "filled": 2},
        "extra:2": {"label": "HS", "example": "821192", "filled": 1},
    },
    "order_fields": {"custom:Afhaalpunt": {"label": "Afhaalpunt", "example": "11240917", "filled": 1}},
}  # fmt: skip
TWO_SENDERS = [*SENDERS, {**SENDERS[0], "id": 2, "address_line_1": "Industrieweg", "house_number": "40"}]


@pytest.fixture
def division(app):
    return a_division(lists=LISTS, sender_addresses=TWO_SENDERS)


@pytest.fixture
def post(admin, csrf):
    def post(path=PATH, headers=EN, **fields):
        return admin.post(path, data={"csrf_token": csrf(admin, PATH), **fields}, headers=headers)

    return post


def saved():
    return Division.get(Division.code == CODE).rules


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


FULL = {
    "label_auto": "y",
    f"warehouse_{MAIN}": "2",
    "service_point_enabled": "y",
    "service_point_field": "custom:Afhaalpunt",
    "customs_shipment_type": "gift",
    "customs_origin_country": "JP",
    "customs_hs_code": "8215.99",
    "item_hs_code_field": "extra:2",
    "item_origin_field": "FreeTextField_03",
    "customer_mapping": "manual",
    "map_name": "account",
    "map_company_name": "",
    "map_email": "account",
    "map_phone": "",
    "map_address": "address",
    "default_weight": "250",
    "backfill_days": "60",
}


# -- the page -------------------------------------------------------------------------------------------------


def test_every_field_of_the_contract_is_there_with_what_holds_by_default(admin, division):
    page = admin.get(PATH, headers=EN)
    assert page.status_code == 200
    for name in FULL:
        assert f'name="{name}"' in page.text, name
    assert 'name="backfill_days" type="number" min="1" max="365" value="30"' in page.text
    assert 'name="customer_mapping" value="dynamic" checked' in page.text
    assert 'value="commercial_goods" selected' in page.text


def test_the_choices_show_labels_and_examples_of_this_division(admin, division):
    text = words(admin.get(PATH, headers=EN))
    for shown in ("1 Hoofdmagazijn", "Industrieweg 40", "(new)", "Statistical code · 8211.92", "Extra field 2, HS"):
        assert shown in text
    assert "Custom field Afhaalpunt · 11240917" in text


def test_it_speaks_dutch(admin, division):
    page = admin.get(PATH, headers={"Accept-Language": "nl"}).text
    assert "Configuratie" in page and "Douane" in page and "Handelsgoederen" in page


def test_there_is_a_link_to_it_beside_the_dashboard(admin, division):
    assert f'href="{PATH}"' in admin.get(f"/divisions/{CODE}/").text


def test_nobody_sees_it_without_signing_in(client, division):
    assert client.get(PATH).status_code == 302


def test_it_is_there_for_those_who_may_see_the_division(packer, exact_user, division):
    assert packer.get(PATH).status_code == 404
    may_see(exact_user, division)
    assert packer.get(PATH).status_code == 200


def test_four_hundred_warehouses(admin, post, division):
    """More fields than a multipart form may have, and still a page to wait for."""
    rows = [
        {"id": f"{n:08}-0000-4000-8000-00000000000a", "code": str(n), "name": "x", "main": False} for n in range(1200)
    ]
    senders = [{**SENDERS[0], "id": number} for number in range(1, 13)]
    Division.update(lists={**LISTS, "warehouses": rows[:400]}, sender_addresses=senders).execute()
    a_full_order(division)
    before = time.process_time()
    page = admin.get(PATH, headers=EN)
    assert time.process_time() - before < 2  # some 0.2 on a quiet machine
    assert page.text.count('name="warehouse_') == 400 and "Sendcloud's default 400" in words(page)
    Division.update(lists={**LISTS, "warehouses": rows}).execute()
    chosen = {f"warehouse_{row['id']}": "1" for row in rows}
    assert post(**chosen, customs_hs_code="8215.99").status_code == 303
    assert len(saved()["warehouses"]) == 1200
    text = words(admin.get(PATH, headers=EN))
    assert "With a sender address of their own 1200" in text
    assert post(f"{PATH}/preview", {**EN, "HX-Request": "true"}, **chosen).status_code == 200


def test_sixty_fields_stand_by_their_kind_in_the_order_of_their_numbers(admin, division):
    fields = {f"extra:{n}": {"label": f"Veld {n}", "example": "x" * 300, "filled": 1} for n in range(1, 61)}
    fields["custom:Land"] = {"label": "Land", "example": "JP", "filled": 1}
    Division.update(lists={**LISTS, "fields": fields}).execute()
    page = admin.get(PATH, headers=EN).text
    assert page.index('value="extra:9"') < page.index('value="extra:10"') < page.index('value="custom:Land"')
    assert page.count('<optgroup label="Extra fields">') == 2 and "x" * 41 not in page


def test_a_default_weight_is_whole_grams_or_nothing(post, division):
    assert post(default_weight=" 250 ").status_code == 303 and saved()["default_weight"] == 250
    post(backfill_days="31")
    assert saved()["default_weight"] == 250
    post(default_weight="")
    assert "default_weight" not in saved()


def test_the_page_says_what_is_not_saved_yet_also_without_script(admin, post, division):
    assert "not saved yet" not in re.sub(r'data-\w+="[^"]*"', "", admin.get(PATH, headers=EN).text)
    page = post(f"{PATH}/preview", customs_hs_code="8215.99", label_auto="y")
    assert "<b>2 changes, not saved yet</b>" in page.text


def test_the_page_says_who_saved_last(admin, post, division, local_admin):
    assert "Nothing saved yet" in words(admin.get(PATH, headers=EN))
    post(customs_hs_code="8215.99")
    assert "Last saved" in words(admin.get(PATH, headers=EN)) and local_admin.email in admin.get(PATH).text


# -- saving ---------------------------------------------------------------------------------------------------


def test_it_saves_every_field(post, division):
    response = post(**FULL)
    assert (response.status_code, response.location) == (303, PATH)
    assert saved() == {
        "label_auto": True,
        "warehouses": {MAIN: "2"},
        "service_point_enabled": True,
        **{name: value for name, value in FULL.items() if name.startswith(("customs", "item", "map", "customer"))},
        "service_point_field": "custom:Afhaalpunt",
        "default_weight": 250,
        "backfill_days": 60,
    }


def test_what_was_saved_is_shown_again(admin, post, division):
    post(**FULL)
    page = admin.get(PATH).text
    assert 'name="label_auto" value="y" checked' in page and 'value="8215.99"' in page
    assert 'name="customer_mapping" value="manual" checked' in page
    assert '<option value="2" selected>' in page and 'value="extra:2" selected' in page


def test_fields_that_are_not_sent_keep_what_is_saved_but_a_box_without_tick_is_off(post, division):
    post(**FULL)
    post(customs_origin_country="DE")
    assert saved()["customs_origin_country"] == "DE" and saved()["customs_hs_code"] == "8215.99"
    assert saved()["label_auto"] is False and saved()["warehouses"] == {MAIN: "2"}


def test_the_id_of_a_warehouse_may_be_written_in_capitals(post, division):
    post(**{f"warehouse_{MAIN.upper()}": "2"})
    assert saved()["warehouses"] == {MAIN: "2"}


def test_after_saving_orders_without_label_are_decided_upon_anew(post, division):
    incoming, shipped = an_order(division, 1), an_order(division, 2, "shipped")
    ignored, problem = an_order(division, 3, "ignored"), a_problem(division, 4, due_at=9)
    Delivery.create(division=division, guid="d", state="problem", due_at=2**32)
    Division.update(due_at=2**32).execute()
    post(customs_hs_code="8215.99")
    checked = {order.number: order.checked for order in Order.select()}
    assert checked == {incoming.number: False, shipped.number: True, ignored.number: True, problem.number: False}
    assert Division.get().due_at < 2**32 and Delivery.get().due_at < 2**32


def test_a_paused_division_stays_paused(post, division):
    Division.update(due_at=None).execute()
    post(customs_hs_code="8215.99")
    assert Division.get().due_at is None


def test_the_event_says_who_saved_what(post, division, local_admin):
    post(customs_hs_code="8215.99", label_auto="y")
    event = Event.get(Event.code == "configured")
    assert event.actor == (local_admin.name or local_admin.email)
    assert set(event.params["fields"].split(", ")) >= {"customs_hs_code", "label_auto"}


def test_saving_the_same_again_leaves_the_orders_alone(post, division):
    post(**FULL)
    an_order(division, 1)
    post(**FULL)
    assert Order.get().checked and Event.select().where(Event.code == "configured").count() == 1


def test_another_item_field_has_the_articles_read_again(post, division):
    Part.create(division=division, kind="item", guid="i", exact={"ID": "i"}, read_at=50)
    Part.create(division=division, kind="account", guid="a", exact={"ID": "a"}, read_at=50)
    post(item_origin_field="FreeTextField_03")
    assert {part.kind: part.read_at for part in Part.select()} == {"item": 0, "account": 50}


# -- refusing -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("customs_hs_code", "abcdef", "An HS code has at least six digits"),
        ("customs_hs_code", "1234567890123", "An HS code has at least six digits"),
        ("customs_hs_code", "82..15", "An HS code has at least six digits"),
        ("backfill_days", "0", "1 to 365"),
        ("backfill_days", "366", "1 to 365"),
        ("backfill_days", "veel", ""),
        ("backfill_days", "", ""),
        ("default_weight", "0", "whole grams, 1 to 70000"),
        ("default_weight", "70001", "whole grams, 1 to 70000"),
        ("default_weight", "1.5", "whole grams, 1 to 70000"),
        ("default_weight", "²", "whole grams, 1 to 70000"),
        (f"warehouse_{MAIN}", "99", "not in this Sendcloud account"),
        ("service_point_field", "Password", "Choose a field of the sales order."),
        ("item_hs_code_field", "FreeTextField_99", "Choose a field of the article."),
        ("item_origin_field", "custom:'; drop", "Choose a field of the article."),
        ("customs_shipment_type", "documents", ""),
        ("customs_origin_country", "Japan", ""),
        ("customer_mapping", "magic", ""),
        ("map_name", "", ""),
        ("map_address", "moon", ""),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(post, division, name, value, said):
    page = post(**{**FULL, name: value})
    assert page.status_code == 422 and saved() == {}
    assert said in words(page) and "Nothing was saved." in words(page)
    assert 'name="label_auto" value="y" checked' in page.text  # what was right is still there
    if name in ("customs_hs_code", "backfill_days"):
        assert f'value="{value}"' in page.text and f'aria-describedby="{name}-error"' in page.text


def test_of_two_saves_at_once_the_second_is_told_and_keeps_what_was_typed(post, division):
    post(version="0", customs_hs_code="8215.99")
    page = post(version="0", customs_hs_code="9503.00", customs_origin_country="CN")
    assert page.status_code == 409 and saved()["customs_hs_code"] == "8215.99"
    assert "saved at" in words(page) and 'value="9503.00"' in page.text
    assert 'name="version" value="1"' in page.text
    assert post(version="1", customs_hs_code="9503.00").status_code == 303
    assert saved()["customs_hs_code"] == "9503.00"


def test_a_sender_address_that_vanished_is_a_visible_warning_and_is_kept(admin, post, division):
    post(**{f"warehouse_{MAIN}": "2"})
    Division.update(sender_addresses=SENDERS, lists={**LISTS, "senders_gone": {"2": TWO_SENDERS[1]}}).execute()
    page = admin.get(PATH, headers=EN)
    assert "Vanished: Van Dalen, Industrieweg 40" in words(page) and "no longer in Sendcloud" in words(page)
    assert post(**{f"warehouse_{MAIN}": "2", "label_auto": "y"}).status_code == 303
    assert saved()["warehouses"] == {MAIN: "2"}


def test_a_field_that_is_gone_in_exact_and_a_warehouse_too(admin, post, division):
    post(item_hs_code_field="custom:Weg", **{f"warehouse_{MAIN}": "2"})
    Division.update(lists={**LISTS, "warehouses": []}).execute()
    text = words(admin.get(PATH, headers=EN))
    assert "custom:Weg, not found in Exact" in text and "Exact no longer has this field." in text
    assert f"{MAIN}, no longer in Exact" in text


# -- lists ----------------------------------------------------------------------------------------------------


@pytest.fixture
def refreshed(monkeypatch):
    """The refresh of the lists, which then fails with what stands here."""
    asked, errors = [], []

    def refresh(config, division):
        asked.append(division.code)
        Division.update(lists={**division.lists, "tried_at": 5}).execute()
        return errors

    monkeypatch.setattr(lists, "refresh", refresh)
    return asked, errors


def test_the_services_are_asked_once_when_nothing_is_known_and_then_only_on_demand(admin, division, refreshed):
    Division.update(lists={}).execute()
    admin.get(PATH)
    admin.get(PATH)
    assert refreshed[0] == [CODE]


def test_refreshing_keeps_what_was_typed_and_saves_nothing(post, division, refreshed):
    page = post(refresh="1", customs_hs_code="rubbish", label_auto="y")
    assert page.status_code == 200 and refreshed[0] == [CODE] and saved() == {}
    assert 'value="rubbish"' in page.text and 'name="label_auto" value="y" checked' in page.text
    assert "up to date" in words(page)


UNKNOWN = "warehouse_22222222-0000-4000-8000-00000000000b"


def test_a_warehouse_that_exact_does_not_have_is_said_and_nothing_is_saved(post, division, refreshed):
    page = post(**{UNKNOWN: "2", "customs_hs_code": "8215.99"})
    assert page.status_code == 422 and saved() == {} and refreshed[0] == [CODE]
    assert "Exact has no such warehouse in this division." in words(page)
    assert 'value="8215.99"' in page.text and f'name="{UNKNOWN}"' in page.text
    assert post(**{UNKNOWN: "", "customs_hs_code": "8215.99"}).status_code == 303
    assert saved()["warehouses"] == {}


def test_a_service_that_does_not_answer_is_named(post, division, refreshed):
    refreshed[1].append(NoAnswer("no_answer", service="Sendcloud"))
    page = post(refresh="1")
    assert page.status_code == 200 and "Sendcloud did not answer." in words(page)


# -- preview --------------------------------------------------------------------------------------------------


def test_the_newest_incoming_order_is_shown_with_where_each_field_comes_from(admin, division):
    a_full_order(division)
    a_problem(division, 99999)
    text = words(admin.get(PATH, headers=EN))
    assert "Samira El Amrani" in text and "Contact person, name, dynamic" in text
    assert "Order lines, description" in text
    assert '"order_number": "24810"' in text


def test_every_field_of_the_preview_says_where_it_comes_from(app, division):
    order = a_full_order(division)
    Division.update(rules={"default_weight": 500, "customs_origin_country": "TW"}).execute()
    division = Division.get()
    with app.test_request_context(headers=EN):
        for country, postcode in (("NL", "1012 AB"), ("CH", "8001")):
            for part in Part.select().where(Part.kind == "address"):
                exact = {**part.exact, "Country": country, "Postcode": postcode}
                Part.update(exact=exact).where(Part.id == part.id).execute()
            shown = preview(division, form_for(division, by_hand=False), order.guid)
            assert {"quantity", "total_price"} <= {row.path.rpartition(".")[2] for row in shown.rows}
            assert [row.path for row in shown.rows if not row.why] == []


def test_while_the_division_looks_on_its_orders_are_there_to_look_at(admin, division):
    order = a_full_order(division)
    Order.update(state="waiting", reason="preview").where(Order.id == order.id).execute()
    a_problem(division, 99999)
    text = words(admin.get(PATH, headers=EN))
    assert '"order_number": "24810"' in text and "99999" in text


def test_any_order_may_be_chosen_also_one_that_is_no_longer_among_the_newest(admin, post, division):
    order = a_full_order(division)
    for number in range(50001, 50031):
        an_order(division, number)
    assert '"order_number": "24810"' not in words(admin.get(PATH, headers=EN))
    leads = admin.get(f"/divisions/{CODE}/orders/{order.guid}", headers=EN).text
    assert f"{PATH}?order={order.guid}#preview" in leads
    text = words(admin.get(f"{PATH}?order={order.guid}", headers=EN))
    assert '"order_number": "24810"' in text
    again = post(f"{PATH}/preview", {**EN, "HX-Request": "true"}, order=order.guid, customs_hs_code="8215.99")
    assert '"order_number": "24810"' in words(again)
    assert admin.get(f"{PATH}?order=nonsense", headers=EN).status_code == 200


def test_the_preview_changes_with_the_form_and_keeps_nothing(post, division):
    a_full_order(division)
    headers = {**EN, "HX-Request": "true"}
    page = post(f"{PATH}/preview", headers, customer_mapping="manual", map_name="account", map_company_name="")
    assert page.status_code == 200 and page.text.lstrip().startswith("<div") and 'id="preview-body"' in page.text
    assert "<mark>El Amrani Tapijten</mark>" in page.text and "Samira El Amrani" in page.text
    assert "Account, name, manual" in words(page)
    assert saved() == {} and Order.get().checked


def test_without_javascript_the_preview_is_a_page_with_what_was_typed(post, division):
    order = a_full_order(division)
    page = post(f"{PATH}/preview", order=order.guid, customs_hs_code="8215.99", customs_origin_country="JP")
    assert page.status_code == 200 and "<html" in page.text and 'value="8215.99"' in page.text
    assert '"hs_code": "8215.99"' in html.unescape(page.text) and "default of the configuration" in words(page)


def test_rubbish_in_the_form_does_not_break_the_preview(post, division):
    a_full_order(division)
    page = post(f"{PATH}/preview", **{**FULL, "customs_hs_code": "x", "map_name": "moon", "backfill_days": "x"})
    assert page.status_code == 200


def test_what_keeps_an_order_back_is_said(post, division):
    order = a_full_order(division)
    Order.update(exact={**order.exact, "YourRef": "PO 12"}).execute()
    page = post(f"{PATH}/preview", service_point_enabled="y", service_point_field="YourRef")
    assert "The order names a service point that cannot be one: PO 12." in words(page)


def test_what_customs_will_ask_for_is_said_before_the_label(admin, division):
    a_full_order(division)
    for part in Part.select().where(Part.kind == "address"):
        Part.update(exact={**part.exact, "Country": "CH", "Postcode": "8001"}).where(Part.id == part.id).execute()
    text = words(admin.get(PATH, headers=EN))
    assert "Customs will ask for what these articles lack: BRB-60" in text and "Before the label:" in text


def test_without_orders_the_preview_says_what_comes(admin, division):
    assert "No order to show yet." in words(admin.get(PATH, headers=EN))
