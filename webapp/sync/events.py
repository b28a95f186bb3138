"""The timeline: what was decided, asked and answered. Also raises the division's change counter, by which
open pages know that there is something to fetch."""

from collections.abc import Iterable
from typing import Any

from webapp import clock, many
from webapp.errors import PakbonError
from webapp.models import Division, Event, Order


def note(
    division: Division,
    order: Order | None,
    code: str,
    *,
    actor: str = "",
    exchange: dict[str, Any] | None = None,
    **params: Any,
) -> None:
    Event.create(division=division, order=order, code=code, params=params, actor=actor, exchange=exchange)
    touch(division)


def note_all(division: Division, found: Iterable[tuple[int, str, dict[str, Any]]]) -> None:
    """Many at once: (order id, code, params)."""
    now = clock.now()
    rows = [
        {"division": division.id, "order": order, "at": now, "code": code, "params": params}
        for order, code, params in found
    ]
    many.insert(Event, rows)


def note_error(division: Division, order: Order | None, error: PakbonError) -> None:
    note(division, order, "error", exchange=error.exchange, error=error.code, **plain(error.params))


def plain(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters as JSON can keep them."""
    return {
        name: value if isinstance(value, int | float | str | None) else str(value) for name, value in params.items()
    }


def touch(division: Division) -> None:
    """Something that a page of this division shows has changed."""
    Division.update(changed_no=Division.changed_no + 1).where(Division.id == division.id).execute()
