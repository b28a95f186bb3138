"""The clockwork: due divisions are run once, broken passes end nothing, and a stop waits."""

import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager

import peewee
import pytest
from flask import has_app_context

from jobs import scheduler as module
from jobs.scheduler import THREADS, Scheduler
from webapp import clock
from webapp.models import Division
from webapp.sync import passes, tokens
from webapp.upkeep import alerts, nightly

PATIENCE = 10


class Passes:
    """Stands in for the work on a division: counts it, and holds it until the gate opens."""

    def __init__(self):
        self.begun = []
        self.ended = []
        self.now = 0
        self.most = 0
        self.gate = threading.Event()
        self.changed = threading.Condition()

    def run(self, config, code, *, stopping):
        with self.changed:
            self.begun.append(code)
            self.now += 1
            self.most = max(self.most, self.now)
            self.changed.notify_all()
        try:
            assert self.gate.wait(PATIENCE), "the gate stayed shut"
            self.work(code, stopping)
        finally:
            with self.changed:
                self.now -= 1
                self.ended.append(code)
                self.changed.notify_all()

    def work(self, code, stopping):
        """What the pass does; by default it puts the next one off."""
        Division.update(due_at=clock.now() + 3600).where(Division.code == code).execute()

    def until(self, condition):
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self), PATIENCE), "waited in vain"


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        threading.Event().wait(0.005)


@pytest.fixture
def work(monkeypatch):
    work = Passes()
    monkeypatch.setattr(passes, "run", work.run)
    return work


@pytest.fixture
def make(config, app):
    """Schedulers that are stopped at the end; the test thread keeps a connection of its own."""
    made = []

    def make():
        made.append(Scheduler(config))
        return made[-1]

    yield make
    for scheduler in made:
        if not scheduler.stopping.is_set():
            if not scheduler.scheduler.running:
                scheduler.scheduler.start(paused=True)
            scheduler.stop()


@pytest.fixture
def scheduler(make):
    return make()


def due(*codes, **fields):
    for code in codes:
        Division.create(code=code, **{"sendcloud": "on", "due_at": clock.now() - 1, **fields})


@contextmanager
def another_thread(call):
    """Run `call` where it may open a connection of its own, as the scheduler's thread does."""
    future = Future()

    def run():
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield future
    thread.join(PATIENCE)


def tick(scheduler):
    with another_thread(scheduler.start_due_passes) as future:
        future.result(PATIENCE)


# -- one tick -------------------------------------------------------------------------------------------------


def test_a_tick_runs_the_connected_divisions_that_are_due_and_no_others(scheduler, work):
    due(1, 2)
    due(3, due_at=clock.now() + 3600)
    due(4, due_at=None)  # paused
    due(5, sendcloud="off")
    due(6, sendcloud="revoked")
    work.gate.set()
    tick(scheduler)
    work.until(lambda work: len(work.ended) == 2)
    until(lambda: not scheduler.running)
    tick(scheduler)
    assert sorted(work.begun) == [1, 2]


def test_a_division_that_is_still_at_work_is_not_begun_again(scheduler, work):
    due(1)
    for _ in range(3):
        tick(scheduler)
    work.until(lambda work: work.begun == [1])
    due(2)
    tick(scheduler)
    work.until(lambda work: sorted(work.begun) == [1, 2])
    work.gate.set()
    until(lambda: not scheduler.running)
    assert sorted(work.begun) == [1, 2]


def test_a_division_is_begun_again_when_it_is_due_again(scheduler, work):
    due(1)
    work.gate.set()
    tick(scheduler)
    until(lambda: work.ended and not scheduler.running)
    Division.update(due_at=clock.now()).execute()
    tick(scheduler)
    work.until(lambda work: work.begun == [1, 1])


def test_only_so_many_divisions_are_at_work_at_once_and_none_is_forgotten(scheduler, work):
    codes = list(range(1, THREADS + 4))
    due(*codes)
    tick(scheduler)
    work.until(lambda work: work.now == THREADS)
    work.gate.set()
    work.until(lambda work: sorted(work.ended) == codes)
    assert work.most == THREADS


def test_every_pass_has_a_connection_of_its_own_and_closes_it(scheduler, work, monkeypatch):
    seen = []
    monkeypatch.setattr(work, "work", lambda code, stopping: seen.append(not module.database.is_closed()))
    due(1)
    work.gate.set()
    tick(scheduler)
    until(lambda: seen and not scheduler.running)
    assert seen == [True]
    assert scheduler.pool.submit(module.database.is_closed).result(PATIENCE)


# -- what breaks ----------------------------------------------------------------------------------------------


def test_a_broken_pass_is_logged_and_ends_neither_the_others_nor_the_next(scheduler, work, monkeypatch, caplog):
    paused = threading.Event()
    monkeypatch.setattr(scheduler.stopping, "wait", lambda seconds: paused.set())

    def work_or_break(code, stopping):
        Passes.work(work, code, stopping)
        if code == 1 and work.begun.count(1) == 1:
            raise RuntimeError("something unforeseen")

    monkeypatch.setattr(work, "work", work_or_break)
    due(1, 2)
    work.gate.set()
    tick(scheduler)
    until(lambda: len(work.ended) == 2 and not scheduler.running)
    assert paused.is_set()  # it does not break again at once
    assert "division 1: the pass broke" in caplog.text and "something unforeseen" in caplog.text
    Division.update(due_at=clock.now()).execute()
    tick(scheduler)
    work.until(lambda work: sorted(work.ended) == [1, 1, 2, 2])


def break_ticks(monkeypatch, times, error):
    """So many ticks end in this error, those after them find what is due."""
    real, calls = passes.due_divisions, []

    def broken():
        calls.append(1)
        if len(calls) <= times:
            raise error
        return real()

    monkeypatch.setattr(passes, "due_divisions", broken)


def test_a_tick_that_breaks_does_not_end_the_clockwork(scheduler, work, monkeypatch, caplog):
    break_ticks(monkeypatch, 1, RuntimeError("the database is away"))
    due(1)
    work.gate.set()
    scheduler.start()
    work.until(lambda work: work.ended == [1])
    assert "the database is away" in caplog.text


def test_a_database_that_is_away_is_told_in_a_line_and_not_at_every_tick(scheduler, work, monkeypatch, caplog):
    break_ticks(monkeypatch, 3, peewee.OperationalError("connection refused\nIs the server running?"))
    due(1)
    work.gate.set()
    scheduler.start()
    work.until(lambda work: work.ended == [1])
    (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert told.getMessage() == "the database does not work: connection refused Is the server running?"
    assert not told.exc_info


# -- start and stop -------------------------------------------------------------------------------------------


def test_it_runs_by_itself_and_never_twice_at_once(scheduler, work):
    due(1)
    scheduler.start()
    work.until(lambda work: work.begun == [1])
    ticks = scheduler.scheduler.get_job("passes").next_run_time
    until(lambda: scheduler.scheduler.get_job("passes").next_run_time > ticks)  # it ticked while the pass ran
    work.gate.set()
    until(lambda: not scheduler.running)
    assert work.begun == [1] and work.most == 1


def test_a_stop_tells_the_running_pass_and_waits_for_it(scheduler, work, monkeypatch):
    told = []
    monkeypatch.setattr(work, "work", lambda code, stopping: told.append(stopping()))
    due(1)
    scheduler.start()
    work.until(lambda work: work.begun == [1])
    with another_thread(scheduler.stop) as stopped:
        until(lambda: scheduler.pool._shutdown)
        with pytest.raises(TimeoutError):
            stopped.result(0.2)
        work.gate.set()
    assert stopped.result(PATIENCE) is None
    assert (work.ended, told) == ([1], [True])


def test_a_stop_does_not_begin_what_still_waits_and_a_new_start_does(make, work, monkeypatch):
    monkeypatch.setattr(module, "THREADS", 1)
    scheduler = make()
    due(1, 2)
    scheduler.start()
    work.until(lambda work: len(work.begun) == 1)
    until(lambda: len(scheduler.running) == 2)
    with another_thread(scheduler.stop) as stopped:
        until(lambda: not scheduler.scheduler.running)
        until(lambda: scheduler.pool._shutdown)
        work.gate.set()
    stopped.result(PATIENCE)
    assert len(work.begun) == 1
    tick(make())
    work.until(lambda work: sorted(work.ended) == [1, 2])


def test_a_stop_ends_the_pause_after_a_broken_pass(scheduler, work, monkeypatch):
    def broken(code, stopping):
        raise RuntimeError("something unforeseen")

    monkeypatch.setattr(work, "work", broken)
    due(1)
    work.gate.set()
    scheduler.start()
    work.until(lambda work: work.ended == [1])
    began = time.monotonic()
    scheduler.stop()
    assert time.monotonic() - began < 15  # of the thirty seconds


def test_late_ticks_run_once_instead_of_being_dropped(scheduler):
    scheduler.scheduler.start(paused=True)
    for job in scheduler.scheduler.get_jobs():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)


def test_tokens_are_kept_alive_with_a_connection_of_their_own(scheduler, monkeypatch, config):
    seen = []
    monkeypatch.setattr(tokens, "keep_alive", lambda given: seen.append((given, module.database.is_closed())))
    with another_thread(scheduler.keep_tokens_alive) as done:
        done.result(PATIENCE)
    assert seen == [(config, False)]


def test_alerts_and_the_night_have_the_apps_context_and_a_connection_of_their_own(config, app, monkeypatch):
    seen = []

    def note(given, *_stopping):
        seen.append((given, has_app_context(), module.database.is_closed()))

    monkeypatch.setattr(alerts, "run", note)
    monkeypatch.setattr(nightly, "run", note)
    scheduler = Scheduler(config, app.app_context)
    for job in (scheduler.send_alerts, scheduler.keep_house):
        with another_thread(job) as done:
            done.result(PATIENCE)
    assert seen == [(config, True, False)] * 2
    assert {job.id for job in scheduler.scheduler.get_jobs()} == {"passes", "tokens", "alerts", "upkeep"}
    scheduler.pool.shutdown()
