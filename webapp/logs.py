"""What goes to the log: text or one JSON object a line. No secrets, no personal data: codes and ids only.

Two things see to that beside care at each line: of an exception only its class and the places in the code are
written, because its text may hold a value of an order; and what looks like an e-mail address or a key is taken
out of every line.
"""

import json
import logging
import re
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType

import peewee

from webapp import clock
from webapp.config import Config
from webapp.errors import PakbonError

# What else a message may hold; the address of a webhook of Sendcloud's ends in a secret of its own.
HIDDEN = (
    (re.compile(r"(/hooks/sendcloud/)[^\s/?\"']+"), r"\1…"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 …"),
    (re.compile(r"[^\s\"'<>=:,;()]+@[^\s\"'<>=:,;()]+\.\w+"), "…@…"),
)
# Parameters of an error that name things of ours or numbers; the others may be values of an order.
BARE = frozenset({"service", "status", "endpoint", "retry_at", "host", "scope", "old", "new"})
# Libraries that log addresses with keys in them, what was sent, or what is stored.
QUIET = {
    "apprise": logging.CRITICAL,
    "urllib3": logging.ERROR,
    "flask-limiter": logging.WARNING,
    "peewee": logging.WARNING,
}

_pass: ContextVar[str] = ContextVar("pass", default="")


@contextmanager
def of_pass(name: str) -> Iterator[None]:
    """Every line that is logged inside carries this name."""
    token = _pass.set(name)
    try:
        yield
    finally:
        _pass.reset(token)


def bare(error: PakbonError) -> str:
    """The error without anything that an order may have brought into it."""
    values = ", ".join(f"{name}={value}" for name, value in error.params.items() if name in BARE and value)
    return f"{error.code} ({values})" if values else error.code


class _Lines(logging.Formatter):
    """What both forms have in common."""

    def formatException(  # noqa: N802 (the name is logging's)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Class and places, without the text: that may be somebody's street. Where the text is known to come
        from the machine, it stays."""
        _, error, trace = ei
        if error is None:
            return ""
        places = "".join(traceback.format_tb(trace)).rstrip()
        return f"{places}\n{type(error).__name__}{_said(error)}"


def _said(error: BaseException) -> str:
    if isinstance(error, PakbonError):
        return f": {bare(error)}"
    of_the_machine = isinstance(error, OSError | sqlite3.OperationalError | peewee.OperationalError)
    return f": {hidden(str(error))}" if of_the_machine else ""


def hidden(text: str) -> str:
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text


class JsonLines(_Lines):
    """One object a line; line breaks inside a message cannot forge another one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.utc(record.created).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": hidden(record.getMessage()),
        }
        if name := _pass.get():
            line["pass"] = name
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextLines(_Lines):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is logging's)
        record.message = hidden(record.message).replace("\r", "\\r").replace("\n", "\\n")
        line = super().formatMessage(record)
        return f"{line} [{_pass.get()}]" if _pass.get() else line


def formatter(config: Config) -> logging.Formatter:
    if config.log_format == "json":
        return JsonLines()
    return TextLines("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")


def init(config: Config) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(config))
    logging.basicConfig(level=config.log_level, handlers=[handler], force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
