"""Many rows in one go. Peewee builds its SQL anew for every row, which costs far more than the row itself;
here it is built once, and the database takes the rows one after the other.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from peewee import SQL, Field, JSONField, Model, __exception_wrapper__  # type: ignore[attr-defined]

from webapp.db import database, is_sqlite

Row = Mapping[str, Any]


def insert(table: type[Model], rows: Sequence[Row]) -> None:
    """Add rows that all have the same fields; the others get their defaults."""
    if rows:
        given = [{**table._meta.get_default_dict(), **row} for row in rows]
        fields = _fields(table, given[0])
        _run(_insert(table, fields), fields, given)


def put(table: type[Model], rows: Sequence[Row], key: Sequence[str]) -> None:
    """Add rows, or take over what is given of those that are there already under the same key."""
    if rows:
        fields = _fields(table, rows[0])
        same = ", ".join(f'"{table._meta.fields[name].column_name}"' for name in key)
        taken = ", ".join(f'"{f.column_name}" = excluded."{f.column_name}"' for f in fields if f.name not in key)
        _run(f"{_insert(table, fields)} ON CONFLICT ({same}) DO UPDATE SET {taken}", fields, rows)


def update(table: type[Model], rows: Sequence[Row]) -> None:
    """Change rows that all have the same fields, `id` among them."""
    if rows:
        fields = _fields(table, rows[0])
        changed = ", ".join(f'"{field.column_name}" = {_mark(field)}' for field in fields if field.name != "id")
        fields.sort(key=lambda field: field.name == "id")
        _run(f'UPDATE "{table._meta.table_name}" SET {changed} WHERE "id" = {database.param}', fields, rows)


def among(field: Field, values: Iterable[Any]) -> Any:
    """`field` is one of these values, however many: they travel as one parameter."""
    listed = "(SELECT value FROM json_each(?))"
    if not is_sqlite():
        kind = "bigint" if field.field_type in ("INT", "AUTO") else "text"
        listed = f"(SELECT value::{kind} FROM jsonb_array_elements_text(%s::jsonb))"
    return field.in_(SQL(listed, [json.dumps(list(values))]))


def _insert(table: type[Model], fields: list[Field]) -> str:
    names = ", ".join(f'"{field.column_name}"' for field in fields)
    return f'INSERT INTO "{table._meta.table_name}" ({names}) VALUES ({", ".join(map(_mark, fields))})'


def _fields(table: type[Model], row: Row) -> list[Field]:
    return [table._meta.fields[name] for name in row]


def _mark(field: Field) -> str:
    mark = str(database.param)
    if not isinstance(field, JSONField):
        return mark
    return f"json({mark})" if is_sqlite() else f"{mark}::jsonb"


def _converter(field: Field) -> Callable[[Any], Any]:
    return _as_json if isinstance(field, JSONField) else field.db_value


def _as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _run(sql: str, fields: list[Field], rows: Sequence[Row]) -> None:
    columns = [(field.name, _converter(field)) for field in fields]
    with database.atomic(), __exception_wrapper__:
        database.cursor().executemany(sql, [[convert(row[name]) for name, convert in columns] for row in rows])
