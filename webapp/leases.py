"""Held rights in the database, so that several processes on one database stay out of each other's way."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from webapp import clock
from webapp.db import database
from webapp.models import Lease

PROCESS = f"{os.getpid()}-{secrets.token_hex(4)}"


def new_owner() -> str:
    """A name for one holder: two threads of one process must not share a lease."""
    return f"{PROCESS}-{secrets.token_hex(4)}"


def take(name: str, owner: str, seconds: int) -> bool:
    """Take or prolong a lease. False if another holds it."""
    now = clock.now()
    with database.atomic():
        Lease.insert(name=name, owner="", until=0).on_conflict_ignore().execute()
        free = (Lease.owner == owner) | (Lease.until <= now)
        changed = Lease.update(owner=owner, until=now + seconds).where(Lease.name == name, free).execute()
    return bool(changed == 1)


def give_back(name: str, owner: str) -> None:
    Lease.update(owner="", until=0).where(Lease.name == name, Lease.owner == owner).execute()


def holder(name: str) -> str:
    """Who holds it now; empty if nobody does."""
    row = Lease.get_or_none(Lease.name == name)
    return row.owner if row and row.until > clock.now() else ""


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
