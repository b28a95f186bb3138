"""`python -m tests.bench.shop FOLDER EXACT SENDCLOUD`: Pakbon with one connected shop, measured from inside.

Reads one word a line and answers with one line of JSON: `connect`, `pass SECONDS` (a pass so many seconds later),
`page` (the dashboard). Pakbon lives by the played services' clock: waiting moves it for all three and costs no
time.
"""

import json
import os
import re
import resource
import sys
import time
from typing import Any

import requests

from tests.bench.played import CALLBACK, START
from webapp import clock
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, MERCHANT_EMAIL, SHOP
from webapp.demo.sendcloud.seed import FIRST, KEYS

ADMIN = {"email": "baas@despaak.example", "password": "een lang wachtwoord"}
SKIPPED = START.timestamp() - time.time()


def move(services: list[str], seconds: float) -> None:
    global SKIPPED
    SKIPPED += seconds
    for url in services:
        requests.post(f"{url}/_bench/clock", json={"advance": seconds}, timeout=30).raise_for_status()


def peak_memory() -> float:
    """Of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def connect(config: Any, exact: str) -> dict[str, Any]:
    """The way in: sign in at Exact, paste the keys of Sendcloud."""
    from webapp.models import Division, User
    from webapp.sync import connect as connecting

    sign_in(config, exact, User.get(User.role == "admin"))
    division = Division.get(Division.code == SHOP)
    connecting.connect(config, division, *KEYS[FIRST], preview=False, actor="")
    return {}


def sign_in(config: Any, exact: str, admin: Any) -> None:
    """As the merchant, at Exact."""
    from webapp.sync import signin

    url = signin.authorize_url(config, "nl", CALLBACK, "state")
    asked = {"url": url, "user": MERCHANT_EMAIL}
    answer = requests.post(f"{exact}/_bench/authorize", json=asked, timeout=30).json()
    code = requests.utils.unquote(answer["location"].partition("code=")[2].partition("&")[0])
    signin.finish(config, "nl", code, CALLBACK, admin)


def one_pass(config: Any) -> dict[str, Any]:
    """A pass, its processor time and the time it would have taken with all its waiting."""
    from webapp.models import Order
    from webapp.sync import passes

    before, began = time.process_time(), clock.now()
    summary = passes.run(config, SHOP)
    return {
        "pushed": summary.pushed,
        "error": summary.error,
        "cpu": time.process_time() - before,
        "seconds": clock.now() - began,
        "incoming": Order.select().where(Order.state == "incoming").count(),
    }


def page(app: Any) -> dict[str, Any]:
    """The dashboard, as the administrator sees it who signs in for it."""
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    client.post("/login", data={"csrf_token": token and token[1], **ADMIN})
    began = time.perf_counter()
    answer = client.get(f"/divisions/{SHOP}/")
    assert answer.status_code == 200 and "data-order=" in answer.text
    return {"seconds": time.perf_counter() - began}


def main() -> None:
    folder, exact, sendcloud = sys.argv[1:]
    clock.now = lambda: int(time.time() + SKIPPED)  # before the tables are read: they keep it as a default
    clock.sleep = lambda seconds: move([exact, sendcloud], max(0.0, seconds))
    os.environ |= {
        "DATA_DIR": folder, "SECRET_KEY": "bench", "LOG_LEVEL": "ERROR", "EXACT_BASE_URL": exact,
        "SENDCLOUD_BASE_URL": sendcloud, "EXACT_CLIENT_ID": CLIENT_ID, "EXACT_CLIENT_SECRET": CLIENT_SECRET,
        "ADMIN_EMAIL": ADMIN["email"], "ADMIN_PASSWORD": ADMIN["password"],
    }  # fmt: skip
    import wsgi
    from webapp import accounts
    from webapp.db import database

    config = wsgi.app.extensions["pakbon"]
    for line in sys.stdin:
        word, _, value = line.strip().partition(" ")
        if word == "page":
            answer = page(wsgi.app)
        else:
            move([exact, sendcloud], float(value or 0))
            with database.connection_context():
                accounts.ensure_admin(config)
                answer = connect(config, exact) if word == "connect" else one_pass(config)
        print(json.dumps({**answer, "memory": peak_memory()}), flush=True)


if __name__ == "__main__":
    main()
