"""What PostgreSQL must do as SQLite does: one writer at a time, across processes; the same tables; long text.

Run by `make test-postgres`, which starts a server; without one it is not collected.
"""

import multiprocessing
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import peewee
import pytest
from flask import Flask

from tests import counts, databases, rows
from webapp import db, leases, many
from webapp.config import ROOT, Config
from webapp.errors import ConfigError
from webapp.models import TABLES, Division, Order, Part, put_setting, setting
from webapp.pages import tallies
from webapp.words.texts import sentence

ROUNDS = 20


def count_up(where: str) -> None:
    """In a process of its own: read, then write, many times."""
    db.point_at(where)
    with db.database.connection_context():
        for _ in range(ROUNDS):
            with db.database.atomic():
                put_setting("count", str(int(setting("count")) + 1))


def take_one(where: str, found: Any, all_tried: Any) -> None:
    """Stays until all have tried: what an ended process held is free."""
    db.point_at(where)
    with db.database.connection_context():
        found.put(leases.take("pass:1", leases.new_owner(), 60))
    all_tried.wait(60)


def at_once(work: Any, count: int, *words: Any) -> None:
    spawning = multiprocessing.get_context("spawn")
    processes = [spawning.Process(target=work, args=words) for _ in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0


def test_processes_that_read_and_then_write_wait_for_each_other(app: Flask, config: Config):
    put_setting("count", "0")
    at_once(count_up, 3, config.database)
    assert setting("count") == str(3 * ROUNDS)


def test_of_many_that_want_a_lease_one_gets_it(app: Flask, config: Config):
    spawning = multiprocessing.get_context("spawn")
    found = spawning.Queue()
    at_once(take_one, 4, config.database, found, spawning.Barrier(4))
    assert sorted(found.get(timeout=10) for _ in range(4)) == [False, False, False, True]


def test_a_single_statement_that_writes_waits_for_a_transaction(app: Flask):
    put_setting("one", "first")
    seen, began = [], threading.Event()

    def work() -> None:
        with db.database.connection_context():
            began.set()
            put_setting("one", "second")
            seen.append(setting("one"))

    thread = threading.Thread(target=work)
    with db.database.atomic():
        before = setting("one")
        thread.start()
        began.wait(10)
        thread.join(0.3)
        assert thread.is_alive() and setting("one") == before == "first"
    thread.join(10)
    assert seen == ["second"]


def test_processes_that_start_together_make_the_tables_once(tmp_path: Path):
    where = databases.beside(tmp_path)
    databases._do(f"CREATE DATABASE {str(where).rpartition('/')[2]}")
    command = [sys.executable, "-c", f"from webapp import db; print(db.open_database({where!r}))"]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = sorted(process.communicate(timeout=60)[0].strip() for process in both)
    databases.drop(where)
    steps = sorted(step.stem for step in db.MIGRATIONS.glob("0*.py"))
    assert told == sorted(["[]", "[]", str(steps)])


def test_migrations_make_the_tables_of_the_models(app: Flask):
    tables = set(db.database.get_tables())
    assert tables == {model._meta.table_name for model in TABLES} | {"schema_migration"}
    for model in TABLES:
        columns = {column.name: column for column in db.database.get_columns(model._meta.table_name)}
        assert set(columns) == set(model._meta.columns)
        assert {column.data_type for column in columns.values()} <= {"text", "bigint", "boolean", "jsonb"}


def test_text_may_be_long_and_numbers_large(app: Flask):
    division = Division.create(code=2**40, name="n" * 1000)
    assert (Division.get().code, Division.get().name) == (2**40, division.name)


def test_many_rows_go_in_and_are_found_again(app: Flask):
    division = rows.a_division()
    given = {"division": division.id, "state": "due", "order_date": "2026-01-01", "exact": {"a": [1, "é"]}}
    many.insert(Order, [{**given, "guid": f"g{n}", "number": n, "payload": None} for n in range(300)])
    found = list(Order.select().where(many.among(Order.guid, ["g1", "g299"])).order_by(Order.number))
    assert [(row.number, row.exact, row.payload) for row in found] == [(n, {"a": [1, "é"]}, None) for n in (1, 299)]
    many.update(Order, [{"id": row.id, "state": "incoming", "exact": {}} for row in found])
    sent = Order.select().where(many.among(Order.id, [row.id for row in found]), Order.state == "incoming")
    assert sent.count() == 2
    rows.a_parcel(rows.a_delivery(sent.get(), 1), 1, "3S1", made_at=1_767_225_600)
    found = tallies.of(division, ["2025-12-31", "2026-01-01"], [1_767_139_200, 1_767_225_600, 1_767_312_000])
    assert found.states["incoming"] == 2 and found.ordered == {"2026-01-01": 300}
    assert found.labels == {"2026-01-01": 1} and type(found.labels["2026-01-01"]) is int
    assert tallies.problems(division) == 0
    part = {"division": division.id, "kind": "item", "guid": "g", "read_at": 1}
    for name in ("first", "second"):
        many.put(Part, [{**part, "exact": {"name": name}}], ["division", "kind", "guid"])
    assert [row.exact for row in Part.select()] == [{"name": "second"}]


def test_what_was_there_before_pakbon_kept_counts_is_counted(app: Flask, config: Config):
    for number in range(1, 4):
        rows.a_parcel(rows.a_delivery(rows.an_order(rows.a_division(number), number), number), number, f"3S{number}")
    for table in ("sales_order", "parcel"):
        for moment in ("insert", "update", "delete"):
            db.database.execute_sql(f"DROP FUNCTION tally_{table}_{moment} CASCADE")
    db.database.execute_sql("DROP TABLE tally")
    db.database.execute_sql("DELETE FROM schema_migration WHERE name = '0002_tally'")
    db.database.close()
    assert db.open_database(config.database) == ["0002_tally"]
    db.database.connect()
    assert counts.differing() == [] and len(counts.kept()) == 12
    Order.update(state="shipped").execute()
    assert counts.differing() == []


def test_a_database_of_a_newer_pakbon_is_refused(app: Flask, config: Config):
    db.database.execute_sql("insert into schema_migration (name, applied) values ('9999_future', '2030-01-01')")
    with pytest.raises(ConfigError) as caught:
        db.open_database(config.database)
    assert "9999_future" in sentence(caught.value.code, **caught.value.params)


def test_a_server_that_is_not_there_is_said_in_a_line(app: Flask):
    with pytest.raises(ConfigError) as caught:
        db.open_database("postgresql://pakbon@127.0.0.1:1/pakbon")
    line = sentence(caught.value.code, **caught.value.params)
    assert "PostgreSQL at DATABASE_URL cannot be used" in line and "\n" not in line


def test_a_backup_is_left_to_postgresql(app: Flask, config: Config, tmp_path: Path):
    for work in (lambda: db.backup(config.database_path, tmp_path / "x"), lambda: db.restore(tmp_path, tmp_path)):
        with pytest.raises(ConfigError) as caught:
            work()
        assert "pg_dump" in sentence(caught.value.code, **caught.value.params)
    assert not config.database_path.exists()


def test_an_error_in_a_transaction_leaves_the_connection_usable(app: Flask):
    Division.create(code=1)
    with pytest.raises(peewee.IntegrityError):
        Division.create(code=1)
    assert Division.select().count() == 1


def backend() -> int:
    """Which of the server's processes serves this connection."""
    with db.database.connection_context():
        return int(db.database.execute_sql("SELECT pg_backend_pid()").fetchone()[0])


def test_connections_are_kept_and_one_that_was_lost_is_opened_anew(app: Flask):
    db.database.close()
    first = backend()
    assert backend() == first
    assert databases._told("SELECT pg_terminate_backend(%s::int, 5000)", str(first)) == (True,)
    assert backend() != first


FORKING = """
import os
from webapp import db

def backend():
    with db.database.connection_context():
        return db.database.execute_sql("SELECT pg_backend_pid()").fetchone()[0]

db.open_database({where!r})
before = backend()
if os.fork() == 0:
    print(backend(), flush=True)
    os._exit(0)
os.wait()
print(before, backend())
"""


def test_a_connection_is_of_one_process(app: Flask, config: Config):
    """Servers that load the app and then fork (gunicorn --preload, uWSGI) would share what is kept."""
    command = [sys.executable, "-c", FORKING.format(where=config.database)]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    forked, before, after = told.stdout.split()
    assert forked != before == after


def test_a_server_that_fell_silent_is_not_waited_for_much_longer_than_one_that_cannot_be_reached(app: Flask):
    """What no test can have without the rights of root: packets that get lost."""
    with socket.socket(fileno=os.dup(db.database.connection().fileno())) as line:
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000


def test_the_lock_of_the_start_is_given_back_with_the_connection_kept(app: Flask, config: Config):
    assert db.open_database(config.database) == []
    held = "SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database WHERE objid = 1 AND d.datname = "
    with db.database.connection_context():
        assert db.database.execute_sql(f"{held} current_database()").fetchone() == (0,)
