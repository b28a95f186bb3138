"""What this machine does with work that is not Pakbon's, measured in the same run: the baselines of the table."""

import json
import os
import subprocess
import sys
import time
from functools import cache

from webapp.config import ROOT

RECORD = {"OrderID": "60ecbe5d-0000-4000-8000-000000000000", "OrderNumber": 1, "Lines": [{"Quantity": 2}] * 3}
ROUNDS = 20_000
# The smallest server of the same kind: Flask behind Waitress with one page, its memory once that page was asked for.
BARE = """
import os, sys, threading, time, urllib.request
began = time.monotonic()
import waitress
from flask import Flask
bare = Flask("bare")
bare.add_url_rule("/", view_func=lambda: "ready")
server = waitress.create_server(bare, host="127.0.0.1", port=0, threads=8)
threading.Thread(target=server.run, daemon=True).start()
urllib.request.urlopen(f"http://127.0.0.1:{server.effective_port}/").close()
pages = int(open("/proc/self/statm").read().split()[1])
print(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, time.monotonic() - began)
"""


@cache
def json_record() -> float:
    """Milliseconds of processor time to read and write a small order as JSON a hundred times."""
    text = json.dumps(RECORD)
    began = time.process_time()
    for _ in range(ROUNDS):
        json.dumps(json.loads(text))
    return 1000 * (time.process_time() - began) / ROUNDS * 100


@cache
def bare_server() -> tuple[float, float]:
    """Megabytes and seconds to the first answer of a Flask app with one page."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    told = subprocess.run(
        [sys.executable, "-c", BARE], cwd=ROOT, env=environ, check=True, capture_output=True, text=True
    )
    memory, seconds = told.stdout.split()
    return float(memory), float(seconds)
