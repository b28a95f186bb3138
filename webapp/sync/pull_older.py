"""Older orders that a person asks for: counted first, then read with the next pass, between a date and the window.

Reading sends nothing. Where the person chose that as well, the window itself begins at that date from now on, so that
what is approved and open goes to Incoming orders like any other order.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from webapp import clock
from webapp.clients.exact import ExactClient
from webapp.db import database
from webapp.models import Division
from webapp.sync import decide, due, events, progress, pull_orders

FURTHEST_YEARS = 10


@dataclass(frozen=True)
class Cost:
    """What lies between two dates in Exact (`orders`, of which `open`), and what reading it takes."""

    since: str
    until: str
    orders: int
    open: int

    @property
    def calls(self) -> int:
        """One for each page of orders, and about as many for what belongs to them."""
        return 2 * -(-self.orders // pull_orders.PAGE)

    @property
    def seconds(self) -> int:
        return self.calls * 60 // pull_orders.CALLS_A_MINUTE


def since_of(text: str, division: Division) -> str:
    """A date (ISO) from which older orders can be read; "" if it is none, or within the window already."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    earliest = clock.utc(clock.now()).date() - timedelta(days=366 * FURTHEST_YEARS)
    return day.isoformat() if earliest <= day and day.isoformat() < decide.window_start(division) else ""


def count(exact: ExactClient, division: Division, since: str) -> Cost:
    """Two calls to Exact."""
    until = decide.window_start(division)
    orders, still_open = (exact.count_orders(since, until, open_only=only) for only in (False, True))
    return Cost(since, until, orders, still_open)


@database.atomic()
def ask(division: Division, since: str, *, send: bool, actor: str) -> None:
    """Read them with the next pass, which is due now."""
    wish = {"since": since, "until": decide.window_start(division), "send": send}
    Division.update(older=wish).where(Division.id == division.id).execute()
    due.now(division.id)
    events.note(division, None, "older_asked", actor=actor, since=since)


def run(exact: ExactClient, division: Division) -> int:
    """Read what was asked for, if anything; begins anew after a pass that was cut off: rows are known by their id."""
    wish: dict[str, Any] = Division.get_by_id(division.id).older
    if not wish:
        return 0
    done = 0
    for page in exact.orders_between(wish["since"], wish["until"]):
        done += len(page)
        with database.atomic():
            pull_orders.save(division, page)
            told = {"expected": exact.counted} if exact.counted else {}
            progress.put(division, phase="older", read=done, **told)
    if wish["send"]:
        division.taken_from = min(filter(None, (division.taken_from, wish["since"])))
        Division.update(taken_from=division.taken_from).where(Division.id == division.id).execute()
        pull_orders.decide_again(division, wish["since"])
    pull_orders.decide_unread(exact, division)
    Division.update(older={}).where(Division.id == division.id, Division.older == wish).execute()
    events.note(division, None, "older_read", since=wish["since"], count=done)
    return done
