"""Signing in with Exact Online: the way there, the way back, and everything that may be wrong on it."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from webapp.errors import NoAnswer, NotAllowed, Refused
from webapp.models import Connection, User, put_setting
from webapp.sync import signin

APP = {"EXACT_CLIENT_ID": "the-app", "EXACT_CLIENT_SECRET": "the-secret"}
ELSEWHERE = "https://winkel.example/exact"


@pytest.fixture
def config(make_config):
    return make_config(**APP)


@pytest.fixture(autouse=True)
def english(client):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def finished(monkeypatch, exact_user):
    """What reached the exchange at Exact; it signs in the Exact user, or `by` if there is one."""
    calls = []

    def finish(config, country, code, redirect_uri, by):
        calls.append((country, code, redirect_uri, by))
        return by or exact_user

    monkeypatch.setattr(signin, "finish", finish)
    return calls


def begin(client, country="nl"):
    """Press a country; gives the query of Exact's address."""
    response = client.get(f"/exact/start?country={country}")
    assert response.status_code == 302
    return query_of(response.location)


def query_of(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def who(client):
    """The e-mail address of who is signed in, "" if nobody is."""
    with client.session_transaction() as session:
        number = session.get("_user_id", "").partition(":")[0]
    return User.get_by_id(number).email if number else ""


# -- there --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "site"),
    [
        ("nl", "start.exactonline.nl"),
        ("be", "start.exactonline.be"),
        ("de", "start.exactonline.de"),
        ("fr", "start.exactonline.fr"),
        ("es", "start.exactonline.es"),
        ("uk", "start.exactonline.co.uk"),
        ("us", "start.exactonline.com"),
    ],
)
def test_a_country_leads_to_its_own_exact(client, country, site):
    response = client.get(f"/exact/start?country={country}")
    assert response.status_code == 302
    parts, query = urlsplit(response.location), query_of(response.location)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", site, "/api/oauth2/auth")
    assert query["client_id"] == "the-app"
    assert query["response_type"] == "code"
    assert query["redirect_uri"] == "http://localhost:8000/exact/callback"
    assert len(query["state"]) >= 32


def test_every_start_has_a_state_of_its_own(client):
    assert begin(client)["state"] != begin(client)["state"]


def test_without_a_country_as_from_the_app_center_one_chooses_it(client):
    page = client.get("/exact/start")
    assert page.status_code == 200
    assert len(re.findall(r"/exact/start\?country=\w\w", page.text)) == 7
    assert "another program" in page.text


@pytest.mark.parametrize("country", ["xx", "NL", "nl/../x", "https://evil.example"])
def test_an_unknown_country_goes_nowhere(client, country):
    page = client.get("/exact/start", query_string={"country": country})
    assert page.status_code == 404
    assert "Location" not in page.headers and "Choose one of these" in page.text


def test_without_an_exact_app_it_says_who_can_help(make_app, make_config, tmp_path):
    client = make_app(make_config(DATA_DIR=str(tmp_path / "other"))).test_client()
    page = client.get("/exact/start?country=nl", headers={"Accept-Language": "en"})
    assert page.status_code == 422
    assert "The Exact app is not set up yet" in page.text


# -- and back -----------------------------------------------------------------------------------------------


def test_coming_back_signs_in(client, finished, exact_user):
    state = begin(client, "be")["state"]
    response = client.get("/exact/callback", query_string={"code": "a!b c", "state": state})
    assert (response.status_code, response.location) == (303, "/")
    assert finished == [("be", "a!b c", "http://localhost:8000/exact/callback", None)]
    assert who(client) == exact_user.email


def test_the_administrator_stays_signed_in_as_himself(admin, finished, local_admin):
    state = begin(admin)["state"]
    admin.get("/exact/callback", query_string={"code": "abc", "state": state})
    assert [call[3] for call in finished] == [local_admin]
    assert who(admin) == local_admin.email


def test_an_administrator_from_another_browser_does_not_count_as_one(admin, finished):
    state = begin(admin)["state"]
    admin.get("/exact/callback", query_string={"code": "a", "state": state}, headers={"User-Agent": "another"})
    assert [call[3] for call in finished] == [None]


def test_he_signs_in_again_before_he_goes_to_exact(admin):
    response = admin.get("/exact/start?country=nl", headers={"User-Agent": "another"})
    assert response.location == "/login?next=/exact/start?country%3Dnl"


def test_who_is_no_administrator_connects_nothing(packer, finished, exact_user):
    state = begin(packer)["state"]
    packer.get("/exact/callback", query_string={"code": "abc", "state": state})
    assert [call[3] for call in finished] == [None]


def test_a_state_works_once(client, finished):
    state = begin(client)["state"]
    client.get("/exact/callback", query_string={"code": "abc", "state": state})
    again = client.get("/exact/callback", query_string={"code": "abc", "state": state})
    assert again.status_code == 403
    assert len(finished) == 1


def test_a_state_is_spent_by_a_refusal_too(client, monkeypatch, finished):
    state = begin(client)["state"]
    assert client.get(f"/exact/callback?state={state}&error=access_denied").status_code == 403
    assert client.get(f"/exact/callback?state={state}&code=abc").status_code == 403
    assert not finished


@pytest.mark.parametrize("state", ["forged", "", "\u00e9", None])
def test_a_forged_state_gets_one_sentence_and_nothing_happens(client, finished, state):
    begin(client)
    query = {"code": "abc"} if state is None else {"code": "abc", "state": state}
    response = client.get("/exact/callback", query_string=query)
    assert response.status_code == 403
    assert "This sign-in did not start in this browser" in response.text
    assert "/exact/start" in response.text
    assert not finished and who(client) == ""


def test_the_state_of_another_browser_is_forged(app, client, finished):
    state = begin(client)["state"]
    assert app.test_client().get(f"/exact/callback?code=abc&state={state}").status_code == 403
    assert not finished


def test_a_forged_answer_leaves_the_sign_in_that_is_under_way(client, finished):
    state = begin(client)["state"]
    client.get("/exact/callback?code=evil&state=forged")
    assert client.get(f"/exact/callback?code=good&state={state}").status_code == 303
    assert [call[1] for call in finished] == ["good"]


def test_two_tabs_may_be_on_their_way(client, finished):
    first, second = begin(client, "nl")["state"], begin(client, "de")["state"]
    client.get(f"/exact/callback?code=abc&state={first}")
    assert finished[0][0] == "nl"
    assert client.get(f"/exact/callback?code=abc&state={second}").status_code == 403  # another session by now


def test_a_browser_keeps_few_states(client):
    states = [begin(client)["state"] for _ in range(9)]
    with client.session_transaction() as session:
        assert [row[0] for row in session["exact_started"]] == states[-4:]


def test_a_state_lives_ten_minutes(client, finished):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        state = begin(client)["state"]
        clock.shift(601)
        late = client.get(f"/exact/callback?code=abc&state={state}")
    assert late.status_code == 403 and not finished


def test_a_denied_consent_is_said(client, finished):
    state = begin(client)["state"]
    response = client.get(f"/exact/callback?error=access_denied&state={state}")
    assert response.status_code == 403
    assert "You did not give permission in Exact" in response.text
    assert not finished


def test_an_answer_without_a_code_is_said(client, finished):
    state = begin(client)["state"]
    response = client.get(f"/exact/callback?state={state}")
    assert response.status_code == 422
    assert "Exact refused the request: no code" in response.text


def test_an_error_of_exact_is_named_but_other_text_is_not_repeated(client):
    said = client.get(f"/exact/callback?error=invalid_scope&state={begin(client)['state']}")
    assert "invalid_scope" in said.text
    evil = client.get(f"/exact/callback?error=Call+0900-1234+now&state={begin(client)['state']}")
    assert "0900" not in evil.text


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (NotAllowed("stranger", name="Piet"), 403, "no access here"),
        (Refused("code_used"), 422, "works once"),
        (NoAnswer("no_answer", service="Exact Online"), 503, "Exact Online did not answer"),
    ],
)
def test_what_goes_wrong_at_exact_gets_one_sentence_and_a_way_to_begin_again(
    client, monkeypatch, error, status, says
):
    def finish(*_args):
        raise error

    monkeypatch.setattr(signin, "finish", finish)
    response = client.get(f"/exact/callback?code=abc&state={begin(client)['state']}")
    assert response.status_code == status
    assert says in response.text
    assert 'href="/exact/start"' in response.text
    assert who(client) == ""
    assert not Connection.select().exists()


def test_coming_back_too_often_is_slowed_down(client):
    statuses = [client.get("/exact/callback?code=abc&state=x").status_code for _ in range(31)]
    assert statuses == [403] * 30 + [429]


# -- the second way: a redirect address elsewhere -----------------------------------------------------------


@pytest.fixture
def elsewhere(app):
    put_setting("exact_redirect_uri", ELSEWHERE)


@pytest.fixture
def begin_elsewhere(client, elsewhere):
    def begin(country="nl"):
        page = client.get(f"/exact/start?country={country}")
        assert page.status_code == 200
        found = re.search(r'href="(https://start\.exactonline[^"]+)"', page.text)
        return query_of(found[1].replace("&amp;", "&"))

    return begin


@pytest.fixture
def paste(client, csrf, elsewhere):
    def paste(address, country="nl"):
        return client.post("/exact/paste", data={"csrf_token": csrf(client), "address": address, "country": country})

    return paste


def test_with_a_redirect_address_elsewhere_the_page_has_two_steps(client, begin_elsewhere):
    query = begin_elsewhere("be")
    assert query["redirect_uri"] == ELSEWHERE
    page = client.get("/exact/start?country=be").text
    assert 'action="/exact/paste"' in page and 'name="address"' in page and ELSEWHERE in page


def test_the_pasted_address_signs_in(client, begin_elsewhere, paste, finished, exact_user):
    state = begin_elsewhere("de")["state"]
    response = paste(f"  {ELSEWHERE}?code=stamp%2Ea%21b&state={state}\n")
    assert (response.status_code, response.location) == (303, "/")
    assert finished == [("de", "stamp.a!b", ELSEWHERE, None)]
    assert who(client) == exact_user.email


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "another address"),
        ("stamp.abc", "another address"),
        ("https://winkel.example/shop?code=abc&state=x", "another address"),
        ("https://evil.example/exact?code=abc&state=x", "another address"),
        ("http://[bad/", "not an address"),
        (ELSEWHERE, "no code in this address"),
        (f"{ELSEWHERE}?state=x", "no code in this address"),
        (f"{ELSEWHERE}?code=&state=x", "no code in this address"),
    ],
)
def test_a_pasted_address_that_is_none_is_said_beside_the_field(begin_elsewhere, paste, finished, address, says):
    begin_elsewhere()
    response = paste(address, "be")
    assert response.status_code == 422
    assert says in response.text and 'aria-invalid="true"' in response.text
    assert "start.exactonline.be" in response.text
    assert not finished


def test_a_mistake_does_not_spend_the_sign_in(begin_elsewhere, paste, finished):
    state = begin_elsewhere()["state"]
    paste("something else")
    assert paste(f"{ELSEWHERE}/?code=abc&state={state}").status_code == 303


def test_a_pasted_state_is_checked_just_the_same(begin_elsewhere, paste, finished):
    state = begin_elsewhere()["state"]
    assert paste(f"{ELSEWHERE}?code=abc&state=forged").status_code == 403
    assert paste(f"{ELSEWHERE}?error=access_denied&state={state}").status_code == 403
    assert paste(f"{ELSEWHERE}?code=abc&state={state}").status_code == 403
    assert not finished


def test_pasting_takes_a_token(client, elsewhere):
    assert client.post("/exact/paste", data={"address": "x"}).status_code == 400


def test_what_is_pasted_is_shown_as_text(begin_elsewhere, paste):
    assert "<script>alert" not in paste('"><script>alert(1)</script>').text


def test_the_own_address_registered_by_name_is_the_normal_way(client):
    put_setting("exact_redirect_uri", "http://localhost:8000/exact/callback")
    assert client.get("/exact/start?country=nl").status_code == 302
