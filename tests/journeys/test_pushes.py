"""Sending orders when it does not go well: refusals, lost answers, a process that is killed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.world import BETWEEN, World
from webapp import clock, leases
from webapp.sync import asks, passes, push_orders

IN = ("incoming", "")
ALL = 32  # of the seeded orders go
ORDERS = "/api/v3/orders$"


def pushed_numbers(world: World) -> list[list[int]]:
    """The order numbers of every batch that was posted."""
    return [[int(order["order_number"]) for order in json.loads(body)] for body in world.sent()]


# --- refusals ------------------------------------------------------------------------------------------------


def test_a_refused_batch_loses_its_culprits_and_the_rest_goes(ready: World):
    ready.sendcloud.switch(currencies=["EUR"])
    done = ready.synced()
    assert done.calls.pushes == 2
    for number in (20013, 20016):
        assert ready.state(number) == ("problem", "refused")
        assert ready.order(number).field.endswith("currency")
        assert "Sendcloud refuses this order" in ready.said(number)
    assert done.pushed == ALL - 2 and len(ready.incoming()) == ALL - 2


def test_what_was_refused_is_not_tried_again_by_itself_but_on_retry(ready: World):
    ready.sendcloud.switch(currencies=["EUR"])
    ready.synced()
    ready.sendcloud.switch(currencies=["EUR", "USD", "GBP"])
    assert ready.synced().calls.pushes == 0
    ready.ask(asks.retry, 20013)
    ready.synced()
    assert ready.state(20013) == IN and ready.state(20016) == ("problem", "refused")


def test_what_was_refused_is_tried_again_when_it_changed_in_exact(ready: World):
    ready.sendcloud.switch(currencies=["EUR"])
    ready.synced()
    ready.sendcloud.switch(currencies=["EUR", "USD", "GBP"])
    ready.change_quantity(20013, 2)
    assert ready.synced().pushed == 1
    assert ready.state(20013) == IN


def test_a_batch_that_is_refused_without_a_culprit_is_halved_until_the_culprit_is_alone(ready: World):
    said = {"errors": [{"status": "400", "code": "invalid", "detail": "Something is not right."}]}
    ready.sendcloud.bench.add_fault("status", ORDERS, "POST", status=400, body=said, times=6)
    assert ready.synced().pushed == ALL - 1
    sizes = [len(numbers) for numbers in pushed_numbers(ready)]
    assert sizes == [32, 16, 8, 4, 2, 1, 1, 2, 4, 8, 16]
    (culprit,) = pushed_numbers(ready)[5]
    assert ready.state(culprit) == ("problem", "refused")
    assert "Something is not right." in ready.said(culprit)
    assert len(ready.incoming()) == ALL - 1


def test_a_changed_order_that_is_refused_and_repaired_is_not_taken_for_edited_in_the_panel(world: World):
    said = {"errors": [{"status": "400", "code": "invalid", "detail": "No such street."}]}
    world.sendcloud.bench.add_fault("status", ORDERS, "POST", status=400, body=said)
    world.change_address(20001, AddressLine1="Onbekend 1")
    world.later(6 * 3600)  # the address is read again with the order
    world.change_quantity(20001, 4)
    assert world.synced().pushed == 0
    assert world.state(20001) == ("problem", "refused")
    world.change_address(20001, AddressLine1="Kerkstraat 12a")
    assert world.synced().pushed == 1
    assert world.state(20001) == IN


# --- no answer, or a lost one --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lost", "reset", "cut", "html", "status"])
def test_whatever_becomes_of_the_answer_every_order_stands_there_once(ready: World, kind: str):
    ready.sendcloud.bench.add_fault(kind, ORDERS, "POST")
    done = ready.sync()
    assert done.error in ("no_answer", "bad_answer", "service_down") and done.calls.pushes == 1
    for _ in range(3):
        ready.synced()
    assert len(ready.incoming()) == ALL
    assert {ready.state(number) for number in ready.incoming()} == {IN}
    assert ready.synced().calls.pushes == 0


def test_after_a_lost_answer_nothing_is_sent_a_second_time(ready: World):
    ready.sendcloud.bench.add_fault("lost", ORDERS, "POST")
    ready.sync()
    done = ready.synced()
    assert (done.pushed, done.calls.pushes) == (0, 0)
    assert {ready.state(number) for number in ready.incoming()} == {IN}
    assert ready.events(20001)[-1] == "incoming"


def test_an_order_whose_answer_was_lost_is_changed_as_any_other(ready: World):
    ready.sendcloud.bench.add_fault("lost", ORDERS, "POST")
    ready.sync()
    ready.synced()
    ready.change_quantity(20001, 4)
    assert ready.synced().pushed == 1
    assert ready.incoming()[20001]["body"]["order_details"]["order_items"][0]["quantity"] == 4


@pytest.mark.parametrize("kind", ["lost", "reset"])
def test_a_changed_order_whose_answer_was_lost_accuses_nobody_of_editing(world: World, kind: str):
    world.change_address(20001, AddressLine1="Kerkstraat 112")
    world.later(6 * 3600)  # the address is read again with the order
    world.change_quantity(20001, 4)
    world.sendcloud.bench.add_fault(kind, ORDERS, "POST")
    world.sync()
    world.synced()
    assert world.state(20001) == IN
    body = world.incoming()[20001]["body"]
    assert body["order_details"]["order_items"][0]["quantity"] == 4
    assert "112" in str(body["shipping_address"])


def test_after_each_failure_it_waits_longer(ready: World):
    ready.sendcloud.bench.add_fault("status", ORDERS, "POST", times=0)
    for _ in range(4):
        ready.sync(after=1)
    assert ready.sendcloud.bench.count("POST", ORDERS) == 1
    waits = []
    for _ in range(3):
        waits.append(ready.order(20001).due_at - ready.sendcloud.clock.now().timestamp())
        ready.sync(after=waits[-1] + 30)
    assert waits[0] < waits[1] < waits[2]


def test_what_sendcloud_is_still_saving_is_sent_a_little_later(ready: World):
    """Its answer was lost, and it cannot be seen there yet."""
    ready.sendcloud.switch(save_delay=80.0)
    ready.sendcloud.bench.add_fault("lost", ORDERS, "POST")
    ready.sync()
    ready.sync(after=40)
    posted = [asked for asked in ready.sendcloud.bench.requests if asked["method"] == "POST"]
    assert len(posted) == 2 and "still processing" in posted[1]["response"]
    assert ready.state(20001)[0] == "due"
    for _ in range(2):
        ready.synced()
    assert {ready.state(number) for number in ready.incoming()} == {IN} and len(ready.incoming()) == ALL


def test_a_change_while_sendcloud_still_saves_is_sent_when_it_is_done(ready: World):
    ready.sendcloud.switch(save_delay=60.0)
    ready.synced()
    ready.change_quantity(20001, 4)
    assert ready.synced(after=5).pushed == 0
    assert ready.state(20001)[0] == "due"
    ready.later(60)
    assert ready.synced().pushed == 1
    assert ready.incoming()[20001]["body"]["order_details"]["order_items"][0]["quantity"] == 4


# --- killed --------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """A pass that ends where `name` is called, with the database as it was then: nothing is tidied up."""

    def kill(world: World, name: str) -> None:
        frozen: list[Any] = []

        def die(*_: Any, **__: Any) -> None:
            frozen.append(world.freeze(tmp_path / "killed.sqlite3"))
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(push_orders, name, die)
            with pytest.raises(Killed):
                world.sync()
        world.thaw(frozen[0])

    return kill


@pytest.mark.parametrize("name", ["_intend", "_all_accepted", "_release"])
def test_a_process_that_is_killed_while_sending_doubles_and_loses_nothing(ready: World, kill, name: str):
    kill(ready, name)
    assert ready.sync().busy  # whoever died still holds the division
    ready.later(passes.LEASE_SECONDS)
    ready.synced()
    assert len(ready.incoming()) == ALL
    assert {ready.state(number) for number in ready.incoming()} == {IN}
    posted = [number for batch in pushed_numbers(ready) for number in batch]
    assert len(posted) == len(set(posted)) == ALL


def test_a_process_that_is_killed_with_a_changed_order_in_hand_sends_it_later(world: World, kill):
    world.change_quantity(20001, 4)
    kill(world, "_push_batch")
    world.later(push_orders.CLAIM_SECONDS)  # longer than the lease: nobody can see that the process is gone
    assert world.synced().pushed == 1
    assert world.incoming()[20001]["body"]["order_details"]["order_items"][0]["quantity"] == 4


@pytest.mark.parametrize("calls", [1, 4])
def test_a_pass_that_is_told_to_stop_goes_on_where_it_was(ready: World, calls: int):
    """It ends between two calls, frees the division and is due at once; stopped again and again it still ends
    with the same books, and nothing is sent twice."""
    for _ in range(3):
        ready.later(BETWEEN)
        asked = iter([False] * calls)
        before = len(ready.exact.bench.requests) + len(ready.sendcloud.bench.requests)
        passes.run(ready.config, ready.division().code, stopping=lambda: next(asked, True))  # noqa: B023
        assert len(ready.exact.bench.requests) + len(ready.sendcloud.bench.requests) - before <= calls
        division = ready.division()
        assert division.due_at <= clock.now() and division.failures == 0 and division.stopped == ""
        assert leases.holder(f"pass:{division.code}") == ""
        calls += 3
    ready.synced()
    posted = [number for batch in pushed_numbers(ready) for number in batch]
    assert len(posted) == len(set(posted)) == ALL


def test_a_conflict_with_another_change_is_nobodys_refusal(world: World):
    """Sendcloud's v3 orders may conflict with a change at the same moment: it costs one call and is tried again."""
    busy = {"errors": [{"status": "409", "code": "conflict", "detail": "Conflict with another change."}]}
    world.sendcloud.bench.add_fault("status", "/api/v3/orders$", "POST", status=409, body=busy)
    for number in (20001, 20002, 20003):
        world.change_quantity(number, 4)
    assert world.sync().calls.pushes == 1
    assert {world.state(number)[0] for number in (20001, 20002, 20003)} == {"due"}
    world.synced(after=600)
    assert {world.state(number) for number in (20001, 20002, 20003)} == {("incoming", "")}


@pytest.mark.parametrize(("status", "says"), [(402, "asks for a payment"), (403, "does not allow this")])
def test_what_the_account_may_not_costs_one_call_a_pass(ready: World, status: int, says: str):
    """Such an answer leaves no doubt that nothing arrived, so no order is looked for."""
    ready.sendcloud.bench.add_fault("status", ORDERS, "POST", status=status, times=2)
    ready.sync()
    assert ready.sync().calls.sendcloud == 1 and says in ready.stopped()
    done = ready.synced()
    assert done.pushed == ALL and done.calls.sendcloud <= 2
