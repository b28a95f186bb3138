"""`python -m tests.bench.divisions`: an accountant's Pakbon with a hundred divisions, each with its own integration.

Both services run in a process of their own; the passes of all divisions are made here, one after the other, as a
worker makes them. What it takes is the time of the clock on the wall, with the played services' own time in it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.bench.played import CALLBACK
from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, MERCHANT_EMAIL, SHOP, seed_master_data
from webapp.demo.exact.volume import seed_volume
from webapp.demo.kit import Bench, Clock, Server
from webapp.demo.sendcloud import create_sendcloud, seeded
from webapp.demo.sendcloud.seed import FIRST

DIVISIONS, ORDERS = 100, 20
CODES = range(SHOP, SHOP + DIVISIONS)


def played() -> None:
    """Both services, until the input ends."""
    now = datetime.now(UTC)
    books = Books(Clock(now))
    books.add_app(CLIENT_ID, CLIENT_SECRET, CALLBACK, allow_local=True)
    for code in CODES:
        books.add_division(code, f"Klant {code}", premium=True, Country="NL")
        seed_master_data(books, code)
        seed_volume(books, code, ORDERS, 2, 10, 20)
    books.add_user("Sanne de Vries", MERCHANT_EMAIL, list(CODES))
    clock = Clock(now)
    shops = seeded(clock)
    for code in CODES:
        shops.integrations[code] = {
            **shops.integrations[FIRST], "id": code, "public_key": f"public-{code}", "secret_key": f"secret-{code}",
        }  # fmt: skip
    sendcloud = Server(Bench(create_sendcloud(shops, clock, send_webhooks=False), clock, name="sendcloud"))
    with Exact(books) as exact, sendcloud:
        print(json.dumps({"exact": exact.url, "sendcloud": sendcloud.url}), flush=True)
        sys.stdin.read()


@dataclass(frozen=True)
class Round:
    """One pass of every division: seconds it took, orders that stand in Incoming orders, passes that failed."""

    seconds: float
    incoming: int
    failed: int


def rounds(start: Callable[..., Any], answered: Callable[..., dict[str, Any]]) -> tuple[Round, Round]:
    """The first round, which reads and sends everything, and one in which nothing is new."""
    process = start("tests.bench.divisions", "played")
    try:
        services = answered(process)
        with tempfile.TemporaryDirectory() as folder:
            environ = os.environ | {
                "DATA_DIR": folder, "SECRET_KEY": "bench", "LOG_LEVEL": "ERROR", "EXACT_BASE_URL": services["exact"],
                "SENDCLOUD_BASE_URL": services["sendcloud"], "EXACT_CLIENT_ID": CLIENT_ID,
                "EXACT_CLIENT_SECRET": CLIENT_SECRET,
            }  # fmt: skip
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.divisions"], env=environ, check=True, stdout=subprocess.PIPE
            )
            first, quiet = json.loads(done.stdout.splitlines()[-1])
            return Round(**first), Round(**quiet)
    finally:
        process.communicate(timeout=60)


def pakbon() -> None:
    """Connect everything, make two rounds and tell of them."""
    import wsgi
    from tests.bench.shop import sign_in
    from webapp.db import database
    from webapp.models import Division, Order, User
    from webapp.sync import connect, passes

    config = wsgi.app.extensions["pakbon"]

    def made() -> dict[str, float]:
        began = time.monotonic()
        failed = sum(bool(passes.run(config, code).error) for code in CODES)
        seconds = round(time.monotonic() - began, 1)
        return {
            "seconds": seconds,
            "incoming": Order.select().where(Order.state == "incoming").count(),
            "failed": failed,
        }

    with database.connection_context():
        admin = User.create(kind="local", role="admin", email="kantoor@bakker.example")
        sign_in(config, os.environ["EXACT_BASE_URL"], admin)
        for code in CODES:
            division = Division.get(Division.code == code)
            connect.connect(config, division, f"public-{code}", f"secret-{code}", preview=False, actor="")
        print(json.dumps([made(), made()]))


if __name__ == "__main__":
    played() if sys.argv[1:] else pakbon()
