"""The process as an operator starts it: what stops the start is one sentence, and nothing was done by then."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.journeys.test_shutdown import free_port
from webapp import db
from webapp.config import ROOT


@pytest.fixture
def folder(tmp_path, migrated):
    data = tmp_path / "data"
    data.mkdir()
    db.backup(migrated, data / "pakbon.sqlite3")
    return data


def start(folder, *command, **settings):
    """What a process that cannot start says."""
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "SECRET_KEY": "test", **settings}
    command = command or ("wsgi.py",)
    run = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 1, run.stderr
    return (run.stdout + run.stderr).splitlines()


def test_a_port_that_is_taken_is_said_and_the_set_up_link_of_who_has_it_still_works(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (line,) = start(folder, PORT=str(port))
    assert line.startswith(f"Pakbon cannot start. Pakbon cannot listen at HOST 127.0.0.1, PORT {port}: ")
    with closing(sqlite3.connect(folder / "pakbon.sqlite3")) as opened:
        assert opened.execute("select * from setting where name = 'setup_token'").fetchall() == []


@pytest.mark.parametrize("host", ["nobody.invalid", "http://localhost", "localhost:8000"])
def test_a_host_that_is_none_is_said(folder, host):
    (line,) = start(folder, HOST=host)
    assert line.startswith("Pakbon cannot start. HOST must be ") and f"“{host}”" in line


@pytest.mark.parametrize(
    "command", [["wsgi.py"], ["-m", "flask", "--app", "wsgi", "allow", "marijke@winkel.example"]]
)
def test_a_database_that_takes_nothing_is_said(folder, command):
    """Root may write to any file, so the tables themselves refuse here."""
    with closing(sqlite3.connect(folder / "pakbon.sqlite3")) as opened, opened:
        for table in ("setting", "app_user"):
            opened.execute(
                f"create trigger shut_{table} before insert on {table} begin select raise(abort, 'shut'); end"
            )
    (line,) = start(folder, *command, PORT=str(free_port()))
    assert "Pakbon cannot use its database right now." in line


def test_a_driver_that_is_not_installed_is_said(folder):
    without = "import sys; sys.modules['psycopg'] = sys.modules['psycopg2'] = None; import wsgi"
    (line,) = start(folder, "-c", without, DATABASE_URL="postgresql://localhost/pakbon")
    assert line.startswith("Pakbon cannot start. DATABASE_URL needs PostgreSQL's driver: ")
