"""How a session ends: by itself, at the door, and wherever a copy of its cookie may be."""

import pytest
import time_machine

from tests.conftest import ADMIN
from webapp import accounts
from webapp.models import Lease
from webapp.security import LONGEST_SESSION

NOW = 1_800_000_000
HOUR = 3600


@pytest.fixture
def enter(csrf):
    def enter(client):
        assert client.post("/login", data={"csrf_token": csrf(client), **ADMIN}).status_code == 303
        return client

    return enter


def copy_of(client, name="pakbon"):
    """Another browser with the same cookie."""
    thief = client.application.test_client()
    thief.set_cookie(name, client.get_cookie(name).value)
    return thief


def is_in(client):
    return client.get("/users").status_code == 200


def test_a_session_ends_after_a_week_however_busy(client, enter, local_admin):
    with time_machine.travel(NOW, tick=False) as clock:
        enter(client)
        for _ in range(LONGEST_SESSION // (8 * HOUR) - 1):
            clock.shift(8 * HOUR)
            assert is_in(client)
        clock.shift(8 * HOUR)
        assert not is_in(client)
        assert is_in(enter(client))


def test_signing_out_ends_the_copies_of_the_cookie_too(client, csrf, enter, local_admin):
    thief = copy_of(enter(client))
    assert is_in(thief)
    other = enter(client.application.test_client())
    client.post("/logout", data={"csrf_token": csrf(client)})
    assert not is_in(client) and not is_in(thief)
    assert is_in(other)  # the phone in the warehouse stays signed in


def test_what_a_request_does_to_its_session_stays_its_own(client, enter, local_admin):
    enter(client)
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "Told to both.")]
    twin = copy_of(client)
    with client.session_transaction() as session:
        session["_flashes"].append(("message", "Told to one."))
    told = twin.get("/users").text
    assert "Told to both." in told and "Told to one." not in told


def test_signing_in_again_ends_the_session_before(client, enter, local_admin):
    thief = copy_of(enter(client))
    enter(client)
    assert is_in(client) and not is_in(thief)


@pytest.mark.parametrize(
    "act",
    [accounts.block, accounts.remove, accounts.end_sessions, lambda user: accounts.change_password(user, "x" * 10)],
)
def test_whoever_is_put_out_is_out_at_the_next_request(client, enter, local_admin, act):
    thief = copy_of(enter(client))
    act(local_admin)
    assert not is_in(client) and not is_in(thief)


def test_an_administrator_no_more_is_none_at_the_next_request(client, enter, local_admin):
    enter(client)
    accounts.make_user(local_admin)
    assert client.get("/users").status_code == 403


def test_what_is_remembered_of_ended_sessions_is_forgotten_when_no_cookie_can_live(client, csrf, enter, local_admin):
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            enter(client)
            client.post("/logout", data={"csrf_token": csrf(client)})
        assert Lease.select().where(Lease.name.startswith(accounts.SIGNED_OUT)).count() == 3
        clock.shift(LONGEST_SESSION + 1)
        enter(client)
        client.post("/logout", data={"csrf_token": csrf(client)})
        assert Lease.select().where(Lease.name.startswith(accounts.SIGNED_OUT)).count() == 1


def test_over_https_the_cookie_is_bound_to_this_very_host(make_app, make_config):
    client = make_app(make_config(PUBLIC_URL="https://pakbon.winkel.example")).test_client()
    cookie = client.get("/login", base_url="https://pakbon.winkel.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-pakbon=")
    assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie
