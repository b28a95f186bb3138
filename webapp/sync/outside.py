"""The clients of one division, with its tokens, keys and budgets from the database."""

from collections.abc import Callable
from typing import Any, TypeVar

from webapp.clients.budget import CallBudget
from webapp.clients.exact import ExactClient
from webapp.clients.exact_answers import SERVICE as EXACT
from webapp.clients.sendcloud import SERVICE as SENDCLOUD
from webapp.clients.sendcloud import SendcloudClient
from webapp.config import Config
from webapp.db import database
from webapp.errors import Reconnect
from webapp.models import Budget, Division
from webapp.sync import tokens

EXACT_MINUTE, EXACT_DAY = 60, 5000
SENDCLOUD_READS, SENDCLOUD_WRITES = 1000, 100
# Half of what Sendcloud allows in a second, and in a minute: one of ours may straddle two of theirs.
SENDCLOUD_BURST, SENDCLOUD_SHARE = 7, 0.5
Beat = Callable[[], None]
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
            kept = Budget.insert(key=self.key, known=known)
            kept.on_conflict(conflict_target=[Budget.key], preserve=[Budget.known]).execute()
        return result


def exact_client(
    config: Config, division: Division, *, patient: bool = True, beat: Beat | None = None
) -> ExactClient:
    """Raises Reconnect for a division that has no connection."""
    connection = division.connection
    if connection is None:
        raise Reconnect("no_connection")
    budget = CallBudget(
        Kept(f"exact:{division.code}"),
        service=EXACT,
        minute_limit=EXACT_MINUTE,
        day_limit=EXACT_DAY,
        share=0.8 if patient else 0.95,
        patient=patient,
        beat=beat,
    )
    return ExactClient(
        tokens.site(config, connection.country),
        division.code,
        lambda refused: tokens.access_token(config, connection.id, refused),
        budget,
    )


def sendcloud_client(
    config: Config, division: Division, *, patient: bool = True, beat: Beat | None = None
) -> SendcloudClient:
    """Raises Reconnect for a division that has no keys."""
    if not division.public_key or not division.secret_key:
        raise Reconnect("keys_missing")
    keys = division.public_key, division.secret_key
    return keys_client(config, division.code, *keys, patient=patient, beat=beat)


def keys_client(
    config: Config, code: int, public_key: str, secret_key: str, *, patient: bool, beat: Beat | None = None
) -> SendcloudClient:
    def budget(kind: str, minute_limit: int, burst: int | None = None) -> CallBudget:
        return CallBudget(
            Kept(f"{kind}:{code}"),
            service=SENDCLOUD,
            minute_limit=minute_limit,
            share=SENDCLOUD_SHARE if patient else 0.8,
            patient=patient,
            burst=burst,
            beat=beat,
        )

    return SendcloudClient(
        config.sendcloud_base_url,
        public_key,
        secret_key,
        reads=budget("sendcloud-get", SENDCLOUD_READS),
        writes=budget("sendcloud", SENDCLOUD_WRITES, SENDCLOUD_BURST),
    )
