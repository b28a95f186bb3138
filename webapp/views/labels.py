"""Labels as PDF: one, or several in one file. Whoever opens them is taken to print them."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.models import Parcel
from webapp.pages import selection
from webapp.security import current_config, division_or_404
from webapp.sync import labels

blueprint = Blueprint("labels", __name__, url_prefix="/divisions/<int:code>/labels")


@blueprint.get("/<int:parcel>")
def pdf(code: int, parcel: int) -> ResponseReturnValue:
    """The label of a parcel, by Sendcloud's number."""
    division = division_or_404(code)
    row = Parcel.get_or_none(Parcel.division == division, Parcel.parcel == parcel) or abort(404)
    content = labels.read(current_config(), division, row)
    if content is None:
        abort(404)
    Parcel.update(printed_at=clock.now()).where(Parcel.id == row.id).execute()
    return _file(content, f"label-{row.parcel}.pdf")


@blueprint.get("/together.pdf")
def several(code: int) -> ResponseReturnValue:
    """The labels of `parcels` (numbers, with commas between them) in one file."""
    division = division_or_404(code)
    rows = selection.of_numbers(division, request.args.get("parcels", "").split(","))
    content, done = selection.merged(current_config(), division, rows)
    if not done:
        abort(404)
    selection.mark(division, done, printed=True)
    return _file(content, f"labels-{len(done)}.pdf")


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, mimetype="application/pdf", headers=headers)
