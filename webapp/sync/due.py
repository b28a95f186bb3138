"""Making a division's next pass due. The scheduler of any process picks it up within a second."""

from webapp import clock
from webapp.models import Division


def now(division: int) -> None:
    """The next pass of the division with this row id comes now; not while it is paused (`due_at` is null)."""
    _set(division, due_at=clock.now())


def now_in_full(division: int) -> None:
    """The same, and the pass asks for everything that can have changed (Look.FULL)."""
    _set(division, due_at=clock.now(), full_asked_at=clock.now())


def _set(division: int, **values: int) -> None:
    Division.update(values).where(Division.id == division, Division.due_at.is_null(False)).execute()
