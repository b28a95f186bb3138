"""One sales order."""

import pytest

from tests.rows import CODE, a_division, a_full_order, a_problem, an_event, an_order
from webapp import clock
from webapp.models import Order

EN = {"Accept-Language": "en"}


@pytest.fixture
def division(app):
    return a_division()


def path(order, what=""):
    return f"/divisions/{CODE}/orders/{order.guid}{what}"


@pytest.fixture
def post(admin, csrf):
    def post(order, what, **fields):
        token = csrf(admin, path(order))
        return admin.post(path(order, f"/{what}"), data={"csrf_token": token, **fields}, headers=EN)

    return post


def test_it_shows_the_request_and_where_each_field_comes_from(admin, division):
    page = admin.get(path(a_full_order(division)), headers=EN)
    assert page.status_code == 200
    assert "Samira El Amrani" in page.text and "Contact person, name" in page.text
    assert "the account is the company name" in page.text
    assert "POST /api/v3/orders" in page.text


def test_it_says_which_lines_stay_behind_and_why(admin, division):
    text = admin.get(path(a_full_order(division)), headers=EN).text
    assert "trade-in: comes back" in text and "service: nothing to put in a parcel" in text


def test_nobody_sees_it_without_signing_in(client, division):
    assert client.get(path(an_order(division, 1))).status_code == 302


def test_an_order_that_is_not_there(admin, division):
    assert admin.get(f"/divisions/{CODE}/orders/00000000-0000-0000-0000-000000000000").status_code == 404
    assert admin.get(f"/divisions/{CODE}/orders/x").status_code == 404


def test_an_order_of_another_division_is_not_there(admin, division):
    other = an_order(a_division(9), 1)
    assert admin.get(path(other)).status_code == 404


def test_an_order_that_was_never_read_in_full_says_what_is_missing(admin, division):
    page = admin.get(path(an_order(division, 1, "waiting", reason="not_approved")), headers=EN)
    assert page.status_code == 200
    assert "Nothing can go as long as" in page.text and "Approve the order in Exact" in page.text


def test_the_timeline_has_the_newest_first_and_the_exchange_at_hand(admin, division):
    order = an_order(division, 1)
    an_event(order, "waiting", 100, params={"reason": "not_approved"})
    exchange = {
        "method": "POST",
        "url": "https://x/orders",
        "request": '[{"a": "<b>"}]',
        "status": 201,
        "answer": "{",
    }
    an_event(order, "incoming", 50, params={"first": True}, actor="Marijke", exchange=exchange)
    text = admin.get(path(order), headers=EN).text
    timeline = text[text.index("Timeline") :]
    assert timeline.index("To Incoming orders") < timeline.index("Not approved in Exact yet.")
    assert "Marijke" in timeline and "&lt;b&gt;" in timeline and "POST https://x/orders" in timeline


def test_an_event_that_has_no_words_yet_still_shows(admin, division):
    order = an_order(division, 1)
    an_event(order, "flux", params={"detail": "Leaky."})
    assert "Something went wrong (flux). Leaky." in admin.get(path(order), headers=EN).text


BUTTONS = {
    "problem": {"retry", "ignore"},
    "due": {"retry", "ignore"},
    "waiting": {"ignore"},
    "incoming": {"ignore"},
    "shipped": set(),
    "ignored": {"unignore"},
    "removed": set(),
}


@pytest.mark.parametrize("state", BUTTONS)
def test_the_buttons_fit_the_state(admin, division, state):
    order = an_order(division, 1, state, reason="cancelled" if state == "removed" else "")
    text = admin.get(path(order)).text
    found = {name for name in ("retry", "ignore", "unignore", "overwrite", "keep") if f'{order.guid}/{name}"' in text}
    assert found == BUTTONS[state]


def test_an_order_that_was_edited_in_sendcloud_offers_the_choice(admin, post, division):
    order = a_problem(division, 1, "edited_in_sendcloud", params={"hash": "x"})
    text = admin.get(path(order), headers=EN).text
    assert "Send anyway" in text and "Keep what stands in Sendcloud" in text
    post(order, "keep")
    assert Order.get().state == "incoming"


def test_sending_anyway(post, division):
    order = a_problem(division, 1, "edited_in_sendcloud", params={"hash": "x"})
    assert post(order, "overwrite").status_code == 303
    assert Order.get().overwrite


def test_an_order_that_was_deleted_in_sendcloud_can_be_put_back(admin, division):
    order = an_order(division, 1, "removed", reason="left_incoming")
    assert f'{order.guid}/retry"' in admin.get(path(order)).text


def test_retry_makes_it_due_and_says_so(admin, post, division):
    order = a_problem(division, 24810)
    response = post(order, "retry")
    assert (response.status_code, response.location) == (303, path(order))
    assert Order.get().due_at <= clock.now()
    text = admin.get(path(order), headers=EN).text
    assert "24810: Is tried again" in text and "Retry asked for" in text and "baas@winkel.example" in text


def test_a_button_returns_to_the_page_it_stands_on(post, division):
    order = a_problem(division, 1)
    assert post(order, "ignore", next=f"/divisions/{CODE}/logs").location == f"/divisions/{CODE}/logs"
    assert Order.get().state == "ignored"


def test_a_button_never_leads_to_another_site(post, division):
    assert post(a_problem(division, 1), "ignore", next="//evil.example").location == "/"


def test_ignored_and_taken_back(post, division):
    order = a_problem(division, 1)
    post(order, "ignore")
    post(order, "unignore")
    assert Order.get().state == "waiting"


def test_a_button_without_its_token_does_nothing(admin, division):
    order = a_problem(division, 1)
    assert admin.post(path(order, "/retry")).status_code == 400
    assert Order.get().state == "problem"


def test_somebody_else_cannot_press_a_button(packer, csrf, division):
    order = a_problem(division, 1)
    assert packer.post(path(order, "/retry"), data={"csrf_token": csrf(packer, "/")}).status_code == 404
