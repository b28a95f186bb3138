"""Telling somebody who does not look: sign in again, a division stands still, errors by kind, all clear.

Never a flood: what comes and goes within some minutes is not told, everything that is told goes in one notice,
at most one a quarter of an hour, and more of the same errors at most once an hour. What was told stands in the
database and is written under a lease, so that a restart or a second process says nothing twice. In quiet hours
nothing is sent; after them what still holds is.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale, gettext, ngettext
from flask_babel import to_user_timezone as local

from webapp import clock, leases
from webapp.clients import notices
from webapp.config import Config
from webapp.db import database
from webapp.i18n import LANGUAGES
from webapp.models import Connection, Division, put_setting, setting
from webapp.pages import problems, queries
from webapp.sync import complete
from webapp.words import texts

log = logging.getLogger(__name__)

SETTLE = 300  # seconds that a thing must last, or be over, before it is told
PAUSE = 900  # between two notices
GROWN = 3600  # before more of what was told already is told again
LATE = 3600  # so long a fault that passes by itself may keep a division from working
LEASE_SECONDS = 120
MOST = 10  # addresses
Row = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """Whom to tell, in which language, and when not (HH:MM of the day here; both empty = never quiet)."""

    addresses: tuple[str, ...] = ()
    language: str = LANGUAGES[0]
    quiet_from: str = ""
    quiet_to: str = ""


def settings() -> Settings:
    kept = _json("alerts")
    addresses = json.loads(setting("alert_addresses") or "[]")
    return Settings(
        tuple(addresses),
        str(kept.get("language") or LANGUAGES[0]),
        str(kept.get("quiet_from") or ""),
        str(kept.get("quiet_to") or ""),
    )


def save(found: Settings) -> None:
    values = {"language": found.language, "quiet_from": found.quiet_from, "quiet_to": found.quiet_to}
    with database.atomic():
        put_setting("alerts", json.dumps(values))
        put_setting("alert_addresses", json.dumps(list(found.addresses)), secret=True)


def try_out(config: Config, found: Settings) -> list[tuple[str, bool]]:
    """A notice to every address; the service of each, and whether it took it."""
    with force_locale(found.language):
        body = gettext("This is a test. Alerts of Pakbon arrive here. %(address)s", address=config.public_url)
        results = notices.send(found.addresses, gettext("Pakbon: test"), body)
    return [(notices.service(address), done) for address, done in zip(found.addresses, results, strict=True)]


# -- what there is to tell ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Topic:
    """One thing that needs somebody: `count` of it, and a line without names or addresses of customers."""

    key: str
    count: int
    text: str


def topics() -> Iterator[Topic]:
    """What needs somebody now, in the language of this moment."""
    spent = list(Connection.select().where(Connection.state == "reconnect"))
    served = Division.select().where(Division.sendcloud != "off").order_by(Division.name, Division.code)
    divisions = list(served)
    for connection in spent:
        mine = [row.name for row in divisions if row.connection_id == connection.id]
        if mine:
            text = gettext("Sign in with Exact Online again: %(divisions)s", divisions=", ".join(mine))
            yield Topic(f"reconnect:{connection.id}", len(mine), text)
    waiting = {connection.id for connection in spent}
    for division in divisions:
        if _stands_still(division) and division.connection_id not in waiting:
            text = gettext("%(division)s stands still: %(why)s", division=division.name, why=texts.stopped(division))
            yield Topic(f"stopped:{division.code}", 1, text)
        yield from _errors(division)
        yield from _incomplete(division)


def _stands_still(division: Division) -> bool:
    """Until somebody does something; or for so long that somebody wants to know."""
    if not division.stopped and division.sendcloud != "revoked":
        return False
    return queries.is_stopped(division) or (division.passed_at or 0) < clock.now() - LATE


def _errors(division: Division) -> Iterator[Topic]:
    found = problems.kinds(division)
    count = sum(found.values())
    if not count:
        return
    kinds = ", ".join(f"{number} × {texts.kind_look(kind).name}" for kind, number in found.items())
    said = ngettext("%(division)s: %(num)s error", "%(division)s: %(num)s errors", count, division=division.name)
    yield Topic(f"errors:{division.code}", count, f"{said} ({kinds})")


def _incomplete(division: Division) -> Iterator[Topic]:
    report = complete.last(division)
    if report and report.open > 0:
        said = ngettext(
            "%(division)s: the nightly check left %(num)s order that is not where it should be",
            "%(division)s: the nightly check left %(num)s orders that are not where they should be",
            report.open,
            division=division.name,
        )
        yield Topic(f"incomplete:{division.code}", report.open, said)


# -- what is told, and when -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What to say now, nothing if both are empty; `kept` is what is known afterwards, before any of it is said."""

    tell: list[str]
    over: list[str]
    kept: dict[str, Row]


def plan(known: Mapping[str, Row], present: Mapping[str, Topic], now: int) -> Plan:
    """Pure. `known` holds per topic since when it is there, how many were told and when, and since when it is
    gone."""
    rows: dict[str, Row] = {}
    for key, topic in present.items():
        row = dict(known.get(key) or {"since": now, "told": 0, "told_at": 0})
        rows[key] = row | {"gone": 0, "text": topic.text, "told": min(row["told"], topic.count)}
    for key, row in known.items():
        if key not in present and row["told"]:
            rows[key] = {**row, "gone": row["gone"] or now}
    settled = [key for key in present if now - rows[key]["since"] >= SETTLE]
    fresh = [key for key in settled if _is_news(rows[key], present[key].count, now)]
    over = [key for key, row in rows.items() if row["gone"] and now - row["gone"] >= SETTLE]
    return Plan(settled if fresh or over else [], over, rows)


def _is_news(row: Row, count: int, now: int) -> bool:
    return not row["told"] or (count > row["told"] and now - row["told_at"] >= GROWN)


def is_quiet(found: Settings, now: int) -> bool:
    if not found.quiet_from or not found.quiet_to or found.quiet_from == found.quiet_to:
        return False
    time = f"{local(clock.utc(now)):%H:%M}"
    if found.quiet_from < found.quiet_to:
        return found.quiet_from <= time < found.quiet_to
    return time >= found.quiet_from or time < found.quiet_to


def run(config: Config) -> None:
    """Look, and tell what there is to tell. Needs the app's context, for the language."""
    found = settings()
    if not found.addresses:
        return
    with leases.held("alerts", LEASE_SECONDS) as owner, force_locale(found.language):
        if owner:
            _run_held(config, found)


def _run_held(config: Config, found: Settings) -> None:
    now, state = clock.now(), _json("alert_state")
    present = {topic.key: topic for topic in topics()}
    planned = plan(state.get("known") or {}, present, now)
    rows = planned.kept
    if (planned.tell or planned.over) and now >= state.get("next_at", 0) and not is_quiet(found, now):
        state = _send(config, found, planned, present, state)
    _put({**state, "known": rows})


def _send(config: Config, found: Settings, planned: Plan, present: Mapping[str, Topic], state: Row) -> Row:
    """One notice of all that holds and all that is over. Told is what at least one service took, and `planned.kept`
    says so from then on; if none did, it is tried again, ever later."""
    now, rows = clock.now(), planned.kept
    title, body = _notice(config, planned, rows)
    results = notices.send(found.addresses, title, body)
    told = len(planned.tell), len(planned.over), sum(results), len(results)
    log.info("alert: %s topics, %s over, taken by %s of %s", *told)
    if not any(results):
        failures = int(state.get("failures", 0)) + 1
        return {**state, "failures": failures, "results": results, "next_at": now + min(60 * 2**failures, GROWN)}
    for key in planned.tell:
        rows[key] |= {"told": present[key].count, "told_at": now}
    for key in planned.over:
        del rows[key]
    return {**state, "failures": 0, "results": results, "next_at": now + PAUSE, "told_at": now}


def _notice(config: Config, planned: Plan, rows: Mapping[str, Row]) -> tuple[str, str]:
    lines = [rows[key]["text"] for key in planned.tell]
    if not lines:
        return gettext("Pakbon: all clear"), gettext("Everything works again. %(address)s", address=config.public_url)
    over = [gettext("Over: %(what)s", what=rows[key]["text"]) for key in planned.over]
    return gettext("Pakbon needs you"), "\n".join([*lines, *over, config.public_url])


def last_results() -> list[bool]:
    """Which addresses took the last notice, in their order."""
    return [bool(done) for done in _json("alert_state").get("results") or []]


def _json(name: str) -> Row:
    try:
        found = json.loads(setting(name) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _put(state: Row) -> None:
    if state != _json("alert_state"):
        put_setting("alert_state", json.dumps(state))
