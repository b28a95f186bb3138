"""How an answer leaves: JSON for those who ask for it and Atom for the others, errors likewise.

Documented: `d` round everything, `results` round rows, Atom without `Accept: application/json`. The error
texts are those reported by clients.
"""

import json
from typing import Any

from flask import Response, current_app, request

from webapp.demo.exact import atom
from webapp.demo.exact.books import Books, Row
from webapp.demo.exact.limits import Refused
from webapp.demo.exact.present import View, error_body


def books() -> Books:
    return current_app.extensions["books"]


def base() -> str:
    """Scheme and host of links: the client's own way here, unless a switch sends it astray."""
    return books().switches["next_host"] or request.host_url.rstrip("/")


def refusal(refused: Exception) -> Response:
    if isinstance(refused, Refused):
        status, text, headers = refused.status, refused.text, refused.headers
    else:
        status, text, headers = 400, str(refused), {}
    if not text:
        return Response(status=status, headers=headers)
    body, kind = error_body(text, wants_json())
    return Response(body if isinstance(body, str) else json.dumps(body), status, headers, content_type=kind)


def wants_json() -> bool:
    return "json" in request.headers.get("Accept", "").lower()


def answer(shown: Any, view: View, status: int = 200, extra: Row | None = None, plain: bool = False) -> Response:
    """Rows under `d.results` (or, when `plain`, just under `d`) and one row under `d`; Atom without JSON."""
    if not wants_json():
        text = atom.document(shown, view.endpoint, extra or {})
        return Response(text, status, content_type="application/atom+xml; charset=utf-8")
    if isinstance(shown, list) and not plain:
        shown = {"results": shown} | (extra or {})
    headers = {"DataServiceVersion": "2.0;"}
    return Response(json.dumps({"d": shown}), status, headers, content_type="application/json; charset=utf-8")
