"""Exact's two OAuth addresses: what is asked, and what each of its answers means."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from webapp.clients import exact_oauth
from webapp.clients.exact_oauth import SITES, ExactOAuth, Tokens, TooEarly
from webapp.errors import NoAnswer, Reconnect, Refused, Retryable
from webapp.words.texts import sentence

NOW = 1772452810  # the moment at which the fixture `time` stands
CALLBACK = "https://winkel.example/exact/callback"
PAIR = {"access_token": "access-1", "refresh_token": "refresh-2", "token_type": "bearer"}


@pytest.fixture
def oauth(played):
    return ExactOAuth(played.url, "the-app", "the-secret")


def form(asked):
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


# -- what is asked --------------------------------------------------------------------------------------------


def test_the_browser_is_sent_to_exact_without_a_scope():
    url = urlsplit(ExactOAuth(SITES["nl"], "the-app", "the-secret").authorize_url(CALLBACK, "the-state"))
    assert url[:3] == ("https", "start.exactonline.nl", "/api/oauth2/auth")
    assert parse_qs(url.query) == {
        "response_type": ["code"],
        "client_id": ["the-app"],
        "redirect_uri": [CALLBACK],
        "state": ["the-state"],
        "force_login": ["0"],
    }


def test_there_is_a_site_for_each_country():
    assert set(SITES) == {"nl", "be", "de", "fr", "es", "uk", "us"}
    assert SITES["uk"].endswith(".co.uk") and SITES["us"].endswith(".com")


def test_a_code_is_redeemed_with_the_credentials_in_the_body(oauth, played):
    played.lay({**PAIR, "expires_in": "600"})
    oauth.redeem("stampNL001.xX!y", CALLBACK)
    (asked,) = played.asked
    assert (asked.method, asked.path) == ("POST", "/api/oauth2/token")
    assert "Authorization" not in asked.headers
    assert form(asked) == {
        "grant_type": "authorization_code",
        "code": "stampNL001.xX!y",
        "redirect_uri": CALLBACK,
        "client_id": "the-app",
        "client_secret": "the-secret",
    }


def test_a_pair_is_renewed_with_the_credentials_in_the_body(oauth, played):
    played.lay({**PAIR, "expires_in": "600"})
    oauth.renew("refresh-1")
    assert form(played.asked[0]) == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "client_id": "the-app",
        "client_secret": "the-secret",
    }


# -- tokens ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lifetime, lives", [("600", 600), (600, 600), ("300", 300), ("", 600), (None, 600)])
def test_the_lifetime_comes_as_text_or_number(oauth, played, time, lifetime, lives):
    played.lay({**PAIR, "expires_in": lifetime})
    assert oauth.renew("refresh-1") == Tokens("access-1", "refresh-2", NOW, NOW + lives)


def test_a_missing_lifetime_is_ten_minutes(oauth, played, time):
    played.lay(PAIR)
    assert oauth.redeem("code", CALLBACK).expires_at == NOW + 600


@pytest.mark.parametrize(
    "body",
    [
        {"access_token": "access-1"},
        {"refresh_token": "refresh-2", "expires_in": "600"},
        {},
        [],
        None,
        "text",
        7,
        [PAIR],
    ],
)
def test_an_answer_without_a_pair_is_none(oauth, played, body):
    played.lay(json.dumps(body), Content_Type="application/json")
    with pytest.raises(Retryable) as caught:
        oauth.renew("refresh-1")
    assert caught.value.code == "bad_answer"


# -- refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize(
    "body",
    [
        {"error": "access_denied", "error_description": "Rate limit exceeded: access_token not expired"},
        {"error": "invalid_request", "error_description": "Access Token not expired"},
    ],
)
def test_a_renewal_that_comes_too_early_keeps_the_present_token(oauth, played, status, body):
    played.lay(body, status)
    with pytest.raises(TooEarly):
        oauth.renew("refresh-1")


@pytest.mark.parametrize(
    "status, body",
    [
        (401, {"error": "unauthorized_client", "error_description": "Old refresh token used."}),
        (400, {"error": "invalid_grant"}),
    ],
)
def test_a_spent_refresh_token_needs_a_new_sign_in(oauth, played, status, body):
    played.lay(body, status)
    with pytest.raises(Reconnect) as caught:
        oauth.renew("refresh-1")
    assert caught.value.code == "token_spent"
    assert sentence(caught.value.code, **caught.value.params)


def test_a_code_that_was_used_or_came_late_is_refused(oauth, played):
    played.lay({"error": "invalid_grant", "error_description": "The code is used or expired"}, 400)
    with pytest.raises(Refused) as caught:
        oauth.redeem("code", CALLBACK)
    assert caught.value.code == "code_used"


@pytest.mark.parametrize("call", [lambda oauth: oauth.renew("refresh-1"), lambda oauth: oauth.redeem("c", CALLBACK)])
def test_a_wrong_app_is_named_and_ends_no_connection(oauth, played, call):
    played.lay({"error": "invalid_client"}, 401)
    with pytest.raises(Refused) as caught:
        call(oauth)
    assert caught.value.code == "exact_app_wrong"


@pytest.mark.parametrize(
    "body",
    [
        {"error": "access_denied", "error_description": "Rate limit exceeded: 200 calls a day"},
        {"error": "temporarily_unavailable"},
        {"error": "server_error"},
    ],
)
def test_a_refusal_that_passes_by_itself_ends_no_connection(oauth, played, body):
    played.lay(body, 400)
    with pytest.raises(Retryable) as caught:
        oauth.renew("refresh-1")
    assert not isinstance(caught.value, TooEarly)
    assert sentence(caught.value.code, **caught.value.params)


# -- faults ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("body", ["", {"error": "invalid_grant"}])
def test_a_fault_of_exact_ends_no_connection_whatever_it_says(oauth, played, status, body):
    played.lay(body, status)
    with pytest.raises(Retryable) as caught:
        oauth.renew("refresh-1")
    assert caught.value.code == "service_down" and caught.value.params["status"] == status


def test_too_many_token_calls_can_be_tried_later(oauth, played):
    played.lay("", 429)
    with pytest.raises(Retryable):
        oauth.renew("refresh-1")


@pytest.mark.parametrize("status", [200, 400, 401, 403])
@pytest.mark.parametrize("body", ["<html>maintenance</html>", "", '{"access_token": "acc'])
def test_an_answer_that_is_no_json_ends_no_connection(oauth, played, status, body):
    played.lay(body, status, Content_Type="text/html")
    with pytest.raises(Retryable) as caught:
        oauth.renew("refresh-1")
    assert caught.value.code == ("bad_answer" if status == 200 else "service_down")


@pytest.mark.parametrize("kind", ["reset", "lost", "cut", "timeout"])
def test_without_an_answer_the_outcome_is_unknown(oauth, played, monkeypatch, kind):
    monkeypatch.setattr(exact_oauth, "TIMEOUT", (1, 0.3))
    if kind in ("lost", "cut"):
        played.lay({**PAIR, "expires_in": "600"})
    played.bench.add_fault(kind)
    with pytest.raises(NoAnswer):
        oauth.renew("refresh-1")
    assert played.bench.count() == 1


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_does_not_take_the_secret_along(oauth, played, status):
    played.lay("", status, Location=f"{played.url}/elsewhere")
    with pytest.raises(Retryable):
        oauth.renew("refresh-1")
    assert [asked.path for asked in played.asked] == ["/api/oauth2/token"]


def test_secrets_are_not_in_the_error(oauth, played):
    played.lay({"error": "invalid_grant"}, 400)
    with pytest.raises(Reconnect) as caught:
        oauth.renew("refresh-1")
    kept = f"{caught.value!r} {caught.value} {caught.value.exchange}"
    assert "refresh-1" not in kept and "the-secret" not in kept
