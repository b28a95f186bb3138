"""PostgreSQL in the place of SQLite, for who runs several web processes and workers: `DATABASE_URL`.

Everything that reads and then writes was written for SQLite's one writer at a time. Here the same is promised by an
advisory lock that every transaction takes first, and every single statement that writes: what holds there holds
here, on any number of machines. No transaction stays open round a call, so nobody waits long.

Connections go back to a pool and are tried before they are used again: to open one takes longer than most pages.
"""

import os
import re
from typing import Any

from peewee import DatabaseError
from playhouse.pool import PooledPostgresqlDatabase

WRITER = 0x70616B626F6E  # the lock's number: "pakbon"
WRITES = ("INSERT", "UPDATE", "DELETE")
BOUNDED = re.compile(r"VARCHAR\(\d+\)")
# Wait for the lock as long as SQLite would; a process that hangs in a transaction must not hold it for ever.
OPTIONS = "-c lock_timeout=15s -c idle_in_transaction_session_timeout=60s -c client_min_messages=warning"
OLDEST = 3600  # seconds after which a connection is opened anew
# A server that is no longer there takes a kept connection's question without a word, and the system would ask again
# for a quarter of an hour: with all threads behind it. Ten seconds, as for one that cannot be reached.
PATIENCE: dict[str, Any] = {
    "connect_timeout": 10, "tcp_user_timeout": 10_000, "keepalives_idle": 30, "keepalives_interval": 10,
}  # fmt: skip


class Postgres(PooledPostgresqlDatabase):
    """One writer at a time, whole numbers of 64 bits, text without a length: as SQLite has them."""

    field_types = {**PooledPostgresqlDatabase.field_types, "INT": "BIGINT", "AUTO": "BIGSERIAL"}

    def __init__(self, url: str) -> None:
        # Never more connections than threads. Statements are not prepared: a new version may change the tables, and a
        # pool of PostgreSQL's in between (PgBouncer) may give each transaction another connection.
        super().__init__(
            url, max_connections=None, stale_timeout=OLDEST, autoconnect=False, prefer_psycopg3=True,
            options=OPTIONS, prepare_threshold=None, **PATIENCE,
        )  # fmt: skip
        self._process = os.getpid()

    def _connect(self) -> Any:
        if self._process != os.getpid():  # forked: what is kept belongs to the process before
            self._connections.clear()
            self._in_use.clear()
            self._process = os.getpid()
        return super()._connect()

    def begin(self, isolation_level: Any = None) -> None:
        super().begin(isolation_level)
        try:
            self.execute_sql("SELECT pg_advisory_xact_lock(%s)", (WRITER,))
        except DatabaseError:
            self.rollback()
            raise

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        if sql.startswith(("CREATE TABLE", "ALTER TABLE")):
            sql = BOUNDED.sub("TEXT", sql)  # `max_length` is a hint here, as it is in SQLite
        if self.in_transaction() or not sql.lstrip().upper().startswith(WRITES):
            return super().execute_sql(sql, params)
        with self.atomic():
            return super().execute_sql(sql, params)
