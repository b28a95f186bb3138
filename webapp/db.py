"""The database: opening, request hooks, migrations, backup.

It is SQLite with WAL, see `webapp/sqlite.py`, or with DATABASE_URL PostgreSQL, see `webapp/postgres.py`. Connections
are per thread; `autoconnect` is off so that a forgotten hook fails loudly. Rows are all read before the work on them
begins (`for row in list(….select())`): a query that is half read holds the moment of its reading, in which nothing
can be written once another process has.
"""

import shutil
import sqlite3
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, request
from peewee import (
    CharField,
    DatabaseError,
    DatabaseProxy,
    ForeignKeyField,
    ImproperlyConfigured,
    IntegerField,
    Model,
    SqliteDatabase,
)
from playhouse.migrations import Runner

from webapp import clock
from webapp.errors import ConfigError
from webapp.sqlite import Sqlite

Row = TypeVar("Row", bound=Model)

MIGRATIONS = Path(__file__).parent / "migrations"

_sqlite = Sqlite()
database: Any = DatabaseProxy()
database.initialize(_sqlite)


def point_at(where: Path | str) -> None:
    """The app's database from now on: a file of SQLite's, or the address of one of PostgreSQL's."""
    if not database.is_closed():
        database.close()
    if not is_sqlite():
        database.close_idle()
    if isinstance(where, Path):
        _sqlite.init(str(where))
        database.initialize(_sqlite)
    else:
        from webapp.postgres import Postgres  # whoever stays with SQLite need not have its driver

        database.initialize(Postgres(where))


def marked(sql: str) -> str:
    """SQL that is written by hand, with `?` for each parameter, for the database in use."""
    return sql.replace("?", database.param)


AS_STORED = (CharField, ForeignKeyField, IntegerField)


def rows(model: type[Row], sql: str, *params: Any) -> list[Row]:
    """What SQL that is written by hand finds of a table. Peewee's own `raw` looks at every column of every question
    anew, which takes longer than most questions; a page that is looked at every two seconds cannot afford that."""
    found = database.execute_sql(marked(sql), params)
    fields = _fields(model, tuple(column[0] for column in found.description))
    return [_made(model, fields, row) for row in found.fetchall()]


@cache
def _fields(model: type[Model], columns: tuple[str, ...]) -> list[tuple[int, str, Any]]:
    """The place and name of each field, and what makes its value of the database's; None where they are the same.
    Other columns come from a newer Pakbon, which has brought the database up to date while this one still runs."""
    found = ((at, model._meta.columns.get(name)) for at, name in enumerate(columns))
    return [
        (at, field.name, None if isinstance(field, AS_STORED) else field.python_value)
        for at, field in found
        if field is not None
    ]


def _made(model: type[Row], fields: list[tuple[int, str, Any]], values: tuple[Any, ...]) -> Row:
    made = model(__no_default__=1)
    made.__data__.update({name: convert(values[at]) if convert else values[at] for at, name, convert in fields})
    return made


def is_sqlite() -> bool:
    return isinstance(database.obj, SqliteDatabase)


def open_database(where: Path | str) -> list[str]:
    """Point the app at a database and bring it up to date. Returns the migrations that were applied.

    An existing file is copied beside itself before the first migration touches it. Raises ConfigError
    for a database that a newer Pakbon has written, and for one that cannot be used.
    """
    point_at(where)
    return _open_file(where) if isinstance(where, Path) else _open_server()


def _open_server() -> list[str]:
    """Processes that start together wait here for the one that brings the database up to date."""
    try:
        with database.connection_context():
            database.execute_sql("SELECT pg_advisory_lock(1)")
            try:
                runner = Runner(database.obj, str(MIGRATIONS))
                _refuse_newer(runner)
                return runner.up()
            finally:
                database.execute_sql("SELECT pg_advisory_unlock(1)")
    except ImproperlyConfigured as error:
        raise ConfigError("database_driver") from error
    except DatabaseError as error:
        raise ConfigError("database_unreachable", reason=" ".join(str(error).split())) from error


def _open_file(path: Path) -> list[str]:
    try:
        with database.connection_context():
            database.execute_sql("PRAGMA journal_mode=wal")
            runner = Runner(database.obj, str(MIGRATIONS))
            _refuse_newer(runner)
            missing = pending()
            if not missing or not runner.applied():
                return runner.up()
            kept = path.with_name(f"{path.stem}-before-{missing[0]}-{clock.now()}.sqlite3")
            backup(path, kept)
            try:
                return runner.up()
            except Exception:
                if (
                    pending() == missing
                ):  # all is as it was, and who starts over and over would fill the disk with copies
                    kept.unlink()
                raise
    except (DatabaseError, sqlite3.Error) as error:
        raise ConfigError(trouble(error), value=str(path)) from error


# SQLite's result codes, https://sqlite.org/rescode.html
TROUBLES = {
    sqlite3.SQLITE_FULL: "database_full",
    sqlite3.SQLITE_IOERR: "database_full",  # writing failed at the disk: mostly no room, or over a quota
    sqlite3.SQLITE_READONLY: "database_readonly",
    sqlite3.SQLITE_PERM: "database_readonly",
    sqlite3.SQLITE_CANTOPEN: "database_readonly",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
    sqlite3.SQLITE_NOTADB: "database_damaged",
}


def trouble(error: BaseException) -> str:
    """The code of the sentence for what keeps the database from working. What was behind an error tells: SQLite
    ends the transaction by itself when the disk is full, and then its rollback fails as well."""
    found: BaseException | None = error
    while found is not None:
        number = getattr(found, "sqlite_errorcode", 0) & 0xFF
        if number in TROUBLES:
            return TROUBLES[number]
        found = found.__cause__ or found.__context__
    return "database_away"


def _refuse_newer(runner: Runner) -> None:
    known = {step.name for step in runner.migrations()}
    unknown = sorted(set(runner.applied()) - known)
    if unknown:
        raise ConfigError("database_newer", name=unknown[-1])


def settle() -> None:
    """At the end of a process: everything into the one file, which somebody may copy. What the disk does not take
    stays beside it."""
    if is_sqlite():
        with suppress(DatabaseError), database.connection_context():
            database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def pending() -> list[str]:
    """Names of the migrations that the open database still lacks."""
    runner = Runner(database.obj, str(MIGRATIONS))
    return [step.name for step in runner.migrations() if step.name not in runner.applied()]


def restore(source: Path, target: Path) -> Path:
    """Put a backup in the place of the database, also of one that is damaged or that a newer Pakbon has written;
    returns where the present one was kept. The next start brings it up to date.

    Raises ConfigError, and changes nothing, for a file that is no database of Pakbon's or one that a newer Pakbon has
    written.
    """
    if not is_sqlite():
        raise ConfigError("backup_by_pg_dump")
    _refuse_useless(source)
    kept = target.with_name(f"{target.stem}-before-restore-{clock.now()}.sqlite3")
    if not database.is_closed():
        database.close()
    _sqlite.let_go()
    try:
        _put(source, target, kept)
    except (OSError, sqlite3.Error):
        kept.unlink(missing_ok=True)
        raise
    return kept


def _refuse_useless(source: Path) -> None:
    candidate = SqliteDatabase(str(source), lock_type="IMMEDIATE")
    try:
        with candidate.connection_context():
            runner = Runner(candidate, str(MIGRATIONS))
            if not runner.applied() or candidate.execute_sql("PRAGMA quick_check").fetchone()[0] != "ok":
                raise ConfigError("backup_unreadable", value=str(source))
            _refuse_newer(runner)
    except DatabaseError as error:
        raise ConfigError("backup_unreadable", value=str(source)) from error


def _put(source: Path, target: Path, kept: Path) -> None:
    """Keep the present database and write the other into it; one that is damaged makes room as it lies there."""
    if not target.exists():
        return backup(source, target)
    try:
        backup(target, kept)
    except sqlite3.DatabaseError as error:
        if trouble(error) != "database_damaged":
            raise
        shutil.copyfile(target, kept)
        for rest in ("-wal", "-shm"):
            target.with_name(target.name + rest).unlink(missing_ok=True)
        return backup(source, target)
    _write(source, target)


def _write(source: Path, target: Path) -> None:
    """By SQLite itself, in one transaction: whoever has the target open sees all of the one or all of the other."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def backup(source: Path, target: Path) -> None:
    """A consistent copy, also while the app runs: SQLite's own backup, never a copy of the file."""
    if not is_sqlite():
        raise ConfigError("backup_by_pg_dump")
    partial = target.with_name(target.name + ".part")
    try:
        _write(source, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)  # what was cut off must not fill the disk


def init_app(app: Flask) -> None:
    """A connection per request, taken before and given back after; none for static files."""

    @app.before_request
    def connect() -> None:
        if request.endpoint != "static":
            database.connect(reuse_if_open=True)

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        if not database.is_closed():
            database.close()
