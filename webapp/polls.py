"""An open page asks every two seconds, and mostly nothing is new. That is told here, before Flask takes the request
up: that alone takes longer than to find it out.

Nothing is decided here. Who is signed in and what he may see is asked of `security` and `watch`, as everywhere; what
is no poll, or has another answer than "nothing new", goes on to the app as if this were not there.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Request

from webapp import security
from webapp.config import Config
from webapp.db import database
from webapp.pages import watch

POLL = re.compile(r"/divisions/(\d{1,18})/(?:logs/|orders/[^/]+/)?live")


def init_app(app: Flask, config: Config) -> None:
    inner: Callable[..., Iterable[bytes]] = app.wsgi_app
    headers = [*security.headers(config).items(), ("Cache-Control", "no-store")]

    def answered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = POLL.fullmatch(environ.get("PATH_INFO", "")) if _is_poll(environ) else None
        if asked and _is_current(app, environ, int(asked[1])):
            start_response("204 NO CONTENT", list(headers))  # a server may change its list
            return ()
        return inner(environ, start_response)

    app.wsgi_app = answered  # type: ignore[method-assign]


def _is_poll(environ: dict[str, Any]) -> bool:
    """A page at rest says by its tag what it shows, and asks seldom: that is the app's."""
    return environ["REQUEST_METHOD"] == "GET" and "moving=1" in environ.get("QUERY_STRING", "")


def _is_current(app: Flask, environ: dict[str, Any], code: int) -> bool:
    """Whether the page of somebody who may look shows all there is, and his cookie need not be written anew."""
    request = Request(environ)
    try:
        session = app.session_interface.open_session(app, request)
        if not session or security.is_old(session):
            return False
        with database.connection_context():
            user = security.user_of(session)
            watched = watch.by(user, code) if user else None
        return watched is not None and watch.is_shown(watched, request.args)
    except Exception:  # the app meets it as well, and has the words
        return False
