"""What a person does with several orders at once."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from webapp import clock
from webapp.config import Config
from webapp.db import database
from webapp.models import DeliveryLine, Division, Order, Parcel
from webapp.pages import order_page
from webapp.pages.order_list import PAGE_SIZE, counts
from webapp.sync import asks, events, labels

MOST_LABELS = 200  # in one file


def orders(division: Division, ids: Iterable[str]) -> list[Order]:
    """The chosen orders, as far as they are of this division; a page of the list at the most."""
    keys = counts(ids)[:PAGE_SIZE]
    return list(Order.select().where(Order.division == division, Order.id.in_(keys)).order_by(Order.number.desc()))


def ask(rows: list[Order], name: str, actor: str) -> int:
    """Ask `retry` or `ignore` of those that have such a button; returns of how many."""
    does: Callable[[Order, str], None] = {"retry": asks.retry, "ignore": asks.ignore}[name]
    fit = [order for order in rows if name in order_page.buttons(order)]
    with database.atomic():
        for order in fit:
            does(order, actor)
    return len(fit)


def parcels(rows: list[Order]) -> list[Parcel]:
    """The labels of these orders that count and whose file is here, in the order of the list."""
    places = {order.id: place for place, order in enumerate(rows)}
    lines: Any = DeliveryLine.select(DeliveryLine.delivery, DeliveryLine.order)
    pairs = lines.where(DeliveryLine.order.in_(list(places))).tuples()
    places_of: dict[int, int] = {}
    for delivery, order in pairs:
        places_of[delivery] = min(places[order], places_of.get(delivery, len(places)))
    mine = Parcel.order.in_(list(places)) | Parcel.delivery.in_(list(places_of))
    found = list(Parcel.select().where(mine, ~Parcel.cancelled, Parcel.pdf != "").order_by(Parcel.id))
    found.sort(key=lambda row: places_of.get(row.delivery_id or 0, places.get(row.order_id or 0, len(places))))
    return found[:MOST_LABELS]


def of_numbers(division: Division, numbers: Iterable[str]) -> list[Parcel]:
    """Labels by Sendcloud's numbers, in the order in which they are asked for."""
    keys = counts(numbers)[:MOST_LABELS]
    rows = Parcel.select().where(Parcel.division == division, Parcel.parcel.in_(keys), ~Parcel.cancelled)
    return sorted(rows, key=lambda row: keys.index(row.parcel))


def merged(config: Config, division: Division, rows: list[Parcel]) -> tuple[bytes, list[Parcel]]:
    """One PDF of these labels, and those that are in it: a file that is gone or damaged is left out."""
    # Only here: it is large, and slow to import.
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    writer, done = PdfWriter(), []
    for row in rows:
        content = labels.read(config, division, row)
        if content is None:
            continue
        try:
            pages = list(PdfReader(BytesIO(content)).pages)
        except (PyPdfError, ValueError, KeyError):
            continue
        for page in pages:
            writer.add_page(page)
        done.append(row)
    file = BytesIO()
    if done:
        writer.write(file)
    return file.getvalue(), done


def mark(division: Division, rows: list[Parcel], *, printed: bool) -> int:
    """Say of these labels that they are printed, or are to be printed once more."""
    moment = clock.now() if printed else None
    count = Parcel.update(printed_at=moment).where(Parcel.id.in_([row.id for row in rows])).execute()
    events.touch(division)
    return int(count)
