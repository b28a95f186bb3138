"""`python -m tests.bench.played ORDERS [now]`: both services with so many orders, in a process of their own.

Their work is not Pakbon's, so that its processor time and memory are measured without it. Writes one line of
JSON with the two addresses, and ends when its input is closed. Time runs from START, or from now, and jumps by
`/_bench/clock`.
"""

import json
import sys
from datetime import UTC, datetime

from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import CLIENT_ID, CLIENT_SECRET, SHOP, add_divisions, add_users, seed_master_data
from webapp.demo.exact.volume import seed_volume
from webapp.demo.kit import Bench, Clock, Server
from webapp.demo.sendcloud import create_sendcloud, seeded

START = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
CALLBACK = "http://localhost:8000/exact/callback"
LINES, ACCOUNTS, ITEMS = 3, 500, 500


def filled_books(orders: int, accounts: int = ACCOUNTS, items: int = ITEMS, now: datetime = START) -> Books:
    """A shop with these orders and no others: all of them can go."""
    books = Books(Clock(now))
    books.add_app(CLIENT_ID, CLIENT_SECRET, CALLBACK, allow_local=True)
    add_divisions(books)
    add_users(books)
    seed_master_data(books, SHOP)
    seed_volume(books, SHOP, orders, LINES, accounts, items)
    headers = books.table(SHOP, "SalesOrders").rows
    for line in books.table(SHOP, "SalesOrderLines").rows.values():  # entered with their order, not all today
        line["Created"] = line["Modified"] = headers[line["OrderID"]]["Modified"]
    return books


def main() -> None:
    now = datetime.now(UTC) if sys.argv[2:] == ["now"] else START
    clock = Clock(now)
    sendcloud = Server(Bench(create_sendcloud(seeded(clock), clock, send_webhooks=False), clock, name="sendcloud"))
    with Exact(filled_books(int(sys.argv[1]), now=now)) as exact, sendcloud:
        print(json.dumps({"exact": exact.url, "sendcloud": sendcloud.url}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
