"""What need not be kept for ever, and keeping the database small.

The rules: a label file goes 90 days after it was made, if its goods delivery is done (Sendcloud can give it
again); a line of a timeline goes after 180 days, if its order is done. What stays: the lines of every order that is
still open, and the last line that says how the configuration was saved.
"""

import logging
from pathlib import Path
from typing import Any

from peewee import fn

from webapp import clock, many
from webapp.config import Config
from webapp.db import database, is_sqlite
from webapp.models import Delivery, Event, Order, Parcel
from webapp.sync import deliveries, labels
from webapp.sync.states import OrderState
from webapp.upkeep import backups

log = logging.getLogger(__name__)
DAY = 86400
LABELS_KEPT, EVENTS_KEPT = 90 * DAY, 180 * DAY
OPEN = (OrderState.DUE, OrderState.INCOMING, OrderState.PROBLEM)
PORTION = 500  # rows a transaction: nobody waits long for his turn
WASTE = 0.25  # of the file, from where on it is written anew
WORTH = 20_000  # pages (80 MB) below which waste is not worth it


def run(config: Config) -> dict[str, int]:
    """Clean by the rules; how many of each went."""
    found = {"labels": old_labels(config), "strays": stray_files(config), "events": old_events()}
    backups.let_old_ones_go(config)
    keep_small()
    log.info("cleaned: %s", ", ".join(f"{count} {name}" for name, count in found.items()))
    return found


def old_labels(config: Config) -> int:
    """Files of labels whose delivery is done. The row goes first: a file that is named must be there."""
    before = clock.now() - LABELS_KEPT
    done = Parcel.delivery.is_null() | Delivery.state.in_(deliveries.DONE)
    found = Parcel.select().left_outer_join(Delivery)
    rows = list(found.where(Parcel.pdf != "", Parcel.made_at < before, done))
    for row in rows:
        division, name = row.division, str(row.pdf)
        Parcel.update(pdf="").where(Parcel.id == row.id, Parcel.pdf == name).execute()
        (labels.folder(config, division) / name).unlink(missing_ok=True)
    return len(rows)


def stray_files(config: Config) -> int:
    """Files that no row names: half written, or of a division that is gone. A day old, so that none is at work."""
    place, count = config.data_dir / "labels", 0
    named = {str(row.pdf) for row in Parcel.select(Parcel.pdf).where(Parcel.pdf != "")}
    for path in [*place.glob("*/*.pdf"), *place.glob("*/*.part"), *backups.folder(config).glob("*.part")]:
        if path.name not in named and _age(path) > DAY:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _age(path: Path) -> float:
    try:
        return clock.now() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def old_events() -> int:
    """Lines of timelines, in portions."""
    count = 0
    while ids := _old_events():
        with database.atomic():
            Event.delete().where(many.among(Event.id, ids)).execute()
        count += len(ids)
    return count


def _old_events() -> list[int]:
    before = clock.now() - EVENTS_KEPT
    still_open = Order.select(Order.id).where(Order.state.in_(OPEN))
    saved: Any = Event.select(fn.MAX(Event.id)).where(Event.code == "configured").group_by(Event.division)
    rows: Any = Event.select(Event.id).where(
        Event.at < before,
        Event.order.is_null() | Event.order.not_in(still_open),
        Event.id.not_in(saved),
    )
    return [row[0] for row in rows.limit(PORTION).tuples()]


def keep_small() -> None:
    """Move the journal into the database, refresh what the planner knows, give back room if much of it is idle."""
    if not is_sqlite():  # PostgreSQL does so by itself
        return
    database.execute_sql("PRAGMA optimize")
    pages, idle = _pragma("page_count"), _pragma("freelist_count")
    if idle > WASTE * pages and idle > WORTH:
        database.execute_sql("VACUUM")
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _pragma(name: str) -> int:
    return int(database.execute_sql(f"PRAGMA {name}").fetchone()[0])
