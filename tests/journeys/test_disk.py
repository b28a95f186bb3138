"""The plug, the disk and yesterday's backup: nothing that was accepted is lost, no label is bought twice."""

import os
import sqlite3
from contextlib import closing

import peewee
import pytest
from werkzeug.test import TestResponse

from tests.journeys.shipping import Shipping, done
from tests.journeys.world import World
from webapp import db
from webapp.demo.exact.seed import SHOP
from webapp.errors import ConfigError
from webapp.models import Order, put_setting, setting
from webapp.sync import passes
from webapp.upkeep import alerts, backups


def test_a_full_disk_in_the_middle_of_the_day_loses_nothing(shipping: Shipping, world: World, no_room):
    """A pass that cannot write ends; pages say why; when there is room again the books come out as ever."""
    key = shipping.deliver(20001)
    changed = [shipping.order_again(20001) for _ in range(40)]
    with pytest.raises((peewee.DatabaseError, sqlite3.Error)):
        for _ in range(10):
            world.sync()
    no_room()
    db.database.close()
    db.database.connect()
    world.later(passes.LEASE_SECONDS)
    shipping.until_quiet()
    done(shipping, 20001, key)
    assert {world.state(number) for number in changed} == {("incoming", "")}
    assert shipping.asked_for_labels() == 1
    assert len(world.incoming()) == len(set(world.incoming()))


def test_a_full_disk_is_said_on_the_page_and_by_the_check_and_what_was_there_stays(world: World, no_room):
    before = world.states()
    token = world.admin.get("/settings").text.partition('name="csrf_token" value="')[2].partition('"')[0]

    def add_address(number: int) -> TestResponse:
        wanted = {"csrf_token": token, "language": "en", "address": f"json://host{number}/{'x' * 900}"}
        return world.admin.post("/settings/alerts", data=wanted)

    answers = [add_address(number) for number in range(10)]  # small ones may still fit
    full = [answer for answer in answers if answer.status_code == 503]
    assert full and "The disk of Pakbon is full." in full[0].text
    assert world.admin.get(f"/divisions/{SHOP}/").status_code == 200  # who looks needs no room
    kept = len(alerts.settings().addresses)
    assert kept == len(answers) - len(full)
    no_room()
    assert world.states() == before
    assert add_address(10).status_code == 303 and len(alerts.settings().addresses) == kept + 1


def test_a_database_that_may_not_be_written_is_said(world: World, monkeypatch):
    real = db.database._initialize_connection

    def closed(connection):
        real(connection)
        connection.execute("pragma query_only = 1")

    token = world.admin.get("/settings").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    monkeypatch.setattr(db.database.obj, "_initialize_connection", closed)
    answer = world.admin.post("/settings", data={"csrf_token": token, "client_id": "x"})
    assert answer.status_code == 503 and "may not write to its database" in answer.text
    reasons = world.admin.get("/readyz").json["reasons"]
    assert reasons == ["The database cannot be written to."]


@pytest.mark.parametrize("harm", ["truncated", "overwritten"])
def test_a_damaged_database_is_said_in_a_sentence(world: World, tmp_path, harm):
    path = tmp_path / "pakbon.sqlite3"
    db.backup(world.config.database_path, path)
    size = path.stat().st_size
    if harm == "truncated":
        os.truncate(path, size // 3)
    else:
        with path.open("r+b") as file:
            file.write(b"\x00" * 4096)
    own = world.config.database_path
    try:
        with pytest.raises(ConfigError) as caught:
            db.open_database(path)
            with db.database.connection_context():
                assert db.database.execute_sql("PRAGMA quick_check").fetchone()[0] == "ok"
                Order.select().count()
        assert caught.value.code == "database_damaged"
    except (AssertionError, peewee.DatabaseError) as error:  # it opens; the check finds it
        assert harm == "truncated" and not isinstance(error, peewee.OperationalError)
    finally:
        db.database.close()
        db.open_database(own)
        db.database.connect(reuse_if_open=True)


def test_yesterdays_backup_loses_no_order_and_buys_no_label_twice(shipping: Shipping, world: World):
    """Since the backup an order was labelled and written back, one came, one was changed. Afterwards all is as if
    it had not been restored; the tokens of yesterday are spent, so somebody signs in again."""
    made = backups.make(world.config)
    first, second = shipping.deliver(20001), shipping.deliver(20002)
    new = shipping.order_again(20001)
    shipping.until_quiet()
    done(shipping, 20001, first)
    world.sync()
    assert world.state(new) == ("incoming", "")
    standing = set(world.incoming())
    put_setting("after", "the backup")
    db.restore(backups.folder(world.config) / made.name, world.config.database_path)
    db.database.connect(reuse_if_open=True)
    assert setting("after") == "" and world.state(20001) == ("incoming", "")
    world.come_in(world.admin)
    shipping.until_quiet()
    assert shipping.asked_for_labels() == 2
    assert len(shipping.labels(20001)) == len(shipping.labels(20002)) == 1
    stands = shipping.in_exact(first)
    assert stands["Remarks"].count("code=") == 1 and shipping.in_exact(second)["TrackingNumber"]
    assert world.state(new) == ("incoming", "") and set(world.incoming()) == standing
    assert world.state(20001)[0] == "shipped"


def test_a_backup_restored_without_its_key_says_which_key(world: World, tmp_path):
    db.backup(world.config.database_path, tmp_path / "copy.sqlite3")
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        sealed = copy.execute("select secret_key from division where secret_key != ''").fetchone()[0]
    from webapp.vault import Vault

    other = Vault()
    other.unlock("another key")
    with pytest.raises(ConfigError) as caught:
        other.unseal(sealed)
    assert caught.value.code == "config_wrong_key"
