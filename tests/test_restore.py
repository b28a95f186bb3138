"""A backup put back by the command itself, whatever is the matter with the database that is there."""

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial

import pytest

from webapp import db
from webapp.config import ROOT
from webapp.models import put_setting


@pytest.fixture
def folder(tmp_path, migrated):
    """A data folder with a database, and beside it a backup of the day before."""
    data = tmp_path / "data"
    data.mkdir()
    db.point_at(data / "pakbon.sqlite3")
    db.backup(migrated, data / "pakbon.sqlite3")
    with db.database.connection_context():
        put_setting("which", "yesterday")
        db.backup(data / "pakbon.sqlite3", tmp_path / "copy.sqlite3")
        put_setting("which", "today")
    db.database.close()
    db.database.obj.let_go()
    return data


def flask(folder, *words, room=None):
    """`room` is how large a file may become, as on a disk that is full."""
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "SECRET_KEY": "test"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, words)]
    narrow = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room)) if room else None
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, preexec_fn=narrow
    )


def which(file):
    with closing(sqlite3.connect(file)) as opened:
        return opened.execute("select value from setting where name = 'which'").fetchone()[0]


def truncated(file):
    os.truncate(file, file.stat().st_size // 2)


def overwritten(file):
    file.write_bytes(b"not a database" * 1000)


def of_a_newer_pakbon(file):
    with closing(sqlite3.connect(file)) as opened, opened:
        opened.execute("insert into schema_migration (name, applied) values ('9999_future', '2030-01-01')")


@pytest.mark.parametrize("harm", [truncated, overwritten, of_a_newer_pakbon])
def test_a_database_that_stops_the_start_does_not_stop_its_backup(folder, tmp_path, harm):
    present = folder / "pakbon.sqlite3"
    harm(present)
    before = present.read_bytes()
    started = flask(folder, "check")
    assert started.returncode == 1 and "restore" in started.stderr
    restored = flask(folder, "restore", tmp_path / "copy.sqlite3")
    assert restored.returncode == 0, restored.stderr
    assert which(present) == "yesterday"
    (kept,) = folder.glob("pakbon-before-restore-*")
    assert str(kept) in restored.stdout
    if harm is of_a_newer_pakbon:
        assert which(kept) == "today"
    else:
        assert kept.read_bytes() == before
    assert flask(folder, "check").returncode == 0


def test_the_former_version_reads_what_this_one_put_back(folder, tmp_path):
    """To go back: the copy stays of its version until the next start."""
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy, copy:
        copy.execute("delete from schema_migration where name > '0001_initial'")
    assert flask(folder, "restore", tmp_path / "copy.sqlite3").returncode == 0
    with closing(sqlite3.connect(folder / "pakbon.sqlite3")) as opened:
        assert opened.execute("select name from schema_migration").fetchall() == [("0001_initial",)]


def test_a_process_that_has_the_database_open_goes_on_with_what_was_put_back(folder, tmp_path):
    """The manual says to stop it first: what it is at just then is lost."""
    with closing(sqlite3.connect(folder / "pakbon.sqlite3", isolation_level=None)) as running:
        running.execute("pragma journal_mode=wal")
        running.execute("update setting set value = 'now' where name = 'which'")
        assert flask(folder, "restore", tmp_path / "copy.sqlite3").returncode == 0
        assert running.execute("select value from setting where name = 'which'").fetchone() == ("yesterday",)
        running.execute("update setting set value = 'afterwards' where name = 'which'")
    assert which(folder / "pakbon.sqlite3") == "afterwards" and flask(folder, "check").returncode == 0
    (kept,) = folder.glob("pakbon-before-restore-*")
    assert which(kept) == "now"


def test_a_backup_that_has_no_room_leaves_the_database_as_it_is(folder, tmp_path):
    refused = flask(folder, "restore", tmp_path / "copy.sqlite3", room=100_000)
    assert refused.returncode == 1 and "Nothing was changed." in refused.stderr and "Traceback" not in refused.stderr
    assert which(folder / "pakbon.sqlite3") == "today"
    assert sorted(path.name for path in folder.iterdir() if "before" in path.name or "new" in path.name) == []
