"""Step 2: due orders to Sendcloud's Incoming orders, at most 100 a call, all or none.

Sendcloud matches on our order id, so sending twice makes no second order; but it overwrites what the merchant
edited in the panel. Hence: an unchanged order is never sent, a changed one only after a look at what stands
there, and an order whose answer was lost is looked for first.
"""

from typing import Any

from webapp import clock, leases, many
from webapp.clients.sendcloud import BATCH, BatchRefused, Pushed, SendcloudClient
from webapp.db import database
from webapp.errors import NeedsPerson, PakbonError, Reconnect, Refused, Retryable
from webapp.models import Division, Order
from webapp.sync import adopt, decide, deliveries, edited, events, parse_sendcloud, progress
from webapp.sync.mapping import fingerprint
from webapp.sync.states import OrderState, move

CLAIM_SECONDS = 600
FIRST_DELAY, LONGEST_DELAY = 20, 1800
Row = dict[str, Any]
EXPLAINED = ("field", "value", "params", "since", "due_at")  # beside state and reason
SENDING = [field for field in Order._meta.sorted_fields if field is not Order.exact]  # what a push needs of a row


def run(sendcloud: SendcloudClient, division: Division) -> int:
    """Withdraw what must leave, send what is due; returns how many orders Sendcloud accepted. While the division only
    looks on, both wait."""
    if division.preview:
        return 0
    _withdraw_all(sendcloud, division)
    return _push_all(sendcloud, division)


def send_one(sendcloud: SendcloudClient, division: Division, order: Order, payload: Row) -> bool:
    """Send one order now, under the same rules; False when it may not be sent or was refused."""
    if not _may_send(sendcloud, division, order, payload):
        return False
    return _send(sendcloud, division, [(order, payload)]) == 1


# -- sending ------------------------------------------------------------------------------------------------


def _push_all(sendcloud: SendcloudClient, division: Division) -> int:
    count = 0
    waiting = _due(division).count()
    while batch := _claim(division):
        if waiting > BATCH:
            progress.put(division, phase="push", pushed=count, to_push=waiting)
        try:
            count += _push_batch(sendcloud, division, batch)
        finally:
            _release(batch)
    return count


def _due(division: Division) -> Any:
    return Order.select().where(
        Order.division == division, Order.state == OrderState.DUE.value, Order.due_at <= clock.now()
    )


def _claim(division: Division) -> list[Order]:
    """Take up to 100 due rows by conditional UPDATE: another process gets others, or none."""
    owner, now = leases.new_owner(), clock.now()
    free = _due(division).where(Order.claimed_until <= now).order_by(Order.number).limit(BATCH)
    ids = [row[0] for row in free.select(Order.id).tuples()]
    with database.atomic():
        Order.update(claimed_by=owner, claimed_until=now + CLAIM_SECONDS).where(
            many.among(Order.id, ids), Order.claimed_until <= now, Order.state == OrderState.DUE.value
        ).execute()
    taken = Order.select(*SENDING).where(many.among(Order.id, ids), Order.claimed_by == owner)
    return list(taken.order_by(Order.number))


def _release(batch: list[Order]) -> None:
    ids = [order.id for order in batch]
    Order.update(claimed_by="", claimed_until=0).where(many.among(Order.id, ids)).execute()


def _push_batch(sendcloud: SendcloudClient, division: Division, batch: list[Order]) -> int:
    payloads = _payloads(division, batch)
    ready: list[tuple[Order, Row]] = []
    for order in batch:
        payload = payloads[order.id]
        if payload is None:
            _decide_again(division, order)
        elif _may_send(sendcloud, division, order, payload):
            ready.append((order, payload))
    return _send(sendcloud, division, ready)


def _payloads(division: Division, batch: list[Order]) -> dict[int, Row | None]:
    """What to send of each order: as it was decided, if it goes for the first time, else mapped now."""
    found: dict[int, Row | None] = {order.id: order.payload for order in batch if _is_prepared(division, order)}
    others = Order.select().where(many.among(Order.id, [order.id for order in batch if order.id not in found]))
    for part in decide.with_lines(others):
        found |= {key: mapped.payload for key, mapped in decide.map_rows(division, part).items()}
    return found


def _is_prepared(division: Division, order: Order) -> bool:
    if order.payload is None or order.payload_hash or order.sending_since is not None or not order.checked:
        return False
    return bool(order.payload["order_details"]["integration"]["id"] == division.integration_id)


def _decide_again(division: Division, order: Order) -> None:
    """It was due, but cannot be mapped any more: an item or a rule changed meanwhile."""
    decide.decide_all(division, Order.select().where(Order.id == order.id))


def _may_send(sendcloud: SendcloudClient, division: Division, order: Order, payload: Row) -> bool:
    """Whether a push would overwrite nothing. False has written to the row what happens instead."""
    if order.overwrite or (order.sending_since is None and not order.sendcloud_id):
        return True
    there = _stands(sendcloud, division, order)
    if order.sending_since is not None and there is None and not order.payload_hash:
        return True  # the lost call never arrived
    if there is None and being_saved(order):
        Order.update(due_at=clock.now() + FIRST_DELAY).where(Order.id == order.id).execute()
        return False
    # Whether an order with a label still stands there is not documented.
    if left_with_a_label(sendcloud, division, order):
        _decide_again(division, order)
        return False
    if there is None:
        left_incoming(division, order)
        return False
    order.sendcloud_id = str(there.get("id") or order.sendcloud_id)
    changes = edited.changes(order.payload or {}, there, order.pushed_at)
    if not changes and not _arrived(order, payload):
        return True
    if not edited.changes(payload, there, None):  # it stands there just as we would send it: adopt
        _accepted(division, order, payload, order.sendcloud_id, clock.now())
        return False
    params = {"hash": fingerprint(payload), "fields": ", ".join(changes[:5])}
    _set(division, order, OrderState.PROBLEM, "edited_in_sendcloud", field=changes[0], params=params)
    return False


def left_with_a_label(sendcloud: SendcloudClient, division: Division, order: Order) -> bool:
    """Whether somebody made its label in the panel meanwhile; it is taken over. An order that had the same number
    before may have one as well."""
    found = sendcloud.shipments_of(division.integration_id or 0, str(order.number))
    parcels = [parcel for shipment in found for parcel in parse_sendcloud.parcels(shipment) if parcel.has_label]
    taken = [adopt.take(division, parcel) for parcel in parcels]  # all of them, not only the first
    return any(row is not None and row.order_id == order.id for row in taken)


def left_incoming(division: Division, order: Order) -> None:
    """It does not stand in Incoming orders any more, and no label took it out: somebody did."""
    _set(division, order, OrderState.REMOVED, "left_incoming", sendcloud_id="", sending_since=None)


def _stands(sendcloud: SendcloudClient, division: Division, order: Order) -> Row | None:
    """By Sendcloud's id, and else by our own: an answer that it is not there may be a fault."""
    found = sendcloud.order(order.sendcloud_id) if order.sendcloud_id else None
    return found or sendcloud.find_order(division.integration_id or 0, order.guid)


def _arrived(order: Order, payload: Row) -> bool:
    """An order that stands there although no answer ever said so was sent by the call whose answer was lost."""
    return not order.payload_hash and fingerprint(order.payload or {}) == fingerprint(payload)


def being_saved(order: Order) -> bool:
    """Sendcloud saves after it has answered: until then an order that it took cannot be seen there."""
    return order.pushed_at is not None and clock.now() <= order.pushed_at + edited.SAVING


def _send(sendcloud: SendcloudClient, division: Division, ready: list[tuple[Order, Row]]) -> int:
    """Post; a refused batch names its culprits, the rest is sent again. Where it names none it is halved."""
    count = 0
    queue = [ready] if ready else []
    while queue:
        part = queue.pop()
        _intend(part)
        try:
            pushed = sendcloud.put_orders([payload for _, payload in part])
        except BatchRefused as error:
            _forget_intent(part)
            queue.extend(_without_culprits(division, part, error))
        except (NeedsPerson, Reconnect):
            _forget_intent(part)
            raise
        except Retryable as error:
            _later(division, part, error)
            if error.code != "still_processing":
                raise
        else:
            count += len(part)
            _all_accepted(division, part, pushed)
    return count


def _intend(part: list[tuple[Order, Row]]) -> None:
    """The intent is committed before the call: a crash in the middle leaves the outcome marked unknown."""
    # What stands there is compared with what was accepted, not with what may never have arrived.
    first = [(order, payload) for order, payload in part if not order.payload_hash and order.payload != payload]
    with database.atomic():
        many.update(Order, [{"id": order.id, "payload": payload} for order, payload in first])
        many.update(Order, [{"id": order.id, "sending_since": clock.now()} for order, _ in part])


def _forget_intent(part: list[tuple[Order, Row]]) -> None:
    """A refusal is all or none: nothing of it arrived."""
    ids = [order.id for order, _ in part]
    Order.update(sending_since=None).where(many.among(Order.id, ids)).execute()


def _without_culprits(
    division: Division, part: list[tuple[Order, Row]], error: BatchRefused
) -> list[list[tuple[Order, Row]]]:
    culprits = {fault.index for fault in error.faults if fault.index is not None and fault.index < len(part)}
    if len(part) == 1:
        culprits = {0}
    if not culprits:
        half = len(part) // 2
        return [part[:half], part[half:]]
    for index in sorted(culprits):
        order, payload = part[index]
        fault = next(fault for fault in error.faults if fault.index in (index, None))
        _refused(division, order, payload, fault.field, fault.detail, error)
    rest = [pair for index, pair in enumerate(part) if index not in culprits]
    return [rest] if rest else []


def _refused(division: Division, order: Order, payload: Row, field: str, detail: str, error: Refused) -> None:
    params = {"hash": fingerprint(payload), "detail": detail[:500]}
    value = edited.at(payload, field)
    text = "" if value is None or isinstance(value, dict | list) else str(value)
    exchange = {**(error.exchange or {}), "request": payload}
    _set(
        division,
        order,
        OrderState.PROBLEM,
        "refused",
        field=field,
        value=text[:200],
        params=params,
        exchange=exchange,
    )


def _later(division: Division, part: list[tuple[Order, Row]], error: PakbonError) -> None:
    """Wait longer after each failure, spread so that a batch does not come back in lockstep. The intent
    stands: whether Sendcloud took the orders is not known."""
    with database.atomic():
        for order, _ in part:
            delay = min(FIRST_DELAY * 2**order.attempts, LONGEST_DELAY)
            due_at = clock.now() + delay + order.id % max(1, delay // 4)
            Order.update(attempts=Order.attempts + 1, due_at=due_at).where(Order.id == order.id).execute()
    events.note_error(division, None, error)


def _all_accepted(division: Division, part: list[tuple[Order, Row]], pushed: Pushed) -> None:
    with database.atomic():
        ids = {order.id: pushed.ids.get(order.guid, order.sendcloud_id) for order, _ in part}
        changed = [(order, payload) for order, payload in part if order.payload != payload]
        many.update(Order, [{"id": order.id, "payload": payload} for order, payload in changed])
        accepted = [_as_accepted(order, payload, ids[order.id], pushed.at) for order, payload in part]
        aside = _set_aside([order for order, _ in part])
        many.update(Order, [row for row in accepted if row["id"] not in aside])
        many.update(Order, [_but_its_state(row) for row in accepted if row["id"] in aside])
        events.note_all(division, [(order.id, "incoming", {"first": not order.payload_hash}) for order, _ in part])
        events.touch(division)


def _set_aside(orders: list[Order]) -> set[int]:
    """Those that somebody chose to ignore while they were on their way: they stand there, and stay ignored."""
    rows: Any = Order.select(Order.id).where(
        many.among(Order.id, [order.id for order in orders]), Order.state == OrderState.IGNORED.value
    )
    return {row[0] for row in rows.tuples()}


def _but_its_state(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("state", "reason", *EXPLAINED)}


def _accepted(division: Division, order: Order, payload: Row, sendcloud_id: str, at: int) -> None:
    accepted = {"payload": payload, **_as_accepted(order, payload, sendcloud_id, at)}
    with database.atomic():
        many.update(Order, [_but_its_state(accepted) if _set_aside([order]) else accepted])
        events.note(division, order, "incoming", found=True)


def _as_accepted(order: Order, payload: Row, sendcloud_id: str, at: int) -> Row:
    """What the row becomes of an order that stands in Incoming orders with this payload."""
    now = clock.now()
    return {
        "id": order.id,
        "state": move(order.state, OrderState.INCOMING).value,
        "reason": "",
        "field": "",
        "value": "",
        "params": {},
        "payload_hash": fingerprint(payload),
        "sendcloud_id": sendcloud_id,
        "pushed_at": at,
        "sending_since": None,
        "overwrite": False,
        "attempts": 0,
        "due_at": None,
        "since": now,
        "changed_at": now,
    }


def _set(
    division: Division,
    order: Order,
    state: OrderState,
    reason: str,
    *,
    params: Row | None = None,
    exchange: Row | None = None,
    **fields: Any,
) -> None:
    """Put an order into a state, with its event. One that somebody chose to ignore meanwhile stays so, unless it is
    gone."""
    now = clock.now()
    params = params or {}
    said = {"reason": reason, "field": fields.get("field", ""), "value": fields.get("value", ""), **params}
    values = {
        "id": order.id,
        "state": move(order.state, state).value,
        "reason": reason,
        "params": params,
        "since": now,
        "changed_at": now,
        "due_at": now if state == OrderState.PROBLEM else None,
        **{"field": "", "value": "", **fields},
    }
    with database.atomic():
        aside = state != OrderState.REMOVED and _set_aside([order])
        many.update(Order, [_but_its_state(values) if aside else values])
        events.note(division, order, state.value, exchange=exchange, **said)


# -- withdrawing --------------------------------------------------------------------------------------------


def _withdraw_all(sendcloud: SendcloudClient, division: Division) -> None:
    leaving = Order.select().where(Order.division == division, Order.withdraw != "", Order.due_at <= clock.now())
    for order in list(leaving):
        if order.state in decide.SENT and left_with_a_label(sendcloud, division, order):
            _stays_with_its_label(division, order)
            continue
        gone = sendcloud.delete_order(order.sendcloud_id)
        if not gone and (being_saved(order) or _stands(sendcloud, division, order)):
            # A lone answer that it is not there is not believed.
            due_at = clock.now() + min(FIRST_DELAY * 2**order.attempts, LONGEST_DELAY)
            Order.update(attempts=Order.attempts + 1, due_at=due_at).where(Order.id == order.id).execute()
            continue
        state, _, reason = order.withdraw.partition(":")
        _set(
            division,
            order,
            OrderState(state),
            reason,
            params={"found": gone},
            sendcloud_id="",
            payload_hash="",
            withdraw="",
            pushed_at=None,
            attempts=0,
        )
        deliveries.settle_order(division, order)  # what was delivered of it may be in trouble


def _stays_with_its_label(division: Division, order: Order) -> None:
    """Somebody was faster in the panel: nothing is taken out, and the change is told."""
    Order.update(withdraw="", due_at=None).where(Order.id == order.id).execute()
    _decide_again(division, order)
    deliveries.settle_order(division, order)
