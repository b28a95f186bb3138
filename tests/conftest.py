"""What every test may use: a configuration and a database of its own, and clients that are signed in or not."""

import itertools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_login.utils import _create_identifier
from jinja2 import FileSystemBytecodeCache

from tests import databases
from webapp import accounts, clock, db
from webapp import config as configuration
from webapp.app import create_app
from webapp.config import Config
from webapp.models import User
from webapp.security import BEGAN, SESSION_NAME, limiter
from webapp.vault import vault

# What only a PostgreSQL can show is collected where there is one: `make test-postgres`.
collect_ignore = [] if databases.SERVER else ["test_postgres.py"]

ADMIN = {"email": "baas@winkel.example", "password": "een lang wachtwoord"}


def pytest_xdist_auto_num_workers() -> int:
    """More than there are cores: browser tests wait as much as they compute."""
    return (os.cpu_count() or 1) * 3 // 2


class Client(FlaskClient):
    """A browser. Requests get a database connection of their own; between them the test has one."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.database.close()
        try:
            # Read to its end and closed, as a server does; what is not would end in the midst of another test.
            return super().open(*args, **{"buffered": True} | kwargs)
        finally:
            db.database.connect(reuse_if_open=True)

    @contextmanager
    def session_transaction(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        with super().session_transaction(*args, **kwargs) as session:
            yield session
        db.database.connect(reuse_if_open=True)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """The hashing that protects passwords is slow on purpose; here it need not be."""
    accounts.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path | str:
    """An empty database with all migrations, made once."""
    where = databases.beside(tmp_path_factory.mktemp("migrated"))
    databases.make(where)
    return where


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all tests, not once per app."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def make_config(tmp_path: Path) -> Callable[..., Config]:
    """Settings as the environment would give them, with a data folder of the test's own."""

    def make(**environ: str) -> Config:
        data = {"DATA_DIR": str(tmp_path / "data"), "SECRET_KEY": "test", **databases.environ(tmp_path / "data")}
        return configuration.load(data | environ)

    return make


@pytest.fixture
def config(make_config: Callable[..., Config]) -> Config:
    return make_config()


@pytest.fixture(scope="session")
def build(compiled: FileSystemBytecodeCache) -> Callable[[Config], Flask]:
    """A new app for this configuration, for tests."""

    def build(config: Config) -> Flask:
        app = create_app(config)
        app.testing = True
        app.jinja_env.bytecode_cache = compiled
        app.test_client_class = Client
        return app

    return build


@pytest.fixture(scope="session")
def take_turns(build: Callable[[Config], Flask]) -> Callable[[Config], Flask]:
    """An app for this configuration that was in use before: building one takes longer than most tests."""
    apps: dict[Any, tuple[Flask, dict[str, Any], dict[str, Any]]] = {}

    def take(config: Config) -> Flask:
        alike = (config.secret_key, config.https, config.trusted_proxies)  # what create_app looks at
        if alike not in apps:
            app = build(config)
            apps[alike] = app, dict(app.config), dict(app.view_functions)
        app, settings, views = apps[alike]
        app.extensions["pakbon"] = config
        app.config.clear()
        app.config.update(settings)
        app.view_functions = dict(views)
        limiter.reset()
        return app

    return take


@pytest.fixture
def make_app(
    migrated: Path | str, build: Callable[[Config], Flask], take_turns: Callable[[Config], Flask]
) -> Iterator[Callable[..., Flask]]:
    """The app on an empty database. The test thread has a connection until its end. For who adds views there is one
    that is his `own`."""
    made: set[Path | str] = set()

    def make(config: Config, own: bool = False) -> Flask:
        vault.unlock(*config.secret_keys)
        if not databases.exists(config.database):
            databases.copy(migrated, config.database)
        db.open_database(config.database)
        made.add(config.database)
        app = (build if own else take_turns)(config)
        db.database.connect(reuse_if_open=True)
        return app

    yield make
    db.database.close()
    for where in made:
        databases.drop(where)


@pytest.fixture
def app(make_app: Callable[[Config], Flask], config: Config) -> Flask:
    return make_app(config)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def csrf() -> Callable[..., str]:
    """The token of a form, as the page at `path` carries it."""

    def token(client: FlaskClient, path: str = "/login") -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
        assert found, f"no form at {path}"
        return found[1]

    return token


@pytest.fixture
def sign_in() -> Callable[[FlaskClient, User], FlaskClient]:
    """Put a user in the session of a client, as if he had just signed in."""
    numbers = itertools.count()

    def enter(client: FlaskClient, user: User) -> FlaskClient:
        with client.application.test_request_context(environ_base=client.environ_base):
            identifier = _create_identifier()
        with client.session_transaction() as session:
            session.update(_user_id=user.get_id(), _fresh=True, _id=identifier)
            session.update({BEGAN: clock.now(), SESSION_NAME: f"test-{next(numbers)}"})
            session.permanent = True
        return client

    return enter


@pytest.fixture
def local_admin(app: Flask) -> User:
    """The administrator with a password; ADMIN has the password."""
    password_hash = accounts.hasher.hash(ADMIN["password"])
    return User.create(kind="local", role="admin", email=ADMIN["email"], password_hash=password_hash)


@pytest.fixture
def admin(app: Flask, local_admin: User, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A browser in which the administrator is signed in."""
    return sign_in(app.test_client(), local_admin)


@pytest.fixture
def exact_user(app: Flask) -> User:
    """An Exact user who was let in, without any division yet."""
    return User.create(kind="exact", email="jan@winkel.example", name="Jan Pakker", country="nl", exact_user_id="1")


@pytest.fixture
def packer(app: Flask, exact_user: User, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """A browser in which an Exact user is signed in who is no administrator."""
    return sign_in(app.test_client(), exact_user)


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The database may not grow any more, as on a full disk; call it to make room again."""
    sqlite = db.database.obj
    real, full = sqlite._initialize_connection, {"yet": True}

    def limit(connection: Any) -> None:
        pages = connection.execute("pragma page_count").fetchone()[0] if full["yet"] else 4294967294
        connection.execute(f"pragma max_page_count = {pages}")
        # What is free inside the file is used up first.
        if full["yet"] and connection.execute("pragma freelist_count").fetchone()[0]:
            connection.execute("vacuum")

    def opened(connection: Any) -> None:
        real(connection)
        limit(connection)

    def make_room() -> None:
        full["yet"] = False
        if not db.database.is_closed():
            limit(db.database.connection())

    monkeypatch.setattr(sqlite, "_initialize_connection", opened)
    if not db.database.is_closed():
        limit(db.database.connection())
    yield make_room
    make_room()
