"""Is it alive, is it ready to work, and its numbers: for whoever watches over the container."""

import functools
import hmac
import tempfile

import peewee
from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from webapp import clock, db, leases
from webapp.config import Config
from webapp.db import database
from webapp.security import current_config
from webapp.upkeep import metrics
from webapp.words.sentences import N_

blueprint = Blueprint("health", __name__)


def answer_first() -> Response | None:
    """Answer these pages ahead of every hook that needs a database or a session."""
    if request.blueprint != blueprint.name:
        return None
    try:
        return current_app.make_response(current_app.dispatch_request())
    except HTTPException as error:
        return Response(f"{error.name}\n", error.code, mimetype="text/plain")


@blueprint.get("/healthz")
def healthz() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
def readyz() -> Response:
    found = _reasons_of(current_config(), clock.now())
    response = jsonify(ready=not found, reasons=found)
    response.status_code = 503 if found else 200
    return response


@functools.lru_cache(maxsize=1)
def _reasons_of(_config: Config, _second: int) -> list[str]:
    """About one answer a second: it is open to everybody, and each takes the disk and the database's writer."""
    return reasons()


def reasons() -> list[str]:
    """What keeps it from being ready to work, in English; empty if nothing does. Opens the database itself."""
    return _database_reasons() + _folder_reasons()


@blueprint.get("/metrics", endpoint="metrics")
def numbers() -> ResponseReturnValue:
    """Not there unless a token is set, nor for who does not know it."""
    wanted = current_config().metrics_token
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not wanted:
        abort(404)
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), wanted.encode()):
        told = {"WWW-Authenticate": "Bearer"}
        return Response("Send METRICS_TOKEN as bearer token.\n", 401, told, content_type="text/plain; charset=utf-8")
    try:
        with database.connection_context():
            return Response(metrics.text(), content_type=metrics.MEDIA_TYPE)
    except peewee.DatabaseError:
        abort(503)


REASONS = {
    "database_full": N_("The disk is full."),
    "database_readonly": N_("The database cannot be written to."),
    "database_damaged": N_("The database is damaged."),
}


def _database_reasons() -> list[str]:
    try:
        with database.connection_context():
            missing = db.pending()
            leases.probe()
    except peewee.DatabaseError as error:
        return [REASONS.get(db.trouble(error), N_("The database does not answer."))]
    return [f"The database misses the migration {name}." for name in missing]


def _folder_reasons() -> list[str]:
    try:
        with tempfile.TemporaryFile(dir=current_config().data_dir) as file:
            file.write(b"ready")
    except OSError:
        return [N_("The data folder cannot be written to.")]
    return []
