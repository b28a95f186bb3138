"""The checklist of the first run, with the values to copy; and what Pakbon says of itself."""

import re

import pytest

from tests.rows import a_connection, a_division, an_order, may_see
from webapp import db, exact_app
from webapp.models import Connection, Division, put_setting

EN = {"Accept-Language": "en"}


@pytest.fixture
def steps(admin):
    """The steps that are done, and the one that is next."""

    def steps(client=admin):
        text = client.get("/start", headers=EN).text
        done = re.findall(r'data-step="(\w+)" data-done', text)
        now = re.findall(r'aria-current="step" data-step="(\w+)"', text)
        return done, *now, text

    return steps


def an_app():
    put_setting("exact_client_id", "id")
    put_setting("exact_client_secret", "secret", secret=True)


def test_who_is_not_signed_in_is_led_to_the_login_page(client):
    for path in ("/start", "/about", "/pick"):
        assert client.get(path).location == f"/login?next={path}"


def test_first_the_exact_app_with_all_that_is_pasted_there(steps):
    done, now, text = steps()
    assert (done, now) == ([], "app")
    for value in (
        "Pakbon",
        *(f"http://localhost:8000/{path}" for path in ("exact/callback", "exact/start", "hooks/exact")),
    ):
        assert f'readonly value="{value}"' in text
    assert all(scope in text for scope in exact_app.SCOPES) and re.search("<details[^>]* open>", text)


def test_saving_the_app_there_comes_back_to_the_list(admin, csrf, steps):
    values = {"client_id": "a", "client_secret": "b", "webhook_secret": "", "redirect_uri": "", "next": "/start"}
    assert admin.post("/settings", data={"csrf_token": csrf(admin, "/start"), **values}).location == "/start"
    assert steps()[:2] == (["app"], "sign_in")


def test_then_step_by_step_to_the_end(steps):
    an_app()
    done, now, text = steps()
    assert now == "sign_in" and 'href="/exact/start"' in text
    division = a_division(7, name="De Spaak", sendcloud="off")
    done, now, text = steps()
    assert now == "sendcloud" and 'href="/divisions/7/connect"' in text and 'value="Pakbon"' in text
    a_division(8, name="Groothandel", sendcloud="off")
    assert 'value="Pakbon De Spaak"' in steps()[2], "each division has an integration of its own"
    two = [{"id": "a", "code": "1", "name": "A", "main": True}, {"id": "b", "code": "2", "name": "B", "main": False}]
    Division.update(sendcloud="on", lists={"warehouses": two}).where(Division.id == division.id).execute()
    an_order(division, 1, "problem", country="CH")
    done, now, text = steps()
    assert (done, now) == (["app", "sign_in", "sendcloud"], "warehouses")
    assert 'href="/divisions/7/configuration#warehouses-h"' in text
    Division.update(lists={"warehouses": two[:1]}).where(Division.id == division.id).execute()
    done, now, text = steps()
    assert now == "customs" and "1 open order leaves the EU customs territory." in text
    Division.update(rules={"customs_hs_code": "871200", "customs_origin_country": "NL"}).execute()
    assert steps()[1] == "labels"
    Division.update(rules_no=1).where(Division.id == division.id).execute()
    text = steps()[1]
    assert "Everything is done." in text and 'aria-current="step"' not in text


def test_customs_are_no_step_for_who_ships_within_the_union(steps):
    an_app()
    an_order(a_division(7), 1, "incoming", country="BE")
    done, now, text = steps()
    assert "customs" in done and "not needed" in text


def test_a_spent_sign_in_is_not_done(steps):
    an_app()
    a_division(7, rules_no=1)
    Connection.update(state="reconnect").execute()
    assert steps()[1] == "sign_in"


def test_a_user_sees_his_own_divisions_and_no_form_of_the_administrator(packer, exact_user, steps):
    may_see(exact_user, a_division(7, name="Van mij", sendcloud="off"))
    a_division(8, name="Van een ander", sendcloud="off", connection=a_connection())
    text = packer.get("/start", headers=EN).text
    assert "client_secret" not in text and "An administrator can do this" in text
    an_app()
    text = packer.get("/start", headers=EN).text
    assert 'href="/divisions/7/connect"' in text and "Van een ander" not in text


# -- about --------------------------------------------------------------------------------------------------


def test_about_says_the_version_and_that_all_is_well(packer):
    text = packer.get("/about", headers=EN).text
    assert "0.1.0" in text and "Ready to work" in text and "MIT" in text
    assert 'href="/about"' in packer.get("/", headers=EN).text


def test_about_says_what_readyz_says(admin, monkeypatch):
    last = max(step.stem for step in db.MIGRATIONS.glob("0*.py"))
    db.database.execute_sql("delete from schema_migration where name = ?", [last])

    def full(**_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webapp.views.health.tempfile.TemporaryFile", full)
    text = admin.get("/about", headers={"Accept-Language": "nl"}).text
    assert "Kan niet werken" in text and last in text and "Naar de datamap" in text
