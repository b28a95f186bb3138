"""How many there are, counted by the database itself: a table, and triggers that keep it. Frozen, as each step is."""

from peewee import CharField, CompositeKey, ForeignKeyField, IntegerField, Model, SqliteDatabase

KEY = "division_id, what, value"
# By table: what is counted by which value; the columns that matter; the rows that count.
COUNTED = {
    "sales_order": (
        (("state", "{row}state"), ("ordered", "{row}order_date")),
        ("division_id", "order_date", "state"),
        "TRUE",
    ),
    "parcel": (
        (("parcel", "{row}status"), ("label", "CAST({row}made_at / 3600 AS TEXT)")),
        ("division_id", "status", "cancelled", "made_at"),
        "NOT {row}cancelled",
    ),
}
PRESENT = (
    "INSERT INTO tally (" + KEY + ", number) SELECT division_id, '{what}', {value}, COUNT(*) FROM {table}"
    " WHERE {counts} GROUP BY 1, 3"
)
MORE = (
    "INSERT INTO tally (" + KEY + ", number) SELECT {row}division_id, '{what}', {value}, 1 WHERE {counts}"
    " ON CONFLICT (" + KEY + ") DO UPDATE SET number = tally.number + 1;"
)
# Never an INSERT: when a division goes, its counts may have gone before its orders.
LESS = (
    "UPDATE tally SET number = number - 1 WHERE division_id = {row}division_id AND what = '{what}'"
    " AND value = {value} AND {counts};"
)


def up(migrator, db):
    class Division(Model):
        class Meta:
            database = db
            table_name = "division"

    class Count(Model):
        division = ForeignKeyField(Division, on_delete="CASCADE", index=False)
        what = CharField(max_length=8)
        value = CharField(default="")
        number = IntegerField()

        class Meta:
            database = db
            table_name = "tally"
            primary_key = CompositeKey("division", "what", "value")

    db.create_tables([Count])
    sqlite = isinstance(db, SqliteDatabase)
    for table, (_, columns, _) in COUNTED.items():
        for sql in _each(PRESENT, table, ""):
            db.execute_sql(sql)
        more, less = " ".join(_each(MORE, table, "new.")), " ".join(_each(LESS, table, "old."))
        old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
        for moment, when, body in (
            ("INSERT", "", more),
            ("DELETE", "", less),
            (f"UPDATE OF {', '.join(columns)}", f"WHEN (({old}) <> ({new}))", f"{less} {more}"),
        ):
            name = f"tally_{table}_{moment.split()[0].lower()}"
            trigger = f"CREATE TRIGGER {name} AFTER {moment} ON {table} FOR EACH ROW {when}"
            if sqlite:
                db.execute_sql(f"{trigger} BEGIN {body} END")
            else:
                function = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                db.execute_sql(f"{function} $$ BEGIN {body} RETURN NULL; END $$")
                db.execute_sql(f"{trigger} EXECUTE FUNCTION {name}()")


def _each(sql, table, row):
    """The statement for everything that is counted of a table; `row` stands before the names of its columns."""
    counts, _, which = COUNTED[table]
    for what, value in counts:
        yield sql.format(table=table, what=what, row=row, value=value.format(row=row), counts=which.format(row=row))
