"""Every call to the two services under every fault: afterwards the books are as if it had not been.

`FAULTS=all` runs the whole matrix, which takes half an hour; `FAULTS=word` the cells whose line holds that word,
`FAULTS=40` so many at random.
"""

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

from tests.faults.kinds import Endpoint, Fault
from tests.faults.matrix import Matrix, connected
from tests.journeys.world import World
from webapp.config import ROOT

CHOSEN = os.environ.get("FAULTS", "")
SEED = int(os.environ.get("FAULTS_SEED", "6"))
SAMPLE = 9
# Cells that once went wrong.
MENDED = (
    ("first", "/crm/Contacts$", "429 day"),
    ("night", "/api/v3/orders/[^/]+$", "404"),
    ("day", "/api/v3/orders$", "409"),
    ("day", "/api/v3/orders/[^/]+$", "404"),
    ("first", "/SyncTimestamp$", "404"),
)
CLIENTS = ("exact", "exact_fields", "sendcloud")
# The played Exact sends these lines along with their goods delivery; in tests/clients/test_exact.py one does not.
NEVER_MADE = {"salesorder/GoodsDeliveryLines"}


def missing(paths: set[str]) -> set[str]:
    """The addresses in the source of both clients that no cell asks."""
    source = "".join((ROOT / f"webapp/clients/{name}.py").read_text("utf-8") for name in CLIENTS)
    told = {plain(address) for address in re.findall(r'"((?:api/v3|[a-z]+/[A-Z]|read/|sync/)[^"\n]+)', source)}
    assert len(told) > 30
    return told - {plain(path) for path in paths}


def plain(address: str) -> str:
    """An address with its ids left open, without division and key."""
    open_ids = re.sub(r"\\|\[\^/\]\+|\{[^}]*\}", lambda found: "" if found[0] == "\\" else "*", address.strip("^$"))
    bare = re.sub(r"\(.*|\?.*", "", open_ids).strip("/")
    return re.sub(r"^api/v1/(\*|\d+|current)/", "", bare)


def test_whatever_fault_a_call_meets_the_books_come_out_the_same(
    ready: World, as_admin: Callable[[], None], tmp_path: Path
):
    morning = connected(ready, tmp_path)
    ready.synced()
    matrix = Matrix(ready, morning, tmp_path, as_admin)
    cells = list(matrix.cells())
    calls = {endpoint for endpoint, _ in cells}
    assert missing({call.path for call in calls}) == NEVER_MADE
    print(f"{len(calls)} kinds of calls, {len(cells)} cells", flush=True)
    if CHOSEN.isdecimal() or not CHOSEN:
        some = random.Random(SEED).sample(cells, int(CHOSEN or SAMPLE - len(MENDED)))
        cells = some + [cell for cell in cells if not CHOSEN and once_wrong(*cell)]
    elif CHOSEN != "all":
        cells = [cell for cell in cells if CHOSEN in f"{cell[0]} {cell[1].name}"]
    assert cells, "no cell is called that"
    wrong = 0
    for endpoint, fault in cells:
        cell = matrix.run(endpoint, fault)
        wrong += bool(cell.wrong)
        print(cell, flush=True)
    print(f"{len(cells)} cells, {wrong} of them went wrong")
    assert wrong == 0


def once_wrong(endpoint: Endpoint, fault: Fault) -> bool:
    return any(
        (endpoint.situation, fault.name) == (situation, name) and endpoint.path.endswith(path)
        for situation, path, name in MENDED
    )
