"""`python -m webapp.demo.exact --port N --redirect-uri URL --state FILE`: the played Exact Online on its own."""

import argparse
import logging
import signal
import threading

from webapp.demo.exact.app import Exact
from webapp.demo.exact.books import Books
from webapp.demo.exact.seed import CLIENT_ID, seed
from webapp.demo.kit import Keeper, load_json

log = logging.getLogger("demo")


def main() -> None:
    args = arguments()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    books = open_books(args.state, args.redirect_uri)
    exact = Exact(books, args.port, args.host).start()
    keeper = Keeper(args.state, books.dump, lambda: books.version).start() if args.state else None
    log.info("Exact Online is played on %s", exact.url)
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    while not stopped.wait(1):
        pass
    exact.stop()
    if keeper:
        keeper.stop()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m webapp.demo.exact", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--redirect-uri", default="http://localhost:8000/exact/callback")
    parser.add_argument("--state", default="", help="file that keeps the books between runs")
    return parser.parse_args()


def open_books(state: str, redirect_uri: str) -> Books:
    """The books as they were left, or fresh ones; the app's redirect address is always the one given."""
    books, saved = Books(), load_json(state) if state else None
    if saved is None:
        return seed(books, redirect_uri)
    books.load(saved)
    books.apps[CLIENT_ID]["redirect_uri"] = redirect_uri
    return books


if __name__ == "__main__":
    main()
