"""Codes and tokens.

Documented unless said otherwise: codes live 3 minutes and work once, access tokens 600 s, no new one
before 570 s, refresh tokens rotate and die after 30 unused days, 200 token calls a day.

A token set is what one user granted one app; its refresh tokens are numbered by generation.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from webapp.demo.exact.books import Books, Row
from webapp.demo.exact.limits import TOKEN_CALLS_A_DAY

CODE_LIFE = timedelta(minutes=3)
ACCESS_LIFE = timedelta(seconds=600)
REFRESH_FROM = timedelta(seconds=570)
REFRESH_LIFE = timedelta(days=30)
# Seen: this text and header in 2026; the status has also been reported as 401.
TOO_EARLY = "Rate limit exceeded: access_token not expired"
TOO_EARLY_REASON = "TooEarlyToRefreshTokens"


class TokenRefused(Exception):
    """An OAuth error: status, `error`, `error_description` and headers."""

    def __init__(self, status: int, error: str, description: str, reason: str | None = None):
        super().__init__(description)
        self.status, self.error, self.description = status, error, description
        self.headers = {"Reason": reason} if reason else {}


def new_token(kind: str) -> str:
    """Seen: codes and tokens contain characters such as ! that must be percent-encoded in a URL."""
    return f"stampNL001.{kind}!{secrets.token_urlsafe(48)}"


def issue_code(books: Books, client_id: str, user: Row, divisions: list[int]) -> str:
    code = new_token("code")
    app = books.apps[client_id]
    books.login["codes"][code] = {
        "client_id": client_id,
        "user": user["UserID"],
        "divisions": divisions,
        "redirect_uri": app["redirect_uri"],
        "at": books.clock.now(),
        "used": False,
    }
    books.version += 1
    return code


def exchange_code(books: Books, client_id: str, code: str, redirect_uri: str) -> Row:
    """A code against the first pair of tokens. A second login of the same user and app voids the first."""
    known = books.login["codes"].get(code)
    if not known or known["client_id"] != client_id:
        raise TokenRefused(400, "invalid_grant", "Invalid authorization code.")
    if known["used"]:
        raise TokenRefused(400, "invalid_grant", "The authorization code has already been used.")
    if books.clock.now() - known["at"] > CODE_LIFE:
        raise TokenRefused(400, "invalid_grant", "The authorization code has expired.")
    if redirect_uri != known["redirect_uri"]:
        raise TokenRefused(400, "invalid_grant", "The redirect URI does not match.")
    count_call(books, client_id, known["user"])
    known["used"] = True
    name = f"{client_id}/{known['user']}"
    books.login["sets"][name] = {
        "client_id": client_id,
        "user": known["user"],
        "divisions": known["divisions"],
        "refresh": {},
        "access": {},
        "issued": None,
        "dead": [],
    }
    return issue_pair(books, books.login["sets"][name], generation=1)


def issue_pair(books: Books, token_set: Row, generation: int) -> Row:
    now = books.clock.now()
    access, refresh = new_token("access"), new_token("refresh")
    token_set["access"] = {t: at for t, at in token_set["access"].items() if now - at < 2 * ACCESS_LIFE}
    token_set["access"][access] = now
    token_set["refresh"][refresh] = {"generation": generation, "at": now}
    token_set["issued"] = now
    books.version += 1
    return {
        "access_token": access,
        "token_type": "bearer",
        "expires_in": str(int(ACCESS_LIFE.total_seconds())),
        "refresh_token": refresh,
    }


def refresh_tokens(books: Books, client_id: str, token: str) -> Row:
    """The next pair. The old refresh token dies as the switch `old_refresh_token` says."""
    token_set = find_refresh(books, client_id, token)
    known = token_set["refresh"].get(token)
    count_call(books, client_id, token_set["user"])
    if not known:
        raise TokenRefused(401, "unauthorized_client", "Old refresh token used.")
    if books.clock.now() - known["at"] > REFRESH_LIFE:
        raise TokenRefused(400, "invalid_grant", "Refresh token has expired.")
    if books.clock.now() - token_set["issued"] < REFRESH_FROM:
        raise TokenRefused(400, "access_denied", TOO_EARLY, TOO_EARLY_REASON)
    newest = max(row["generation"] for row in token_set["refresh"].values())
    oldest_alive = known["generation"] + (books.switches["old_refresh_token"] == "dead")
    for old in [t for t, row in token_set["refresh"].items() if row["generation"] < oldest_alive]:
        del token_set["refresh"][old]
        token_set["dead"].append(old)
    return issue_pair(books, token_set, newest + 1)


def find_refresh(books: Books, client_id: str, token: str) -> Row:
    """The set that a refresh token belongs or belonged to."""
    for token_set in books.login["sets"].values():
        if token_set["client_id"] == client_id and (token in token_set["refresh"] or token in token_set["dead"]):
            return token_set
    raise TokenRefused(401, "unauthorized_client", "Old refresh token used.")


def count_call(books: Books, client_id: str, user: str) -> None:
    """Not documented: what the 201st call is answered."""
    today = books.clock.now().date().isoformat()
    calls = books.login["calls"]
    if calls.get("day") != today:
        calls.clear()
        calls["day"] = today
    name = f"{client_id}/{user}"
    calls[name] = calls.get(name, 0) + 1
    if books.switches["limits"] and calls[name] > TOKEN_CALLS_A_DAY:
        raise TokenRefused(400, "access_denied", "Rate limit exceeded: too many token requests today")


def find_access(books: Books, token: str) -> tuple[Row, datetime] | None:
    """The token set of an access token and when the token was issued; expired ones are found too."""
    for token_set in books.login["sets"].values():
        if token in token_set["access"]:
            return token_set, token_set["access"][token]
    return None


def revoke(books: Books, **equal: Any) -> None:
    """Forget token sets, as when a user withdraws the app's access."""
    sets = books.login["sets"]
    for name in [n for n, row in sets.items() if all(row[k] == v for k, v in equal.items())]:
        del sets[name]
    books.version += 1
