"""One request and its answer, with every failure of transport turned into an error of `webapp.errors`."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from webapp.errors import NoAnswer, Retryable

TIMEOUT = (10, 90)  # seconds to connect, to wait for bytes; a label call waits for the carrier
LARGEST_ANSWER = 64 * 1024 * 1024
SHOWN = 4000  # characters of a body that the timeline keeps


@dataclass(frozen=True)
class Answer:
    """What came back: any status below 500, with its body not yet judged."""

    service: str
    status: int
    headers: Any
    body: bytes
    exchange: dict[str, Any]

    def json(self) -> Any:
        """The body as JSON; `None` if it is empty. Raises Retryable for HTML, half a body and other nonsense."""
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Retryable("bad_answer", service=self.service, exchange=self.exchange) from error

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Http:
    """A session with one service. Redirects are not followed: a bearer token must not travel."""

    def __init__(self, base_url: str, service: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.service = service
        self.session = requests.Session()
        self.session.trust_env = False  # no ~/.netrc, no proxy by accident
        self.session.headers["User-Agent"] = "Pakbon"

    def call(self, method: str, url: str, *, private: bool = False, **options: Any) -> Answer:
        """Send one request. `url` is a path of the base address or an absolute one on the same host.

        `private` keeps bodies out of the exchange (tokens, keys). Raises NoAnswer when the outcome is unknown,
        Retryable for 5xx and for an answer that cannot be from the service (a maintenance page).
        """
        url = self._absolute(url)
        exchange = {"method": method, "url": url, "request": None if private else _shown(options.get("json"))}
        try:
            reply = self.session.request(method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **options)
            body = reply.raw.read(LARGEST_ANSWER + 1, decode_content=True)
            reply.close()
        except (requests.RequestException, OSError, HTTPError) as error:
            exchange["answer"] = type(error).__name__
            raise NoAnswer("no_answer", service=self.service, exchange=exchange) from error
        exchange |= {"status": reply.status_code, "answer": None if private else _shown_bytes(body)}
        answer = Answer(self.service, reply.status_code, reply.headers, body, exchange)
        _refuse_nonsense(answer)
        return answer

    def _absolute(self, url: str) -> str:
        """Raises Retryable for an address on another host: a page link must not lead a token astray."""
        if not url.startswith(("http://", "https://")):
            return f"{self.base_url}/{url.lstrip('/')}"
        if urlsplit(url)[:2] != urlsplit(self.base_url)[:2]:
            raise Retryable("other_host", service=self.service, host=urlsplit(url).hostname or "")
        return url


def _refuse_nonsense(answer: Answer) -> None:
    if answer.status >= 500:
        raise Retryable("service_down", service=answer.service, status=answer.status, exchange=answer.exchange)
    page = "html" in answer.headers.get("Content-Type", "")
    if 300 <= answer.status < 400 or len(answer.body) > LARGEST_ANSWER or (page and answer.status < 400):
        raise Retryable("bad_answer", service=answer.service, exchange=answer.exchange)


def _shown(body: Any) -> Any:
    text = json.dumps(body, ensure_ascii=False, default=str) if body is not None else ""
    return text[:SHOWN]


def _shown_bytes(body: bytes) -> str:
    if body[:5] == b"%PDF-":
        return f"PDF, {len(body)} bytes"
    return body[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN]
