"""`make demo`: Exact Online and Sendcloud played on loopback, and Pakbon against them, as three processes.

Everything lives in `./demo-data` (or DEMO_DIR, as the image sets it), so that stopping and starting goes on where
it was. PORT moves the app; the two services take the next two ports. HOST is where all three listen.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, MERCHANT_EMAIL
from webapp.demo.sendcloud.seed import DEMO_KEYS

ROOT = Path(__file__).resolve().parents[2]
ADMIN_EMAIL, ADMIN_PASSWORD = "beheer@pakbon.example", "demo-wachtwoord"
DATA = Path(os.environ.get("DEMO_DIR") or ROOT / "demo-data")
HOST = os.environ.get("HOST") or "127.0.0.1"
# Empty counts as not set: what the merchant exported must neither reach the demo nor stop it.
NOT_FOR_THE_DEMO = (
    "DATABASE_URL", "DATABASE_URL_FILE", "SECRET_KEY", "SECRET_KEY_FILE", "SECRET_KEY_OLD", "SECRET_KEY_OLD_FILE",
    "EXACT_CLIENT_ID_FILE", "EXACT_CLIENT_SECRET_FILE", "EXACT_WEBHOOK_SECRET", "EXACT_WEBHOOK_SECRET_FILE",
    "ADMIN_PASSWORD_FILE", "SCHEDULER",
)  # fmt: skip
LAST_PORT = 65533  # the two services take the next two
PATIENCE = 60  # seconds for a process to answer


def main() -> int:
    """Start all three, wait for Ctrl-C or the end of one of them, stop all three."""
    if "--fresh" in sys.argv:
        shutil.rmtree(DATA, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background would ignore it
    DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = (os.environ.get("PORT") or "8000").strip()
    if not said.isdecimal() or not 0 < int(said) <= LAST_PORT:
        print(f"PORT must be a whole number from 1 to {LAST_PORT}, not “{said}”.", file=sys.stderr)
        return 1
    port = int(said)
    app, exact, sendcloud = (f"http://localhost:{port + step}" for step in range(3))
    for number in range(port, port + 3):
        if _taken(number):
            print(f"Port {number} is in use. Choose another with: PORT=8100 make demo", file=sys.stderr)
            return 1
    running: list[subprocess.Popen] = []
    try:
        running.append(_module("webapp.demo.exact", port + 1, "--redirect-uri", f"{app}/exact/callback"))
        running.append(_module("webapp.demo.sendcloud", port + 2))
        _await_all(running, exact, sendcloud)
        settings = os.environ | _settings(port, app, exact, sendcloud)
        python = [sys.executable, "-m", "flask", "--app", "wsgi", "allow", MERCHANT_EMAIL]
        subprocess.run(python, cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL)
        running.append(subprocess.Popen([sys.executable, "wsgi.py"], cwd=ROOT, env=settings))
        _await_all(running, f"{app}/healthz")
        _welcome(app, exact, sendcloud)
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
        print("One of the three has stopped; stopping the others.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    except subprocess.CalledProcessError:
        return 1  # the app has said why it cannot start
    finally:
        _stop(running)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _module(name: str, port: int, *options: str) -> subprocess.Popen:
    state = DATA / f"{name.rpartition('.')[2]}.json"
    command = [sys.executable, "-m", name, "--host", HOST, "--port", str(port), "--state", str(state), *options]
    return subprocess.Popen(command, cwd=ROOT)


def _settings(port: int, app: str, exact: str, sendcloud: str) -> dict[str, str]:
    """The app's environment: nothing of the merchant's own is used."""
    return {
        "HOST": HOST,
        "PORT": str(port),
        "PUBLIC_URL": app,
        "DATA_DIR": str(DATA),
        **dict.fromkeys(NOT_FOR_THE_DEMO, ""),
        "EXACT_BASE_URL": exact,
        "SENDCLOUD_BASE_URL": sendcloud,
        "EXACT_CLIENT_ID": CLIENT_ID,
        "EXACT_CLIENT_SECRET": CLIENT_SECRET,
        "ADMIN_EMAIL": ADMIN_EMAIL,
        "ADMIN_PASSWORD": ADMIN_PASSWORD,
        "SYNC_INTERVAL": os.environ.get("SYNC_INTERVAL") or "10",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "WARNING",
    }


def _await_all(running: list[subprocess.Popen], *urls: str) -> None:
    """Until each address answers. Ends the demo if a process dies first."""
    deadline = time.monotonic() + PATIENCE
    for url in urls:
        while not _answers(url):
            if any(process.poll() is not None for process in running) or time.monotonic() > deadline:
                raise SystemExit(f"{url} does not answer; see the lines above.")
            time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 (our own loopback address)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _stop(running: list[subprocess.Popen]) -> None:
    """The app first, so that it finds both services to the end."""
    for process in reversed(running):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _welcome(app: str, exact: str, sendcloud: str) -> None:
    (public_key, secret_key), *_ = DEMO_KEYS
    print(
        f"""
Pakbon demo: open {app}

  1. Choose Nederland and sign in at the played Exact Online as {MERCHANT_EMAIL}.
  2. Open a division and paste the keys of the played Sendcloud:
       public key  {public_key}
       secret key  {secret_key}
     (the keys for the second division stand at {sendcloud}/settings/integrations)
  3. Watch the approved open orders arrive.

Play the merchant in Exact Online:   {exact}
Look into Sendcloud's panel:         {sendcloud}
Sign in as local administrator with: {ADMIN_EMAIL} / {ADMIN_PASSWORD}

Ctrl-C stops all three. The data stays in {DATA}; the option --fresh begins anew.
""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
