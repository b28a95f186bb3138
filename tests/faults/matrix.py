"""The fault matrix: one kind of call meets one fault for some passes, the fault is lifted, passes follow until
nothing moves, and the books of both services are compared with those of a run that met no fault.

The calls are those of the undisturbed run, none is typed by hand.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import situations
from tests.faults.books import books, differences, untrue
from tests.faults.kinds import FAULTS, Endpoint, Fault
from tests.faults.situations import Situation
from tests.journeys.shipping import Shipping
from tests.journeys.world import BETWEEN, World, words_of
from webapp import clock
from webapp.clients import exact_oauth, http
from webapp.clients.budget import DAY, ERRORS_ALLOWED, HOUR
from webapp.demo.exact.seed import SHOP
from webapp.demo.kit import Bench
from webapp.models import Connection, Order, Parcel
from webapp.security import limiter
from webapp.sync import asks, deliveries
from webapp.sync.states import DeliveryState, OrderState

DISTURBED = 3  # passes under the fault: two failures in a row are told to nobody
MOST_PASSES = 12
RARE = ("again", "large")
SHORT = 1.0  # seconds that Pakbon waits for an answer that does not come
ASKED_BY_HAND = "/current/Me"  # who signs in is asked for each time: until then nobody knows whose day is used up
TRIES = 3  # of one call that a minute's limit refuses
HELD_AGAINST_US = (400, 401, 403, 404)
UNSETTLED = (DeliveryState.DUE, DeliveryState.LABELLING, DeliveryState.LABELLED, DeliveryState.PROBLEM)
ID = re.compile(r"^(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32})$")


@dataclass
class Cell:
    """What became of one call under one fault."""

    endpoint: Endpoint
    fault: Fault
    wrong: list[str] = field(default_factory=list)
    by_hand: bool = False  # a person had to press retry

    @property
    def shown(self) -> str:
        return "; ".join(self.wrong) or ("ok, retried by hand" if self.by_hand else "ok")

    def __str__(self) -> str:
        return f"{self.endpoint!s:70} {self.fault.name:12} {self.shown}"


class Matrix:
    """`cells()` are all there are; `run(endpoint, fault)` brings one about."""

    def __init__(self, world: World, ready: Situation, folder: Path, as_admin: Callable[[], None]) -> None:
        self.world, self.shipping, self.as_admin = world, Shipping(world), as_admin
        self.situations = {ready.name: ready}
        imported = world.freeze(folder / "imported.sqlite3")
        for name, prepare, step, jobs in (
            ("day", situations.day, situations.passing(self.shipping), 1),
            ("night", situations.night, situations.checking(self.shipping), 3),
            ("again", situations.again, situations.entering(self.shipping), 3),
        ):
            world.thaw(imported)
            self._forget()
            prepare(self.shipping)
            self.situations[name] = Situation(name, world.freeze(folder / f"{name}.sqlite3"), step, jobs)
        self.situations["large"] = Situation("large", ready.start, situations.in_bulk(self.shipping))
        self.clean: dict[str, dict[str, Any]] = {}
        self.calls: dict[Endpoint, int] = {}
        for situation in self.situations.values():
            self._undisturbed(situation)

    # --- the undisturbed run ----------------------------------------------------------------------------------

    def _undisturbed(self, situation: Situation) -> None:
        self._back(situation)
        for _ in range(MOST_PASSES):
            before = books(self.shipping)
            self.world.later(BETWEEN)
            situation.step()
            self.clean[situation.name] = books(self.shipping)
            if self.clean[situation.name] == before:
                break
        for service, bench in self._benches().items():
            for asked in bench.requests:
                if asked["query"].startswith("page_size=100") and asked["path"] == "/api/v3/orders":
                    continue  # that was we ourselves, looking
                endpoint = Endpoint(situation.name, service, asked["method"], pattern(asked["path"]))
                self.calls[endpoint] = self.calls.get(endpoint, 0) + 1

    def _benches(self) -> dict[str, Bench]:
        return {"exact": self.world.exact.bench, "sendcloud": self.world.sendcloud.bench}

    def cells(self) -> Iterator[tuple[Endpoint, Fault]]:
        """Of the rare days only the calls that no other day makes."""
        elsewhere = {(call.method, call.path) for call in self.calls if call.situation not in RARE}
        for endpoint in sorted(self.calls):
            if endpoint.situation in RARE and (endpoint.method, endpoint.path) in elsewhere:
                continue
            yield from ((endpoint, fault) for fault in FAULTS if fault.applies(endpoint))

    # --- one cell ---------------------------------------------------------------------------------------------

    def run(self, endpoint: Endpoint, fault: Fault) -> Cell:
        cell, situation = Cell(endpoint, fault), self.situations[endpoint.situation]
        self._back(situation)
        bench = self._benches()[endpoint.service]
        fault.on(bench, endpoint)
        patience = http.TIMEOUT, exact_oauth.TIMEOUT
        if fault.kind == "timeout":
            http.TIMEOUT = exact_oauth.TIMEOUT = (SHORT, SHORT)  # type: ignore[assignment]
        try:
            self._disturbed(cell, situation, bench)
        finally:
            http.TIMEOUT, exact_oauth.TIMEOUT = patience
            bench.clear_faults()
        self._lifted(cell, situation)
        return cell

    def _back(self, situation: Situation) -> None:
        self.world.thaw(situation.start)
        self._forget()
        self.as_admin()

    def _forget(self) -> None:
        """What the two services, the disk and the limits of our own pages know beside the books: each cell begins at
        the same moment, and would find the attempts of all before it."""
        limiter.reset()
        self.world.exact.exact.limits.reset()
        self.world.sendcloud.app.extensions["sendcloud"]["limits"].clear()
        for bench in self._benches().values():
            bench.clear_faults()
            bench.clear_requests()
        for name in self.world.config.data_dir.glob("labels/*/*"):
            name.unlink()

    def _disturbed(self, cell: Cell, situation: Situation, bench: Bench) -> None:
        """Passes at the scheduler's pace; where it would wait for the next day, somebody presses the button."""
        for _ in range(DISTURBED):
            due = self.world.division().due_at or 0
            wait = due - self.world.exact.clock.now().timestamp()
            self.world.later(min(max(BETWEEN, wait), HOUR))
            before = self._met(cell, bench)
            situation.step()
            met = self._met(cell, bench) - before
            self._waste(cell, met, situation.jobs)
        once = DISTURBED if ASKED_BY_HAND in cell.endpoint.path else 1
        if cell.fault.for_the_day and self._met(cell, bench) > once:
            cell.wrong.append(f"asked {self._met(cell, bench)} times on a day that is used up")
        self._held_against_us(cell, bench)
        bench.clear_faults()  # we look through the same doors
        found = books(self.shipping)
        cell.wrong += untrue(self.shipping, found)
        self._told(cell, found)

    def _met(self, cell: Cell, bench: Bench) -> int:
        return sum(asked["fault"] is not None for asked in bench.requests)

    def _waste(self, cell: Cell, met: int, jobs: int) -> None:
        """A step asks no more often than an undisturbed one, but for the tries at a minute's limit."""
        most = max(2 * jobs, self.calls[cell.endpoint]) * (TRIES if cell.fault.name == "429 minute" else 1)
        if met > most:
            cell.wrong.append(f"asked {met} times in one step")

    def _held_against_us(self, cell: Cell, bench: Bench) -> None:
        """Exact blocks the key at the eleventh refusal within an hour on one endpoint."""
        status = cell.fault.kind == "status" and cell.fault.status in HELD_AGAINST_US
        if not status or cell.endpoint.service != "exact" or cell.endpoint.token:
            return
        times = [asked["at"] for asked in bench.requests if asked["fault"]]
        if len(times) > ERRORS_ALLOWED * DISTURBED:
            cell.wrong.append(f"{len(times)} refusals on one endpoint")

    def _told(self, cell: Cell, found: dict[str, Any]) -> None:
        """Where the work is not done, the page says so; what it says of the division stands there in words."""
        stopped = self.world.stopped()
        if stopped and stopped not in words_of(self.world.admin.get(f"/divisions/{SHOP}/").text):
            cell.wrong.append(f"“{stopped}” is not on the page")
        open_rows = any(state in UNSETTLED for state, _ in found["deliveries"].values())
        open_rows |= any(state in (OrderState.DUE, OrderState.PROBLEM) for state, _ in found["orders"].values())
        revoked = self.world.division().sendcloud == "revoked"
        if not (stopped or open_rows or revoked) and differences(self.clean[cell.endpoint.situation], found):
            cell.wrong.append("nothing is said of what is not done")

    # --- afterwards -------------------------------------------------------------------------------------------

    def _lifted(self, cell: Cell, situation: Situation) -> None:
        self.world.later(DAY if cell.fault.for_the_day else HOUR)
        self._connected_again()
        clean = self.clean[situation.name]
        left = self._settled(situation, clean)
        if left and self._pressed_retry(clean):
            cell.by_hand = True
            left = self._settled(situation, clean)
        cell.wrong += left
        if stopped := self.world.stopped():
            cell.wrong.append(f"still says: {stopped}")

    def _connected_again(self) -> None:
        """What only a person can do: sign in anew, paste the keys anew."""
        if Connection.select().where(Connection.state == "reconnect").exists():
            assert self.world.come_in(self.world.admin).status_code == 303
        if self.world.division().sendcloud == "revoked":
            self.world.connect()

    def _pressed_retry(self, clean: dict[str, Any]) -> bool:
        pressed = [
            order
            for order in Order.select().where(Order.division == self.world.division())
            if order.state == OrderState.PROBLEM and clean["orders"].get(order.number, ("",))[0] != "problem"
        ]
        pressed += [
            order
            for order in Order.select().where(Order.division == self.world.division())
            if deliveries.without_document(order) and order not in pressed
        ]
        for order in pressed:
            asks.retry(order, "Sanne")
        return self._cancelled_again(clean) or bool(pressed)

    def _cancelled_again(self, clean: dict[str, Any]) -> bool:
        """A cancellation that was refused is told, and wished for anew."""
        wished = [name for name, gone, _ in clean["labels"] if gone]
        left = Parcel.update(cancel_asked_at=clock.now(), cancel_by="Sanne")
        return bool(left.where(Parcel.order_number.in_(wished), ~Parcel.cancelled).execute())

    def _settled(self, situation: Situation, clean: dict[str, Any]) -> list[str]:
        """How the books differ once nothing moves any more; and they must stay as they are."""
        before: dict[str, Any] = {}
        for _ in range(MOST_PASSES):
            self.world.later(BETWEEN)
            situation.step()
            found = books(self.shipping)
            if found == clean == before:
                return []
            before = found
        return differences(clean, before)


def pattern(path: str) -> str:
    """The path of a call with its ids left open."""
    keyless = re.sub(r"\(guid'[^']*'\)$", "(…)", path)
    parts = [
        "[^/]+" if ID.match(part) and part != str(SHOP) else re.escape(part).replace("…", ".*")
        for part in keyless.split("/")
    ]
    return f"^{'/'.join(parts)}$"


def connected(world: World, folder: Path) -> Situation:
    """The morning of the first import."""
    frozen = world.freeze(folder / "ready.sqlite3")
    return Situation("first", frozen, situations.passing(Shipping(world)))
