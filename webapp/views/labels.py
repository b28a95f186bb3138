"""The PDF of one label."""

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from webapp import clock
from webapp.models import Parcel
from webapp.security import current_config, division_or_404
from webapp.sync import labels

blueprint = Blueprint("labels", __name__, url_prefix="/divisions/<int:code>/labels")


@blueprint.get("/<int(max=9223372036854775807):parcel>")
def pdf(code: int, parcel: int) -> ResponseReturnValue:
    """The label of a parcel, by Sendcloud's number. Whoever opens it is taken to print it."""
    division = division_or_404(code)
    row = Parcel.get_or_none(Parcel.division == division, Parcel.parcel == parcel) or abort(404)
    content = labels.read(current_config(), division, row)
    if content is None:
        abort(404)
    Parcel.update(printed_at=clock.now()).where(Parcel.id == row.id).execute()
    headers = {"Content-Disposition": f'inline; filename="label-{row.parcel}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
