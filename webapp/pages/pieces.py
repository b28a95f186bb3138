"""Which pieces of a dashboard a browser shows already: an answer to it holds only those that look different now.

Of everything that a piece is drawn from there is a short mark; the page sends its marks along when it asks. A mark of
too much has a piece drawn in vain, one of too little would leave an old piece standing: rather the first.
"""

from typing import Any
from zlib import crc32

from flask_babel import get_locale

from webapp.models import Division
from webapp.pages import queries
from webapp.pages.view import View

HEAD, COUNTS, PROBLEMS, CHART, CALLS, NEWS = PIECES = ("head", "counts", "problems", "chart", "calls", "news")
NOT_SHOWN = frozenset({"changed_no", "lists", "sender_addresses", "public_key", "secret_key", "hook_token"})


def marks(view: View, today: str) -> tuple[str, ...]:
    """One for each piece, none without figures; `today` is the reader's, which decides how moments are written."""
    if view.figures is None:
        return ()
    figures, division, wrong = view.figures, view.division, view.figures.counts["problem"]
    importing = sum(figures.counts.values()) if view.shown.importing else None
    drawn_from = {
        HEAD: (_shown(division), _connection(division), queries.is_running(division), wrong, importing),
        COUNTS: (figures.counts, figures.parcels, figures.to_print, view.wanted.query()),
        PROBLEMS: ([row.__data__ for row in figures.problems], wrong),
        CHART: figures.days,
        CALLS: figures.meters,
        NEWS: view.news,
    }
    return tuple(_mark(today, str(get_locale()), drawn_from[piece]) for piece in PIECES)


def changed(now: tuple[str, ...], before: tuple[str, ...]) -> frozenset[str]:
    """The pieces that somebody with the marks of before must be sent."""
    if len(before) != len(PIECES):
        return frozenset(PIECES)
    return frozenset(piece for piece, mark, old in zip(PIECES, now, before, strict=True) if mark != old)


def _shown(division: Division) -> dict[str, Any]:
    return {name: value for name, value in division.__data__.items() if name not in NOT_SHOWN}


def _connection(division: Division) -> Any:
    return division.connection and (division.connection.state, division.connection.user_name)


def _mark(*found: Any) -> str:
    return f"{crc32(repr(found).encode()):x}"
