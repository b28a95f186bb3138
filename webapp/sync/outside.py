"""The clients of one division, with its tokens, keys and budgets from the database."""

from collections.abc import Callable
from typing import Any, TypeVar

from webapp.clients.budget import CallBudget
from webapp.clients.exact import ExactClient
from webapp.clients.sendcloud import SendcloudClient
from webapp.config import Config
from webapp.db import database
from webapp.errors import Reconnect
from webapp.models import Budget, Division
from webapp.sync import tokens

T = TypeVar("T")


class Kept:
    """What is known of one budget, as a row: shared by all processes."""

    def __init__(self, key: str) -> None:
        self.key = key

    def change(self, work: Callable[[dict[str, Any]], T]) -> T:
        with database.atomic():
            row = Budget.get_or_none(Budget.key == self.key)
            known = dict(row.known) if row else {}
            result = work(known)
            Budget.insert(key=self.key, known=known).on_conflict_replace().execute()
        return result


def exact_client(config: Config, division: Division, *, patient: bool = True) -> ExactClient:
    """Raises Reconnect for a division that has no connection."""
    connection = division.connection
    if connection is None:
        raise Reconnect("no_connection")
    budget = CallBudget(
        Kept(f"exact:{division.code}"),
        service="Exact Online",
        minute_limit=60,
        day_limit=5000,
        share=0.8 if patient else 0.95,
        patient=patient,
    )
    return ExactClient(
        tokens.site(config, connection.country),
        division.code,
        lambda refused: tokens.access_token(config, connection.id, refused),
        budget,
    )


def sendcloud_client(config: Config, division: Division, *, patient: bool = True) -> SendcloudClient:
    """Raises Reconnect for a division that has no keys."""
    if not division.public_key or not division.secret_key:
        raise Reconnect("keys_missing")
    return keys_client(config, division.code, division.public_key, division.secret_key, patient=patient)


def keys_client(config: Config, code: int, public_key: str, secret_key: str, *, patient: bool) -> SendcloudClient:
    def budget(kind: str, minute_limit: int) -> CallBudget:
        return CallBudget(Kept(f"{kind}:{code}"), service="Sendcloud", minute_limit=minute_limit, patient=patient)

    return SendcloudClient(
        config.sendcloud_base_url,
        public_key,
        secret_key,
        reads=budget("sendcloud-get", 1000),
        writes=budget("sendcloud", 100),
    )
