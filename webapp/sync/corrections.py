"""What a person repaired here, remembered for the address it belongs to and used for later orders."""

from collections.abc import Iterable

from peewee import fn

from webapp import clock
from webapp.db import database
from webapp.models import Correction, Delivery, DeliveryLine, Division, Order
from webapp.sync import events
from webapp.sync.receiver import CORRECTABLE, address_key, address_words
from webapp.sync.records import SalesOrder
from webapp.sync.states import DeliveryState, OrderState

LONGEST = 200
OPEN = (OrderState.WAITING, OrderState.DUE, OrderState.INCOMING, OrderState.PROBLEM)


def of(division: Division, orders: Iterable[SalesOrder]) -> dict[str, dict[str, str]]:
    """Corrected fields by address key."""
    if not Correction.select().where(Correction.division == division).exists():
        return {}
    keys = {address_key(order) for order in orders}
    found: dict[str, dict[str, str]] = {}
    for row in list(Correction.select().where(Correction.division == division, Correction.address.in_(sorted(keys)))):
        found.setdefault(row.address, {})[row.field] = row.value
    return found


def remember(order: Order, record: SalesOrder, values: dict[str, str], actor: str) -> None:
    """Keep these fields for the order's address. An empty value takes the correction back."""
    key, shown = address_key(record), address_words(record)[:255]
    with database.atomic():
        for field, value in values.items():
            _put(order.division, key, shown, field.rpartition(".")[2], value.strip()[:LONGEST], actor)
        _decide_anew(order.division, shown)
        events.note(order.division, order, "corrected", actor=actor, fields=", ".join(values))


def _put(division: Division, key: str, shown: str, field: str, value: str, actor: str) -> None:
    if field not in CORRECTABLE:
        return
    if not value:
        Correction.delete().where(
            Correction.division == division, Correction.address == key, Correction.field == field
        ).execute()
        return
    Correction.insert(
        division=division, address=key, shown=shown, field=field, value=value, actor=actor, made_at=clock.now()
    ).on_conflict(
        conflict_target=[Correction.division, Correction.address, Correction.field],
        preserve=[Correction.value, Correction.actor, Correction.made_at, Correction.shown],
    ).execute()


def take_back(correction: Correction, actor: str) -> None:
    """Forget a correction; orders to that address without a label are decided upon anew with the next pass."""
    with database.atomic():
        events.note(correction.division, None, "correction_taken_back", actor=actor, field=correction.field)
        correction.delete_instance()
        _decide_anew(correction.division, correction.shown)


def _decide_anew(division: Division, shown: str) -> None:
    """The open orders that may go to this address: those of its city, which its words name."""
    now = clock.now()
    words = fn.LOWER(shown)
    here = (Order.city == "") | (fn.REPLACE(words, fn.LOWER(Order.city), "") != words)
    mine = (Order.division == division) & here & Order.state.in_([state.value for state in OPEN])
    Order.update(checked=False).where(mine).execute()
    waiting = (OrderState.PROBLEM.value, OrderState.DUE.value)
    Order.update(due_at=now).where(mine, Order.state.in_(waiting)).execute()
    troubled = DeliveryLine.select(DeliveryLine.delivery).join(Order).where(mine)
    Delivery.update(due_at=now).where(
        Delivery.state == DeliveryState.PROBLEM.value, Delivery.id.in_(troubled)
    ).execute()
    Division.update(due_at=now).where(Division.id == division.id, Division.due_at.is_null(False)).execute()
