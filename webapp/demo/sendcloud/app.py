"""The played Sendcloud as a Flask app: keys, limits, errors, and one request at a time."""

import base64
import binascii
import uuid
from typing import Any

from flask import Flask, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from webapp.demo.sendcloud import (
    api_account,
    api_addresses,
    api_documents,
    api_integrations,
    api_labels,
    api_oauth,
    api_orders,
    api_service_points,
    api_shipments,
    api_tracking,
    api_v2,
    bench,
    panel,
)
from webapp.demo.sendcloud.books import Books, Row, stamp
from webapp.demo.sendcloud.errors import Refused, RefusedV2, not_found, problem, refuse, unauthorized, v2_body
from webapp.demo.sendcloud.limits import Limits
from webapp.demo.sendcloud.passing import settle
from webapp.demo.sendcloud.webhooks import Postman


def create_sendcloud(books: Books, clock: Any, *, base_url: str = "", send_webhooks: bool = True) -> Flask:
    """A WSGI app over `books`; `clock.now()` says what time it is.

    `base_url` is where it is reached, for links in answers; empty takes it from each request.
    With `send_webhooks` they go out by themselves, otherwise only by `POST /_bench/webhooks`.
    """
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    books.base_url = base_url
    app.extensions["sendcloud"] = {
        "books": books,
        "clock": clock,
        "limits": Limits(),
        "tokens": api_oauth.Tokens(),
        "postman": Postman(books, clock),
        "base_url": base_url,
        "send_webhooks": send_webhooks,
    }
    for module in (api_orders, api_labels, api_shipments, api_documents, api_account, api_integrations):
        app.register_blueprint(module.api)
    for module in (api_service_points, api_addresses, api_tracking, api_v2, api_oauth):
        app.register_blueprint(module.api)
    app.register_blueprint(api_integrations.statuses)
    app.register_blueprint(panel.pages)
    app.register_blueprint(bench.control)
    app.before_request(begin)
    app.teardown_request(end)
    app.register_error_handler(Refused, answer_refused)
    app.register_error_handler(RefusedV2, answer_refused_v2)
    app.register_error_handler(HTTPException, answer_http)
    return app


def parts() -> dict[str, Any]:
    return current_app.extensions["sendcloud"]


# --- around every request ------------------------------------------------------------------------


def begin() -> None:
    """One request at a time on the books, brought up to date first; the API asks for keys."""
    books: Books = parts()["books"]
    books.lock.acquire()
    g.locked = True
    books.base_url = parts()["base_url"] or request.host_url.rstrip("/")
    g.changed = settle(books, stamp(parts()["clock"].now()))
    if request.path.startswith("/api/") and not opened_by_hash():
        g.integration = identified(books)
        refuse_unknown_partner()
        spend(books, g.integration)


def end(error: BaseException | None = None) -> None:
    if not g.pop("locked", False):
        return
    books: Books = parts()["books"]
    if g.get("changed") or request.method not in ("GET", "HEAD"):
        books.version += 1
    books.lock.release()
    if parts()["send_webhooks"]:
        parts()["postman"].wake()


def opened_by_hash() -> bool:
    return request.path.startswith("/api/v2/labels/") and "hash" in request.args


def identified(books: Books) -> Row:
    """The integration that the Basic keys or the Bearer token belong to."""
    header = request.headers.get("Authorization", "")
    keys, holder = basic_keys(header), token_holder(header)
    for row in books.integrations.values():
        if keys == (row["public_key"], row["secret_key"]) or holder == row["id"]:
            return row
    if request.path.startswith("/api/v2/"):
        raise RefusedV2(401, "Invalid username/password.")
    raise unauthorized()


def token_holder(header: str) -> int | None:
    kind, _, token = header.partition(" ")
    return parts()["tokens"].holder(token.strip(), parts()["clock"].now()) if kind.lower() == "bearer" else None


def basic_keys(header: str) -> tuple[str, str] | None:
    kind, _, text = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return name, secret


def refuse_unknown_partner() -> None:
    """No partner is known here, so any id is wrong; one that is no UUID is wrong sooner."""
    partner = request.headers.get("Sendcloud-Partner-Id")
    if partner is None:
        return
    try:
        uuid.UUID(partner)
    except ValueError as error:
        raise refuse(400, "invalid", "The partner ID is not a valid UUID.") from error
    raise not_found("The partner ID was not found.", title="Not found")


def spend(books: Books, integration: Row) -> None:
    if not books.switches.limits:
        return
    now = parts()["clock"].now().timestamp()
    wait = parts()["limits"].wait(integration["public_key"], request.method, now)
    if wait:
        headers = {"Retry-After": str(int(wait) + 1)} if books.switches.retry_after else {}
        detail = f"Request was throttled. Expected available in {int(wait) + 1} seconds."
        if request.path.startswith("/api/v2/"):
            raise RefusedV2(429, detail)
        raise Refused(429, problem(429, "invalid", detail, title="Throttled"), headers=headers)


# --- errors --------------------------------------------------------------------------------------


def answer_refused(error: Refused) -> Any:
    return jsonify(errors=error.errors), error.status, error.headers


def answer_refused_v2(error: RefusedV2) -> Any:
    headers = {"WWW-Authenticate": 'Basic realm="api"'} if error.status == 401 else {}
    return jsonify(v2_body(error.status, request.path, error.message)), error.status, headers


def answer_http(error: HTTPException) -> Any:
    """Unknown addresses and methods in the API's own form; the panel keeps the plain page."""
    if not request.path.startswith("/api/") or error.code is None:
        return error
    if request.path.startswith("/api/v2/"):
        return answer_refused_v2(RefusedV2(error.code, error.name))
    code = "not_found" if error.code == 404 else "invalid"
    return answer_refused(refuse(error.code, code, f"{error.name}.", title=error.name))
