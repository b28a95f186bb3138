"""A threaded HTTP server for the played services, with kept-alive connections."""

import logging
import socket
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.serving import WSGIRequestHandler, make_server

log = logging.getLogger("demo")


def read_body(environ: dict) -> bytes:
    """The whole request body; it can be read again from `wsgi.input` afterwards."""
    source = environ.get("wsgi.input") or BytesIO()
    if environ.get("wsgi.input_terminated"):
        body = source.read()
    else:
        body = source.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    return body


def status_line(status: int) -> str:
    return f"{status} {HTTP_STATUS_CODES.get(status, 'Unknown')}"


class Handler(WSGIRequestHandler):
    """HTTP/1.1 with kept-alive connections.

    Werkzeug's own handler closes the connection after each answer because it cannot know whether
    the body was read; this one reads the body first and sends the answer in one piece.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.open_connections.add(self.connection)  # type: ignore[attr-defined]

    def finish(self) -> None:
        self.server.open_connections.discard(self.connection)  # type: ignore[attr-defined]
        super().finish()

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.environ = environ = self.make_environ()
        try:
            read_body(environ)
        except (ValueError, OSError):
            self.close_connection = True
            return self._send(status_line(400), [], b"")
        head: list[Any] = []
        body = bytearray()

        def start_response(status: str, headers: list[tuple[str, str]], exc: Any = None) -> Any:
            head[:] = [status, headers]

        try:
            for piece in self.server.app(environ, start_response):
                body += piece
        except ConnectionError:
            self.close_connection = True
        except Exception:
            log.exception("while answering %s %s", self.command, self.path)
            head, body = [status_line(500), []], bytearray()
        if head:
            self._send(head[0], head[1], bytes(body))

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        bare = int(code) in (204, 304) or code.startswith("1")
        if not bare and not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self._headers_buffer.append(b"\r\n")
        if not bare and self.command != "HEAD":
            self._headers_buffer.append(body)
        self.flush_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header `Date` goes by the played service's own clock, as the moments in its answers do."""
        clock = getattr(self.server.app, "clock", None)
        return super().date_time_string(clock.now().timestamp() if timestamp is None and clock else timestamp)

    def log(self, type: str, message: str, *args: Any) -> None:
        if type == "error":
            log.warning(message.rstrip(), *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Server:
    """A threaded server on loopback. `port=0` takes a free one; `.url` has no slash at the end."""

    def __init__(self, app: Callable, host: str = "127.0.0.1", port: int = 0):
        self._server = make_server(host, port, app, threaded=True, request_handler=Handler)
        self._server.open_connections = set()  # type: ignore[attr-defined]
        self._thread: threading.Thread | None = None
        self.host = host
        self.port = self._server.port
        self.url = f"http://{host}:{self.port}"

    def start(self) -> "Server":
        self._thread = threading.Thread(target=self.serve_forever, daemon=True, name=f"demo-{self.port}")
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        """Stop listening and drop the connections that clients keep alive."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join(5)
        self._server.server_close()
        for connection in list(self._server.open_connections):  # type: ignore[attr-defined]
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()
