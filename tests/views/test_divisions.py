"""All divisions at a glance."""

import pytest

from tests.rows import a_connection, a_division, a_problem, an_order, may_see
from webapp.models import Budget, Setting, put_setting

EN = {"Accept-Language": "en"}


def test_nobody_sees_it_without_signing_in(client):
    response = client.get("/")
    assert response.status_code == 302 and response.location.startswith("/login")


def test_without_an_exact_app_it_says_what_to_do_first(admin):
    page = admin.get("/", headers=EN)
    assert page.status_code == 200
    assert "Connect Exact Online first" in page.text and 'href="/settings"' in page.text


def test_without_divisions_it_asks_to_sign_in_at_exact(admin):
    put_setting("exact_client_id", "id")
    put_setting("exact_client_secret", "secret", secret=True)
    assert Setting.select().count() >= 2
    page = admin.get("/", headers=EN)
    assert "No divisions yet" in page.text and 'href="/exact/start"' in page.text


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


def test_each_division_shows_its_figures(admin):
    division = a_division(7, name="Zeven")
    for number, state in enumerate(["due", "incoming", "incoming", "shipped"], start=1):
        an_order(division, number, state)
    a_problem(division, 9)
    text = admin.get("/", headers=EN).text
    assert 'data-label="Open:">3</td>' in text
    assert 'href="/divisions/7/logs"><b>1</b>' in text


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
