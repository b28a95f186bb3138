"""One request and its answer, with every failure of transport turned into an error of `webapp.errors`."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from webapp.errors import NoAnswer, Retryable

TIMEOUT = (10, 90)  # seconds to connect, to wait for bytes; a label call waits for the carrier
LARGEST_ANSWER = 64 * 1024 * 1024
HALF_SIGN = re.compile(rb"\\u[dD][89a-fA-F]")  # an emoji that a field's length may have cut in two
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
            found = json.loads(self.body)
            return _whole_signs(found) if HALF_SIGN.search(self.body) else found
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
        sent = ""
        if "json" in options:
            sent = json.dumps(options.pop("json"), ensure_ascii=False, allow_nan=False)
            options["data"] = sent.encode("utf-8", "replace")
            options["headers"] = {"Content-Type": "application/json", **options.get("headers", {})}
        shown = None if private else sent[:SHOWN]
        exchange: dict[str, Any] = {"method": method, "url": url, "request": shown}
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
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise Retryable("bad_answer", service=self.service) from error
        if parts[:2] != urlsplit(self.base_url)[:2]:
            raise Retryable("other_host", service=self.service, host=parts.hostname or "")
        return url


def _refuse_nonsense(answer: Answer) -> None:
    if answer.status >= 500:
        raise Retryable("service_down", service=answer.service, status=answer.status, exchange=answer.exchange)
    page = bool(answer.body) and "html" in answer.headers.get("Content-Type", "")
    if 300 <= answer.status < 400 or len(answer.body) > LARGEST_ANSWER or (page and answer.status < 400):
        raise Retryable("bad_answer", service=answer.service, exchange=answer.exchange)


def _whole_signs(value: Any) -> Any:
    """The same JSON without halves of signs, which neither the database nor the other side would take."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_signs(part) for part in value]
    if isinstance(value, dict):
        return {_whole_signs(name): _whole_signs(part) for name, part in value.items()}
    return value


def _shown_bytes(body: bytes) -> str:
    if body[:5] == b"%PDF-":
        return f"PDF, {len(body)} bytes"
    return body[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN]
