"""What a person asks of Pakbon. Each only changes rows; the next pass does the work."""

from collections.abc import Callable, Mapping
from typing import Any

from webapp import clock
from webapp.db import database
from webapp.errors import NeedsPerson
from webapp.models import Delivery, Division, Order
from webapp.sync import chosen_point, corrections, decide, deliveries, due, events, rules, service_points
from webapp.sync.mapping import order_value
from webapp.sync.parcel_split import Split
from webapp.sync.records import SalesOrder
from webapp.sync.states import MOVES, DeliveryState, OrderState, move


def sync_now(division: Division, actor: str = "") -> None:
    """A pass now that asks for everything. Harmless while one is running: then another follows."""
    due.now_in_full(division.id)
    events.note(division, None, "sync_asked", actor=actor)


def retry(order: Order, actor: str = "") -> None:
    """Due now: what it needs is read from Exact anew, and what was refused is tried again."""
    with database.atomic():
        order = _as_it_stands(order)
        if deliveries.in_trouble(order):
            _retry_deliveries(order)
        elif order.state in (OrderState.REMOVED, OrderState.IGNORED):
            _reopen(order, overwrite=order.state == OrderState.REMOVED)
            _look_at_delivered(order)
            _retry_deliveries(order)
        elif deliveries.without_document(order):
            _retry_documents(order)
        else:
            Order.update(due_at=clock.now(), attempts=0, params={}).where(Order.id == order.id).execute()
        events.note(order.division, order, "retried", actor=actor)
        due.now(order.division_id)


def _retry_deliveries(order: Order) -> None:
    """Its goods deliveries in trouble are due again: for a label, or for Exact if they have one."""
    for delivery in deliveries.of_order(order):
        if delivery.state != DeliveryState.PROBLEM:
            continue
        if delivery.reason.startswith("service_point"):
            service_points.forget(order.division, delivery.value)
        has_label = bool(deliveries.live_parcels(delivery))
        state = DeliveryState.LABELLED if has_label else DeliveryState.DUE
        # The hash tells a repair here from one in the panel; what lacked something is read anew.
        names = ("hash", "lacking", *(() if delivery.reason == "split_outdated" else ("split",)))
        refused = {name: delivery.params[name] for name in names if name in delivery.params}
        deliveries.set_state(
            delivery, state, params=refused, due_at=clock.now(), attempts=0, no_document="", attached=False
        )
    deliveries.settle_order(order.division, order)


def _look_at_delivered(order: Order) -> None:
    """What was delivered while the order was ignored goes the way of any other delivery."""
    division = order.division
    automatic = rules.label_auto(division.rules) and not division.preview
    state, reason = (DeliveryState.DUE, "") if automatic else (DeliveryState.MANUAL, "labels_by_hand")
    for delivery in deliveries.of_order(order):
        if delivery.state == DeliveryState.MANUAL and delivery.reason == "order_ignored":
            deliveries.set_state(delivery, state, reason, due_at=clock.now(), attempts=0)


def _retry_documents(order: Order) -> None:
    """Exact may take the label by now; number and link stand there already and are left alone."""
    for delivery in deliveries.without_document(order):
        deliveries.set_state(
            delivery, DeliveryState.LABELLED, params={**delivery.params, "ask_document": True}, due_at=clock.now(),
            attempts=0, no_document="", attached=False,
        )  # fmt: skip
    deliveries.settle_order(order.division, order)


def use_label(order: Order, actor: str = "") -> None:
    """The label that is there already is the delivery's: what was delivered lies in that parcel."""
    _answer_label(order, "label_used", actor, lambda delivery: {"use": delivery.params.get("parcel")})


def another_label(order: Order, actor: str = "") -> None:
    """The delivery gets a label of its own, although there is one for its items."""
    _answer_label(order, "label_another", actor, lambda _delivery: {"another": True})


def _answer_label(order: Order, event: str, actor: str, params: Callable[[Delivery], dict[str, Any]]) -> None:
    with database.atomic():
        for delivery in deliveries.of_order(order):
            if delivery.state == DeliveryState.PROBLEM and delivery.reason == "label_exists":
                said = params(delivery)
                deliveries.set_state(delivery, DeliveryState.DUE, params=said, due_at=clock.now(), attempts=0)
                events.note(order.division, order, event, actor=actor, number=delivery.number)
        deliveries.settle_order(order.division, order)
        due.now(order.division_id)


def repair(order: Order, values: dict[str, str], actor: str = "") -> None:
    """Put a field right here, remember it for this address, and try again."""
    record = _record_of(order)
    with database.atomic():
        corrections.remember(order, record, values, actor)
        retry(order, actor)


def repair_articles(order: Order, articles: Mapping[str, Mapping[str, str]], actor: str = "") -> None:
    """Put right here what articles of the order lack, remember it for them, and try again."""
    record = _record_of(order)
    with database.atomic():
        corrections.remember_articles(order, record, articles, actor)
        retry(order, actor)


def repair_service_point(order: Order, where: str, actor: str = "") -> None:
    """Have it go to another service point (a number), or to its address (`chosen_point.HOME`), and try again.
    Raises NeedsPerson("moved_on") where that is not asked any more."""
    with database.atomic():
        order = _as_it_stands(order)
        _expect(order.state == OrderState.PROBLEM and order.reason in chosen_point.REASONS, order)
        named = _names_the_point(order)
        configured = rules.mapping_rules(order.division.rules, order.division.country)
        told = order_value(_record_of(named), configured.service_point_field)
        if told:
            corrections.remember_service_point(named, told, where, actor)
        retry(order, actor)


def _record_of(order: Order) -> SalesOrder:
    batch = next(decide.with_lines(Order.select().where(Order.id == order.id)))
    return decide.read_records(order.division, batch)[order.id]


def _names_the_point(order: Order) -> Order:
    """Of several orders in one goods delivery it goes where the first says."""
    for delivery in deliveries.of_order(order):
        if delivery.state == DeliveryState.PROBLEM and delivery.reason in chosen_point.REASONS:
            return deliveries.orders_of(delivery)[0]
    return order


def label_now(delivery: Delivery, actor: str = "", split: Split | None = None) -> None:
    """Make the label of a delivery whose label was left to the panel; with a split one for each of its parcels.
    Raises NeedsPerson("preview") while the division only looks on."""
    if delivery.division.preview:
        raise NeedsPerson("preview")
    params = {"split": split} if split else {}
    said = {"code": "labels_asked", "parcels": len(split)} if split else {"code": "label_asked"}
    with database.atomic():
        delivery = Delivery.get_by_id(delivery.id)  # another pass or browser may have been faster
        if not deliveries.may_label(delivery) or deliveries.live_parcels(delivery):
            return
        deliveries.set_state(delivery, DeliveryState.DUE, due_at=clock.now(), attempts=0, params=params)
        for order in deliveries.orders_of(delivery):
            events.note(order.division, order, actor=actor, number=delivery.number, **said)
            deliveries.settle_order(order.division, order)
        due.now(delivery.division_id)


def ignore(order: Order, actor: str = "") -> None:
    """Leave this order alone from now on."""
    with database.atomic():
        order = _as_it_stands(order)
        _expect(OrderState.IGNORED in MOVES[OrderState(order.state)], order)
        state = move(order.state, OrderState.IGNORED).value
        Order.update(
            state=state, reason="by_hand", field="", value="", params={}, due_at=None, withdraw="", since=clock.now(),
            changed_at=clock.now(),
        ).where(Order.id == order.id).execute()  # fmt: skip
        events.note(order.division, order, "ignored", actor=actor, reason="by_hand")


def unignore(order: Order, actor: str = "") -> None:
    with database.atomic():
        order = _as_it_stands(order)
        _expect(order.state == OrderState.IGNORED, order)
        retry(order, actor)


def overwrite(order: Order, actor: str = "") -> None:
    """Send it, whatever was edited in Sendcloud's panel."""
    with database.atomic():
        order = _as_it_stands(order)
        _expect(_edited(order), order)
        _reopen(order, overwrite=True)
        events.note(order.division, order, "overwrite", actor=actor)
        due.now(order.division_id)


def keep_panel(order: Order, actor: str = "") -> None:
    """Keep what was edited in the panel: the change in Exact is not sent."""
    with database.atomic():
        order = _as_it_stands(order)
        _expect(_edited(order), order)
        state = move(order.state, OrderState.INCOMING).value
        Order.update(
            state=state, reason="panel_kept", field="", value="", payload_hash=order.params.get("hash", ""),
            params={}, due_at=None, since=clock.now(), changed_at=clock.now(),
        ).where(Order.id == order.id).execute()  # fmt: skip
        events.note(order.division, order, "panel_kept", actor=actor)


def start_sending(division: Division, actor: str = "") -> None:
    """The end of *preview first, send nothing yet*."""
    with database.atomic():
        Division.update(preview=False, due_at=clock.now()).where(Division.id == division.id).execute()
        held_back = (Order.reason == "preview") | (Order.sendcloud_id != "")
        Order.update(checked=False).where(Order.division == division, held_back).execute()
        events.note(division, None, "sending_started", actor=actor)


def pause(division: Division, actor: str = "") -> None:
    """No passes until somebody resumes."""
    Division.update(due_at=None).where(Division.id == division.id).execute()
    events.note(division, None, "paused", actor=actor)


def resume(division: Division, actor: str = "") -> None:
    Division.update(due_at=clock.now()).where(Division.id == division.id).execute()
    events.note(division, None, "unpaused", actor=actor)


def _as_it_stands(order: Order) -> Order:
    """Its row as it is by now, within the transaction that changes it: a page is older, and a pass may be at it."""
    found: Order = Order.get_by_id(order.id)
    return found


def _edited(order: Order) -> bool:
    return order.state == OrderState.PROBLEM and order.reason == "edited_in_sendcloud"


def _expect(fits: bool, order: Order) -> None:
    """A page may be older than its order, and a form be sent twice. Raises NeedsPerson("moved_on")."""
    if not fits:
        raise NeedsPerson("moved_on", number=order.number)


def _reopen(order: Order, *, overwrite: bool) -> None:
    """Back to where the next pass decides anew."""
    Order.update(
        state=move(order.state, OrderState.WAITING).value, reason="reading", field="", value="", params={},
        checked=False, overwrite=overwrite, attempts=0, due_at=clock.now(), since=clock.now(), changed_at=clock.now(),
    ).where(Order.id == order.id).execute()  # fmt: skip
