"""What holds for every page: closed by default, headers, cookies, sessions, tokens, limits, and clear errors."""

import html
import time

import peewee
import pytest
import time_machine
from flask import Blueprint, abort
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from webapp import db
from webapp.errors import BudgetSpent, ConfigError, NeedsPerson, Reconnect
from webapp.models import Access, Division
from webapp.security import BEGAN, CONTENT_SECURITY_POLICY, PUBLIC, SESSION_NAME, division_or_404, local_path
from webapp.views import BLUEPRINTS
from webapp.words.texts import sentence

SECURE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def some_values(rule: Rule) -> dict[str, int | str]:
    """Values that fit the placeholders of an address."""
    return {name: 1 if isinstance(rule._converters[name], IntegerConverter) else "x" for name in rule.arguments}


@pytest.fixture
def app(make_app, config):
    """With a few views that go wrong, and one that needs nothing but a division."""
    app = make_app(config, own=True)
    trial = Blueprint("trial", __name__, url_prefix="/trial")

    @trial.get("/division/<int:code>")
    def division(code):
        return division_or_404(code).name

    @trial.get("/<name>")
    def fail(name):
        errors = {
            "person": NeedsPerson("exact_app_missing"),
            "later": BudgetSpent("too_many_calls", service="Exact Online"),
            "reconnect": Reconnect("token_spent"),
            "key": ConfigError("config_wrong_key"),
            "database": peewee.OperationalError("disk I/O error"),
            "mistake": ZeroDivisionError("a secret value"),
        }
        raise errors[name]

    @trial.route("/form", methods=["POST"])
    def form():
        return "done"

    @trial.get("/closed")
    def closed():
        abort(403)

    app.register_blueprint(trial)
    return app


# -- closed by default --------------------------------------------------------------------------------------


def test_every_view_but_the_public_ones_is_closed(app, client):
    adapter = app.url_map.bind("localhost")
    closed = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in PUBLIC]
    assert len(closed) > 10
    for rule in closed:
        method = "GET" if "GET" in rule.methods else "POST"
        values = some_values(rule)
        response = client.open(adapter.build(rule.endpoint, values, method), method=method)
        assert response.status_code == 302, rule
        assert response.location.startswith("/login"), rule


def test_what_is_public_exists(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert PUBLIC <= endpoints


def test_fragments_send_the_browser_to_the_login_page(client):
    response = client.get(
        "/divisions/1/live",
        headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/divisions/1/?state=due"},
    )
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login?next=/divisions/1/?state%3Ddue"
    assert response.text == ""


def test_a_fragment_is_not_led_to_another_site(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost//evil.example/x"}
    assert client.get("/divisions/1/live", headers=headers).headers["HX-Redirect"] == "/login?next=/"


def test_a_boosted_link_is_a_page_like_any_other(client):
    response = client.get("/users", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert response.status_code == 302


def test_a_form_that_comes_too_late_leads_to_the_login_page(client, csrf):
    response = client.post("/trial/form?x=1", data={"csrf_token": csrf(client)})
    assert (response.status_code, response.location) == (302, "/login?late=1")
    assert "nothing was changed" in client.get(response.location, headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(
    ("stood", "back"), [("http://localhost/users?x=1", "/users"), ("http://evil.example/x", "/"), ("", "/")]
)
def test_after_a_form_that_came_too_late_one_is_back_on_its_page(client, csrf, stood, back):
    late = client.post("/trial/form", data={"csrf_token": csrf(client)}, headers={"Referer": stood})
    assert f'name="next" value="{back}"' in client.get(late.location).text


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/divisions/1/?state=due&q=%20a", "/divisions/1/?state=due&q=%20a"),
        ("/", "/"),
        (None, "/"),
        ("//x", "/"),
        ("/\\x", "/"),
        ("/a\\b", "/"),
        ("/\r\nSet-Cookie:x", "/"),
        ("https:/x", "/"),
    ],
)
def test_only_paths_of_this_site_are_gone_to(address, path):
    assert local_path(address) == path


# -- divisions ----------------------------------------------------------------------------------------------


def test_a_user_sees_the_divisions_of_his_exact_login_and_no_others(packer, exact_user):
    mine, other = Division.create(code=11, name="Mijn"), Division.create(code=22, name="Ander")
    Access.create(user=exact_user, division=mine)
    assert packer.get("/trial/division/11").text == "Mijn"
    assert packer.get(f"/trial/division/{other.code}").status_code == 404
    assert packer.get("/trial/division/33").status_code == 404


def test_an_administrator_sees_all_divisions(admin):
    Division.create(code=11, name="Mijn")
    assert admin.get("/trial/division/11").text == "Mijn"
    assert admin.get("/trial/division/33").status_code == 404


def test_a_division_does_not_exist_for_who_is_not_signed_in(client):
    Division.create(code=11, name="Mijn")
    assert client.get("/trial/division/11").status_code == 302


# -- headers and cookies ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/login", "/users", "/nothing", "/static/logo.svg", "/healthz", "/trial/mistake"])
def test_every_answer_carries_the_headers(app, admin, path):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    headers = admin.get(path).headers
    assert {name: headers[name] for name in SECURE_HEADERS} == SECURE_HEADERS
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", ["/login", "/users", "/nothing", "/settings"])
def test_pages_are_kept_by_no_cache(admin, path):
    assert admin.get(path).headers["Cache-Control"] == "no-store"


def test_static_files_may_be_kept(client):
    assert client.get("/static/logo.svg").headers["Cache-Control"] == "no-cache"
    versioned = client.get("/static/logo.svg?v=1")
    assert "immutable" in versioned.headers["Cache-Control"]
    assert client.get("/static/none.svg?v=1").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/login", "/users", "/settings", "/nothing", "/exact/start"])
def test_pages_keep_to_their_own_policy(admin, path):
    """No inline style or script: the policy would stop them."""
    page = admin.get(path).text
    assert " style=" not in page and "<style" not in page
    assert " onclick=" not in page and "<script>" not in page and "javascript:" not in page


def cookie_of(client, csrf):
    return next(
        line
        for line in client.post(
            "/login",
            data={"csrf_token": csrf(client), "email": "baas@winkel.example", "password": "een lang wachtwoord"},
        ).headers.getlist("Set-Cookie")
        if line.startswith("pakbon=")
    )


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, csrf, local_admin):
    cookie = cookie_of(client, csrf)
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie


class TestHttps:
    @pytest.fixture
    def config(self, make_config):
        return make_config(PUBLIC_URL="https://pakbon.winkel.example")

    @pytest.fixture
    def client(self, app):
        client = app.test_client()
        client.environ_base["wsgi.url_scheme"] = "http"  # a proxy ends the TLS
        return client

    def test_cookies_and_browsers_keep_to_https(self, app, local_admin):
        app.config["SESSION_COOKIE_SECURE"] = True
        client = app.test_client()
        page = client.get("/login", base_url="https://localhost")
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        cookie = page.headers["Set-Cookie"]
        assert "Secure" in cookie and "HttpOnly" in cookie

    def test_a_form_sent_over_plain_http_says_which_address_to_open(self, app, local_admin):
        client = app.test_client()
        response = client.post("/login", data={"csrf_token": "x"}, headers={"Accept-Language": "en"})
        assert response.status_code == 400
        assert "https://pakbon.winkel.example" in response.text


# -- sessions -----------------------------------------------------------------------------------------------


def test_signing_in_starts_a_new_session(client, csrf, local_admin):
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = csrf(client)
    cookie_of(client, csrf)
    with client.session_transaction() as session:
        assert "planted" not in session and session.permanent
    assert csrf(client) != before


def test_a_token_from_before_the_sign_in_is_void_after_it(client, csrf, local_admin):
    before = csrf(client)
    cookie_of(client, csrf)
    assert client.post("/logout", data={"csrf_token": before}).status_code == 400


def test_a_session_ends_after_twelve_hours_without_a_request(client, csrf, local_admin):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        cookie_of(client, csrf)
        for _ in range(3):
            clock.shift(11 * 3600)
            assert client.get("/users").status_code == 200
        clock.shift(12 * 3600 + 1)
        assert client.get("/users").status_code == 302


def test_a_session_that_is_used_goes_on_and_its_cookie_is_written_anew_now_and_then(client, csrf, local_admin):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        cookie_of(client, csrf)
        written = []
        for _minute in range(25):
            clock.shift(60)
            written.append("Set-Cookie" in client.get("/users").headers)
        assert sum(written) == 3
        for _half_day in range(4):
            clock.shift(11.5 * 3600)
            assert client.get("/users").status_code == 200


def test_a_session_with_another_key_is_nobody(app, local_admin):
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": f"{local_admin.id}:guessed", BEGAN: time.time(), SESSION_NAME: "x"})
    assert client.get("/users").status_code == 302


@pytest.mark.parametrize("session_id", ["", "x", ":", "1", "1:", "999:x", "1:\u00e9", "1 or 1=1:x"])
def test_a_session_of_rubbish_is_nobody(app, local_admin, session_id):
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": session_id, BEGAN: time.time(), SESSION_NAME: "x"})
    assert client.get("/users").status_code == 302


def test_a_cookie_that_was_not_signed_here_is_nobody(client, local_admin):
    client.set_cookie("pakbon", "eyJfdXNlcl9pZCI6IjEifQ.Z.forged")
    assert client.get("/users").status_code == 302


def test_a_session_from_another_browser_may_look_but_not_administer(admin):
    headers = {"User-Agent": "another browser", "Accept-Language": "en"}
    response = admin.get("/settings", headers=headers)
    assert response.location == "/login?next=/settings"
    assert admin.get("/", headers=headers).status_code == 200
    assert "sign in again to administer" in admin.get("/login", headers=headers).text


# -- tokens of forms ----------------------------------------------------------------------------------------


def test_every_post_takes_a_token(app, admin):
    adapter = app.url_map.bind("localhost")
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    posts = [rule for rule in posts if not rule.endpoint.startswith("hooks.")]  # these carry a signature
    assert len(posts) > 8
    for rule in posts:
        values = some_values(rule)
        response = admin.post(adapter.build(rule.endpoint, values, "POST"))
        assert response.status_code == 400, rule
        assert "csrf" not in response.text.lower().replace("csrf_token", "").replace("csrftoken", ""), rule


def test_the_token_may_come_in_the_header(admin, csrf):
    assert admin.post("/trial/form", headers={"X-CSRFToken": csrf(admin)}).text == "done"


@pytest.mark.parametrize("token", ["", "rubbish", "\u00e9"])
def test_a_wrong_token_is_explained_and_changes_nothing(admin, csrf, token):
    csrf(admin)
    response = admin.post("/trial/form", data={"csrf_token": token}, headers={"Accept-Language": "en"})
    assert response.status_code == 400
    assert "Load the page again" in response.text and "nothing was changed" in response.text


def test_the_token_of_another_session_is_wrong(admin, client, csrf):
    assert admin.post("/trial/form", data={"csrf_token": csrf(client)}).status_code == 400


def test_a_page_may_stand_open_as_long_as_the_session(admin, csrf):
    with time_machine.travel(time.time(), tick=False) as clock:
        token = csrf(admin)
        clock.shift(11 * 3600)
        assert admin.post("/trial/form", data={"csrf_token": token}).status_code == 200


# -- errors -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/nothing", 404, "does not exist"),
        ("/trial/closed", 403, "You may not do this"),
        ("/trial/person", 422, "The Exact app is not set up yet"),
        ("/trial/later", 503, "Exact Online asks for a pause"),
        ("/trial/reconnect", 409, sentence("token_spent")),
        ("/trial/key", 500, "SECRET_KEY is another one"),
        ("/trial/database", 503, "cannot use its database"),
        ("/trial/mistake", 500, "Pakbon made a mistake"),
    ],
)
def test_every_error_is_a_page_with_one_clear_sentence(app, admin, path, status, says):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = admin.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == status
    assert says in html.unescape(response.text)
    assert "<h1>" in response.text and "Pakbon</title>" in response.text
    assert "Traceback" not in response.text and "secret value" not in response.text


def test_errors_are_translated_with_the_page(admin):
    assert '<html lang="nl"' in admin.get("/nothing", headers={"Accept-Language": "nl"}).text


def test_a_page_that_does_not_exist_looks_like_a_gate_to_who_is_not_signed_in(client):
    response = client.get("/nothing")
    assert response.status_code == 404
    assert 'class="tabs"' not in response.text


@pytest.mark.parametrize(("path", "status"), [("/trial/person", 422), ("/trial/later", 503), ("/nothing", 422)])
def test_a_fragment_gets_the_note_alone_in_the_place_for_messages(admin, path, status):
    response = admin.get(path, headers={"HX-Request": "true", "Accept-Language": "en"})
    assert response.status_code == status
    assert response.text.startswith('<p class="note bad" role="alert">')
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("#messages", "innerHTML")


def test_a_wrong_method_is_no_page(admin):
    response = admin.get("/logout", headers={"Accept-Language": "en"})
    assert response.status_code == 405
    assert "not a page" in response.text
    assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


def test_too_much_at_once_is_refused(admin, csrf):
    form = {"csrf_token": csrf(admin), "next": "x" * (2 * 1024 * 1024)}
    response = admin.post("/preferences", data=form, headers={"Accept-Language": "en"})
    assert response.status_code == 413
    assert "too much" in response.text


def test_a_database_that_cannot_be_opened_still_gives_a_page(app, monkeypatch, sign_in, local_admin):
    client = sign_in(app.test_client(), local_admin)
    browser = FlaskClient(app)
    browser._cookies = client._cookies

    def broken(*_args, **_kwargs):
        raise peewee.OperationalError("unable to open database file")

    db.database.close()
    monkeypatch.setattr(db.database.obj, "connect", broken)
    response = browser.get("/users", headers={"Accept-Language": "en"})
    assert response.status_code == 503
    assert "cannot use its database" in response.text


def test_blueprints_are_registered_once():
    assert len({blueprint.name for blueprint in BLUEPRINTS}) == len(BLUEPRINTS)
