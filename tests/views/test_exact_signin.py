"""The whole sign-in against the played Exact Online: who may enter, whose tokens are kept, and what goes wrong."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from webapp import accounts
from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import (
    BOOKKEEPER_EMAIL,
    CLIENT_ID,
    CLIENT_SECRET,
    MERCHANT_EMAIL,
    SHOP,
    STRANGER_EMAIL,
    WHOLESALE,
    add_divisions,
    add_users,
)
from webapp.models import Access, Connection, Division, User, put_setting

CALLBACK = "http://localhost:8000/exact/callback"


@pytest.fixture(scope="module")
def played():
    """Exact with the demo's users and divisions, but without orders."""
    books = Books()
    books.add_app(CLIENT_ID, CLIENT_SECRET, CALLBACK, allow_local=True)
    add_divisions(books)
    add_users(books)
    with Exact(books) as exact:
        yield exact


@pytest.fixture
def exact(played):
    """The played Exact, with no faults, limits or requests left over from another test."""
    played.bench.clear_faults()
    played.bench.clear_requests()
    played.limits.reset()
    played.books.apps[CLIENT_ID]["redirect_uri"] = CALLBACK
    return played


@pytest.fixture
def config(make_config, exact):
    return make_config(EXACT_BASE_URL=exact.url, EXACT_CLIENT_ID=CLIENT_ID, EXACT_CLIENT_SECRET=CLIENT_SECRET)


@pytest.fixture
def consent(exact):
    """Go to Exact from here, and say yes there; gives the address that Exact sends the browser back to."""

    def consent(client, user=MERCHANT_EMAIL, **wanted):
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        start = client.get("/exact/start?country=nl")
        there = start.location or re.search(r'href="(http://127[^"]+)"', start.text)[1].replace("&amp;", "&")
        return at_exact(exact, there, user, **wanted)

    return consent


@pytest.fixture
def come_in(consent):
    """The whole way; gives the last answer."""

    def come_in(client, user=MERCHANT_EMAIL, **wanted):
        return client.get(path_of(consent(client, user, **wanted)))

    return come_in


def at_exact(exact, address, user, **wanted):
    answer = requests.post(f"{exact.url}/_bench/authorize", json={"url": address, "user": user, **wanted}, timeout=5)
    assert answer.ok, answer.text
    return answer.json()["location"]


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def who(client):
    with client.session_transaction() as session:
        number = session.get("_user_id", "").partition(":")[0]
    return User.get_by_id(number).email if number else ""


def nothing_is_stored():
    return not (Connection.select().exists() or Division.select().exists() or Access.select().exists())


# -- who may enter ------------------------------------------------------------------------------------------


def test_the_administrator_connects_the_first_exact_user(admin, local_admin, come_in):
    response = come_in(admin)
    assert (response.status_code, response.location) == (303, "/")
    assert who(admin) == local_admin.email
    connection = Connection.get()
    assert (connection.country, connection.email, connection.state) == ("nl", MERCHANT_EMAIL, "active")
    assert {division.code for division in Division.select()} == {SHOP, WHOLESALE}
    page = admin.get("/").text
    assert "Fietswinkel De Spaak" in page and "De Spaak Groothandel" in page


def test_the_user_he_connected_may_enter_afterwards(app, admin, come_in):
    come_in(admin)
    merchant = app.test_client()
    assert come_in(merchant).status_code == 303
    assert who(merchant) == MERCHANT_EMAIL
    assert "Fietswinkel De Spaak" in merchant.get("/").text
    assert merchant.get("/settings").status_code == 403
    assert User.select().where(User.kind == "exact").count() == 1


def test_a_stranger_is_refused_sees_nothing_and_changes_nothing(app, admin, come_in, exact):
    come_in(admin)
    before = [Connection.get().refresh_token, Access.select().count(), User.select().count()]
    stranger = app.test_client()
    response = come_in(stranger, STRANGER_EMAIL)
    assert response.status_code == 403
    assert "no access here" in response.text and "De Spaak" not in response.text
    assert who(stranger) == "" and stranger.get("/").status_code == 302
    assert [Connection.get().refresh_token, Access.select().count(), User.select().count()] == before
    assert Division.get_or_none(Division.name == "Visser Keramiek") is None


def test_before_anybody_was_let_in_everybody_is_a_stranger(client, come_in):
    assert come_in(client).status_code == 403
    assert nothing_is_stored() and not User.select().exists()


def test_who_was_let_in_by_address_enters_and_sees_the_own_divisions(client, come_in):
    user = accounts.let_in(MERCHANT_EMAIL.upper())
    assert come_in(client).status_code == 303
    known = User.get_by_id(user.id)
    assert known.exact_user_id and known.name.startswith("Sanne") and known.country == "nl"
    assert client.get(f"/divisions/{SHOP}/connect").status_code == 200
    assert client.get("/divisions/3120900/connect").status_code == 404


def test_who_is_blocked_is_refused_like_a_stranger(client, come_in):
    accounts.block(accounts.let_in(MERCHANT_EMAIL))
    assert come_in(client).status_code == 403
    assert nothing_is_stored()


def test_who_grants_one_division_at_exact_sees_one(client, come_in):
    accounts.let_in(MERCHANT_EMAIL)
    come_in(client, divisions=[WHOLESALE])
    assert [division.code for division in Division.select()] == [WHOLESALE]


# -- whose tokens are kept ----------------------------------------------------------------------------------


def test_a_second_exact_user_never_replaces_the_tokens_of_the_first(app, admin, come_in):
    come_in(admin)
    before = Connection.get().refresh_token
    accounts.let_in(BOOKKEEPER_EMAIL)
    bookkeeper = app.test_client()
    assert come_in(bookkeeper, BOOKKEEPER_EMAIL).status_code == 303
    assert [row.refresh_token for row in Connection.select()] == [before]
    assert "De Spaak Groothandel" in bookkeeper.get("/").text


def test_the_same_user_renews_the_tokens_by_signing_in_again(app, admin, come_in):
    come_in(admin)
    before = Connection.get().refresh_token
    Connection.update(state="reconnect", reason="token_spent").execute()
    come_in(app.test_client())
    after = Connection.get()
    assert after.refresh_token != before and (after.state, after.reason) == ("active", "")
    assert Connection.select().count() == 1


def test_tokens_stand_encrypted(admin, come_in):
    come_in(admin)
    row = Connection._meta.database.execute_sql("select access_token, refresh_token from connection").fetchone()
    connection = Connection.get()
    assert connection.access_token not in row and connection.refresh_token not in row


# -- the second way -----------------------------------------------------------------------------------------


def test_with_an_address_elsewhere_the_merchant_pastes_it(client, consent, csrf, exact):
    exact.books.apps[CLIENT_ID]["redirect_uri"] = "https://despaak.example/exact"
    put_setting("exact_redirect_uri", "https://despaak.example/exact")
    accounts.let_in(MERCHANT_EMAIL)
    address = consent(client)
    assert address.startswith("https://despaak.example/exact?code=")
    response = client.post("/exact/paste", data={"csrf_token": csrf(client), "address": address})
    assert (response.status_code, response.location) == (303, "/")
    assert who(client) == MERCHANT_EMAIL


# -- what goes wrong ----------------------------------------------------------------------------------------


def test_a_denied_consent_costs_no_call(client, come_in, exact):
    accounts.let_in(MERCHANT_EMAIL)
    response = come_in(client, deny=True)
    assert response.status_code == 403 and "did not give permission" in response.text
    assert exact.bench.requests == [] and nothing_is_stored()


def test_a_code_that_was_used_costs_one_call_and_keeps_what_there_was(app, client, consent, exact):
    accounts.let_in(MERCHANT_EMAIL)
    first = consent(client)
    assert client.get(path_of(first)).status_code == 303
    before = Connection.get().refresh_token
    again = app.test_client()
    second = consent(again)
    query = {
        "code": parse_qs(urlsplit(first).query)["code"][0],
        "state": parse_qs(urlsplit(second).query)["state"][0],
    }
    exact.bench.clear_requests()
    response = again.get(f"/exact/callback?{urlencode(query)}")
    assert response.status_code == 422 and "works once" in response.text
    assert len(exact.bench.requests) == 1
    assert Connection.get().refresh_token == before and who(again) == ""


def test_a_forged_state_costs_no_call(client, consent, exact):
    accounts.let_in(MERCHANT_EMAIL)
    address = re.sub(r"state=[^&]+", "state=forged", path_of(consent(client)))
    assert client.get(address).status_code == 403
    assert exact.bench.requests == [] and nothing_is_stored()


@pytest.mark.parametrize("secret", ["wrong", "demo-secret-"])
def test_a_wrong_secret_of_the_app_is_said(make_app, make_config, exact, consent, local_admin, sign_in, secret):
    app = make_app(make_config(EXACT_BASE_URL=exact.url, EXACT_CLIENT_ID=CLIENT_ID, EXACT_CLIENT_SECRET=secret))
    client = sign_in(app.test_client(), local_admin)
    response = client.get(path_of(consent(client)))
    assert response.status_code == 422 and "client secret" in response.text
    assert nothing_is_stored()


@pytest.mark.parametrize("path", ["oauth2/token", "current/Me"])
@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("status", 503, "Exact Online"),
        ("html", 503, "Exact Online answered with something"),
        ("cut", 503, "Exact Online"),
        ("reset", 503, "Exact Online did not answer"),
    ],
)
def test_an_outage_gets_one_sentence_and_stores_nothing(client, consent, exact, path, kind, status, says):
    accounts.let_in(MERCHANT_EMAIL)
    address = path_of(consent(client))
    exact.bench.add_fault(kind, path)
    response = client.get(address)
    assert response.status_code == status
    assert says in response.text and 'href="/exact/start"' in response.text
    assert exact.bench.count(path=path) == 1
    assert who(client) == "" and nothing_is_stored()


def test_after_an_outage_one_begins_again_and_is_in(client, consent, come_in, exact):
    accounts.let_in(MERCHANT_EMAIL)
    address = path_of(consent(client))
    exact.bench.add_fault("status", "oauth2/token")
    client.get(address)
    assert come_in(client).status_code == 303
    assert who(client) == MERCHANT_EMAIL
