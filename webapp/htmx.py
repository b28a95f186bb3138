"""Everything that reads or writes an HX header. A page must be whole without it."""

from urllib.parse import urlsplit

from flask import Response
from flask_htmx import HTMX

htmx = HTMX()


def asked() -> bool:
    """Whether htmx asks for a fragment (and not a browser for a page)."""
    return bool(htmx) and not htmx.boosted


def current_path() -> str:
    """Path and query of the page that the browser shows, "" if htmx did not ask."""
    parts = urlsplit(htmx.current_url or "")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def go_to(path: str, status: int = 204) -> Response:
    """Make the browser load a whole page: an XHR would follow a plain redirect unseen, into a table cell."""
    return Response(status=status, headers={"HX-Redirect": path})


def put_in(response: Response, selector: str, swap: str = "innerHTML") -> Response:
    """Place the answer there, whatever the element that asked has as its target."""
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = swap
    return response
