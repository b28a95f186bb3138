"""Signing in with a password, and out."""

import re

import pytest
import time_machine

from webapp import accounts
from webapp.models import User

EMAIL, PASSWORD = "baas@winkel.example", "een lang wachtwoord"  # of the fixture local_admin
COUNTRIES = ["nl", "be", "de", "fr", "es", "uk", "us"]


@pytest.fixture
def enter(csrf):
    def enter(client, email=EMAIL, password=PASSWORD, **fields):
        form = {"csrf_token": csrf(client), "email": email, "password": password, **fields}
        return client.post("/login", data=form)

    return enter


def is_signed_in(client):
    return client.get("/users").status_code != 302


def test_the_page_has_a_link_for_every_country(client):
    page = client.get("/login")
    assert page.status_code == 200
    assert re.findall(r"/exact/start\?country=(\w+)", page.text) == COUNTRIES


def test_the_countries_are_named_in_the_readers_language(client):
    assert "Verenigd Koninkrijk" in client.get("/login", headers={"Accept-Language": "nl"}).text
    assert "United Kingdom" in client.get("/login", headers={"Accept-Language": "en"}).text


def test_the_page_says_what_is_missing_yet(client):
    page = client.get("/login", headers={"Accept-Language": "en"}).text
    assert "The Exact app is not set up yet" in page
    assert "There is no administrator yet" in page


def test_the_page_is_silent_when_nothing_is_missing(make_app, make_config, csrf):
    config = make_config(
        EXACT_CLIENT_ID="id", EXACT_CLIENT_SECRET="secret", ADMIN_EMAIL="a@b.example", ADMIN_PASSWORD="geheim123"
    )
    client = make_app(config).test_client()
    accounts.ensure_admin(config)
    page = client.get("/login", headers={"Accept-Language": "en"}).text
    assert "not set up yet" not in page and "no administrator yet" not in page


def test_the_right_password_signs_in(client, local_admin, enter):
    response = enter(client)
    assert (response.status_code, response.location) == (303, "/")
    assert is_signed_in(client)
    assert User.get_by_id(local_admin.id).seen_at


def test_the_address_may_be_written_in_capitals_and_with_spaces(client, local_admin, enter):
    assert enter(client, email="  Baas@Winkel.Example ").status_code == 303


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "fout"), (EMAIL, ""), ("", ""), ("niemand@winkel.example", PASSWORD), (EMAIL, PASSWORD + " ")],
)
def test_a_wrong_address_or_password_gets_one_and_the_same_sentence(client, local_admin, enter, email, password):
    response = enter(client, email, password)
    assert response.status_code == 401
    assert response.text.count('role="alert"') == 2  # the sentence, and the layout's note for a lost network
    assert 'id="refused"' in response.text
    assert not is_signed_in(client)


def test_a_wrong_password_is_never_shown_again(client, local_admin, enter):
    assert "geheim-geprobeerd" not in enter(client, password="geheim-geprobeerd").text


def test_an_unknown_address_costs_as_much_work_as_a_wrong_password(client, local_admin, enter, monkeypatch):
    checked = []
    monkeypatch.setattr(accounts, "_fits", lambda hashed, password: checked.append(hashed) or False)
    enter(client, email="niemand@winkel.example")
    enter(client)
    assert [hashed[:9] for hashed in checked] == ["$argon2id", "$argon2id"]


def test_a_password_hash_of_weaker_parameters_is_made_anew(client, local_admin, enter, monkeypatch):
    old = local_admin.password_hash
    monkeypatch.setattr(accounts, "hasher", accounts.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert enter(client).status_code == 303
    new = User.get_by_id(local_admin.id).password_hash
    assert new != old and "t=2" in new
    assert enter(client).status_code == 303


def test_a_blocked_administrator_cannot_sign_in(client, local_admin, enter):
    accounts.block(local_admin)
    assert enter(client).status_code == 401


def test_an_exact_user_cannot_sign_in_with_a_password(client, exact_user, enter):
    assert enter(client, email=exact_user.email, password="").status_code == 401


def test_after_signing_in_one_is_where_one_wanted_to_be(client, local_admin, enter):
    first = client.get("/users?x=1")
    assert first.location == "/login?next=/users?x%3D1"
    assert 'name="next" value="/users?x=1"' in client.get(first.location).text
    assert enter(client, next="/users?x=1").location == "/users?x=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/\n/evil.example",
        " /evil",
    ],
)
def test_next_never_leads_to_another_site(client, local_admin, enter, elsewhere):
    assert enter(client, next=elsewhere).location == "/"
    assert 'name="next" value="/"' in client.get("/login", query_string={"next": elsewhere}).text


def test_ten_wrong_passwords_in_five_minutes_close_the_door(client, local_admin, enter):
    for number in range(10):
        assert enter(client, email=f"{number}@x.example", password="fout").status_code == 401
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    refused = enter(client)
    assert refused.status_code == 429
    assert "wait a few minutes" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 301


def test_the_door_opens_again_after_five_minutes(client, local_admin, enter):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for _ in range(10):
            enter(client, password="fout")
        assert enter(client).status_code == 429
        clock.shift(301)
        assert enter(client).status_code == 303


def test_twenty_wrong_passwords_for_one_address_close_it_whoever_asks(client, local_admin, csrf):
    form = {"csrf_token": csrf(client), "email": EMAIL, "password": "fout"}
    for number in range(20):
        assert client.post("/login", data=form, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}).status_code == 401
    form["password"] = PASSWORD
    assert client.post("/login", data=form, environ_base={"REMOTE_ADDR": "10.0.1.1"}).status_code == 429


def test_signing_in_well_counts_for_nothing(client, local_admin, enter):
    for _ in range(12):
        assert enter(client).status_code == 303


def test_who_is_signed_in_still_finds_the_links_to_exact(admin):
    page = admin.get("/login", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert f"signed in as {EMAIL}" in page.text
    assert "/exact/start?country=nl" in page.text


def test_signing_out_ends_the_session(admin, csrf):
    response = admin.post("/logout", data={"csrf_token": csrf(admin)})
    assert (response.status_code, response.location) == (303, "/login")
    assert not is_signed_in(admin)


def test_signing_out_takes_a_post_and_a_token(admin, csrf):
    assert admin.get("/logout").status_code == 405
    assert admin.post("/logout").status_code == 400
    assert is_signed_in(admin)


def test_signing_out_when_not_signed_in_leads_to_the_login_page(client, csrf):
    response = client.post("/logout", data={"csrf_token": csrf(client)})
    assert (response.status_code, response.location) == (302, "/login")
