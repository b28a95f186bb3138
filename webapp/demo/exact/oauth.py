"""The login pages and the token endpoint of OAuth2, at the addresses Exact has them."""

import base64
import binascii
import secrets
from urllib.parse import quote, unquote_plus, urlencode

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp.demo.exact.books import Books, Row
from webapp.demo.exact.tokens import TokenRefused, exchange_code, issue_code, refresh_tokens

oauth = Blueprint("oauth", __name__, url_prefix="/api/oauth2")
SESSION = "exact_demo_session"


def books() -> Books:
    return current_app.extensions["books"]


@oauth.get("/auth")
def authorize() -> Response | tuple[str, int]:
    """Login if there is no live session (or `force_login=1` says so), then the question what to grant."""
    problem = refuse_request(request.args)
    if problem:
        return render_template("refused.html", problem=problem), 401
    user = session_user()
    if user is None or (request.args.get("force_login") == "1" and "chosen" not in request.args):
        users = list(books().users.values())
        return make_response(render_template("login.html", users=users, query=request.args))
    divisions = [books().divisions[code] for code in user["divisions"]]
    app = books().apps[request.args["client_id"]]
    page = render_template("consent.html", user=user, divisions=divisions, app=app, query=request.args)
    return make_response(page)


@oauth.post("/auth")
def login_or_consent() -> BaseResponse | tuple[str, int]:
    """Both forms come here: the choice of a user, and Allow or Deny."""
    problem = refuse_request(request.form)
    if problem:
        return render_template("refused.html", problem=problem), 401
    if "user" in request.form:
        return start_session(request.form["user"])
    user = session_user()
    if user is None:
        return redirect(f"/api/oauth2/auth?{carried(request.form)}")
    granted = [int(code) for code in request.form.getlist("division") if int(code) in user["divisions"]]
    allowed = request.form.get("answer") == "allow"
    with books().lock:
        return redirect(answer_address(books(), request.form, user, granted if allowed else None))


def answer_address(books: Books, query: MultiDict, user: Row, granted: list[int] | None) -> str:
    """Where the browser goes afterwards: with a code, or with `access_denied`; state as it came."""
    app = books.apps[query["client_id"]]
    if granted:
        result = f"code={quote(issue_code(books, app['client_id'], user, granted), safe='')}"
    else:
        result = "error=access_denied"
    state = f"&state={quote(query['state'], safe='')}" if "state" in query else ""
    joint = "&" if "?" in app["redirect_uri"] else "?"
    return f"{app['redirect_uri']}{joint}{result}{state}"


def refuse_request(query: MultiDict) -> str | None:
    """What is wrong with an authorisation request; nothing is sent to an address that is not registered."""
    app = books().apps.get(query.get("client_id", ""))
    if app is None:
        return "unauthorized_client: the client_id is not known."
    if query.get("redirect_uri") != app["redirect_uri"]:
        return "invalid_request: the redirect_uri is not the registered one."
    if query.get("response_type") != "code":
        return "unsupported_response_type: response_type must be code."
    return None


def session_user() -> Row | None:
    """The user of the browser's live session at Exact, if he may still come in."""
    user_id = books().login["sessions"].get(request.cookies.get(SESSION, ""))
    user = books().users.get(user_id or "")
    return user if user and user["status"] is None else None


def start_session(name: str) -> BaseResponse | tuple[str, int]:
    try:
        user = books().user_named(name)
    except KeyError:
        return render_template("refused.html", problem="This user does not exist."), 401
    if user["status"]:
        return render_template("refused.html", problem=f"This user cannot log in: {user['status']}."), 401
    session = secrets.token_urlsafe(16)
    books().login["sessions"][session] = user["UserID"]
    answer = redirect(f"/api/oauth2/auth?{carried(request.form)}&chosen=1")
    answer.set_cookie(SESSION, session, httponly=True, samesite="Lax")
    return answer


def carried(form: MultiDict) -> str:
    """The parameters of the authorisation request, to be carried from page to page."""
    names = ("client_id", "redirect_uri", "response_type", "state", "force_login")
    return urlencode({name: form[name] for name in names if name in form})


@oauth.post("/token")
def token() -> tuple[Response, int] | Response:
    """Seen: credentials in the form body; two clients send them as a Basic header, which is taken too."""
    try:
        with books().lock:
            return jsonify(grant(request.form))
    except TokenRefused as refused:
        answer = jsonify(error=refused.error, error_description=refused.description)
        answer.headers.update(refused.headers)
        return answer, refused.status


def grant(form: MultiDict) -> Row:
    client_id = check_client(form)
    kind = form.get("grant_type")
    if kind == "authorization_code":
        return exchange_code(books(), client_id, form.get("code", ""), form.get("redirect_uri", ""))
    if kind == "refresh_token":
        return refresh_tokens(books(), client_id, form.get("refresh_token", ""))
    raise TokenRefused(400, "unsupported_grant_type", "grant_type is not supported.")


def check_client(form: MultiDict) -> str:
    client_id, secret = basic_credentials() or (form.get("client_id", ""), form.get("client_secret", ""))
    app = books().apps.get(client_id)
    if app is None or not secrets.compare_digest(app["client_secret"].encode(), secret.encode()):
        raise TokenRefused(401, "invalid_client", "Client authentication failed.")
    return client_id


def basic_credentials() -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenRefused(401, "invalid_client", "Client authentication failed.") from None
    return unquote_plus(user), unquote_plus(password)
