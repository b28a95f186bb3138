"""Is it alive, is it ready to work: for whoever watches over the container."""

import tempfile

import peewee
from flask import Blueprint, Response, current_app, jsonify, request

from webapp.db import database, pending
from webapp.security import current_config

blueprint = Blueprint("health", __name__)


def answer_first() -> Response | None:
    """Answer these pages ahead of every hook that needs a database or a session."""
    if request.blueprint != blueprint.name:
        return None
    return current_app.make_response(current_app.dispatch_request())


@blueprint.get("/healthz")
def healthz() -> Response:
    return jsonify(alive=True)


@blueprint.get("/readyz")
def readyz() -> Response:
    reasons = _database_reasons() + _folder_reasons()
    response = jsonify(ready=not reasons, reasons=reasons)
    response.status_code = 503 if reasons else 200
    return response


def _database_reasons() -> list[str]:
    try:
        with database.connection_context():
            missing = pending()
    except peewee.DatabaseError:
        return ["The database does not answer."]
    return [f"The database misses the migration {name}." for name in missing]


def _folder_reasons() -> list[str]:
    try:
        with tempfile.TemporaryFile(dir=current_config().data_dir) as file:
            file.write(b"ready")
    except OSError:
        return ["The data folder cannot be written to."]
    return []
