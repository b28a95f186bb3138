"""The database: migrations that agree with the models, secrets at rest, backup and restore, hooks of a request."""

import sqlite3
import threading
from contextlib import closing

import peewee
import pytest
from flask import Flask
from peewee import SqliteDatabase
from playhouse.reflection import Introspector

from tests.rows import CODE, a_division, an_order
from webapp import db
from webapp.errors import ConfigError
from webapp.models import TABLES, Access, Connection, Division, Order, Setting, User, put_setting, setting
from webapp.vault import vault
from webapp.words.texts import sentence


def schema_of(path):
    """Tables, columns and indexes as SQLite knows them."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("select type, name, tbl_name from sqlite_master where name not like 'sqlite_%'")
        names = {row for row in rows if row[2] != "schema_migration"}
        tables = [name for kind, name, _ in sorted(names) if kind == "table"]
        columns = {table: sorted(_columns(connection, table)) for table in tables}
        indexes = {
            (table, _indexed(connection, name), _is_unique(connection, table, name))
            for kind, name, table in names
            if kind == "index"
        }
        keys = {table: sorted(_foreign_keys(connection, table)) for table in tables}
    return {"columns": columns, "indexes": indexes, "foreign keys": keys}


def _columns(connection, table):
    for _, name, kind, required, _, primary in connection.execute(f'pragma table_info("{table}")'):
        yield name, kind.upper(), bool(required), bool(primary)


def _indexed(connection, name):
    return tuple(row[2] for row in connection.execute(f'pragma index_info("{name}")'))


def _is_unique(connection, table, name):
    return any(row[1] == name and row[2] for row in connection.execute(f'pragma index_list("{table}")'))


def _foreign_keys(connection, table):
    for row in connection.execute(f'pragma foreign_key_list("{table}")'):
        yield row[2], row[3], row[4], row[6]


@pytest.fixture
def path(tmp_path, migrated):
    """A migrated database of the test's own, open."""
    path = tmp_path / "pakbon.sqlite3"
    db.backup(migrated, path)
    vault.unlock("test")
    db.open_database(path)
    db.database.connect()
    yield path
    db.database.close()


# -- migrations ---------------------------------------------------------------------------------------------


def test_migrations_make_exactly_the_tables_of_the_models(tmp_path, migrated):
    by_hand = SqliteDatabase(str(tmp_path / "models.sqlite3"))
    with by_hand.bind_ctx(TABLES), by_hand.connection_context():
        by_hand.create_tables(TABLES)
    assert schema_of(migrated) == schema_of(tmp_path / "models.sqlite3")


def test_every_model_is_listed(migrated):
    tables = set(Introspector.from_database(SqliteDatabase(str(migrated))).introspect().model_names)
    assert tables == {model._meta.table_name for model in TABLES} | {"schema_migration"}


def test_migrations_run_once(tmp_path):
    assert db.open_database(tmp_path / "a.sqlite3") == sorted(step.stem for step in db.MIGRATIONS.glob("0*.py"))
    assert db.open_database(tmp_path / "a.sqlite3") == []


def test_an_older_database_is_copied_before_a_migration_touches_it(tmp_path, monkeypatch, migrated):
    path, steps = tmp_path / "pakbon.sqlite3", tmp_path / "steps"
    db.backup(migrated, path)
    steps.mkdir()
    for step in db.MIGRATIONS.glob("0*.py"):
        (steps / step.name).write_text(step.read_text())
    (steps / "9999_more.py").write_text("def up(migrator, db):\n    db.execute_sql('create table more (x)')\n")
    monkeypatch.setattr(db, "MIGRATIONS", steps)
    assert db.open_database(path) == ["9999_more"]
    (kept,) = tmp_path.glob("pakbon-before-9999_more-*.sqlite3")
    assert "more" in schema_of(path)["columns"] and "more" not in schema_of(kept)["columns"]


def test_a_new_database_leaves_no_copy(tmp_path):
    db.open_database(tmp_path / "pakbon.sqlite3")
    assert not list(tmp_path.glob("*-before-*"))


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path, monkeypatch, migrated):
    path, steps = tmp_path / "pakbon.sqlite3", tmp_path / "steps"
    db.backup(migrated, path)
    steps.mkdir()
    for step in db.MIGRATIONS.glob("0*.py"):
        (steps / step.name).write_text(step.read_text())
    half = "def up(migrator, db):\n    db.execute_sql('create table half (x)')\n    raise ValueError('half way')\n"
    (steps / "9999_half.py").write_text(half)
    monkeypatch.setattr(db, "MIGRATIONS", steps)
    with pytest.raises(ValueError, match="half way"):
        db.open_database(path)
    assert "half" not in schema_of(path)["columns"]
    assert not list(tmp_path.glob("*-before-*"))  # each try would leave one


def test_a_pakbon_that_still_runs_does_not_mind_what_a_newer_one_added(admin):
    order = an_order(a_division(), 1)
    for table in ("app_user", "division", "connection", "sales_order", "parcel"):
        db.database.execute_sql(f"alter table {table} add column added text not null default ''")
    for page in ("", "logs", f"orders/{order.guid}"):
        assert admin.get(f"/divisions/{CODE}/{page}").status_code == 200


def test_a_database_of_a_newer_pakbon_is_not_touched(path):
    db.database.execute_sql("insert into schema_migration (name, applied) values ('9999_future', '2030-01-01')")
    with pytest.raises(ConfigError) as caught:
        db.open_database(path)
    line = sentence(caught.value.code, **caught.value.params)
    assert "newer" in line and "9999_future" in line


# -- how it is opened ---------------------------------------------------------------------------------------


def test_foreign_keys_count_and_many_may_read_while_one_writes(path):
    assert db.database.pragma("foreign_keys") == 1
    assert db.database.pragma("journal_mode") == "wal"
    with pytest.raises(peewee.IntegrityError):
        Access.create(user=1, division=1)


def test_writers_wait_for_each_other(path):
    """Read, then write, in four threads at once: with a deferred transaction most of these fail at once."""
    put_setting("count", "0")
    failed = []

    def work():
        try:
            with db.database.connection_context():
                for _ in range(10):
                    with db.database.atomic():
                        put_setting("count", str(int(setting("count")) + 1))
        except peewee.OperationalError as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and setting("count") == "40"


def test_a_forgotten_connection_fails_loudly(path):
    failed = []

    def work():
        try:
            Setting.select().count()
        except peewee.InterfaceError:
            failed.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failed


# -- secrets at rest ----------------------------------------------------------------------------------------


def test_no_secret_stands_readable_in_the_file(path):
    put_setting("exact_client_secret", "geheim-app", secret=True)
    Connection.create(country="nl", exact_user_id="1", access_token="geheim-a", refresh_token="geheim-r")
    Division.create(code=1, public_key="geheim-p", secret_key="geheim-s")
    db.database.close()
    files = b"".join(file.read_bytes() for file in path.parent.glob("pakbon.sqlite3*"))
    db.database.connect()
    assert b"geheim" not in files and b"exact_client_secret" in files
    connection, division = Connection.get(), Division.get()
    assert (connection.access_token, connection.refresh_token) == ("geheim-a", "geheim-r")
    assert (division.public_key, division.secret_key) == ("geheim-p", "geheim-s")
    assert setting("exact_client_secret") == "geheim-app"


def test_an_empty_secret_stays_empty(path):
    Division.create(code=1)
    assert Division.get().secret_key == ""
    assert db.database.execute_sql("select secret_key from division").fetchone() == ("",)


def test_a_setting_is_replaced_and_a_missing_one_is_empty(path):
    assert setting("nothing") == ""
    put_setting("one", "first", secret=True)
    put_setting("one", "second")
    assert setting("one") == "second" and Setting.select().count() == 1


# -- models -------------------------------------------------------------------------------------------------


def test_every_user_has_a_session_key_of_his_own(path):
    first, second = User.create(kind="exact", email="a"), User.create(kind="exact", email="b")
    assert first.session_key and first.session_key != second.session_key
    assert first.get_id() == f"{first.id}:{first.session_key}"


def test_what_belongs_to_a_division_goes_with_it(path):
    division = Division.create(code=1)
    Order.create(division=division, guid="g", number=1, state="due", order_date="2026-01-01")
    division.delete_instance()
    assert not Order.select().exists()


# -- backup and restore -------------------------------------------------------------------------------------


def test_a_backup_is_whole_while_the_app_writes(path, tmp_path):
    put_setting("before", "yes")
    with db.database.atomic():
        put_setting("during", "not yet")
        db.backup(path, tmp_path / "copy.sqlite3")
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("select name from setting").fetchall() == [("before",)]
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_replaces_an_older_one_as_a_whole(path, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    copy.write_text("an older one")
    db.backup(path, copy)
    assert schema_of(copy) == schema_of(path)


def test_restoring_brings_back_what_was_and_keeps_what_is(path, tmp_path):
    put_setting("which", "old")
    db.backup(path, tmp_path / "copy.sqlite3")
    put_setting("which", "new")
    kept = db.restore(tmp_path / "copy.sqlite3", path)
    db.database.connect(reuse_if_open=True)
    assert setting("which") == "old"
    with closing(sqlite3.connect(kept)) as present:
        assert present.execute("select value from setting where name = 'which'").fetchone() == ("new",)


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + b"x" * 200])
def test_what_is_no_backup_is_refused_and_changes_nothing(path, tmp_path, content):
    put_setting("which", "mine")
    (tmp_path / "copy").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        db.restore(tmp_path / "copy", path)
    assert caught.value.params == {"value": str(tmp_path / "copy")}
    assert setting("which") == "mine"


def test_a_backup_of_a_newer_pakbon_is_refused(path, tmp_path):
    put_setting("which", "mine")
    db.backup(path, tmp_path / "copy.sqlite3")
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy, copy:
        copy.execute("insert into schema_migration (name, applied) values ('9999_future', '2030-01-01')")
    with pytest.raises(ConfigError):
        db.restore(tmp_path / "copy.sqlite3", path)
    assert setting("which") == "mine"


# -- a thread's connection ----------------------------------------------------------------------------------


def raw():
    """What a request of this thread has below its connection."""
    db.database.close()
    db.database.connect()
    return db.database.connection()


def test_a_thread_keeps_its_connection_from_request_to_request_and_another_has_its_own(path):
    mine, theirs = raw(), []
    thread = threading.Thread(target=lambda: theirs.append(raw()))
    thread.start()
    thread.join()
    assert raw() is mine and theirs != [mine]


def test_a_thread_sees_the_backup_that_another_process_put_in_place(path, tmp_path):
    put_setting("shown", "before")
    backup = tmp_path / "backup.sqlite3"
    db.backup(path, backup)
    with closing(sqlite3.connect(backup)) as other:
        other.execute("update setting set value = 'restored' where name = 'shown'")
        other.commit()
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink()
    backup.replace(path)
    raw()
    assert setting("shown") == "restored"


def test_after_an_error_a_connection_is_not_used_again(path):
    before = raw()
    with pytest.raises(peewee.OperationalError):
        db.database.execute_sql("select * from nowhere")
    assert raw() is not before


def test_a_connection_with_an_open_transaction_is_not_used_again(path):
    before = raw()
    before.execute("begin immediate")
    after = raw()
    assert after is not before
    put_setting("shown", "written")  # nobody holds the file


def test_each_commit_waits_for_the_disk(path):
    """Full, https://sqlite.org/pragma.html#pragma_synchronous: with WAL anything less may lose the last commits."""
    assert db.database.execute_sql("pragma synchronous").fetchone() == (2,)
    assert db.database.execute_sql("pragma journal_mode").fetchone() == ("wal",)


# -- the hooks of a request ---------------------------------------------------------------------------------


@pytest.fixture
def hooked(path):
    """An app with the two hooks and nothing else; says whether a view and a static file had a connection."""
    app = Flask(__name__)
    seen = {}
    db.init_app(app)

    @app.get("/page")
    def page():
        seen["page"] = not db.database.is_closed()
        return ""

    @app.get("/fail")
    def fail():
        raise peewee.OperationalError("no")

    @app.after_request
    def look(response):
        seen["last"] = not db.database.is_closed()
        return response

    db.database.close()
    return app, seen


def test_a_request_has_a_connection_and_gives_it_back(hooked):
    app, seen = hooked
    app.test_client().get("/page")
    assert seen["page"] and db.database.is_closed()


def test_a_request_that_fails_gives_it_back_too(hooked):
    app, _ = hooked
    with pytest.raises(peewee.OperationalError):
        app.testing = True
        app.test_client().get("/fail")
    assert db.database.is_closed()


def test_a_static_file_needs_none(hooked):
    app, seen = hooked
    app.test_client().get("/static/none.css")
    assert seen["last"] is False
