"""What a person repaired here, remembered for the address or the article it belongs to and used for later orders; and
where a single order is to go."""

from collections.abc import Iterable, Mapping

from peewee import Expression, fn

from webapp import clock, many
from webapp.db import database
from webapp.models import Correction, Delivery, DeliveryLine, Division, Order
from webapp.sync import chosen_point, events
from webapp.sync.receiver import CORRECTABLE, address_key, address_words
from webapp.sync.records import SalesOrder
from webapp.sync.states import DeliveryState, OrderState

LONGEST = 200
ARTICLE = "article:"  # before an article's id, where an address has its key
ORDER = "order:"  # likewise before an order's
OPEN = (OrderState.WAITING, OrderState.DUE, OrderState.INCOMING, OrderState.PROBLEM)


def of(division: Division, orders: Iterable[SalesOrder]) -> dict[str, dict[str, str]]:
    """Corrected fields by the id of an order in Exact: those of its address and its own."""
    if not Correction.select().where(Correction.division == division).exists():
        return {}
    keys = {order.guid: (address_key(order), ORDER + order.guid) for order in orders}
    known: dict[str, dict[str, str]] = {}
    wanted = many.among(Correction.address, {key for pair in keys.values() for key in pair})
    for row in list(Correction.select().where(Correction.division == division, wanted)):
        known.setdefault(row.address, {})[row.field] = row.value
    return {guid: {**known.get(where, {}), **known.get(own, {})} for guid, (where, own) in keys.items()}


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
        _decide_anew(order.division, _may_go_to(shown))
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


def remember_service_point(order: Order, told: str, where: str, actor: str) -> None:
    """Have this order go to another service point, or to its address, as long as Exact tells this one."""
    value = chosen_point.kept(told, where)
    with database.atomic():
        _put(order.division, ORDER + order.guid, str(order.number), chosen_point.FIELD, value, actor)
        _decide_anew(order.division, Order.id == order.id)
        events.note(order.division, order, "corrected", actor=actor, fields=chosen_point.FIELD)


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
        _decide_anew(correction.division, _touched_by(correction))


def _touched_by(correction: Correction) -> Expression | None:
    if correction.address.startswith(ARTICLE):
        return None
    if correction.address.startswith(ORDER):
        return Order.guid == correction.address.removeprefix(ORDER)
    return _may_go_to(correction.shown)


def _may_go_to(shown: str) -> Expression:
    """Orders of the city that the words of an address name."""
    words = fn.LOWER(shown)
    return (Order.city == "") | (fn.REPLACE(words, fn.LOWER(Order.city), "") != words)


def _decide_anew(division: Division, which: Expression | None = None) -> None:
    """The open orders, or which of them."""
    now = clock.now()
    mine = (Order.division == division) & Order.state.in_([state.value for state in OPEN])
    if which is not None:
        mine &= which
    Order.update(checked=False).where(mine).execute()
    waiting = (OrderState.PROBLEM.value, OrderState.DUE.value)
    Order.update(due_at=now).where(mine, Order.state.in_(waiting)).execute()
    troubled = DeliveryLine.select(DeliveryLine.delivery).join(Order).where(mine)
    Delivery.update(due_at=now).where(
        Delivery.state == DeliveryState.PROBLEM.value, Delivery.id.in_(troubled)
    ).execute()
    Division.update(due_at=now).where(Division.id == division.id, Division.due_at.is_null(False)).execute()
