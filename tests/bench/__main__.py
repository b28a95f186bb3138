"""`python -m tests.bench`: what Pakbon costs, counted at the played services and measured in its own process.

Prints a table and writes `bench-results.json`; ends with 1 when a target is missed. Time that Pakbon waits for
the services' limits passes at once, so that an import of three hours takes a minute. Times and memory stand beside a
baseline of the same run (see yardstick).
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests

from tests.bench import crash, crowd, day, faults, pages, yardstick
from tests.bench import divisions as hundred
from tests.bench import start as start_up
from tests.bench.counting import Spent
from webapp.config import ROOT
from webapp.demo.exact.seed import SHOP

RESULTS, IMAGE_RESULTS = ROOT / "bench-results.json", ROOT / "image-results.json"
INTERVAL = 120  # seconds between passes
FUZZED = 4  # tests in tests/security/test_fuzz.py that share the examples
ANSWERS = 500  # crooked answers, each with a pass around it
QUIET_PASSES = 32  # enough for each kind of look that is not taken at every pass
CHANGED = 50
SOAKED, SOAKS = 500, range(1, 7)


@dataclass(frozen=True)
class Row:
    """One result. `target` is the most it may be, `baseline` the same of something bare, in the same run and unit."""

    name: str
    value: float
    unit: str
    target: float
    baseline: float | None = None

    @property
    def ok(self) -> bool:
        return self.value <= self.target

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.baseline, 2) if self.baseline else None


class Shop:
    """Pakbon in a process of its own, between the two services in another."""

    def __init__(self, services: dict[str, str], folder: Path) -> None:
        self.services, self.folder = services, folder
        self.process = start("tests.bench.shop", str(folder), services["exact"], services["sendcloud"])

    def say(self, words: str) -> dict[str, Any]:
        return answered(self.process, words)

    def start_again(self) -> None:
        """A new process, whose memory begins anew."""
        stop(self.process)
        self.process = start("tests.bench.shop", str(self.folder), self.services["exact"], self.services["sendcloud"])

    def passed(self, seconds: float = 0) -> tuple[dict[str, Any], Spent]:
        """A pass so many seconds later, and what it cost."""
        for url in self.services.values():
            requests.delete(f"{url}/_bench/requests", timeout=30)
        done = self.say(f"pass {seconds}")
        assert done["error"] == "", done
        exact, sendcloud = (
            requests.get(f"{url}/_bench/requests", timeout=60).json() for url in self.services.values()
        )
        return done, Spent.of(exact, sendcloud)

    def change(self, numbers: range, quantity: int) -> None:
        """Somebody in Exact changes a quantity on each of these orders."""
        for number in numbers:
            url = f"{self.services['exact']}/_bench/orders/{SHOP}/{number}/quantity"
            requests.post(url, json={"1": quantity}, timeout=30).raise_for_status()


def start(module: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *words]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def stop(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=60)


def answered(process: subprocess.Popen[str], words: str = "") -> dict[str, Any]:
    """The next line of JSON, after these words."""
    assert process.stdin and process.stdout
    if words:
        process.stdin.write(f"{words}\n")
        process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"the process ended with {process.wait()}; see the lines above")
    found: dict[str, Any] = json.loads(line)
    return found


@contextmanager
def a_shop(orders: int) -> Iterator[Shop]:
    played = start("tests.bench.played", str(orders))
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(answered(played), Path(folder))
        try:
            shop.say("connect")
            yield shop
        finally:
            stop(shop.process)
            stop(played)


# --- what is measured ----------------------------------------------------------------------------------------


def first_import(shop: Shop, orders: int, exact_calls: int, pushes: int, memory: int = 150) -> Iterator[Row]:
    done, spent = shop.passed()
    assert done["incoming"] == orders, done
    name = f"first import of {orders:,} orders"
    yield Row(f"{name}: Exact calls", spent.exact, "calls", exact_calls)
    yield Row(f"{name}: Exact calls per order", round(spent.exact / orders, 4), "calls", exact_calls / orders)
    fastest = spent.exact / 60  # Exact allows a call a second
    yield Row(
        f"{name}: time, with all waiting for limits",
        round(done["seconds"] / 60, 1),
        "min",
        2 * fastest + 3,
        round(fastest, 1),
    )
    yield Row(f"{name}: Exact calls in one minute", spent.most_a_minute, "calls", 60)
    yield Row(f"{name}: Sendcloud order calls", spent.orders, "calls", pushes)
    yield Row(f"{name}: calls refused", spent.refused, "calls", 0)
    cpu = round(1000 * done["cpu"] / orders, 2)
    yield Row(f"{name}: own processor time per order", cpu, "ms", 3, round(yardstick.json_record(), 2))
    yield Row(f"{name}: peak memory", round(done["memory"], 1), "MB", memory, round(yardstick.bare_server()[0], 1))


def quiet_passes(shop: Shop) -> Iterator[Row]:
    passes = [shop.passed(INTERVAL)[1] for _ in range(QUIET_PASSES)]
    yield Row("pass with nothing new: Exact calls, at most", max(spent.exact for spent in passes), "calls", 2)
    yield Row("pass with nothing new: Sendcloud calls, at most", max(spent.sendcloud for spent in passes), "calls", 1)


def changed_orders(shop: Shop) -> Iterator[Row]:
    """Soon after they were read, and the next day, when all that belongs to them is read again with them."""
    for name, seconds, quantity in (("", INTERVAL, 7), (", a day later", 86_400, 8)):
        shop.passed(seconds)
        shop.change(range(100_001, 100_001 + CHANGED), quantity)
        done, spent = shop.passed(INTERVAL)
        assert done["pushed"] == CHANGED, done
        yield Row(f"{CHANGED} changed orders{name}: Exact calls", spent.exact, "calls", 12)


def memory(shop: Shop, orders: int) -> Iterator[Row]:
    shop.start_again()
    shop.change(range(100_051, 100_051 + CHANGED), 9)
    shop.passed(INTERVAL)
    found = shop.say("page")
    name = f"with {orders:,} orders in the database"
    bare = round(yardstick.bare_server()[0], 1)
    yield Row(f"{name}: peak memory of a pass and the dashboard", round(found["memory"], 1), "MB", 150, bare)


def starting() -> Iterator[Row]:
    memory, seconds = yardstick.bare_server()
    bare = {"MB": round(memory, 1), "s": round(seconds, 2)}
    for name, value, unit, target in start_up.rows():
        yield Row(name, value, unit, target, bare[unit])


def image() -> Iterator[Row]:
    """What `make image-check` found of the image, if it was run here; it needs root and tools of its own."""
    if not IMAGE_RESULTS.exists():
        print("(the image: run make image-check first)", flush=True)
        return
    for row in json.loads(IMAGE_RESULTS.read_text(encoding="utf-8")):
        yield Row(**row)


def small() -> Iterator[Row]:
    with a_shop(1_000) as shop:
        yield from first_import(shop, 1_000, 100, 10)
        yield Row(*start_up.per_order(shop.folder, 1_000))
        yield from quiet_passes(shop)
        yield from changed_orders(shop)


def large() -> Iterator[Row]:
    with a_shop(10_000) as shop:
        yield from first_import(shop, 10_000, 700, 100)
        yield Row(*start_up.per_order(shop.folder, 10_000))
        yield from memory(shop, 10_000)


def huge() -> Iterator[Row]:
    """What an order costs when there are a hundred thousand of them: the same as when there are few."""
    with a_shop(100_000) as shop:
        # An import keeps the ids of what it has read already: some 0.3 kB an order.
        yield from first_import(shop, 100_000, 7_000, 1_000, memory=200)
        yield Row(*start_up.per_order(shop.folder, 100_000))


def deliveries() -> Iterator[Row]:
    due, exact, sendcloud, seconds = crash.many_deliveries()
    yield Row(f"{due} deliveries due at once: Exact calls (3 writes each)", exact, "calls", 4 * due)
    yield Row(f"{due} deliveries due at once: Sendcloud calls", sendcloud, "calls", 3 * due)
    least = round(3 * due / 60, 1)  # three writes each, at the most that Exact allows
    yield Row(
        f"{due} deliveries due at once: time, with all waiting for limits",
        round(seconds / 60, 1),
        "min",
        3 * least,
        least,
    )


def divisions() -> Iterator[Row]:
    first, quiet = hundred.rounds(start, answered)
    name = f"{hundred.DIVISIONS} divisions"
    yield Row(f"{name}: first round, {first.incoming:,} orders sent", first.seconds, "s", 600)
    yield Row(f"{name}: round with nothing new", quiet.seconds, "s", INTERVAL)
    yield Row(f"{name}: passes that failed", first.failed + quiet.failed, "passes", 0)


def kills() -> Iterator[Row]:
    points, wrong = crash.killed_everywhere()
    yield Row(f"killed at {points} points: books that came out differently", wrong, "books", 0)


def fault_matrix() -> Iterator[Row]:
    cells, wrong = faults.matrix()
    yield Row(f"{cells} calls under a fault: cells that went wrong", wrong, "cells", 0)


def soak() -> Iterator[Row]:
    for seed in SOAKS:
        passes, wrong = faults.soak(SOAKED, seed)
        yield Row(f"soak of {passes:,} passes, seed {seed}: what is not as it must be", wrong, "things", 0)


def screens() -> Iterator[Row]:
    for found in pages.rows(answered, start):
        yield Row(*found)


def many_at_once() -> Iterator[Row]:
    for found in crowd.rows(start, answered):
        yield Row(*found)


def a_day() -> Iterator[Row]:
    exact, minute, renewed, sendcloud = day.whole()
    name = "a day of 2,000 orders and 500 deliveries"
    yield Row(f"{name}: Exact calls", exact, "calls", 5000)
    yield Row(f"{name}: Exact calls in one minute", minute, "calls", 60)
    yield Row(f"{name}: renewals of tokens", renewed, "calls", 200)
    yield Row(f"{name}: Sendcloud calls", sendcloud, "calls", 5000)


def fuzz() -> Iterator[Row]:
    """Anything in every form, every address and both webhooks; what was found stands above the table's line."""
    each = int(os.environ.get("FUZZ_EXAMPLES", "100000")) // FUZZED
    yield Row(f"fuzzed with {FUZZED * each:,} examples: 0 means that nothing was found", tried("fuzz", each), "", 0)
    found = tried("fuzz_answers", min(each, ANSWERS))
    yield Row(
        f"{min(each, ANSWERS):,} crooked answers of both services: 0 means that nothing was found", found, "", 0
    )


def tried(name: str, examples: int) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "--numprocesses", "auto", f"tests/security/test_{name}.py"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "FUZZ_EXAMPLES": str(examples)}, check=False
    ).returncode


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "start": starting,
    "image": image,
    "small": small,
    "large": large,
    "huge": huge,
    "deliveries": deliveries,
    "divisions": divisions,
    "kills": kills,
    "faults": fault_matrix,
    "soak": soak,
    "day": a_day,
    "pages": screens,
    "crowd": many_at_once,
    "fuzz": fuzz,
}


# --- what is told --------------------------------------------------------------------------------------------


def machine() -> dict[str, Any]:
    """Where it was measured, and what."""
    read = {path: Path(path).read_text(encoding="utf-8") for path in ("/proc/cpuinfo", "/proc/meminfo")}
    model = re.search(r"model name\s*: (.+)", read["/proc/cpuinfo"])
    memory = re.search(r"MemTotal:\s*(\d+)", read["/proc/meminfo"])
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return {
        "cores": os.cpu_count(),
        "processor": model[1] if model else platform.machine(),
        "memory": f"{int(memory[1]) / 1e6:.0f} GB" if memory else "",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "commit": subprocess.run(asked, cwd=ROOT, capture_output=True, text=True).stdout.strip(),
    }


def main(chosen: list[str]) -> int:
    rows = []
    print(f"{'':66}{'value':>10} {'':6}{'target':>8} {'baseline':>9} {'ratio':>6}")
    for name in chosen or PARTS:
        for row in PARTS[name]():
            rows.append(row)
            beside = f"{row.baseline:>9,} {row.ratio:>6}" if row.baseline else f"{'':16}"
            value = f"{row.value:>10,} {row.unit:6}{round(row.target, 2):>8,}"
            print(f"{row.name:66}{value} {beside} {'ok' if row.ok else 'MISSED'}", flush=True)
    found = machine()
    print(", ".join(f"{name} {value}" for name, value in found.items()))
    results = [asdict(row) | {"ratio": row.ratio, "ok": row.ok} for row in rows]
    RESULTS.write_text(json.dumps({"machine": found, "results": results}, indent=2) + "\n", encoding="utf-8")
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
