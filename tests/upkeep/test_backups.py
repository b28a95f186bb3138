"""Backups by themselves and by button, who gets them, and what is cleaned up after how long."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime

import pytest
import time_machine

from tests.rows import a_division, an_order
from webapp import clock, leases
from webapp.db import database
from webapp.models import Connection, Delivery, Event, Parcel, put_setting, setting
from webapp.sync import complete, labels
from webapp.upkeep import backups, cleaning, nightly

NIGHT = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)  # two o'clock in Amsterdam
DAY = 86400


def post(client, csrf, path="", **fields):
    return client.post(f"/settings/backups{path}", data={"csrf_token": csrf(client, "/settings"), **fields})


# -- by button ------------------------------------------------------------------------------------------------


def test_a_backup_by_button_can_be_taken_home_and_its_secrets_stay_closed(admin, csrf, config, tmp_path):
    Connection.create(country="nl", exact_user_id="1", refresh_token="geheim-token")
    assert post(admin, csrf, "/make").status_code == 303
    page = admin.get("/settings").text
    (copy,) = backups.copies(config)
    assert f'href="/settings/backups/{copy.name}"' in page
    answer = admin.get(f"/settings/backups/{copy.name}")
    assert answer.status_code == 200 and copy.name in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store" and b"geheim-token" not in answer.data
    (tmp_path / "home.sqlite3").write_bytes(answer.data)
    with closing(sqlite3.connect(tmp_path / "home.sqlite3")) as home:
        assert home.execute("pragma integrity_check").fetchone() == ("ok",)
        assert home.execute("select count(*) from connection").fetchone() == (1,)
    assert oct((backups.folder(config) / copy.name).stat().st_mode)[-3:] == "600"


def test_only_the_newest_are_kept_and_how_many_is_chosen(admin, csrf, config):
    assert post(admin, csrf, kept="2").status_code == 303
    with time_machine.travel(NIGHT, tick=False) as traveller:
        for _ in range(4):
            made = backups.make(config)
            traveller.shift(DAY)
        names = [copy.name for copy in backups.copies(config)]
        assert len(names) == 2 and names[0] == made.name > names[1]
        assert backups.copies(config)[0].made_at == clock.now() - DAY
    assert post(admin, csrf, kept="0").status_code == post(admin, csrf, kept="x").status_code == 422


def test_nobody_else_gets_one(admin, packer, client, csrf, config):
    name = backups.make(config).name
    assert packer.get(f"/settings/backups/{name}").status_code == 403
    assert client.get(f"/settings/backups/{name}").status_code == 302
    assert admin.post("/settings/backups/make").status_code == 400  # no token of a form
    for path in ("pakbon.sqlite3", "..%2Fpakbon.sqlite3", f"{name}.part", "pakbon-20260101-000000.sqlite3"):
        assert admin.get(f"/settings/backups/{path}").status_code == 404
    assert len(backups.copies(config)) == 1


def test_two_at_once_make_one(app, config):
    leases.take("backup", "another", 60)
    assert backups.make(config) is None and backups.copies(config) == []


# -- cleaning -------------------------------------------------------------------------------------------------


@pytest.fixture
def division(app):
    return a_division()


def an_event(order, days, code="read", division=None):
    return Event.create(division=division or order.division, order=order, code=code, at=clock.now() - days * DAY)


def test_old_lines_go_but_never_of_open_orders_nor_the_last_configuration(division):
    done, open_, trouble = (
        an_order(division, n, state) for n, state in enumerate(("shipped", "incoming", "problem"))
    )
    gone = [an_event(done, 200), an_event(None, 300, "configured", division), an_event(None, 200, "paused", division)]
    kept = [
        an_event(done, 100), an_event(open_, 900), an_event(trouble, 900), an_event(None, 250, "configured", division)
    ]  # fmt: skip
    assert cleaning.old_events() == len(gone)
    assert {row.id for row in Event.select()} == {row.id for row in kept}


def test_many_old_lines_go_in_portions(division, monkeypatch):
    monkeypatch.setattr(cleaning, "PORTION", 3)
    order = an_order(division, 1, "shipped")
    for _ in range(8):
        an_event(order, 400)
    assert cleaning.old_events() == 8 and not Event.select().exists()


def test_a_label_goes_when_it_is_old_and_its_delivery_is_done(division, config):
    def a_label(number, state, days):
        order = an_order(division, number)
        delivery = Delivery.create(division=division, guid=f"d{number}", number=number, state=state)
        parcel = Parcel.create(
            division=division, order=order, delivery=delivery, parcel=number, made_at=clock.now() - days * DAY
        )
        labels.keep(config, division, parcel, b"%PDF-1.4")
        return parcel

    old, young, waiting = a_label(1, "written", 100), a_label(2, "written", 80), a_label(3, "labelled", 100)
    stray = labels.folder(config, division) / "9-never-named.pdf"
    stray.write_bytes(b"%PDF-")
    assert cleaning.old_labels(config) == 1
    assert cleaning.stray_files(config) == 0 and stray.exists()  # it may be at work
    with time_machine.travel(clock.now() + 2 * DAY, tick=False):
        assert cleaning.stray_files(config) == 1 and not stray.exists()
    now = {row.parcel: row for row in Parcel.select()}
    assert labels.read(config, division, now[old.parcel]) is None and now[old.parcel].pdf == ""
    assert labels.read(config, division, now[young.parcel]) and labels.read(config, division, now[waiting.parcel])


def test_the_database_gets_small_again(division, config, monkeypatch):
    monkeypatch.setattr(cleaning, "WORTH", 10)
    order = an_order(division, 1, "shipped")
    for _ in range(300):
        Event.create(division=division, order=order, code="read", at=1, exchange={"answer": "x" * 4000})
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    large = config.database_path.stat().st_size
    done = cleaning.run(config)
    assert done["events"] == 300 and config.database_path.stat().st_size < large / 3
    wal = config.database_path.with_name("pakbon.sqlite3-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    assert database.execute_sql("pragma integrity_check").fetchone() == ("ok",)


def test_copies_from_before_a_change_do_not_pile_up(app, config):
    for number in range(8):
        (config.data_dir / f"pakbon-before-000{number}-{number}.sqlite3").write_bytes(b"")
    backups.let_old_ones_go(config)
    assert len(list(config.data_dir.glob(backups.BEFORE))) == backups.BEFORE_KEPT


# -- every night ----------------------------------------------------------------------------------------------


def test_every_night_once_and_one_that_was_missed_by_day(app, config, division, monkeypatch):
    seen = []
    monkeypatch.setattr(complete, "run", lambda config, code, stopping: seen.append(code) or complete.Report(code))
    with time_machine.travel(NIGHT, tick=False) as traveller, app.app_context():
        nightly.run(config)
        assert seen == [] and backups.copies(config) == []  # it is two o'clock
        traveller.shift(3600)
        for _ in range(3):
            nightly.run(config)
        assert len(seen) == len(backups.copies(config)) == 1
        traveller.shift(30 * 3600)  # the machine was off; it is nine in the morning
        nightly.run(config)
        assert len(seen) == len(backups.copies(config)) == 2


def test_what_breaks_at_night_holds_nothing_else_up(app, config, division, monkeypatch, caplog):
    seen = []

    def full(config):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "make", full)
    monkeypatch.setattr(complete, "run", lambda config, code, stopping: seen.append(code) or complete.Report(code))
    with time_machine.travel(NIGHT.replace(hour=5), tick=False), app.app_context():
        nightly.run(config)
    assert seen == [division.code] and "upkeep: _backup broke" in caplog.text


def test_every_division_is_checked_while_others_write(app, config, division, monkeypatch, caplog):
    """A row that is still to be read would keep the moment of its reading, in which nothing can be written."""
    a_division(division.code + 1, integration_id=2, connection=division.connection)
    seen = []

    def check(config, code, stopping):
        other = threading.Thread(target=note_elsewhere, args=(code,))
        other.start()
        other.join()
        put_setting("here", str(code))
        seen.append(code)
        return complete.Report(code)

    def note_elsewhere(code):
        with database.connection_context():
            put_setting("elsewhere", str(code))

    monkeypatch.setattr(complete, "run", check)
    with time_machine.travel(NIGHT.replace(hour=5), tick=False), app.app_context():
        nightly.run(config)
    assert seen == [division.code, division.code + 1] and "broke" not in caplog.text


def test_told_to_end_the_night_is_seen_to_later(app, config, division):
    with time_machine.travel(NIGHT.replace(hour=5), tick=False), app.app_context():
        nightly.run(config, lambda: True)
        assert setting("upkeep") == "" and nightly.due()
        put_setting("upkeep", nightly.due())
        assert not nightly.due()
