"""The list of divisions of a connection, and who may see which."""

from collections.abc import Iterable
from typing import Any

from webapp import clock
from webapp.clients.exact import ExactClient
from webapp.db import database
from webapp.models import Access, Connection, Division, User
from webapp.sync.parse_exact import whole

Row = dict[str, Any]
LISTED_FOR = 24 * 3600  # seconds after which the list is read again
ACTIVE = 1  # Status of system/Divisions: 0 inactive, 1 active, 2 archived


def take_over(connection: Connection, rows: Iterable[Row]) -> None:
    """Make the rows agree with Exact's list. A division that another working connection serves stays with it;
    one that is gone from the list stays here, marked."""
    seen = []
    for row in rows:
        code = int(row["Code"])
        division = Division.get_or_none(Division.code == code) or Division(code=code)
        if whole(row.get("Status", ACTIVE)) != ACTIVE and division.id is None:
            continue
        if division.country not in ("", connection.country):
            continue  # the same number in another country is another company
        seen.append(code)
        _serve(division, connection)
        if "DivisionMoveDate" in row:
            _notice_move(division, str(row["DivisionMoveDate"] or ""))
        division.country = connection.country
        division.name = str(row.get("CustomerName") or row.get("Description") or code)[:255]
        division.currency = str(row.get("Currency") or "")[:3]
        division.listed = True
        division.save(force_insert=division.id is None)
    Division.update(listed=False).where(Division.connection == connection, Division.code.not_in(seen)).execute()
    Connection.update(listed_at=clock.now()).where(Connection.id == connection.id).execute()


def _serve(division: Division, connection: Connection) -> None:
    present = division.connection
    if present is None or present.state != "active":
        division.connection = connection
    if division.stopped in ("token_spent", "no_connection") and division.connection_id == connection.id:
        division.stopped, division.stopped_params, division.failures = "", {}, 0
        division.due_at = clock.now()


def _notice_move(division: Division, moved_at: str) -> None:
    """Exact resets all row versions of a division that it moves: it is read anew then."""
    if division.id is not None and moved_at != division.moved_at:
        division.cursors = {}
    division.moved_at = moved_at


def grant(user: User, codes: Iterable[int]) -> None:
    """The user may see these divisions of his country (as far as they are known here), and no others."""
    Access.delete().where(Access.user == user).execute()
    for division in list(Division.select().where(Division.code.in_(list(codes)), Division.country == user.country)):
        Access.create(user=user, division=division)


def refresh(exact: ExactClient, division: Division) -> None:
    """Once a day: read the list again."""
    connection = division.connection
    if connection is None or connection.listed_at and connection.listed_at > clock.now() - LISTED_FOR:
        return
    rows = exact.divisions(division.code)
    with database.atomic():
        take_over(connection, rows)
    division.cursors = Division.get_by_id(division.id).cursors
