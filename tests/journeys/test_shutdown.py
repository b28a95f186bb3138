"""The real process is told to end in the middle of a pass: it leaves soon, at a safe place, and nothing is lost."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.journeys.test_two_processes import ALL, ended, start, today  # noqa: F401
from tests.journeys.world import World, settings
from webapp import clock, db, leases
from webapp.config import ROOT
from webapp.demo.exact.seed import SHOP

PATIENCE = 60


def until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def serving(world: World, port: int) -> subprocess.Popen[str]:
    """`python wsgi.py` with its scheduler, as the container runs it."""
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    environ |= settings(world.exact, world.sendcloud)
    environ |= {"DATA_DIR": str(world.config.data_dir), "SECRET_KEY": "test", "PORT": str(port)}
    environ |= {"LOG_FORMAT": "json", "PUBLIC_URL": world.config.public_url}
    command = [sys.executable, "wsgi.py"]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def slowly(world: World, place: str) -> None:
    """Exact takes its time for this, so that the signal comes while the call is under way."""
    answer = world.exact.bench.app

    def later(environ: dict[str, Any], start_response: Callable) -> Any:
        if place in environ["PATH_INFO"]:
            time.sleep(1.5)
        return answer(environ, start_response)

    world.exact.bench.app = later


def test_a_process_that_is_told_to_end_leaves_the_pass_between_two_calls(today: World):  # noqa: F811
    place = "/crm/Addresses"
    slowly(today, place)
    process = serving(today, free_port())
    try:
        until(lambda: today.exact.bench.count("GET", place))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE)
        took = time.monotonic() - began
    finally:
        process.kill()
    assert process.returncode == 0, log
    assert took < 8
    beside = today.config.database_path.with_name("pakbon.sqlite3-wal")
    assert not beside.exists() or beside.stat().st_size == 0  # whoever copies the file has all of it
    asked = len(today.exact.bench.requests) + len(today.sendcloud.bench.requests)
    lines = [json.loads(line) for line in log.splitlines()]
    assert not [line for line in lines if line["level"] in ("ERROR", "CRITICAL") or "exception" in line]
    with db.database.connection_context():
        division = today.division()
        assert leases.holder(f"pass:{SHOP}") == "" and division.due_at <= clock.now() and division.failures == 0
    assert today.sendcloud.bench.count("POST", "/orders$") == 0
    found = ended(start(today, "sync", "--json"))
    assert (found["pushed"], found["error"]) == (ALL, "")
    assert len(today.exact.bench.requests) + len(today.sendcloud.bench.requests) > asked
    assert today.sendcloud.bench.count("POST", "/orders$") == 1
