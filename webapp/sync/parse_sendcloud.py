"""Sendcloud's shipments as parcels of our own. Pure; what is missing stays empty."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from math import inf
from typing import Any

from webapp.sync.parse_exact import number

Row = Mapping[str, Any]

# https://sendcloud.dev/api/v3/parcel-statuses; a code that is not here means "on its way".
CANCELLED = ("CANCELLED", "CANCELLED_UPSTREAM", "CANCELLATION_REQUESTED", "SUBMITTING_CANCELLATION_REQUEST")
FAILED = ("ANNOUNCEMENT_FAILED",)
PENDING = ("ANNOUNCING", "NO_LABEL", "BEING_ANNOUNCED")


@dataclass(frozen=True)
class Shipped:
    """One parcel of a shipment. `items` holds quantities by our item id, empty if Sendcloud does not tell."""

    parcel: int
    shipment: str
    order_number: str
    tracking_number: str = ""
    tracking_url: str = ""
    carrier: str = ""
    status: str = ""
    message: str = ""
    errors: str = ""
    made_at: float = 0  # seconds since the epoch, by Sendcloud's clock
    items: dict[str, Decimal] = field(default_factory=dict)

    @property
    def cancelled(self) -> bool:
        return self.status in CANCELLED

    @property
    def failed(self) -> bool:
        return self.status in FAILED

    @property
    def has_label(self) -> bool:
        """Bought: neither refused nor cancelled, nor still on the way. A letter has no tracking number."""
        return bool(self.tracking_number or self.status) and self.status not in CANCELLED + FAILED + PENDING


def parcels(shipment: Row) -> Iterator[Shipped]:
    """The parcels of a shipment; rows without a number of their own are passed over."""
    rows = shipment.get("parcels")
    for row in rows if isinstance(rows, list) else []:
        identity = str(row.get("id") or "") if isinstance(row, Mapping) else ""
        if identity.isdecimal():
            yield _parcel(shipment, row, int(identity))


def _parcel(shipment: Row, row: Row, identity: int) -> Shipped:
    status = row.get("status")
    status = status if isinstance(status, Mapping) else {}
    return Shipped(
        parcel=identity,
        shipment=str(shipment.get("id") or ""),
        order_number=str(shipment.get("order_number") or ""),
        tracking_number=str(row.get("tracking_number") or "")[:200],
        tracking_url=str(row.get("tracking_url") or "")[:2000],
        carrier=_carrier(shipment),
        status=str(status.get("code") or "").upper().replace(" ", "_"),
        message=str(status.get("message") or "")[:200],
        errors=_errors(shipment, row),
        made_at=moment(row.get("created_at") or shipment.get("created_at")),
        items=_items(row),
    )


def moment(text: Any) -> float:
    """Seconds since the epoch of a moment as Sendcloud writes it; a moment that is missing is the latest one."""
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return inf
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _carrier(shipment: Row) -> str:
    """The carrier's name, or the first half of the shipping option ("postnl:standard")."""
    carrier, ship_with = shipment.get("carrier"), shipment.get("ship_with")
    if isinstance(carrier, Mapping):
        return str(carrier.get("name") or carrier.get("code") or "")
    properties = ship_with.get("properties") if isinstance(ship_with, Mapping) else None
    option = properties.get("shipping_option_code") if isinstance(properties, Mapping) else ""
    return str(carrier or option or "").partition(":")[0][:50]


def _errors(shipment: Row, row: Row) -> str:
    """Whatever words there are about a failure: a list in the schema, an object in the samples."""
    found = row.get("errors") or shipment.get("errors") or []
    rows = found if isinstance(found, list) else [found]
    words = [
        str(error.get("detail") or error.get("message") or error.get("title") or error)
        if isinstance(error, Mapping)
        else str(error)
        for error in rows
    ]
    return "; ".join(words)[:500]


def _items(row: Row) -> dict[str, Decimal]:
    items = row.get("parcel_items")
    found: dict[str, Decimal] = {}
    for item in items if isinstance(items, list) else []:
        if isinstance(item, Mapping) and item.get("item_id"):
            key = str(item["item_id"]).lower()
            found[key] = found.get(key, Decimal(0)) + number(item.get("quantity"))
    return found
