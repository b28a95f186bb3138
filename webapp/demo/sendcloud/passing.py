"""What happens by itself as time passes: orders get saved, carriers answer, parcels move."""

from typing import Any

from webapp.demo.sendcloud import announcing, cancelling, incoming, labels, shipping
from webapp.demo.sendcloud.agenda import take_due
from webapp.demo.sendcloud.books import Books


def settle(books: Books, now: str) -> bool:
    """Do everything on the agenda that is due, each at its own moment. Whether there was any."""
    any_done = False
    while entry := take_due(books, now):
        happen(books, *entry)
        any_done = True
    return any_done


def happen(books: Books, moment: str, what: str, about: Any) -> None:
    if what == "save":
        incoming.save(books, about, moment)
    elif what == "announce":
        labels.announce_later(books, about, moment)
    elif what == "announce_shipment":
        shipment_id, errors = about
        announcing.announce_later(books, shipment_id, errors, moment)
    elif what == "move":
        parcel_id, code = about
        shipping.move(books, parcel_id, code, moment)
    elif what == "cancel":
        cancelling.finish(books, about, moment)
    else:
        raise ValueError(f"nothing is known of {what} on the agenda")
