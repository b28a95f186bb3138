"""Alive and ready, for whoever watches over the container."""

import peewee
import pytest
import time_machine
from flask.testing import FlaskClient

from tests.rows import CODE, a_division, a_problem, an_order
from webapp import clock, db
from webapp.clients.budget import DAY
from webapp.models import Budget, Connection
from webapp.upkeep import metrics


def broken(*_args, **_kwargs):
    raise peewee.OperationalError("unable to open database file")


def test_healthz_says_alive(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (200, {"alive": True})


def test_healthz_needs_no_database(app, monkeypatch):
    monkeypatch.setattr(db.database.obj, "connect", broken)
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
    monkeypatch.setattr("webapp.db.pending", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json == {"ready": False, "reasons": ["The database does not answer."]}


def test_readyz_says_so_when_the_data_folder_is_full_or_closed(client, monkeypatch):
    def full(**_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webapp.views.health.tempfile.TemporaryFile", full)
    assert client.get("/readyz").json["reasons"] == ["The data folder cannot be written to."]


def test_readyz_looks_once_a_second_however_often_it_is_asked(client, monkeypatch):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert client.get("/readyz").status_code == 200
        monkeypatch.setattr("webapp.db.pending", broken)
        assert client.get("/readyz").status_code == 200
        clock.shift(1)
        assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_leaves_no_session_and_carries_the_headers(client, path):
    response = client.get(path)
    assert "Set-Cookie" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_readyz_says_so_when_the_database_takes_no_more(client, no_room):
    response = client.get("/readyz")
    assert (response.status_code, response.json["reasons"]) == (503, ["The disk is full."])


# --- metrics -------------------------------------------------------------------------------------------------


def test_metrics_do_not_exist_without_a_token(client):
    assert client.get("/metrics").status_code == 404


@pytest.fixture
def watched(make_app, make_config):
    return make_app(make_config(METRICS_TOKEN="kijk-mee")).test_client()


def sent(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "headers",
    [{}, sent(""), sent("kijk-me"), sent("é"), {"Authorization": "Basic kijk-mee"}, {"Authorization": "kijk-mee"}],
)
def test_metrics_are_closed_to_who_does_not_know_the_token(watched, headers):
    response = watched.get("/metrics", headers=headers)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "pakbon_" not in response.text and response.mimetype == "text/plain"


def test_the_word_bearer_may_be_written_in_any_case(watched):
    assert watched.get("/metrics", headers={"Authorization": "bearer kijk-mee"}).status_code == 200


def test_metrics_tell_how_it_goes_in_numbers_only(watched):
    now = clock.now()
    division = a_division(passed_at=now - 40, due_at=now - 5, failures=2, stopped="licence")
    Connection.update(refreshed_at=now - 600, token_day="2001-01-01", token_calls=9).execute()
    for number in (1, 2):
        a_problem(division, number)
    an_order(division, 3)
    Budget.create(key=f"exact:{CODE}", known={"day": now // DAY, "calls_day": 1200})
    metrics.passed(CODE, 7)
    response = watched.get("/metrics", headers=sent("kijk-mee"))
    assert response.content_type.startswith("text/plain; version=0.0.4")
    lines = dict(line.rsplit(" ", 1) for line in response.text.splitlines() if not line.startswith("#"))
    at = f'division="{CODE}"'
    expected = {
        f'pakbon_orders{{{at},state="problem"}}': 2,
        f'pakbon_orders{{{at},state="incoming"}}': 1,
        f'pakbon_errors{{{at},kind="address"}}': 2,
        f'pakbon_calls_left_day{{{at},service="exact"}}': 3800,
        f'pakbon_calls_left_minute{{{at},service="exact"}}': 60,
        f"pakbon_stopped{{{at}}}": 1,
        f"pakbon_failures{{{at}}}": 2,
    }
    assert {name: float(lines[name]) for name in expected} == expected
    assert 40 <= float(lines[f"pakbon_lag_seconds{{{at}}}"]) <= 45
    assert 600 <= float(lines['pakbon_token_age_seconds{connection="1"}']) <= 605
    assert float(lines[f"pakbon_pass_seconds_count{{{at}}}"]) >= 1
    for word in ("Dalen", "Marijke", "Bint", "Utrecht", "secret", "kijk-mee"):
        assert word not in response.text
    assert "Set-Cookie" not in response.headers


def test_metrics_say_so_when_the_database_does_not_answer(watched, monkeypatch):
    monkeypatch.setattr("webapp.upkeep.metrics.text", broken)
    assert watched.get("/metrics", headers=sent("kijk-mee")).status_code == 503
