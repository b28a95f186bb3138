"""`make demo` itself: three processes that start together, use nothing of the merchant's, and end together."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from webapp.config import KEPT_KEY

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def three_free_ports() -> int:
    """Each test process begins elsewhere, so that two of them do not take the same."""
    for port in range(21000 + os.getpid() % 2000 * 3, 32000, 3):
        try:
            for number in range(port, port + 3):
                socket.create_server(("127.0.0.1", number)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no three ports in a row are free")


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def started(folder: Path, **environ: str) -> Iterator[subprocess.Popen]:
    """The demo, ended by Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.demo"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "DEMO_DIR": str(folder), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    late = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
    late.start()
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()
        late.cancel()


def test_it_starts_with_nothing_of_the_merchants_and_ends_whole(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of-the-merchant")
    own = {f"{name}_FILE": str(secret) for name in ("EXACT_CLIENT_ID", "EXACT_CLIENT_SECRET", "ADMIN_PASSWORD")}
    port, folder = three_free_ports(), tmp_path / "demo"
    with started(folder, PORT=str(port), SECRET_KEY="of-the-merchant", **own) as process:
        assert process.stdout is not None
        said = next((line for line in process.stdout if "Pakbon demo: open" in line), "")
        assert said.strip() == f"Pakbon demo: open http://localhost:{port}"
        assert requests.get(f"http://localhost:{port}/readyz", timeout=10).json()["ready"]
        assert all(map(answers, range(port, port + 3)))
        assert (folder / KEPT_KEY).is_file()
    assert process.returncode == 0
    assert not any(map(answers, range(port, port + 3)))


def test_a_wrong_setting_is_told_without_a_traceback(tmp_path: Path) -> None:
    port = three_free_ports()
    with started(tmp_path / "demo", PORT=str(port), SYNC_INTERVAL="often") as process:
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1 and "Traceback" not in said
    assert said.splitlines()[-1].startswith("Pakbon cannot start. SYNC_INTERVAL must be")
    assert not any(map(answers, range(port, port + 3)))
