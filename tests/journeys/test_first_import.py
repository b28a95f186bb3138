"""The first import, and what comes after it while nothing changes."""

import json

import pytest

from tests.journeys.world import World
from webapp.demo.exact.books import guid
from webapp.demo.exact.seed import SHOP, WHOLESALE
from webapp.demo.exact.volume import seed_volume
from webapp.demo.sendcloud.seed import FIRST, SECOND
from webapp.models import Event, Order

IN = ("incoming", "")

# Every seeded order that does not simply go, with its state and reason.
KEPT_BACK = {
    20004: ("waiting", "not_approved"),
    20005: ("shipped", ""),
    20006: ("removed", "cancelled"),
    20007: ("waiting", "too_old"),
    20014: ("problem", "currency_not_supported"),
    20015: ("problem", "currency_not_supported"),
    20025: ("problem", "account_deleted"),
    20037: ("waiting", "closed"),
    20038: ("waiting", "closed"),
    20039: ("waiting", "closed"),
    20040: ("problem", "address_incomplete"),
}
WHOLESALE_KEPT_BACK = {
    50005: ("waiting", "not_approved"),
    50006: ("waiting", "too_old"),
    50007: ("problem", "currency_not_supported"),
}


def test_every_order_has_its_state_and_its_reason(ready: World):
    assert ready.synced().read == 43
    assert ready.states() == {number: KEPT_BACK.get(number, IN) for number in range(20001, 20044)}
    assert sorted(ready.incoming()) == [number for number in range(20001, 20044) if number not in KEPT_BACK]


def test_every_reason_is_a_sentence(world: World):
    for number in [number for number, (_, reason) in KEPT_BACK.items() if reason]:
        said = world.said(number)
        assert said.endswith(".") and "…" not in said and "%(" not in said, said


def test_the_import_fits_in_one_batch_and_a_minute(ready: World):
    done = ready.synced(after=0)
    assert done.pushed == len(ready.incoming())
    assert done.calls.pushes == 1
    assert done.calls.exact <= 25


def test_the_second_division_goes_by_itself_to_its_own_integration(world: World):
    world.connect(WHOLESALE, SECOND)
    world.synced(WHOLESALE)
    states = world.states(WHOLESALE)
    assert states == {number: WHOLESALE_KEPT_BACK.get(number, IN) for number in range(50001, 50009)}
    integrations = {number: row["integration_id"] for number, row in world.incoming().items()}
    assert {integrations[number] for number in states if number in integrations} == {SECOND}
    assert {integrations[number] for number in world.states() if number in integrations} == {FIRST}


def test_a_second_pass_sends_nothing(world: World):
    for _ in range(3):
        assert world.synced().pushed == 0
    assert world.sendcloud.bench.count("POST") == 0


def test_a_pass_with_nothing_new_and_nothing_in_trouble_costs_two_calls_and_one(world: World):
    Order.update(state="ignored", reason="by_hand").where(Order.state == "problem").execute()
    for _ in range(12):
        calls = world.synced().calls
        assert calls.exact <= 2 and calls.sendcloud <= 1


def test_orders_in_trouble_cost_a_call_for_each_kind_of_record_and_not_at_every_pass_for_ever(world: World):
    """Repairs in Exact show nowhere else; soon at first, every half hour after a day."""
    assert world.synced().calls.exact <= 2 + 4
    world.later(86400)
    world.synced()  # reads the list of divisions again, once a day
    costs = [world.synced().calls.exact for _ in range(12)]
    assert sum(cost > 2 for cost in costs) <= 1


def test_a_pass_with_nothing_new_adds_nothing_to_a_timeline(world: World):
    before = Event.select().count()
    world.synced()
    assert Event.select().count() == before


def test_an_order_of_ninety_lines_arrives_whole(world: World):
    items = world.incoming()[20021]["body"]["order_details"]["order_items"]
    assert [item["item_id"] for item in items] == [guid(SHOP, "line", 20021, place) for place in range(1, 91)]


def test_lines_are_whole_however_few_of_them_exact_expands(ready: World):
    ready.exact.switch(switches={"expand_cap": 1})
    ready.later(60)
    ready.synced()
    assert len(ready.incoming()[20021]["body"]["order_details"]["order_items"]) == 90
    assert len(ready.incoming()[20001]["body"]["order_details"]["order_items"]) == 2
    assert ready.states() == {number: KEPT_BACK.get(number, IN) for number in range(20001, 20044)}


def test_what_is_delivered_already_is_not_sent_again(world: World):
    lamps, bell = world.incoming()[20008]["body"]["order_details"]["order_items"]
    assert (lamps["quantity"], bell["quantity"]) == (3, 1)


def test_trade_ins_and_services_stay_out(world: World):
    saddle, *others = world.incoming()[20009]["body"]["order_details"]["order_items"]
    assert saddle["sku"] == "ZADEL-11" and others == []
    assert [item["sku"] for item in world.incoming()[20012]["body"]["order_details"]["order_items"]] == ["KET-02"]


def test_a_broken_quantity_goes_as_one_piece_that_says_so(world: World):
    (cable,) = world.incoming()[20010]["body"]["order_details"]["order_items"]
    assert cable["quantity"] == 1 and "2.5" in cable["name"]


def test_markup_in_a_name_arrives_as_it_is(world: World):
    assert "<script>" in json.dumps(world.incoming()[20022]["body"]["shipping_address"])


# --- looking on ----------------------------------------------------------------------------------------------


def test_looking_on_sends_nothing_until_somebody_says_so(signed_in: World):
    signed_in.connect(preview=True)
    with signed_in.counting() as calls:
        assert signed_in.synced().pushed == 0
        assert signed_in.synced().pushed == 0
    assert calls().pushes == 0 and signed_in.incoming() == {}
    assert signed_in.state(20001) == ("waiting", "preview")
    assert signed_in.state(20040)[0] == "problem"
    signed_in.start_sending()
    assert signed_in.synced().pushed == 32
    assert signed_in.state(20001) == IN


# --- a large one ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page_fails", [1, 2])
def test_an_import_that_breaks_off_goes_on_and_loses_nothing(ready: World, page_fails: int):
    seed_volume(ready.exact.books, SHOP, 80, lines=2, accounts=10, items=10)
    ready.exact.bench.add_fault("reset", "salesorder/SalesOrders", skip=page_fails - 1)
    assert ready.sync().error == "no_answer"
    ready.synced()
    assert len(ready.incoming()) == 32 + 80


def test_orders_entered_during_the_import_are_not_missed(ready: World):
    """They show by the cursor that was taken before the first page was read."""
    add_orders = iter([lambda: seed_volume(ready.exact.books, SHOP, 5, lines=1, accounts=2, items=2)])
    original = ready.exact.exact.bench.app

    def meanwhile(environ, start_response):
        if "SalesOrders" in environ["PATH_INFO"]:
            next(add_orders, lambda: None)()
        return original(environ, start_response)

    ready.exact.exact.bench.app = meanwhile
    ready.synced()
    assert {100_001, 100_002, 100_003, 100_004, 100_005} <= ready.incoming().keys()
