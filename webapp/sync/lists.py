"""What the configuration chooses from, as the two services have it now: warehouses and fields of Exact, sender
addresses of Sendcloud. Kept in `Division.lists` and `Division.sender_addresses` with the time of reading, so that
the page waits for them only when a person asks.

`Division.lists`: `warehouses` (id, code, name, main), `warehouses_at`, `warehouses_gone` (rows by id), `senders_at`,
`senders_new` (ids that were not there at the time before), `senders_gone` (rows by id), `fields` and `order_fields`
(label and example by the field's name in the configuration), `fields_of` (articles looked at), `fields_at`,
`tried_at`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from webapp import clock
from webapp.clients.sendcloud import SendcloudClient
from webapp.config import Config
from webapp.db import database
from webapp.errors import NeedsPerson, PakbonError
from webapp.models import Division, Order, Part
from webapp.sync import outside, parse_exact
from webapp.sync.parse_exact import guid, text

ARTICLES = 25  # whose fields are looked at, the last used ones
LABELLED = 3  # of which the extra and custom fields are asked for: a call each
ORDERS = 5
LONGEST_EXAMPLE = 40
SENDERS = "senders"  # the sender addresses, as optional.py knows them
Row = dict[str, Any]


def never_read(division: Division) -> bool:
    """Whether nothing is known yet and nobody has tried."""
    return division.sendcloud == "on" and "tried_at" not in division.lists


def senders_known(division: Division) -> bool:
    """Whether Sendcloud has told its sender addresses; keys may lack the right to read them."""
    return bool(division.sender_addresses or division.lists.get("senders_at"))


def refresh(config: Config, division: Division) -> list[PakbonError]:
    """Read all lists anew, at most some ten calls. What fails is returned, and leaves the list as it was."""
    _put(division, tried_at=clock.now())
    steps: tuple[Callable[[Config, Division], None], ...] = (_warehouses, _senders, _fields)
    errors: list[PakbonError] = []
    for step in steps:
        try:
            step(config, division)
        except PakbonError as error:
            errors.append(error)
    return list({(error.code, str(error.params)): error for error in errors}.values())


def _put(division: Division, **values: Any) -> None:
    with database.atomic():
        division.lists = {**Division.get_by_id(division.id).lists, **values}
        Division.update(lists=division.lists).where(Division.id == division.id).execute()


# -- warehouses and sender addresses ------------------------------------------------------------------------


def _warehouses(config: Config, division: Division) -> None:
    rows = outside.exact_client(config, division, patient=False).warehouses()
    found = [
        {"id": key, "code": text(row, "Code"), "name": text(row, "Description"), "main": bool(row.get("Main"))}
        for row in rows
        if (key := guid(row.get("ID")))
    ]
    before = {row["id"]: row for row in division.lists.get("warehouses", [])}
    now = {row["id"] for row in found}
    gone = {**division.lists.get("warehouses_gone", {}), **before}
    _put(
        division,
        warehouses=sorted(found, key=lambda row: row["code"]),
        warehouses_at=clock.now(),
        warehouses_gone={key: row for key, row in gone.items() if key not in now},
    )


def _senders(config: Config, division: Division) -> None:
    read_senders(outside.sendcloud_client(config, division, patient=False), division)


def read_senders(sendcloud: SendcloudClient, division: Division) -> None:
    """Those that vanished stay known, because a warehouse may still be mapped to one."""
    found = sendcloud.sender_addresses()
    before = {str(row.get("id")): row for row in division.sender_addresses}
    now = {str(row.get("id")): row for row in found}
    gone = {**division.lists.get("senders_gone", {}), **before}
    division.sender_addresses = found
    with database.atomic():
        Division.update(sender_addresses=found).where(Division.id == division.id).execute()
        _put(
            division,
            senders_at=clock.now(),
            senders_new=sorted(now.keys() - before.keys()) if before else [],
            senders_gone={key: row for key, row in gone.items() if key not in now},
        )


# -- fields of articles and sales orders --------------------------------------------------------------------


def _fields(config: Config, division: Division) -> None:
    """Label and example of each field that has a value: from the articles and orders last read."""
    exact = outside.exact_client(config, division, patient=False)
    rows = exact.item_values(_latest_items(division))
    found: dict[str, Row] = {}
    for row in rows:
        for name, value in parse_exact.item_values(row).items():
            _example(found, name, "", value)
    _put(division, fields=found, fields_of=len(rows), fields_at=clock.now())
    try:
        for row in rows[:LABELLED]:
            for extra in exact.item_extra_fields(guid(row.get("ID"))):
                _example(found, f"extra:{text(extra, 'Number')}", text(extra, "Description"), text(extra, "Value"))
    finally:
        _put(division, fields=found)
    try:
        for row in rows[:LABELLED]:
            _add_custom(found, exact.custom_fields(text(row, "CustomField")))
        of_orders: dict[str, Row] = {}
        for _, custom in exact.order_custom_fields(_latest_orders(division)):
            _add_custom(of_orders, custom)
        _put(division, fields=found, order_fields=of_orders)
    except NeedsPerson:
        return  # custom fields are for Premium users: without them there is nothing to choose


def _add_custom(found: dict[str, Row], rows: Iterable[Row]) -> None:
    for row in rows:
        _example(found, f"custom:{text(row, 'PropertyName')}", text(row, "Caption"), text(row, "Value"))


def _example(found: dict[str, Row], name: str, label: str, value: str) -> None:
    known = found.setdefault(name, {"label": label, "example": "", "filled": 0})
    known["example"] = known["example"] or value[:LONGEST_EXAMPLE]
    known["filled"] += bool(value)


def _latest_items(division: Division) -> list[str]:
    parts = Part.select(Part.guid).where(Part.division == division, Part.kind == "item", Part.exact.is_null(False))
    return [row.guid for row in parts.order_by(Part.id.desc()).limit(ARTICLES)]


def _latest_orders(division: Division) -> list[str]:
    orders = Order.select(Order.guid).where(Order.division == division)
    return [row.guid for row in orders.order_by(Order.number.desc()).limit(ORDERS)]
