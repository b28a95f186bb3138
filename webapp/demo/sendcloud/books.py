"""The whole state of the played Sendcloud, in plain dicts and lists for tests to look at.

Moments are text in one fixed form (UTC, microseconds), so that they compare as text. Everything
but the lock and the indexes goes into the snapshot.
"""

import pickle
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from webapp.demo.sendcloud.switches import Switches

Row = dict[str, Any]
KEPT = "integrations sender_addresses service_points orders shipments logs webhooks agenda counters".split()
BY_NUMBER = ("integrations", "sender_addresses", "service_points", "orders")


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


@dataclass
class Books:
    """`integrations`, `sender_addresses`, `service_points` and `orders` by number, `shipments` by uuid.

    An order: `id, account, integration_id, order_id, order_number, body` (as posted), `pending`
    (a version that is being saved, or None), `created_at, modified_at, shipments` (uuids),
    `edited_in_panel`. A shipment holds its `parcels`. `orders` also keeps labelled orders; deleted
    ones are gone.
    """

    integrations: dict[int, Row] = field(default_factory=dict)
    sender_addresses: dict[int, Row] = field(default_factory=dict)
    service_points: dict[int, Row] = field(default_factory=dict)
    orders: dict[int, Row] = field(default_factory=dict)
    shipments: dict[str, Row] = field(default_factory=dict)
    logs: list[Row] = field(default_factory=list)
    webhooks: list[Row] = field(default_factory=list)
    agenda: list[list] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    base_url: str = ""
    version: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    order_index: dict[tuple[int, str], int] = field(default_factory=dict)
    parcel_index: dict[int, str] = field(default_factory=dict)
    reference_index: dict[tuple[int, str], str] = field(default_factory=dict)

    def next_number(self, kind: str, first: int) -> int:
        self.counters[kind] = self.counters.get(kind, first - 1) + 1
        return self.counters[kind]

    # --- orders ------------------------------------------------------------------------------

    def add_order(self, order: Row) -> None:
        self.orders[order["id"]] = order
        self.order_index[order["integration_id"], order["order_id"]] = order["id"]

    def order_of(self, integration_id: int, order_id: str) -> Row | None:
        """The order with the shop's own id, whether it is labelled, open or still being saved."""
        number = self.order_index.get((integration_id, order_id))
        return None if number is None else self.orders[number]

    def remove_order(self, order: Row) -> None:
        del self.orders[order["id"]]
        del self.order_index[order["integration_id"], order["order_id"]]

    # --- shipments ---------------------------------------------------------------------------

    def add_shipment(self, shipment: Row) -> None:
        self.shipments[shipment["id"]] = shipment
        self._index_shipment(shipment)

    def _index_shipment(self, shipment: Row) -> None:
        for parcel in shipment["parcels"]:
            self.parcel_index[parcel["id"]] = shipment["id"]
        if shipment["external_reference_id"]:
            key = (shipment["account"], shipment["external_reference_id"])
            self.reference_index[key] = shipment["id"]

    def parcel(self, parcel_id: int) -> tuple[Row, Row] | None:
        """The shipment and the parcel with this number."""
        shipment = self.shipments.get(self.parcel_index.get(parcel_id, ""))
        if shipment is None:
            return None
        return shipment, next(row for row in shipment["parcels"] if row["id"] == parcel_id)

    def parcels(self) -> list[Row]:
        """All parcels, with the order they belong to, for a quick look in tests."""
        return [
            {"shipment_id": s["id"], "order_id": s["order_id"], "order_number": s["order_number"], **parcel}
            for s in self.shipments.values()
            for parcel in s["parcels"]
        ]

    def forget_trade(self) -> None:
        """Empty the books of all that was done, as they were when seeded. Numbers go on counting."""
        for kept in (self.orders, self.shipments, self.logs, self.webhooks, self.agenda):
            kept.clear()
        for index in (self.order_index, self.parcel_index, self.reference_index):
            index.clear()

    # --- stop and start --------------------------------------------------------------------

    def snapshot(self) -> Row:
        """Everything as JSON can hold it; `Books.restore` reads it back."""
        with self.lock:
            kept = {name: getattr(self, name) for name in KEPT} | {"switches": self.switches.as_dict()}
            copy = pickle.loads(pickle.dumps(kept))  # much faster than deepcopy, and nobody waits long
        for name in BY_NUMBER:
            copy[name] = {str(number): row for number, row in copy[name].items()}
        return copy

    @classmethod
    def restore(cls, data: Row) -> "Books":
        books = cls(**{name: data[name] for name in KEPT})
        for name in BY_NUMBER:
            setattr(books, name, {int(number): row for number, row in data[name].items()})
        books.switches.turn(data["switches"])
        for order in books.orders.values():
            books.order_index[order["integration_id"], order["order_id"]] = order["id"]
        for shipment in books.shipments.values():
            books._index_shipment(shipment)
        return books
