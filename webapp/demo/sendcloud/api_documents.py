"""`/api/v3/parcels/{id}/documents/{type}`, `/api/v3/parcel-documents/{type}` and v2's label addresses."""

from flask import Blueprint, Response, request

from webapp.demo.sendcloud.asking import account, books, now
from webapp.demo.sendcloud.books import Row
from webapp.demo.sendcloud.documents import PDF, PNG, ZPL, Papers, rendered
from webapp.demo.sendcloud.errors import not_found, refuse
from webapp.demo.sendcloud.shipping import has_label

api = Blueprint("documents", __name__, url_prefix="/api/v3")

TYPES = ("label", "customs-declaration", "air-waybill")
MOST_PARCELS = 20
DPI = {PDF: (72,), PNG: (150, 300), ZPL: (72, 150, 203, 300, 600)}
NO_PARCEL = "No Parcel matches the given query."


@api.get("/parcels/<int:parcel_id>/documents/<kind>")
def parcel_document(parcel_id: int, kind: str) -> Response:
    return file_answer([available(parcel_id, kind)], kind)


@api.get("/parcel-documents/<kind>")
def parcel_documents(kind: str) -> Response:
    """Several in one file, `?parcels=1&parcels=2`."""
    check_kind(kind)
    given = request.args.getlist("parcels")
    if not given or len(given) > MOST_PARCELS or not all(number.isdecimal() for number in given):
        detail = f"Give 1 to {MOST_PARCELS} parcel ids."
        raise refuse(400, "invalid", detail, parameter="parcels")
    return file_answer([available(int(number), kind) for number in given], kind)


def check_kind(kind: str) -> None:
    if kind not in TYPES:
        raise refuse(400, "invalid", "Invalid document type.")


def available(parcel_id: int, kind: str) -> tuple[Row, Row]:
    """The parcel, if it is ours and has this paper by now; else 404."""
    check_kind(kind)
    found = books().parcel(parcel_id)
    if found is None or found[0]["account"] != account():
        raise not_found(NO_PARCEL)
    if kind not in found[1]["documents"] or not has_label(found[1], now()):
        raise not_found("The document is not available for this parcel.")
    return found


def wanted_type() -> str:
    """By the Accept header; PDF when it says nothing."""
    best = request.accept_mimetypes.best_match([PDF, ZPL, PNG], default="")
    if not best and request.headers.get("Accept"):
        raise refuse(406, "invalid", "Could not satisfy the request Accept header.", title="Not Acceptable")
    return best or PDF


def file_answer(papers: Papers, kind: str) -> Response:
    mime_type = wanted_type()
    dpi = request.args.get("dpi", str(DPI[mime_type][-1]))
    if not dpi.isdecimal() or int(dpi) not in DPI[mime_type]:
        raise refuse(400, "invalid_choice", f"{dpi} is not a resolution of {mime_type}.", parameter="dpi")
    paper_size = request.args.get("paper_size", "")
    if paper_size not in ("", "A4", "A5", "A6"):
        raise refuse(400, "invalid_choice", f"{paper_size} is not a paper size.", parameter="paper_size")
    file = rendered(books(), papers, kind, mime_type, dpi=int(dpi), paper_size=paper_size)
    return Response(file, mimetype=mime_type)
