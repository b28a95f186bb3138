"""The production server as a process of its own: from start to ready, its memory at rest, its file per order."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from webapp.config import ROOT

PATIENCE, TIMES = 60, 5
FOUND = tuple[str, float, str, float]


@contextmanager
def server(folder: Path, **settings: str) -> Iterator[tuple[str, int, float]]:
    """Its address, its process, and the seconds until it was ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environ |= {"DATA_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "ERROR", "SECRET_KEY": "bench"}
    environ |= {"ADMIN_EMAIL": "baas@despaak.example", "ADMIN_PASSWORD": "een lang wachtwoord"} | settings
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "wsgi.py"], cwd=ROOT, env=environ)
    url = f"http://127.0.0.1:{port}"
    try:
        while not _answers(f"{url}/readyz"):
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit("the server does not become ready")
            time.sleep(0.01)
        yield url, process.pid, time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True


def memory(pid: int) -> float:
    """Megabytes that the process holds of its own and shares: what a container is charged for."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _worked(pid: int) -> float:
    """Seconds of processor time until now; unlike the time by the clock, the same on a busy machine."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rows() -> Iterator[FOUND]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with server(folder) as (_, _, seconds):
            yield "first start, which makes the database: until ready", round(seconds, 2), "s", 1.5
        found = []
        for _ in range(TIMES):
            with server(folder) as (url, pid, seconds):
                for path in ("/login", "/static/pakbon.css"):
                    urllib.request.urlopen(url + path, timeout=10).close()
                found.append((seconds, memory(pid), _worked(pid)))
        yield "start: until ready, median", round(median(seconds for seconds, _, _ in found), 2), "s", 1.5
        yield "start: own processor time, least", round(min(worked for _, _, worked in found), 2), "s", 1.5
        yield "memory at rest", round(max(held for _, held, _ in found), 1), "MB", 90


def per_order(folder: Path, orders: int) -> FOUND:
    """What an order with its lines, customer, address and timeline takes of the disk."""
    held = sum(path.stat().st_size for path in folder.glob("pakbon.sqlite3*"))
    return f"with {orders:,} orders: database per order", round(held / orders / 1000, 2), "kB", 15
