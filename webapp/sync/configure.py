"""Saving the configuration of a division: who, what, and which orders it concerns."""

from collections.abc import Mapping
from typing import Any

from webapp import clock
from webapp.db import database
from webapp.models import Delivery, Division, Event, Order, Parcel, Part
from webapp.sync import decide, events, rules
from webapp.sync.states import DeliveryState, OrderState

# What a new configuration no longer touches: labelled, set aside, or taken out of Sendcloud.
SETTLED = (OrderState.SHIPPED, OrderState.IGNORED, OrderState.REMOVED)
SHOWN = 20


def save(division: Division, wanted: Mapping[str, Any], seen: int | None, actor: str, **how: str) -> bool:
    """Keep this configuration, and decide anew on every order that has no label yet. Nothing is sent here: the
    next pass does that. False, and nothing is kept, if somebody saved after version `seen`.

    The event of it tells what the changed fields were before, all that holds from then on, and `how` it came
    about: `how` is restored, imported or copied, `source` says from where."""
    with database.atomic():
        current = Division.get_by_id(division.id)
        if seen is not None and current.rules_no != seen:
            return False
        changed = rules.differences(current.rules, wanted)
        if not changed:
            return True
        now = clock.now()
        Division.update(rules=dict(wanted), rules_no=Division.rules_no + 1, due_at=_due_at(current, now)).where(
            Division.id == division.id
        ).execute()
        if rules.extra_item_fields(wanted) - rules.extra_item_fields(current.rules):
            Part.update(read_at=0).where(Part.division == division, Part.kind == "item").execute()
        _decide_anew(division, now)
        if rules.backfill_days(wanted) < rules.backfill_days(current.rules):
            _take_out_older(Division.get_by_id(division.id), now)
        was = rules.flat(current.rules)
        before = {name: was.get(name) for name in changed}
        kept: dict[str, Any] = {"fields": ", ".join(changed), "before": before, "rules": dict(wanted), **how}
        events.note(division, None, "configured", actor=actor, **kept)
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


def _take_out_older(division: Division, now: int) -> None:
    """Of what stands in Sendcloud a shorter period takes out what it leaves behind, but nothing with a label."""
    labelled = Parcel.select(Parcel.order).where(~Parcel.cancelled, Parcel.order.is_null(False))
    standing = Order.select(Order.id).where(
        Order.division == division, Order.sendcloud_id != "", Order.order_date < decide.window_start(division)
    )
    Order.update(withdraw=decide.TOO_OLD, due_at=now).where(
        Order.id.in_(standing.where(Order.withdraw == "", Order.state.not_in([s.value for s in SETTLED]))),
        Order.id.not_in(labelled),
    ).execute()


def history(division: Division) -> list[Event]:
    """Who saved what, newest first."""
    saved = Event.select().where(Event.division == division, Event.code == "configured")
    return list(saved.order_by(Event.id.desc()).limit(SHOWN))


def saved_as(division: Division, key: int) -> Event | None:
    """One of the saves of this division."""
    return Event.get_or_none(Event.id == key, Event.division == division, Event.code == "configured")
