"""A played service for the clients: it gives the answers that a test lays down, and keeps what it was asked."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
import time_machine

from webapp import clock
from webapp.demo.kit import Bench, Clock, Server, read_body

NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    raw_query: str
    headers: dict[str, str]
    body: bytes
    port: int  # of the client

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Played:
    """A WSGI app. `lay` puts an answer down; they are given in that order, and 599 when there is none left."""

    def __init__(self) -> None:
        self.answers: deque[tuple[int, dict[str, str], bytes]] = deque()
        self.asked: list[Asked] = []
        self.bench = Bench(self, Clock(), name="played")
        self.url = ""

    def lay(self, body: Any = "", status: int = 200, **headers: str) -> None:
        """A body that is not text or bytes goes out as JSON; headers by name, `_` for `-`."""
        kind = "text/plain" if isinstance(body, str | bytes) else "application/json"
        found = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
        if not isinstance(body, str | bytes):
            body = json.dumps(body)
        self.answers.append((status, found, body.encode() if isinstance(body, str) else body))

    def __call__(self, environ: dict, start_response: Any) -> list[bytes]:
        headers = {name[5:].replace("_", "-").title(): text for name, text in environ.items() if name[:5] == "HTTP_"}
        headers["Content-Type"] = environ.get("CONTENT_TYPE", "")
        query = environ.get("QUERY_STRING", "")
        self.asked.append(
            Asked(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                dict(parse_qsl(query)),
                query,
                headers,
                read_body(environ),
                int(environ["REMOTE_PORT"]),
            )
        )
        status, head, body = self.answers.popleft() if self.answers else (599, {}, b"nothing laid down")
        start_response(f"{status} Played", [*head.items(), ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture(scope="module")
def _service() -> Iterator[Played]:
    played = Played()
    with Server(played.bench) as server:
        played.url = server.url
        yield played


@pytest.fixture
def played(_service: Played) -> Iterator[Played]:
    """The service, with nothing laid down. What a test laid down must have been asked for at its end."""
    _service.answers.clear()
    _service.asked.clear()
    _service.bench.clear_requests()
    yield _service
    _service.bench.clear_faults()
    assert not _service.answers, f"{len(_service.answers)} answers were never asked for"


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Time stands still; `time.slept` are the waits, which let it go on."""
    with time_machine.travel(NOON, tick=False) as traveller:
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            traveller.shift(seconds)

        monkeypatch.setattr(clock, "sleep", sleep)
        traveller.slept = slept
        yield traveller
