"""The crash matrix: a pass is killed at its n-th boundary, others follow until nothing moves, and the books of both
services are compared with those of a pass that nobody killed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.journeys.shipping import Shipping
from tests.journeys.world import Frozen, World
from webapp import clock
from webapp.config import ROOT
from webapp.models import Delivery, Order
from webapp.sync import labels

MOST_PASSES = 12
REMARKS = "Graag bellen"


@dataclass(frozen=True)
class Books:
    """What must come out the same wherever a pass is killed."""

    labels: list[str]  # the order number of each
    items: dict[str, dict[str, int]]
    numbers: list[bool]  # per delivery: it carries the number of its label, and of no other
    remarks: list[tuple[int, int]]  # per delivery: lines, and links of its label
    documents: int
    attachments: list[int]
    files: list[bool]  # per label: its PDF is kept here
    incoming: dict[str, dict[str, int]]
    deliveries: list[str]
    orders: dict[int, str]


class Matrix:
    """`run(n)` is what stands in the books after a pass was killed at boundary n; `clean` without any kill."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.shipping = world, Shipping(world)
        self.keys = self._situation()
        self.start: Frozen = world.freeze(folder / "crash.sqlite3")
        services = [world.exact.exact.url, world.sendcloud.server.url]
        command = [sys.executable, "-m", "tests.crash.runner", str(world.config.data_dir), *services]
        self.processes = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]

    def _situation(self) -> list[str]:
        """A new order, a changed one, and three deliveries: a whole one, a part, and one labelled in the panel."""
        self.world.approve(20004)
        self.world.change_quantity(20002, 4)
        self.shipping.automatic()
        whole = self.shipping.deliver(20001, Remarks=REMARKS)
        part = self.shipping.deliver(20003, {2: 1}, Remarks=REMARKS)
        by_hand = self.shipping.deliver(20012, Remarks=REMARKS)
        self.shipping.label_in_panel(20012)
        return [whole, part, by_hand]

    def close(self) -> None:
        for process in self.processes:
            process.communicate(timeout=30)

    def _back(self) -> None:
        self.world.thaw(self.start)
        self.world.exact.exact.limits.reset()
        self.world.sendcloud.app.extensions["sendcloud"]["limits"].clear()
        for name in self.world.config.data_dir.glob("labels/*/*"):
            name.unlink()

    def _pass(self, kill: int = 0, after: float = 150) -> dict[str, int]:
        self.world.later(after)
        self._ask(0, kill)
        told = self._told(0)
        self._catch_up()
        return told

    def _ask(self, number: int, kill: int = 0) -> None:
        process = self.processes[number]
        assert process.stdin
        process.stdin.write(json.dumps({"at": clock.now(), "kill": kill}) + "\n")
        process.stdin.flush()

    def _told(self, number: int) -> dict[str, int]:
        process = self.processes[number]
        assert process.stdout
        told: dict[str, int] = json.loads(process.stdout.readline())
        return told

    def _catch_up(self) -> None:
        """The pass may have waited, and moved the services' clocks with it."""
        services = (self.world.exact.clock, self.world.sendcloud.clock)
        ahead = max(service.now() for service in services) - datetime.now(UTC)
        self.world.later(max(0.0, ahead.total_seconds()))
        for service in services:
            service.set(datetime.now(UTC))

    def boundaries(self) -> int:
        """How many an undisturbed pass meets."""
        self._back()
        return self._pass()["boundaries"]

    def run(self, kill: int) -> Books:
        """The books in the end; a kill that did not happen is an error, 0 is none."""
        self._back()
        told = self._pass(kill)
        assert bool(told["signal"]) == bool(kill), f"boundary {kill}: the pass was not killed there"
        again = self._pass(after=5)  # started again at once
        assert not again["busy"], f"boundary {kill}: who was killed still holds the division"
        return self._settled()

    def two_at_once(self) -> Books:
        """The books after two processes began a pass at the same moment."""
        self._back()
        self.world.later(150)
        for number in (0, 1):
            self._ask(number)
        for number in (0, 1):
            assert self._told(number)["signal"] == 0
        self._catch_up()
        return self._settled()

    def _settled(self) -> Books:
        """The books when nothing moves any more."""
        for _ in range(MOST_PASSES):
            before = self._rows()
            self._pass()
            if self._rows() == before:
                break
        return self._books()

    def _rows(self) -> list[tuple[Any, ...]]:
        rows = Delivery.select(Delivery.state, Delivery.due_at).order_by(Delivery.id).tuples()
        return [*rows, *Order.select(Order.state, Order.due_at).order_by(Order.id).tuples()]

    def _books(self) -> Books:
        made = list(self.world.sendcloud.books.shipments.values())
        stands = [self.shipping.in_exact(key) for key in self.keys]
        rows = [Delivery.get(Delivery.guid == key) for key in self.keys]
        parcels = [list(row.parcels) for row in rows]
        standing = self.shipping.standing()
        return Books(
            labels=sorted(label["order_number"] for label in made),
            items={
                label["order_number"]: {item["sku"]: item["quantity"] for item in label["parcels"][0]["parcel_items"]}
                for label in made
            },
            numbers=[
                [parcel.tracking_number for parcel in own] == [row["TrackingNumber"]]
                for own, row in zip(parcels, stands, strict=True)
            ],
            remarks=[
                (len(row["Remarks"].split("\n")), row["Remarks"].count(f"code={row['TrackingNumber']}"))
                for row in stands
            ],
            documents=len(self.shipping.documents()),
            attachments=[len(self.shipping.attachments(row["Document"])) for row in stands],
            files=[
                labels.read(self.world.config, parcel.division, parcel) is not None
                for own in parcels
                for parcel in own
            ],
            incoming={number: standing.get(number, {}) for number in ("20001", "20002", "20003", "20004", "20012")},
            deliveries=[row.state for row in rows],
            orders={number: self.world.state(number)[0] for number in (20001, 20002, 20003, 20004, 20012)},
        )


@contextmanager
def matrix(world: World, folder: Path) -> Iterator[Matrix]:
    found = Matrix(world, folder)
    try:
        yield found
    finally:
        found.close()


WANTED = {
    "numbers": [True] * 3,
    "remarks": [(2, 1)] * 3,
    "documents": 3,
    "attachments": [1] * 3,
    "files": [True] * 3,
    "deliveries": ["written"] * 3,
    "orders": {20001: "shipped", 20002: "incoming", 20003: "incoming", 20004: "incoming", 20012: "shipped"},
    "incoming": {
        "20001": {},
        "20002": {"HELM-04": 4},
        "20003": {"BEL-01": 1, "BAND-03": 1},
        "20004": {"TAS-05": 1},
        "20012": {},
    },
}
