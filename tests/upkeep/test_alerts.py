"""Alerts: what is told, when, how often and to whom; against a real server on this machine."""

import json
import logging
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine

from tests.rows import a_connection, a_division, a_problem
from webapp import clock, leases, logs
from webapp.clients import notices
from webapp.models import Connection, Division, Order, Setting, setting
from webapp.upkeep import alerts
from webapp.upkeep.alerts import GROWN, PAUSE, SETTLE, Settings, Topic, plan

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # one in the afternoon in Amsterdam
SECRET = "geheim-pad-7"


class Receiver:
    """Somebody's server that takes notices of Apprise's `json://`, or refuses them, or takes its time."""

    def __init__(self):
        self.notices, self.status, self.hold = [], 200, threading.Event()
        self.hold.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802 (the name is the library's)
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.hold.wait(20)
                if receiver.status == 200:
                    receiver.notices.append((body["title"], body["message"]))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://127.0.0.1:{self.server.server_port}/{SECRET}"

    def titles(self):
        return [title for title, _ in self.notices]


@pytest.fixture
def receiver():
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever)
    thread.start()
    yield receiver
    receiver.hold.set()
    receiver.server.shutdown()
    thread.join()
    receiver.server.server_close()


@pytest.fixture
def told(app, config, receiver):
    """`told(seconds)` lets time pass and looks, as the scheduler does; the notices that came of it."""
    with time_machine.travel(START, tick=False) as traveller, app.app_context():
        alerts.save(Settings((receiver.address,), "en"))

        def told(seconds=0):
            before = len(receiver.notices)
            for _ in range(max(1, -(-seconds // 60))):
                traveller.shift(min(seconds, 60))
                alerts.run(config)
            return receiver.notices[before:]

        told.shift = traveller.shift
        yield told


# -- what is told ---------------------------------------------------------------------------------------------


def test_errors_are_told_once_grouped_by_kind_and_all_clear_at_the_end(told, config):
    division = a_division(name="Van Dalen")
    for number in range(3):
        a_problem(division, number)
    a_problem(division, 9, "refused", field="parcel.hs_code")
    assert told() == told(SETTLE - 60) == []
    ((title, body),) = told(120)
    assert title == "Pakbon needs you"
    assert body.splitlines()[0].startswith("Van Dalen: 4 errors (") and "3 × Address" in body
    assert config.public_url in body and "Bint" not in body and "Utrecht" not in body
    assert told(2 * GROWN) == []
    Order.update(state="incoming", reason="").execute()
    assert told(SETTLE - 60) == []
    ((title, body),) = told(180)
    assert (title, "Everything works again." in body) == ("Pakbon: all clear", True)
    assert told(GROWN) == []


def test_sign_in_again_is_told_for_its_divisions_in_one_line(told):
    connection = a_connection(state="reconnect", reason="token_spent")
    for code, name in ((1, "Winkel"), (2, "Groothandel")):
        a_division(code, name=name, connection=connection, stopped="token_spent")
    ((_, body),) = told(SETTLE + 60)
    assert body.splitlines()[0] == "Sign in with Exact Online again: Groothandel, Winkel"
    assert "stands still" not in body
    Connection.update(state="active").execute()
    Division.update(stopped="").execute()
    assert [title for title, _ in told(PAUSE + SETTLE)] == ["Pakbon: all clear"]


def test_a_division_that_stands_still_is_told_and_one_that_will_go_on_only_when_it_lasts(told):
    a_division(1, name="Winkel", stopped="licence")
    late = a_division(2, name="Groothandel", stopped="service_down", stopped_params={"service": "Sendcloud"})
    ((_, body),) = told(SETTLE + 60)
    assert body.startswith("Winkel stands still: ") and "Groothandel" not in body
    Division.update(passed_at=clock.now() - alerts.LATE - 1).where(Division.id == late.id).execute()
    ((_, body),) = told(PAUSE + SETTLE)
    assert "Groothandel stands still: Sendcloud has a fault on its side." in body


def test_it_is_told_in_the_language_of_the_installation(told, receiver):
    alerts.save(Settings((receiver.address,), "nl"))
    a_problem(a_division(name="Van Dalen"), 1)
    ((title, body),) = told(SETTLE + 60)
    assert title == "Pakbon heeft u nodig" and "Van Dalen: 1 fout (1 × Adres)" in body


# -- never a flood --------------------------------------------------------------------------------------------


def test_what_flickers_is_not_told(told):
    division = a_division(stopped="licence")
    for turn in range(20):
        Division.update(stopped="" if turn % 2 else "licence").where(Division.id == division.id).execute()
        assert told(120) == []


def test_growing_errors_are_told_at_most_once_an_hour(told):
    division = a_division()
    notices = []
    for number in range(48):
        a_problem(division, number)
        notices += told(300)
    assert 3 <= len(notices) <= 5
    assert "errors" in notices[-1][1]


def test_a_day_of_changing_trouble_stays_below_one_notice_a_quarter_of_an_hour():
    """Whatever comes and goes, by the plan alone: pure, so a whole day takes no time."""
    known, sent, next_at = {}, [], 0
    for now in range(0, 86400, 60):
        keys = [f"stopped:{n}" for n in range(8) if (now // (700 + 400 * n)) % 2]
        present = {key: Topic(key, 1, key) for key in keys}
        planned = plan(known, present, now)
        known = planned.kept
        if (planned.tell or planned.over) and now >= next_at:
            sent.append(now)
            next_at = now + PAUSE
            for key in planned.tell:
                known[key] |= {"told": 1, "told_at": now}
            for key in planned.over:
                del known[key]
    assert sent and min(later - sooner for sooner, later in zip(sent, sent[1:], strict=False)) >= PAUSE


def test_quiet_hours_hold_it_back_and_what_is_over_by_then_is_never_told(told, receiver):
    alerts.save(Settings((receiver.address,), "en", "12:30", "15:00"))  # it is one o'clock
    division, other = a_division(1, name="Winkel", stopped="licence"), a_division(2, stopped="licence")
    assert told(3600) == []
    Division.update(stopped="").where(Division.id == other.id).execute()
    ((_, body),) = told(3600)
    assert "Winkel" in body and other.name not in body and division.name in body


@pytest.mark.parametrize(
    ("begins", "ends", "quiet"),
    [("22:00", "07:00", False), ("12:00", "14:00", True), ("23:00", "13:01", True), ("13:00", "13:00", False),
     ("", "", False)],
)  # fmt: skip
def test_quiet_hours_may_reach_over_midnight(app, begins, ends, quiet):
    with app.app_context():
        assert alerts.is_quiet(Settings((), "nl", begins, ends), int(START.timestamp())) is quiet


def test_a_restart_and_a_second_process_tell_nothing_twice(told, config, receiver):
    a_division(stopped="licence")
    told(SETTLE)
    told.shift(60)
    lines = []

    @contextmanager
    def another_process():
        """At the same moment, from a thread with a connection of its own."""
        from webapp.db import database

        def work():
            with database.connection_context(), told_app.app_context():
                alerts.run(config)
            lines.append("done")

        thread = threading.Thread(target=work)
        receiver.hold.clear()
        thread.start()
        yield
        receiver.hold.set()
        thread.join(20)

    from flask import current_app

    told_app = current_app._get_current_object()
    with another_process():
        while not leases.holder("alerts"):
            threading.Event().wait(0.005)
        alerts.run(config)  # finds the other at it
    assert lines == ["done"] and len(receiver.notices) == 1
    alerts.run(config)  # begins anew with what the database knows
    assert told(GROWN) == [] and len(receiver.notices) == 1


# -- when it does not get through -----------------------------------------------------------------------------


def test_a_notice_that_nobody_took_comes_later_and_ever_more_seldom(told, receiver):
    receiver.status = 500
    a_division(stopped="licence")
    assert told(2 * GROWN) == []
    assert 3 <= json.loads(setting("alert_state"))["failures"] <= 9
    receiver.status = 200
    assert len(told(GROWN + 60)) == 1


def test_one_dead_address_does_not_keep_the_others_from_hearing(told, receiver):
    alerts.save(Settings(("json://127.0.0.1:9/dead", receiver.address), "en"))
    a_division(stopped="licence")
    assert len(told(SETTLE + 60)) == 1
    assert alerts.last_results() == [False, True]
    assert told(PAUSE) == []


def test_a_server_that_never_answers_is_given_up_on(receiver, monkeypatch):
    monkeypatch.setattr(notices, "PATIENCE", 0.5)
    monkeypatch.setattr(notices, "ANSWER", 0.4)
    receiver.hold.clear()
    began = datetime.now(UTC)
    assert notices.send([f"{receiver.address}?rto=600&cto=600"], "a", "b") == [False]
    assert (datetime.now(UTC) - began).total_seconds() < 5


# -- the settings ---------------------------------------------------------------------------------------------


def post(client, csrf, path="", **fields):
    return client.post(f"/settings/alerts{path}", data={"csrf_token": csrf(client, "/settings"), **fields})


def test_an_address_is_kept_encrypted_tested_and_never_shown(admin, csrf, receiver, caplog):
    caplog.set_level(logging.DEBUG)
    for name, level in logs.QUIET.items():
        caplog.set_level(level, name)
    admin.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    wanted = {"address": receiver.address, "language": "en", "quiet_from": "22:00", "quiet_to": "07:00"}
    assert post(admin, csrf, **wanted).status_code == 303
    assert post(admin, csrf, address="json://127.0.0.1:9/ander-geheim", language="en").status_code == 303
    kept = Setting.get(Setting.name == "alert_addresses")
    raw = Setting._meta.database.execute_sql("select value, secret from setting where name = 'alert_addresses'")
    assert SECRET not in str(raw.fetchone()) and SECRET in kept.secret and kept.value == ""
    assert post(admin, csrf, "/test").status_code == 303
    page = admin.get("/settings").text
    assert "Address 1 (JSON) took the test notice." in page
    assert "Address 2 (JSON) did not take the test notice. Check it." in page
    assert receiver.titles() == ["Pakbon: test"]
    for word in (SECRET, "ander-geheim", "127.0.0.1:9"):
        assert word not in page and word not in caplog.text
    assert post(admin, csrf, "/remove", number="2").status_code == 303
    assert alerts.settings().addresses == (receiver.address,)


@pytest.mark.parametrize(
    "wanted",
    [{"address": "bogus://x"}, {"address": "syslog://"}, {"address": "nonsense"}, {"quiet_to": "25:00"},
     {"quiet_from": "22:00"}, {"language": "xx"}],
)  # fmt: skip
def test_what_cannot_be_an_address_or_a_time_is_refused_beside_its_field(admin, csrf, wanted):
    response = post(admin, csrf, **{"language": "en", **wanted})
    assert response.status_code == 422 and 'aria-invalid="true"' in response.text or "xx" in wanted.values()
    assert alerts.settings() == Settings()


@pytest.mark.parametrize("path", ["", "/remove", "/test"])
def test_only_administrators_with_a_form_of_ours_get_through(admin, packer, csrf, path):
    assert packer.post(f"/settings/alerts{path}").status_code in (400, 403)
    assert admin.post(f"/settings/alerts{path}").status_code == 400
