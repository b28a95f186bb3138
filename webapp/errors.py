"""One tree of errors. Each says by its class whether trying again can help.

An error carries a `code` (the key of its sentence in `webapp/words/texts.py`) and `params` (the values that the
sentence names). The text itself is made where it is shown, in the reader's language.
"""

from typing import Any


class PakbonError(Exception):
    """Anything that went wrong and that a person may read about.

    `code` names the situation, `params` hold the values for its sentence; `exchange` is the request and the
    answer behind it (secrets removed), for the timeline.
    """

    def __init__(self, code: str, *, exchange: dict[str, Any] | None = None, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.exchange = exchange

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} ({values})" if values else self.code


class ConfigError(PakbonError):
    """A setting of the environment is missing or wrong; the start stops here."""


class Retryable(PakbonError):
    """Trying again later helps: limits, faults of the far side, no answer.

    `retry_at` (seconds since the epoch) says when, where the far side told it.
    """

    def __init__(self, code: str, *, retry_at: int | None = None, **params: Any) -> None:
        super().__init__(code, **params)
        self.retry_at = retry_at


class NoAnswer(Retryable):
    """Timeout or broken connection: whether the far side did the work is unknown."""


class BudgetSpent(Retryable):
    """A limit of the far side is used up, or would be by this call; the call was not made."""


class NeedsPerson(PakbonError):
    """Trying again unchanged does not help: data, rights, licence."""


class Refused(NeedsPerson):
    """The far side refused what was sent.

    `index` is the place of the culprit in a batch (0-based, None if unknown), `field` and `value` name what
    was wrong where the far side says so.
    """

    def __init__(
        self, code: str, *, index: int | None = None, field: str = "", value: str = "", **params: Any
    ) -> None:
        super().__init__(code, field=field, value=value, **params)
        self.index = index
        self.field = field
        self.value = value


class NotFound(NeedsPerson):
    """The far side does not know this record (any more)."""


class NoAccess(NeedsPerson):
    """Rights, scope, licence or the division itself forbid the call."""


class Reconnect(PakbonError):
    """The connection is spent: only a person who signs in again, or pastes new keys, can mend it."""


class NotAllowed(PakbonError):
    """The person at the browser may not do this."""
