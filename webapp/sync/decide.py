"""What becomes of an order, after Exact or the configuration changed: scope, mapping, state.

The decision itself is pure (`scope`, `mapping`, `states`); here rows are gathered, judged and written back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from webapp import clock, many
from webapp.db import database
from webapp.models import Delivery, DeliveryLine, Division, Order, OrderLine, Parcel
from webapp.sync import corrections, events, findable, parse_exact, parts, rules, scope, searched
from webapp.sync.mapping import Mapped, fingerprint, map_order
from webapp.sync.receiver import NOTHING
from webapp.sync.records import Problem, SalesOrder
from webapp.sync.states import DeliveryState, OrderState, move

BATCH = 500  # orders that are in memory at a time
# A problem is looked at again after a tenth of its age, at most every half hour: soon while somebody is
# repairing it in Exact, seldom when it lies.
SLOWEST_RECHECK = 1800
SENT = (OrderState.DUE, OrderState.INCOMING, OrderState.SHIPPED, OrderState.PROBLEM)
# What the buttons of an order change, and what saving a configuration does.
TOUCHED = (Order.state, Order.reason, Order.params, Order.due_at, Order.overwrite, Order.withdraw, Order.checked)
TAKEN_BACK = ("not_approved", "status_unknown")  # reasons that an order may get after it was sent
TOO_OLD = f"{OrderState.WAITING.value}:too_old"  # `Order.withdraw` of what a shorter period takes out of Sendcloud


@dataclass(frozen=True)
class Decision:
    """The state an order should be in, and why."""

    state: OrderState
    reason: str = ""
    problem: Problem | None = None
    mapped: Mapped | None = None


class KeptLine(NamedTuple):
    """A line of an order, as far as decisions need it: much quicker to make than a row of OrderLine."""

    order: int
    guid: str
    exact: dict[str, Any]


class ReadOrder(NamedTuple):
    """An order as it was read from Exact, with its lines; an Order has the same fields."""

    guid: str
    exact: dict[str, Any]
    sendcloud_id: str
    withdraw: str
    lines: list[KeptLine]


Read = Order | ReadOrder


def window_start(division: Division) -> str:
    """The first day (ISO) whose orders are taken."""
    days = rules.backfill_days(division.rules)
    first = (clock.utc(clock.now()).date() - timedelta(days=days)).isoformat()
    return min(first, division.taken_from or first)


def part_ids(division: Division, rows: Iterable[Read]) -> dict[str, set[str]]:
    """The other records that these orders of a division need."""
    wanted: dict[str, set[str]] = {kind: set() for kind in parts.KINDS}
    custom = rules.order_custom_fields(division.rules)
    for order in rows:
        for kind, ids in parse_exact.part_ids(order.exact, [line.exact for line in order.lines]).items():
            wanted[kind] |= ids
        if custom:
            wanted["custom"].add(order.guid)
    return wanted


def in_scope(order: Read, start: str) -> bool:
    """Whether it would go, with a window that begins on this day."""
    return not _judge(order, start).reason


def _judge(order: Read, start: str) -> scope.Verdict:
    """What stands in Sendcloud does not leave it by growing older: it may still be delivered, or the rest of it.
    Only a shorter period takes it out (see configure)."""
    stays = order.sendcloud_id and order.withdraw != TOO_OLD
    return scope.judge(order.exact, [line.exact for line in order.lines], "" if stays else start)


def with_lines(query: Any) -> Iterator[list[Order]]:
    """Orders of a query in batches, each with its lines already read."""
    for ids in _batches(query):
        batch = list(Order.select().where(many.among(Order.id, ids)).order_by(Order.number))
        lines = _lines(ids)
        for order in batch:
            order.lines = lines[order.id]
        yield batch


def as_read(query: Any) -> Iterator[list[Read]]:
    """The same, only what was read from Exact: at a first import that saves making each row twice."""
    for ids in _batches(query):
        lines = _lines(ids)
        fields = (Order.id, Order.guid, Order.exact, Order.sendcloud_id, Order.withdraw)
        rows: Any = Order.select(*fields).where(many.among(Order.id, ids))
        found = rows.tuples()
        yield [ReadOrder(guid, exact, sent, leaves, lines[key]) for key, guid, exact, sent, leaves in found]


def _batches(query: Any) -> Iterator[list[int]]:
    ids = [row[0] for row in query.select(Order.id).tuples()]
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _lines(ids: list[int]) -> dict[int, list[KeptLine]]:
    """The lines of these orders, by order."""
    lines: dict[int, list[KeptLine]] = {key: [] for key in ids}
    rows: Any = OrderLine.select(OrderLine.order, OrderLine.guid, OrderLine.exact)
    for row in rows.where(many.among(OrderLine.order, ids)).tuples():
        lines[row[0]].append(KeptLine(*row))
    return lines


def read_records(division: Division, batch: list[Order]) -> dict[int, SalesOrder]:
    """Each order as a record, from what was read of it and its parts. Sets city and country on the way: the
    row has them for lists and search only."""
    known = parts.known(division, part_ids(division, batch))
    repaired = corrections.of_articles(division)
    items = {key: parse_exact.item(row, repaired.get(key)) for key, row in known["item"].items() if row}
    records = {}
    for order in batch:
        record = parse_exact.order(order.exact, [line.exact for line in order.lines], known, items)
        order.city, order.country = record.place.city[:255], record.place.country
        records[order.id] = record
    return records


def map_rows(division: Division, batch: list[Order]) -> dict[int, Mapped]:
    """The mapping of each order, with what persons have corrected for its address and for itself."""
    records = read_records(division, batch)
    repaired = corrections.of(division, records.values())
    configured = rules.mapping_rules(division.rules, division.country)
    return {
        key: map_order(record, division.integration_id or 0, configured, repaired.get(record.guid, NOTHING))
        for key, record in records.items()
    }


def decide_all(division: Division, query: Any, *, placed: bool = True) -> None:
    """Judge the orders of a query and write their states; events for those that changed. With `placed` their goods
    deliveries that stand in Sendcloud without a label are looked at as well.

    By the configuration as it stands now, and of no order that somebody pressed a button of meanwhile: what he wants
    stands in its row, and the next pass decides on it."""
    for batch in with_lines(query):
        as_configured(division)
        start = window_start(division)
        verdicts = {order.id: _judge(order, start) for order in batch}
        mapped = map_rows(division, [order for order in batch if not verdicts[order.id].reason])
        labels = _labels(batch)
        with database.atomic():
            batch = _untouched(division, batch)
            changes: list[dict[str, Any]] = []
            happened = [
                (order.id, *event)
                for order in batch
                if (event := _write(order, _decide(order, verdicts, mapped, labels, division), changes))
            ]
            _add_words(batch, changes)
            many.update(Order, changes)
            events.note_all(division, happened)
            if placed:
                _look_at_placed(batch)
            events.touch(division)


def as_configured(division: Division) -> None:
    """What somebody saved holds at once, also while a pass is under way."""
    now = Division.get_by_id(division.id)
    division.rules, division.rules_no, division.preview = now.rules, now.rules_no, now.preview


def _untouched(division: Division, batch: list[Order]) -> list[Order]:
    """Those that are as they were when they were read; none if the configuration is another one since."""
    now = Division.get_by_id(division.id)
    if (now.rules_no, now.preview) != (division.rules_no, division.preview):
        return []
    rows: Any = Order.select(Order.id, *TOUCHED).where(many.among(Order.id, [order.id for order in batch]))
    stand = {row.id: row for row in rows}
    names = [field.name for field in TOUCHED]
    return [
        order
        for order in batch
        if order.id in stand and all(getattr(order, name) == getattr(stand[order.id], name) for name in names)
    ]


def _look_at_placed(batch: list[Order]) -> None:
    """Goods deliveries that stand in Sendcloud until somebody makes their label there follow what changed, as orders
    do (see label_place)."""
    mine = DeliveryLine.select(DeliveryLine.delivery).where(many.among(DeliveryLine.order, [row.id for row in batch]))
    Delivery.update(due_at=clock.now()).where(
        Delivery.id.in_(mine),
        Delivery.state == DeliveryState.MANUAL.value,
        Delivery.reason == "labels_by_hand",
        Delivery.ship_order != "",
    ).execute()


def _add_words(batch: list[Order], changes: list[dict[str, Any]]) -> None:
    """What each order is found by: its place is known by now, and its name may be another one."""
    rows = {order.id: order for order in batch}
    tracking = searched.tracking_of(rows)
    for change in changes:
        order = rows[change["id"]]
        change["search"] = findable.words(order.customer, order.city, tracking.get(order.id, ""))


def _decide(
    order: Order,
    verdicts: Mapping[int, scope.Verdict],
    mapped: Mapping[int, Mapped],
    labels: Mapping[int, Parcel],
    division: Division,
) -> Decision:
    verdict, found = verdicts[order.id], mapped.get(order.id)
    if order.id in labels and order.state in SENT and (verdict.gone or verdict.reason in ("", *TAKEN_BACK)):
        return _after_label(order, verdict, found, labels[order.id])
    return decide(order, verdict, found, division)


def decide(order: Order, verdict: scope.Verdict, mapped: Mapped | None, division: Division) -> Decision:
    """The one decision. An order that stands in Sendcloud leaves it through `withdraw` (see push_orders)."""
    state = OrderState(order.state)
    if state == OrderState.IGNORED and not verdict.gone:
        return Decision(state, order.reason)
    if state == OrderState.REMOVED and order.reason == "left_incoming" and not verdict.gone:
        return Decision(state, order.reason)
    if state == OrderState.PROBLEM and "delivery" in order.params and not (verdict.gone and order.sendcloud_id):
        return Decision(state, order.reason)  # its goods delivery is in trouble; the label step sees to it
    if verdict.gone:
        return Decision(OrderState.REMOVED, verdict.reason)
    if verdict.reason in ("closed", "nothing_to_ship") and (order.sendcloud_id or state == OrderState.SHIPPED):
        # Delivered in Exact: its label is made from what stands in Sendcloud, so leave it there.
        return _stays_there(state, order)
    if verdict.reason:
        return Decision(OrderState.WAITING, verdict.reason)
    assert mapped is not None
    if mapped.payload is None and mapped.problems[0].code == "nothing_to_ship" and order.sendcloud_id:
        return _stays_there(state, order)
    if mapped.payload is None:
        return _held_back(mapped)
    if division.preview and order.sendcloud_id:
        return _stays_there(state, order)  # from before it was connected anew to look on
    if division.preview:
        return Decision(OrderState.WAITING, "preview", mapped=mapped)
    if (
        state == OrderState.PROBLEM
        and order.reason in ("edited_in_sendcloud", "refused")
        and (fingerprint(mapped.payload) == _refused_hash(order))
    ):
        return Decision(state, order.reason)
    if order.payload_hash and fingerprint(mapped.payload) == order.payload_hash and not order.overwrite:
        return Decision(OrderState.INCOMING, mapped=mapped)
    return Decision(OrderState.DUE, mapped=mapped)


def _labels(batch: list[Order]) -> dict[int, Parcel]:
    """The labels that were made of these orders as they stood in Sendcloud (not of deliveries sent by themselves)."""
    rows = Parcel.select().where(Parcel.order.in_([order.id for order in batch]), ~Parcel.cancelled)
    numbers = {order.id: str(order.number) for order in batch}
    return {row.order_id: row for row in rows if row.order_id and row.order_number == numbers[row.order_id]}


def _after_label(order: Order, verdict: scope.Verdict, mapped: Mapped | None, label: Parcel) -> Decision:
    """It has left Incoming orders with its label: nothing is sent or taken out, but a change is told."""
    state = OrderState(order.state)
    if state == OrderState.PROBLEM and "delivery" in order.params:
        return Decision(state, order.reason)
    state = OrderState.SHIPPED if state == OrderState.SHIPPED else OrderState.INCOMING
    changed = bool(verdict.reason) or _differs(order, mapped, label)
    return Decision(state, "changed_after_label" if changed else "")


def _differs(order: Order, mapped: Mapped | None, label: Parcel) -> bool:
    """Whether another receiver or other quantities are wanted than those that were sent for the label. What went
    in other deliveries, before or after, is no change."""
    if mapped is None or mapped.payload is None or not order.payload:
        return False
    if mapped.payload["shipping_address"] != order.payload.get("shipping_address"):
        return True
    sent, wanted = _quantities(order.payload), _quantities(mapped.payload)
    others: dict[str, Decimal] = {}
    for row in list(DeliveryLine.select().where(DeliveryLine.order == order)):
        if label.delivery_id is None or row.delivery_id != label.delivery_id:
            others[row.order_line] = others.get(row.order_line, Decimal(0)) + parse_exact.number(row.quantity)
    if wanted.keys() - sent.keys() - others.keys():
        return True
    ordered = {line.guid: parse_exact.number(line.exact.get("Quantity")) for line in order.lines}
    broken = {key for key, quantity in ordered.items() if quantity != quantity.to_integral_value()}
    return any(
        not sent[key] <= ordered.get(key, Decimal(0)) <= sent[key] + others.get(key, Decimal(0))
        for key in sent.keys() - broken
    )


def _quantities(payload: Mapping[str, Any]) -> dict[str, Decimal]:
    """Pieces by item id. A broken quantity is sent as one piece."""
    items = payload["order_details"]["order_items"]
    return {item["item_id"]: Decimal(item["quantity"]) for item in items}


def _stays_there(state: OrderState, order: Order) -> Decision:
    """As it is: what is delivered is labelled from there. One that was set aside stands there still, and so does one
    whose change was refused: retried, it is the label's turn to put there what was delivered."""
    retried = state == OrderState.PROBLEM and order.reason == "refused" and not _refused_hash(order)
    back = retried or state in (OrderState.WAITING, OrderState.DUE)
    return Decision(OrderState.INCOMING) if back else Decision(state, order.reason)


def _held_back(mapped: Mapped) -> Decision:
    first = mapped.problems[0]
    if first.code == "nothing_to_ship":
        return Decision(OrderState.WAITING, first.code, mapped=mapped)
    return Decision(OrderState.PROBLEM, first.code, first, mapped)


def _refused_hash(order: Order) -> str:
    """The payload that was refused, or kept back: unchanged, it is not tried again by itself."""
    return str(order.params.get("hash", ""))


def _write(order: Order, decision: Decision, changes: list[dict[str, Any]]) -> tuple[str, dict[str, Any]] | None:
    """Add to `changes` what the decision makes of the row. Returns the event, if something changed."""
    leaves = decision.state in (OrderState.WAITING, OrderState.REMOVED)
    if leaves and order.sendcloud_id and order.state != OrderState.REMOVED:
        return _withdraw(order, decision)
    old = (order.state, order.reason, order.field, order.value)
    # All of it was delivered as orders of their own, and it is about to leave Incoming orders for that.
    delivered = order.withdraw.startswith(OrderState.SHIPPED.value) and decision.state == order.state
    problem = decision.problem or Problem(decision.reason)
    kept = decision.state == order.state and decision.reason == order.reason and decision.problem is None
    fields: dict[str, Any] = {
        "state": move(order.state, decision.state).value,
        "reason": decision.reason,
        "field": order.field if kept else problem.field,
        "value": order.value if kept else problem.value[:200],
        "params": order.params if kept else dict(problem.params),
        "withdraw": order.withdraw if delivered else "",
        "checked": True,
        "city": order.city,
        "country": order.country,
        "since": order.since,
        "changed_at": order.changed_at,
        "attempts": order.attempts,
        "payload": _to_send(order, decision),
    }
    changed = old != (fields["state"], fields["reason"], fields["field"], fields["value"])
    fields["due_at"] = order.due_at if delivered else _due_at(order, decision, changed)
    if changed:
        fields |= {"since": clock.now(), "changed_at": clock.now()}
        if decision.state == OrderState.DUE:
            fields["attempts"] = 0
    changes.append({"id": order.id, **fields})
    if not changed:
        return None
    detail = {
        "reason": decision.reason,
        "field": problem.field,
        "value": problem.value[:200],
        **problem.params,
    }
    return decision.state.value, detail


def _to_send(order: Order, decision: Decision) -> dict[str, Any] | None:
    """The payload of an order that goes for the first time is kept for the push; of any other the row has what
    Sendcloud was sent."""
    first = not order.payload_hash and order.sending_since is None
    if first and decision.state == OrderState.DUE and decision.mapped is not None:
        return decision.mapped.payload
    return order.payload


def _due_at(order: Order, decision: Decision, changed: bool) -> int | None:
    now = clock.now()
    if decision.state == OrderState.DUE:
        return now if changed or order.due_at is None else int(order.due_at)
    if decision.state == OrderState.PROBLEM:
        age = 0 if changed else now - order.since
        return int(now + min(age // 10, SLOWEST_RECHECK))
    return None


def _withdraw(order: Order, decision: Decision) -> tuple[str, dict[str, Any]] | None:
    """It must first leave Incoming orders; the push step does that and then sets the state."""
    target = f"{decision.state.value}:{decision.reason}"
    fresh = order.withdraw != target
    due_at = clock.now() if fresh else order.due_at
    Order.update(withdraw=target, due_at=due_at, checked=True).where(Order.id == order.id).execute()
    return ("withdraw", {"reason": decision.reason}) if fresh else None
