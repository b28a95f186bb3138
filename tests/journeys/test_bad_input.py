"""What merchants, Exact and Sendcloud can do wrong: one clear sentence where the merchant looks, one call, no loss.

What can go wrong while signing in (denied consent, reused code, forged state, outages) stands in
`tests/views/test_exact_signin.py`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.world import World, words_of
from webapp.clients.budget import ERRORS_ALLOWED, HOUR
from webapp.demo.exact.entities import ALL_SCOPES
from webapp.demo.exact.seed import CLIENT_ID, MERCHANT_EMAIL, SHOP, WHOLESALE
from webapp.demo.exact.volume import seed_volume
from webapp.demo.kit import Bench, Clock, Server
from webapp.demo.sendcloud.seed import FIRST, KEYS, SECOND
from webapp.models import Division

IN = ("incoming", "")
HEADERS = "sync/SalesOrder/SalesOrderHeaders"


def dashboard(world: World) -> str:
    return words_of(world.admin.get(f"/divisions/{SHOP}/").text)


# --- the keys ------------------------------------------------------------------------------------------------


@pytest.fixture
def paste(signed_in: World, csrf: Callable[..., str]) -> Callable[..., Any]:
    """Paste keys into the connect form of a division."""

    def paste(public_key: str, secret_key: str, code: int = SHOP) -> Any:
        path = f"/divisions/{code}/connect"
        form = {"csrf_token": csrf(signed_in.admin, path), "public_key": public_key, "secret_key": secret_key}
        return signed_in.admin.post(path, data=form)

    return paste


@pytest.mark.parametrize(
    "keys", [("demo-public-key-1", "wrong"), ("wrong", "demo-secret-key-1"), KEYS[FIRST][::-1], ("ö", "ü")]
)
def test_wrong_keys_are_said_and_cost_one_call(signed_in: World, paste, keys):
    with signed_in.counting() as calls:
        page = paste(*keys)
    assert page.status_code == 422 and "Sendcloud does not know these keys." in words_of(page.text)
    assert calls().sendcloud <= 1
    division = signed_in.division()
    assert (division.sendcloud, division.public_key, division.secret_key) == ("off", "", "")


def test_spaces_round_pasted_keys_do_no_harm(signed_in: World, paste):
    assert paste(f"  {KEYS[FIRST][0]}\n", f"\t{KEYS[FIRST][1]} ").status_code == 303
    assert signed_in.division().sendcloud == "on"


def test_keys_of_an_integration_that_serves_another_division_are_said_and_cost_one_call(signed_in: World, paste):
    assert paste(*KEYS[FIRST]).status_code == 303
    with signed_in.counting() as calls:
        page = paste(*KEYS[FIRST], code=WHOLESALE)
    said = words_of(page.text)
    assert page.status_code == 422 and "an integration that already serves Fietswinkel De Spaak" in said
    assert calls().sendcloud == 1
    assert signed_in.division(WHOLESALE).sendcloud == "off"
    assert paste(*KEYS[SECOND], code=WHOLESALE).status_code == 303


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("cut", "Sendcloud did not answer"),
        ("html", "Sendcloud answered with something that is not an answer"),
        ("reset", "Sendcloud did not answer"),
        ("status", "Sendcloud has a fault on its side"),
    ],
)
def test_when_sendcloud_fails_while_keys_are_tried_nothing_is_stored(signed_in: World, paste, kind: str, says: str):
    signed_in.sendcloud.bench.add_fault(kind, "/api/")
    with signed_in.counting() as calls:
        page = paste(*KEYS[FIRST])
    assert page.status_code == 422 and says in words_of(page.text)
    assert calls().sendcloud == 1
    assert signed_in.division().sendcloud == "off"
    assert paste(*KEYS[FIRST]).status_code == 303


# --- what needs a person at Exact ----------------------------------------------------------------------------


def block(world: World, **fields: Any) -> Callable[[], None]:
    before = {name: world.exact.books.divisions[SHOP].get(name) for name in fields}
    world.exact.switch(division={"Code": SHOP, **fields})
    return lambda: world.exact.switch(division={"Code": SHOP, **before})


def deny(world: World, **fields: Any) -> Callable[[], None]:
    user = world.exact.books.user_named(MERCHANT_EMAIL)
    before = {name: user[name] for name in fields}
    world.exact.switch(user={"name": MERCHANT_EMAIL, **fields})
    return lambda: world.exact.switch(user={"name": MERCHANT_EMAIL, **before})


def take_scope(world: World) -> Callable[[], None]:
    scope = next(scope for scope in ALL_SCOPES if "salesorders" in scope.lower().replace(" ", ""))
    rest = [name for name in ALL_SCOPES if name != scope]
    world.exact.switch(app={"client_id": CLIENT_ID, "scopes": rest})
    return lambda: world.exact.switch(app={"client_id": CLIENT_ID, "scopes": list(ALL_SCOPES)})


AT_EXACT: dict[str, tuple[Callable[[World], Callable[[], None]], str, str]] = {
    "blocked division": (lambda world: block(world, BlockingStatus=5), "division_blocked", "blocked this division"),
    "closed division": (lambda world: block(world, Status=2), "division_blocked", "blocked this division"),
    "licence": (lambda world: block(world, licence_expired=True), "licence", "licence of this division"),
    "no access": (lambda world: deny(world, divisions=[WHOLESALE]), "no_access", "may not open this division"),
    "blocked user": (lambda world: deny(world, status="BlockedUser"), "exact_user_blocked", "blocked the user"),
    "right": (lambda world: deny(world, denied={str(SHOP): [HEADERS]}), "right_missing", "lacks a right in Exact"),
    "scope": (take_scope, "scope_missing", "lacks the permission “Sales orders”"),
}


@pytest.mark.parametrize("what", AT_EXACT)
def test_what_exact_forbids_is_said_at_once_costs_one_call_and_loses_nothing(world: World, what: str):
    begin, code, says = AT_EXACT[what]
    end = begin(world)
    done = world.sync()
    assert (done.error, done.calls.exact, done.calls.sendcloud) == (code, 1, 0)
    assert says in world.stopped() and world.stopped() in dashboard(world)
    world.change_quantity(20001, 4)
    end()
    assert world.synced().pushed == 1
    assert world.stopped() == "" and world.state(20001) == IN
    assert says not in dashboard(world)


def test_what_exact_goes_on_forbidding_is_asked_less_and_less_and_never_gets_the_key_blocked(world: World):
    block(world, BlockingStatus=5)
    with world.counting() as calls:
        for _ in range(2 * HOUR // 30):
            if world.division().due_at <= world.exact.clock.now().timestamp():
                world.sync(after=0)
            world.later(30)
    assert calls().exact <= 2 * ERRORS_ALLOWED
    assert not world.exact.exact.limits.blocks


# --- answers that are none -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["cut", "html", "reset", "status"])
@pytest.mark.parametrize("service", ["exact", "sendcloud"])
def test_a_passing_fault_costs_one_call_and_is_told_when_it_lasts(world: World, service: str, kind: str):
    play, path = {"exact": (world.exact, HEADERS), "sendcloud": (world.sendcloud, "/api/v3/orders")}[service]
    play.bench.add_fault(kind, path, times=0)
    world.change_quantity(20001, 4)
    for number in range(3):
        assert world.stopped() == "", "two failures in a row are nobody's business"
        before = play.bench.count(path=path)
        assert world.sync().error in ("bad_answer", "no_answer", "service_down")
        assert play.bench.count(path=path) == before + 1, number
    name = {"exact": "Exact Online", "sendcloud": "Sendcloud"}[service]
    assert world.stopped().startswith(name) and world.stopped() in dashboard(world)
    play.bench.clear_faults()
    world.later(3600)
    world.synced()
    assert world.stopped() == "" and world.state(20001) == IN
    assert world.incoming()[20001]["body"]["order_details"]["order_items"][0]["quantity"] == 4


def test_a_page_link_to_another_host_is_not_followed(ready: World):
    seed_volume(ready.exact.books, SHOP, 40, lines=1, accounts=5, items=5)
    elsewhere = Bench(lambda environ, start_response: [], Clock(), name="elsewhere")
    with Server(elsewhere) as server:
        ready.exact.switch(switches={"next_host": server.url.replace("127.0.0.1", "localhost")})
        for _ in range(3):
            assert ready.sync().error == "other_host"
        assert elsewhere.requests == []
    assert "pointed to another address (localhost). Pakbon does not go there." in dashboard(ready)
    ready.exact.switch(switches={"next_host": None})
    ready.later(3600)
    ready.synced()
    assert len(ready.incoming()) == 32 + 40 and ready.stopped() == ""


# --- orders --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (20025, "The customer of this order no longer exists in Exact."),
        (20040, "address"),
        (20014, "Sendcloud does not know the currency CHF."),
    ],
)
def test_a_broken_order_says_why_in_the_list_in_logs_and_on_its_own_page(world: World, number: int, says: str):
    order = world.order(number)
    said = world.said(number)
    assert says in said
    for path in (f"?q={number}", "logs", f"orders/{order.guid}"):
        assert said in words_of(world.admin.get(f"/divisions/{SHOP}/{path}").text), path


@pytest.mark.parametrize("field", ["AddressLine1", "Postcode", "City"])
def test_an_address_that_lacks_something_names_it(world: World, field: str):
    world.change_address(20001, **{field: None})
    world.later(6 * 3600)  # the address is read again with the order
    world.change_quantity(20001, 4)
    world.synced()
    assert world.state(20001) == ("problem", "address_incomplete")
    named = {"AddressLine1": "street", "Postcode": "postal code", "City": "city"}[field]
    assert f"Missing: {named}." in world.said(20001)


def test_broken_orders_hold_nobody_else_up_and_cost_no_calls_of_their_own(ready: World):
    """A hundred orders of customers who are gone: their accounts are asked for together."""
    seed_volume(ready.exact.books, SHOP, 100, lines=1, accounts=100, items=5)
    accounts = ready.exact.books.table(SHOP, "Accounts")
    for key in [key for key, row in accounts.rows.items() if len(row["Code"].strip()) == 6]:
        ready.exact.books.delete(SHOP, "Accounts", key)
    done = ready.synced()
    assert sum(state == ("problem", "account_deleted") for state in ready.states().values()) == 101
    assert done.pushed == 32
    assert done.calls.exact <= 40
    assert ready.synced().calls.exact <= 20
    assert Division.get(Division.code == SHOP).stopped == ""
