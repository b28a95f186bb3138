"""The dashboard as one view: what it shows first, and what of it has changed since a browser looked.

A page polls one address while something moves. It sends along what it shows (`Shown`), so that the answer is
"nothing new" from two cheap look-ups, and else only the figures and the rows on that very page.
"""

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import to_user_timezone

from webapp import clock
from webapp.models import Division
from webapp.pages import order_list, phases, pieces, queries, shipments, tallies, watch
from webapp.pages.order_list import PAGE_SIZE, Filter
from webapp.pages.view import Figures, Shown, View
from webapp.pages.watch import Watched
from webapp.sync.states import OrderState

EVERY = 2  # seconds between looks while something moves
SOONEST, LATEST = 15, 900  # and for the one look after the next round is due


def delay_of(division: Division) -> int:
    """Seconds until a page at rest looks again: shortly after the next round."""
    due = (division.due_at or 0) - clock.now() + 3
    return min(max(due, SOONEST), LATEST)


def first(division: Division, wanted: Filter) -> View:
    """The whole page."""
    at, watched = clock.now(), watch.of(division.code)
    return _marked(_whole(division, Shown(watched.no, at, moving=watched.moving, wanted=wanted)), ())


def later(division: Division, before: Shown, watched: Watched) -> View:
    """What has changed by the time somebody `watched`; no figures if only the pace of looking is another."""
    now = replace(before, no=watched.no, at=clock.now(), moving=watched.moving)
    if watched.no == before.no:
        return View(division, replace(now, at=before.at), None, None)
    if _may_grow(before):
        return _marked(_whole(division, now, before.importing), before.marks)
    rows = order_list.changed(division, list(before.ids), before.at)
    news, shipped = _news(division, before), shipments.of_orders(rows)
    return _marked(View(division, now, _figures(division), None, rows, news, shipped), before.marks)


def _whole(division: Division, shown: Shown, importing: bool | None = None) -> View:
    """With the list that `shown` wants; it becomes what that list shows."""
    page = order_list.page(division, shown.wanted)
    top = (page.orders[0].number, page.orders[0].id) if page.orders else None
    importing = _has_strip(division) if importing is None else importing
    shown = replace(shown, ids=tuple(row.id for row in page.orders), top=top, importing=importing)
    return View(division, shown, _figures(division), page, shipments=shipments.of_orders(page.orders))


def _marked(view: View, before: tuple[str, ...]) -> View:
    queries.add_connection(view.division)
    marks = pieces.marks(view, today().isoformat())
    return replace(view, shown=replace(view.shown, marks=marks), fresh=pieces.changed(marks, before))


def _has_strip(division: Division) -> bool:
    """Whether a page begins with the import strip: for the first round, and for sending many orders. A strip
    never comes into a page that stands open, for it would push away what is being read."""
    if division.sendcloud != "on" or queries.is_paused(division) or queries.is_stopped(division):
        return False
    return division.passed_at is None or bool(division.older) or division.progress.get("phase") in ("push", "older")


def _may_grow(before: Shown) -> bool:
    """A list that is not full yet may fill up before the eyes: at the start of the first import. Later, new
    orders are announced and push nothing away."""
    if not before.wanted.first or before.wanted.search or len(before.ids) >= PAGE_SIZE:
        return False
    return not before.ids or before.importing


def _news(division: Division, before: Shown) -> int:
    if not before.wanted.first or before.top is None:
        return 0
    return order_list.newer_than(division, before.wanted, before.top)


def _figures(division: Division) -> Figures:
    days = queries.last_days(today())
    tally = tallies.of(division, [str(day) for day in days], queries.begins(days))
    problems = order_list.newest_problems(division) if tally.states[OrderState.PROBLEM] else []
    parcels = phases.counted(tally.parcels)
    to_print = order_list.count_to_print(division) if parcels["ready"] else 0
    return Figures(tally.states, parcels, to_print, problems, queries.per_day(tally, days), queries.meters(division))


def today() -> date:
    """The date where the reader is."""
    return to_user_timezone(clock.utc(clock.now())).date()


@dataclass(frozen=True)
class Strip:
    """The import strip. `phase` is soon, orders, parts, push or done; `share` (percent) is None while nobody
    knows how much there is."""

    phase: str
    done: int = 0
    total: int | None = None
    calls_left: int | None = None
    seconds_left: int | None = None

    @property
    def share(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None


def strip_of(view: View) -> Strip | None:
    """What the strip says now; None for a page without one."""
    division, known = view.division, view.division.progress or {}
    if not view.shown.importing:
        return None
    if not known:
        return Strip("done" if division.passed_at and not division.older else "soon")
    phase = known.get("phase") or "orders"
    done, total = ("pushed", "to_push") if phase == "push" else ("read", "expected")
    left = known.get("calls_left"), known.get("seconds_left")
    return Strip(phase, known.get(done) or 0, known.get(total), *left)
