"""Held rights in the database, so that several processes on one database stay out of each other's way.

A right ends by itself. That of a process that was killed ends at once, for processes that can tell that it is gone:
those on the same machine, in the same container.
"""

import functools
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from webapp import clock
from webapp.db import database, marked
from webapp.models import Lease

ROOM = " " * 20_000


def new_owner() -> str:
    """A name for one holder: two threads of one process must not share a lease."""
    process = os.getpid()
    return f"{_place()}/{process}/{_started(process)}/{secrets.token_hex(4)}"


@functools.cache
def _place() -> str:
    """Where process numbers mean what they mean here; "" where that cannot be told."""
    try:
        return f"{socket.gethostname()}-{os.readlink('/proc/self/ns/pid')[5:-1]}".replace("/", "-")
    except OSError:
        return ""


def _started(process: int) -> str:
    """When a process began, as Linux counts it, since numbers are given out again; "" if it has ended.
    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: state is field 3, starttime 22."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as told:
            fields = told.read().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def is_dead(owner: str) -> bool:
    """Whether it is certain that the process of an owner has ended."""
    place, _, rest = owner.partition("/")
    process, _, rest = rest.partition("/")
    if not place or place != _place() or not process.isdecimal():
        return False
    return _started(int(process)) != rest.partition("/")[0]


def take(name: str, owner: str, seconds: int) -> bool:
    """Take or prolong a lease. False if another holds it."""
    now, dead = clock.now(), abandoned(name)
    with database.atomic():
        Lease.insert(name=name, owner="", until=0).on_conflict_ignore().execute()
        free = (Lease.owner == owner) | (Lease.until <= now)
        if dead:
            free |= Lease.owner == dead
        changed = Lease.update(owner=owner, until=now + seconds).where(Lease.name == name, free).execute()
    return bool(changed == 1)


def give_back(name: str, owner: str) -> None:
    Lease.update(owner="", until=0).where(Lease.name == name, Lease.owner == owner).execute()


def probe() -> None:
    """Write as much as a large row takes and take it back: raises DatabaseError where that cannot be done."""
    with database.atomic():
        Lease.delete().where(Lease.name == "ready").execute()
        Lease.insert(name="ready", owner=ROOM, until=0).execute()
        Lease.delete().where(Lease.name == "ready").execute()


def holder(name: str) -> str:
    """Who holds it now; empty if nobody does."""
    sql = "SELECT owner FROM lease WHERE name = ? AND until > ?"  # written here: open pages ask it all the time
    row = database.execute_sql(marked(sql), (name, clock.now())).fetchone()
    return str(row[0]) if row else ""


def abandoned(name: str) -> str:
    """The owner who left a lease behind when its process was killed; empty if none did."""
    row = Lease.get_or_none(Lease.name == name)
    return row.owner if row and is_dead(row.owner) else ""


@contextmanager
def held(name: str, seconds: int) -> Iterator[str | None]:
    """The lease for the time of the block: its owner's name, or None if another holds it."""
    owner = new_owner()
    if not take(name, owner, seconds):
        yield None
        return
    try:
        yield owner
    finally:
        give_back(name, owner)
