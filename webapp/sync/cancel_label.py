"""Labels that a person wants cancelled. The wish is written first; asking Sendcloud twice for the same harms nothing.

Sendcloud cancels a whole shipment: at once, or after asking the carrier. What it refuses stays a label that counts.
After a cancelled label the goods delivery waits: a new label is bought only when somebody asks for it.
"""

from collections.abc import Iterable
from typing import Any

from webapp import clock
from webapp.db import database
from webapp.errors import BudgetSpent, NeedsPerson, PakbonError, Reconnect, Retryable
from webapp.models import Parcel
from webapp.sync import adopt, due, events, parse_sendcloud
from webapp.sync.parse_sendcloud import Shipped
from webapp.sync.work import Work

LAST_DAY = 42  # https://sendcloud.dev/api/v3/shipments, "Cancel a shipment"
OUTCOMES = {"cancelled": "CANCELLED", "queued": "CANCELLATION_REQUESTED"}


def together(parcel: Parcel) -> list[Parcel]:
    """All labels that are cancelled with this one: those of its shipment that still count."""
    same = Parcel.select().where(Parcel.division == parcel.division_id, Parcel.shipment == parcel.shipment)
    return list(same.where(~Parcel.cancelled).order_by(Parcel.id))


@database.atomic()
def ask(parcel: Parcel, actor: str) -> None:
    """Have its shipment cancelled by the next pass, which is due now."""
    for row in together(parcel):
        Parcel.update(cancel_asked_at=clock.now(), cancel_by=actor).where(Parcel.id == row.id).execute()
    events.note(parcel.division, parcel.order, "cancel_asked", actor=actor, tracking=_name(parcel))
    due.now(parcel.division_id)


def run(work: Work) -> int:
    """Ask Sendcloud; returns how many shipments were cancelled or are being cancelled."""
    rows = Parcel.select().where(Parcel.division == work.division, Parcel.cancel_asked_at.is_null(False))
    shipments: dict[str, list[Parcel]] = {}
    for row in rows.order_by(Parcel.id):
        shipments.setdefault(row.shipment, []).append(row)
    return sum(_cancel(work, shipment, found) for shipment, found in shipments.items())


def _cancel(work: Work, shipment: str, rows: list[Parcel]) -> bool:
    """One shipment; what is wrong with it never stops the others. Limits and spent keys do."""
    if all(row.cancelled for row in rows):
        _over(rows)
        return True
    try:
        status = OUTCOMES[work.sendcloud.cancel_shipment(shipment)]
    except (BudgetSpent, Reconnect):
        raise
    except Retryable as error:  # it may have been done: the next pass asks again, and is told so
        events.note_error(work.division, rows[0].order, error)
        return False
    except NeedsPerson as error:
        return _refused(work, rows, error)
    with database.atomic():
        for row in rows:
            adopt.take(work.division, _as_told(row, status))
        _over(rows)
    return True


def _as_told(row: Parcel, status: str) -> Shipped:
    return Shipped(parcel=row.parcel, shipment=row.shipment, order_number=row.order_number, status=status)


def _refused(work: Work, rows: list[Parcel], error: PakbonError) -> bool:
    """Too late, or done already by an earlier call whose answer was lost: what Sendcloud shows decides."""
    first = rows[0]
    found = work.sendcloud.shipments_of(work.division.integration_id or 0, first.order_number)
    stands = {shipped.parcel: shipped for shipment in found for shipped in parse_sendcloud.parcels(shipment)}
    with database.atomic():
        for row in rows:
            if row.parcel in stands:
                adopt.take(work.division, stands[row.parcel])
        _over(rows)
        gone = all(stands[row.parcel].cancelled for row in rows if row.parcel in stands) and bool(stands)
        if not gone:
            told: dict[str, Any] = {"tracking": _name(first), "detail": str(error.params.get("detail") or error)}
            events.note(
                work.division, first.order, "cancel_refused",
                actor=first.cancel_by, exchange=error.exchange, **told,
            )  # fmt: skip
    return gone


def _over(rows: Iterable[Parcel]) -> None:
    Parcel.update(cancel_asked_at=None).where(Parcel.id.in_([row.id for row in rows])).execute()


def _name(parcel: Parcel) -> str:
    return str(parcel.tracking_number or parcel.parcel)
