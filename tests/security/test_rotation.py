"""Changing SECRET_KEY: nothing is lost, the former key opens nothing any more, and no step may be cut off wrongly."""

import pytest

from tests.rows import a_connection, a_division
from webapp import commands, db
from webapp.config import KEPT_KEY
from webapp.errors import ConfigError
from webapp.models import Connection, Division, put_setting, setting
from webapp.upkeep import rotation
from webapp.vault import Vault, vault


@pytest.fixture
def opened(make_app, make_config):
    """The app as it starts with this environment, and `flask` for it."""

    def opened(**environ):
        config = make_config(**environ)
        app = make_app(config)
        commands.init_app(app, config)

        def flask(*words):
            db.database.close()
            try:
                return app.test_cli_runner().invoke(args=list(words))
            finally:
                db.database.connect(reuse_if_open=True)

        return flask

    return opened


@pytest.fixture(autouse=True)
def lock_again():
    yield
    vault.unlock("test")


def store():
    a_connection(refresh_token="verversing", access_token="toegang")
    a_division(secret_key="geheime sleutel", public_key="publiek")
    put_setting("exact_client_secret", "van de app", secret=True)
    put_setting("exact_client_id", "open en bloot")


def found():
    connection, division = Connection.get(), Division.get()
    return [connection.refresh_token, connection.access_token, division.secret_key, division.public_key,
            setting("exact_client_secret"), setting("exact_client_id")]  # fmt: skip


STORED = ["verversing", "toegang", "geheime sleutel", "publiek", "van de app", "open en bloot"]


def opens_with(key):
    """Which stored secrets this key alone opens."""
    alone = Vault()
    alone.unlock(key)
    sealed = [*db.database.execute_sql("select access_token from connection").fetchone(),
              *db.database.execute_sql("select secret_key from division").fetchone()]  # fmt: skip
    try:
        return [alone.unseal(text) for text in sealed]
    except ConfigError:
        return []


def test_with_a_key_of_ones_own(opened):
    opened(SECRET_KEY="oud")
    store()
    result = opened(SECRET_KEY="nieuw", SECRET_KEY_OLD="oud")("rotate-key")
    assert result.exit_code == 0 and result.output.startswith("5 secrets"), result.output
    assert "oud" not in result.output.replace("old", "") and "nieuw" not in result.output
    assert opens_with("nieuw") and not opens_with("oud")
    opened(SECRET_KEY="nieuw")
    assert found() == STORED


def test_until_it_is_run_both_keys_read(opened):
    opened(SECRET_KEY="oud")
    store()
    opened(SECRET_KEY="nieuw", SECRET_KEY_OLD="oud")
    assert found() == STORED


def test_with_the_key_that_pakbon_made(opened, tmp_path):
    flask = opened(SECRET_KEY="")
    file = tmp_path / "data" / KEPT_KEY
    before = file.read_text()
    store()
    assert flask("rotate-key").exit_code == 0
    after = file.read_text()
    assert after != before and "\n" not in after and file.stat().st_mode & 0o777 == 0o600
    assert opens_with(after) and not opens_with(before)
    opened(SECRET_KEY="")
    assert found() == STORED


@pytest.mark.parametrize("step", ["_seal_anew", "_write"])
def test_cut_off_in_the_middle_it_still_opens_and_can_be_ended(opened, tmp_path, make_config, monkeypatch, step):
    opened(SECRET_KEY="")
    store()
    written, real = [], rotation._write

    def cut(*words):
        written.append(words)
        if step == "_write" and len(written) == 1:
            return real(*words)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(rotation, step, cut)
        rotation.rotate(make_config(SECRET_KEY=""))
    flask = opened(SECRET_KEY="")
    assert found() == STORED
    assert flask("rotate-key").exit_code == 0
    opened(SECRET_KEY="")
    assert found() == STORED and "\n" not in (tmp_path / "data" / KEPT_KEY).read_text()


def test_without_a_new_key_it_says_what_to_set(opened):
    result = opened(SECRET_KEY="enige")("rotate-key")
    assert result.exit_code == 1 and "SECRET_KEY_OLD" in result.output


def test_sessions_end_with_the_key(opened, make_app, make_config, local_admin, sign_in):
    old = sign_in(make_app(make_config(SECRET_KEY="oud")).test_client(), local_admin)
    assert old.get("/users").status_code == 200
    new = make_app(make_config(SECRET_KEY="nieuw", SECRET_KEY_OLD="oud")).test_client()
    new.set_cookie("pakbon", old.get_cookie("pakbon").value)
    assert new.get("/users").status_code == 302
