"""The database: opening, request hooks, migrations, backup.

SQLite with WAL and IMMEDIATE transactions: a read-then-write in a deferred transaction fails at once under
a second writer, whatever the busy timeout. Connections are per thread; `autoconnect` is off so that a
forgotten hook fails loudly.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from flask import Flask, request
from peewee import DatabaseError, SqliteDatabase
from playhouse.migrations import Runner

from webapp import clock
from webapp.errors import ConfigError

MIGRATIONS = Path(__file__).parent / "migrations"
# The journal is a property of the file (see open_database), the others of each connection: of each request.
PRAGMAS = {"foreign_keys": 1, "synchronous": "normal", "temp_store": "memory"}

database = SqliteDatabase(None, pragmas=PRAGMAS, timeout=15, autoconnect=False, lock_type="IMMEDIATE")


def open_database(path: Path) -> list[str]:
    """Point the app at a database file and bring it up to date. Returns the migrations that were applied.

    An existing database is copied beside itself before the first migration touches it. Raises ConfigError
    for a database that a newer Pakbon has written, and for one that cannot be used.
    """
    if not database.is_closed():
        database.close()
    database.init(str(path))
    try:
        with database.connection_context():
            database.execute_sql("PRAGMA journal_mode=wal")
            runner = Runner(database, str(MIGRATIONS))
            _refuse_newer(runner)
            missing = pending()
            if missing and runner.applied():
                backup(path, path.with_name(f"{path.stem}-before-{missing[0]}-{clock.now()}.sqlite3"))
            return runner.up()
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


def pending() -> list[str]:
    """Names of the migrations that the open database still lacks."""
    runner = Runner(database, str(MIGRATIONS))
    return [step.name for step in runner.migrations() if step.name not in runner.applied()]


def restore(source: Path, target: Path) -> Path:
    """Put a backup in the place of the database; returns where the present one was kept.

    Raises ConfigError, and changes nothing, for a file that is no database of Pakbon's or one that a newer
    Pakbon has written.
    """
    candidate = SqliteDatabase(str(source), lock_type="IMMEDIATE")
    try:
        with candidate.connection_context():
            runner = Runner(candidate, str(MIGRATIONS))
            if not runner.applied() or candidate.execute_sql("PRAGMA quick_check").fetchone()[0] != "ok":
                raise ConfigError("backup_unreadable", value=str(source))
            _refuse_newer(runner)
    except DatabaseError as error:
        raise ConfigError("backup_unreadable", value=str(source)) from error
    kept = target.with_name(f"{target.stem}-before-restore-{clock.now()}.sqlite3")
    if not database.is_closed():
        database.close()
    if target.exists():
        backup(target, kept)
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    backup(source, target)
    open_database(target)
    return kept


def backup(source: Path, target: Path) -> None:
    """A consistent copy, also while the app runs: SQLite's own backup, never a copy of the file."""
    partial = target.with_name(target.name + ".part")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
        old.backup(new)
    partial.replace(target)


def init_app(app: Flask) -> None:
    """A connection per request, opened before and closed after; none for static files."""

    @app.before_request
    def connect() -> None:
        if request.endpoint != "static":
            database.connect(reuse_if_open=True)

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        if not database.is_closed():
            database.close()
