"""The bench both played services stand on: a clock, a request log and fault switches.

`Bench` wraps a WSGI app. Everything under `/_bench/` is the bench's own and answers on loopback
only; an app may add `/_bench/...` routes of its own, they pass through.
"""

import json
import os
import re
import select
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from webapp.demo.keeping import Keeper, load_json, save_json
from webapp.demo.serving import Server, read_body, status_line

__all__ = ["Bench", "Clock", "Hangup", "Keeper", "Server", "load_json", "read_body", "save_json"]

KINDS = ("status", "timeout", "reset", "cut", "html", "lost")
KEPT_REQUESTS = 20_000
KEPT_BODIES = 500
LONGEST_BODY = 1_000_000
MAINTENANCE = (
    "<!doctype html><html><head><title>Maintenance</title></head>"
    "<body><h1>We are working on it</h1><p>Please try again later.</p></body></html>"
)


class Clock:
    """The time of the played service: real time plus an offset, or standing still."""

    def __init__(self, start: datetime | None = None):
        self._lock = threading.Lock()
        self._offset = timedelta()
        self._frozen: datetime | None = None
        if start is not None:
            self.set(start)

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        return self._frozen or datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        """Make it `moment` now; a moment without a zone is taken as UTC."""
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        with self._lock:
            if self._frozen:
                self._frozen = moment
            else:
                self._offset = moment - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        with self._lock:
            if self._frozen:
                self._frozen += timedelta(seconds=seconds)
            else:
                self._offset += timedelta(seconds=seconds)

    def freeze(self, frozen: bool = True) -> None:
        """Stop the clock where it stands, or let it run on from there."""
        with self._lock:
            now = self._now()
            self._frozen = now if frozen else None
            self._offset = now - datetime.now(UTC)

    @property
    def frozen(self) -> bool:
        return self._frozen is not None


class Hangup(ConnectionError):
    """The bench hangs up on the client; what was produced so far is still sent."""


class Bench:
    """WSGI middleware: keeps a log of requests and applies fault switches.

    Kinds of fault: `status` answers that status without doing the work; `timeout` holds until the
    client goes away or `seconds` passed; `reset` drops the connection before the work; `cut` does
    the work, announces its full length and sends half; `html` answers 200 with a maintenance page;
    `lost` does the work, then drops the connection so that the answer is lost.
    """

    def __init__(self, app: Callable, clock: Clock, *, name: str):
        self.app = app
        self.clock = clock
        self.name = name
        self._lock = threading.Lock()
        self._log: deque[dict] = deque(maxlen=KEPT_REQUESTS)
        self._count = 0
        self._faults: list[dict] = []
        self._fault_count = 0

    # --- for tests in the same process -------------------------------------------------

    @property
    def requests(self) -> list[dict]:
        """The logged requests, oldest first, with their bodies."""
        with self._lock:
            return [dict(entry) for entry in self._log]

    def count(self, method: str = "*", path: str = "") -> int:
        """How many logged requests have this method and a path that this regex is found in."""
        return sum(method in ("*", e["method"]) and bool(re.search(path, e["path"])) for e in self.requests)

    def clear_requests(self) -> None:
        with self._lock:
            self._log.clear()

    @property
    def faults(self) -> list[dict]:
        with self._lock:
            return [dict(fault) for fault in self._faults]

    def add_fault(
        self,
        kind: str,
        path: str = "",
        method: str = "*",
        *,
        status: int = 503,
        headers: dict[str, str] | None = None,
        body: Any = "",
        times: int = 1,
        skip: int = 0,
        seconds: float = 30,
    ) -> int:
        """Switch a fault on for `times` requests (0 = until cleared) after `skip` that pass; the id."""
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        re.compile(path)
        fault = {
            "kind": kind,
            "path": path,
            "method": method.upper(),
            "status": int(status),
            "headers": dict(headers or {}),
            "body": body,
            "times": int(times),
            "skip": int(skip),
            "seconds": float(seconds),
            "used": 0,
        }
        with self._lock:
            self._fault_count += 1
            self._faults.append(fault | {"id": self._fault_count})
            return self._fault_count

    def clear_faults(self, fault_id: int | None = None) -> None:
        with self._lock:
            self._faults = [f for f in self._faults if fault_id is not None and f["id"] != fault_id]

    # --- the middleware -----------------------------------------------------------------

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/_bench/"):
            if not is_loopback(environ):
                return plain_answer(start_response, 404, b"Not found")
            if path.removeprefix("/_bench/") in ("clock", "requests", "faults"):
                return self._control(environ, start_response)
            return self.app(environ, start_response)
        body = read_body(environ)
        fault = self._take_fault(environ["REQUEST_METHOD"], path)
        entry = self._note(environ, body, fault)
        return self._serve(environ, start_response, fault, entry)

    def _serve(self, environ: dict, start_response: Callable, fault: dict | None, entry: dict) -> Iterable[bytes]:
        kind = fault["kind"] if fault else None
        if kind == "reset":
            hang_up(environ)
        if kind == "timeout":
            hold(environ, fault["seconds"])  # type: ignore[index]
        if kind in ("status", "html"):
            status, headers, body = made_up_answer(fault)  # type: ignore[arg-type]
        else:
            status, headers, body = run_app(self.app, environ)
        entry["status"] = int(status.split(" ", 1)[0])
        entry["response"] = as_text(body)
        if kind == "lost":
            hang_up(environ)
        if kind == "cut":
            return half_of(start_response, status, headers, body)
        start_response(status, headers)
        return [body]

    def _take_fault(self, method: str, path: str) -> dict | None:
        with self._lock:
            for fault in self._faults:
                if fault["method"] not in ("*", method) or not re.search(fault["path"], path):
                    continue
                if fault["skip"] > 0:
                    fault["skip"] -= 1
                    continue
                fault["used"] += 1
                if fault["used"] == fault["times"]:
                    self._faults.remove(fault)
                return dict(fault)
        return None

    def _note(self, environ: dict, body: bytes, fault: dict | None) -> dict:
        entry = {
            "at": self.clock.now().isoformat(),
            "method": environ["REQUEST_METHOD"],
            "path": environ.get("PATH_INFO", ""),
            "query": environ.get("QUERY_STRING", ""),
            "status": None,
            "fault": fault["kind"] if fault else None,
            "body_bytes": len(body),
            "request": as_text(body),
            "response": None,
        }
        with self._lock:
            self._count += 1
            entry["n"] = self._count
            self._log.append(entry)
            if len(self._log) > KEPT_BODIES:
                self._log[-KEPT_BODIES - 1].update(request=None, response=None)
        return entry

    # --- the control addresses ------------------------------------------------------------

    def _control(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        query = {key: values[-1] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        what = environ["PATH_INFO"].removeprefix("/_bench/")
        try:
            body = json.loads(read_body(environ) or b"{}") if method == "POST" else {}
            handler = getattr(self, f"_{method.lower()}_{what}", None)
            if handler is None:
                return json_answer(start_response, 405, {"error": "method not allowed here"})
            return json_answer(start_response, 200, handler(query, body))
        except (ValueError, TypeError, KeyError, re.error) as error:
            return json_answer(start_response, 400, {"error": str(error)})

    def _get_clock(self, query: dict, body: dict) -> dict:
        return {"now": self.clock.now().isoformat(), "frozen": self.clock.frozen}

    def _post_clock(self, query: dict, body: dict) -> dict:
        if "freeze" in body:
            self.clock.freeze(bool(body["freeze"]))
        if "set" in body:
            self.clock.set(datetime.fromisoformat(body["set"]))
        if "advance" in body:
            self.clock.advance(float(body["advance"]))
        return self._get_clock(query, body)

    def _get_requests(self, query: dict, body: dict) -> list[dict]:
        """Bodies only with `?bodies=1`; `?since=N` leaves out requests up to number N."""
        hidden = () if query.get("bodies") == "1" else ("request", "response")
        since = int(query.get("since", 0))
        return [
            {key: value for key, value in entry.items() if key not in hidden}
            for entry in self.requests
            if entry["n"] > since
        ]

    def _delete_requests(self, query: dict, body: dict) -> dict:
        self.clear_requests()
        return {"cleared": True}

    def _get_faults(self, query: dict, body: dict) -> list[dict]:
        return self.faults

    def _post_faults(self, query: dict, body: dict) -> dict:
        return {"id": self.add_fault(**body)}

    def _delete_faults(self, query: dict, body: dict) -> dict:
        """All of them, or with `?id=N` that one."""
        self.clear_faults(int(query["id"]) if "id" in query else None)
        return {"cleared": True}


def is_loopback(environ: dict) -> bool:
    address = environ.get("REMOTE_ADDR", "127.0.0.1")
    return address.startswith("127.") or address in ("::1", "::ffff:127.0.0.1")


def run_app(app: Callable, environ: dict) -> tuple[str, list[tuple[str, str]], bytes]:
    """Let the app do its work and return status, headers and the whole body."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        head[:] = [status, headers]

    answer = app(environ, start_response)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return head[0], list(head[1]), body


def made_up_answer(fault: dict) -> tuple[str, list[tuple[str, str]], bytes]:
    """The answer of a `status` or `html` fault. A body that is not text goes out as JSON."""
    text, kind = fault["body"], "text/plain; charset=utf-8"
    if fault["kind"] == "html":
        text, kind = text or MAINTENANCE, "text/html; charset=utf-8"
    elif not isinstance(text, str):
        text, kind = json.dumps(text), "application/json; charset=utf-8"
    status = 200 if fault["kind"] == "html" else fault["status"]
    headers = dict(fault["headers"])
    if text and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = kind
    body = text.encode()
    headers["Content-Length"] = str(len(body))
    return status_line(status), list(headers.items()), body


def half_of(start_response: Callable, status: str, headers: list, body: bytes) -> Iterable[bytes]:
    """Announce the full length, send half and hang up. Nothing to halve: hang up without an answer."""
    if body:
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        start_response(status, [*kept, ("Content-Length", str(len(body)))])
        yield body[: len(body) // 2]
    raise Hangup("cut")


def hang_up(environ: dict) -> None:
    """Close the socket with RST: no lingering, and past the file objects that still hold it."""
    sock = environ.get("werkzeug.socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(sock.detach())
    raise Hangup("reset")


def hold(environ: dict, seconds: float) -> None:
    """Keep the client waiting until it goes away or the seconds are over, then hang up."""
    sock = environ.get("werkzeug.socket")
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if sock is None:
            time.sleep(left)
            continue
        try:
            readable, _, _ = select.select([sock], [], [], min(left, 0.2))
            if readable and not sock.recv(1, socket.MSG_PEEK):
                break
        except (OSError, ValueError):
            break
        if readable:
            time.sleep(min(left, 0.2))
    raise Hangup("timeout")


def as_text(body: bytes) -> str:
    return body[:LONGEST_BODY].decode("utf-8", "replace")


def plain_answer(start_response: Callable, status: int, body: bytes, kind: str = "text/plain") -> list[bytes]:
    start_response(status_line(status), [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def json_answer(start_response: Callable, status: int, data: Any) -> list[bytes]:
    return plain_answer(start_response, status, json.dumps(data).encode(), "application/json")
