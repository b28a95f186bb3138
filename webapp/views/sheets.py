"""The lists as files for a spreadsheet, with the filters of the page that they are taken from."""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from webapp.db import database
from webapp.models import Division
from webapp.pages import sheets
from webapp.pages.order_list import Filter
from webapp.security import division_or_404

blueprint = Blueprint("sheets", __name__, url_prefix="/divisions/<int:code>")


@blueprint.get("/orders.csv")
def orders(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    rows = sheets.orders(division, Filter.parse(request.args))
    return _file(division, "orders", sheets.orders_head(), rows)


@blueprint.get("/logs.csv")
def logs(code: int) -> ResponseReturnValue:
    division = division_or_404(code)
    if request.args.get("show") == "resolved":
        return _file(division, "solved", sheets.solved_head(), sheets.solved(division))
    rows = sheets.in_trouble(division, request.args.get("kind", ""))
    return _file(division, "logs", sheets.problems_head(), rows)


def _file(division: Division, what: str, head: sheets.Row, rows: Iterable[sheets.Row]) -> Response:
    """Sent while it is made: a list of a hundred thousand orders takes no more memory than a page."""
    lines: Iterator[str] = stream_with_context(_connected(sheets.written(head, rows)))
    headers = {"Content-Disposition": f'attachment; filename="{sheets.name(division, what)}"'}
    return Response(lines, mimetype="text/csv", headers=headers)


def _connected(lines: Iterable[str]) -> Iterator[str]:
    """The request has given its connection back before the first line is asked for."""
    with database.connection_context():
        yield from lines
