"""`flask --app wsgi sync | backup | restore | check | allow`, as scripts call them."""

import json
import sqlite3
from contextlib import closing

import peewee
import pytest

from tests.journeys.conftest import as_admin, exact_books, fresh, moments, ready, signed_in, traveller, world  # noqa: F401
from tests.rows import CODE, a_connection, a_division, an_order
from webapp import accounts, clock, commands, db
from webapp.demo.exact.seed import SHOP, WHOLESALE
from webapp.demo.sendcloud.seed import FIRST, SECOND
from webapp.models import Budget, Connection, Order, put_setting, setting

ALL = 32


@pytest.fixture
def flask(app, config):
    """`flask WORDS` in this process, on the test's own database."""
    commands.init_app(app, config)

    def flask(*words):
        db.database.close()
        try:
            return app.test_cli_runner().invoke(args=[str(word) for word in words])
        finally:
            db.database.connect(reuse_if_open=True)

    return flask


# --- sync ----------------------------------------------------------------------------------------------------


def set_the_broken_ones_aside():
    Order.update(state="ignored", reason="by_hand").where(Order.state == "problem").execute()


def test_sync_ends_with_nought_when_nobody_is_needed(world):  # noqa: F811
    set_the_broken_ones_aside()
    result = world.flask("sync")
    assert result.exit_code == 0
    assert result.output.startswith(f"Division {SHOP}: 0 orders read, 0 sent")
    assert f"{ALL} incoming" in result.output


def test_sync_ends_with_one_when_an_order_needs_a_person(world):  # noqa: F811
    result = world.flask("sync")
    assert result.exit_code == 1 and "4 problem" in result.output


@pytest.mark.parametrize("service", ["exact", "sendcloud"])
def test_sync_ends_with_two_when_a_service_cannot_be_reached(world, service):  # noqa: F811
    world.change_quantity(20001, 4)
    getattr(world, service).bench.add_fault("status", "/api/v", times=0)
    result = world.flask("sync")
    assert result.exit_code == 2
    assert f"{'Exact Online' if service == 'exact' else 'Sendcloud'} has a fault on its side." in result.output


def test_sync_as_json_tells_what_it_did(world):  # noqa: F811
    world.change_quantity(20001, 4)
    result = world.flask("sync", "--json")
    found = json.loads(result.output)
    (division,) = found["divisions"]
    assert result.exit_code == found["exit"] == division["exit"] == 1
    assert {name: division[name] for name in ("division", "read", "pushed", "error", "message")} == {
        "division": SHOP, "read": 1, "pushed": 1, "error": "", "message": ""
    }  # fmt: skip
    assert division["orders"]["incoming"] == ALL and division["orders"]["problem"] == 4


def test_sync_goes_on_until_nothing_is_due(ready):  # noqa: F811
    """One command imports, sends, and sends what had to be sent again."""
    ready.sendcloud.switch(currencies=["EUR"])
    found = json.loads(ready.flask("sync", "--json").output)["divisions"][0]
    assert found["pushed"] == ALL - 2 and found["orders"]["due"] == 0


def test_sync_with_nothing_new_asks_for_everything_once_and_sends_nothing(world):  # noqa: F811
    set_the_broken_ones_aside()
    for _ in range(2):
        with world.counting() as calls:
            assert world.flask("sync", after=1).exit_code == 0
        assert (calls().exact, calls().sendcloud, calls().pushes) == (4, 1, 0)


def test_sync_spares_calls_when_much_of_the_day_is_used(world):  # noqa: F811
    set_the_broken_ones_aside()
    world.flask("sync", after=300)
    Budget.update(known={"day": int(clock.now()) // 86400, "calls_day": 4000}).execute()
    costs = []
    for seconds in (300, 300):
        with world.counting() as calls:
            world.flask("sync", after=seconds)
        costs.append(calls().exact)
    assert costs == [2, 4]


def test_sync_finds_what_was_deleted(world):  # noqa: F811
    world.delete(20001)
    world.flask("sync")
    assert world.state(20001) == ("removed", "deleted") and 20001 not in world.incoming()


def test_sync_sees_at_once_what_was_repaired_in_exact(world):  # noqa: F811
    """Trouble that was looked at a second ago is looked at again: somebody waits."""
    world.change_address(20001, City=None)
    world.change_quantity(20001, 4)
    world.later(7 * 3600)  # what was read of it is old by then
    world.flask("sync")
    assert world.state(20001) == ("problem", "address_incomplete")
    world.change_address(20001, City="Utrecht")
    Order.update(due_at=clock.now() + 1800).where(Order.number == 20001).execute()
    world.flask("sync", after=0)  # within the same second
    assert world.state(20001)[0] == "incoming"


def test_sync_takes_all_divisions_in_turn_or_the_one_that_is_named(world):  # noqa: F811
    world.connect(WHOLESALE, SECOND)
    both = json.loads(world.flask("sync", "--json").output)["divisions"]
    assert [one["division"] for one in both] == [SHOP, WHOLESALE]
    one = json.loads(world.flask("sync", "--division", str(WHOLESALE), "--json").output)["divisions"]
    assert [found["division"] for found in one] == [WHOLESALE]


def test_a_division_that_fails_holds_no_other_up(world):  # noqa: F811
    world.connect(WHOLESALE, SECOND)
    world.exact.switch(division={"Code": SHOP, "BlockingStatus": 5})
    result = world.flask("sync", "--json")
    shop, wholesale = json.loads(result.output)["divisions"]
    assert (shop["exit"], shop["message"]) == (2, "Exact has blocked this division.")
    assert wholesale["pushed"] == 5 and wholesale["error"] == ""
    assert result.exit_code == 2


def test_sync_says_what_keys_that_were_taken_back_mean(world):  # noqa: F811
    world.sendcloud.books.integrations[FIRST]["secret_key"] = "another"
    assert world.flask("sync").exit_code == 2
    result = world.flask("sync")
    assert result.exit_code == 2 and "Sendcloud no longer accepts the keys" in result.output


@pytest.mark.parametrize("words", [["--division", "1"], ["--division", str(CODE)]])
def test_sync_of_a_division_that_is_not_connected_says_so(flask, words):
    a_division(sendcloud="off")
    result = flask("sync", *words)
    assert result.exit_code == 2 and "It is not connected to Sendcloud." in result.output


def test_sync_without_any_division_is_no_error(flask):
    result = flask("sync")
    assert (result.exit_code, result.output) == (0, "No division is connected to Sendcloud yet.\n")
    assert json.loads(flask("sync", "--json").output) == {"exit": 0, "divisions": []}


# --- backup and restore --------------------------------------------------------------------------------------


def test_a_backup_is_made_while_somebody_writes(flask, config, tmp_path):
    put_setting("which", "mine")
    with closing(sqlite3.connect(config.database_path)) as writer:
        writer.execute("begin immediate")
        writer.execute("update setting set value = 'half done' where name = 'which'")
        result = flask("backup", tmp_path / "copy.sqlite3")
        writer.rollback()
    assert result.exit_code == 0 and "SECRET_KEY" in result.output
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("select value from setting where name = 'which'").fetchone() == ("mine",)


def test_a_restored_backup_is_what_was_and_the_former_database_is_kept(flask, config, tmp_path):
    put_setting("which", "old")
    flask("backup", tmp_path / "copy.sqlite3")
    put_setting("which", "new")
    result = flask("restore", tmp_path / "copy.sqlite3")
    assert result.exit_code == 0 and setting("which") == "old"
    kept = result.output.rpartition(" is ")[2].strip().rstrip(".")
    with closing(sqlite3.connect(kept)) as former:
        assert former.execute("select value from setting where name = 'which'").fetchone() == ("new",)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"SQLite format 3\x00" + b"x" * 200])
def test_rubbish_is_not_restored(flask, tmp_path, content):
    put_setting("which", "mine")
    (tmp_path / "copy").write_bytes(content)
    result = flask("restore", tmp_path / "copy")
    assert result.exit_code == 1 and "is not a backup of Pakbon that can be read." in result.output
    assert len(result.output.splitlines()) == 1
    assert setting("which") == "mine"


def test_the_backup_of_a_newer_pakbon_is_not_restored(flask, tmp_path):
    put_setting("which", "mine")
    flask("backup", tmp_path / "copy.sqlite3")
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy, copy:
        copy.execute("insert into schema_migration (name, applied) values ('9999_future', '2030-01-01')")
    result = flask("restore", tmp_path / "copy.sqlite3")
    assert result.exit_code == 1 and "written by a newer Pakbon (9999_future)" in result.output
    assert setting("which") == "mine"


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_the_database_is_no_backup_of_itself(flask, config, command):
    put_setting("which", "mine")
    result = flask(command, config.database_path)
    assert result.exit_code == 1 and "is the database itself" in result.output
    assert setting("which") == "mine"


def test_a_folder_that_is_not_there_is_said(flask, tmp_path):
    result = flask("backup", tmp_path / "nowhere" / "copy.sqlite3")
    assert result.exit_code == 1 and result.output.startswith("Error: ") and "cannot be written" in result.output


# --- check and allow -----------------------------------------------------------------------------------------


def test_check_has_a_good_line_for_each_part(flask):
    a_connection(refreshed_at=4_000_000_000, refresh_token="secret-token")
    result = flask("check")
    parts = [line.removeprefix("ok  ").partition(":")[0] for line in result.output.splitlines()]
    assert parts == ["configuration", "database", "migrations", "tokens", "disk", "backup", "clock"]
    assert result.exit_code == 0 and "secret-token" not in result.output


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": "reconnect", "reason": "token_spent"}, "reconnect"),
        ({"refreshed_at": 1_700_000_000}, "days ago"),
        ({"refresh_token": ""}, "tokens"),
    ],
)
def test_check_finds_a_connection_that_no_longer_works(flask, fields, says):
    a_connection(**{"refreshed_at": 4_000_000_000, "refresh_token": "secret-token", **fields})
    result = flask("check")
    (bad,) = [line for line in result.output.splitlines() if line.startswith("BAD")]
    assert result.exit_code == 1 and "tokens" in bad and says in bad


def test_check_says_in_words_that_the_key_is_another_one(flask):
    a_connection(refresh_token="secret-token")
    Connection._meta.database.execute_sql("update connection set refresh_token = 'gAAAAAB-not-ours'")
    result = flask("check")
    assert result.exit_code == 1 and "BAD tokens: SECRET_KEY is another one" in result.output
    assert "BAD database" not in result.output


@pytest.mark.parametrize(
    ("harm", "says"),
    [("rubbish", "The database of Pakbon is damaged."), ("full", "The disk of Pakbon is full."),
     ("closed", "Pakbon may not write to its database.")],
)  # fmt: skip
def test_check_says_in_a_sentence_what_ails_the_database(flask, monkeypatch, harm, says):
    def ailing():
        cause = sqlite3.DatabaseError(harm)
        codes = {"rubbish": sqlite3.SQLITE_NOTADB, "full": sqlite3.SQLITE_FULL, "closed": sqlite3.SQLITE_READONLY}
        cause.sqlite_errorcode = codes[harm]
        raise peewee.DatabaseError(harm) from cause

    monkeypatch.setattr(db, "pending", ailing)
    result = flask("check")
    (bad,) = [line for line in result.output.splitlines() if line.startswith("BAD")]
    assert result.exit_code == 1 and bad.startswith("BAD database: ") and says in bad


def test_check_finds_a_database_that_may_not_be_written(flask, monkeypatch):
    real = db.database._initialize_connection

    def closed(connection):
        real(connection)
        connection.execute("pragma query_only = 1")

    monkeypatch.setattr(db.database.obj, "_initialize_connection", closed)
    db.database.obj.let_go()
    result = flask("check")
    (bad,) = [line for line in result.output.splitlines() if line.startswith("BAD")]
    assert result.exit_code == 1 and bad.startswith("BAD database: Pakbon may not write to its database.")


@pytest.mark.parametrize("email", ["", "  ", "marijke", "marijke @winkel.example"])
def test_allow_takes_addresses_only(flask, email):
    result = flask("allow", email)
    assert result.exit_code == 1 and "is no e-mail address" in result.output
    assert not accounts.is_let_in(email)


def test_complete_says_in_words_that_a_division_is_not_connected(flask):
    assert flask("complete").output == "No division is connected to Sendcloud yet.\n"
    result = flask("complete", "--division", 999)
    assert result.exit_code == 2 and "It is not connected to Sendcloud" in result.output


def test_a_number_that_no_division_can_have_is_refused(flask):
    for number in ("0", "9" * 30):
        assert flask("sync", "--division", number).exit_code == 2


def test_allow_lets_an_exact_user_in_once(flask):
    for _ in range(2):
        assert "may sign in" in flask("allow", "Marijke@Winkel.Example").output
    assert accounts.is_let_in("marijke@winkel.example")


def test_numbers_in_the_report_are_those_of_the_database(flask):
    division = a_division(sendcloud="revoked", public_key="", secret_key="")
    for number, state in enumerate(["incoming", "incoming", "waiting"]):
        an_order(division, number, state)
    assert "2 incoming" in flask("sync").output and "1 waiting" in flask("sync").output


# --- set-password --------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_and_whoever_was_in_is_out(app, config, admin, local_admin):
    commands.init_app(app, config)
    db.database.close()
    words = ["set-password", " Baas@Winkel.example"]
    result = app.test_cli_runner().invoke(args=words, input="een heel ander wachtwoord\n")
    db.database.connect(reuse_if_open=True)
    assert result.exit_code == 0 and "een heel ander" not in result.output
    assert accounts.check_login(local_admin.email, "een heel ander wachtwoord")
    assert admin.get("/settings").status_code == 302


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("baas@winkel.example", "kort", "at least 10 characters"),
        ("ander@winkel.example", "lang genoeg hoor", "There is: baas@winkel.example."),
    ],
)
def test_a_password_that_is_not_set_says_why(app, config, local_admin, email, password, said):
    commands.init_app(app, config)
    db.database.close()
    result = app.test_cli_runner().invoke(args=["set-password", email], input=password)
    db.database.connect(reuse_if_open=True)
    assert result.exit_code == 1 and said in result.output
    assert accounts.check_login("baas@winkel.example", "een lang wachtwoord")
