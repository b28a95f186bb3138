"""What can be switched about the played Sendcloud: mostly points its documents leave open."""

from dataclasses import asdict, dataclass, field
from typing import Any

CHOICES = {
    "sync_answer": ("object", "list"),
    "partial": ("stays", "leaves"),
    "announcement": ("works", "fails_400", "fails_2xx"),
    "cancellation": ("at_once", "queued", "refused"),
}


@dataclass
class Switches:
    """Defaults are the strict or the likelier reading; each line says what the switch decides."""

    # Seconds until an order of POST /orders is saved; until then it cannot be read or labelled.
    save_delay: float = 1.0
    # Seconds until an asynchronously requested label is announced to the carrier.
    announce_delay: float = 2.0
    # Seconds between the announcement and the label document.
    document_delay: float = 0.0
    # Seconds until a queued cancellation is done.
    cancel_delay: float = 60.0
    # create-label-sync: `data` as object with label_details.file (schema) or list with label.file (sample).
    sync_answer: str = "object"
    # After a label for a part of the items: the rest `stays` in Incoming orders, or the order `leaves`.
    partial: str = "stays"
    # Labelled orders stay in GET /orders as well.
    keep_labelled_orders: bool = False
    # A cancelled label puts its order back into Incoming orders.
    cancelled_label_reopens_order: bool = True
    # An address edited in the panel survives a later POST of the same order.
    panel_edit_survives: bool = False
    # Announcements: work, are refused with 400, or are answered 2xx with a parcel that failed.
    announcement: str = "works"
    announcement_error: str = "The carrier did not accept this shipment."
    # Only these order numbers meet a failing announcement; empty = all.
    failing_orders: list[str] = field(default_factory=list)
    cancellation: str = "at_once"
    # False: 402 no_valid_payment_method on every label.
    payment_method: bool = True
    # Currencies of order prices; empty = any three letters.
    currencies: list[str] = field(default_factory=lambda: ["EUR", "GBP", "USD"])
    # Shipping option used when neither ship_with nor shipping rules are asked for; empty = 400.
    default_shipping_option: str = ""
    # Rate limits, and whether a 429 carries Retry-After.
    limits: bool = True
    retry_after: bool = True
    # Parcels move on by the clock: announced, en route, delivered.
    journey: bool = False
    # False: the geocoder of the service point search is down (503).
    geocoding: bool = True

    def turn(self, changes: dict[str, Any]) -> None:
        """Set several at once, or none: ValueError names the first that does not exist or fit."""
        known = asdict(Switches())
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"there is no switch {name}; there are {', '.join(known)}")
            if name in CHOICES and value not in CHOICES[name]:
                raise ValueError(f"{name} is one of {', '.join(CHOICES[name])}")
            if not fits(value, known[name]):
                raise ValueError(f"{name} should be like {known[name]!r}")
        for name, value in changes.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def fits(value: Any, default: Any) -> bool:
    """Whether a value has the kind of the default one; a whole number may stand for a decimal."""
    if isinstance(default, bool):
        return isinstance(value, bool)
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return type(value) is type(default)
