"""Text leaves smaller: pages and static files are gzipped for browsers that take it."""

import gzip
import io
import secrets
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

SMALLEST = 1000  # bytes; below that the header costs more than the text
TEXT = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json", "text/csv"})
PADDING = 100
AS_IT_IS = (204, 206)  # nothing, and a part of something


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.status_code in AS_IT_IS or response.mimetype not in TEXT or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if "gzip" not in request.accept_encodings:
        return response
    if request.endpoint == "static" and response.status_code == 200:
        path = Path(current_app.static_folder or "") / (request.view_args or {})["filename"]
        return _replace(response, _file(path, path.stat().st_mtime_ns))
    if response.is_streamed or response.direct_passthrough or len(response.get_data()) < SMALLEST:
        return response
    return _replace(response, _padded(response.get_data()))


def _replace(response: Response, body: bytes) -> Response:
    response.close()  # of a static file: the file itself
    response.direct_passthrough = False
    etag, _weak = response.get_etag()
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"
    if etag:
        response.set_etag(etag, weak=True)  # the same content in other bytes
    return response


@lru_cache(maxsize=50)
def _file(path: Path, _changed: int) -> bytes:
    """A static file, made small once and again after a change."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _padded(body: bytes) -> bytes:
    """A page holds a secret (the token of its forms) and may repeat what stands in its address. A name of random
    length in the gzip header keeps its size from telling how well the two agree (the attack is called BREACH)."""
    file = io.BytesIO()
    name = secrets.token_hex(PADDING)[: 1 + secrets.randbelow(PADDING)]
    with gzip.GzipFile(name, "wb", 5, file, mtime=0) as zipped:
        zipped.write(body)
    return file.getvalue()
