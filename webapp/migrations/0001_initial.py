"""The first schema. A frozen copy of the models: it never changes with them."""

from peewee import (
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
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
        full_at = IntegerField(null=True)
        full_asked_at = IntegerField(null=True)
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
                (("division", "cancelled", "status", "printed_at"), False),
                (("division", "cancelled", "made_at"), False),
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
