"""Is the service point of an order there, open, and does it want a post number? Asked before a label is bought.

https://sendcloud.dev/api/v3/service-points is in beta: an answer that says nothing clear keeps no label back, because
Sendcloud looks at the service point itself when the label is made. An answer counts for ten minutes.
"""

import logging
from typing import Any

from webapp import clock, logs
from webapp.clients.sendcloud import SendcloudClient
from webapp.db import database
from webapp.errors import NeedsPerson
from webapp.models import Division
from webapp.sync.records import Problem

log = logging.getLogger(__name__)
KEPT = "points"  # in Division.lists: by id, what was answered and when
FRESH = 600
MOST = 200
Row = dict[str, Any]


def problems(sendcloud: SendcloudClient, division: Division, payload: Row) -> tuple[Problem, ...]:
    """What keeps an order from being sent to its service point; nothing is asked for one without."""
    wanted = payload.get("service_point_details")
    if not wanted:
        return ()
    point = str(wanted["id"])
    found = _known(division, point) or _asked(sendcloud, division, point, payload["shipping_address"]["country_code"])
    if found["says"]:
        return (Problem(found["says"], "service_point_details", point),)
    if found["post_number"] and not wanted.get("post_number"):
        return (Problem("post_number_missing", "post_number", "", {"point": found["name"] or point}),)
    return ()


def forget(division: Division, point: str) -> None:
    """Ask again the next time: a person says that it is different now."""
    _keep(division, {key: row for key, row in _rows(division).items() if key != point})


def _rows(division: Division) -> dict[str, Row]:
    found = Division.get_by_id(division.id).lists.get(KEPT)
    return found if isinstance(found, dict) else {}


def _known(division: Division, point: str) -> Row | None:
    found = _rows(division).get(point)
    return found if found and found["at"] > clock.now() - FRESH else None


def _asked(sendcloud: SendcloudClient, division: Division, point: str, country: str) -> Row:
    """One call; a second one only in Germany, where lockers want a post number."""
    found: Row = {"at": clock.now(), "says": "", "name": "", "post_number": False}
    try:
        open_now = sendcloud.is_service_point_available(point)
        found["says"] = {None: "service_point_unknown", False: "service_point_closed"}.get(open_now, "")
        row = sendcloud.service_point(point) if country == "DE" and not found["says"] else None
        if row:
            found |= {"name": str(row.get("name") or ""), "post_number": wants_post_number(row)}
    except NeedsPerson as error:
        log.warning("service points are not looked at: %s", logs.bare(error))
    fresh = {key: row for key, row in _rows(division).items() if row["at"] > clock.now() - FRESH}
    _keep(division, dict(list({**fresh, point: found}.items())[-MOST:]))
    return found


def _keep(division: Division, rows: dict[str, Row]) -> None:
    with database.atomic():
        lists = {**Division.get_by_id(division.id).lists, KEPT: rows}
        Division.update(lists=lists).where(Division.id == division.id).execute()


def wants_post_number(row: Row) -> bool:
    """A Packstation of DHL: what it is called is not documented, so its kind and its name count as well."""
    carrier = row.get("carrier")
    code = str(carrier.get("code") if isinstance(carrier, dict) else carrier or "").lower()
    kinds = (row.get("carrier_shop_type"), row.get("general_shop_type"), row.get("name"))
    words = " ".join(str(kind or "") for kind in kinds).lower()
    return code.startswith("dhl") and ("packstation" in words or "locker" in words)
