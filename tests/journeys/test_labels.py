"""Labels when it does not go well: refusals, lost answers, people who are quicker. Never two for one delivery."""

import threading
from typing import Any

import pytest

from tests.journeys.shipping import LABEL, Shipping, done
from tests.journeys.world import World
from webapp.clients import http
from webapp.db import database
from webapp.demo.sendcloud import labels
from webapp.demo.sendcloud.carriers import OPTIONS
from webapp.models import Correction
from webapp.sync import asks, label_outcome, make_labels, passes

SHIPMENTS = "/api/v3/shipments$"
ORDERS = "/api/v3/orders$"


# --- a refusal, and the three ways out ------------------------------------------------------------------------


@pytest.fixture
def key(shipping: Shipping, world: World) -> str:
    """Order 20018 has no house number and was delivered: the carrier refuses the label."""
    key = shipping.deliver(20018)
    world.synced()
    return key


def test_a_missing_house_number_is_a_problem_with_field_and_value(key: str, shipping: Shipping, world: World):
    assert world.state(20018) == ("problem", "label_refused")
    order = world.order(20018)
    assert (order.field, order.value) == ("house_number", "Beukenlaan")
    assert order.params["detail"] == "This field cannot be blank."
    assert shipping.labels(20018) == [] and shipping.in_exact(key).get("TrackingNumber") is None


def test_an_unchanged_problem_is_not_asked_for_again_by_itself(key: str, shipping: Shipping, world: World):
    for _ in range(5):
        world.synced()
    assert shipping.asked_for_labels() == 1


def test_repaired_here_it_gets_its_label_and_the_repair_is_remembered(key: str, shipping: Shipping, world: World):
    asks.repair(world.order(20018), {"house_number": "4"}, actor="Sanne")
    world.synced()
    done(shipping, 20018, key)
    assert shipping.labels(20018)[0]["to_address"]["house_number"] == "4"
    (kept,) = Correction.select()
    assert (kept.field, kept.value, kept.actor) == ("house_number", "4", "Sanne")
    assert "Beukenlaan" in kept.shown


def test_a_later_order_of_the_address_needs_no_repair(key: str, shipping: Shipping, world: World):
    asks.repair(world.order(20018), {"house_number": "4"}, actor="Sanne")
    world.synced()
    later = shipping.order_again(20018)
    world.synced()
    second = shipping.deliver(later)
    world.synced()
    done(shipping, later, second)


def test_repaired_in_exact_it_gets_its_label(key: str, shipping: Shipping, world: World):
    world.change_address(20018, AddressLine1="Beukenlaan 4")
    for _ in range(2):
        world.synced()
    done(shipping, 20018, key)
    assert shipping.asked_for_labels() == 2


def test_repaired_in_the_panel_and_labelled_there_it_comes_back_to_exact(key: str, shipping: Shipping, world: World):
    world.edit_in_panel(20018, house_number="4")
    shipping.label_in_panel(20018)
    world.synced()
    done(shipping, 20018, key)
    assert shipping.asked_for_labels() == 1


def test_repaired_in_the_panel_and_retried_here_the_panel_counts(key: str, shipping: Shipping, world: World):
    world.edit_in_panel(20018, house_number="4")
    world.ask(asks.retry, 20018)
    world.synced()
    done(shipping, 20018, key)
    assert shipping.labels(20018)[0]["to_address"]["house_number"] == "4"


@pytest.fixture
def part(shipping: Shipping, world: World) -> str:
    """The same with a part of the order; the number under which it stands in the panel."""
    shipping.deliver(20018, {1: 1})
    world.synced()
    assert shipping.state(20018) == ("problem", "label_refused")
    return f"20018-{shipping.of(20018).number}"


def test_a_part_that_is_repaired_here_is_labelled_with_the_repair(part: str, shipping: Shipping, world: World):
    """Sendcloud still shows the old address for a moment after it has taken the new one."""
    world.sendcloud.switch(save_delay=4.0)
    asks.repair(world.order(20018), {"house_number": "4"}, actor="Sanne")
    world.synced()
    assert shipping.shipped_items(20018) == [{"BEL-01": 1}]
    assert shipping.labels(20018)[0]["to_address"]["house_number"] == "4"


def test_a_part_that_is_repaired_in_the_panel_is_not_overwritten(part: str, shipping: Shipping, world: World):
    world.edit_in_panel(part, house_number="4")
    world.ask(asks.retry, 20018)
    world.synced()
    assert shipping.labels(20018)[0]["to_address"]["house_number"] == "4"


def test_a_part_that_is_labelled_in_the_panel_comes_back(part: str, shipping: Shipping, world: World):
    world.edit_in_panel(part, house_number="4")
    shipping.label_in_panel(part)
    world.synced()
    assert shipping.state(20018) == ("written", "") and world.state(20018) == ("incoming", "")


def test_retrying_twice_at_once_is_one_label(key: str, shipping: Shipping, world: World):
    world.change_address(20018, AddressLine1="Beukenlaan 4")
    world.ask(asks.retry, 20018)
    world.ask(asks.retry, 20018)
    world.synced()
    world.ask(asks.retry, 20018)
    world.synced()
    assert len(shipping.labels(20018)) == 1


@pytest.mark.parametrize("status", [402, 403])
def test_an_account_that_may_not_is_a_problem_until_somebody_retries(shipping: Shipping, world: World, status: int):
    said = {"errors": [{"status": str(status), "code": "no", "detail": "Not with this plan."}]}
    world.sendcloud.bench.add_fault("status", LABEL, "POST", status=status, body=said)
    key = shipping.deliver(20001)
    world.synced()
    assert world.state(20001) == ("problem", {402: "sendcloud_payment", 403: "sendcloud_forbidden"}[status])
    for _ in range(3):
        world.synced()
    assert shipping.asked_for_labels() == 1
    world.ask(asks.retry, 20001)
    world.synced()
    done(shipping, 20001, key)


# --- shapes of the answer --------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["object", "list"])
def test_both_shapes_of_the_answer_are_understood(shipping: Shipping, world: World, shape: str):
    world.sendcloud.switch(sync_answer=shape)
    key = shipping.deliver(20001)
    world.synced()
    done(shipping, 20001, key)
    assert shipping.parcels(20001)[0].pdf and world.sendcloud.bench.count("GET", "/documents/label") == 0


@pytest.mark.parametrize("way", ["fails_400", "fails_2xx"])
def test_a_failed_announcement_is_a_problem_and_a_retry_makes_the_one_label(
    shipping: Shipping, world: World, way: str
):
    world.sendcloud.switch(announcement=way)
    key = shipping.deliver(20001)
    for _ in range(4):
        world.synced()
    assert world.state(20001)[0] == "problem"
    assert "carrier did not accept" in world.order(20001).params["detail"]
    assert shipping.asked_for_labels() == 1
    world.sendcloud.switch(announcement="works")
    world.ask(asks.retry, 20001)
    world.synced()
    done(shipping, 20001, key)


def answered(world: World, **changes: Any) -> None:
    """The answer of the next label call is lost, and another one comes in its place."""
    data = {"shipment_id": "x", "parcel_id": 0, "tracking_number": "", "tracking_url": ""} | changes
    world.sendcloud.bench.add_fault("status", LABEL, "POST", status=201, body={"data": data})


@pytest.mark.parametrize("file", ["", "bm8gcGRm", "%%%"])
def test_an_answer_without_a_pdf_has_it_fetched(shipping: Shipping, world: World, file: str):
    shipping.deliver(20001)
    made: dict[str, Any] = {}
    label = world.sendcloud.app.view_functions["labels.create_label_sync"]

    def without_pdf() -> Any:
        answer, status = label()
        made.update(answer.get_json()["data"])
        return {"data": made | {"label_details": {"file": file}}}, status

    world.sendcloud.app.view_functions["labels.create_label_sync"] = without_pdf
    try:
        world.synced()
    finally:
        world.sendcloud.app.view_functions["labels.create_label_sync"] = label
    assert world.sendcloud.bench.count("GET", "/documents/label") == 1
    done(shipping, 20001, shipping.of(20001).guid)


def test_an_answer_that_tells_nothing_is_looked_up_and_made_no_second_time(shipping: Shipping, world: World):
    answered(world)
    shipping.deliver(20001)
    world.synced()
    assert shipping.state(20001)[0] == "labelling"
    shipping.until_quiet()
    assert len(shipping.labels(20001)) == 1


# --- the outcome is not known ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lost", "cut"])
def test_a_lost_answer_has_the_label_adopted_at_once(shipping: Shipping, world: World, kind: str):
    world.sendcloud.bench.add_fault(kind, LABEL, "POST")
    key = shipping.deliver(20001)
    world.synced()
    done(shipping, 20001, key)
    assert shipping.asked_for_labels() == 1
    assert "label_unknown" in world.events(20001)


def test_a_call_that_hangs_is_an_unknown_outcome_and_is_looked_up(
    shipping: Shipping, world: World, monkeypatch: pytest.MonkeyPatch
):
    """Sendcloud takes the call and says nothing until our patience is over."""
    monkeypatch.setattr(http, "TIMEOUT", (5, 0.5))
    world.sendcloud.bench.add_fault("timeout", LABEL, "POST", seconds=10)
    first, second = shipping.deliver(20001), shipping.deliver(20003)
    world.synced()
    assert shipping.state(20001)[0] == "labelling" and "label_unknown" in world.events(20001)
    assert shipping.asked_for_labels() == 1  # the others do not wait as long, each by itself
    shipping.until_quiet()
    assert "label_absent" in world.events(20001)
    for number, key in ((20001, first), (20003, second)):
        done(shipping, number, key)
    assert shipping.asked_for_labels() == 3


@pytest.mark.parametrize("kind", ["status", "html"])
def test_a_label_that_appears_late_after_a_fault_is_adopted_and_not_bought_twice(
    shipping: Shipping, world: World, kind: str
):
    """Sendcloud says 503, and makes the label all the same a minute later."""
    world.sendcloud.bench.add_fault(kind, LABEL, "POST", status=503)
    shipping.deliver(20001)
    world.synced()
    assert shipping.state(20001)[0] == "labelling"
    world.later(60)
    shipping.label_in_panel(20001)
    shipping.until_quiet()
    assert len(shipping.labels(20001)) == shipping.asked_for_labels() == 1
    assert shipping.state(20001) == ("written", "")


def test_what_never_arrived_is_asked_for_again_when_it_has_settled(shipping: Shipping, world: World):
    world.sendcloud.bench.add_fault("reset", LABEL, "POST")
    key = shipping.deliver(20001)
    world.synced()
    for _ in range(4):
        world.synced(after=label_outcome.SETTLED / 5)
    assert shipping.asked_for_labels() == 1 and shipping.state(20001)[0] == "labelling"
    for _ in range(2):
        world.synced(after=label_outcome.SETTLED / 5)
    assert shipping.asked_for_labels() == 2
    assert "label_absent" in world.events(20001)
    world.synced()
    done(shipping, 20001, key)


def test_a_jump_of_our_own_clock_does_not_shorten_the_wait(shipping: Shipping, world: World):
    world.sendcloud.bench.add_fault("reset", LABEL, "POST")
    shipping.deliver(20001)
    world.synced()
    there = world.sendcloud.clock.now()
    world.later(24 * 3600)
    world.sendcloud.clock.set(there)
    world.synced(after=60)
    world.synced(after=60)
    assert shipping.asked_for_labels() == 1 and shipping.state(20001)[0] == "labelling"
    world.synced(after=label_outcome.SETTLED)
    world.synced()
    assert shipping.asked_for_labels() == 2 and len(shipping.labels(20001)) == 1


def test_an_order_that_left_incoming_orders_gets_no_label_unasked(shipping: Shipping, world: World):
    world.delete_in_panel(20001)
    key = shipping.deliver(20001)
    shipping.until_quiet()
    assert world.state(20001) == ("problem", "label_order_gone")
    asked = shipping.asked_for_labels()
    for _ in range(3):
        world.synced()
    assert shipping.asked_for_labels() == asked
    world.ask(asks.retry, 20001)
    world.synced()
    done(shipping, 20001, key)


def test_too_many_calls_are_no_unknown_outcome(shipping: Shipping, world: World):
    world.sendcloud.bench.add_fault("status", LABEL, "POST", status=429, times=3)
    key = shipping.deliver(20001)
    world.sync()
    for _ in range(2):
        world.synced()
    done(shipping, 20001, key)
    assert shipping.asked_for_labels() == 4


def test_keys_that_are_revoked_in_the_middle_leave_the_delivery_due(shipping: Shipping, world: World):
    world.sendcloud.bench.add_fault("status", LABEL, "POST", status=401)
    shipping.deliver(20001)
    assert world.sync().error == "keys_wrong"
    assert shipping.state(20001)[0] == "due"


def test_when_sendcloud_is_silent_the_other_deliveries_wait_for_the_next_pass(shipping: Shipping, world: World):
    world.sendcloud.bench.add_fault("lost", LABEL, "POST", times=2)
    numbers = (20001, 20003, 20034)
    keys = [shipping.deliver(number) for number in numbers]
    world.synced()
    assert shipping.asked_for_labels() == 1
    assert [shipping.state(number)[0] for number in numbers] == ["written", "due", "due"]
    shipping.until_quiet()
    for number, key in zip(numbers, keys, strict=True):
        done(shipping, number, key)


def test_a_problem_that_is_set_aside_is_not_tried_again_and_taken_back_it_is(
    key: str, shipping: Shipping, world: World
):
    world.ask(asks.ignore, 20018)
    world.change_address(20018, AddressLine1="Beukenlaan 4")
    for _ in range(3):
        world.synced()
    assert world.state(20018) == ("ignored", "by_hand") and shipping.asked_for_labels() == 1
    world.ask(asks.unignore, 20018)
    world.ask(asks.retry, 20018)
    asks.label_now(shipping.of(20018))
    shipping.until_quiet()
    done(shipping, 20018, key)


def test_a_letter_without_a_number_is_labelled_all_the_same(shipping: Shipping, world: World):
    world.sendcloud.switch(default_shipping_option="sendcloud:letter")
    rules, labels.by_rules = labels.by_rules, lambda *_: OPTIONS["sendcloud:letter"]
    key = shipping.deliver(20001)
    try:
        for _ in range(2):
            world.synced()
    finally:
        labels.by_rules = rules
    stands = shipping.in_exact(key)
    assert shipping.state(20001) == ("written", "") and shipping.asked_for_labels() == 1
    assert not stands.get("TrackingNumber") and len(shipping.attachments(stands["Document"])) == 1


# --- two at once -----------------------------------------------------------------------------------------------


def in_thread(world: World, code: int) -> None:
    with database.connection_context():
        passes.run(world.config, code)


def test_a_retry_while_the_first_call_is_under_way_makes_no_second_label(shipping: Shipping, world: World):
    shipping.deliver(20001)
    under_way, may_end = threading.Event(), threading.Event()
    label = world.sendcloud.app.view_functions["labels.create_label_sync"]

    def slow() -> Any:
        under_way.set()
        world.sendcloud.books.lock.release()
        may_end.wait(20)
        world.sendcloud.books.lock.acquire()
        return label()

    world.sendcloud.app.view_functions["labels.create_label_sync"] = slow
    first = threading.Thread(target=in_thread, args=(world, world.division().code))
    try:
        first.start()
        assert under_way.wait(20)
        world.ask(asks.retry, 20001)
        assert world.sync(after=0).busy
        with_lease_lost = make_labels.run(shipping.work())
        assert with_lease_lost == 0
    finally:
        may_end.set()
        first.join(20)
        world.sendcloud.app.view_functions["labels.create_label_sync"] = label
    shipping.until_quiet()
    assert shipping.asked_for_labels() == len(shipping.labels(20001)) == 1


# --- changed after the label -----------------------------------------------------------------------------------


def test_an_order_changed_after_its_label_is_not_sent_and_says_so(shipping: Shipping, world: World):
    shipping.automatic(False)
    shipping.label_in_panel(20001)
    world.synced()
    world.change_quantity(20001, 4)
    before = len(world.sent())
    world.synced()
    assert world.state(20001)[1] == "changed_after_label"
    assert "Nothing was sent" in world.said(20001)
    assert len(world.sent()) == before and "20001" not in shipping.standing()


@pytest.mark.parametrize("stays", [False, True])
def test_an_order_changed_and_labelled_at_once_says_so_too(shipping: Shipping, world: World, stays: bool):
    """Whether it leaves Incoming orders with its label or not."""
    world.sendcloud.switch(keep_labelled_orders=stays)
    shipping.automatic(False)
    shipping.label_in_panel(20001)
    world.change_quantity(20001, 4)
    for _ in range(2):
        world.synced()
    assert world.state(20001)[1] == "changed_after_label"
    assert world.sent() == []


def test_an_order_cancelled_after_its_label_says_so_and_nothing_is_sent(shipping: Shipping, world: World):
    shipping.automatic(False)
    shipping.label_in_panel(20001)
    world.synced()
    world.cancel(20001)
    world.synced()
    assert world.state(20001)[1] == "changed_after_label"
    assert world.sendcloud.bench.count("DELETE") == 0
    assert len(shipping.labels(20001)) == 1
    assert shipping.labels(20001)[0]["parcels"][0]["status"] == "READY_TO_SEND"


def test_a_part_delivered_of_what_was_labelled_whole_is_no_change(shipping: Shipping, world: World):
    shipping.automatic(False)
    shipping.label_in_panel(20001)
    world.synced()
    key = shipping.deliver(20001, {1: 1})
    for _ in range(2):
        world.synced()
    assert world.state(20001) == ("incoming", "")
    assert shipping.in_exact(key)["TrackingNumber"] == shipping.tracking(20001)[0]
    assert "20001" not in shipping.standing()


def test_an_unsure_house_number_is_asked_about_before_a_label_is_bought(shipping: Shipping, world: World):
    shipping.automatic()
    world.change_address(20001, AddressLine1="Markerkant 10 142")
    shipping.deliver(20001)
    shipping.until_quiet()
    assert shipping.state(20001) == ("problem", "house_number_unsure")
    assert world.sendcloud.bench.count("POST", LABEL) == 0
    asks.repair(world.order(20001), {"house_number": "10-142"}, "Sanne")
    shipping.until_quiet()
    assert shipping.of(20001).state == "written"
    (shipment,) = world.sendcloud.books.shipments.values()
    assert shipment["to_address"]["address_line_1"] == "Markerkant"
