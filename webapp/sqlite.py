"""SQLite as Pakbon opens it. With IMMEDIATE transactions: a read-then-write in a deferred one fails at once under
a second writer, whatever the busy timeout.

Each thread keeps its connection from one request to the next: to open one and to read the schema takes longer than
all that most pages ask. It is opened anew each hour, once another file lies there (a restored backup), and after a
statement that failed.

What is committed is on the disk (`synchronous`): a wish for a label that a power cut took back might be bought twice.
"""

import os
import sqlite3
import threading
import time
from typing import Any

from peewee import DatabaseError, SqliteDatabase

# The journal is a property of the file (see db.open_database), these are of each connection. Few pages are cached:
# there are as many connections as threads.
PRAGMAS = {"foreign_keys": 1, "synchronous": "full", "temp_store": "memory", "cache_size": -1000}
OLDEST = 3600  # seconds; what the planner knows of the tables is read when a connection is opened


class Sqlite(SqliteDatabase):
    def __init__(self) -> None:
        self._kept = _Kept()
        super().__init__(None, pragmas=PRAGMAS, timeout=15, autoconnect=False, lock_type="IMMEDIATE")

    def _connect(self) -> sqlite3.Connection:
        kept = self._kept.connection
        if kept is not None and self._kept.file == self._file() and time.monotonic() < self._kept.until:
            return kept
        if kept is not None:
            kept.close()
        self._kept.connection = None
        opened: sqlite3.Connection = super()._connect()  # type: ignore[misc]
        self._kept.connection, self._kept.file = opened, self._file()
        self._kept.until = time.monotonic() + OLDEST
        return opened

    def _close(self, conn: sqlite3.Connection) -> None:
        if conn is self._kept.connection and self._kept.file and not conn.in_transaction:
            return
        self._kept.connection = None
        conn.close()

    def let_go(self) -> None:
        """Close what this thread kept, so that another file can come in its place."""
        if self._kept.connection is not None:
            self._kept.connection.close()
            self._kept.connection = None

    def _file(self) -> tuple[int, int, int] | None:
        """What lies at the path, for this process: a connection must not outlive a fork. None if nothing does."""
        try:
            found = os.stat(self.database)
        except OSError:
            return None
        return os.getpid(), found.st_dev, found.st_ino

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        try:
            return super().execute_sql(sql, params)
        except DatabaseError:
            self._kept.file = None
            raise


class _Kept(threading.local):
    """A thread's connection, the file that it is to (none if it must not be used again), and when it is given up."""

    connection: sqlite3.Connection | None = None
    file: tuple[int, int, int] | None = None
    until = 0.0
