"""What needs a person, and how it ended."""

import re

import pytest

from tests.rows import CODE, a_division, a_problem, an_event, an_order
from webapp import clock

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
    assert "postal code is missing" in page.text and "Repair and retry" in page.text


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
    assert f'name="next" value="{PATH}"' in text


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
    assert "Nothing solved yet" in admin.get(f"{PATH}?show=resolved", headers=EN).text


def test_history_without_sense_in_its_address(admin, division):
    assert admin.get(f"{PATH}?show=resolved&before=x").status_code == 200
    assert admin.get(f"{PATH}?before=x").status_code == 200
