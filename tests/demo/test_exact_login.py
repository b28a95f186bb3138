"""OAuth of the played Exact: pages, codes, tokens, rotation, times."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.demo.exact_play import REDIRECT, playing
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import BOOKKEEPER_EMAIL, CLIENT_ID, CLIENT_SECRET, MERCHANT_EMAIL, SHOP, WHOLESALE


@pytest.fixture
def play():
    with playing() as play:
        yield play


def landed(answer):
    """The query of the redirect back to the app."""
    assert answer.status_code == 302 and answer.headers["Location"].startswith(REDIRECT)
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def submit(browser, play, **form):
    data = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "response_type": "code", "state": "a+b c&d"} | form
    return browser.post(f"{play.exact.url}/api/oauth2/auth", data=data, allow_redirects=False)


def test_a_person_logs_in_and_allows(play):
    with requests.Session() as browser:
        page = browser.get(play.auth_url(state="a+b c&d"))
        assert page.status_code == 200 and MERCHANT_EMAIL in page.text
        page = browser.get(play.exact.url + submit(browser, play, user=MERCHANT_EMAIL).headers["Location"])
        assert "De Spaak Groothandel" in page.text and "Toestaan" in page.text
        back = landed(submit(browser, play, division=str(SHOP), answer="allow"))
    assert back["state"] == "a+b c&d" and "!" in back["code"]
    pair = play.exchange(back["code"]).json()
    play.session.headers["Authorization"] = f"Bearer {pair['access_token']}"
    assert [d["Code"] for d in play.rows("system/Divisions", select="Code")] == [SHOP]
    assert (
        play.get("crm/Accounts", WHOLESALE, select="ID", filter="Status eq 'C'").headers["Reason"]
        == "NoDivisionAccess"
    )


@pytest.mark.parametrize("form", [{"answer": "deny", "division": str(SHOP)}, {"answer": "allow"}])
def test_denied_or_nothing_granted_is_access_denied(play, form):
    with requests.Session() as browser:
        submit(browser, play, user=MERCHANT_EMAIL)
        assert landed(submit(browser, play, **form)) == {"error": "access_denied", "state": "a+b c&d"}


def test_a_code_is_percent_encoded_in_the_redirect(play):
    with requests.Session() as browser:
        submit(browser, play, user=MERCHANT_EMAIL)
        location = submit(browser, play, division=str(SHOP), answer="allow").headers["Location"]
    assert "!" not in location and "%21" in location


def test_a_live_session_skips_the_login_unless_forced(play):
    with requests.Session() as browser:
        submit(browser, play, user=BOOKKEEPER_EMAIL)
        assert "Joris Bakker" in browser.get(play.auth_url()).text
        assert "Kies wie u bent" not in browser.get(play.auth_url()).text
        assert "Kies wie u bent" in browser.get(play.auth_url(force_login="1")).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": "other"}, "client_id"),
        ({"redirect_uri": REDIRECT + "/"}, "redirect_uri"),
        ({"response_type": "token"}, "response_type"),
    ],
)
def test_a_wrong_request_is_refused_without_redirect(play, changes, said):
    answer = requests.get(play.auth_url(**changes), allow_redirects=False)
    assert answer.status_code == 401 and said in answer.text


@pytest.mark.parametrize("address", ["http://shop.example/cb", "https://localhost/cb", "http://localhost:8000/cb"])
def test_a_redirect_that_is_not_public_https_cannot_be_registered(address):
    books = Books()
    with pytest.raises(ValueError, match="public https"):
        books.add_app("id", "secret", address)
    assert books.add_app("id", "secret", address, allow_local=True)["redirect_uri"] == address


def test_a_blocked_user_cannot_log_in(play):
    play.switch(user={"name": MERCHANT_EMAIL, "status": "BlockedUser"})
    with requests.Session() as browser:
        assert submit(browser, play, user=MERCHANT_EMAIL).status_code == 401
    answer = play.get("current/Me", None, select="UserID")
    assert (answer.status_code, answer.headers["Reason"]) == (401, "BlockedUser")


def test_tokens_come_with_expiry_as_text(play):
    pair = play.exchange(play.code()).json()
    assert pair["expires_in"] == "600" and pair["token_type"] == "bearer"
    assert set(pair) == {"access_token", "token_type", "expires_in", "refresh_token"}


def test_a_code_works_once(play):
    code = play.code()
    assert play.exchange(code).status_code == 200
    again = play.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_lives_three_minutes(play):
    early, late = play.code(), play.code()
    play.clock.advance(179)
    assert play.exchange(early).status_code == 200
    play.clock.advance(2)
    assert play.exchange(late).json()["error"] == "invalid_grant"


def test_the_redirect_must_be_repeated(play):
    assert play.exchange(play.code(), redirect_uri="https://winkel.example/").status_code == 400


def test_wrong_keys_are_an_invalid_client(play):
    answer = play.exchange(play.code(), client_secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_keys_may_come_as_a_basic_header(play):
    form = {"grant_type": "authorization_code", "code": play.code(), "redirect_uri": REDIRECT}
    url = f"{play.exact.url}/api/oauth2/token"
    assert requests.post(url, data=form, auth=(CLIENT_ID, CLIENT_SECRET)).status_code == 200
    assert requests.post(url, data=form, auth=(CLIENT_ID, "wrong")).status_code == 401


def test_another_grant_type_is_refused(play):
    assert play.token(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_a_refresh_before_570_seconds_is_refused(play):
    pair = play.sign_in()
    play.clock.advance(569)
    early = play.refresh(pair["refresh_token"])
    assert early.status_code == 400 and early.headers["Reason"].startswith("TooEarlyToRefreshTokens")
    assert early.json() == {
        "error": "access_denied",
        "error_description": "Rate limit exceeded: access_token not expired",
    }
    play.clock.advance(1)
    assert play.refresh(pair["refresh_token"]).status_code == 200


def test_an_access_token_lives_600_seconds(play):
    play.sign_in()
    play.clock.advance(600)
    assert play.get("current/Me", None, select="UserID").status_code == 200
    play.clock.advance(1)
    answer = play.get("current/Me", None, select="UserID")
    assert (answer.status_code, answer.headers["Reason"]) == (401, "Authentication Required")


def test_the_old_refresh_token_dies_when_the_new_one_is_used(play):
    first = play.sign_in()["refresh_token"]
    play.clock.advance(575)
    lost = play.refresh(first).json()["refresh_token"]
    play.clock.advance(575)
    second = play.refresh(first).json()["refresh_token"]
    assert len({first, lost, second}) == 3
    play.clock.advance(575)
    assert play.refresh(second).status_code == 200
    play.clock.advance(575)
    for spent in (first, lost):
        answer = play.refresh(spent)
        assert answer.status_code == 401
        assert answer.json() == {"error": "unauthorized_client", "error_description": "Old refresh token used."}


def test_a_switch_lets_a_refresh_token_die_at_once(play):
    play.switch(switches={"old_refresh_token": "dead"})
    first = play.sign_in()["refresh_token"]
    play.clock.advance(575)
    assert play.refresh(first).status_code == 200
    assert play.refresh(first).json()["error_description"] == "Old refresh token used."


def test_a_refresh_token_dies_after_thirty_unused_days(play):
    token = play.sign_in()["refresh_token"]
    play.clock.advance(30 * 86400 - 1)
    token = play.refresh(token).json()["refresh_token"]
    play.clock.advance(30 * 86400 + 1)
    answer = play.refresh(token)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_second_login_voids_the_first(play):
    first = play.sign_in()
    play.exchange(play.code())
    assert play.get("current/Me", None, select="UserID").status_code == 401
    play.clock.advance(575)
    assert play.refresh(first["refresh_token"]).status_code == 401


def test_another_users_login_leaves_the_first_alone(play):
    play.sign_in()
    play.exchange(play.code(BOOKKEEPER_EMAIL))
    assert play.get("current/Me", None, select="UserID").status_code == 200


def test_two_hundred_token_calls_a_day(play):
    play.switch(switches={"limits": True})
    token = play.sign_in()["refresh_token"]
    for _ in range(200):
        play.refresh(token)
    play.clock.advance(575)
    assert "too many" in play.refresh(token).json()["error_description"]
    play.clock.advance(86400)
    assert play.refresh(token).status_code == 200


def test_an_unknown_token_is_a_401(play):
    play.session.headers["Authorization"] = "Bearer nonsense"
    answer = play.get("crm/Accounts", select="ID", filter="Status eq 'C'")
    assert answer.status_code == 401 and "Bearer" in answer.headers["WWW-Authenticate"]
    assert "X-RateLimit-Remaining" not in answer.headers
