"""What is done once a night: a backup, the cleaning, and the check of completeness. Missed while Pakbon was off, it
is done as soon as it runs again."""

import logging
from collections.abc import Callable

from flask_babel import to_user_timezone

from webapp import clock, leases
from webapp.config import Config
from webapp.db import is_sqlite
from webapp.models import Division, put_setting, setting
from webapp.sync import complete
from webapp.upkeep import backups, cleaning

log = logging.getLogger(__name__)
NIGHT = 3  # o'clock
LEASE_SECONDS = 4 * 3600
BUSY, TRIES = 20, 30  # seconds between tries while a pass is at work on a division


def due() -> str:
    """The night that has not been seen to yet, as a date; empty if there is none."""
    now = to_user_timezone(clock.utc(clock.now()))
    today = now.date().isoformat()
    return today if now.hour >= NIGHT and setting("upkeep") != today else ""


def run(config: Config, stopping: Callable[[], bool] = lambda: False) -> None:
    """Needs the app's context, for the hour of the day here. What breaks holds nothing else up."""
    with leases.held("upkeep", LEASE_SECONDS) as owner:
        night = due() if owner else ""
        if not night:
            return
        put_setting("upkeep", night)
        for step in (_backup, _clean, _complete):
            if stopping():
                put_setting("upkeep", "")
                return
            try:
                step(config, stopping)
            except Exception:  # a full disk must not keep the check from being made
                log.exception("upkeep: %s broke", step.__name__)


def _backup(config: Config, stopping: Callable[[], bool]) -> None:
    if is_sqlite():  # PostgreSQL is copied by its own tools
        backups.make(config)


def _clean(config: Config, stopping: Callable[[], bool]) -> None:
    cleaning.run(config)


def _complete(config: Config, stopping: Callable[[], bool]) -> None:
    for division in list(Division.select().where(Division.sendcloud == "on").order_by(Division.code)):
        for _ in range(TRIES):
            if stopping() or not complete.run(config, division.code, stopping=stopping).busy:
                break
            clock.sleep(BUSY)
