"""`python -m tests.schemas`: keep the database of this version as a fixture, to be upgraded by every later one.

Run at a release, before its tag; writes `tests/fixtures/schemas/<version>.sql.gz` with a row in every table and a
value in every column.
"""

import gzip
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from peewee import BooleanField, Field, ForeignKeyField, IntegerField, JSONField, Model

from webapp import __version__, db, models
from webapp.vault import vault

FOLDER = Path(__file__).parent / "fixtures" / "schemas"
Rows = dict[str, list[dict[str, Any]]]


def fill() -> None:
    """One row in each table of the open database, with no column left empty."""
    for table in models.TABLES:
        fields = table._meta.sorted_fields
        values = {field.name: _value(table, field) for field in fields if field.name != "id"}
        table.insert(**values).execute()


def _value(table: type[Model], field: Field) -> Any:
    if isinstance(field, ForeignKeyField):
        return 1
    if isinstance(field, BooleanField):
        return True
    if isinstance(field, IntegerField):
        return 1_770_000_000
    if isinstance(field, JSONField):
        return {"kept": [f"{table.__name__}.{field.name}", 1]}
    return f"{field.name} é"[: getattr(field, "max_length", None) or 40]


def dump(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        text = "\n".join(connection.iterdump())
    return gzip.compress(text.encode(), mtime=0)


def load(packed: bytes, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(gzip.decompress(packed).decode())


def rows(path: Path) -> Rows:
    """Everything that stands in the tables of a database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        named = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        tables = [row["name"] for row in connection.execute(named)]
        return {name: [dict(row) for row in connection.execute(f'select * from "{name}"')] for name in tables}


def make(path: Path) -> bytes:
    """A filled database of this version at `path`, as a dump."""
    vault.unlock("fixture")
    db.open_database(path)
    with db.database.connection_context():
        fill()
    return dump(path)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / f"{__version__}.sql.gz"
    if target.exists():
        print(f"{target} is there already: a released schema does not change.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        target.write_bytes(make(Path(folder) / "pakbon.sqlite3"))
    print(f"{target}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
