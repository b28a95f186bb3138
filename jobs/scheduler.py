"""Every job and its interval on one screen. Each job names the work and calls `webapp.sync` or `webapp.upkeep`.

APScheduler 3 with jobs in memory: what is due stands in the database, so nothing is lost when the process
ends. A late tick runs instead of being dropped, and never twice at once.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Event, Lock

from apscheduler.schedulers.background import BackgroundScheduler
from peewee import OperationalError

from webapp import clock
from webapp.config import Config
from webapp.db import database
from webapp.sync import passes, tokens
from webapp.upkeep import alerts, metrics, nightly

log = logging.getLogger(__name__)
TOLD_AGAIN = 60  # seconds
THREADS = 4  # divisions at work at the same time


class Scheduler:
    """The background work of one process. `stop` waits for the running passes to reach a safe place."""

    def __init__(self, config: Config, context: Callable[[], AbstractContextManager] = nullcontext) -> None:
        """`context` is that of the app, for jobs that speak to people."""
        self.config = config
        self.context = context
        self.stopping = Event()
        # A division whose thread is still at work is skipped here; that another process may be at it is what
        # the lease in `passes` is for.
        self.running: set[int] = set()
        self.lock = Lock()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="pass")
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self.scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)
        self.told_at = -TOLD_AGAIN
        self.scheduler.add_job(self._tick, "interval", [self.start_due_passes], seconds=1, id="passes")
        self.scheduler.add_job(self._tick, "interval", [self.keep_tokens_alive], hours=1, id="tokens")
        self.scheduler.add_job(self._tick, "interval", [self.send_alerts], minutes=1, id="alerts")
        self.scheduler.add_job(self._tick, "interval", [self.keep_house], minutes=20, id="upkeep")

    def start(self) -> None:
        with database.connection_context():
            passes.take_over()
        self.scheduler.start()

    def stop(self) -> None:
        self.stopping.set()
        if self.scheduler.running:
            self.scheduler.shutdown(wait=True)
        self.pool.shutdown(wait=True, cancel_futures=True)

    def _tick(self, job: Callable[[], None]) -> None:
        try:
            job()
        except OperationalError as error:
            self._tell(error)

    def _tell(self, error: OperationalError) -> None:
        """A database that is away for a night must not fill the log as well: a line, now and then."""
        with self.lock:
            now = clock.now()
            if abs(now - self.told_at) < TOLD_AGAIN:
                return
            self.told_at = now
        said = " ".join(str(error).split())
        log.error("the database does not work: %s", said, exc_info=error if log.isEnabledFor(logging.DEBUG) else None)

    def start_due_passes(self) -> None:
        with database.connection_context():
            codes = passes.due_divisions()
        for code in codes:
            with self.lock:
                if code in self.running:
                    continue
                self.running.add(code)
            self.pool.submit(self._pass, code)

    def _pass(self, code: int) -> None:
        try:
            began = clock.now()
            with database.connection_context():
                passes.run(self.config, code, stopping=self.stopping.is_set)
            metrics.passed(code, clock.now() - began)
        except OperationalError as error:
            self._tell(error)
            self.stopping.wait(30)
        except Exception:  # one broken pass must not end the others; the next tick tries again
            log.exception("division %s: the pass broke", code)
            self.stopping.wait(30)
        finally:
            with self.lock:
                self.running.discard(code)

    def keep_tokens_alive(self) -> None:
        with database.connection_context():
            tokens.keep_alive(self.config)

    def send_alerts(self) -> None:
        with self.context(), database.connection_context():
            alerts.run(self.config)

    def keep_house(self) -> None:
        with self.context(), database.connection_context():
            nightly.run(self.config, self.stopping.is_set)
