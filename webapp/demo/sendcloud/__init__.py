"""Sendcloud played on loopback, as strict as its documents: orders, labels, shipments, webhooks, a panel.

    clock = Clock()
    books = seeded(clock)
    app = create_sendcloud(books, clock)
    with Server(Bench(app, clock, name="sendcloud")) as server:
        ...  # server.url; books.orders, books.shipments, books.switches

Every outside fact comes from Sendcloud's OpenAPI documents, or from the place named beside it.
"""

from webapp.demo.sendcloud.app import create_sendcloud
from webapp.demo.sendcloud.books import Books
from webapp.demo.sendcloud.seed import seeded

__all__ = ["Books", "create_sendcloud", "seeded"]
