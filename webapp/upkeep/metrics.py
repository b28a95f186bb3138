"""Numbers for whoever watches over Pakbon, as Prometheus reads them. Codes and ids only, no names.

What stands in the database is read when it is asked for, by grouped queries; only the duration of passes
is kept by the process that makes them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from peewee import fn
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from webapp import __version__, clock
from webapp.clients.budget import left_this_minute, left_today
from webapp.models import Budget, Connection, Delivery, Division
from webapp.pages import problems, tallies
from webapp.sync.outside import EXACT_DAY, EXACT_MINUTE, SENDCLOUD_READS, SENDCLOUD_WRITES
from webapp.sync.states import OrderState

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600)
MINUTES = {"exact": EXACT_MINUTE, "sendcloud": SENDCLOUD_WRITES, "sendcloud-get": SENDCLOUD_READS}


class _Database(Collector):
    """What the database says at this moment."""

    def collect(self) -> Iterator[Metric]:
        yield _gauge("pakbon_info", "The running version.", ["version"], [((__version__,), 1)])
        divisions = list(Division.select().where(Division.sendcloud != "off").order_by(Division.code))
        yield from _of_divisions(divisions)
        yield _orders(divisions)
        yield _deliveries()
        errors = [
            ((str(division.code), kind), count)
            for division in divisions
            for kind, count in problems.kinds(division).items()
        ]
        yield _gauge("pakbon_errors", "Sales orders that need a person, by kind.", ["division", "kind"], errors)
        yield from _budgets()
        yield from _tokens()


def _gauge(name: str, said: str, labels: list[str], values: Sequence[tuple[tuple[str, ...], Any]]) -> Metric:
    family = GaugeMetricFamily(name, said, labels=labels)
    for at, value in values:
        family.add_metric(at, value)
    return family


def _of_divisions(divisions: list[Division]) -> Iterator[Metric]:
    now, label = clock.now(), ["division"]
    passed = [((str(row.code),), now - row.passed_at) for row in divisions if row.passed_at]
    late = [((str(row.code),), max(0, now - row.due_at)) for row in divisions if row.due_at]
    stopped = [((str(row.code),), int(bool(row.stopped) or row.sendcloud == "revoked")) for row in divisions]
    yield _gauge("pakbon_lag_seconds", "Since the last pass that ended well.", label, passed)
    yield _gauge("pakbon_overdue_seconds", "By how much the next pass is late.", label, late)
    yield _gauge("pakbon_stopped", "1 while something keeps the division from working.", label, stopped)
    failures = [((str(row.code),), row.failures) for row in divisions]
    yield _gauge("pakbon_failures", "Passes in a row that could not finish.", label, failures)


def _orders(divisions: list[Division]) -> Metric:
    counts = tallies.by_state([row.id for row in divisions], OrderState)
    found = [((str(row.code), state), count) for row in divisions for state, count in counts.get(row.id, {}).items()]
    return _gauge("pakbon_orders", "Sales orders by state.", ["division", "state"], found)


def _deliveries() -> Metric:
    query: Any = (
        Delivery.select(Division.code, Delivery.state, fn.COUNT(Delivery.id))
        .join(Division)
        .where(Division.sendcloud != "off")
        .group_by(Division.code, Delivery.state)
    )
    found = [((str(code), state), count) for code, state, count in query.tuples()]
    return _gauge("pakbon_deliveries", "Goods deliveries by state.", ["division", "state"], found)


def _budgets() -> Iterator[Metric]:
    now, minutes, days = clock.now(), [], []
    for row in list(Budget.select()):
        service, _, code = row.key.partition(":")
        at = (service, code)
        minutes.append((at, left_this_minute(row.known, MINUTES.get(service, EXACT_MINUTE), now)))
        if service == "exact":
            days.append((at, left_today(row.known, EXACT_DAY, now)[0]))
    labels = ["service", "division"]
    yield _gauge("pakbon_calls_left_minute", "Calls left of the running minute.", labels, minutes)
    yield _gauge("pakbon_calls_left_day", "Calls left of the running day.", labels, days)


def _tokens() -> Iterator[Metric]:
    now, label = clock.now(), ["connection"]
    rows = list(Connection.select())
    ages = [((str(row.id),), now - row.refreshed_at) for row in rows]
    today = clock.utc(now).date().isoformat()
    calls = [((str(row.id),), row.token_calls if row.token_day == today else 0) for row in rows]
    spent = [((str(row.id),), int(row.state != "active")) for row in rows]
    yield _gauge("pakbon_token_age_seconds", "Since the tokens of an Exact user were renewed.", label, ages)
    yield _gauge("pakbon_token_calls", "Renewals of today, of 200 that Exact allows.", label, calls)
    yield _gauge("pakbon_reconnect", "1 while an Exact user must sign in again.", label, spent)


registry = CollectorRegistry(auto_describe=False)
registry.register(_Database())
_passes = Histogram(
    "pakbon_pass_seconds", "How long passes take in this process.", ["division"], registry=registry, buckets=SECONDS
)


def passed(code: int, seconds: float) -> None:
    """A pass over this division has ended."""
    _passes.labels(str(code)).observe(seconds)


def text() -> bytes:
    return generate_latest(registry)
