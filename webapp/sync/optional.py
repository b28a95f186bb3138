"""What Exact or Sendcloud refuses and Pakbon can do without (a scope, a right, a licence): said once, and asked again
after an hour. Kept in the division's `cursors` as `<name>_refused`."""

from collections.abc import Callable
from typing import Any

from webapp import clock
from webapp.db import database
from webapp.errors import NeedsPerson
from webapp.models import Division
from webapp.sync import events

Refusal = dict[str, Any]
ASK_AGAIN = 3600  # at Exact each question counts against the ten errors an hour after which it blocks the key


def was_refused(division: Division, name: str) -> bool:
    """Whether it was refused within the hour."""
    return (refusal(division, name) or {}).get("at", 0) > clock.now() - ASK_AGAIN


def refusal(division: Division, name: str) -> Refusal | None:
    """The last answer if it was one: `code` and `params` of its sentence, and `at`."""
    return division.cursors.get(_key(name))


def note_refusal(division: Division, name: str, error: NeedsPerson) -> None:
    """It was refused just now."""
    if (refusal(division, name) or {}).get("code") != error.code:
        events.note_error(division, None, error)
    said = {"code": error.code, "params": events.plain(error.params), "at": clock.now()}
    _change(division, lambda cursors: {**cursors, _key(name): said})


def was_answered(division: Division, name: str) -> bool:
    """It was answered; returns whether it had been refused before."""
    if _key(name) not in division.cursors:
        return False
    _change(division, lambda cursors: forget(cursors, name))
    return True


def forget(cursors: dict[str, Any], name: str) -> dict[str, Any]:
    """The same cursors, as if nobody had been refused yet: somebody else asks from now on."""
    return {key: value for key, value in cursors.items() if key != _key(name)}


def _key(name: str) -> str:
    return f"{name}_refused"


def _change(division: Division, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """As stored and here, for a reading may be under way whose cursors are not stored yet."""
    division.cursors = change(division.cursors)
    with database.atomic():
        stored = Division.get_by_id(division.id).cursors
        Division.update(cursors=change(stored)).where(Division.id == division.id).execute()
