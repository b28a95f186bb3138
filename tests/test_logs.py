"""What the log says, and what it never says: no secret, no name, no street, no e-mail address."""

import io
import json
import logging

import pytest

from tests.demo.exact_play import START  # noqa: F401
from tests.journeys.conftest import as_admin, exact_books, fresh, ready, signed_in, traveller  # noqa: F401
from webapp import logs
from webapp.demo.exact.seed import CLIENT_SECRET, SHOP, STRANGER_EMAIL
from webapp.demo.sendcloud.seed import FIRST, KEYS
from webapp.errors import Refused
from webapp.models import Connection, Division

PERSONAL = {
    "CRM": ("Name", "Email", "Phone", "FullName", "FirstName", "LastName", "BusinessEmail", "AddressLine1", "Mobile"),
}


@pytest.fixture
def written(make_config):
    """Everything that any logger writes at the lowest level, as JSON lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(make_config(LOG_FORMAT="json")))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    for name, wanted in logs.QUIET.items():
        logging.getLogger(name).setLevel(wanted)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def personal(world):
    """Whatever Exact knows of persons: names, streets, addresses, numbers."""
    found = set()
    for table in ("Accounts", "Contacts", "Addresses"):
        for row in world.exact.books.rows(SHOP, table):
            found |= {str(row.get(name) or "").strip() for name in PERSONAL["CRM"]}
    return {value for value in found if len(value) > 4}


def test_no_secret_and_no_personal_data_stand_in_the_log(ready, written):  # noqa: F811
    """A whole working day with refusals, faults, a wrong password and a mistake of the program's own."""
    ready.sendcloud.switch(currencies=["EUR"])
    ready.exact.bench.add_fault("status", "crm/Contacts", status=400, times=1)
    ready.sync()
    ready.synced()
    ready.exact.bench.add_fault("html", "/api/v1/", times=1)
    ready.sync()
    ready.change_quantity(20001, 4)
    ready.sync(thorough=True)
    token = Division.get(Division.code == SHOP).hook_token
    nobody = ready.app.test_client()
    nobody.post("/login", data={"email": "Iemand@Winkel.example", "password": "geheim-wachtwoord"})
    assert ready.come_in(ready.app.test_client(), STRANGER_EMAIL).status_code == 403
    ready.app.testing = False
    ready.app.view_functions["hooks.sendcloud"] = lambda token: 1 / 0
    assert ready.admin.post(f"/hooks/sendcloud/{token or 'haak-geheim'}").status_code == 500
    connection = Connection.get()
    secrets = {CLIENT_SECRET, *KEYS[FIRST], connection.access_token, connection.refresh_token, token or "haak-geheim"}
    text = written.getvalue()
    assert "pass stopped" in text and "ZeroDivisionError" in text
    known = personal(ready)
    assert len(known) > 50
    people = {user["FullName"] for user in ready.exact.books.users.values()}
    for value in known | people | secrets | {"Iemand@Winkel.example", "geheim-wachtwoord"}:
        assert value.lower() not in text.lower(), value


def test_every_line_of_a_pass_carries_its_id_and_no_other_does(ready, written):  # noqa: F811
    ready.synced()
    logging.getLogger("after").info("quiet again")
    found = [line for line in lines(written) if line["logger"].startswith("webapp.sync")]
    names = {line.get("pass") for line in found}
    assert len(names) == 1 and names.pop().startswith(f"{SHOP}-")
    assert any(f"division {SHOP}: " in line["message"] and "32 pushed" in line["message"] for line in found)
    assert "pass" not in lines(written)[-1]
    ready.change_quantity(20001, 4)
    ready.synced()
    assert len({line.get("pass") for line in lines(written) if "pass" in line}) == 2


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_slips_into_a_line_is_taken_out(make_config, form):
    formatter = logs.formatter(make_config(LOG_FORMAT=form))

    def line(message, *args, error=None):
        info = (type(error), error, None) if error else None
        return formatter.format(logging.LogRecord("x", logging.INFO, "x.py", 1, message, args, info))

    said = line("%s and %s", "jan.de.vries@winkel.example", "Authorization: Bearer abcdefghijkl")
    assert "winkel" not in said and "abcdefghijkl" not in said
    assert "geheim" not in line("POST /hooks/sendcloud/geheim-woord failed")
    assert "Kerkstraat" not in line("broke", error=ValueError("invalid literal: 'Kerkstraat 1'"))
    refused = Refused("sendcloud_refused", field="city", value="Kerkstraat", detail="Kerkstraat", status=400)
    assert "sendcloud_refused (status=400)" in line("broke", error=refused)
    assert "No space left" in line("broke", error=OSError(28, "No space left on device"))
    forged = line("one\nERROR two\r\n{three}")
    assert len(forged.splitlines()) == 1
