"""How far the running work of a division is, for the page that watches it."""

from typing import Any

from webapp import clock
from webapp.models import Division


def put(division: Division, **values: Any) -> None:
    """Merge these values into the division's progress and make open pages look."""
    known = dict(division.progress) or {"started_at": clock.now()}
    division.progress = known | values
    Division.update(progress=division.progress, changed_no=Division.changed_no + 1).where(
        Division.id == division.id
    ).execute()


def end(division: Division) -> None:
    if division.progress:
        division.progress = {}
        Division.update(progress={}, changed_no=Division.changed_no + 1).where(Division.id == division.id).execute()
