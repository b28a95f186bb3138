"""Signing in at Exact Online and renewing tokens: OAuth 2 by Authlib.

https://support.exactonline.com/community/s/knowledge-base#All-All-DNO-Content-oauth-eol-oauth-devstep1 (steps 1-3)

Exact's own rules: one site per country; credentials in the body; a code lives 3 minutes and works once; an
access token lives 600 s and may not be renewed before 570 s; a refresh token works once and is replaced by
each renewal; at most 200 token calls a day. No `scope` is asked: the scopes stand on the app.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from webapp import clock
from webapp.clients.exact_answers import SERVICE
from webapp.clients.http import TIMEOUT
from webapp.errors import NoAnswer, Reconnect, Refused, Retryable

if TYPE_CHECKING:  # else only when Exact is asked for a token: it is slow to import
    from authlib.integrations.base_client.errors import OAuthError
    from authlib.integrations.requests_client import OAuth2Session

SITES = {
    "nl": "https://start.exactonline.nl",
    "be": "https://start.exactonline.be",
    "de": "https://start.exactonline.de",
    "fr": "https://start.exactonline.fr",
    "es": "https://start.exactonline.es",
    "uk": "https://start.exactonline.co.uk",
    "us": "https://start.exactonline.com",
}

RENEW_FROM = 570  # seconds of age from which Exact allows a renewal; the token dies at 600
LIFETIME = 600


@dataclass(frozen=True)
class Tokens:
    """A pair as Exact gave it; moments in seconds since the epoch."""

    access_token: str
    refresh_token: str
    received_at: int
    expires_at: int


class TooEarly(Retryable):
    """Exact refuses to renew a token that still lives: keep the present one."""


class ExactOAuth:
    """The two OAuth addresses of one Exact site, for one app."""

    def __init__(self, site: str, client_id: str, client_secret: str) -> None:
        self.site = site
        self.client_id = client_id
        self.client_secret = client_secret

    def _session(self, redirect_uri: str | None = None) -> "OAuth2Session":
        from authlib.integrations.requests_client import OAuth2Session

        session = OAuth2Session(
            self.client_id,
            self.client_secret,
            token_endpoint_auth_method="client_secret_post",
            redirect_uri=redirect_uri,
            default_timeout=TIMEOUT,
        )
        session.trust_env = False
        return session

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Where to send the browser."""
        url, _ = self._session(redirect_uri).create_authorization_url(
            f"{self.site}/api/oauth2/auth", state=state, force_login="0"
        )
        return str(url)

    def redeem(self, code: str, redirect_uri: str) -> Tokens:
        """Tokens for the code of a consent. Raises Refused("code_used") for a spent, late or foreign code."""
        return self._ask("code_used", redirect_uri, grant_type="authorization_code", code=code)

    def renew(self, refresh_token: str) -> Tokens:
        """A new pair; the old one dies. Raises TooEarly, Reconnect("token_spent"), Retryable or NoAnswer."""
        return self._ask("token_spent", None, grant_type="refresh_token", refresh_token=refresh_token)

    def _ask(self, spent: str, redirect_uri: str | None, **form: str) -> Tokens:
        from authlib.integrations.base_client.errors import OAuthError

        try:
            # A redirect is not followed: it would take the secret and the token along.
            answer = self._session(redirect_uri).fetch_token(
                f"{self.site}/api/oauth2/token", allow_redirects=False, **form
            )
        except OAuthError as error:
            raise _judged(error, spent) from error
        except requests.HTTPError as error:
            status = error.response.status_code
            code = "too_many_calls" if status == 429 else "service_down"
            raise Retryable(code, service=SERVICE, status=status) from error
        except requests.JSONDecodeError as error:
            raise Retryable("bad_answer", service=SERVICE) from error
        except OSError as error:  # every other error of requests is one
            raise NoAnswer("no_answer", service=SERVICE) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise Retryable("bad_answer", service=SERVICE) from error
        return _tokens(answer)


def _judged(error: "OAuthError", spent: str) -> Exception:
    """Exact's refusals: too early, spent (401 unauthorized_client or 400 invalid_grant), or a wrong app."""
    said = f"{error.error} {error.description or ''}".strip()
    if "not expired" in said.lower():
        return TooEarly("token_too_early", service=SERVICE)
    if "rate limit" in said.lower():
        return Retryable("too_many_calls", service=SERVICE)
    if error.error in ("server_error", "temporarily_unavailable"):
        return Retryable("service_down", service=SERVICE, status=400)
    if error.error == "invalid_client":
        return Refused("exact_app_wrong", detail=said)
    if spent == "code_used":
        return Refused("code_used", detail=said)
    return Reconnect("token_spent", detail=said)


def _tokens(answer: Any) -> Tokens:
    """`expires_in` comes as text; accept both. An answer without tokens is none."""
    now = clock.now()
    try:
        lifetime = int(answer.get("expires_in") or LIFETIME)
        return Tokens(str(answer["access_token"]), str(answer["refresh_token"]), now, now + lifetime)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Retryable("bad_answer", service=SERVICE) from error
