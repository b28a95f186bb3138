"""What Exact or Sendcloud refuses and Pakbon can do without (a scope, a right, a licence): said once, and asked again
after an hour. Kept in the division's `cursors` as `<name>_refused`."""

from webapp import clock
from webapp.errors import NeedsPerson
from webapp.models import Division
from webapp.sync import events

ASK_AGAIN = 3600  # at Exact each question counts against the ten errors an hour after which it blocks the key


def was_refused(division: Division, name: str) -> bool:
    """Whether it was refused within the hour."""
    return bool(division.cursors.get(_key(name), {}).get("at", 0) > clock.now() - ASK_AGAIN)


def note_refusal(division: Division, name: str, error: NeedsPerson) -> None:
    """It was refused just now."""
    stored = Division.get_by_id(division.id).cursors  # without what a half-done reading has put into ours
    if stored.get(_key(name), {}).get("code") != error.code:
        events.note_error(division, None, error)
    said = {"code": error.code, "params": events.plain(error.params), "at": clock.now()}
    _save(division, {**stored, _key(name): said})


def was_answered(division: Division, name: str) -> None:
    """It was answered."""
    if _key(name) in division.cursors:
        _save(division, forget(division.cursors, name))


def forget(cursors: dict[str, object], name: str) -> dict[str, object]:
    """The same cursors, as if nobody had been refused yet: somebody else asks from now on."""
    return {key: value for key, value in cursors.items() if key != _key(name)}


def _key(name: str) -> str:
    return f"{name}_refused"


def _save(division: Division, cursors: dict[str, object]) -> None:
    division.cursors = cursors
    Division.update(cursors=cursors).where(Division.id == division.id).execute()
