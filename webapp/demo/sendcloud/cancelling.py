"""Cancelling a shipment: at once, queued, or refused (Sendcloud's Shipments document)."""

from datetime import timedelta

from webapp.demo.sendcloud.agenda import after, later
from webapp.demo.sendcloud.books import Books, Row, moment_of
from webapp.demo.sendcloud.errors import Refused, refuse
from webapp.demo.sendcloud.shipping import set_status
from webapp.demo.sendcloud.statuses import CANCELLED, NOT_UNDERWAY

LAST_DAY = timedelta(days=42)


def refusal(books: Books, shipment: Row, now: str) -> Refused | None:
    """Why this shipment cannot be cancelled, if so."""
    statuses = {parcel["status"] for parcel in shipment["parcels"]}
    if statuses & set(CANCELLED):
        return refuse(409, "invalid", "This shipment is already being cancelled.")
    if "DELIVERED" in statuses:
        return refuse(409, "invalid", "This shipment has been delivered and cannot be cancelled.")
    if not statuses <= set(NOT_UNDERWAY) or books.switches.cancellation == "refused":
        return refuse(409, "invalid", "The carrier does not accept a cancellation of this shipment any more.")
    announced = [parcel["announced_at"] for parcel in shipment["parcels"] if parcel["announced_at"]]
    if announced and moment_of(now) - moment_of(min(announced)) > LAST_DAY:
        return refuse(409, "invalid", "Shipments can be cancelled until 42 days after the announcement.")
    return None


def cancel(books: Books, shipment: Row, now: str) -> bool:
    """Cancel, or queue it: True when it is done at once. Raises Refused with 409."""
    if found := refusal(books, shipment, now):
        raise found
    if books.switches.cancellation == "queued":
        for parcel in shipment["parcels"]:
            set_status(books, shipment, parcel, "CANCELLATION_REQUESTED", now)
        later(books, after(now, books.switches.cancel_delay), "cancel", shipment["id"])
        return False
    finish(books, shipment["id"], now)
    return True


def finish(books: Books, shipment_id: str, now: str) -> None:
    shipment = books.shipments[shipment_id]
    for parcel in shipment["parcels"]:
        set_status(books, shipment, parcel, "CANCELLED", now)
