"""`python -m tests.crash.runner FOLDER EXACT SENDCLOUD`: passes that die where they are told to.

Reads one line of JSON `{"at": epoch, "kill": n}` per pass. Each pass runs in a process of its own, forked from
this one. At its n-th boundary it kills itself with SIGKILL: nothing is tidied up. Boundaries lie before and after
every call to the two services and every commit, from the push of orders on. 0 kills nowhere. The answer is one
line of JSON: by which signal the pass ended (0 = by itself), how many boundaries it met, and whether another process
was at work so that it did nothing.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import time_machine

from tests import databases
from webapp import clock, config, db
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, SHOP
from webapp.sync import passes
from webapp.vault import vault

FIRST_STEP = 1  # the steps before it only read
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Boundaries:
    """Counts them, and ends the process at one of them."""

    def __init__(self, kill: int) -> None:
        self.kill, self.count, self.on = kill, 0, False

    def pass_one(self) -> None:
        if not self.on:
            return
        self.count += 1
        if self.count == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(
        self, work: Callable[..., Any], applies: Callable[..., bool] = lambda *_, **__: True
    ) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            counts = applies(*args, **kwargs)
            if counts:
                self.pass_one()
            result = work(*args, **kwargs)
            if counts:
                self.pass_one()
            return result

        return wrapped

    def watch(self) -> None:
        database: Any = db.database.obj

        def commits_itself(sql: str, *_: Any, **__: Any) -> bool:
            return not database.in_transaction() and sql.lstrip().startswith(WRITES)

        database.commit = self.around(database.commit)
        database.execute_sql = self.around(database.execute_sql, commits_itself)
        requests.Session.send = self.around(requests.Session.send)  # type: ignore[method-assign]
        first = passes.STEPS[FIRST_STEP]

        def begin(*args: Any) -> None:
            self.on = True
            first(*args)

        passes.STEPS = (*passes.STEPS[:FIRST_STEP], begin, *passes.STEPS[FIRST_STEP + 1 :])  # type: ignore[assignment]


def one_pass(settings: config.Config, at: int, kill: int, services: list[str]) -> dict[str, int]:
    """In the forked process: how many boundaries it met, and whether it found another at work."""
    boundaries = Boundaries(kill)
    with time_machine.travel(at, tick=False) as traveller:

        def sleep(seconds: float) -> None:
            """Waiting moves the time of all three and costs none."""
            traveller.shift(seconds)
            for url in services:
                requests.request("POST", f"{url}/_bench/clock", json={"advance": seconds}, timeout=10)

        clock.sleep = sleep
        db.point_at(settings.database)
        boundaries.watch()
        with db.database.connection_context():
            summary = passes.run(settings, SHOP)
    return {"boundaries": boundaries.count, "busy": int(summary.busy)}


def in_a_process_of_its_own(settings: config.Config, at: int, kill: int, services: list[str]) -> dict[str, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, json.dumps(one_pass(settings, at, kill, services)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        found = json.loads(told.read() or "{}")
    _, status = os.waitpid(child, 0)
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, **found}


def main() -> None:
    folder, *services = sys.argv[1:]
    settings = config.load(
        {
            "DATA_DIR": folder, "SECRET_KEY": "test", **databases.environ(Path(folder)),
            "EXACT_BASE_URL": services[0], "SENDCLOUD_BASE_URL": services[1],
            "EXACT_CLIENT_ID": CLIENT_ID, "EXACT_CLIENT_SECRET": CLIENT_SECRET,
        }
    )  # fmt: skip
    vault.unlock(*settings.secret_keys)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(in_a_process_of_its_own(settings, asked["at"], asked["kill"], services)), flush=True)


if __name__ == "__main__":
    main()
