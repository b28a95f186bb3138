"""What needs a person, and how it ended."""

import html
import re

import pytest

from tests.rows import CODE, a_delivery, a_division, a_full_order, a_problem, an_event, an_order
from webapp import clock
from webapp.models import Division, Event, Order

EN = {"Accept-Language": "en"}
PATH = f"/divisions/{CODE}/logs"


@pytest.fixture
def division(app):
    return a_division()


def test_it_lists_orders_that_need_a_person_latest_trouble_first(admin, division):
    a_problem(division, 2, since=clock.now() - 500)
    a_problem(division, 1, "currency_not_supported", field="currency", value="CHF", since=clock.now() - 10)
    an_order(division, 3)
    page = admin.get(PATH, headers=EN)
    assert page.status_code == 200
    assert re.findall(r'<article [^>]*id="o(\d+)"', page.text) == ["1", "2"]
    assert "Sendcloud does not know the currency CHF." in page.text
    assert "Missing: postal code." in page.text and "Repair and retry" in page.text


def test_nobody_sees_it_without_signing_in(client, division):
    assert client.get(PATH).status_code == 302


def test_a_division_that_is_not_there(admin):
    assert admin.get("/divisions/1/logs").status_code == 404


def test_when_nothing_needs_attention_it_says_so(admin, division):
    assert "Nothing needs attention" in admin.get(PATH, headers=EN).text


def test_each_order_has_its_buttons_and_they_come_back_here(admin, division):
    order = a_problem(division, 1)
    text = admin.get(PATH).text
    assert f'formaction="/divisions/{CODE}/orders/{order.guid}/retry"' in text
    assert f'name="next" value="{PATH}#o1"' in text


def test_the_words_of_sendcloud_are_text(admin, division):
    a_problem(division, 1, "refused", params={"detail": "<b>no</b>"}, field="x", value="<i>")
    text = admin.get(PATH, headers=EN).text
    assert "&lt;b&gt;no&lt;/b&gt;" in text and "<b>no</b>" not in text


def test_many_problems_come_in_pages(admin, division):
    now = clock.now()
    for number in range(1, 61):
        a_problem(division, number, since=now - number // 3)
    first = admin.get(PATH).text
    older = re.search(rf'href="({PATH}\?before=[\d.]+)"', first)[1]
    second = admin.get(older).text
    shown = [re.findall(r'<article [^>]*id="o(\d+)"', text) for text in (first, second)]
    assert [len(page) for page in shown] == [50, 10]
    assert len(set(shown[0]) | set(shown[1])) == 60


def test_ten_stand_open_and_of_more_just_the_first(admin, division):
    for number in range(10):
        a_problem(division, number)
    assert 'class="entry"' not in admin.get(PATH).text
    a_problem(division, 10, "currency_not_supported", value="CHF", since=clock.now())
    text = admin.get(PATH, headers=EN).text
    assert len(re.findall('<details class="entry">', text)) == 10
    assert text.index('id="o10"') < text.index('<details class="entry" open>') < text.index('id="o9"')
    assert text.count("Sendcloud does not know the currency CHF.") == 2  # in its line, and with its ways out


def test_an_entry_comes_back_to_the_very_page_it_stands_on(admin, division):
    now = clock.now()
    for number in range(52):
        a_problem(division, number, since=now - number)
    first = admin.get(f"{PATH}?kind=address").text
    older = html.unescape(re.search(r'href="([^"]+before=[^"]+)"', first)[1])
    text = admin.get(older).text
    found = [html.unescape(place) for place in re.findall('name="next" value="([^"]+)"', text)]
    assert found[-3:] == [f"{older}#o50", f"{older}#o51", older]
    live = html.unescape(re.search(r'hx-get="([^"]+/live[^"]*)"', text)[1])
    Division.update(changed_no=2).execute()
    assert [place for place in found if "#" in place] == [
        html.unescape(place) for place in re.findall('name="next" value="([^"]+)"', admin.get(live).text)
    ]


def test_a_kind_without_errors_does_not_say_that_all_is_well(admin, division):
    a_problem(division, 1)
    text = admin.get(f"{PATH}?kind=customs", headers=EN).text
    assert "No errors here" in text and "Nothing needs attention" not in text


def test_what_is_over_stays_readable(admin, division):
    order = an_order(division, 24810)
    an_event(order, "problem", 4000, params={"reason": "currency_not_supported", "value": "CHF"})
    an_event(order, "retried", 500, actor="Marijke")
    an_event(order, "due", 450)
    text = admin.get(f"{PATH}?show=resolved", headers=EN).text
    assert "24810" in text and "Sendcloud does not know the currency CHF." in text
    assert "Marijke" in text and "Tried again" in text and "1 hour" in text


def test_what_still_lasts_is_not_over(admin, division):
    order = a_problem(division, 1)
    an_event(order, "problem", 100, params={"reason": "no_address"})
    an_event(order, "problem", 50, params={"reason": "address_incomplete", "field": "city"})
    assert "Nothing resolved yet" in admin.get(f"{PATH}?show=resolved", headers=EN).text


def test_history_without_sense_in_its_address(admin, division):
    assert admin.get(f"{PATH}?show=resolved&before=x").status_code == 200
    assert admin.get(f"{PATH}?before=x").status_code == 200


def test_history_of_a_division_that_is_not_there(admin, client, division):
    assert admin.get("/divisions/1/logs?show=resolved").status_code == 404
    assert client.get(f"{PATH}?show=resolved").status_code == 302


# -- ways out --------------------------------------------------------------------------------------------------

BLANK = {"detail": "This field cannot be blank.", "delivery": 5}


def fields_of(text):
    return re.findall(r'<input id="f\d+" name="(\w+)" value="([^"]*)"', text)


def test_just_the_failing_field_is_open_and_the_rest_is_text(admin, division):
    order = a_full_order(division)
    why = {"reason": "label_refused", "field": "house_number", "value": "Witte de Withstraat 71B", "params": BLANK}
    Order.update(state="problem", **why).where(Order.id == order.id).execute()
    text = admin.get(PATH, headers=EN).text
    assert "The house number is missing." in text and "delivery 5" in text
    assert fields_of(text) == [("house_number", "")]
    assert "Witte de Withstraat 71B</p>" in text and "3012 BM</p>" in text
    assert f'action="/divisions/{CODE}/orders/{order.guid}/repair"' in text
    assert '<q lang="en">This field cannot be blank.</q>' in text


def test_a_value_that_is_wrong_is_there_to_be_changed(admin, division):
    detail = {"detail": "Ensure this field has no more than 30 characters."}
    a_problem(division, 1, "refused", field="shipping_address.city", value='x" autofocus', params=detail)
    text = admin.get(PATH, headers=EN).text
    assert fields_of(text) == [("city", "x&#34; autofocus")]
    assert "Too long: city may have 30 characters at the most." in text


def test_what_cannot_be_repaired_here_has_no_form(admin, division):
    a_problem(division, 1, "label_refused", field="order_details.order_items.0.hs_code", params=BLANK)
    text = admin.get(PATH, headers=EN).text
    assert "An article has no HS code" in text and not fields_of(text)
    assert "Open in Sendcloud" in text and "https://start.exactonline.nl/" in text


def test_what_was_edited_in_sendcloud_has_its_two_buttons_and_no_form(admin, division):
    order = a_problem(division, 1, "edited_in_sendcloud", field="shipping_address.city", params={"hash": "x"})
    text = admin.get(PATH).text
    assert all(f'{order.guid}/{name}"' in text for name in ("overwrite", "keep"))
    assert not fields_of(text) and f'{order.guid}/retry"' not in text


def test_the_words_of_a_carrier_are_text(admin, division):
    a_problem(division, 1, "label_failed", params={"detail": "<script>alert(1)</script>"})
    text = admin.get(PATH).text
    assert "&lt;script&gt;" in text and "<script>alert" not in text


@pytest.fixture
def kinds(division):
    for number in (1, 2):
        a_problem(division, number)
    a_problem(division, 3, "write_right_missing", params={"delivery": 3})
    a_problem(division, 4, "edited_in_sendcloud")


def test_one_kind_at_a_time(admin, kinds):
    text = admin.get(PATH, headers=EN).text
    assert "Address 2" in text and "Not written to Exact 1" in text and "Changed in Sendcloud 1" in text
    text = admin.get(f"{PATH}?kind=address", headers=EN).text
    assert len(re.findall("<article", text)) == 2 and "Retry all 2 orders" in text
    assert "Retry all" not in admin.get(f"{PATH}?kind=edited", headers=EN).text
    assert len(re.findall("<article", admin.get(f"{PATH}?kind=flux").text)) == 4


def test_all_of_one_kind_are_tried_again(admin, csrf, kinds):
    answer = admin.post(f"{PATH}/retry", data={"csrf_token": csrf(admin, PATH), "kind": "address"}, headers=EN)
    assert (answer.status_code, answer.location) == (303, PATH)
    assert "2 orders are tried again" in admin.get(PATH, headers=EN).text
    assert sorted(event.order.number for event in Event.select().where(Event.code == "retried")) == [1, 2]


@pytest.mark.parametrize("kind", ["", "edited", "flux"])
def test_what_is_no_kind_to_retry_changes_nothing(admin, csrf, kinds, kind):
    admin.post(f"{PATH}/retry", data={"csrf_token": csrf(admin, PATH), "kind": kind})
    assert not Event.select().exists()


def test_retrying_all_needs_its_token_and_the_right_division(admin, packer, csrf, kinds):
    assert admin.post(f"{PATH}/retry", data={"kind": "address"}).status_code == 400
    fields = {"kind": "address", "csrf_token": csrf(packer, "/")}
    assert packer.post(f"{PATH}/retry", data=fields).status_code == 404
    assert not Event.select().exists()


# -- how it ended ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "how", "by"),
    [
        ([("corrected", "Jan"), ("incoming", ""), ("retried", "Jan")], "Repaired here", "Jan"),
        ([("incoming", ""), ("retried", "Jan")], "Tried again", "Jan"),
        ([("labelled", ""), ("incoming", "")], "Label made in Sendcloud", "seen by Pakbon"),
        ([("due", "")], "Repaired in Exact", "seen by Pakbon"),
        ([("ignored", "Jan")], "Ignored", "Jan"),
        ([("overwrite", "Jan"), ("due", "")], "Sent anyway", "Jan"),
        ([("panel_kept", "Jan")], "Kept as it stands in Sendcloud", "Jan"),
        ([("removed", "")], "Order removed", "seen by Pakbon"),
    ],
)
def test_who_or_what_ended_it(admin, division, events, how, by):
    order = an_order(division, 1)
    an_event(order, "label_problem", 90, params={"reason": "label_refused", "field": "house_number", **BLANK})
    an_event(order, "problem", 90, params={"reason": "label_refused"})
    for code, actor in events:
        an_event(order, code, 10, actor=actor, params={"by": "panel"} if code == "labelled" else {})
    text = admin.get(f"{PATH}?show=resolved", headers=EN).text
    row = text[text.index("<tbody>") :]
    assert "The house number is missing." in row and how in row and f">{by}</td>" in row


# -- live ------------------------------------------------------------------------------------------------------


def test_an_open_page_hears_only_of_what_changed(admin, division):
    a_delivery(a_problem(division, 9), 5, "due", due_at=clock.now())  # something moves
    order = a_problem(division, 1)
    page = admin.get(PATH).text
    address = html.unescape(re.search(r'hx-get="([^"]+/live[^"]*)"', page)[1])
    assert admin.get(address).status_code == 204
    an_event(order, "problem", 60)
    an_event(order, "ignored", 1, actor="<b>Jan")
    Order.update(state="ignored").where(Order.id == order.id).execute()
    a_problem(division, 2, since=clock.now() + 5)
    Division.update(changed_no=2).execute()
    text = admin.get(address, headers=EN).text
    assert f'data-solved="{order.guid}"' in text and "Ignored, &lt;b&gt;Jan." in text
    assert "1 new error" in text and 'id="o2"' not in text and 'id="o9"' in text


def test_live_is_for_those_who_may_see_it(admin, client, packer, division):
    assert client.get(f"{PATH}/live").status_code == 302
    assert packer.get(f"{PATH}/live").status_code == 404
    assert admin.get(f"{PATH}/live?no=x&ids=a,9&top=z&kind=flux").status_code == 200
