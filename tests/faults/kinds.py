"""The faults of the matrix: what the far side answers instead, and where each can happen at all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from webapp.demo.exact.books import epoch_ms
from webapp.demo.exact.limits import start_of_day
from webapp.demo.kit import Bench

TOKEN = "/api/oauth2/token"


@dataclass(frozen=True, order=True)
class Endpoint:
    """A kind of call: ids in the path are left open."""

    situation: str
    service: str  # exact, sendcloud
    method: str
    path: str  # a regular expression

    @property
    def token(self) -> bool:
        return TOKEN in self.path

    def __str__(self) -> str:
        shown = self.path.strip("^$").replace("\\", "").replace("[^/]+", "*").replace("(.*)", "(*)")
        return f"{self.situation:5} {self.method:6} {shown}"


def said(words: str) -> dict[str, Any]:
    """An error as Exact says it."""
    return {"error": {"code": "", "message": {"lang": "", "value": words}}}


def everywhere(_: Endpoint) -> bool:
    return True


def of_exact(endpoint: Endpoint) -> bool:
    return endpoint.service == "exact" and not endpoint.token


def of_token(endpoint: Endpoint) -> bool:
    return endpoint.token


def of_sendcloud(endpoint: Endpoint) -> bool:
    return endpoint.service == "sendcloud"


def of_writes(endpoint: Endpoint) -> bool:
    """Where a lost answer differs from a lost question."""
    return endpoint.method != "GET"


@dataclass(frozen=True)
class Fault:
    """One column of the matrix."""

    name: str
    kind: str
    applies: Callable[[Endpoint], bool] = everywhere
    status: int = 503
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def for_the_day(self) -> bool:
        return self.name == "429 day"

    def on(self, bench: Bench, endpoint: Endpoint, times: int = 0) -> None:
        """So many such calls meet it; 0: every one until the faults are cleared."""
        headers = dict(self.headers)
        if self.for_the_day:
            midnight = start_of_day(bench.clock.now()) + timedelta(days=1)
            headers |= {"X-RateLimit-Reset": str(epoch_ms(midnight))}
        bench.add_fault(
            self.kind,
            endpoint.path,
            endpoint.method,
            status=self.status,
            headers=headers,
            body=self.body,
            times=times,
        )


DAY = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0"}
MINUTE = {"X-RateLimit-Minutely-Limit": "60", "X-RateLimit-Minutely-Remaining": "0"}
SPENT = {"error": "invalid_grant", "error_description": "The refresh token has been used"}
GONE = {"errors": [{"status": "404", "code": "not_found", "detail": "Not found."}]}
BUSY = {"errors": [{"status": "409", "code": "conflict", "detail": "Conflict with another change."}]}
KEYS = {"errors": [{"status": "401", "code": "authentication_failed", "detail": "Invalid username/password."}]}
MAY_NOT = {"errors": [{"status": "403", "code": "permission_denied", "detail": "You may not do this."}]}

FAULTS = (
    Fault("429 minute", "status", of_exact, 429, "", MINUTE),
    Fault("429 minute", "status", of_sendcloud, 429, "", {"Retry-After": "20"}),
    Fault("429 minute", "status", of_token, 429, ""),
    Fault("429 day", "status", of_exact, 429, "", DAY),
    Fault("500", "status", everywhere, 500, ""),
    Fault("502 HTML", "status", everywhere, 502, "<html><h1>Bad gateway</h1></html>", {"Content-Type": "text/html"}),
    Fault("503", "status", everywhere, 503, ""),
    Fault("timeout", "timeout"),
    Fault("reset", "reset"),
    Fault("cut JSON", "cut"),
    Fault("HTML, 200", "html"),
    Fault("401 expired", "status", of_exact, 401, ""),
    Fault("401 spent", "status", of_token, 401, SPENT),
    Fault("401 keys", "status", of_sendcloud, 401, KEYS),
    Fault("403 right", "status", of_exact, 403, said("Forbidden: you have no rights for this.")),
    Fault("403 right", "status", of_sendcloud, 403, MAY_NOT),
    Fault("403 scope", "status", of_exact, 403, said("Forbidden: the scope is not granted to this app.")),
    Fault("403 blocked", "status", of_exact, 403, said("API key blocked"), {"Reason": "TooManyErrors"}),
    Fault("404", "status", of_exact, 404, said("Resource not found")),
    Fault("404", "status", of_sendcloud, 404, GONE),
    Fault("409", "status", of_exact, 409, said("Conflict")),
    Fault("409", "status", of_sendcloud, 409, BUSY),
    Fault("done, lost", "lost", of_writes),
)
