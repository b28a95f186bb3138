"""Tables. Moments are whole seconds since the epoch (UTC), dates are ISO text, money and quantities stay
in the JSON as Exact wrote them (Decimal is made where they are read).

What a table means to the trade stands in its docstring; who moves a state stands in `webapp/sync/states.py`.
"""

import secrets
from typing import Any

from peewee import (
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
    TextField,
)

from webapp import clock
from webapp.db import database
from webapp.vault import vault


class SecretField(TextField):
    """Text that stands encrypted in the database; empty stays empty."""

    def db_value(self, value: str | None) -> str | None:
        return vault.seal(value) if value else value

    def python_value(self, value: str | None) -> str | None:
        return vault.unseal(value) if value else value


class Table(Model):
    id: Any  # made by Peewee where a table names no other key

    class Meta:
        database = database
        legacy_table_names = False


class Setting(Table):
    """One value of the whole installation: the Exact app, the one-time set-up token, whom alerts go to, what the last
    night's check found."""

    name = CharField(primary_key=True)
    value = TextField(default="")
    secret = SecretField(default="")


class User(Table):
    """Who may sign in: a local administrator (`kind` local) or an Exact user who was let in (`kind` exact).

    An Exact user is let in by e-mail address and known by `exact_user_id` from his first sign-in on.
    `session_key` is part of every session; changing it ends them all.
    """

    kind = CharField(max_length=8)
    role = CharField(max_length=8, default="user")  # admin, user
    email = CharField(default="", index=True)
    name = CharField(default="")
    password_hash = CharField(default="")
    country = CharField(max_length=2, default="")
    exact_user_id = CharField(max_length=36, default="")
    language = CharField(max_length=8, default="")
    theme = CharField(max_length=8, default="")
    active = BooleanField(default=True)
    session_key = CharField(default=lambda: secrets.token_urlsafe(16))
    created_at = IntegerField(default=clock.now)
    seen_at = IntegerField(null=True)

    class Meta:
        table_name = "app_user"  # "user" and "order" are reserved words of SQL

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return f"{self.id}:{self.session_key}"

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


class Connection(Table):
    """The tokens of one Exact user, which the background work of his divisions uses.

    `state` is active or reconnect (the refresh token is spent; `reason` says why). A refresh happens under
    the lease `token:<id>`, see `webapp/sync/tokens.py`.
    """

    country = CharField(max_length=2)
    exact_user_id = CharField(max_length=36)
    user_name = CharField(default="")
    email = CharField(default="")
    current_division = IntegerField(default=0)
    access_token = SecretField(default="")
    refresh_token = SecretField(default="")
    expires_at = IntegerField(default=0)
    refreshed_at = IntegerField(default=0)
    state = CharField(max_length=12, default="active")
    reason = CharField(default="")
    token_day = CharField(max_length=10, default="")
    token_calls = IntegerField(default=0)
    listed_at = IntegerField(null=True)  # when its divisions were last read

    class Meta:
        indexes = ((("country", "exact_user_id"), True),)


class Division(Table):
    """An Exact division (company): a tab. `sendcloud` is off, on or revoked (keys no longer work).

    `stopped` holds the code of what keeps the whole division from working ("" = nothing), `rules` the saved
    configuration and `rules_no` how often it was saved, `lists` what the two services offer to choose from (see
    `webapp/sync/lists.py`), `cursors` where each sync endpoint was read up to, `progress` the running import,
    `changed_no` rises whenever a page of this division would look different.
    """

    connection_id: int | None
    code = IntegerField(unique=True)
    connection = ForeignKeyField(Connection, backref="divisions", null=True)
    country = CharField(max_length=2, default="")  # of the Exact environment
    name = CharField(default="")
    currency = CharField(max_length=3, default="")
    listed = BooleanField(default=True)  # still in Exact's list of divisions
    sendcloud = CharField(max_length=8, default="off")
    public_key = SecretField(default="")
    secret_key = SecretField(default="")
    integration_id = IntegerField(null=True, unique=True)
    shop_name = CharField(default="")
    sender_addresses = JSONField(default=list)
    hook_token = CharField(default="", index=True)
    preview = BooleanField(default=False)
    rules = JSONField(default=dict)
    rules_no = IntegerField(default=0)
    lists = JSONField(default=dict)
    cursors = JSONField(default=dict)
    taken_from = CharField(max_length=10, default="")  # a date before the window that a person chose
    older = JSONField(default=dict)  # older orders that a person wants read, see webapp/sync/pull_older.py
    moved_at = CharField(default="")  # Exact's DivisionMoveDate: all timestamps reset when it changes
    progress = JSONField(default=dict)
    stopped = CharField(default="")
    stopped_params = JSONField(default=dict)
    pass_no = IntegerField(default=0)
    full_at = IntegerField(null=True)  # when everything that can have changed was last asked for
    full_asked_at = IntegerField(null=True)  # somebody waits for a pass that asks for everything, see sync/work.py
    passed_at = IntegerField(null=True)  # end of the last good pass
    failures = IntegerField(default=0)  # passes in a row that could not finish
    due_at = IntegerField(null=True, index=True)
    changed_no = IntegerField(default=0)


class Access(Table):
    """Which divisions an Exact user may see; written at each sign-in. Administrators see all."""

    user = ForeignKeyField(User, backref="access", on_delete="CASCADE")
    division = ForeignKeyField(Division, backref="access", on_delete="CASCADE")

    class Meta:
        indexes = ((("user", "division"), True),)


class Order(Table):
    """A sales order. `exact` is its header as read (strings stripped), `payload` what Sendcloud was sent last (before
    it has accepted any, and `payload_hash` is empty: what goes to it).

    `reason`, `field`, `value` and `params` explain the state, `since` is when it was entered; `due_at` is when
    a step looks at the row again. `sending_since` is set before a push and cleared after it: found set, the
    outcome is unknown. `withdraw` is "state:reason" while the order must first leave Incoming orders. `search` has
    what it is found by (see `webapp/sync/findable.py`).
    """

    division_id: int
    lines: Any  # rows of OrderLine
    division = ForeignKeyField(Division, backref="orders", on_delete="CASCADE")
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
    checked = BooleanField(default=False)  # decided upon since it was last read
    payload = JSONField(null=True)
    payload_hash = CharField(max_length=64, default="")
    sendcloud_id = CharField(default="")
    pushed_at = IntegerField(null=True)  # by Sendcloud's clock
    sending_since = IntegerField(null=True)
    withdraw = CharField(default="")
    overwrite = BooleanField(default=False)  # a person said: send it, whatever was edited there
    since = IntegerField(default=clock.now)
    due_at = IntegerField(null=True)
    attempts = IntegerField(default=0)
    claimed_by = CharField(default="")
    claimed_until = IntegerField(default=0)
    changed_at = IntegerField(default=clock.now)

    class Meta:
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


class OrderLine(Table):
    """A line of a sales order, as read from Exact."""

    order_id: int
    order = ForeignKeyField(Order, backref="lines", on_delete="CASCADE")
    guid = CharField(max_length=36, index=True)
    number = IntegerField(default=0)
    exact = JSONField(default=dict)

    class Meta:
        table_name = "sales_order_line"
        indexes = ((("order", "guid"), True),)


class Part(Table):
    """An account, contact, address or item of a division, kept so that it is read once.

    `exact` is null for a record that Exact does not have (any more).
    """

    division = ForeignKeyField(Division, backref="parts", on_delete="CASCADE")
    kind = CharField(max_length=8)  # account, contact, address, item
    guid = CharField(max_length=36)
    exact = JSONField(null=True)
    read_at = IntegerField(default=clock.now)

    class Meta:
        indexes = ((("division", "kind", "guid"), True),)


class Delivery(Table):
    """A goods delivery. `exact` is its header as read; `ship_order` and `ship_number` are the order id and
    number under which Sendcloud makes its label, `intent_at` when the label was asked for.

    The parts of the write-back are durable by themselves: `document` is the one that was made in Exact,
    `attached` says that the PDF hangs on it, `written_at` that all of it was read back.
    """

    division_id: int
    lines: Any  # rows of DeliveryLine
    division = ForeignKeyField(Division, backref="deliveries", on_delete="CASCADE")
    guid = CharField(max_length=36)
    number = IntegerField(default=0)
    state = CharField(max_length=12)
    reason = CharField(default="")
    field = CharField(default="")
    value = CharField(default="")
    params = JSONField(default=dict)
    exact = JSONField(default=dict)
    ship_order = CharField(default="")
    ship_number = CharField(default="", index=True)
    intent_at = IntegerField(null=True)
    document = CharField(default="")
    document_asked = BooleanField(default=False)  # set before the call that makes it
    attached = BooleanField(default=False)
    no_document = CharField(default="")  # why Exact takes no document: the code of its refusal
    written_at = IntegerField(null=True)
    due_at = IntegerField(null=True)
    attempts = IntegerField(default=0)
    claimed_by = CharField(default="")
    claimed_until = IntegerField(default=0)
    since = IntegerField(default=clock.now)
    changed_at = IntegerField(default=clock.now)

    class Meta:
        indexes = (
            (("division", "guid"), True),
            (("division", "state", "due_at"), False),
        )


class DeliveryLine(Table):
    """What was delivered of one order line; rows of several storage locations are added up."""

    delivery_id: int
    order_id: int | None
    delivery = ForeignKeyField(Delivery, backref="lines", on_delete="CASCADE")
    order = ForeignKeyField(Order, backref="delivery_lines", null=True, on_delete="SET NULL")
    guid = CharField(max_length=36)
    order_number = IntegerField(default=0)
    order_line = CharField(max_length=36, default="", index=True)
    quantity = CharField(default="0")  # Decimal as text
    exact = JSONField(default=dict)

    class Meta:
        indexes = ((("delivery", "guid"), True),)


class Parcel(Table):
    """A label of Sendcloud's: made by Pakbon, or by hand in the panel. `pdf` is its file under the labels folder.

    `delivery` is null for a label whose goods delivery is not known (yet). `cancel_asked_at` is set while somebody
    wants it cancelled and Sendcloud has not been asked, `cancel_by` is that person.
    """

    division_id: int
    order_id: int | None
    delivery_id: int | None
    division = ForeignKeyField(Division, backref="parcels", on_delete="CASCADE")
    order = ForeignKeyField(Order, backref="parcels", null=True, on_delete="SET NULL")
    delivery = ForeignKeyField(Delivery, backref="parcels", null=True, on_delete="SET NULL")
    parcel = IntegerField()
    shipment = CharField(default="")
    order_number = CharField(default="", index=True)
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
    made_at = IntegerField(default=clock.now)

    class Meta:
        indexes = (
            (("division", "parcel"), True),
            (("division", "cancelled", "status", "printed_at"), False),
            (("division", "cancelled", "made_at"), False),
            (("division", "cancel_asked_at"), False),
        )


class Count(Table):
    """How many there are: kept by triggers (migration 0002), so that to read it costs the same for any number.
    Nothing else writes here.

    `what` is state or ordered (orders by state, by order date), parcel or label (labels by status, by the hour since
    the epoch in which they were made); a label that was cancelled does not count. `number` may be 0, and rows stay: a
    day adds some twenty at most. A migration that makes one of those tables anew has to make its triggers anew.
    """

    division = ForeignKeyField(Division, backref="counts", on_delete="CASCADE", index=False)  # the key begins with it
    what = CharField(max_length=8)
    value = CharField(default="")
    number = IntegerField()

    class Meta:
        table_name = "tally"
        primary_key = CompositeKey("division", "what", "value")


class Correction(Table):
    """A field that a person repaired here, remembered for the address, the article or the order it belongs to:
    `address` is the key of the first, or `article:` or `order:` and the id of the others in Exact."""

    division = ForeignKeyField(Division, backref="corrections", on_delete="CASCADE")
    address = CharField(max_length=64)
    shown = CharField(default="")  # the same in words
    field = CharField(max_length=40)
    value = CharField(default="")
    actor = CharField(default="")
    made_at = IntegerField(default=clock.now)

    class Meta:
        indexes = ((("division", "address", "field"), True),)


class Event(Table):
    """One line of a timeline: what was decided, asked or answered, and by whom.

    `order` is null for an event of the whole division; `actor` is "" for Pakbon itself.
    """

    division = ForeignKeyField(Division, backref="events", on_delete="CASCADE")
    order = ForeignKeyField(Order, backref="events", null=True, on_delete="CASCADE")
    at = IntegerField(default=clock.now, index=True)
    code = CharField()
    params = JSONField(default=dict)
    actor = CharField(default="")
    exchange = JSONField(null=True)

    class Meta:
        indexes = ((("division", "code"), False),)


class Budget(Table):
    """What is known of the limits of one far side for one division: a snapshot of `clients.budget`."""

    key = CharField(primary_key=True)  # exact:<division>, sendcloud:<division>
    known = JSONField(default=dict)


class Lease(Table):
    """A held right: one pass per division, one refresh per connection. Ends by itself at `until`. A session that was
    signed out is one as well (see `webapp/accounts.py`): it lasts as long as its cookie could."""

    name = CharField(primary_key=True)
    owner = CharField()
    until = IntegerField()


TABLES: list[type[Model]] = [
    Setting, User, Connection, Division, Access, Order, OrderLine, Part, Delivery, DeliveryLine, Parcel, Count,
    Correction, Event, Budget, Lease,
]  # fmt: skip


def setting(name: str) -> str:
    row = Setting.get_or_none(Setting.name == name)
    return "" if row is None else row.value or row.secret


def put_setting(name: str, value: str, *, secret: bool = False) -> None:
    fields: dict[str, Any] = {"value": "" if secret else value, "secret": value if secret else ""}
    Setting.insert(name=name, **fields).on_conflict(conflict_target=[Setting.name], update=fields).execute()
