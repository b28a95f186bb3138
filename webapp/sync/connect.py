"""Connecting a division to Sendcloud: keys are tried before they are stored, one integration for one division."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from peewee import IntegrityError

from webapp import clock
from webapp.config import Config
from webapp.db import database
from webapp.errors import NeedsPerson, NoAccess, NotFound, Reconnect
from webapp.models import Delivery, Division, Order
from webapp.sync import events, lists, optional, outside, pull_deliveries
from webapp.sync.states import DeliveryState, OrderState

LONGEST_KEY = 200


@dataclass(frozen=True)
class Found:
    """What a pair of keys opens; `sender_addresses` is None for keys that may not read them. `taken_by` names the
    division that already uses the integration."""

    integration_id: int
    shop_name: str
    sender_addresses: list[dict[str, Any]] | None = field(default_factory=list)
    service_points: bool = False
    carriers: list[str] = field(default_factory=list)
    taken_by: str = ""


def try_keys(config: Config, division: Division, public_key: str, secret_key: str) -> Found:
    """Ask Sendcloud what these keys are. Stores nothing.

    Wrong keys cost one call and raise NeedsPerson("keys_wrong"); keys that look impossible cost none. Keys that
    another division uses cost one call too.
    """
    public_key, secret_key = public_key.strip(), secret_key.strip()
    if not _possible(public_key) or not _possible(secret_key):
        raise NeedsPerson("keys_wrong")
    client = outside.keys_client(config, division.code, public_key, secret_key, patient=False)
    try:
        integration_id = client.integration_id()
    except Reconnect as error:
        raise NeedsPerson("keys_wrong") from error
    other = _others(integration_id, division).where(Division.sendcloud != "off").first()
    if other:
        return Found(integration_id, other.shop_name, other.sender_addresses, taken_by=other.name)
    shop = _allowed(lambda: client.integration(integration_id)) or {}
    return Found(
        integration_id=integration_id,
        shop_name=str(shop.get("shop_name") or ""),
        sender_addresses=_allowed(client.sender_addresses),
        service_points=bool(shop.get("service_point_enabled")),
        carriers=[str(name) for name in shop.get("service_point_carriers") or []],
    )


def _allowed(read: Callable[[], Any]) -> Any:
    """None where these keys may not read: it is good to show, but they can still ship."""
    try:
        return read()
    except (NotFound, NoAccess):
        return None


def connect(
    config: Config, division: Division, public_key: str, secret_key: str, *, preview: bool, actor: str
) -> Found:
    """Try the keys, store them and start. Raises NeedsPerson("integration_taken") and whatever try_keys does."""
    if division.connection is None or division.connection.state != "active":
        raise Reconnect("token_spent")
    found = try_keys(config, division, public_key, secret_key)
    if found.taken_by:
        raise NeedsPerson("integration_taken", division=found.taken_by)
    try:
        with database.atomic():
            _store(division, found, public_key.strip(), secret_key.strip(), preview)
            events.note(division, None, "connected", actor=actor, shop=found.shop_name)
    except IntegrityError as error:  # two divisions at the same moment
        raise NeedsPerson("integration_taken", division="") from error
    return found


def _others(integration_id: int, division: Division) -> Any:
    return Division.select().where(Division.integration_id == integration_id, Division.id != division.id)


def _store(division: Division, found: Found, public_key: str, secret_key: str, preview: bool) -> None:
    for former in _others(found.integration_id, division):  # disconnected: the integration is free again
        _forget_pushes(former)
        Division.update(integration_id=None).where(Division.id == former.id, Division.sendcloud == "off").execute()
    read_at = 0 if found.sender_addresses is None else clock.now()
    same = division.integration_id in (None, found.integration_id)
    if not same:
        _forget_pushes(division)
    Division.update(
        sendcloud="on",
        public_key=public_key,
        secret_key=secret_key,
        integration_id=found.integration_id,
        shop_name=found.shop_name[:255],
        sender_addresses=found.sender_addresses or [],
        lists={**Division.get_by_id(division.id).lists, "senders_at": read_at},
        hook_token=division.hook_token or secrets.token_urlsafe(24),
        preview=preview,
        stopped="",
        stopped_params={},
        failures=0,
        due_at=clock.now(),
        cursors=optional.forget(pull_deliveries.connected(division), lists.SENDERS),
    ).where(Division.id == division.id).execute()
    undecided = (Order.reason == "preview") | (Order.state == OrderState.DUE.value)
    Order.update(checked=False).where(Order.division == division, undecided).execute()


def _forget_pushes(division: Division) -> None:
    """Another integration knows none of our orders: what stood in the old one's list is decided upon anew."""
    Order.update(
        payload_hash="", sendcloud_id="", pushed_at=None, sending_since=None, withdraw="", checked=False
    ).where(Order.division == division).execute()
    Delivery.update(ship_order="", ship_number="", params={}, due_at=clock.now()).where(
        Delivery.division == division, Delivery.state == DeliveryState.MANUAL.value, Delivery.ship_order != ""
    ).execute()


def disconnect(division: Division, actor: str) -> None:
    """Forget the keys. Orders, settings and timelines stay, so that connecting again goes on from here; the
    integration stays noted until then, because the orders that were sent stand there."""
    with database.atomic():
        Division.update(
            sendcloud="off", public_key="", secret_key="", stopped="", stopped_params={}, due_at=None
        ).where(Division.id == division.id).execute()
        events.note(division, None, "disconnected", actor=actor)


def _possible(key: str) -> bool:
    return 1 <= len(key) <= LONGEST_KEY and key.isprintable() and key.isascii() and ":" not in key
