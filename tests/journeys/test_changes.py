"""Orders that change, in Exact or in Sendcloud's panel, after they went."""

from collections.abc import Callable

import pytest

from tests.journeys.shipping import Shipping
from tests.journeys.world import World
from webapp.demo.exact import trade
from webapp.demo.exact.seed import SHOP
from webapp.models import Part
from webapp.sync import asks

IN = ("incoming", "")


def items(world: World, number: int) -> list[int]:
    return [item["quantity"] for item in world.incoming()[number]["body"]["order_details"]["order_items"]]


def address(world: World, number: int) -> dict:
    return world.incoming()[number]["body"]["shipping_address"]


# --- changed in Exact ----------------------------------------------------------------------------------------


def test_a_changed_order_is_sent_again_and_no_other(world: World):
    world.change_quantity(20001, 4)
    done = world.synced()
    assert (done.pushed, done.calls.pushes) == (1, 1)
    assert items(world, 20001) == [4, 2]
    assert world.synced().pushed == 0
    assert world.events(20001)[-1] == "incoming"


def test_a_change_that_sendcloud_need_not_know_is_not_sent(world: World):
    world.change(20001, Description="Bel eerst even")
    done = world.synced()
    assert (done.read, done.pushed, done.calls.pushes) == (1, 0, 0)
    assert world.state(20001) == IN


def test_fifty_changed_lines_of_one_order_are_one_order_sent(world: World):
    for place in range(1, 51):
        world.change_quantity(20021, 9, place)
    done = world.synced()
    assert (done.read, done.pushed) == (1, 1)
    assert items(world, 20021)[:50] == [9] * 50


def test_a_line_that_changes_without_its_header_is_seen_within_ten_passes(world: World):
    """As a second partial delivery does."""
    line = world.exact.line(20002)
    with world.exact.books.lock:
        world.exact.books.update(SHOP, "SalesOrderLines", line["ID"], {"Quantity": 3.0})
    for _ in range(10):
        world.synced()
    assert items(world, 20002) == [3]


def test_a_new_order_goes(world: World):
    world.approve(20004)
    assert world.synced().pushed == 1
    assert world.state(20004) == IN and 20004 in world.incoming()


# --- leaves Incoming orders ----------------------------------------------------------------------------------


def test_a_cancelled_order_leaves_incoming_orders(world: World):
    world.cancel(20001)
    world.synced()
    assert world.state(20001) == ("removed", "cancelled")
    assert "taken out of Sendcloud" in world.said(20001)
    assert 20001 not in world.incoming() and len(world.incoming()) == 31


@pytest.mark.parametrize("key", ["ID", "OrderID"])
def test_a_deleted_order_leaves_incoming_orders(world: World, key: str):
    """Which of its two ids sync/Deleted names is not documented."""
    world.exact.switch(switches={"deleted_header_key": key})
    world.delete(20001)
    for _ in range(30):
        world.synced()
        if world.state(20001)[0] == "removed":
            break
    assert world.state(20001) == ("removed", "deleted")
    assert 20001 not in world.incoming() and len(world.incoming()) == 31


def test_sync_by_hand_sees_a_deleted_order_at_once(world: World):
    world.delete(20001)
    asks.sync_now(world.division(), "Sanne")
    world.synced()
    assert world.state(20001) == ("removed", "deleted") and 20001 not in world.incoming()
    assert world.division().full_asked_at is None, "once is enough"


def test_a_full_look_that_was_asked_for_and_failed_is_made_by_the_next_pass(world: World):
    world.delete(20001)
    asks.sync_now(world.division(), "Sanne")
    world.exact.bench.add_fault("status", "/sync/Deleted", "GET")
    assert world.sync().error == "service_down"
    world.synced()
    assert world.state(20001) == ("removed", "deleted")


@pytest.mark.parametrize("ask", [asks.retry, asks.unignore, asks.overwrite])
def test_nothing_that_is_asked_of_an_order_ends_a_pause(world: World, ask: Callable[..., None]):
    if ask is asks.unignore:
        world.ask(asks.ignore, 20001)
    if ask is asks.overwrite:
        world.edit_in_panel(20001, address_line_1="Kerkstraat 14")
        world.change_quantity(20001, 4)
        world.synced()
    asks.pause(world.division(), "Sanne")
    world.ask(ask, 20001)
    asks.sync_now(world.division(), "Sanne")
    assert world.division().due_at is None


def test_an_approval_that_is_taken_back_takes_the_order_out_and_given_again_puts_it_back(world: World):
    world.approve(20001, 0)
    world.synced()
    assert world.state(20001) == ("waiting", "not_approved") and 20001 not in world.incoming()
    world.approve(20001)
    assert world.synced().pushed == 1
    assert world.state(20001) == IN and 20001 in world.incoming()


def test_an_order_cancelled_while_sendcloud_still_saves_it_leaves_all_the_same(ready: World):
    ready.sendcloud.switch(save_delay=60.0)
    ready.synced()
    ready.cancel(20001)
    ready.synced(after=5)
    ready.later(60)
    ready.synced()
    assert 20001 not in ready.incoming()
    assert ready.state(20001) == ("removed", "cancelled")


def test_a_withdrawal_that_got_no_answer_is_done_again(world: World):
    world.sendcloud.bench.add_fault("lost", "/orders/", "DELETE")
    world.cancel(20001)
    assert world.sync().error == "no_answer"
    world.synced()
    assert world.state(20001) == ("removed", "cancelled") and 20001 not in world.incoming()


# --- edited in the panel -------------------------------------------------------------------------------------


@pytest.fixture
def both(world: World) -> World:
    """Order 20001 was changed in Exact, and its house number in the panel."""
    world.edit_in_panel(20001, address_line_1="Kerkstraat 14")
    world.change_quantity(20001, 4)
    assert world.synced().pushed == 0
    return world


def test_what_was_edited_in_the_panel_is_not_overwritten_but_asked_about(both: World):
    assert both.state(20001) == ("problem", "edited_in_sendcloud")
    assert both.order(20001).field == "shipping_address.address_line_1"
    assert items(both, 20001) == [1, 2]
    assert "stays until you choose" in both.said(20001)
    assert both.synced().pushed == 0


def test_sending_anyway_overwrites_the_panel(both: World):
    both.ask(asks.overwrite, 20001)
    assert both.synced().pushed == 1
    assert both.state(20001) == IN and items(both, 20001) == [4, 2]
    assert "14" not in address(both, 20001)["address_line_1"]
    assert both.synced().pushed == 0


def test_keeping_the_panel_leaves_it_until_the_next_change_in_exact(both: World):
    both.ask(asks.keep_panel, 20001)
    assert both.synced().pushed == 0
    assert both.state(20001) == ("incoming", "panel_kept") and items(both, 20001) == [1, 2]
    both.change_quantity(20001, 6)
    assert both.synced().pushed == 0
    assert both.state(20001) == ("problem", "edited_in_sendcloud")


def test_an_edit_in_the_panel_alone_asks_nothing(world: World):
    world.edit_in_panel(20001, address_line_1="Kerkstraat 14")
    assert world.synced().pushed == 0
    assert world.state(20001) == IN


def test_an_edit_right_after_the_push_is_seen_too(ready: World):
    ready.synced()
    ready.later(5)
    ready.incoming()
    ready.edit_in_panel(20001, city="Veldhoven")
    ready.change_quantity(20001, 4)
    ready.synced(after=5)
    assert ready.state(20001) == ("problem", "edited_in_sendcloud")
    assert address(ready, 20001)["city"] == "Veldhoven"


def test_an_order_deleted_in_the_panel_is_not_put_back_unasked(world: World):
    world.delete_in_panel(20001)
    assert world.synced().pushed == 0
    world.change_quantity(20001, 4)
    assert world.synced().pushed == 0
    assert world.state(20001) == ("removed", "left_incoming")
    world.change_quantity(20001, 5)
    assert world.synced().pushed == 0 and 20001 not in world.incoming()
    world.ask(asks.retry, 20001)
    assert world.synced().pushed == 1
    assert world.state(20001) == IN and items(world, 20001) == [5, 2]


# --- repaired in Exact ---------------------------------------------------------------------------------------

WHOLE = {"AddressLine1": "Lindelaan 4", "Postcode": "5611 AA", "City": "Eindhoven"}


def test_an_address_repaired_in_exact_clears_the_problem_at_the_next_pass(world: World):
    world.change_address(20040, **WHOLE)
    done = world.synced()
    assert (done.pushed, world.state(20040)) == (1, IN)
    assert address(world, 20040)["city"] == "Eindhoven"


def test_a_problem_of_a_week_is_looked_at_every_half_hour(world: World):
    world.later(7 * 86400)
    world.synced()
    world.change_address(20040, **WHOLE)
    passes = 0
    while world.state(20040) != IN:
        world.synced()
        passes += 1
    assert 1 < passes <= 1800 / 150 + 1


def test_sync_by_hand_clears_an_old_problem_at_once(world: World):
    world.later(7 * 86400)
    world.synced()
    world.change_address(20040, **WHOLE)
    assert world.flask("sync", "--division", str(SHOP)).exit_code == 1  # others still need somebody
    assert world.state(20040) == IN


def test_retry_clears_an_old_problem_at_the_next_pass(world: World):
    world.later(7 * 86400)
    world.synced()
    world.change_address(20040, **WHOLE)
    world.ask(asks.retry, 20040)
    world.synced()
    assert world.state(20040) == IN


def test_an_account_that_loses_its_address_holds_back_a_changed_order_only(world: World):
    world.change_address(20024, Postcode=None)
    world.later(6 * 3600)
    world.synced()
    assert world.state(20024) == IN
    world.change_quantity(20024, 5)
    world.synced()
    assert world.state(20024) == ("problem", "address_incomplete")
    assert world.order(20024).field == "postal_code"
    assert items(world, 20024) == [1, 2]


def test_an_order_in_trouble_stays_in_its_state_while_nothing_is_repaired(world: World):
    before = [(world.order(20040).since, world.events(20040))]
    for _ in range(3):
        world.synced()
    assert [(world.order(20040).since, world.events(20040))] == before


# --- set aside -----------------------------------------------------------------------------------------------


def test_an_order_that_was_set_aside_is_left_alone_until_somebody_takes_it_back(world: World):
    world.ask(asks.ignore, 20040)
    world.change_address(20040, **WHOLE)
    world.change(20040, Description="Nu compleet")
    assert world.synced().pushed == 0
    assert world.state(20040) == ("ignored", "by_hand")
    world.ask(asks.unignore, 20040)
    world.synced()
    world.synced()
    assert world.state(20040) == IN


def test_a_lone_answer_that_an_order_is_not_there_is_not_believed(world: World):
    """It is looked for by its own id before it is said that somebody took it out."""
    world.change_quantity(20001, 4)
    missing = {"errors": [{"status": "404", "code": "not_found", "detail": "Not found."}]}
    world.sendcloud.bench.add_fault("status", "/api/v3/orders/[^/]+$", "GET", status=404, body=missing)
    world.synced()
    assert world.state(20001) == ("incoming", "")
    assert world.incoming()[20001]["body"]["order_details"]["order_items"][0]["quantity"] == 4


# --- growing older -------------------------------------------------------------------------------------------


def weeks_later(world: World) -> None:
    """More than the period of thirty days, in which Pakbon goes on."""
    for _ in range(5):
        world.later(7 * 86400)
        world.synced(thorough=True)


def test_an_order_that_stands_there_does_not_leave_by_growing_older(world: World):
    """What is left of it is still to be delivered, and it is changed as any other."""
    weeks_later(world)
    Shipping(world).deliver(20003, {1: 1})
    world.change_quantity(20001, 4)
    world.synced(thorough=True)
    assert world.state(20003) == IN and world.state(20001) == IN
    standing = Shipping(world).standing()
    assert standing["20001"] == {"BEL-01": 4, "BAND-03": 2} and standing["20003"] == {"BAND-03": 2}


def test_an_old_order_with_an_article_that_is_new_here_is_mapped_whole(world: World):
    weeks_later(world)
    books, order = world.exact.books, world.exact.order(20001)
    (item,) = [row["ID"] for row in books.rows(SHOP, "Items") if row["Code"] == "OLIE-10"]
    Part.delete().where(Part.guid == item).execute()
    with books.lock:
        trade.add_line(books, SHOP, order, {"Item": item, "Quantity": 1})
        trade.renew_order(books, SHOP, order["OrderID"])
    world.synced(thorough=True)
    assert world.state(20001) == IN and len(items(world, 20001)) == 3


def test_a_shorter_period_takes_out_what_it_leaves_behind(world: World):
    weeks_later(world)
    world.configure(backfill_days=10)
    world.synced()
    assert world.state(20001) == ("waiting", "too_old") and 20001 not in world.incoming()
    world.configure(backfill_days=90)
    world.synced()
    assert world.state(20001) == IN and 20001 in world.incoming()


# --- taken back after somebody made its label in the panel ----------------------------------------------------


@pytest.fixture(params=[False, True])
def by_hand(shipping: Shipping, world: World, request: pytest.FixtureRequest) -> Shipping:
    """Labels are made in the panel; with them orders leave Incoming orders, or they do not."""
    world.sendcloud.switch(keep_labelled_orders=request.param)
    shipping.automatic(False)
    return shipping


def told_and_left(by_hand: Shipping) -> bool:
    world = by_hand.world
    assert world.state(20001) == ("incoming", "changed_after_label")
    return world.sendcloud.bench.count("DELETE") == 0 and world.sent() == []


def test_an_approval_that_is_taken_back_after_the_label_is_told_and_nothing_is_taken_out(
    by_hand: Shipping, world: World
):
    by_hand.label_in_panel(20001)
    world.synced()
    world.approve(20001, 0)
    world.synced()
    assert told_and_left(by_hand)
    world.approve(20001)
    world.synced()
    assert world.state(20001) == ("incoming", "") and world.sent() == []


def test_an_order_that_is_cancelled_when_its_label_was_just_made_is_told_and_nothing_is_taken_out(
    by_hand: Shipping, world: World
):
    by_hand.label_in_panel(20001)
    world.cancel(20001)
    for _ in range(2):
        world.synced()
    assert told_and_left(by_hand)


def test_an_approval_that_is_taken_back_when_the_label_was_just_made_is_told_as_well(by_hand: Shipping, world: World):
    by_hand.label_in_panel(20001)
    world.approve(20001, 0)
    for _ in range(2):
        world.synced()
    assert told_and_left(by_hand)
    assert world.events(20001).count("withdraw") == 1
