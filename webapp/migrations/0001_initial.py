"""The first schema. A frozen copy of the models: it never changes with them."""

from peewee import (
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
    SqliteDatabase,
    TextField,
)


def up(migrator, db):
    class User(Model):
        kind = CharField(max_length=8)
        role = CharField(max_length=8, default="user")
        email = CharField(index=True, default="")
        name = CharField(default="")
        password_hash = CharField(default="")
        country = CharField(max_length=2, default="")
        exact_user_id = CharField(max_length=36, default="")
        language = CharField(max_length=8, default="")
        theme = CharField(max_length=8, default="")
        active = BooleanField(default=True)
        session_key = CharField()
        created_at = IntegerField()
        seen_at = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "app_user"

    db.create_tables([User])

    class Connection(Model):
        country = CharField(max_length=2)
        exact_user_id = CharField(max_length=36)
        user_name = CharField(default="")
        email = CharField(default="")
        current_division = IntegerField(default=0)
        access_token = TextField(default="")
        refresh_token = TextField(default="")
        expires_at = IntegerField(default=0)
        refreshed_at = IntegerField(default=0)
        state = CharField(max_length=12, default="active")
        reason = CharField(default="")
        token_day = CharField(max_length=10, default="")
        token_calls = IntegerField(default=0)
        listed_at = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "connection"
            indexes = ((("country", "exact_user_id"), True),)

    db.create_tables([Connection])

    class Division(Model):
        code = IntegerField(unique=True)
        connection = ForeignKeyField(Connection, null=True)
        country = CharField(max_length=2, default="")
        name = CharField(default="")
        currency = CharField(max_length=3, default="")
        listed = BooleanField(default=True)
        sendcloud = CharField(max_length=8, default="off")
        public_key = TextField(default="")
        secret_key = TextField(default="")
        integration_id = IntegerField(unique=True, null=True)
        shop_name = CharField(default="")
        sender_addresses = JSONField(default=list)
        hook_token = CharField(index=True, default="")
        preview = BooleanField(default=False)
        rules = JSONField(default=dict)
        rules_no = IntegerField(default=0)
        lists = JSONField(default=dict)
        cursors = JSONField(default=dict)
        taken_from = CharField(max_length=10, default="")
        older = JSONField(default=dict)
        moved_at = CharField(default="")
        progress = JSONField(default=dict)
        stopped = CharField(default="")
        stopped_params = JSONField(default=dict)
        pass_no = IntegerField(default=0)
        passed_at = IntegerField(null=True)
        failures = IntegerField(default=0)
        due_at = IntegerField(index=True, null=True)
        changed_no = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "division"

    db.create_tables([Division])

    class Access(Model):
        user = ForeignKeyField(User, on_delete="CASCADE")
        division = ForeignKeyField(Division, on_delete="CASCADE")

        class Meta:
            database = db
            table_name = "access"
            indexes = ((("user", "division"), True),)

    db.create_tables([Access])

    class Budget(Model):
        key = CharField(primary_key=True)
        known = JSONField(default=dict)

        class Meta:
            database = db
            table_name = "budget"

    db.create_tables([Budget])

    class Correction(Model):
        division = ForeignKeyField(Division, on_delete="CASCADE")
        address = CharField(max_length=64)
        shown = CharField(default="")
        field = CharField(max_length=40)
        value = CharField(default="")
        actor = CharField(default="")
        made_at = IntegerField()

        class Meta:
            database = db
            table_name = "correction"
            indexes = ((("division", "address", "field"), True),)

    db.create_tables([Correction])

    class Delivery(Model):
        division = ForeignKeyField(Division, on_delete="CASCADE")
        guid = CharField(max_length=36)
        number = IntegerField(default=0)
        state = CharField(max_length=12)
        reason = CharField(default="")
        field = CharField(default="")
        value = CharField(default="")
        params = JSONField(default=dict)
        exact = JSONField(default=dict)
        ship_order = CharField(default="")
        ship_number = CharField(index=True, default="")
        intent_at = IntegerField(null=True)
        document = CharField(default="")
        document_asked = BooleanField(default=False)
        attached = BooleanField(default=False)
        no_document = CharField(default="")
        written_at = IntegerField(null=True)
        due_at = IntegerField(null=True)
        attempts = IntegerField(default=0)
        claimed_by = CharField(default="")
        claimed_until = IntegerField(default=0)
        since = IntegerField()
        changed_at = IntegerField()

        class Meta:
            database = db
            table_name = "delivery"
            indexes = ((("division", "guid"), True), (("division", "state", "due_at"), False))

    db.create_tables([Delivery])

    class Order(Model):
        division = ForeignKeyField(Division, on_delete="CASCADE")
        guid = CharField(max_length=36)
        number = IntegerField()
        state = CharField(max_length=12)
        reason = CharField(default="")
        field = CharField(default="")
        value = CharField(default="")
        params = JSONField(default=dict)
        order_date = CharField(max_length=10)
        customer = CharField(default="")
        city = CharField(default="")
        country = CharField(max_length=2, default="")
        search = TextField(default="")
        exact = JSONField(default=dict)
        checked = BooleanField(default=False)
        payload = JSONField(null=True)
        payload_hash = CharField(max_length=64, default="")
        sendcloud_id = CharField(default="")
        pushed_at = IntegerField(null=True)
        sending_since = IntegerField(null=True)
        withdraw = CharField(default="")
        overwrite = BooleanField(default=False)
        since = IntegerField()
        due_at = IntegerField(null=True)
        attempts = IntegerField(default=0)
        claimed_by = CharField(default="")
        claimed_until = IntegerField(default=0)
        changed_at = IntegerField()

        class Meta:
            database = db
            table_name = "sales_order"
            indexes = (
                (("division", "guid"), True),
                (("division", "state", "number"), False),
                (("division", "number", "search", "state"), False),
                (("division", "order_date", "state"), False),
                (("division", "state", "since"), False),
                (("division", "due_at"), False),
                (("division", "checked"), False),
                (("division", "changed_at"), False),
            )

    db.create_tables([Order])

    class DeliveryLine(Model):
        delivery = ForeignKeyField(Delivery, on_delete="CASCADE")
        order = ForeignKeyField(Order, null=True, on_delete="SET NULL")
        guid = CharField(max_length=36)
        order_number = IntegerField(default=0)
        order_line = CharField(index=True, max_length=36, default="")
        quantity = CharField(default="0")
        exact = JSONField(default=dict)

        class Meta:
            database = db
            table_name = "delivery_line"
            indexes = ((("delivery", "guid"), True),)

    db.create_tables([DeliveryLine])

    class Event(Model):
        division = ForeignKeyField(Division, on_delete="CASCADE")
        order = ForeignKeyField(Order, null=True, on_delete="CASCADE")
        at = IntegerField(index=True)
        code = CharField()
        params = JSONField(default=dict)
        actor = CharField(default="")
        exchange = JSONField(null=True)

        class Meta:
            database = db
            table_name = "event"
            indexes = ((("division", "code"), False),)

    db.create_tables([Event])

    class Lease(Model):
        name = CharField(primary_key=True)
        owner = CharField()
        until = IntegerField()

        class Meta:
            database = db
            table_name = "lease"

    db.create_tables([Lease])

    class OrderLine(Model):
        order = ForeignKeyField(Order, on_delete="CASCADE")
        guid = CharField(index=True, max_length=36)
        number = IntegerField(default=0)
        exact = JSONField(default=dict)

        class Meta:
            database = db
            table_name = "sales_order_line"
            indexes = ((("order", "guid"), True),)

    db.create_tables([OrderLine])

    class Parcel(Model):
        division = ForeignKeyField(Division, on_delete="CASCADE")
        order = ForeignKeyField(Order, null=True, on_delete="SET NULL")
        delivery = ForeignKeyField(Delivery, null=True, on_delete="SET NULL")
        parcel = IntegerField()
        shipment = CharField(default="")
        order_number = CharField(index=True, default="")
        tracking_number = CharField(default="")
        tracking_url = TextField(default="")
        carrier = CharField(default="")
        status = CharField(default="")
        message = CharField(default="")
        cancelled = BooleanField(default=False)
        ours = BooleanField(default=False)
        pdf = CharField(default="")
        printed_at = IntegerField(null=True)
        cancel_asked_at = IntegerField(null=True)
        cancel_by = CharField(default="")
        made_at = IntegerField()

        class Meta:
            database = db
            table_name = "parcel"
            indexes = (
                (("division", "parcel"), True),
                (("division", "status", "printed_at"), False),
                (("division", "cancel_asked_at"), False),
            )

    db.create_tables([Parcel])

    class Part(Model):
        division = ForeignKeyField(Division, on_delete="CASCADE")
        kind = CharField(max_length=8)
        guid = CharField(max_length=36)
        exact = JSONField(null=True)
        read_at = IntegerField()

        class Meta:
            database = db
            table_name = "part"
            indexes = ((("division", "kind", "guid"), True),)

    db.create_tables([Part])

    class Setting(Model):
        name = CharField(primary_key=True)
        value = TextField(default="")
        secret = TextField(default="")

        class Meta:
            database = db
            table_name = "setting"

    db.create_tables([Setting])

    class Tally(Model):
        division = ForeignKeyField(Division, on_delete="CASCADE")
        kind = CharField(max_length=8)
        day = CharField(max_length=10, default="")
        key = CharField()
        count = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "tally"
            indexes = ((("division", "kind", "day", "key"), True),)

    db.create_tables([Tally])
    for statement in tally_triggers() if isinstance(db, SqliteDatabase) else postgres_triggers():
        db.execute_sql(statement)


# What is counted: table, kind, column of the day ("" = none), column of the key, column that takes a row out.
COUNTED = (
    ("sales_order", "state", "", "state", ""),
    ("sales_order", "day", "order_date", "state", ""),
    ("parcel", "parcel", "", "status", "cancelled"),
)


def tally_triggers():
    """What keeps `tally`, in SQLite's words."""
    for table, kind, day, key, out in COUNTED:
        watched = [column for column in (day, key, out) if column]
        changed = " OR ".join(f"old.{column} <> new.{column}" for column in watched)
        old, new = (f"NOT {row}.{out}" if out else "1" for row in ("old", "new"))
        more, less = _more(kind, day, key), _less(kind, day, key)
        begin, moved = f"CREATE TRIGGER tally_{kind}", f"AFTER UPDATE OF {', '.join(watched)} ON {table}"
        yield f"{begin}_more AFTER INSERT ON {table} WHEN {new} BEGIN {more} END"
        yield f"{begin}_less AFTER DELETE ON {table} WHEN {old} BEGIN {less} END"
        yield f"{begin}_from {moved} WHEN ({changed}) AND {old} BEGIN {less} END"
        yield f"{begin}_to {moved} WHEN ({changed}) AND {new} BEGIN {more} END"


def postgres_triggers():
    """The same in PostgreSQL's."""
    for table, kind, day, key, out in COUNTED:
        watched = [column for column in (day, key, out) if column]
        less, more = _less(kind, day, key), _more(kind, day, key)
        if out:
            less, more = (f"IF NOT {row}.{out} THEN {work} END IF;" for row, work in (("old", less), ("new", more)))
        same = " AND ".join(f"old.{column} = new.{column}" for column in watched)
        yield (
            f"CREATE FUNCTION tally_{kind}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'UPDATE' THEN IF {same} THEN RETURN NULL; END IF; END IF; "
            f"IF TG_OP <> 'INSERT' THEN {less} END IF; IF TG_OP <> 'DELETE' THEN {more} END IF; RETURN NULL; END $$"
        )
        yield (
            f"CREATE TRIGGER tally_{kind} AFTER INSERT OR DELETE OR UPDATE OF {', '.join(watched)} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION tally_{kind}()"
        )


COLUMNS = 'division_id, kind, day, "key"'


def _more(kind, day, key):
    values = _place("new", kind, day, key)
    added = f"ON CONFLICT ({COLUMNS}) DO UPDATE SET count = tally.count + 1"
    return f"INSERT INTO tally ({COLUMNS}, count) VALUES ({values}, 1) {added};"


def _less(kind, day, key):
    return f"UPDATE tally SET count = count - 1 WHERE ({COLUMNS}) = ({_place('old', kind, day, key)});"


def _place(row, kind, day, key):
    days = f"{row}.{day}" if day else "''"
    return f"{row}.division_id, '{kind}', {days}, {row}.{key}"
