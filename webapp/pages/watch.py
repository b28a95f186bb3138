"""What an open page asks every two seconds: has anything changed, and is it right to go on asking?

One look-up, whatever the number of orders, and its SQL is written once: Peewee would build it anew for each of
ten browsers, which costs more than the look-up itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, abort, make_response, request
from flask_babel import get_locale
from flask_login import current_user

from webapp import clock
from webapp.db import database, marked
from webapp.models import User
from webapp.security import MAY_SEE

STILL_MOVING = 60  # seconds after the last change in which a page keeps looking for more
MOVING = """
    d.sendcloud = 'on' AND (
        d.due_at <= ? OR d.progress NOT IN ('{}', 'null')
        OR EXISTS (SELECT 1 FROM lease AS l WHERE l.name = 'pass:' || d.code AND l.owner <> '' AND l.until > ?)
        OR EXISTS (SELECT 1 FROM sales_order AS o WHERE o.division_id = d.id AND o.changed_at > ?)
        OR EXISTS (SELECT 1 FROM delivery AS g WHERE g.division_id = d.id AND g.due_at <= ?
                   AND g.state IN ('due', 'labelling', 'labelled')))
"""
ANYBODY = f"SELECT d.changed_no, {MOVING} FROM division AS d WHERE d.code = ?"
SOMEBODY = ANYBODY + MAY_SEE


@dataclass(frozen=True)
class Watched:
    """A division's change counter, and whether a page of it may look different in a moment: a pass, an import, a
    label on its way, or changes just now."""

    no: int
    moving: bool


def look(code: int) -> Watched:
    """At a division that the signed-in user may see; to others it does not exist."""
    return by(current_user, code) or abort(404)


def by(user: User, code: int) -> Watched | None:
    """What this user sees of it; None if he may not."""
    return _row(ANYBODY, code) if user.is_admin else _row(SOMEBODY, code, user.id)


def of(code: int) -> Watched:
    """The same for a division that somebody may see already."""
    return _row(ANYBODY, code) or Watched(0, False)


def _row(sql: str, code: int, *params: int) -> Watched | None:
    now = clock.now()
    found = database.execute_sql(
        marked(sql), (now, now, now - STILL_MOVING, now + STILL_MOVING, code, *params)
    ).fetchone()
    return Watched(found[0], bool(found[1])) if found else None


def is_shown(watched: Watched, args: Mapping[str, str]) -> bool:
    """Whether a page that asks with this query, and will ask again soon, shows all there is."""
    return watched.moving and args.get("moving") == "1" and args.get("no") == str(watched.no)


def nothing_new(watched: Watched) -> Response | None:
    """The answer to a page that shows all there is: 204 to one that says so in its address, 304 to one that sends
    along what it was told last. None if there is something to send."""
    if is_shown(watched, request.args):
        return make_response("", 204)
    if request.if_none_match and tag(watched) in request.if_none_match:
        answer = make_response("", 304)
        answer.set_etag(tag(watched))
        return answer
    return None


def tagged(page: str, watched: Watched) -> Response:
    answer = make_response(page)
    answer.set_etag(tag(watched))
    return answer


def tag(watched: Watched) -> str:
    """Of what is sent: another language is another page."""
    return f"{watched.no}-{int(watched.moving)}-{get_locale()}"
