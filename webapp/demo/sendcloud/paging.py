"""Pages by cursor and `Link` header: a cursor is base64 of `r=1&p=position`, as Sendcloud documents it."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import request

from webapp.demo.sendcloud.books import Row
from webapp.demo.sendcloud.errors import Refused, not_found, problem

Place = tuple[Any, ...]


def page_size(default: int, most: int) -> int:
    """The `page_size` asked for, refused when it is not 1 to `most`."""
    given = request.args.get("page_size")
    if given is None:
        return default
    if not given.isdecimal() or not 1 <= int(given) <= most:
        detail = f"Ensure this value is between 1 and {most}."
        raise Refused(400, problem(400, "invalid", detail, parameter="page_size"))
    return int(given)


def cursor_of(place: Place, reverse: bool) -> str:
    fields = ({"r": "1"} if reverse else {}) | {"p": json.dumps(place)}
    return base64.urlsafe_b64encode(urlencode(fields).encode()).decode().rstrip("=")


def place_of(cursor: str) -> tuple[Place, bool]:
    """The position in a cursor and whether to read backwards from it."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        fields = parse_qs(base64.b64decode(padded, b"-_", validate=True).decode())
        return tuple(json.loads(fields["p"][0])), "r" in fields
    except (binascii.Error, KeyError, TypeError, ValueError) as error:
        raise not_found("Invalid cursor", title="Invalid cursor") from error


def page(
    rows: list[Row], place: Callable[[Row], Place], size: int, *, descending: bool = False
) -> tuple[list[Row], dict[str, str]]:
    """The page that the request's cursor asks for, and the `Link` header to its neighbours."""
    found, beside = page_beside(rows, place, size, descending=descending)
    links = ", ".join(f'<{address}>; rel="{side}"' for side, address in beside.items())
    return found, {"Link": links} if links else {}


def page_beside(
    rows: list[Row], place: Callable[[Row], Place], size: int, *, descending: bool = False
) -> tuple[list[Row], dict[str, str]]:
    """The page that the request's cursor asks for, and the addresses of the `next` and the `prev` one.

    By position, not by offset: what leaves the list between two pages moves nothing.
    """
    rows = sorted(rows, key=place, reverse=descending)
    first, last = 0, size
    if cursor := request.args.get("cursor"):
        at, backwards = place_of(cursor)
        before = sum(is_before(place(row), at, descending) for row in rows)
        same = sum(place(row) == at for row in rows[before : before + 1])
        first, last = (max(before - size, 0), before) if backwards else (before + same, before + same + size)
    found = rows[first:last]
    beside = {}
    if found and last < len(rows):
        beside["next"] = address(place(found[-1]), False)
    if found and first > 0:
        beside["prev"] = address(place(found[0]), True)
    return found, beside


def is_before(place: Place, at: Place, descending: bool) -> bool:
    try:
        return place > at if descending else place < at
    except TypeError as error:
        raise not_found("Invalid cursor", title="Invalid cursor") from error


def address(place: Place, reverse: bool) -> str:
    return f"{request.base_url}?{urlencode({**request.args.to_dict(), 'cursor': cursor_of(place, reverse)})}"
