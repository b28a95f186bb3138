"""What is asked before a label is bought: a label that is there already, the sender, the service point, customs."""

import html
import re

import pytest
import requests

from tests.journeys.shipping import LABEL, Shipping
from tests.journeys.test_ways_out import LOGS, page, post
from tests.journeys.world import World, words_of
from webapp.demo.exact.seed import SHOP
from webapp.demo.sendcloud.seed import POINT_FULL, POINT_NL_POSTNL, SENDER_UTRECHT
from webapp.models import Correction, Division, Order, Part
from webapp.sync import asks, before_label, corrections, pull_orders, service_points

POINT = "/api/v3/service-points/"


def entry(world: World, number: int) -> str:
    """What Logs says of the order, with its marks; "" if it does not stand there."""
    found = re.search(rf'<article [^>]*id="o{number}"[\s\S]*?</article>', page(world, LOGS))
    return found[0] if found else ""


def order_path(world: World, number: int) -> str:
    return f"/divisions/{SHOP}/orders/{world.order(number).guid}"


# --- a label that is there already ---------------------------------------------------------------------------


@pytest.fixture
def halves(shipping: Shipping, world: World) -> tuple[str, str]:
    """Order 20001 was labelled whole in the panel, and is then delivered in two parts."""
    shipping.label_in_panel(20001)
    world.synced()
    first = shipping.deliver(20001, {1: 1})
    world.synced()
    second = shipping.deliver(20001, {2: 2})
    shipping.until_quiet()
    return first, second


def test_a_second_delivery_of_what_was_labelled_whole_buys_nothing_and_asks(
    halves: tuple[str, str], shipping: Shipping, world: World
):
    (tracking,) = shipping.tracking(20001)
    assert shipping.asked_for_labels() == 0
    assert shipping.in_exact(halves[0])["TrackingNumber"] == tracking
    assert world.state(20001) == ("problem", "label_exists")
    told = words_of(entry(world, 20001))
    assert f"There is a label for these items already: {tracking}." in told
    assert "Use that label" in told and "Make a new one" in told
    for _ in range(3):
        world.synced()
    assert shipping.asked_for_labels() == 0
    assert f"20001-{shipping.all_of(20001)[1].number}" not in shipping.standing()


def test_the_label_that_is_there_is_used_for_both(halves: tuple[str, str], shipping: Shipping, world: World):
    post(world, f"{order_path(world, 20001)}/use-label")
    shipping.until_quiet()
    (tracking,) = shipping.tracking(20001)
    assert [shipping.in_exact(key)["TrackingNumber"] for key in halves] == [tracking, tracking]
    assert world.state(20001) == ("shipped", "") and shipping.asked_for_labels() == 0
    assert page(world, order_path(world, 20001)).count(tracking) >= 2


def test_cancelled_it_is_gone_for_both(halves: tuple[str, str], shipping: Shipping, world: World):
    asks.use_label(world.order(20001))
    shipping.until_quiet()
    shipping.cancel_in_panel(shipping.labels(20001)[0])
    shipping.until_quiet()
    assert [row.reason for row in shipping.all_of(20001)] == ["label_cancelled"] * 2


def test_a_label_of_its_own_is_made_when_a_person_says_so(halves: tuple[str, str], shipping: Shipping, world: World):
    post(world, f"{order_path(world, 20001)}/another-label")
    shipping.until_quiet()
    assert shipping.asked_for_labels() == 1 and len(shipping.tracking(20001)) == 2
    numbers = [shipping.in_exact(key)["TrackingNumber"] for key in halves]
    assert sorted(numbers) == sorted(shipping.tracking(20001))


def test_what_a_person_said_outlives_a_lost_call(halves: tuple[str, str], shipping: Shipping, world: World):
    world.sendcloud.bench.add_fault("reset", LABEL, "POST")
    asks.another_label(world.order(20001))
    shipping.until_quiet(12)
    assert len(shipping.tracking(20001)) == 2 and world.state(20001) == ("shipped", "")


def test_a_delivery_that_is_deleted_and_made_again_gets_no_second_label_unasked(shipping: Shipping, world: World):
    first = shipping.deliver(20001)
    world.synced()
    shipping.take_back_in_exact(first)
    world.synced(thorough=True)
    assert shipping.state(20001) == ("cancelled", "deleted")
    again = shipping.deliver(20001)
    shipping.until_quiet()
    assert world.state(20001) == ("problem", "label_exists") and shipping.asked_for_labels() == 1
    asks.use_label(world.order(20001))
    shipping.until_quiet()
    (tracking,) = shipping.tracking(20001)
    assert shipping.in_exact(again)["TrackingNumber"] == tracking
    assert shipping.asked_for_labels() == 1 and world.state(20001) == ("shipped", "")


@pytest.mark.parametrize("lines", [None, {1: 1}])
def test_a_delivery_made_again_before_exact_tells_that_it_was_deleted_gets_no_second_label(
    shipping: Shipping, world: World, lines: dict[int, float] | None
):
    """Exact is asked once an hour what was deleted."""
    first = shipping.deliver(20001, lines)
    world.synced()
    shipping.take_back_in_exact(first)
    again = shipping.deliver(20001, lines)
    shipping.until_quiet()
    assert world.state(20001) == ("problem", "label_exists") and shipping.asked_for_labels() == 1
    asks.use_label(world.order(20001))
    shipping.until_quiet()
    assert [shipping.in_exact(again)["TrackingNumber"]] == shipping.tracking(20001)
    assert shipping.asked_for_labels() == 1


def test_while_the_outcome_of_a_deleted_delivery_is_not_known_the_one_made_again_waits(
    shipping: Shipping, world: World
):
    world.sendcloud.bench.add_fault("reset", LABEL, "POST")
    first = shipping.deliver(20001)
    world.synced()
    shipping.take_back_in_exact(first)
    again = shipping.deliver(20001)
    world.synced(after=30)
    assert [row.state for row in shipping.all_of(20001)] == ["labelling", "due"] and shipping.asked_for_labels() == 1
    shipping.until_quiet(12)
    assert [row.state for row in shipping.all_of(20001)] == ["cancelled", "written"]
    assert [shipping.in_exact(again)["TrackingNumber"]] == shipping.tracking(20001)


def test_after_its_label_was_cancelled_a_delivery_made_again_gets_a_new_one(shipping: Shipping, world: World):
    first = shipping.deliver(20001)
    world.synced()
    shipping.take_back_in_exact(first)
    world.synced(thorough=True)
    shipping.cancel_in_panel(shipping.labels(20001)[0])
    world.synced()
    again = shipping.deliver(20001)
    shipping.until_quiet()
    assert (
        shipping.asked_for_labels() == 2 and shipping.in_exact(again)["TrackingNumber"] == shipping.tracking(20001)[1]
    )


def test_with_labels_by_hand_no_second_order_is_put_there_for_what_has_a_label(shipping: Shipping, world: World):
    shipping.automatic(False)
    shipping.label_in_panel(20001)
    world.synced()
    for lines in ({1: 1}, {2: 2}):
        shipping.deliver(20001, lines)
        world.synced()
    assert not [name for name in shipping.standing() if name.startswith("20001")]


# --- the sender ----------------------------------------------------------------------------------------------


def test_a_sender_that_vanished_is_a_problem_and_no_silent_default(shipping: Shipping, world: World):
    warehouse = world.exact.order(20036)["WarehouseID"]
    shipping.automatic(warehouses={warehouse: str(SENDER_UTRECHT)})
    gone = world.sendcloud.books.sender_addresses.pop(SENDER_UTRECHT)
    world.later(before_label.SENDERS_FRESH)
    shipping.deliver(20036)
    shipping.until_quiet()
    assert world.state(20036) == ("problem", "sender_gone") and shipping.asked_for_labels() == 0
    told = words_of(entry(world, 20036))
    assert "no longer exists in Sendcloud: Vredenburg 40 Utrecht" in told and "configuration" in told
    world.sendcloud.books.sender_addresses[SENDER_UTRECHT] = gone
    world.later(service_points.FRESH)
    asks.retry(world.order(20036))
    world.later(900)
    shipping.until_quiet()
    assert shipping.labels(20036)[0]["sender_address_id"] == SENDER_UTRECHT


def test_another_sender_in_the_configuration_is_enough(shipping: Shipping, world: World):
    warehouse = world.exact.order(20036)["WarehouseID"]
    shipping.automatic(warehouses={warehouse: "999"})
    shipping.deliver(20036)
    world.synced()
    assert world.state(20036) == ("problem", "sender_gone")
    shipping.automatic(warehouses={warehouse: str(SENDER_UTRECHT)})
    shipping.until_quiet()
    assert shipping.labels(20036)[0]["sender_address_id"] == SENDER_UTRECHT


def test_senders_are_read_once_for_many_labels(shipping: Shipping, world: World):
    warehouse = world.exact.order(20036)["WarehouseID"]
    shipping.automatic(warehouses={warehouse: str(SENDER_UTRECHT)})
    world.later(before_label.SENDERS_FRESH)
    for number in (20036, shipping.order_again(20036)):
        world.synced()
        shipping.deliver(number)
        world.synced()
    assert world.sendcloud.bench.count("GET", "/addresses/sender-addresses") == 1
    assert shipping.asked_for_labels() == 2


# --- the service point ---------------------------------------------------------------------------------------


@pytest.fixture
def points(shipping: Shipping, world: World) -> Shipping:
    shipping.automatic(service_point_enabled=True, service_point_field="YourRef")
    return shipping


def test_an_order_without_service_point_asks_nothing(points: Shipping, world: World):
    world.change(20001, YourRef=None)
    points.deliver(20001)
    world.synced()
    assert points.of(20001).state == "written"
    assert world.sendcloud.bench.count("POST", POINT) == world.sendcloud.bench.count("GET", POINT) == 0


def test_a_service_point_is_looked_at_once_for_many_labels(points: Shipping, world: World):
    numbers = [20001, points.order_again(20001)]
    for number in numbers:
        world.change(number, YourRef=str(POINT_NL_POSTNL))
    world.synced()
    for number in numbers:
        points.deliver(number)
    world.synced()
    assert world.sendcloud.bench.count("POST", POINT) == 1 and world.sendcloud.bench.count("GET", POINT) == 0
    assert points.asked_for_labels() == 2


@pytest.mark.parametrize(
    ("point", "reason", "said"),
    [
        (99999, "service_point_unknown", "Sendcloud does not know service point 99999."),
        (POINT_FULL, "service_point_closed", f"Service point {POINT_FULL} takes no parcels (any more)."),
    ],
)
def test_a_service_point_that_is_not_there_or_closed_costs_no_label(
    points: Shipping, world: World, point: int, reason: str, said: str
):
    world.change(20001, YourRef=str(point))
    world.synced()
    points.deliver(20001)
    points.until_quiet()
    assert world.state(20001) == ("problem", reason) and points.asked_for_labels() == 0
    assert said in words_of(entry(world, 20001))
    world.change(20001, YourRef=str(POINT_NL_POSTNL))
    points.until_quiet()
    assert points.asked_for_labels() == 1 and points.of(20001).state == "written"


def test_a_service_point_that_opens_again_is_asked_about_on_retry(points: Shipping, world: World):
    world.change(20001, YourRef=str(POINT_FULL))
    world.synced()
    points.deliver(20001)
    world.synced()
    world.sendcloud.books.service_points[POINT_FULL]["available"] = True
    asks.retry(world.order(20001))
    world.synced(after=30)
    assert points.asked_for_labels() == 1


@pytest.mark.parametrize("status", [400, 403, 404])
def test_where_service_points_cannot_be_asked_about_the_label_is_made_all_the_same(
    points: Shipping, world: World, status: int
):
    """The endpoints are in beta; Sendcloud checks the service point itself as well."""
    world.sendcloud.bench.add_fault("status", POINT, "POST", status=status, body={"gone": True})
    world.change(20001, YourRef=str(POINT_NL_POSTNL))
    world.synced()
    points.deliver(20001)
    world.synced()
    assert points.of(20001).state == "written"


def test_a_locker_of_dhl_wants_a_post_number_which_is_filled_in_in_logs(points: Shipping, world: World):
    world.sendcloud.books.service_points[77001] = {
        **world.sendcloud.books.service_points[POINT_NL_POSTNL],
        "id": 77001, "carrier": "dhl", "name": "Packstation 145", "country_code": "DE",
    }  # fmt: skip
    world.change_address(20001, AddressLine1="Hauptstraße 5", Postcode="10115", City="Berlin", Country="DE")
    world.change(20001, YourRef="77001")
    world.synced()
    points.deliver(20001)
    points.until_quiet()
    assert world.state(20001) == ("problem", "post_number_missing") and points.asked_for_labels() == 0
    told = entry(world, 20001)
    assert "Packstation 145 is a parcel locker" in words_of(told) and 'name="post_number"' in told
    post(world, f"{order_path(world, 20001)}/repair", post_number="1234567")
    points.until_quiet()
    assert points.asked_for_labels() == 1
    sent = [body for body in world.sent() if '"post_number": "1234567"' in str(body) or "1234567" in str(body)]
    assert sent


# --- customs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "city, postcode, country, leaves",
    [("Leeds", "LS1 4DT", "GB", True), ("Belfast", "BT1 5GS", "GB", False), ("Las Palmas", "35001", "ES", True)],
)
def test_the_checklist_counts_what_leaves_the_territory_not_the_country(
    world: World, city: str, postcode: str, country: str, leaves: bool
):
    world.configure(label_auto=True)
    before = _leaving(world)
    world.change_address(20001, AddressLine1="1 Main Street", Postcode=postcode, City=city, Country=country)
    world.change_quantity(20001, 4)
    world.synced(after=pull_orders.PARTS_AGE)
    assert (_leaving(world) > before) is leaves


def _leaving(world: World) -> int:
    told = re.search(r"(\d+) open orders? leaves? the EU customs territory", world.admin.get("/start").text)
    assert told
    return int(told[1])


def test_what_customs_lack_is_told_per_article_with_a_way_there(shipping: Shipping, world: World):
    world.change_address(20001, AddressLine1="Bahnhofstrasse 5", Postcode="8001", City="Zürich", Country="CH")
    shipping.deliver(20001)
    shipping.until_quiet()
    assert world.state(20001) == ("problem", "customs_incomplete") and shipping.asked_for_labels() == 0
    told = entry(world, 20001)
    assert "HS code, country of origin" in words_of(told) and "BEL-01 (" in words_of(told)
    links = re.findall(r'href="([^"]*LogItemCard[^"]*)"', told)
    assert len(links) == 2 and all(f"_Division_={SHOP}" in link for link in links)
    shipping.automatic(customs_hs_code="8712.00", customs_origin_country="TW")
    shipping.until_quiet()
    assert shipping.asked_for_labels() == 1 and shipping.of(20001).state == "written"


def test_what_customs_lack_is_filled_in_here_and_remembered_for_the_articles(shipping: Shipping, world: World):
    shipping.automatic(default_weight=400)
    world.change_address(20001, AddressLine1="Bahnhofstrasse 5", Postcode="8001", City="Zürich", Country="CH")
    shipping.deliver(20001)
    shipping.until_quiet()
    assert world.state(20001) == ("problem", "customs_incomplete")
    path = f"{order_path(world, 20001)}/repair"
    fields = re.findall(r'<input[^>]* name="(\w+\.[^"]+)"', entry(world, 20001))
    codes = [name for name in fields if name.startswith("hs_code.")]
    origins = [name for name in fields if name.startswith("country_of_origin.")]
    assert len(codes) == len(origins) == 2
    post(world, path, **dict.fromkeys(codes, "8712.00"), **{origins[0]: "XX"})
    assert "“XX” of article" in words_of(page(world, LOGS)) and not Correction.select().exists()
    post(world, path, **dict.fromkeys(codes, "8712 00"), **dict.fromkeys(origins, "tw"))
    shipping.until_quiet()
    assert shipping.asked_for_labels() == 1 and shipping.of(20001).state == "written"
    sent = world.sent()[-1]
    assert sent.count('"hs_code": "871200"') == sent.count('"country_of_origin": "TW"') == 2
    again = shipping.deliver(shipping.order_again(20001))
    shipping.until_quiet()
    assert shipping.in_exact(again)["TrackingNumber"] and shipping.asked_for_labels() == 2
    assert "BEL-01" in words_of(world.admin.get(f"/divisions/{SHOP}/corrections").text)


@pytest.mark.parametrize("retried", [False, True])
def test_an_article_that_is_completed_in_exact_is_read_anew(shipping: Shipping, world: World, retried: bool):
    shipping.automatic(customs_origin_country="TW", item_hs_code_field="StatisticalCode", default_weight=400)
    items = world.exact.books.rows(SHOP, "Items")
    codes = {row["ID"]: row["StatisticalCode"] for row in items}
    with world.exact.books.lock:
        for key in codes:
            world.exact.books.update(SHOP, "Items", key, {"StatisticalCode": None})
    Part.delete().where(Part.kind == "item").execute()
    world.change_address(20001, AddressLine1="Bahnhofstrasse 5", Postcode="8001", City="Zürich", Country="CH")
    shipping.deliver(20001)
    shipping.until_quiet()
    assert world.state(20001) == ("problem", "customs_incomplete")
    link = re.search(r'href="([^"]*LogItemCard[^"]*)"', entry(world, 20001))
    assert link and requests.get(html.unescape(link[1]), timeout=10).ok
    with world.exact.books.lock:
        for key, code in codes.items():
            world.exact.books.update(SHOP, "Items", key, {"StatisticalCode": code or "87149990"})
    if retried:
        post(world, f"{order_path(world, 20001)}/retry")
        world.synced(after=5)
    shipping.until_quiet()
    assert shipping.asked_for_labels() == 1 and shipping.of(20001).state == "written"


# --- how an address is meant ---------------------------------------------------------------------------------


@pytest.fixture
def unsure(shipping: Shipping, world: World) -> Shipping:
    world.change_address(20001, AddressLine1="Markerkant 10 142")
    shipping.deliver(20001)
    shipping.until_quiet()
    assert shipping.state(20001) == ("problem", "house_number_unsure") and shipping.asked_for_labels() == 0
    return shipping


def sent_to(shipping: Shipping) -> tuple[str, str, str]:
    (label,) = shipping.labels(20001)
    names = ("address_line_1", "house_number", "address_line_2")
    first, number, second = (label["to_address"].get(name, "") for name in names)
    return first, number, second


def choices(world: World) -> list[tuple[str, str]]:
    """Value and words of what can be chosen in Logs."""
    rows = re.findall(r'name="reading" value="(\w+)"[^>]*>([\s\S]*?)</label>', entry(world, 20001))
    return [(value, words_of(words)) for value, words in rows]


def test_the_readings_of_an_address_stand_there_to_choose_from(unsure: Shipping, world: World):
    found = choices(world)
    assert len(found) >= 3 and found[-1][0] == "own"
    assert not re.search(r'name="reading"[^>]*checked', entry(world, 20001))
    wanted = next(value for value, words in found if "10-142" in words or "10 142" in words)
    post(world, f"{order_path(world, 20001)}/repair", reading=wanted, address_line_1="", house_number="")
    unsure.until_quiet()
    assert sent_to(unsure)[0] == "Markerkant" and sent_to(unsure)[1] in ("10-142", "10 142")
    assert {row.field for row in Correction.select()} >= {"address_line_1", "house_number"}
    assert world.state(20001) == ("shipped", "")


def test_an_address_can_be_filled_in_instead(unsure: Shipping, world: World):
    path = f"{order_path(world, 20001)}/repair"
    post(world, path, reading="own", address_line_1="", house_number="5", address_line_2="")
    assert world.state(20001)[0] == "problem" and not Correction.select().exists()
    post(world, path, reading="own", address_line_1="Markerkant", house_number="10", address_line_2="unit 142")
    unsure.until_quiet()
    assert sent_to(unsure) == ("Markerkant", "10", "unit 142")


@pytest.mark.parametrize("reading", ["99", "-1", "x", ""])
def test_a_reading_that_is_none_changes_nothing(unsure: Shipping, world: World, reading: str):
    post(world, f"{order_path(world, 20001)}/repair", reading=reading, address_line_1="", house_number="")
    assert world.state(20001)[0] == "problem" and not Correction.select().exists()


def test_it_can_be_answered_before_there_is_a_delivery(shipping: Shipping, world: World):
    world.change_address(20034, AddressLine1="Markerkant 10 142")
    world.later(6 * 3600)
    world.change_quantity(20034, 5)
    world.synced()
    assert world.state(20034) == ("incoming", "")
    shown = page(world, order_path(world, 20034))
    assert "Before the label:" in words_of(shown) and 'name="reading" value="0"' in shown
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    wanted = {"csrf_token": token[1] if token else "", "order": world.order(20034).guid}
    beside = world.admin.post(f"/divisions/{SHOP}/configuration/preview", data=wanted, headers={"HX-Request": "true"})
    assert "It could be: Markerkant; 10 142 / Markerkant 10; 142." in words_of(beside.text)
    post(world, f"{order_path(world, 20034)}/repair", reading="0", address_line_1="", house_number="")
    shipping.deliver(20034)
    shipping.until_quiet()
    assert shipping.asked_for_labels() == 1 and shipping.of(20034).state == "written"


# --- a correction that is taken back -------------------------------------------------------------------------


def test_what_is_taken_back_is_seen_with_the_next_pass(world: World):
    asks.repair(world.order(20001), {"city": "Veldhoven"}, "Sanne")
    world.synced()
    assert world.incoming()[20001]["body"]["shipping_address"]["city"] == "Veldhoven"
    others = Order.select().where(Order.checked == False, Order.number != 20001).count()  # noqa: E712
    assert others == 0
    key = Correction.get().id
    post(world, f"/divisions/{SHOP}/corrections/{key}/back")
    assert world.synced().pushed >= 1
    assert world.incoming()[20001]["body"]["shipping_address"]["city"] != "Veldhoven"
    assert Division.get(Division.code == SHOP).due_at is not None and not Correction.select().exists()


def test_an_address_without_a_label_asks_again_when_its_answer_is_taken_back(unsure: Shipping, world: World):
    asks.repair(world.order(20001), {"house_number": "10-142"}, "Sanne")
    corrections.take_back(Correction.get(), "Sanne")
    unsure.until_quiet()
    assert unsure.state(20001) == ("problem", "house_number_unsure") and unsure.asked_for_labels() == 0


# --- the delivery itself -------------------------------------------------------------------------------------


def late(shipping: Shipping, world: World) -> str:
    """A delivery of two bells of 20001 that has no label yet."""
    shipping.automatic(False)
    world.change_quantity(20001, 4)
    key = shipping.deliver(20001, {1: 2})
    for _ in range(2):
        world.synced()
    return key


def test_a_delivery_whose_lines_changed_in_exact_is_labelled_as_it_is_now(shipping: Shipping, world: World):
    key = late(shipping, world)
    with world.exact.books.lock:
        (line,) = world.exact.books.rows(SHOP, "GoodsDeliveryLines", EntryID=key)
        world.exact.books.table(SHOP, "GoodsDeliveryLines").rows[line["ID"]]["QuantityDelivered"] = 1.0
    asks.label_now(shipping.of(20001), "Sanne")
    shipping.until_quiet()
    assert shipping.shipped_items(20001) == [{"BEL-01": 1}]


def test_no_label_is_bought_for_a_delivery_that_was_deleted_meanwhile(shipping: Shipping, world: World):
    key = late(shipping, world)
    shipping.take_back_in_exact(key)
    asks.label_now(shipping.of(20001), "Sanne")
    for _ in range(3):
        world.sync()
    assert shipping.asked_for_labels() == 0
    world.sync(thorough=True)
    assert shipping.state(20001) == ("cancelled", "deleted") and shipping.asked_for_labels() == 0


def test_a_number_that_was_typed_a_moment_ago_saves_the_label(shipping: Shipping, world: World):
    """Also where the list of what changed does not tell it yet."""
    key = late(shipping, world)
    shipping.in_exact(key)["TrackingNumber"] = "MIJN-1"
    asks.label_now(shipping.of(20001), "Sanne")
    shipping.until_quiet()
    assert shipping.state(20001) == ("elsewhere", "has_tracking") and shipping.asked_for_labels() == 0
