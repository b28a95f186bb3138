"""Is the service point of an order there, open, and does it want a post number? Asked before a label is bought.
Where it is not, others near the address are looked for once, for a person to choose from.

https://sendcloud.dev/api/v3/service-points is in beta: an answer that says nothing clear keeps no label back, because
Sendcloud looks at the service point itself when the label is made. An answer counts for ten minutes.
"""

import logging
from typing import Any

from webapp import clock, logs
from webapp.clients.sendcloud import SendcloudClient
from webapp.db import database
from webapp.errors import NeedsPerson, PakbonError
from webapp.models import Division
from webapp.sync.chosen_point import is_number
from webapp.sync.records import Problem

log = logging.getLogger(__name__)
KEPT = "points"  # in Division.lists: by id, what was answered and when
FRESH = 600
MOST = 200
RADIUS = 15_000  # metres
CHOICES = 3
Row = dict[str, Any]


def problems(sendcloud: SendcloudClient, division: Division, payload: Row) -> tuple[Problem, ...]:
    """What keeps an order from being sent to its service point; nothing is asked for one without."""
    wanted = payload.get("service_point_details")
    if not wanted:
        return ()
    point = str(wanted["id"])
    found = _known(division, point) or _asked(sendcloud, division, point, payload["shipping_address"]["country_code"])
    if found["says"]:
        others = _near(sendcloud, payload["shipping_address"], point)
        return (Problem(found["says"], "service_point_details", point, {"points": others}),)
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


# -- others near the address ----------------------------------------------------------------------------------


def _near(sendcloud: SendcloudClient, address: Row, point: str) -> list[Row]:
    """The nearest others; none where Sendcloud does not tell them."""
    try:
        rows = sendcloud.service_points_near(address, RADIUS)
    except PakbonError as error:
        log.warning("service points near an address are not told: %s", logs.bare(error))
        return []
    found: dict[str, Row] = {}
    for told in filter(None, map(_candidate, rows)):
        if told["id"] != point:
            found.setdefault(told["id"], told)
    return sorted(found.values(), key=_how_far)[:CHOICES]


def _how_far(told: Row) -> float:
    return float("inf") if told["distance"] is None else told["distance"]


def _candidate(row: Row) -> Row | None:
    """What a person chooses by; None for one that is closed, or of which too little is told."""
    key, address, carrier, metres = (row.get(name) for name in ("id", "address", "carrier", "distance"))
    address = address if isinstance(address, dict) else {}
    carrier = carrier if isinstance(carrier, dict) else {}
    told: Row = {
        "id": _plain(key),
        "name": _plain(row.get("name")),
        "street": f"{_plain(address.get('street'))} {_plain(address.get('house_number'))}".strip(),
        "postal_code": _plain(address.get("postal_code")),
        "city": _plain(address.get("city")),
        "carrier": _plain(carrier.get("name")) or _plain(carrier.get("code")),
        "distance": int(metres) if isinstance(metres, int | float) and 0 <= metres <= RADIUS * 10 else None,
    }
    is_one = is_number(told["id"]) and (told["name"] or told["street"])
    return told if is_one and row.get("is_expired") is not True else None


def _plain(said: Any) -> str:
    """Text or a number of theirs, on one line; "" for anything else."""
    words = " ".join(str(said).split()) if isinstance(said, str | int) else ""
    return "".join(sign for sign in words if sign.isprintable())[:100]
