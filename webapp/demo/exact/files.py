"""Where the Url of an attachment leads. Documented: the bearer token is needed, and `&Download=1`."""

import base64
import mimetypes

from flask import Blueprint, Response, request

from webapp.demo.exact.api import authenticate
from webapp.demo.exact.books import Row
from webapp.demo.exact.limits import Refused
from webapp.demo.exact.replies import books, refusal

files = Blueprint("files", __name__)


@files.get("/docs/SysAttachment.aspx")
def attachment() -> Response:
    try:
        _, user, granted = authenticate()
    except Refused as refused:
        return refusal(refused)
    division = request.args.get("_Division_", 0, type=int)
    row = books().get(division, "DocumentAttachments", request.args.get("ID", "").strip("{}").lower())
    if row is None or division not in granted or division not in user["divisions"]:
        return Response("Not found", 404)
    return attachment_answer(row, request.args.get("Download") == "1")


def attachment_answer(row: Row, download: bool) -> Response:
    kind = mimetypes.guess_type(row["FileName"])[0] or "application/octet-stream"
    response = Response(base64.b64decode(row["Attachment"]), content_type=kind)
    response.headers.set("Content-Disposition", "attachment" if download else "inline", filename=row["FileName"])
    return response
