"""Alive and ready, for whoever watches over the container."""

import peewee
import pytest
from flask.testing import FlaskClient

from webapp import db


def broken(*_args, **_kwargs):
    raise peewee.OperationalError("unable to open database file")


def test_healthz_says_alive(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"alive": True})


def test_healthz_needs_no_database(app, monkeypatch):
    monkeypatch.setattr(db.database, "connect", broken)
    assert FlaskClient(app).get("/healthz").status_code == 200


def test_readyz_is_ready_on_a_migrated_database(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json) == (200, {"ready": True, "reasons": []})


def test_readyz_names_a_migration_that_is_missing(client):
    last = max(step.stem for step in db.MIGRATIONS.glob("0*.py"))
    db.database.execute_sql("delete from schema_migration where name = ?", [last])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json["reasons"] == [f"The database misses the migration {last}."]


def test_readyz_says_so_when_the_database_does_not_answer(client, monkeypatch):
    monkeypatch.setattr("webapp.views.health.pending", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json == {"ready": False, "reasons": ["The database does not answer."]}


def test_readyz_says_so_when_the_data_folder_is_full_or_closed(client, monkeypatch):
    def full(**_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webapp.views.health.tempfile.TemporaryFile", full)
    assert client.get("/readyz").json["reasons"] == ["The data folder cannot be written to."]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_leaves_no_session_and_carries_the_headers(client, path):
    response = client.get(path)
    assert "Set-Cookie" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_metrics_do_not_exist(client):
    assert client.get("/metrics").status_code == 404
