"""The dashboard: figures, list, pages, search, and what it sends to a page that stays open."""

import html
import re

import pytest

from tests.rows import CODE, a_delivery, a_division, a_parcel, a_problem, an_order
from webapp import clock, leases
from webapp.db import database
from webapp.models import Budget, Connection, Division, Order, Parcel, User

EN = {"Accept-Language": "en"}
PATH = f"/divisions/{CODE}/"


@pytest.fixture
def division(app):
    return a_division()


@pytest.fixture
def post(admin, csrf):
    def post(path):
        return admin.post(path, data={"csrf_token": csrf(admin, PATH)}, headers=EN)

    return post


def numbers(text):
    """Order numbers of the list, in its order."""
    return [int(number) for number in re.findall(r'id="order-\d+-link"[^>]*><b>(\d+)</b>', text)]


def live(text):
    """The address at which this page asks for news."""
    return html.unescape(re.search(r'id="live"[^>]* hx-get="([^"]+)"', text)[1])


@pytest.mark.parametrize(
    ("fields", "glyph"),
    [
        ({"failures": 0}, "ok"),
        ({"failures": 1}, "warn"),
        ({"due_at": None}, "pause"),
        ({"stopped": "budget_day", "stopped_params": {"service": "Exact Online"}}, "clock"),
        ({"stopped": "licence"}, "bad"),
    ],
)
def test_the_last_round_has_the_glyph_of_what_the_division_does(admin, division, fields, glyph):
    Division.update(**fields).execute()
    beat = re.search(r'id="beat".*?</p>', admin.get(PATH, headers=EN).text, re.DOTALL)[0]
    assert f'#{glyph}"' in beat


def link(text, name):
    return html.unescape(re.search(rf'id="{name}" href="([^"]+)"', text)[1])


def test_it_shows_state_and_reason_of_each_order(admin, division):
    an_order(division, 1, "incoming")
    late = an_order(division, 2, "waiting", reason="not_approved")
    page = admin.get(PATH, headers=EN)
    assert page.status_code == 200
    assert f'data-order="{late.guid}" data-state="waiting"' in page.text
    assert "Not approved in Exact yet." in page.text
    assert numbers(page.text) == [2, 1]


def test_nobody_sees_it_without_signing_in(client, division):
    assert client.get(PATH).status_code == 302


def test_a_division_that_is_not_there(admin):
    assert admin.get("/divisions/1/").status_code == 404


def test_a_division_of_somebody_else_is_not_there(packer, division):
    assert packer.get(PATH).status_code == 404
    assert packer.get(f"{PATH}live").status_code == 404


def test_not_connected_leads_to_connecting(admin):
    a_division(sendcloud="off")
    response = admin.get(PATH)
    assert (response.status_code, response.location) == (302, f"{PATH}connect")


def test_an_empty_list_says_why(admin, division):
    assert "no sales orders in this period" in admin.get(PATH, headers=EN).text
    Division.update(passed_at=None).execute()
    assert "first round is under way" in admin.get(PATH, headers=EN).text


def test_names_are_text(admin, division):
    an_order(division, 1, customer="<script>alert(1)</script>")
    a_problem(division, 2, customer="<script>alert(1)</script>")
    text = admin.get(PATH).text
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_counts_filter_and_the_filter_stands_in_the_address(admin, division):
    an_order(division, 1, "incoming")
    an_order(division, 2, "shipped")
    text = admin.get(PATH).text
    address = link(text, "count-shipped")
    assert address == f"{PATH}?state=shipped"
    assert numbers(admin.get(address).text) == [2]


@pytest.mark.parametrize(
    ("words", "found"),
    [("24810", [24810]), ("248", [24811, 24810]), ("#24811", [24811]), ("bint", [24811]), ("Gent", [24810]),
     ("Bint ", [24811]), ("zzz", []), ("%", []), ("'", []), ("10", [])],
)  # fmt: skip
def test_searching(admin, division, words, found):
    an_order(division, 24810, customer="De Gouden Lepel", city="Gent")
    an_order(division, 24811)
    assert numbers(admin.get(PATH, query_string={"q": words}).text) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [("MÜLLER", [1, 2]), ("muller", [1, 2]), ("Müller köln", [1]), ("odegard", [3]), ("3spak", [1]), ("12345", [1])],
)
def test_searching_folds_case_and_accents_and_finds_tracking_numbers(admin, division, words, found):
    first = an_order(division, 1, customer="Jörg Müller", city="Köln")
    an_order(division, 2, customer="Anna MULLER", city="Ede")
    an_order(division, 3, customer="Atelier Ødegård")
    a_parcel(a_delivery(first, 9), 77, "3SPAK0012345")
    assert sorted(numbers(admin.get(PATH, query_string={"q": words}).text)) == found


def test_searching_within_a_state(admin, division):
    an_order(division, 1, "shipped")
    an_order(division, 2, "incoming")
    assert numbers(admin.get(f"{PATH}?q=bint&state=shipped").text) == [1]


def test_searching_a_long_number_by_its_start(admin, division):
    an_order(division, 2026001234)
    an_order(division, 2025001234)
    assert numbers(admin.get(f"{PATH}?q=20260").text) == [2026001234]


def test_pages_go_down_and_up_again(admin, division):
    for number in range(1, 121):
        an_order(division, number)
    first = admin.get(PATH).text
    assert numbers(first) == list(range(120, 70, -1)) and 'id="newer"' not in first
    second = admin.get(link(first, "older")).text
    assert numbers(second) == list(range(70, 20, -1))
    third = admin.get(link(second, "older")).text
    assert numbers(third) == list(range(20, 0, -1)) and 'id="older"' not in third
    assert numbers(admin.get(link(third, "newer")).text) == numbers(second)
    assert numbers(admin.get(link(second, "newer")).text) == numbers(first)


def test_orders_with_one_number_are_all_listed(admin, division):
    for n in range(60):
        an_order(division, 0, guid=f"{n:036d}")
    first = admin.get(PATH).text
    second = admin.get(link(first, "older")).text
    assert (len(numbers(first)), len(numbers(second))) == (50, 10)


@pytest.mark.parametrize(
    "query", ["state=flux", "before=x", "before=1.x", "after=.", "before=99999999999999999999.1", "q="]
)
def test_a_query_without_sense_shows_the_list(admin, division, query):
    an_order(division, 1)
    assert numbers(admin.get(f"{PATH}?{query}").text) == [1]


def test_the_chart_counts_orders_and_labels_of_each_day(admin, division):
    delivery = a_delivery(an_order(division, 1, "shipped"), 1)
    an_order(division, 2, "waiting", reason="not_approved")
    for parcel, days, fields in ((1, 0, {}), (2, 3, {}), (3, 3, {}), (4, 3, {"cancelled": True}), (5, 30, {})):
        made = a_parcel(delivery, parcel, f"3S{parcel}")
        Parcel.update(made_at=clock.now() - days * 86400, **fields).where(Parcel.id == made.id).execute()
    text = admin.get(PATH, headers=EN).text
    assert "2 orders, 3 labels" in text
    rows = re.findall(r'<tr><td>[^<]*</td><td class="num">(\d+)</td><td class="num">(\d+)</td></tr>', text)
    assert (rows[-1], rows[-4]) == (("2", "1"), ("0", "2"))


def test_buttons_for_the_whole_division(admin, post, division):
    assert post(f"{PATH}sync").status_code == 303
    assert Division.get().due_at <= clock.now()
    post(f"{PATH}pause")
    assert "Nothing is read or sent until" in admin.get(PATH, headers=EN).text
    post(f"{PATH}resume")
    assert Division.get().due_at is not None


def test_the_end_of_looking_on(admin, post, division):
    Division.update(preview=True).execute()
    an_order(division, 1, "waiting", reason="preview")
    assert "Start sending" in admin.get(PATH, headers=EN).text
    post(f"{PATH}start")
    assert not Division.get().preview and not Order.get().checked


def test_a_stopped_division_says_what_to_do(admin, division):
    Division.update(stopped="scope_missing", stopped_params={"scope": "Sales orders"}).execute()
    text = admin.get(PATH, headers=EN).text
    assert "lacks the permission “Sales orders”" in text and "Exact App Center" in text
    assert "/exact/start?country=nl" in text


def test_revoked_keys_ask_for_new_ones(admin, division):
    Division.update(sendcloud="revoked", stopped="keys_wrong").execute()
    text = admin.get(PATH, headers=EN).text
    assert "stands still" in text and f'href="{PATH}connect">New keys' in text


def test_progress_of_an_import(admin, division):
    progress = {"phase": "orders", "read": 542, "expected": 860, "seconds_left": 240, "calls_left": 31}
    Division.update(progress=progress, passed_at=None).execute()
    text = admin.get(PATH, headers=EN).text
    assert 'max="860" value="542"' in text and "542 of 860" in text
    assert "about 4 minutes left" in text and "about 31 calls" in text
    Division.update(progress={"phase": "parts"}).execute()
    assert "reads customers, addresses and articles" in admin.get(PATH, headers=EN).text


# -- a page that stays open -----------------------------------------------------------------------------------


def test_at_rest_a_page_looks_again_after_the_next_round(admin, division):
    assert "load delay:" in admin.get(PATH).text


@pytest.mark.parametrize("moving", ["pass", "asked", "import", "change"])
def test_a_page_looks_often_while_something_moves(admin, division, moving):
    if moving == "pass":
        leases.take(f"pass:{CODE}", "x", 60)
    elif moving == "asked":
        Division.update(due_at=clock.now()).execute()
    elif moving == "import":
        Division.update(progress={"phase": "orders", "read": 1}).execute()
    else:
        an_order(division, 1, changed_at=clock.now())
    assert 'hx-trigger="every 2s, look"' in admin.get(PATH).text


def test_nothing_new_is_no_content(admin, division):
    Division.update(due_at=clock.now()).execute()
    response = admin.get(live(admin.get(PATH).text))
    assert (response.status_code, response.data) == (204, b"")


def test_when_all_is_quiet_again_a_page_looks_less_often(admin, division):
    Division.update(due_at=clock.now()).execute()
    address = live(admin.get(PATH).text)
    Division.update(due_at=clock.now() + 60).execute()
    answer = admin.get(address)
    assert answer.status_code == 200 and "load delay:" in answer.text
    assert 'id="counts"' not in answer.text


def test_changed_rows_come_in_their_place_and_new_ones_are_announced(admin, division):
    first = an_order(division, 1, "due")
    an_order(division, 2, "due")
    address = live(admin.get(PATH).text)
    Order.update(state="incoming", changed_at=clock.now()).where(Order.id == first.id).execute()
    an_order(division, 3, changed_at=clock.now())
    Division.update(changed_no=2).execute()
    text = admin.get(address, headers=EN).text
    assert re.findall(r'<tr id="(order-\d+)"[^>]*hx-swap-oob="true"', text) == [f"order-{first.id}"]
    assert "1 new order" in text and 'id="counts"' in text
    assert numbers(text) == [1]


HEAD = {"beat", "backlog", f"tab-{CODE}", "connections", "notices", "import", "said"}
REST = {"counts", "problems", "chart", "budget", "news"}
CHANGES = [
    ("nothing that is shown", lambda: None, set()),
    ("stopped", lambda: Division.update(stopped="token_spent").execute(), HEAD),
    ("paused", lambda: Division.update(due_at=None).execute(), HEAD),
    ("read again", lambda: Division.update(passed_at=clock.now() + 600).execute(), HEAD),
    ("looks on", lambda: Division.update(preview=True).execute(), HEAD),
    ("an import", lambda: Division.update(progress={"phase": "push"}).execute(), HEAD),
    ("another shop", lambda: Division.update(shop_name="Winkel").execute(), HEAD),
    ("the sign-in is spent", lambda: Connection.update(state="reconnect").execute(), HEAD),
    ("somebody else signed in", lambda: Connection.update(user_name="Sanne").execute(), HEAD),
    ("a round begins", lambda: leases.take(f"pass:{CODE}", "somebody", 60), HEAD),
    ("calls", lambda: Budget.create(key=f"exact:{CODE}", known={"day_limit": 5000}), {"budget"}),
    ("an old order", lambda: an_order(Division.get(), 0, order_date="2020-01-01"), {"counts"}),
    ("an order", lambda: an_order(Division.get(), 0), {"counts", "chart"}),
    ("a new order", lambda: an_order(Division.get(), 9), {"counts", "chart", "news"}),
    ("a label", lambda: a_parcel(a_delivery(Order.get(), 5), 5, "3S1"), {"counts", "chart"}),
    ("an error", lambda: a_problem(Division.get(), 0), HEAD | {"counts", "problems", "chart"}),
    ("its reason", lambda: Order.update(reason="no_address").execute(), {"problems"}),
    ("another language", lambda: User.update(language="nl").execute(), HEAD | REST),
]  # fmt: skip


def sent(text):
    """The pieces above the list that an answer brings."""
    return {name for name in re.findall(r'<\w+[^>]* id="([\w-]+)"[^>]* hx-swap-oob', text) if "order" not in name}


@pytest.mark.parametrize(("change", "pieces"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_only_pieces_that_look_different_come(admin, division, change, pieces):
    a_problem(division, 1, order_date="2020-01-01")
    an_order(division, 2)
    address = live(admin.get(PATH, headers=EN).text)
    change()
    Division.update(changed_no=Division.changed_no + 1).execute()
    text = admin.get(address, headers=EN).text
    assert sent(text) == pieces
    Division.update(changed_no=Division.changed_no + 1).execute()
    assert sent(admin.get(live(text), headers=EN).text) == set()


def test_a_page_with_marks_that_make_no_sense_is_sent_everything(admin, division):
    an_order(division, 1)
    address = re.sub("marks=[^&]*", "marks=x.y", live(admin.get(PATH).text))
    Division.update(changed_no=2).execute()
    text = admin.get(address).text
    assert sent(text) == HEAD | REST


def test_on_an_older_page_nothing_new_is_announced(admin, division):
    for number in range(1, 61):
        an_order(division, number)
    address = live(admin.get(link(admin.get(PATH).text, "older")).text)
    an_order(division, 61)
    Division.update(changed_no=2).execute()
    assert "new order" not in admin.get(address, headers=EN).text


def test_an_empty_list_fills_by_itself(admin, division):
    address = live(admin.get(PATH).text)
    an_order(division, 1)
    Division.update(changed_no=2).execute()
    text = admin.get(address).text
    assert numbers(text) == [1] and 'id="list" hx-swap-oob="true"' in text


def test_the_import_strip_is_there_before_it_begins_and_says_when_it_is_done(admin, division):
    Division.update(passed_at=None).execute()
    text = admin.get(PATH, headers=EN).text
    assert "begins in a moment" in text
    address = live(text)
    Division.update(progress={"phase": "orders", "read": 60, "expected": 100}, changed_no=2).execute()
    during = admin.get(address, headers=EN).text
    assert "60 of 100" in during and "50 percent done" in during
    Division.update(progress={}, passed_at=clock.now(), changed_no=3).execute()
    assert "Import done" in admin.get(live(during), headers=EN).text
    assert "Import done" not in admin.get(PATH, headers=EN).text


def test_a_small_round_brings_no_strip(admin, division):
    Division.update(progress={"phase": "parts"}).execute()
    assert '<section id="import" hidden>' in admin.get(PATH).text


def test_no_strip_comes_into_a_page_that_stands_open(admin, division):
    address = live(admin.get(PATH).text)
    Division.update(progress={"phase": "push", "pushed": 100, "to_push": 900}, changed_no=2).execute()
    assert '<section id="import" hx-swap-oob="true" hidden>' in admin.get(address).text
    assert "100 of 900" in admin.get(PATH, headers=EN).text


@pytest.fixture
def asked(monkeypatch):
    """The SQL that requests have asked so far."""
    asked, execute = [], database.execute_sql

    def note(sql, params=None, *rest):
        asked.append(sql)
        return execute(sql, params, *rest)

    monkeypatch.setattr(database.obj, "execute_sql", note)
    return asked


def test_an_unchanged_poll_asks_next_to_nothing_whatever_there_is(admin, division, asked):
    for number in range(1, 121):
        an_order(division, number, changed_at=clock.now())
    pages = [live(admin.get(PATH).text), live(admin.get(f"{PATH}logs").text)]
    del asked[:]
    for address in pages * 5:
        assert admin.get(address).status_code == 204
    assert len(asked) <= 2 * 10
    answer = admin.get(f"{PATH}live")
    del asked[:]
    again = admin.get(f"{PATH}live", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data, len(asked)) == (304, b"", 2)


def test_a_page_asks_as_much_for_many_orders_as_for_few(admin, division, asked):
    Division.update(due_at=clock.now()).execute()
    counted = []
    for numbers in (range(1, 61), range(61, 241)):
        for number in numbers:
            a_parcel(a_delivery(an_order(division, number, "shipped"), number), number, f"3S{number}")
        address = live(admin.get(PATH).text)
        Division.update(changed_no=Division.changed_no + 1).execute()
        Order.update(changed_at=clock.now()).execute()
        del asked[:]
        assert admin.get(PATH).status_code == 200
        page = len(asked)
        assert admin.get(address).status_code == 200
        counted.append((page, len(asked) - page))
    assert counted[0] == counted[1] and counted[0][0] <= 18 and counted[0][1] <= 16


@pytest.mark.parametrize("query", ["", "no=x&at=y&ids=a,b&top=z", "ids=" + "1," * 500, "no=-1", "top=1.2.3"])
def test_news_for_a_query_without_sense(admin, division, query):
    assert admin.get(f"{PATH}live?{query}").status_code == 200


def test_rows_of_another_division_are_not_given_away(admin, division):
    other = an_order(a_division(9), 77, changed_at=clock.now())
    assert "77" not in numbers(admin.get(f"{PATH}live?no=0&at=0&ids={other.id}&top=1.1").text)


def test_an_ended_sign_in_leads_to_the_login_page(client, division):
    answer = client.get(f"{PATH}live", headers={"HX-Request": "true", "HX-Current-URL": f"http://localhost{PATH}"})
    assert answer.status_code == 401 and answer.headers["HX-Redirect"].startswith("/login")
