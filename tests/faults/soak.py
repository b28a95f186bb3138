"""The soak: passes with faults, a merchant at work in Exact and in Sendcloud's panel, processes that end or run two
at a time, and a clock that jumps; then a model says what must be true.

All chance comes from one seed. `steps` tells what was done, for whoever has to find out.
"""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from tests.faults import model
from tests.faults.kinds import FAULTS, Endpoint
from tests.journeys.shipping import Shipping
from tests.journeys.world import BETWEEN, World
from webapp import clock
from webapp.db import database
from webapp.demo.exact.seed import SHOP
from webapp.models import Connection, Delivery, Order, Parcel
from webapp.sync import complete, passes
from webapp.sync.work import Look

PLAIN = (20001, 20002, 20003, 20022, 20026, 20033, 20034, 20035, 20036)
REMARKS = "Graag bellen"
HOUR, DAY = 3600, 86400
QUIET = 30  # passes within which everything must have come to rest
JUMPS = (BETWEEN,) * 8 + (5, 20, HOUR, 7 * HOUR, DAY)
# An hour before the clocks of the Netherlands change.
SPRING, AUTUMN = datetime(2026, 3, 29, 0, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
PATHS = {
    "exact": (
        "", "/salesorder/", "/sync/", "/documents/", "/crm/", "/oauth2/token", "/SalesOrders$", "/GoodsDeliveries",
    ),
    "sendcloud": ("", "/api/v3/orders$", "/create-label-sync$", "/shipments", "/documents/label$"),
}  # fmt: skip


class Soak:
    """`run(passes)`, then `wrong()` is what the model says; empty when all is well."""

    def __init__(self, world: World, as_admin: Callable[[], None], seed: int) -> None:
        self.world, self.shipping, self.as_admin = world, Shipping(world), as_admin
        self.random = random.Random(seed)
        self.numbers = list(PLAIN)
        self.edited: set[int] = set()  # changed by somebody in the panel, who is asked then
        self.by_hand: set[str] = set()  # shipments made in the panel
        self.steps: list[str] = []
        self.shipping.automatic()

    def run(self, count: int) -> None:
        changes = {count // 3: SPRING, 2 * count // 3: AUTUMN}
        for number in range(count):
            if number in changes:
                self._jump_to(changes[number])
            for _ in range(self.random.choice((0, 1, 1, 2))):
                self._somebody()
            if self.random.random() < 0.4:
                self._fault()
            self.world.later(self.random.choice(JUMPS))
            self._pass()
            self._help()

    def wrong(self) -> list[str]:
        """After the faults are lifted and nothing moves any more."""
        self._lift()
        self.steps.append("lifted")
        before: Any = None
        for _ in range(QUIET):
            self._help()
            self.world.sync()
            now = self._rows()
            if now == before and not self.world.stopped():
                break
            before = now
        else:
            return [f"it does not come to rest: {', '.join(model.moving())} {self.world.stopped()}"]
        report = complete.run(self.world.config, SHOP)
        self.world.sync()
        return model.wrong(self.shipping, self.by_hand, self.edited, REMARKS) + (
            [f"the check found {report}"] if report.error else []
        )

    def _rows(self) -> Any:
        rows = Delivery.select(Delivery.id, Delivery.state, Delivery.reason).order_by(Delivery.id).tuples()
        return (*rows, *sorted(self.world.states().items())) if not model.moving() else object()

    # --- time -------------------------------------------------------------------------------------------------

    def _jump_to(self, moment: datetime) -> None:
        self._lift()
        wait = moment.timestamp() - clock.now()
        if wait > 0:
            self.steps.append(f"jump to {moment:%d %B}")
            self.world.later(wait)
        for _ in range(4):  # every half hour across the change
            self._help()
            self.world.sync(after=HOUR / 2)

    # --- passes -----------------------------------------------------------------------------------------------

    def _pass(self) -> None:
        kind = self.random.choice(("plain",) * 6 + ("two", "ended", "night"))
        self.steps.append(f"pass: {kind}")
        if kind == "two":
            self._two_at_once()
        elif kind == "ended":
            beats = iter(range(self.random.randrange(1, 40)))
            passes.run(self.world.config, SHOP, stopping=lambda: next(beats, None) is None)
        elif kind == "night":
            complete.run(self.world.config, SHOP)
            passes.run(self.world.config, SHOP, look=Look.FULL)
        else:
            passes.run(self.world.config, SHOP)

    def _two_at_once(self) -> None:
        def work() -> None:
            with database.connection_context():
                passes.run(self.world.config, SHOP)

        both = [threading.Thread(target=work) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()

    # --- faults -----------------------------------------------------------------------------------------------

    def _fault(self) -> None:
        service = self.random.choice(("exact", "sendcloud"))
        path = self.random.choice(PATHS[service])
        endpoint = Endpoint("soak", service, "*", path)
        fault = self.random.choice([fault for fault in FAULTS if fault.applies(endpoint)])
        times = 1 if fault.kind == "timeout" else self.random.randrange(1, 6)
        self.steps.append(f"{service} {path}: {fault.name}, {times} times")
        fault.on(getattr(self.world, service).bench, endpoint, times)

    def _lift(self) -> None:
        self.world.exact.bench.clear_faults()
        self.world.sendcloud.bench.clear_faults()

    def _help(self) -> None:
        """What only a person can do, who takes some time to see that it is wanted."""
        if Connection.select().where(Connection.state == "reconnect").exists():
            self.world.exact.bench.clear_faults()
            self.steps.append("sign in again")
            self.as_admin()
            self.world.come_in(self.world.admin)
        if self.world.division().sendcloud == "revoked":
            self.world.sendcloud.bench.clear_faults()
            self.steps.append("keys again")
            self.world.connect()

    # --- people -----------------------------------------------------------------------------------------------

    def _somebody(self) -> None:
        number = self.random.choice(self.numbers[-12:])
        actions = (
            self._order_again, self._order_again, self._quantity, self._address, self._approve, self._cancel,
            self._deliver, self._deliver, self._deliver_part, self._label_by_hand, self._cancel_in_panel,
            self._cancel_here, self._edit_in_panel, self._delete_in_panel, self._delete,
        )  # fmt: skip
        action = self.random.choice(actions)
        answer = action(number)
        if answer is not None:
            self.steps.append(f"{action.__name__[1:]} {number}: {answer}")

    def _exact(self, number: int, action: str, **wanted: Any) -> int:
        if not any(row["OrderNumber"] == number for row in model.orders_in_exact(self.shipping)):
            return 0
        answer: requests.Response = self.world.exact.act(number, action, **wanted)
        return answer.status_code

    def _panel(self, path: str, **wanted: Any) -> int:
        answer: requests.Response = self.world.sendcloud.post(f"/_bench/panel/{path}", wanted)
        return answer.status_code

    def _order_again(self, _: int) -> int | None:
        """Of a customer who has one already; people order more than they cancel."""
        there = {row["OrderNumber"]: row for row in model.orders_in_exact(self.shipping)}
        old = self.random.choice([number for number in PLAIN if number in there] or [0])
        if not old:
            return None
        made = self._again(there[old])
        self.numbers.append(made)
        return made

    def _again(self, old: dict[str, Any]) -> int:
        from webapp.demo.exact import trade

        books = self.world.exact.books
        same = "OrderedBy DeliverTo DeliveryAddress OrderedByContactPerson DeliverToContactPerson WarehouseID".split()
        item = next(iter(trade.lines_of(books, SHOP, old["OrderID"])))["Item"]
        with books.lock:
            header = {name: old[name] for name in same} | {"ApprovalStatus": 2}
            lines = [{"Item": item, "Quantity": self.random.randrange(1, 5)}]
            return int(trade.add_order(books, SHOP, header, lines)["OrderNumber"])

    def _quantity(self, number: int) -> int:
        return self._exact(number, "quantity", **{"1": self.random.randrange(1, 10)})

    def _address(self, number: int) -> int:
        return self._exact(number, "address", AddressLine1=f"Kerkstraat {self.random.randrange(1, 99)}")

    def _approve(self, number: int) -> int | None:
        there = {row["OrderNumber"]: row for row in model.orders_in_exact(self.shipping)}
        if number not in there:
            return None
        status = self.random.choice((0, 2, 2, 2))
        with self.world.exact.books.lock:
            self.world.exact.books.update(SHOP, "SalesOrders", there[number]["OrderID"], {"ApprovalStatus": status})
        return status

    def _cancel(self, number: int) -> int | None:
        return self._exact(number, "cancel") if self.random.random() < 0.3 else None

    def _delete(self, number: int) -> int | None:
        return self._exact(number, "delete") if self.random.random() < 0.2 else None

    def _deliver(self, number: int) -> int:
        return self._exact(number, "deliver", Remarks=REMARKS)

    def _deliver_part(self, number: int) -> int:
        return self._exact(number, "deliver", lines={"1": 1}, Remarks=REMARKS)

    def _label_by_hand(self, number: int) -> int:
        answer = self.world.sendcloud.post(f"/_bench/panel/orders/{number}/label", {})
        if answer.ok:
            self.by_hand.add(str(answer.json()["id"]))
        return answer.status_code

    def _cancel_in_panel(self, number: int) -> int | None:
        made = self.shipping.labels(number)
        return self._panel(f"shipments/{made[0]['id']}/cancel") if made else None

    def _cancel_here(self, number: int) -> int | None:
        live = Parcel.select().join(Order).where(Order.number == number, ~Parcel.cancelled).first()
        if live is None:
            return None
        Parcel.update(cancel_asked_at=clock.now(), cancel_by="Sanne").where(Parcel.id == live.id).execute()
        return int(live.parcel)

    def _edit_in_panel(self, number: int) -> int:
        status = self._panel(f"orders/{number}/edit", house_number="77")
        if status < 400:
            self.edited.add(number)
        return status

    def _delete_in_panel(self, number: int) -> int | None:
        if self.random.random() > 0.3:
            return None
        status = self._panel(f"orders/{number}/delete")
        if status < 400:
            self.edited.add(number)
        return status
