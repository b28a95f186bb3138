"""Copies of the database beside it: one a day and by button, the newest ones kept.

Each is a whole database, consistent while Pakbon runs. Tokens and keys in it are encrypted and open only with
the same SECRET_KEY. Labels are not in it: Sendcloud gives each again when it is asked for.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from webapp import clock, db, leases
from webapp.config import Config
from webapp.models import put_setting, setting

NAME = re.compile(r"pakbon-\d{8}-\d{6}\.sqlite3")
KEPT, MOST = 7, 60
LEASE_SECONDS = 600
# Copies that Pakbon made of its own accord before it changed the database, and how many of them stay.
BEFORE, BEFORE_KEPT = "pakbon-before-*.sqlite3", 5


@dataclass(frozen=True)
class Copy:
    """One backup: its file name, when it was made, and how large it is."""

    name: str
    made_at: int
    size: int


def folder(config: Config) -> Path:
    return config.data_dir / "backups"


def keep(count: int) -> None:
    put_setting("backups_kept", str(count))


def to_keep() -> int:
    said = setting("backups_kept")
    return min(max(int(said), 1), MOST) if said.isdecimal() else KEPT


def copies(config: Config) -> list[Copy]:
    """All that are kept, newest first."""
    found = [path for path in folder(config).glob("pakbon-*.sqlite3") if NAME.fullmatch(path.name)]
    return [Copy(path.name, _made_at(path.name), path.stat().st_size) for path in sorted(found, reverse=True)]


def path_of(config: Config, name: str) -> Path | None:
    """The file of a backup, None if there is none of that name."""
    path = folder(config) / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def make(config: Config) -> Copy | None:
    """Make one, and let the oldest go. None while another process is at it."""
    with leases.held("backup", LEASE_SECONDS) as owner:
        if owner is None:
            return None
        place = folder(config)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"pakbon-{clock.utc(clock.now()):%Y%m%d-%H%M%S}.sqlite3"
        db.backup(config.database_path, place / name)
        (place / name).chmod(0o600)
        made = copies(config)
        for old in made[to_keep() :]:
            (place / old.name).unlink(missing_ok=True)
        return made[0]


def let_old_ones_go(config: Config) -> None:
    """The copies that were made before a migration or a restore."""
    found = sorted(config.data_dir.glob(BEFORE), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[BEFORE_KEPT:]:
        path.unlink(missing_ok=True)


def _made_at(name: str) -> int:
    day, time = name.removesuffix(".sqlite3").split("-")[1:]
    return int(datetime.strptime(day + time, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp())
