"""On which kind of database the tests run: SQLite, or the PostgreSQL server that TEST_DATABASE_URL names.

A test has a database of its own there, copied from one that is migrated already.
"""

import hashlib
import os
from pathlib import Path

import pytest

from webapp import db

SERVER = os.environ.get("TEST_DATABASE_URL", "")  # postgresql://user@host:port, without a database
only_sqlite = pytest.mark.skipif(bool(SERVER), reason="this is about SQLite's own ways")


def beside(folder: Path, name: str = "pakbon") -> Path | str:
    """Where a database for this folder is: in it, or on the server under a name of its own."""
    if not SERVER:
        return folder / f"{name}.sqlite3"
    return f"{SERVER}/test_{hashlib.sha256(f'{folder}/{name}'.encode()).hexdigest()[:20]}"


def environ(folder: Path) -> dict[str, str]:
    """The setting that leads the app there."""
    return {"DATABASE_URL": str(beside(folder))} if SERVER else {}


def exists(where: Path | str) -> bool:
    if isinstance(where, Path):
        return where.exists()
    name = where.rpartition("/")[2]
    return bool(_told("SELECT count(*) FROM pg_database WHERE datname = %s", name)[0])


def make(where: Path | str) -> None:
    """An empty one, with all migrations."""
    if isinstance(where, str):
        _do(f"CREATE DATABASE {where.rpartition('/')[2]}")
    db.open_database(where)


def copy(source: Path | str, target: Path | str) -> None:
    """Both must be at rest."""
    if isinstance(source, Path) and isinstance(target, Path):
        for rest in ("-wal", "-shm"):
            target.with_name(target.name + rest).unlink(missing_ok=True)
        db.backup(source, target)
        return
    old, new = (str(where).rpartition("/")[2] for where in (source, target))
    db.database.close()
    _told("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", old)
    _do(f"DROP DATABASE IF EXISTS {new} WITH (FORCE)")
    _do(f"CREATE DATABASE {new} TEMPLATE {old}")


def drop(where: Path | str) -> None:
    if isinstance(where, str):
        _do(f"DROP DATABASE IF EXISTS {where.rpartition('/')[2]} WITH (FORCE)")


def _do(sql: str) -> None:
    import psycopg

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(sql.encode())


def _told(sql: str, *params: str) -> tuple:
    import psycopg

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        return connection.execute(sql.encode(), params).fetchone() or ()
