"""Small rules for checking JSON: each is a function that adds what is wrong to a list.

A rule is called as `rule(value, path, wrong)`; `path` is a tuple of names and positions, and what
it adds to `wrong` is `(path, kind, limit)`. The words for a kind are chosen later, because
Sendcloud's endpoints do not all speak alike: see `saying.py`.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

Path = tuple[str | int, ...]
Wrong = list[tuple[Path, str, Any]]
Rule = Callable[[Any, Path, Wrong], None]

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
URL = re.compile(r"https?://[^\s/]+\S*")
AMOUNT = re.compile(r"\d+(\.\d+)?")


def check(rule: Rule, value: Any) -> Wrong:
    wrong: Wrong = []
    rule(value, (), wrong)
    return wrong


def nullable(rule: Rule) -> Rule:
    def look(value: Any, path: Path, wrong: Wrong) -> None:
        if value is not None:
            rule(value, path, wrong)

    return look


def text(
    least: int = 0,
    most: int | None = None,
    *,
    like: Callable[[str], bool] | None = None,
    kind: str = "pattern",
) -> Rule:
    """A string of `least` to `most` characters; `kind` is said when `like` says no."""

    def look(value: Any, path: Path, wrong: Wrong) -> None:
        if not isinstance(value, str):
            wrong.append((path, "null" if value is None else "string", None))
        elif len(value) < least:
            wrong.append((path, "short", least))
        elif most is not None and len(value) > most:
            wrong.append((path, "long", most))
        elif like is not None and not like(value):
            wrong.append((path, kind, value))

    return look


def choice(*allowed: str) -> Rule:
    def look(value: Any, path: Path, wrong: Wrong) -> None:
        if value not in allowed or not isinstance(value, str):
            wrong.append((path, "null" if value is None else "choice", allowed))

    return look


def number(*, above: float | None = None, least: float | None = None, whole: bool = False) -> Rule:
    """A JSON number; text with digits and true/false are not numbers."""

    def look(value: Any, path: Path, wrong: Wrong) -> None:
        if value is None:
            wrong.append((path, "null", None))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            wrong.append((path, "integer" if whole else "number", None))
        elif not math.isfinite(value):
            wrong.append((path, "number", None))
        elif whole and value != int(value):
            wrong.append((path, "integer", None))
        elif above is not None and value <= above:
            wrong.append((path, "above", above))
        elif least is not None and value < least:
            wrong.append((path, "least", least))

    return look


def integer(*, above: float | None = None, least: float | None = None) -> Rule:
    return number(above=above, least=least, whole=True)


def boolean(value: Any, path: Path, wrong: Wrong) -> None:
    if not isinstance(value, bool):
        wrong.append((path, "null" if value is None else "boolean", None))


def anything(value: Any, path: Path, wrong: Wrong) -> None:
    """No demands."""


def free_object(value: Any, path: Path, wrong: Wrong) -> None:
    if not isinstance(value, dict):
        wrong.append((path, "null" if value is None else "object", None))


def many(rule: Rule, least: int = 0, most: int | None = None, *, unique: bool = False) -> Rule:
    """A list whose every entry follows `rule`."""

    def look(value: Any, path: Path, wrong: Wrong) -> None:
        if not isinstance(value, list):
            wrong.append((path, "null" if value is None else "list", None))
            return
        if len(value) < least:
            wrong.append((path, "few", (least, len(value))))
        if most is not None and len(value) > most:
            wrong.append((path, "many", (most, len(value))))
            return
        if unique and any(entry in value[:position] for position, entry in enumerate(value)):
            wrong.append((path, "twice", None))
        for position, entry in enumerate(value):
            rule(entry, (*path, position), wrong)

    return look


def shape(
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    others: Rule | None = None,
) -> Callable[[Any, Path, Wrong], None]:
    """An object with these fields and no others, unless there is a rule for `others`."""
    needed, rules = dict(required or {}), {**(required or {}), **(optional or {})}

    def look(value: Any, path: Path, wrong: Wrong) -> None:
        if not isinstance(value, dict):
            wrong.append((path, "null" if value is None else "object", None))
            return
        wrong.extend(((*path, name), "required", None) for name in needed if name not in value)
        for name, entry in value.items():
            rule = rules.get(name, others)
            if rule is None:
                wrong.append(((*path, name), "unknown", None))
            else:
                rule(entry, (*path, name), wrong)

    return look


def exactly_one(names: Iterable[str], rule: Rule) -> Rule:
    """An object with one of `names`, not none and not several; then `rule`."""
    names = tuple(names)

    def look(value: Any, path: Path, wrong: Wrong) -> None:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            wrong.append((path, "one_of", names))
        else:
            rule(value, path, wrong)

    return look


def at_least_one(names: Iterable[str], rule: Rule) -> Rule:
    names = tuple(names)

    def look(value: Any, path: Path, wrong: Wrong) -> None:
        if isinstance(value, dict) and not any(name in value for name in names):
            wrong.append((path, "any_of", names))
        else:
            rule(value, path, wrong)

    return look


def is_moment(value: str) -> bool:
    """ISO 8601 with a date, a time and a zone."""
    try:
        return len(value) > 10 and value[10] in "Tt " and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def is_day(value: str) -> bool:
    try:
        return len(value) == 10 and date.fromisoformat(value) is not None
    except ValueError:
        return False


moment = text(like=is_moment, kind="moment")
day = text(like=is_day, kind="day")
email = text(like=lambda value: EMAIL.fullmatch(value) is not None, kind="email")
url = text(1, like=lambda value: URL.fullmatch(value) is not None, kind="url")
amount = text(like=lambda value: AMOUNT.fullmatch(value) is not None, kind="amount")
