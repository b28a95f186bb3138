"""What a view needs to know of the request: who asks, what, and when it is."""

import json
from typing import Any

from flask import current_app, g, request

from webapp.demo.sendcloud.books import Books, Row, stamp
from webapp.demo.sendcloud.errors import refuse


def books() -> Books:
    return current_app.extensions["sendcloud"]["books"]


def now() -> str:
    return stamp(current_app.extensions["sendcloud"]["clock"].now())


def integration() -> Row:
    """The integration whose keys were used."""
    return g.integration


def account() -> int:
    return g.integration["account"]


def payload() -> Any:
    """The JSON body; a body of another kind, or one that is not JSON, is refused. No body is an empty object."""
    if not request.get_data():
        return {}
    if request.mimetype != "application/json":
        detail = f'Unsupported media type "{request.mimetype}" in request.'
        raise refuse(415, "invalid", detail, title="Unsupported Media Type")
    try:
        return json.loads(request.get_data(), parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise refuse(400, "invalid", f"JSON parse error - {error}", title="Malformed request") from error


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
