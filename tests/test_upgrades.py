"""The database of every released version can be upgraded to this one, and keeps everything."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests import counts, schemas
from webapp import db
from webapp.config import ROOT
from webapp.models import TABLES
from webapp.vault import vault

KEPT = sorted(schemas.FOLDER.glob("*.sql.gz"))
LATER = """def up(migrator, db):
    db.execute_sql("alter table setting add column added text not null default ''")
    db.execute_sql("create table more (id integer primary key)")
"""


def upgraded(packed: bytes, path: Path) -> tuple[schemas.Rows, schemas.Rows]:
    """What stood in a database before and after this version opened it."""
    schemas.load(packed, path)
    before = schemas.rows(path)
    vault.unlock("fixture")
    db.open_database(path)
    with db.database.connection_context():
        assert db.database.execute_sql("pragma quick_check").fetchone() == ("ok",)
        assert db.database.execute_sql("pragma foreign_key_check").fetchall() == []
        for table in TABLES:
            assert list(table.select())
    return before, schemas.rows(path)


def lost(before: schemas.Rows, after: schemas.Rows) -> list[str]:
    """Rows and values that are not there any more."""
    found = []
    for name, rows in before.items():
        if name not in after or len(after[name]) < len(rows):
            found.append(name)
            continue
        for old, new in zip(rows, after[name], strict=False):
            found += [f"{name}.{column}" for column, value in old.items() if new.get(column) != value]
    return found


def test_an_upgrade_from_every_released_version_keeps_everything(tmp_path):
    assert KEPT
    for kept in KEPT:
        folder = tmp_path / kept.name
        folder.mkdir()
        before, after = upgraded(kept.read_bytes(), folder / "pakbon.sqlite3")
        assert lost(before, after) == [], kept.name


def test_what_was_there_before_pakbon_kept_counts_is_counted(tmp_path):
    path = tmp_path / "pakbon.sqlite3"
    schemas.load((schemas.FOLDER / "0.1.0.sql.gz").read_bytes(), path)
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, other in (("sales_order", "guid = guid || id"), ("parcel", "parcel = parcel + 1, cancelled = 0")):
            connection.execute(f"create temp table more as select * from {table} limit 1")
            for _ in range(3):
                connection.execute(f"update more set id = id + 1, {other}")
                connection.execute(f"insert into {table} select * from more")
            connection.execute("drop table more")
    vault.unlock("fixture")
    db.open_database(path)
    with db.database.connection_context():
        assert counts.differing() == []
        assert sorted((key[1], number) for key, number in counts.kept().items()) == [
            ("label", 3), ("ordered", 4), ("parcel", 3), ("state", 4),
        ]  # fmt: skip


def test_the_way_to_keep_and_upgrade_a_schema_works(tmp_path, monkeypatch):
    """With a made-up later version: every table has a row, all of it is kept, and what is lost would be seen."""
    packed = schemas.make(tmp_path / "made.sqlite3")
    later = tmp_path / "migrations"
    shutil.copytree(db.MIGRATIONS, later, ignore=shutil.ignore_patterns("__pycache__"))
    (later / "9999_more.py").write_text(LATER, encoding="utf-8")
    monkeypatch.setattr(db, "MIGRATIONS", later)
    before, after = upgraded(packed, tmp_path / "pakbon.sqlite3")
    assert {table._meta.table_name for table in TABLES} <= {name for name, rows in before.items() if rows}
    assert lost(before, after) == [] and "added" in after["setting"][0]
    assert len(list(tmp_path.glob("pakbon-before-9999_more-*.sqlite3"))) == 1
    after["setting"][0]["name"] = "another"
    del after["lease"]
    assert sorted(lost(before, after)) == ["lease", "setting.name"]


def test_every_released_version_has_its_schema_kept():
    released = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(released) <= {path.name.removesuffix(".sql.gz") for path in KEPT}
