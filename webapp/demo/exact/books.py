"""The books: every table of every division in plain Python, with row versions and a deleted log.

Documented: `Timestamp` is a row version that rises with every insert and update and has no relation
to time. Kept as server local time (CET/CEST): Created and Modified; that they are local is not settled by
any source, see `present.py`.
"""

import threading
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from webapp.demo.exact.entities import ALL_SCOPES, TABLES, TableSpec
from webapp.demo.kit import Clock

SERVER_ZONE = ZoneInfo("Europe/Amsterdam")
Row = dict[str, Any]
# What happened: division, table, "Create" | "Update" | "Delete", key.
Listener = Callable[[int, str, str, str], None]

SWITCHES: dict[str, Any] = {
    # Limits (documented numbers); False answers everything.
    "limits": True,
    "minute_limit": 60,
    "day_limit": 5000,
    "error_limit": 10,
    # Expanded collections stop here with an inner __next, as WCF pages do; 0 = no end. Not documented.
    "expand_cap": 60,
    # "until_new_used": a refresh token dies when its successor is used; "dead": as soon as it is used.
    "old_refresh_token": "until_new_used",
    # Which guid sync/Deleted gives for a sales order header: "ID" (of the header row) or "OrderID".
    "deleted_header_key": "ID",
    # Whether webhooks tell "Create", or only Update and Delete as some sources say.
    "webhook_create": True,
    # How long the tracking number of a goods delivery may be, 0 = no end, and whether it can be given a document by
    # a PUT. Not documented.
    "tracking_length": 0,
    "document_link": True,
    # Another "http://host:port" to put into __next links; None = our own.
    "next_host": None,
}


class Table:
    """The rows of one entity in one division, ordered by key and by row version, looked up by some fields."""

    def __init__(self, spec: TableSpec):
        self.spec = spec
        self.rows: dict[str, Row] = {}
        self.index: dict[str, dict[Any, dict[str, None]]] = {name: {} for name in spec.indexes}
        self._keys: list[str] = []
        self._unsorted = False
        self._changes: list[tuple[int, str]] = []

    def put(self, key: str, row: Row) -> None:
        if key not in self.rows:
            self._unsorted = self._unsorted or bool(self._keys and key < self._keys[-1])
            self._keys.append(key)
        self.rows[key] = row
        for name, values in self.index.items():
            values.setdefault(row.get(name), {})[key] = None
        self._changes.append((row["Timestamp"], key))

    def renumber(self) -> None:
        """Read the row versions anew, after they were all changed."""
        self._changes = sorted((row["Timestamp"], key) for key, row in self.rows.items())

    def unindex(self, key: str) -> None:
        row = self.rows[key]
        for name, values in self.index.items():
            values.get(row.get(name), {}).pop(key, None)

    def drop(self, key: str) -> Row:
        self.unindex(key)
        self._keys = [k for k in self.keys() if k != key]
        return self.rows.pop(key)

    def keys(self) -> list[str]:
        """All keys in order. Sorting waits until somebody asks, so that filling a table stays fast."""
        if self._unsorted:
            self._keys.sort()
            self._unsorted = False
        return self._keys

    def after(self, key: str | None) -> Iterator[Row]:
        """Rows in the order of their keys, beginning after `key`."""
        keys = self.keys()
        for next_key in keys[bisect_right(keys, key) if key else 0 :]:
            yield self.rows[next_key]

    def newer(self, timestamp: int) -> Iterator[Row]:
        """Rows with a higher row version, lowest first. A changed row stands where its newest version is."""
        if len(self._changes) > 2 * len(self.rows) + 100:
            self._changes = [(t, k) for t, k in self._changes if self._is_current(t, k)]
        for version, key in self._changes[bisect_left(self._changes, (timestamp + 1, "")) :]:
            if self._is_current(version, key):
                yield self.rows[key]

    def _is_current(self, version: int, key: str) -> bool:
        return key in self.rows and self.rows[key]["Timestamp"] == version

    def having(self, name: str, values: Iterable[Any]) -> list[Row]:
        """Rows whose indexed field (or key) has one of the values, in the order of their keys."""
        if name == self.spec.key:
            found = {value for value in values if value in self.rows}
        else:
            found = {key for value in values for key in self.index[name].get(value, ())}
        return [self.rows[key] for key in sorted(found)]


class Books:
    """Everything the played Exact Online knows. Hold `lock` while reading or writing several rows."""

    def __init__(self, clock: Clock | None = None):
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.apps: dict[str, Row] = {}
        self.users: dict[str, Row] = {}
        self.divisions: dict[int, Row] = {}
        self.tables: dict[tuple[int, str], Table] = {}
        self.counters: dict[str, int] = {}
        self.switches: dict[str, Any] = dict(SWITCHES)
        self.login: dict[str, Any] = {"codes": {}, "sets": {}, "calls": {}, "sessions": {}}
        self.row_version = 100_000
        self.version = 0  # rises with every change, for whoever keeps the books on disk
        self.listeners: list[Listener] = []

    # --- who and where ------------------------------------------------------------------------------

    def add_app(self, client_id: str, client_secret: str, redirect_uri: str, **more: Any) -> Row:
        """Register an app. A redirect that is not public https is refused unless `allow_local`."""
        app: Row = {"client_id": client_id, "client_secret": client_secret, "redirect_uri": redirect_uri}
        app |= {"name": "Pakbon", "webhook_secret": "demo-webhook-secret", "allow_local": False}
        app |= {"scopes": list(ALL_SCOPES)} | more
        if not app["allow_local"]:
            refuse_local(redirect_uri)
        self.apps[client_id] = app
        return app

    def add_user(self, name: str, email: str, divisions: list[int], **more: Any) -> Row:
        """A user of Exact and the divisions that he may open. `denied` holds paths he has no right to."""
        user: Row = {"UserID": guid("user", email), "FullName": name, "UserName": email, "Email": email}
        user |= {"FirstName": name.split()[0], "LastName": name.split()[-1], "LanguageCode": "nl-NL"}
        user |= {"divisions": divisions, "CurrentDivision": divisions[0], "denied": {}}
        user |= {"status": None, "deny_with": "403"} | more
        self.users[user["UserID"]] = user
        return user

    def add_division(self, code: int, description: str, **more: Any) -> Row:
        """A division. Of its own: `premium` (custom fields), `documents` and `wholesale` (licence)."""
        division: Row = {"Code": code, "HID": code, "Description": description, "CustomerName": description}
        division |= {
            "Country": "NL",
            "Currency": "EUR",
            "Status": 1,
            "BlockingStatus": 0,
            "Legislation": "NL",
        }
        division |= {
            "Legislation": "NL",
            "IsMainDivision": False,
            "Created": self.now(),
            "Modified": self.now(),
        }
        division |= {"premium": False, "documents": True, "wholesale": True, "auto_approve": False} | more
        self.divisions[code] = division
        return division

    def user_named(self, name: str) -> Row:
        """The user with this id, e-mail address or full name; KeyError if there is none."""
        for user in self.users.values():
            if name in (user["UserID"], user["Email"], user["FullName"]):
                return user
        raise KeyError(name)

    # --- time and numbers ---------------------------------------------------------------------------

    def now(self) -> datetime:
        """Server local time without a zone, in milliseconds, as Exact stores Created and Modified."""
        local = self.clock.now().astimezone(SERVER_ZONE).replace(tzinfo=None)
        return local.replace(microsecond=local.microsecond // 1000 * 1000)

    def today(self) -> datetime:
        return self.now().replace(hour=0, minute=0, second=0, microsecond=0)

    def next_number(self, division: int, name: str, start: int = 1) -> int:
        counter = f"{division}/{name}"
        self.counters[counter] = self.counters.get(counter, start - 1) + 1
        return self.counters[counter]

    # --- rows ---------------------------------------------------------------------------------------

    def table(self, division: int, name: str) -> Table:
        if (division, name) not in self.tables:
            self.tables[division, name] = Table(TABLES[name])
        return self.tables[division, name]

    def get(self, division: int, name: str, key: str | None) -> Row | None:
        return self.table(division, name).rows.get(key) if key else None

    def rows(self, division: int, name: str, **equal: Any) -> list[Row]:
        """Rows whose fields equal the given values, ordered by key."""
        table = self.table(division, name)
        for field in equal:
            if field == table.spec.key or field in table.index:
                found: Iterable[Row] = table.having(field, [equal[field]])
                break
        else:
            found = table.after(None)
        return [row for row in found if all(row.get(f) == v for f, v in equal.items())]

    def insert(self, division: int, name: str, row: Row, user: Row | None = None) -> Row:
        """Add a row: key if it has none, division, who and when, row version. Returns the row itself."""
        spec = TABLES[name]
        row = pad(spec, row)
        row.setdefault("Division", division)
        row.setdefault(spec.key, str(uuid.uuid4()))
        if spec.audited:
            now, who = self.now(), user or {}
            for field, value in (("Created", now), ("Modified", now), ("Creator", who.get("UserID"))):
                row.setdefault(field, value)
            row.setdefault("Modifier", row["Creator"])
        row["Timestamp"] = self._next_version()
        self.table(division, name).put(row[spec.key], row)
        self._tell(division, name, "Create", row[spec.key])
        return row

    def update(self, division: int, name: str, key: str, changes: Row, user: Row | None = None) -> Row:
        """Change a row: new Modified, new row version, even when the values are the same as before."""
        spec, table = TABLES[name], self.table(division, name)
        table.unindex(key)
        row = table.rows[key]
        row.update(pad(spec, changes))
        row["Modified"], row["Timestamp"] = self.now(), self._next_version()
        if user:
            row["Modifier"] = user["UserID"]
        table.put(key, row)
        self._tell(division, name, "Update", key)
        return row

    def delete(self, division: int, name: str, key: str, user: Row | None = None) -> None:
        """Remove a row; `sync/Deleted` remembers it when Exact gives its entity a type."""
        row = self.table(division, name).drop(key)
        spec = TABLES[name]
        self.version += 1
        if spec.entity_type:
            by_header = name == "SalesOrders" and self.switches["deleted_header_key"] == "ID"
            entry = {"EntityKey": row["HeaderID"] if by_header else key, "EntityType": spec.entity_type}
            entry |= {"DeletedBy": (user or {}).get("UserID"), "DeletedDate": self.now()}
            self.insert(division, "Deleted", entry)
        self._tell(division, name, "Delete", key)

    def _next_version(self) -> int:
        self.row_version += 1
        self.version += 1
        return self.row_version

    def _tell(self, division: int, name: str, action: str, key: str) -> None:
        for listener in self.listeners:
            listener(division, name, action, key)

    # --- on disk ------------------------------------------------------------------------------------

    def dump(self) -> Row:
        """Everything, ready for JSON."""
        kept = ("apps", "users", "counters", "switches", "login", "row_version")
        with self.lock:
            data = {name: to_json(getattr(self, name)) for name in kept}
            data["divisions"] = to_json(list(self.divisions.values()))
            data["tables"] = [
                [division, name, to_json([table.rows[key] for key in table.keys()])]
                for (division, name), table in self.tables.items()
            ]
        return data

    def load(self, data: Row) -> None:
        """Take over what `dump` wrote."""
        with self.lock:
            for name in ("apps", "users", "counters", "login", "row_version"):
                setattr(self, name, from_json(data[name]))
            self.switches = SWITCHES | data["switches"]
            self.divisions = {row["Code"]: row for row in from_json(data["divisions"])}
            self.tables = {}
            for division, name, rows in data["tables"]:
                table = self.table(division, name)
                for row in sorted(from_json(rows), key=lambda row: row["Timestamp"]):
                    table.put(row[TABLES[name].key], row)
            self.version += 1


@lru_cache(maxsize=20_000)
def guid(*parts: object) -> str:
    """A guid that is the same on every run, for seeded rows."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "exact-demo:" + "/".join(map(str, parts))))


def pad(spec: TableSpec, row: Row) -> Row:
    """Text that Exact keeps in fixed-width columns, filled up with spaces."""
    row = dict(row)
    for field, width in spec.padding.items():
        if row.get(field):
            text = row[field].strip()
            row[field] = text.ljust(width) if width > 0 else text.rjust(-width)
    return row


def refuse_local(redirect_uri: str) -> None:
    """Documented: a redirect address must be public https; localhost is refused."""
    host = redirect_uri.partition("://")[2].partition("/")[0].partition(":")[0]
    if not redirect_uri.startswith("https://") or host in ("localhost", "127.0.0.1", "[", ""):
        raise ValueError("The redirect URI must be a public https address.")


def to_json(value: Any) -> Any:
    """Plain values, with a moment as {"~": iso}."""
    if isinstance(value, datetime):
        return {"~": value.isoformat()}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, list | tuple) else value


def from_json(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"~"}:
            return datetime.fromisoformat(value["~"])
        return {key: from_json(item) for key, item in value.items()}
    return [from_json(item) for item in value] if isinstance(value, list) else value


def epoch_ms(moment: datetime) -> int:
    """Milliseconds of a moment without zone, taken as if it were UTC (with zone: as it is)."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return round(moment.timestamp() * 1000)
