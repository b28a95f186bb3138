"""The server itself, over sockets: who sends slowly, much or nothing keeps nobody else from an answer."""

import logging
import socket
import threading
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask

from webapp import server

CROWD = 150  # more than Waitress takes by itself
ASKED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
PATIENCE = 10


@contextmanager
def serving(**settings):
    """A server around an app with one page; its port."""
    app = Flask("small")
    app.add_url_rule("/healthz", view_func=lambda: "alive")
    made = server.create(app, host="127.0.0.1", port=0, **settings)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made.effective_port
    finally:
        # As a signal would: the loop ends when nothing is left to listen to.
        made.asyncore.close_all(made._map)
        made.task_dispatcher.shutdown()
        thread.join(PATIENCE)


def connected(port, said=b""):
    found = socket.create_connection(("127.0.0.1", port), PATIENCE)
    found.sendall(said)
    return found


def answered(connection):
    """The first line of the answer, which is read to its end."""
    text = b""
    while not text.endswith((b"alive", b"Pakbon)")):
        more = connection.recv(1000)
        assert more, text
        text += more
    return text.partition(b"\r\n")[0]


@pytest.mark.parametrize(
    "said",
    [b"", ASKED[:-2] + b"X-Long: ", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"],
    ids=["nothing", "half of the headers", "half of the body"],
)
def test_a_crowd_that_dawdles_keeps_nobody_from_an_answer(said):
    with serving() as port, ExitStack() as crowd:
        for _ in range(CROWD):
            crowd.enter_context(connected(port, said))
        with connected(port, ASKED) as other:
            assert answered(other) == b"HTTP/1.1 200 OK"


def test_a_request_that_trickles_in_is_given_up_on():
    with serving(channel_timeout=1, cleanup_interval=1) as port, connected(port, ASKED[:-2]) as slow:
        slow.settimeout(0.1)
        for _ in range(10 * PATIENCE):
            try:
                slow.sendall(b"X-More: 1\r\n")
                assert slow.recv(1) == b""
                break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        else:
            raise AssertionError("it may go on for ever")


def test_who_asks_again_and_again_is_not_put_out():
    with serving(channel_timeout=1, cleanup_interval=1) as port, connected(port) as busy:
        ended = threading.Event()
        for _ in range(15):
            busy.sendall(ASKED)
            assert answered(busy) == b"HTTP/1.1 200 OK"
            ended.wait(0.2)


@pytest.mark.parametrize("length", [b"Content-Length: 4200000", b"Transfer-Encoding: chunked"])
def test_what_is_far_too_large_is_refused_before_the_app_sees_it(length):
    head = b"POST /healthz HTTP/1.1\r\nHost: x\r\n" + length + b"\r\n\r\n"
    with serving() as port, connected(port, head) as other:
        if b"chunked" in length:
            for _ in range(43):
                other.sendall(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
        assert answered(other) == b"HTTP/1.1 413 Request Entity Too Large"


@pytest.fixture(autouse=True)
def quiet():
    """Connections that end in the middle are what this is about."""
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("waitress").setLevel(logging.NOTSET)
