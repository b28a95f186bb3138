"""The server that the app runs in: how much it takes, and how long it waits for who sends slowly or nothing at all.

Waitress reads a request to its end before a thread sees it, so whoever dawdles holds a connection and no thread. Its
own 100 connections are few: that many open ones that say nothing, and nobody else is answered.
"""

from typing import Any

import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask

from webapp.app import LARGEST_REQUEST
from webapp.errors import ConfigError

SETTINGS: dict[str, Any] = {
    "threads": 8,
    "ident": "Pakbon",
    "connection_limit": 500,  # a process may mostly have 1024 files open
    "asyncore_use_poll": True,  # select() knows no file above 1023
    "channel_timeout": 60,
    "cleanup_interval": 10,
    # A body is kept until it is whole: on disk what is longer than this, not at all what is longer than that.
    "inbuf_overflow": 64 * 1024,
    "max_request_body_size": 2 * LARGEST_REQUEST,
    # Headers of proxies pass: webapp/proxies.py decides whom to believe.
    "clear_untrusted_proxy_headers": False,
}


class Task(WSGITask):
    """An answer. Waitress ends the connection after one without a body (204, 304), as if nobody could tell where that
    ends: an open page would connect anew every two seconds. It ends with its header (RFC 9112, section 6.3)."""

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or asked or self.version != "1.1":
            super().set_close_on_finish()


class Impatient(HTTPChannel):
    """A connection on which a request must be whole within `channel_timeout`, however busily it trickles in."""

    task_class = Task
    last_activity: float

    def handle_read(self) -> None:
        request, since = self.request, self.last_activity
        super().handle_read()
        if request is not None and self.request is request:
            self.last_activity = since


def create(app: Flask, *, host: str, port: int, **settings: Any) -> Any:
    """The server, listening; `run()` serves until the process is told to end. Raises ConfigError if it cannot listen
    there."""
    BaseWSGIServer.channel_class = Impatient
    try:
        return waitress.create_server(app, host=host, port=port, **SETTINGS | settings)
    except OSError as error:
        raise ConfigError("config_listen", host=host, port=port, reason=error.strerror) from error
    except ValueError as error:  # no address of that name
        raise ConfigError("config_host", name="HOST", value=host) from error
