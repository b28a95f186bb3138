"""The web application: one small step per concern, in the order in which a request meets them."""

from flask import Flask

from webapp import compress, db, i18n, polls, proxies, security
from webapp.config import ROOT, Config
from webapp.htmx import htmx
from webapp.pages import layout
from webapp.sessions import Sessions
from webapp.views import BLUEPRINTS, errors, health

SESSION_HOURS = 12
LARGEST_REQUEST = 2 * 1024 * 1024


def create_app(config: Config) -> Flask:
    """The app for this configuration. Vault and database must be open; nothing runs in the background."""
    app = Flask("webapp", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.url_map.converters["int"] = security.RowNumber
    app.extensions["pakbon"] = config
    _setup_config(app, config)
    polls.init_app(app, config)
    proxies.init_app(app, config)
    _setup_answers(app)
    app.before_request(health.answer_first)  # also when no database can be opened
    db.init_app(app)
    _setup_access(app)
    _setup_templates(app)
    _setup_views(app)
    return app


def _setup_config(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        PERMANENT_SESSION_LIFETIME=SESSION_HOURS * 3600,  # without a request, see security.prolong
        SESSION_REFRESH_EACH_REQUEST=False,
        # A browser takes the prefix only from this very host over https, so nobody else can plant the cookie.
        SESSION_COOKIE_NAME="__Host-pakbon" if config.https else "pakbon",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would lose the session on the way back from Exact
        SESSION_COOKIE_SECURE=config.https,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    app.session_interface = Sessions(app)


def _setup_answers(app: Flask) -> None:
    compress.init_app(app)  # run last
    app.after_request(security.set_headers)
    errors.init_app(app)


def _setup_access(app: Flask) -> None:
    security.limiter.init_app(app)
    security.init_login(app)
    security.csrf.init_app(app)


def _setup_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    htmx.init_app(app)
    i18n.init_app(app)
    layout.init_app(app)


def _setup_views(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
