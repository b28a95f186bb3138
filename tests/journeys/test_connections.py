"""Both connections over time: tokens, disconnecting and connecting again, other divisions and other users."""

import threading

import pytest
import requests

from tests.journeys.shipping import Shipping
from tests.journeys.world import World, who, words_of
from webapp import accounts, clock, db
from webapp.clients.exact_oauth import ExactOAuth
from webapp.demo.exact.seed import BOOKKEEPER_EMAIL, SHOP, STRANGER_EMAIL, WHOLESALE
from webapp.demo.exact.tokens import ACCESS_LIFE, REFRESH_FROM
from webapp.demo.sendcloud.seed import FIRST, SECOND
from webapp.errors import NeedsPerson, Reconnect
from webapp.models import Connection, Division, put_setting
from webapp.sync import asks, tokens

IN = ("incoming", "")
ALL = 32
YOUNGEST, OLDEST = REFRESH_FROM.total_seconds(), ACCESS_LIFE.total_seconds()


def dashboard(world: World, code: int = SHOP) -> str:
    return words_of(world.admin.get(f"/divisions/{code}/").text)


# --- tokens --------------------------------------------------------------------------------------------------


def test_a_token_is_renewed_in_its_window_and_only_then(world: World):
    """Two hours of passes: Exact refuses every renewal that comes too early, and every call with a dead token."""
    for _ in range(48):
        world.synced()
    renewals = [asked for asked in world.exact.bench.requests if asked["path"].endswith("/token")]
    assert 10 <= len(renewals) <= 13
    assert {asked["status"] for asked in world.exact.bench.requests} == {200}


def test_after_a_night_without_work_one_renewal_is_enough(world: World):
    world.later(9 * 3600)
    assert world.synced().calls.tokens == 1


def test_an_idle_connection_is_kept_alive(world: World):
    """A refresh token that nobody uses dies after thirty days."""
    Division.update(due_at=None).execute()
    for _ in range(40):
        world.later(86400 + 60)
        tokens.keep_alive(world.config)
    assert world.synced().error == ""


def test_connections_are_kept_alive_while_others_write(world: World, monkeypatch):
    """A row that is still to be read would keep the moment of its reading, in which no new token can be kept."""
    Connection.create(country="nl", exact_user_id="another", refresh_token="spent", state="active")
    Connection.update(refreshed_at=0).execute()
    asked, renewed = [], tokens.access_token

    def asking(config, connection_id):
        asked.append(connection_id)
        other = threading.Thread(target=note_elsewhere)
        other.start()
        other.join()
        return renewed(config, connection_id)

    def note_elsewhere():
        with db.database.connection_context():
            put_setting("elsewhere", str(len(asked)))

    monkeypatch.setattr(tokens, "access_token", asking)
    tokens.keep_alive(world.config)
    assert len(asked) == 2
    assert [row.state for row in Connection.select().order_by(Connection.id)] == ["active", "reconnect"]


@pytest.mark.parametrize("first", ["sign-in", "renewal"])
def test_whoever_signs_in_while_the_old_pair_is_renewed_keeps_the_new_one(world: World, monkeypatch, first: str):
    """Exact voids the pair of before at a second sign-in, whichever of the two it sees first."""
    renew = ExactOAuth.renew

    def renewing(self, refresh_token):
        if first == "sign-in":
            sign_in()
            return renew(self, refresh_token)
        found = renew(self, refresh_token)
        sign_in()
        return found

    def sign_in():
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()

    def elsewhere():
        try:
            world.come_in(world.admin)
        finally:
            db.database.close()

    world.later(OLDEST)
    monkeypatch.setattr(ExactOAuth, "renew", renewing)
    assert world.sync().error == ""
    monkeypatch.setattr(ExactOAuth, "renew", renew)
    world.later(OLDEST)
    world.synced()
    assert Connection.get().state == "active"


@pytest.fixture
def revoked(world: World) -> World:
    """The user has taken the app's access back at Exact."""
    requests.post(f"{world.exact.exact.url}/_bench/revoke", json={}, timeout=10).raise_for_status()
    world.later(OLDEST)
    assert world.sync().error == "token_spent"
    return world


def test_a_spent_refresh_token_stops_the_division_and_says_so(revoked: World):
    assert Connection.get().state == "reconnect"
    assert revoked.division().stopped == "token_spent"
    assert "no longer accepts the sign-in" in revoked.stopped()
    page = dashboard(revoked)
    assert "no longer accepts the sign-in" in page and "Orders and settings are kept" in page
    assert "/exact/start" in revoked.admin.get(f"/divisions/{SHOP}/").text


def test_a_stopped_division_asks_exact_for_nothing(revoked: World):
    for _ in range(3):
        done = revoked.sync()
        assert (done.error, done.calls.exact, done.calls.tokens) == ("token_spent", 0, 0)


def test_signing_in_again_goes_on_where_it_was(revoked: World):
    revoked.change_quantity(20001, 4)
    revoked.come_in(revoked.admin)
    assert revoked.stopped() == ""
    assert revoked.division().due_at <= revoked.exact.clock.now().timestamp()
    assert revoked.synced().pushed == 1
    assert revoked.state(20001) == IN
    assert "no longer accepts the sign-in" not in dashboard(revoked)


def test_a_renewal_whose_answer_was_lost_does_not_end_the_connection(world: World):
    """The old refresh token lives until its successor is used."""
    world.later(OLDEST)
    world.exact.bench.add_fault("lost", "/oauth2/token")
    assert world.sync().error == "no_answer"
    assert world.sync().error == "token_too_early" and world.stopped() == ""
    world.later(YOUNGEST)
    world.synced()
    assert Connection.get().state == "active"


def test_connecting_without_a_sign_in_that_works_is_refused(revoked: World):
    revoked.disconnect()
    with pytest.raises(Reconnect):
        revoked.connect()


# --- who -----------------------------------------------------------------------------------------------------


def test_the_work_goes_on_with_the_first_users_tokens_when_a_second_signs_in(world: World):
    before = Connection.get().refresh_token
    accounts.let_in(BOOKKEEPER_EMAIL)
    bookkeeper = world.app.test_client()
    assert world.come_in(bookkeeper, BOOKKEEPER_EMAIL).status_code == 303
    assert who(bookkeeper) == BOOKKEEPER_EMAIL
    assert [row.refresh_token for row in Connection.select()] == [before]
    world.later(OLDEST)
    world.synced()


def test_a_stranger_is_refused_and_the_work_goes_on(world: World):
    stranger = world.app.test_client()
    stranger.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = world.come_in(stranger, STRANGER_EMAIL)
    assert answer.status_code == 403 and "no access here" in answer.text
    assert who(stranger) == "" and Connection.select().count() == 1
    world.later(OLDEST)
    world.synced()


# --- Sendcloud -----------------------------------------------------------------------------------------------


def test_connected_again_nothing_is_sent_twice(world: World):
    world.disconnect()
    assert world.sync().error == "not_connected"
    world.connect()
    assert world.synced().pushed == 0
    assert len(world.incoming()) == ALL


def test_connected_again_what_changed_meanwhile_is_sent(world: World):
    world.disconnect()
    world.change_quantity(20001, 4)
    world.later(86400)
    world.connect()
    assert world.synced().pushed == 1
    assert world.state(20001) == IN


def test_another_integration_gets_all_orders(world: World):
    world.connect(SHOP, SECOND)
    assert world.synced().pushed == ALL
    assert {order["integration_id"] for order in world.sendcloud.books.orders.values()} == {FIRST, SECOND}
    assert world.synced().pushed == 0


def test_connected_again_to_look_on_first_nothing_is_sent_or_taken_out_until_somebody_says_so(world: World):
    world.disconnect()
    world.connect(preview=True)
    world.change_quantity(20001, 4)
    world.cancel(20003)
    world.sendcloud.bench.clear_requests()
    for _ in range(2):
        world.synced(thorough=True)
    assert {asked["method"] for asked in world.sendcloud.bench.requests} == {"GET"}
    assert world.state(20001) == IN and len(world.incoming()) == ALL
    world.start_sending()
    assert world.synced().pushed == 1
    assert world.state(20001) == IN and world.state(20003) == ("removed", "cancelled")
    assert len(world.incoming()) == ALL - 1


def test_connected_again_to_look_on_first_no_label_is_bought(world: World):
    shipping = Shipping(world)
    shipping.automatic()
    shipping.deliver(20001)
    world.sendcloud.bench.add_fault("status", "/api/v3/shipments", "GET", status=503, times=0)
    world.sync()
    assert shipping.state(20001) == ("due", "")
    world.sendcloud.bench.clear_faults()
    world.disconnect()
    world.connect(preview=True)
    for _ in range(2):
        world.synced()
    assert shipping.state(20001) == ("due", "") and shipping.asked_for_labels() == 0
    assert world.division().due_at > clock.now() + 60  # nor does it look on every second for that
    world.start_sending()
    shipping.until_quiet()
    assert len(shipping.labels(20001)) == 1


def test_while_it_looks_on_nobody_is_offered_a_label(world: World):
    shipping = Shipping(world)
    shipping.deliver(20001)
    world.synced()
    world.disconnect()
    world.connect(preview=True)
    page = world.admin.get(f"/divisions/{SHOP}/orders/{world.order(20001).guid}").text
    assert f"delivery-{shipping.of(20001).id}" in page and "Make the label now" not in page
    with pytest.raises(NeedsPerson) as refused:
        asks.label_now(shipping.of(20001), "Sanne")
    assert refused.value.code == "preview" and shipping.state(20001)[0] == "manual"


def test_an_integration_serves_one_division_only(world: World):
    with world.counting() as calls, pytest.raises(NeedsPerson) as refused:
        world.connect(WHOLESALE, FIRST)
    assert (refused.value.code, refused.value.params) == (
        "integration_taken", {"division": "Fietswinkel De Spaak"}
    )  # fmt: skip
    assert calls().sendcloud == 1
    assert world.division(WHOLESALE).sendcloud == "off"


def test_an_integration_that_is_free_again_may_serve_another_division(world: World):
    world.disconnect()
    world.connect(WHOLESALE, FIRST)
    assert world.synced(WHOLESALE).pushed == 5
    world.connect(SHOP, SECOND)
    assert world.synced().pushed == ALL


def test_keys_that_were_taken_back_stop_the_division_and_new_ones_go_on(world: World):
    integration = world.sendcloud.books.integrations[FIRST]
    integration["secret_key"] = "another-secret"
    world.change_quantity(20001, 4)
    assert world.sync().error == "keys_wrong"
    assert world.division().sendcloud == "revoked"
    assert "no longer accepts the keys" in dashboard(world) or "does not know these keys" in dashboard(world)
    done = world.sync()
    assert (done.error, done.calls.exact, done.calls.sendcloud) == ("keys_revoked", 0, 0)
    integration["secret_key"] = "demo-secret-key-1"
    world.connect()
    assert world.synced().pushed == 1 and world.state(20001) == IN


# --- the division --------------------------------------------------------------------------------------------


def move(world: World) -> None:
    """Exact moves the shop to another database: its row versions begin anew."""
    url = f"{world.exact.exact.url}/_bench/move-division"
    requests.post(url, json={"division": SHOP}, timeout=10).raise_for_status()
    books = world.exact.books
    moved = [table for (code, name), table in books.tables.items() if code == SHOP and name != "Deleted"]
    books.row_version = max(row["Timestamp"] for table in moved for row in table.rows.values())


@pytest.mark.parametrize("times", [1, 2])
def test_a_division_that_exact_moved_is_read_anew_and_nothing_is_sent_twice(world: World, times: int):
    """The list of divisions, read once a day, tells."""
    for number in range(20001, 20001 + times):
        move(world)
        world.change_quantity(number, 4)
        world.later(86400)
        assert world.synced().pushed == 1
        assert world.state(number) == IN and len(world.incoming()) == ALL
    world.change_quantity(20003, 5)
    assert world.synced().pushed == 1
