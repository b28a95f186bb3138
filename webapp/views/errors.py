"""What went wrong, as a page or a fragment: the one place where an error becomes an answer."""

import errno
import logging
import sqlite3

import peewee
from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, TooManyRequests

from webapp import clock, db, htmx, logs
from webapp.errors import NeedsPerson, NotAllowed, PakbonError, Reconnect, Retryable
from webapp.security import current_config, forget_user, limiter
from webapp.words import texts

log = logging.getLogger(__name__)

STATUSES = {NotAllowed: 403, Retryable: 503, Reconnect: 409, NeedsPerson: 422}  # any other is our own mistake

HTTP_SENTENCES = {
    400: _l("This request cannot be understood. Go back, load the page again and try once more."),
    403: _l("You may not do this. An administrator can."),
    404: _l("This page does not exist, or you may not see it."),
    405: _l("This address is not a page. Use the button or the link that leads here."),
    413: _l("This is too much to send at once (2 MB at most)."),
    429: _l("Too many attempts. Please wait a few minutes and try again."),
    500: _l("Pakbon made a mistake. Nothing of this request was kept. The log of Pakbon says more."),
}

# What a file that cannot be written comes to.
DISK_TROUBLES = dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "database_full")
DISK_TROUBLES |= dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "database_readonly")


def init_app(app: Flask) -> None:
    app.register_error_handler(PakbonError, _pakbon_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(peewee.DatabaseError, _database_error)
    app.register_error_handler(sqlite3.Error, _database_error)
    app.register_error_handler(OSError, _disk_error)


def _pakbon_error(error: PakbonError) -> ResponseReturnValue:
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
    log.log(logging.ERROR if status == 500 else logging.INFO, "%s %s: %s", *_asked(), logs.bare(error))
    if status == 500:
        forget_user()  # what went wrong may go wrong again in the frame of the page
    return _answer(texts.sentence(error.code, **error.params), status, texts.advice(error.code, **error.params))


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    """Mostly a page that stood open for too long, or cookies that cannot come back."""
    log.info("%s %s: %s", *_asked(), error.description)
    sentence = _("This page was open for too long, or in another sign-in, so nothing was changed.")
    advice = _(
        "Load the page again and try once more. If it stays: allow cookies, and open Pakbon at %(address)s.",
        address=current_config().public_url,
    )
    return _answer(sentence, 400, advice)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect, or an answer that was made by hand
    if isinstance(error, InternalServerError) or request.endpoint == "static":
        forget_user()  # files are served without the database
    sentence = str(HTTP_SENTENCES.get(error.code) or error.description)
    response = _answer(sentence, error.code)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    if isinstance(error, TooManyRequests) and limiter.current_limit:
        response.headers["Retry-After"] = str(max(1, limiter.current_limit.reset_at - clock.now()))
    return response


def _database_error(error: Exception) -> ResponseReturnValue:
    """Made without the database: so for nobody in particular."""
    log.error("%s %s: the database does not work", *_asked(), exc_info=error)
    return _out_of_order(db.trouble(error))


def _disk_error(error: OSError) -> ResponseReturnValue:
    """A label or a backup that could not be written."""
    if error.errno not in DISK_TROUBLES:
        log.error("%s %s: mistake", *_asked(), exc_info=error)
        return _http_error(InternalServerError())
    log.error("%s %s: the disk does not work", *_asked(), exc_info=error)
    return _out_of_order(DISK_TROUBLES[error.errno])


def _out_of_order(code: str) -> ResponseReturnValue:
    forget_user()
    return _answer(texts.sentence(code), 503)


def _asked() -> tuple[str, str]:
    """What was asked for, as the log may keep it: the rule, not the address, which may hold a secret."""
    return request.method, str(request.url_rule or "-")


def _answer(sentence: str, status: int, advice: str = "") -> Response:
    """A page; for htmx the note alone, into the place for messages (it shows no other 4xx than 422)."""
    if htmx.asked():
        note = make_response(render_template("errors/_note.html", sentence=sentence, advice=advice))
        note.status_code = status if status >= 500 else 422
        return htmx.put_in(note, "#messages")
    page = render_template(
        "errors/page.html",
        frame="_layout.html" if current_user.is_authenticated else "_gate.html",
        sentence=sentence,
        advice=advice,
        status=status,
        begin_again=request.blueprint == "exact",
    )
    return make_response(page, status)
