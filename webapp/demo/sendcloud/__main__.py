"""`python -m webapp.demo.sendcloud --port N --state FILE`: the played Sendcloud on its own."""

import argparse
import logging
import signal
import threading

from webapp.demo.kit import Bench, Clock, Keeper, Server, load_json
from webapp.demo.sendcloud import Books, create_sendcloud, seeded
from webapp.demo.sendcloud.books import stamp
from webapp.demo.sendcloud.passing import settle

log = logging.getLogger("demo")


def main() -> None:
    args = arguments()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    clock = Clock()
    state = load_json(args.state) if args.state else None
    books = Books.restore(state) if state else seeded(clock)
    if not state:
        books.switches.turn({"journey": True})
    app = create_sendcloud(books, clock, base_url=args.base_url)
    server = Server(Bench(app, clock, name="sendcloud"), host=args.host, port=args.port).start()
    keeper = Keeper(args.state, books.snapshot, lambda: books.version).start() if args.state else None
    log.info("Sendcloud is played on %s", server.url)
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    while not stopped.wait(1):
        pass_time(app, books, clock)
    server.stop()
    app.extensions["sendcloud"]["postman"].stop()
    if keeper:
        keeper.stop()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m webapp.demo.sendcloud", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state", default="", help="file that keeps the state between runs")
    parser.add_argument("--base-url", default="", help="address in links, if not the one requests come to")
    return parser.parse_args()


def pass_time(app: object, books: Books, clock: Clock) -> None:
    """Let parcels move and webhooks go out while nobody asks."""
    with books.lock:
        if settle(books, stamp(clock.now())):
            books.version += 1
    app.extensions["sendcloud"]["postman"].wake()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
