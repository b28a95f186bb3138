"""Flask's sessions in signed cookies, each cookie looked at once: a browser sends the same one for ten minutes, and
to prove the signature anew takes longer than what most requests are about."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

KEPT = 1000  # cookies


class Sessions(SecureCookieSessionInterface):
    """Of one app; its secret does not change while it runs."""

    def __init__(self, app: Flask) -> None:
        self._serializer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie or self._serializer is None:
            return self.session_class()
        try:
            said, signed_at = _read(self._serializer, cookie)
        except BadSignature:
            return self.session_class()
        age = datetime.now(UTC) - signed_at
        is_valid = timedelta(seconds=-1) < age <= app.permanent_session_lifetime  # it is signed by the second
        return self.session_class(deepcopy(said) if is_valid else None)


@lru_cache(KEPT)
def _read(serializer: URLSafeTimedSerializer, cookie: str) -> tuple[dict[str, Any], datetime]:
    """What a cookie says and when it was signed. Raises BadSignature, which is not kept."""
    said, signed_at = serializer.loads(cookie, return_timestamp=True)
    return said, signed_at
