"""The Flask app of the played Exact Online, put together."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from webapp.demo.exact.api import api
from webapp.demo.exact.bench import bench
from webapp.demo.exact.books import Books
from webapp.demo.exact.files import files
from webapp.demo.exact.limits import Limits, Refused
from webapp.demo.exact.oauth import oauth
from webapp.demo.exact.replies import refusal
from webapp.demo.exact.screen import screen
from webapp.demo.exact.webhooks import Webhooks
from webapp.demo.kit import Bench, Clock, Server


def create_exact(books: Books) -> Flask:
    """The app on these books, running by their clock. `app.extensions` holds books, limits and webhooks."""
    app = Flask(__name__)
    app.extensions["books"] = books
    app.extensions["limits"] = Limits(books)
    app.extensions["webhooks"] = Webhooks(books).start()
    for blueprint in (oauth, api, files, bench, screen):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, answer_problem)
    return app


def answer_problem(problem: HTTPException) -> HTTPException | Response:
    """Under /api/ a wrong address is answered as Exact does, elsewhere as a page."""
    if not request.path.startswith("/api/v1/"):
        return problem
    return refusal(Refused(problem.code or 500, problem.name))


class Exact:
    """A played Exact Online that listens: books, app, bench and server in one hand, for tests.

    `with Exact(books) as exact:` serves on a free port; `exact.url` is the base address.
    """

    def __init__(self, books: Books, port: int = 0, host: str = "127.0.0.1"):
        self.books = books
        self.clock: Clock = books.clock
        self.app = create_exact(books)
        self.limits: Limits = self.app.extensions["limits"]
        self.webhooks: Webhooks = self.app.extensions["webhooks"]
        self.bench = Bench(self.app, self.clock, name="exact")
        self.server = Server(self.bench, host=host, port=port)
        self.url = self.server.url

    def start(self) -> "Exact":
        self.server.start()
        return self

    def stop(self) -> None:
        self.server.stop()
        self.webhooks.stop()

    def __enter__(self) -> "Exact":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()
