"""Tokens by client credentials, at the address that Sendcloud has them on `account.sendcloud.com`.

Documented: Basic auth with the keys of the integration, `grant_type` and `scope` in the form, an hour of life, and
then `Authorization: Bearer`. The words of the refusals are those of OAuth. Tokens do not survive a stop.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, jsonify, request

from webapp.demo.sendcloud.books import Row

api = Blueprint("oauth", __name__)

LIFE = timedelta(hours=1)


class Tokens:
    """Which integration a token was given to, and until when."""

    def __init__(self) -> None:
        self._given: dict[str, tuple[int, datetime]] = {}

    def give(self, integration_id: int, now: datetime) -> str:
        token = secrets.token_urlsafe(32)
        self._given[token] = (integration_id, now + LIFE)
        return token

    def holder(self, token: str, now: datetime) -> int | None:
        integration_id, end = self._given.get(token, (None, now))
        return integration_id if now < end else None


@api.post("/oauth2/token", strict_slashes=False)
def token() -> Any:
    played = current_app.extensions["sendcloud"]
    given = request.authorization
    keys = (given.username, given.password) if given and given.type == "basic" else None
    row = holder_of(keys)
    if row is None:
        return refusal(401, "invalid_client", "Client authentication failed.")
    if request.form.get("grant_type") != "client_credentials":
        return refusal(400, "unsupported_grant_type", "The authorization grant type is not supported.")
    answer = {
        "access_token": played["tokens"].give(row["id"], played["clock"].now()),
        "expires_in": int(LIFE.total_seconds()),
        "scope": request.form.get("scope", "api"),
        "token_type": "bearer",
    }
    return jsonify(answer), 200, {"Cache-Control": "no-store"}


def holder_of(keys: tuple[str | None, str | None] | None) -> Row | None:
    rows = current_app.extensions["sendcloud"]["books"].integrations.values()
    return next((row for row in rows if keys == (row["public_key"], row["secret_key"])), None)


def refusal(status: int, error: str, description: str) -> Any:
    return jsonify(error=error, error_description=description, status_code=status), status
