"""Lists as CSV, for spreadsheets as they are set up in the Netherlands and Belgium.

Semicolons, because Excel takes a comma there for the decimal sign; a byte order mark, because it would read accents
wrongly without one; times of the reader's zone. A text that a spreadsheet would run as a formula gets an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from flask_babel import gettext as _
from flask_babel import to_user_timezone

from webapp import clock
from webapp.models import Division, Order
from webapp.pages import order_list, problems, shipments
from webapp.pages.order_list import Filter
from webapp.words import texts

MARK = "\ufeff"
# Full-width signs count where a sheet folds them.
RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
BATCH = 500  # rows that are read at once; pages go by key, so that nothing is held open while a slow reader reads
Row = list[Any]


def safe(value: Any) -> Any:
    """A number as it is; a text that begins like a formula as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def written(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """The file, line by line."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    yield MARK
    for row in chain([head], rows):
        writer.writerow([safe(value) for value in row])
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def moment(seconds: int | None) -> str:
    """As a spreadsheet reads it: date and clock of the reader."""
    return f"{to_user_timezone(clock.utc(seconds)):%Y-%m-%d %H:%M:%S}" if seconds else ""


# -- sales orders ---------------------------------------------------------------------------------------------


def orders_head() -> Row:
    return [
        _("Order"), _("Customer"), _("City"), _("Country"), _("State"), _("Reason"), _("Ordered"), _("Changed"),
        _("Carrier"), _("Tracking number"), _("Tracking link"), _("Shipment"),
    ]  # fmt: skip


def orders(division: Division, wanted: Filter) -> Iterator[Row]:
    """The whole list with its filters, whatever page of it is shown."""
    wanted = wanted.top()
    while True:
        page = order_list.page(division, wanted, BATCH)
        shipped = shipments.of_orders(page.orders)
        for order in page.orders:
            yield _order(order, shipped.get(order.id, shipments.Shipment()))
        if page.older is None:
            return
        wanted = page.older


def _order(order: Order, shipment: shipments.Shipment) -> Row:
    parcels = shipment.parcels
    return [
        order.number, order.customer, order.city, order.country,
        texts.order_look(order.state, partly=shipment.partly).name, texts.reason(order), order.order_date,
        moment(order.changed_at),
        ", ".join(dict.fromkeys(texts.carrier(row.carrier) for row in parcels)),
        ", ".join(row.tracking_number for row in parcels),
        " ".join(shipments.tracking_link(row) for row in parcels),
        ", ".join(texts.parcel_status(row.status, row.message) for row in parcels),
    ]  # fmt: skip


# -- Logs -----------------------------------------------------------------------------------------------------


def problems_head() -> Row:
    return [
        _("Order"), _("Customer"), _("City"), _("Country"), _("Kind"), _("Reason"), _("Field"), _("Value"),
        _("Since"),
    ]  # fmt: skip


def in_trouble(division: Division, kind: str) -> Iterator[Row]:
    """What needs attention, the latest trouble first."""
    before = None
    while True:
        page = problems.page(division, kind, before)
        for entry in page.entries:
            order = entry.order
            yield [
                order.number, order.customer, order.city, order.country,
                texts.kind_look(problems.kind_of(order.reason, order.field)).name, entry.reason,
                texts.field(order.field) if order.field else "", order.value, moment(order.since),
            ]  # fmt: skip
        before = order_list.place(page.older)
        if before is None:
            return


def solved_head() -> Row:
    return [
        _("Order"), _("Customer"), _("City"), _("What it was"), _("How it ended"), _("By"), _("Began"), _("Ended"),
    ]  # fmt: skip


def solved(division: Division) -> Iterator[Row]:
    before: int | None = None
    while True:
        found, before = problems.resolved(division, before)
        for row in found:
            order: Any = row.problem.order
            yield [
                order.number, order.customer, order.city, texts.event_detail(row.said), texts.how_look(row.how).name,
                row.by, moment(row.problem.at), moment(row.end.at),
            ]  # fmt: skip
        if before is None:
            return


def name(division: Division, what: str) -> str:
    """Of the file: ASCII, so that every browser takes it."""
    return f"pakbon-{division.code}-{what}-{to_user_timezone(clock.utc(clock.now())):%Y-%m-%d}.csv"
