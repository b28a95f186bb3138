"""Webhooks: answered at once, worked on later. No session, no CSRF token: each call carries a signature."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from webapp.security import csrf, current_config, limiter
from webapp.sync import hooks

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
csrf.exempt(blueprint)


@blueprint.post("/sendcloud/<token>")
@limiter.limit("600 per minute")
def sendcloud(token: str) -> ResponseReturnValue:
    if not hooks.from_sendcloud(token, request.get_data(), request.headers.get("Sendcloud-Signature", "")):
        abort(403)
    return "", 200


@blueprint.post("/exact")
@limiter.limit("600 per minute")
def exact() -> ResponseReturnValue:
    if not hooks.from_exact(current_config(), request.get_data()):
        abort(403)
    return "", 200
