"""What a page that stands open is told while nothing is new: ahead of the app, and to nobody who may not look."""

import html
import re

import pytest
import time_machine
from flask import request_started
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.databases import only_sqlite
from tests.rows import CODE, a_division, an_order, may_see
from tests.security.test_sessions import copy_of
from webapp import accounts, clock, db
from webapp.models import Access, Division
from webapp.security import LONGEST_SESSION, PROLONG, headers

HOME = f"/divisions/{CODE}/"
HOUR = 3600


@pytest.fixture
def division(app):
    return a_division(due_at=clock.now())


@pytest.fixture
def reached(app):
    """The requests that the app took up."""
    found = []

    def note(_app):
        found.append(None)

    with request_started.connected_to(note, app):
        yield found


def poll_of(client, path=HOME):
    """Where this page asks for news."""
    return html.unescape(re.search(r'id="live"[^>]* hx-get="([^"]+)"', client.get(path).text)[1])


@pytest.mark.parametrize("page", ["", "logs", "orders/{guid}"])
def test_nothing_new_is_told_before_the_app_takes_it_up(admin, config, division, reached, page):
    order = an_order(division, 1)
    address = poll_of(admin, HOME + page.format(guid=order.guid))
    reached.clear()
    answer = admin.get(address)
    assert (answer.status_code, answer.data, reached) == (204, b"", [])
    assert {name: answer.headers[name] for name in headers(config)} == headers(config)
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_new_comes_from_the_app(admin, division, reached):
    address = poll_of(admin)
    Division.update(changed_no=9).execute()
    reached.clear()
    answer = admin.get(address)
    assert (answer.status_code, len(reached)) == (200, 1) and "no=9" in answer.text


@pytest.mark.parametrize("place", ["nothing/", "logs/nothing/", "orders/a/b/"])
def test_an_address_that_the_app_does_not_know_is_not_known_here(admin, division, place):
    assert admin.get(poll_of(admin).replace("live", f"{place}live")).status_code == 404


def test_a_server_may_add_to_the_headers_and_leave_out_what_is_empty(admin, division):
    path, _, query = poll_of(admin).partition("?")
    environ = EnvironBuilder(
        path, query_string=query, headers={"Cookie": f"pakbon={admin.get_cookie('pakbon').value}"}
    )
    told = []
    for _ in range(2):
        admin.application(environ.get_environ(), lambda status, headers: told.append((status, headers)))
        told[-1][1].append(("Server", "one of many"))
    assert told[0] == told[1] and told[0][0] == "204 NO CONTENT"
    bare = environ.get_environ()
    del bare["QUERY_STRING"], bare["PATH_INFO"]
    assert run_wsgi_app(admin.application, bare, buffered=True)[1] == "200 OK"


def test_another_method_is_the_apps(admin, division, reached):
    address = poll_of(admin)
    reached.clear()
    assert [admin.post(address).status_code, admin.head(address).status_code, len(reached)] == [405, 204, 2]


def test_the_tag_in_the_place_of_the_counter_still_works_at_rest(admin, division):
    Division.update(due_at=clock.now() + HOUR).execute()
    address = poll_of(admin)
    tag = admin.get(address).headers["ETag"]
    assert admin.get(address, headers={"If-None-Match": tag}).status_code == 304


WAYS_OUT = {
    "blocked": accounts.block,
    "removed": accounts.remove,
    "signed out everywhere": accounts.end_sessions,
    "another password": lambda user: accounts.change_password(user, "x" * 10),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_whoever_was_put_out_is_told_nothing(admin, local_admin, division, way):
    address = poll_of(admin)
    assert admin.get(address).status_code == 204
    WAYS_OUT[way](local_admin)
    assert admin.get(address).status_code == 302


def test_a_copy_of_the_cookie_ends_with_the_session(admin, csrf, division):
    address, thief = poll_of(admin), copy_of(admin)
    assert thief.get(address).status_code == 204
    admin.post("/logout", data={"csrf_token": csrf(admin, HOME)})
    assert thief.get(address).status_code == 302


def test_nobody_and_a_cookie_that_is_not_ours_are_told_nothing(admin, client, division):
    address, cookie = poll_of(admin), admin.get_cookie("pakbon").value
    assert client.get(address).status_code == 302
    for forged in (f"{cookie}x", f"x{cookie}", cookie[:-4], "", ".", "é"):
        client.set_cookie("pakbon", forged)
        assert client.get(address).status_code == 302, forged


def test_only_a_division_that_he_may_see(packer, exact_user, division):
    may_see(exact_user, division)
    address = poll_of(packer)
    assert packer.get(address).status_code == 204
    Access.delete().execute()
    assert packer.get(address).status_code == 404


def test_a_session_ends_for_polls_as_for_pages(local_admin, client, sign_in, app):
    with time_machine.travel(1_800_000_000, tick=False) as time:
        a_division(due_at=clock.now())
        sign_in(client, local_admin)
        address = poll_of(client)
        kept = copy_of(client)
        for _ in range(LONGEST_SESSION // (11 * HOUR)):
            time.shift(11 * HOUR)
            assert client.get(address).status_code in (200, 204)
        assert kept.get(address).status_code == 302  # twelve hours after its cookie was written
        time.shift(11 * HOUR)
        assert client.get(address).status_code == 302  # a week after the sign-in


def test_polls_alone_keep_a_session_alive(local_admin, client, sign_in, app):
    with time_machine.travel(1_800_000_000, tick=False) as time:
        a_division(due_at=clock.now())
        sign_in(client, local_admin)
        address = poll_of(client)
        written = []
        for _ in range(4):
            time.shift(PROLONG // 2)
            answer = client.get(address)
            assert answer.status_code == 204
            written.append("Set-Cookie" in answer.headers)
        assert written == [False, True, False, True]


@only_sqlite
def test_a_damaged_database_is_said_by_the_app(admin, division):
    address = poll_of(admin)
    db.database.execute_sql("UPDATE app_user SET name = CAST(X'FF' AS TEXT)")
    answer = admin.get(address)
    assert answer.status_code == 503 and "database" in answer.text.lower()


@only_sqlite
def test_a_database_that_cannot_be_read_is_said_by_the_app(admin, config, division):
    address, browser = poll_of(admin), FlaskClient(admin.application)  # without the connection of the test
    browser.set_cookie("pakbon", admin.get_cookie("pakbon").value)
    db.database.close()
    config.database.unlink()
    config.database.mkdir()
    answer = browser.get(address)
    assert answer.status_code == 503 and "database" in answer.text.lower()
