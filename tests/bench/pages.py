"""`python -m tests.bench.pages FOLDER ORDERS`: Pakbon's server over so many orders, beside a bare Flask page.

The process fills a database, serves until its input ends, and for each line it reads changes one order that the
first page shows. What it costs is measured from outside, over one connection that stays open.
"""

import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from html import unescape
from re import search
from statistics import quantiles
from typing import Any

from webapp import clock, many, security

CODE = 2480617
ROUNDS = 60
SIZES = (100, 10_000, 100_000)
NAMES = ("Kookstudio Müller", "De Gouden Lepel", "Bint Keukens", "Van den Broek", "Atelier Ødegård", "Wereldwinkel")
CITIES = ("Utrecht", "Groningen", "Gent", "Maastricht", "Den Helder", "Köln")
TRADE = (("shipped", "", 80), ("incoming", "", 12), ("waiting", "not_approved", 7), ("problem", "refused", 1))


# --- inside: a shop that is served ---------------------------------------------------------------------------


def fill(orders: int) -> Any:
    """A connected division with so many orders of the last four hundred days; four of five are shipped."""
    from webapp.models import Connection, Delivery, DeliveryLine, Division, Order, Parcel
    from webapp.sync import findable

    connection = Connection.create(country="nl", exact_user_id="1", user_name="Marijke de Boer")
    division = Division.create(
        code=CODE, name="Van Dalen", sendcloud="on", connection=connection, due_at=clock.now(),
        passed_at=clock.now() - 30, integration_id=1, shop_name="Keukengerei", changed_no=1,
    )  # fmt: skip
    chance, now, rows = random.Random(1), clock.now(), []
    states = [(state, reason) for state, reason, share in TRADE for _ in range(share)]
    for n in range(orders):
        then = now - 300 - (orders - n) * 400 * 86400 // orders
        state, reason = chance.choice(states)
        customer, city = chance.choice(NAMES), chance.choice(CITIES)
        rows.append({
            "id": n + 1, "division": division.id, "guid": f"{n:036d}", "number": 100_000 + n, "state": state,
            "reason": reason, "customer": customer, "city": city, "country": "NL", "since": then, "changed_at": then,
            "order_date": clock.utc(then).date().isoformat(), "checked": True,
            "search": findable.words(customer, city, f"3SPAK{n:09d}" if state == "shipped" else ""),
        })  # fmt: skip
    many.insert(Order, rows)
    sent = [row for row in rows if row["state"] == "shipped"]
    base = {"division": division.id, "since": now, "changed_at": now - 86400}
    many.insert(Delivery, [
        {**base, "id": row["id"], "guid": row["guid"], "number": row["id"], "state": "written"} for row in sent
    ])  # fmt: skip
    many.insert(DeliveryLine, [
        {"delivery": row["id"], "order": row["id"], "guid": row["guid"], "order_number": row["number"]}
        for row in sent
    ])  # fmt: skip
    old = now - 14 * 86400
    many.insert(Parcel, [
        {"division": division.id, "order": row["id"], "delivery": row["id"], "parcel": row["id"], "carrier": "postnl",
         "tracking_number": f"3SPAK{row['id'] - 1:09d}", "order_number": str(row["number"]), "ours": True, "pdf": "x",
         "status": "DELIVERED" if row["since"] < old else "PARCEL_EN_ROUTE", "printed_at": row["since"],
         "made_at": row["since"]}
        for row in sent
    ])  # fmt: skip
    return division


def serve(folder: str, orders: int) -> None:
    """Say where it answers and who may look, then change an order for each line."""
    os.environ |= {"DATA_DIR": folder, "SECRET_KEY": "bench", "LOG_LEVEL": "ERROR"}
    from flask import Flask
    from flask_login.utils import _create_identifier
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    import wsgi
    from webapp import server
    from webapp.db import database
    from webapp.models import Division, Order, User

    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: "<!doctype html><title>bare</title><p>Nothing but this.</p>")
    database.connect()
    with database.atomic():
        division = fill(orders)
    database.execute_sql("ANALYZE")
    user = User.create(kind="local", role="admin", email="bench@winkel.example")
    both: Any = DispatcherMiddleware(wsgi.app.wsgi_app, {"/bare": bare.wsgi_app})
    listening = server.create(both, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=listening.run, daemon=True).start()
    with wsgi.app.test_request_context(headers={"User-Agent": "bench"}, environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        said = {
            "_user_id": user.get_id(),
            "_fresh": True,
            "_id": _create_identifier(),
            "_permanent": True,
            security.BEGAN: clock.now(),
            security.SESSION_NAME: "bench",
            security.PROLONGED: clock.now(),
        }
        signer = wsgi.app.session_interface.get_signing_serializer(wsgi.app)
        cookie = f"pakbon={signer.dumps(said)}" if signer else ""
    print(json.dumps({"port": listening.effective_port, "cookie": cookie}), flush=True)
    database.connect(reuse_if_open=True)  # the request has closed it
    for n, _line in enumerate(sys.stdin):
        with database.atomic():
            state = ("incoming", "shipped")[n % 2]
            Order.update(state=state, changed_at=clock.now()).where(Order.id == orders).execute()
            Division.update(changed_no=Division.changed_no + 1).where(Division.id == division.id).execute()
        print(json.dumps({}), flush=True)
    os._exit(0)


# --- outside: what it costs ----------------------------------------------------------------------------------


class Browser:
    """One connection that stays open, signed in."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": cookie, "User-Agent": "bench", "Accept-Language": "nl"}

    def get(self, path: str, status: int = 200) -> tuple[str, float]:
        """The answer, and how many milliseconds it took."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        took = 1000 * (time.perf_counter() - began)
        assert answer.status == status, (path, answer.status, text[:300])
        return text, took

    def live(self, path: str) -> str:
        """Where this page asks for news."""
        found = search(r'id="live"[^>]* hx-get="([^"]+)"', self.get(path)[0])
        assert found
        return unescape(found[1])


def middle_and_late(times: list[float]) -> tuple[float, float]:
    """Median and 99th percentile."""
    cut = quantiles(times, n=100)
    return cut[49], cut[98]


def measured(orders: int, ask: Callable[[Any, str], dict[str, Any]], start: Any) -> dict[str, tuple[float, float]]:
    """Milliseconds of each sort of request, in turn and each after a page, so that all meet the same machine."""
    dashboard = f"/divisions/{CODE}/"
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        process = start("tests.bench.pages", folder, str(orders))
        said = ask(process, "")
        browser = Browser(said["port"], said["cookie"])
        for path in (dashboard, f"{dashboard}?q=muller", "/bare/"):
            browser.get(path)
        for _ in range(ROUNDS):
            live = browser.live(dashboard)
            times.setdefault("unchanged poll", []).append(browser.get(live, 204)[1])
            times.setdefault("page", []).append(browser.get(dashboard)[1])
            times.setdefault("bare", []).append(browser.get("/bare/")[1])
            ask(process, "change")
            browser.get(dashboard)
            times.setdefault("fragment after a change", []).append(browser.get(live)[1])
            times.setdefault("search", []).append(browser.get(f"{dashboard}?q=muller")[1])
            times.setdefault("search without a find", []).append(browser.get(f"{dashboard}?q=zzzz")[1])
        process.communicate(timeout=60)
    return {name: middle_and_late(found) for name, found in times.items()}


def rows(ask: Any, start: Any) -> Iterator[tuple[str, float, str, float, float | None]]:
    """Name, value, unit, target and baseline of each result."""
    for orders in SIZES:
        found = measured(orders, ask, start)
        bare = found.pop("bare")
        for name, (middle, late) in found.items():
            base = [round(value, 2) for value in bare]
            yield f"dashboard, {orders:,} orders: {name}, median", round(middle, 2), "ms", 50, base[0]
            yield f"dashboard, {orders:,} orders: {name}, 99th percentile", round(late, 2), "ms", 100, base[1]
        for name, most in (("fragment after a change", 3), ("unchanged poll", 1.5)):
            times = round(found[name][0] / bare[0], 2)
            yield f"dashboard, {orders:,} orders: {name}, times a bare page", times, "times", most, None


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
