"""The three ways out of an error, through the pages: repaired here, label made in the panel, repaired in Exact."""

import re

import pytest

from tests.journeys.shipping import Shipping
from tests.journeys.world import World, words_of
from webapp.demo.exact.seed import SHOP

LOGS = f"/divisions/{SHOP}/logs"


@pytest.fixture
def key(shipping: Shipping, world: World) -> str:
    """Order 20018 has no house number and was delivered: the carrier refuses the label."""
    key = shipping.deliver(20018)
    world.synced()
    return key


def page(world: World, path: str) -> str:
    answer = world.admin.get(path)
    assert answer.status_code == 200, path
    return answer.text


def post(world: World, path: str, **fields: str) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page(world, "/"))
    assert token
    assert world.admin.post(path, data={"csrf_token": token[1], **fields}).status_code == 303


def order_path(world: World) -> str:
    return f"/divisions/{SHOP}/orders/{world.order(20018).guid}"


def entry(world: World) -> str:
    """What Logs says of the order, "" if it does not stand there."""
    found = re.search(r'<article [^>]*id="o20018"[\s\S]*?</article>', page(world, LOGS))
    return words_of(found[0]) if found else ""


def ended(world: World) -> str:
    """The line of the history about the order."""
    rows = re.findall(r"<tr [\s\S]*?</tr>", page(world, f"{LOGS}?show=resolved"))
    return next(words_of(row) for row in rows if ">20018<" in row)


def all_is_well(shipping: Shipping, world: World, key: str) -> str:
    """One label, written back; the words of the order's page."""
    (tracking,) = shipping.tracking(20018)
    assert shipping.in_exact(key)["TrackingNumber"] == tracking
    assert entry(world) == ""
    told = words_of(page(world, order_path(world)))
    assert tracking in told and "Written back in Exact" in told and "Shipped" in told
    return told


def test_the_error_is_told_in_a_sentence_with_its_field(key: str, world: World):
    told = entry(world)
    assert "The house number is missing." in told and "Beukenlaan" in told and "This field cannot be blank." in told
    assert re.findall(r'<input id="f\d+" name="(\w+)"', page(world, LOGS)).count("house_number") == 1


@pytest.mark.parametrize(
    ("detail", "source"),
    [
        ("house_number: 'This field cannot be blank.'", {}),
        ("The house number is required by this carrier.", {"pointer": "/data/attributes/order"}),
    ],
)
def test_a_refusal_that_names_its_field_in_words_alone_is_repaired_here_too(
    shipping: Shipping, world: World, detail: str, source: dict[str, str]
):
    said = {"errors": [{"status": "400", "code": "validation_error", "detail": detail, "source": source}]}
    world.sendcloud.bench.add_fault("status", "/create-label-sync$", "POST", status=400, body=said)
    key = shipping.deliver(20018)
    world.synced()
    assert "The house number is missing." in entry(world) and "Beukenlaan" in entry(world)
    test_repaired_here(key, shipping, world)


def test_the_page_of_the_order_tells_the_same_everywhere(key: str, world: World):
    told = words_of(page(world, order_path(world)))
    assert told.count("The house number is missing.") >= 3 and "makes no label" not in told
    assert "Each goods delivery above goes with its own contents." in told


def test_repaired_here(key: str, shipping: Shipping, world: World):
    post(world, f"{order_path(world)}/repair", house_number="4")
    assert entry(world) == ""
    world.synced()
    assert "made by Pakbon" in all_is_well(shipping, world, key)
    assert "The house number is missing." in ended(world) and "Repaired here" in ended(world)
    assert "baas@despaak.example" in ended(world)
    assert "Beukenlaan" in words_of(page(world, f"/divisions/{SHOP}/corrections"))


def test_repaired_and_labelled_in_the_panel(key: str, shipping: Shipping, world: World):
    world.edit_in_panel(20018, house_number="4")
    assert world.sendcloud.post("/_bench/panel/orders/20018/label").ok
    world.synced()
    shipping.until_quiet()
    assert "made in Sendcloud" in all_is_well(shipping, world, key)
    assert "Label made in Sendcloud" in ended(world)


def test_repaired_in_exact(key: str, shipping: Shipping, world: World):
    world.change_address(20018, AddressLine1="Beukenlaan 4")
    shipping.until_quiet()
    assert "made by Pakbon" in all_is_well(shipping, world, key)
    assert "Repaired in Exact" in ended(world) and "seen by Pakbon" in ended(world)


def test_the_label_comes_out_of_pakbon(key: str, shipping: Shipping, world: World):
    post(world, f"{order_path(world)}/repair", house_number="4")
    world.synced()
    link = re.search(rf'href="(/divisions/{SHOP}/labels/\d+)"', page(world, order_path(world)))
    assert link
    assert world.admin.get(link[1]).data.startswith(b"%PDF")
    told = words_of(page(world, order_path(world)))
    assert "made by Pakbon · printed" in told and "Print again" in told


def test_a_label_left_by_hand_is_made_from_the_page(shipping: Shipping, world: World):
    shipping.automatic(False)
    key = shipping.deliver(20001)
    world.synced()
    path = f"/divisions/{SHOP}/orders/{world.order(20001).guid}"
    assert "Label by hand" in words_of(page(world, path))
    post(world, f"{path}/deliveries/{key}/label")
    world.synced()
    (tracking,) = shipping.tracking(20001)
    assert tracking in page(world, path) and tracking in page(world, f"/divisions/{SHOP}/")


def test_set_aside_it_leaves_logs_and_stays_out(key: str, shipping: Shipping, world: World):
    post(world, f"{order_path(world)}/ignore")
    assert entry(world) == "" and "Ignored" in ended(world)
    world.change_address(20018, AddressLine1="Beukenlaan 4")
    for _ in range(3):
        world.synced()
    assert world.state(20018)[0] == "ignored" and shipping.tracking(20018) == []


def test_taken_back_it_gets_its_label(key: str, shipping: Shipping, world: World):
    post(world, f"{order_path(world)}/ignore")
    world.synced()
    post(world, f"{order_path(world)}/unignore")
    world.change_address(20018, AddressLine1="Beukenlaan 4")
    shipping.until_quiet()
    all_is_well(shipping, world, key)


def test_an_incoming_order_set_aside_and_taken_back_stands_where_it_stood(world: World):
    path = f"/divisions/{SHOP}/orders/{world.order(20001).guid}"
    post(world, f"{path}/ignore")
    world.synced()
    post(world, f"{path}/unignore")
    pushes = world.synced().calls.pushes
    assert world.state(20001)[0] == "incoming" and pushes == 0
