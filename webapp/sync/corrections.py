"""What a person repaired here, remembered for the address or the article it belongs to and used for later orders."""

from collections.abc import Iterable, Mapping

from peewee import fn

from webapp import clock
from webapp.db import database
from webapp.models import Correction, Delivery, DeliveryLine, Division, Order
from webapp.sync import events
from webapp.sync.receiver import CORRECTABLE, address_key, address_words
from webapp.sync.records import SalesOrder
from webapp.sync.states import DeliveryState, OrderState

LONGEST = 200
ARTICLE = "article:"  # before an article's id, where an address has its key
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


def of_articles(division: Division) -> dict[str, dict[str, str]]:
    """Corrected fields by the id of the article in Exact."""
    rows = Correction.select().where(Correction.division == division, Correction.address.startswith(ARTICLE))
    found: dict[str, dict[str, str]] = {}
    for row in list(rows):
        found.setdefault(row.address.removeprefix(ARTICLE), {})[row.field] = row.value
    return found


def remember(order: Order, record: SalesOrder, values: dict[str, str], actor: str) -> None:
    """Keep these fields for the order's address. An empty value takes the correction back."""
    key, shown = address_key(record), address_words(record)[:255]
    with database.atomic():
        for field, value in values.items():
            if (name := field.rpartition(".")[2]) in CORRECTABLE:
                _put(order.division, key, shown, name, value.strip()[:LONGEST], actor)
        _decide_anew(order.division, shown)
        events.note(order.division, order, "corrected", actor=actor, fields=", ".join(values))


def remember_articles(
    order: Order, record: SalesOrder, articles: Mapping[str, Mapping[str, str]], actor: str
) -> None:
    """Keep these fields of articles of the order: by the id of each the fields of `customs.REPAIRABLE`."""
    lines = reversed(record.lines)  # of several with one article the first counts
    names = {line.item.guid: f"{line.item.code} {line.description}" for line in lines if line.item}
    fields = sorted({name for values in articles.values() for name in values})
    with database.atomic():
        for guid, values in articles.items():
            for name, value in values.items():
                _put(order.division, ARTICLE + guid, names.get(guid, "")[:255], name, value, actor)
        _decide_anew(order.division)
        events.note(order.division, order, "corrected", actor=actor, fields=", ".join(fields))


def _put(division: Division, key: str, shown: str, field: str, value: str, actor: str) -> None:
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
    """Forget a correction; orders without a label that it is about are decided upon anew with the next pass."""
    with database.atomic():
        events.note(correction.division, None, "correction_taken_back", actor=actor, field=correction.field)
        correction.delete_instance()
        of_article = correction.address.startswith(ARTICLE)
        _decide_anew(correction.division, None if of_article else correction.shown)


def _decide_anew(division: Division, shown: str | None = None) -> None:
    """The open orders; where an address is corrected those that may go there: of its city, which its words name."""
    now = clock.now()
    mine = (Order.division == division) & Order.state.in_([state.value for state in OPEN])
    if shown is not None:
        words = fn.LOWER(shown)
        mine &= (Order.city == "") | (fn.REPLACE(words, fn.LOWER(Order.city), "") != words)
    Order.update(checked=False).where(mine).execute()
    waiting = (OrderState.PROBLEM.value, OrderState.DUE.value)
    Order.update(due_at=now).where(mine, Order.state.in_(waiting)).execute()
    troubled = DeliveryLine.select(DeliveryLine.delivery).join(Order).where(mine)
    Delivery.update(due_at=now).where(
        Delivery.state == DeliveryState.PROBLEM.value, Delivery.id.in_(troubled)
    ).execute()
    Division.update(due_at=now).where(Division.id == division.id, Division.due_at.is_null(False)).execute()
