"""All divisions at a glance."""

import re

import pytest

from tests.rows import a_connection, a_delivery, a_division, a_full_order, a_problem, an_order, may_see
from webapp import clock, db
from webapp.models import Budget, Division, put_setting

EN = {"Accept-Language": "en"}


def test_nobody_sees_it_without_signing_in(client):
    response = client.get("/")
    assert response.status_code == 302 and response.location.startswith("/login")


def test_until_the_set_up_is_done_it_stands_on_top(admin):
    page = admin.get("/", headers=EN)
    assert page.status_code == 200 and "Getting started: 0 of 6 done" in page.text and 'href="/start"' in page.text
    a_division(7, rules_no=1)
    put_setting("exact_client_id", "id")
    put_setting("exact_client_secret", "secret", secret=True)
    assert 'id="start-h"' not in admin.get("/", headers=EN).text


def test_what_needs_attention_stands_on_top(admin):
    a_division(1, name="Anna in orde")
    a_division(2, name="Bert gestopt", stopped="token_spent")
    cor = a_division(3, name="Cor met fouten")
    a_problem(cor, 10)
    a_division(4, name="Dora los", sendcloud="off")
    text = admin.get("/", headers=EN).text
    rows = text[text.index("<tbody>") :]
    order = [rows.index(name) for name in ("Bert gestopt", "Cor met fouten", "Anna in orde", "Dora los")]
    assert order == sorted(order)
    assert "1 division stands still." in text and "1 order waits for someone." in text


def test_each_division_shows_what_waits_there(admin):
    division = a_division(7, name="Zeven", passed_at=clock.now() - 7200)
    order = a_full_order(division, 1)
    for number, state in enumerate(["due", "incoming", "shipped"], start=2):
        an_order(division, number, state)
    a_problem(division, 9)
    for number, state in enumerate(["due", "labelling", "manual", "written", "cancelled"]):
        a_delivery(order, number, state)
    text = admin.get("/", headers=EN).text
    for label, count in (("Ready", 1), ("To label", 3), ("Incoming", 2)):
        assert f'data-label="{label}:">{count}</td>' in text
    assert 'href="/divisions/7/logs"><b>1</b>' in text
    assert "2 hours ago" in text and 'class="st warn"' in text, "it should have been read since"
    (widths,) = re.findall(r'<svg class="bar".*?</svg>', text, re.DOTALL)
    assert [float(width) for width in re.findall(r'width="([\d.]+)%"', widths)] == [14.29, 14.29, 42.86, 28.57]


def test_divisions_behind_one_spent_sign_in_stand_still_together(admin):
    spent = a_connection(state="reconnect", user_name="J. Kortekaas")
    for code in range(1, 8):
        a_division(code, name=f"Winkel {code}", stopped="token_spent", connection=spent)
    text = admin.get("/", headers=EN).text
    assert "7 divisions stand still</h2>" in text.replace("\n", "") and "and 2 more" in text
    assert text.count("Sign in again at Exact") == 1


# -- many divisions -----------------------------------------------------------------------------------------


@pytest.fixture
def hundred(app):
    """A bookkeeper's hundred divisions, each with some work."""
    connection = a_connection()
    for code in range(100, 200):
        name = "Zeilmakerij Oost" if code == 150 else f"Klant {code}"
        a_problem(a_division(code, name=name, connection=connection, shop_name=f"Shop {code}"), code)


@pytest.fixture
def asked(monkeypatch):
    """The questions that the database gets."""
    found = []
    execute = db.database.execute_sql
    monkeypatch.setattr(db.database.obj, "execute_sql", lambda sql, *args: found.append(sql) or execute(sql, *args))
    return found


@pytest.mark.parametrize("path", ["/", "/pick", "/divisions/150/connect"])
def test_a_hundred_divisions_cost_no_more_questions_than_one(admin, hundred, asked, path):
    admin.get(path)
    many = len(asked)
    Division.delete().where(Division.code > 150).execute()
    Division.delete().where(Division.code < 150).execute()
    asked.clear()
    admin.get(path)
    assert many <= len(asked) + 2 and many <= 16, asked


def test_with_many_divisions_the_head_has_a_picker_in_place_of_tabs(admin, hundred):
    text = admin.get("/divisions/150/connect", headers=EN).text
    assert text.count('id="tab-') == 1 and 'id="tab-150"' in text and "100 divisions" in text
    listed = admin.get("/pick?q=zeil", headers=EN).text
    assert 'href="/divisions/150/"' in listed and listed.count("<a ") == 1
    assert "88 more" in admin.get("/pick", headers=EN).text
    assert "No division has these letters." in admin.get("/pick?q=xyz", headers=EN).text


def test_the_overview_is_searched_without_script(admin, hundred):
    for wanted in ("zeilmakerij", " 150 ", "shop 150"):
        rows = admin.get("/", query_string={"q": wanted}, headers=EN).text
        assert rows.count("<tr data-division=") == 1 and "Zeilmakerij Oost" in rows
        assert "100 orders wait for someone." in rows, "the figures are those of all"
    assert "Show all" in admin.get("/?q=<script>", headers=EN).text


def test_seven_divisions_are_tabs(admin):
    for code in range(1, 8):
        a_division(code)
    assert admin.get("/").text.count('id="tab-') == 7 and 'id="pick-q"' not in admin.get("/").text


def test_a_limit_that_is_not_known_is_not_nought(admin):
    a_division(7)
    assert "unknown" in admin.get("/", headers=EN).text
    Budget.create(key="exact:7", known={"day_limit": 5000, "day_remaining": 3716, "day_reset": 4_000_000_000})
    assert "1,284 of 5,000" in admin.get("/", headers=EN).text


def test_a_spent_sign_in_offers_to_sign_in_again(admin):
    spent = a_connection(state="reconnect", user_name="J. Kortekaas")
    a_division(7, connection=spent)
    text = admin.get("/", headers=EN).text
    assert "J. Kortekaas" in text and "/exact/start?country=nl" in text


def test_a_user_sees_only_his_own_divisions(packer, exact_user):
    may_see(exact_user, a_division(1, name="Van mij"))
    a_division(2, name="Van een ander")
    text = packer.get("/", headers=EN).text
    assert "Van mij" in text and "Van een ander" not in text


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"sendcloud": "off"}, "Not connected"),
        ({"due_at": None}, "Paused"),
        ({"preview": True}, "Looks on"),
        ({"stopped": "licence"}, "Stopped"),
        ({"stopped": "budget_day", "stopped_params": {"service": "Exact Online"}}, "Held up"),
        ({"sendcloud": "revoked", "stopped": "keys_wrong"}, "Stopped"),
        ({}, "In order"),
    ],
)
def test_the_state_of_a_division_in_a_word(admin, fields, word):
    a_division(7, **fields)
    text = admin.get("/", headers=EN).text
    assert f"</svg>{word}</span>" in text
