"""An order whose service point is unknown, closed or no number: where it is to go is chosen in Logs."""

import re

import pytest

from tests.journeys.shipping import Shipping
from tests.journeys.test_before_label import entry, order_path
from tests.journeys.test_ways_out import page, post
from tests.journeys.world import World, words_of
from webapp.demo.exact.seed import SHOP
from webapp.demo.sendcloud.seed import POINT_FULL, POINT_NL_POSTNL
from webapp.models import Correction, Order


@pytest.fixture
def points(shipping: Shipping) -> Shipping:
    shipping.automatic(service_point_enabled=True, service_point_field="YourRef")
    return shipping


@pytest.fixture
def lost(points: Shipping, world: World) -> Shipping:
    """Order 20001 was delivered and names a service point that is none."""
    _deliver_to_none(points, world)
    points.until_quiet()
    assert world.state(20001) == ("problem", "service_point_unknown")
    return points


def _deliver_to_none(points: Shipping, world: World) -> None:
    world.change(20001, YourRef="99999")
    world.synced()
    points.deliver(20001)


def ways(world: World, number: int = 20001) -> dict[str, str]:
    """Where Logs lets it go: the words of each way by its value."""
    told = entry(world, number)
    assert not re.search(r'name="service_point"[^>]*checked', told)
    rows = re.findall(r'name="service_point" value="(\w+)"[^>]*>([\s\S]*?)</label>', told)
    return {value: words_of(words) for value, words in rows}


def send_to(world: World, where: str, number: str = "") -> None:
    post(world, f"{order_path(world, 20001)}/repair", service_point=where, service_point_number=number)


def went_to(shipping: Shipping) -> str | None:
    """The service point of its one label."""
    (label,) = shipping.labels(20001)
    return (label["to_service_point"] or {}).get("id")


def test_a_near_service_point_is_chosen_instead(lost: Shipping, world: World):
    found = ways(world)
    assert list(found) == [str(POINT_NL_POSTNL), str(POINT_FULL), "home", "other"]
    assert found[str(POINT_NL_POSTNL)] == "Boekhandel Het Plein, Boschdijktunnel 1 PostNL · 5611 AG Eindhoven · 0 m"
    assert "1.6 km" in found[str(POINT_FULL)] and "Eindhoven" in found["home"]
    assert world.sendcloud.bench.count("GET", "/service-points$") == 1, "once, when it went wrong"
    send_to(world, str(POINT_NL_POSTNL))
    lost.until_quiet()
    assert went_to(lost) == str(POINT_NL_POSTNL) and lost.asked_for_labels() == 1
    assert world.state(20001) == ("shipped", "") and world.exact.order(20001)["YourRef"] == "99999"
    remembered = words_of(world.admin.get(f"/divisions/{SHOP}/corrections").text)
    assert f"Sales order 20001, service point 99999 service point {POINT_NL_POSTNL}" in remembered
    told = words_of(page(world, order_path(world, 20001)))
    assert "Corrected here: service point" in told


def test_it_is_delivered_at_the_address_instead(lost: Shipping, world: World):
    send_to(world, "home")
    lost.until_quiet()
    assert went_to(lost) is None and lost.asked_for_labels() == 1
    assert '"service_point_details"' not in world.sent()[-1]
    assert "Deliver at the address" in words_of(world.admin.get(f"/divisions/{SHOP}/corrections").text)


def test_the_number_of_another_service_point_is_filled_in_and_looked_at_as_any(lost: Shipping, world: World):
    send_to(world, "other", str(POINT_FULL))
    lost.until_quiet()
    assert world.state(20001) == ("problem", "service_point_closed") and lost.asked_for_labels() == 0
    assert list(ways(world)) == [str(POINT_NL_POSTNL), "home", "other"]
    send_to(world, "other", f" {POINT_NL_POSTNL} ")
    lost.until_quiet()
    assert went_to(lost) == str(POINT_NL_POSTNL) and Correction.select().count() == 1


def test_what_exact_says_later_counts_and_not_what_was_chosen(lost: Shipping, world: World):
    send_to(world, "other", str(POINT_FULL))
    lost.until_quiet()
    world.change(20001, YourRef=str(POINT_NL_POSTNL))
    lost.until_quiet()
    assert went_to(lost) == str(POINT_NL_POSTNL)


def test_a_choice_that_is_taken_back_is_asked_for_again(lost: Shipping, world: World):
    others = Order.select().where(Order.number != 20001).order_by(Order.id)
    before = [row.checked for row in others]
    send_to(world, "other", str(POINT_FULL))
    lost.until_quiet()
    post(world, f"/divisions/{SHOP}/corrections/{Correction.get().id}/back")
    assert [row.checked for row in others] == before
    lost.until_quiet()
    assert world.state(20001) == ("problem", "service_point_unknown") and lost.asked_for_labels() == 0
    assert "service point 99999" in words_of(entry(world, 20001))


def test_of_several_orders_in_one_delivery_the_first_says_where_it_goes(points: Shipping, world: World):
    second = 20035
    for number in (20001, second):
        world.change(number, YourRef="99999")
    world.synced()
    points.deliver_together(20001, second)
    points.until_quiet()
    assert world.state(second) == world.state(20001) == ("problem", "service_point_unknown")
    post(world, f"{order_path(world, second)}/repair", service_point=str(POINT_NL_POSTNL))
    points.until_quiet()
    assert points.asked_for_labels() == 1 and world.state(second) == world.state(20001) == ("shipped", "")


def test_a_field_that_holds_no_number_is_answered_for_the_order_too(points: Shipping, world: World):
    world.change(20001, YourRef="PO > 2024/117")
    world.synced()
    assert world.state(20001) == ("problem", "service_point_wrong")
    assert list(ways(world)) == ["home", "other"]
    send_to(world, "other", str(POINT_NL_POSTNL))
    world.synced()
    assert world.incoming()[20001]["body"]["service_point_details"] == {"id": str(POINT_NL_POSTNL)}
    world.change(20001, YourRef="PO > 2024/118")
    world.synced()
    assert world.state(20001) == ("problem", "service_point_wrong")
    send_to(world, "home")
    world.synced()
    assert "service_point_details" not in world.incoming()[20001]["body"]


POINT_ROW = {
    "id": 1, "name": "Kiosk", "carrier": {"code": "x"}, "address": {"street": "Kade"}, "is_expired": False,
    "distance": 5,
}  # fmt: skip
ODD = {
    "nothing": {"data": {"results": [], "geocoding": None}},
    "no object": [1],
    "no results": {"data": {"results": {"a": 1}}},
    "rows that are none": {"data": {"results": [1, None, "x", {}, {"id": {}}, {"id": "abc", "name": "x"}]}},
    "no name": {"data": {"results": [{**POINT_ROW, "name": None, "address": None}]}},
    "closed": {"data": {"results": [{**POINT_ROW, "is_expired": True}]}},
    "the one in trouble": {"data": {"results": [{**POINT_ROW, "id": "99999"}]}},
}


@pytest.mark.parametrize("said", ODD)
def test_an_odd_answer_about_near_points_leaves_the_other_ways(points: Shipping, world: World, said: str):
    world.sendcloud.bench.add_fault("status", "/service-points$", "GET", status=200, body=ODD[said])
    _ask_in_vain(points, world)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 503])
def test_a_refusal_to_tell_near_points_leaves_the_other_ways(points: Shipping, world: World, status: int):
    world.sendcloud.bench.add_fault("status", "/service-points$", "GET", status=status, times=0)
    _ask_in_vain(points, world)


def _ask_in_vain(points: Shipping, world: World) -> None:
    _deliver_to_none(points, world)
    world.synced()
    assert world.state(20001) == ("problem", "service_point_unknown")
    assert list(ways(world)) == ["home", "other"]


def test_what_is_told_oddly_of_a_near_point_is_left_out(points: Shipping, world: World):
    odd = {"name": "Kiosk <b>\x00", "carrier": "PostNL", "address": ["x"], "distance": "near", "is_expired": None}
    far = [{**POINT_ROW, "id": str(number), "distance": 100 - number} for number in (11, 12, 11, 13)]
    rows = {"data": {"results": [{"id": 7, **odd}, *far]}}
    world.sendcloud.bench.add_fault("status", "/service-points$", "GET", status=200, body=rows)
    _deliver_to_none(points, world)
    world.synced()
    assert list(ways(world)) == ["13", "12", "11", "home", "other"]
