"""Saving the configuration of a division: who, what, and which orders it concerns."""

from collections.abc import Mapping
from typing import Any

from webapp import clock
from webapp.db import database
from webapp.models import Delivery, Division, Event, Order, Part
from webapp.sync import events, rules
from webapp.sync.states import DeliveryState, OrderState

# What a new configuration no longer touches: labelled, set aside, or taken out of Sendcloud.
SETTLED = (OrderState.SHIPPED, OrderState.IGNORED, OrderState.REMOVED)
SHOWN = 10


def save(division: Division, wanted: Mapping[str, Any], seen: int | None, actor: str) -> bool:
    """Keep this configuration, and decide anew on every order that has no label yet. Nothing is sent here: the
    next pass does that. False, and nothing is kept, if somebody saved after version `seen`."""
    with database.atomic():
        current = Division.get_by_id(division.id)
        if seen is not None and current.rules_no != seen:
            return False
        changed = differences(current.rules, wanted)
        if not changed:
            return True
        now = clock.now()
        Division.update(rules=dict(wanted), rules_no=Division.rules_no + 1, due_at=_due_at(current, now)).where(
            Division.id == division.id
        ).execute()
        if rules.extra_item_fields(wanted) - rules.extra_item_fields(current.rules):
            Part.update(read_at=0).where(Part.division == division, Part.kind == "item").execute()
        _decide_anew(division, now)
        events.note(division, None, "configured", actor=actor, fields=", ".join(changed), rules=dict(wanted))
    return True


def _due_at(division: Division, now: int) -> int | None:
    """A paused division stays paused."""
    return now if division.due_at is not None else None


def _decide_anew(division: Division, now: int) -> None:
    open_orders = Order.update(checked=False).where(
        Order.division == division, Order.state.not_in([state.value for state in SETTLED])
    )
    open_orders.execute()
    waiting = (OrderState.PROBLEM.value, OrderState.DUE.value)
    Order.update(due_at=now).where(Order.division == division, Order.state.in_(waiting)).execute()
    Delivery.update(due_at=now).where(
        Delivery.division == division, Delivery.state == DeliveryState.PROBLEM.value
    ).execute()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Names of the fields that have another value."""
    before, after = _flat(old), _flat(new)
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _flat(saved: Mapping[str, Any]) -> dict[str, Any]:
    """As fields of the form; what is empty or off counts as not there."""
    found = {name: value for name, value in saved.items() if name != "warehouses"}
    found |= {f"warehouse_{key}": value for key, value in rules.warehouses(saved).items()}
    return {name: value for name, value in found.items() if value not in (None, "", False)}


def history(division: Division) -> list[Event]:
    """Who saved what, newest first."""
    saved = Event.select().where(Event.division == division, Event.code == "configured")
    return list(saved.order_by(Event.id.desc()).limit(SHOWN))
