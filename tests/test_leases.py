"""Held rights: one owner at a time, whatever races for them, and an end by itself or with its process."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine

from webapp import leases
from webapp.config import ROOT
from webapp.db import database
from webapp.models import Lease

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RACES = 200


@pytest.fixture
def time(app):
    """Time stands still on an empty database."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_only_one_owner_holds_a_lease(time):
    assert leases.take("pass:1", "one", 60)
    assert not leases.take("pass:1", "other", 60)
    assert leases.holder("pass:1") == "one"


def test_leases_of_other_names_are_free(time):
    assert leases.take("pass:1", "one", 60)
    assert leases.take("pass:2", "other", 60)
    assert (leases.holder("pass:1"), leases.holder("pass:2"), leases.holder("pass:3")) == ("one", "other", "")


def test_a_lease_ends_by_itself(time):
    assert leases.take("pass:1", "one", 60)
    time.shift(59)
    assert not leases.take("pass:1", "other", 60)
    time.shift(1)
    assert leases.holder("pass:1") == ""
    assert leases.take("pass:1", "other", 60)
    assert leases.holder("pass:1") == "other"


def test_its_owner_prolongs_it(time):
    assert leases.take("pass:1", "one", 60)
    time.shift(50)
    assert leases.take("pass:1", "one", 60)
    time.shift(50)
    assert not leases.take("pass:1", "other", 60)
    assert leases.holder("pass:1") == "one"


def test_an_owner_who_came_too_late_does_not_get_it_back(time):
    assert leases.take("pass:1", "one", 60)
    time.shift(61)
    assert leases.take("pass:1", "other", 60)
    assert not leases.take("pass:1", "one", 60)
    leases.give_back("pass:1", "one")
    assert leases.holder("pass:1") == "other"


def test_a_lease_that_was_given_back_is_free_at_once(time):
    assert leases.take("pass:1", "one", 60)
    leases.give_back("pass:1", "other")
    assert leases.holder("pass:1") == "one"
    leases.give_back("pass:1", "one")
    assert leases.holder("pass:1") == ""
    assert leases.take("pass:1", "other", 60)


def test_every_holder_has_a_name_of_his_own():
    assert len({leases.new_owner() for _ in range(100)}) == 100


def test_a_block_holds_it_and_gives_it_back(time):
    with leases.held("token:1", 60) as owner:
        assert owner and leases.holder("token:1") == owner
        with leases.held("token:1", 60) as second:  # even the same thread does not get it twice
            assert second is None
        assert leases.holder("token:1") == owner
    assert leases.holder("token:1") == ""


def test_a_block_that_breaks_gives_it_back(time):
    with pytest.raises(ZeroDivisionError), leases.held("token:1", 60):
        raise ZeroDivisionError
    assert leases.holder("token:1") == ""


def test_a_block_that_did_not_get_it_takes_nothing_from_the_holder(time):
    assert leases.take("token:1", "one", 60)
    with pytest.raises(ZeroDivisionError), leases.held("token:1", 60) as owner:
        assert owner is None
        raise ZeroDivisionError
    assert leases.holder("token:1") == "one"


def owner_of_a_process(*words):
    """What a process of its own calls itself, and the process, still alive."""
    code = "import sys; from webapp import leases; print(leases.new_owner(), flush=True); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=-1, stdout=-1, text=True)
    return process.stdout.readline().strip(), process


def test_what_a_killed_process_held_is_free_at_once(time):
    owner, process = owner_of_a_process()
    with process:
        assert leases.take("pass:1", owner, 600)
        assert not leases.is_dead(owner) and leases.abandoned("pass:1") == ""
        assert not leases.take("pass:1", "other", 60)
        process.kill()
    assert leases.is_dead(owner) and leases.abandoned("pass:1") == owner
    assert leases.take("pass:1", leases.new_owner(), 60)
    assert leases.abandoned("pass:1") == ""


def test_of_a_process_elsewhere_nobody_says_that_it_is_dead(time):
    place, process, started, rest = leases.new_owner().split("/")
    for owner in ("one", f"elsewhere/{process}/{started}/{rest}", f"/{process}/{started}/{rest}", f"{place}/x/y"):
        assert not leases.is_dead(owner)
    assert leases.is_dead(f"{place}/{process}/1{started}/{rest}")  # the number was given to another process since


@pytest.mark.parametrize("ended", [False, True], ids=["new", "ended"])
def test_of_two_who_race_for_a_lease_one_wins_each_time(app, ended):
    if ended:
        Lease.insert_many({"name": f"race:{n}", "owner": "killed", "until": 1} for n in range(RACES)).execute()
    start = threading.Barrier(2)

    def race(owner):
        won = []
        with database.connection_context():
            for number in range(RACES):
                start.wait(30)
                won.append(leases.take(f"race:{number}", owner, 600))
        return won

    with ThreadPoolExecutor(2) as pool:
        ones, others = pool.map(race, ["one", "other"])
    assert [one + other for one, other in zip(ones, others, strict=True)] == [1] * RACES
    holders = {row.name: row.owner for row in Lease.select()}
    assert holders == {f"race:{n}": "one" if ones[n] else "other" for n in range(RACES)}
