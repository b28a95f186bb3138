"""The background work without pages: for as many processes and machines as are wanted."""

import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from jobs.scheduler import Scheduler
from webapp import db
from webapp.config import Config


def run(config: Config, context: Callable[[], AbstractContextManager]) -> None:
    """Work until SIGTERM or Ctrl-C, then let the running passes reach a safe place."""
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    scheduler = Scheduler(config, context)
    scheduler.start()
    ended.wait()
    scheduler.stop()
    db.settle()
