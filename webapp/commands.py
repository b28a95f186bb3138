"""`flask --app wsgi …`: the work without the scheduler, and the upkeep. README lists the commands."""

import functools
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ParamSpec

import click
from flask import Flask
from flask_babel import force_locale
from peewee import DatabaseError, PeeweeException, fn

from webapp import accounts, clock, db, leases
from webapp.config import EMAIL, Config
from webapp.errors import ConfigError, PakbonError
from webapp.models import Connection, Delivery, Division, Order
from webapp.sync import complete, passes
from webapp.sync.states import DeliveryState, OrderState
from webapp.sync.work import Look
from webapp.upkeep import backups, rotation
from webapp.words.texts import sentence

LEAST_ROOM = 100  # MB on the disk of the data folder
FINE, NEEDS_PERSON, UNREACHABLE = 0, 1, 2
FULL_AGAIN = 600  # seconds until all is asked for again, where Exact's calls of the day have to be spared
PASSES = 50  # more in a row than any backlog needs; a bound against a row that is due for ever


NONE_CONNECTED = "No division is connected to Sendcloud yet."
NUMBER = click.IntRange(1, 2**63 - 1)

Words = ParamSpec("Words")


def told(command: Callable[Words, None]) -> Callable[Words, None]:
    """A command that ends with a sentence where its database or a setting stands in the way."""

    @functools.wraps(command)
    def run(*args: Words.args, **options: Words.kwargs) -> None:
        try:
            command(*args, **options)
        except ConfigError as error:
            raise click.ClickException(_in_english(error.code, error.params)) from error
        except DatabaseError as error:
            raise click.ClickException(f"{_in_english(db.trouble(error), {})} ({error})") from error

    return run


def init_app(app: Flask, config: Config) -> None:
    """Add the commands to the app."""

    @app.cli.command("sync")
    @click.option("--division", type=NUMBER, help="Only this division (its number in Exact).")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    @told
    def sync(division: int | None, as_json: bool) -> None:
        """One pass of all work for all connected divisions, in order, until nothing is due."""
        with db.database.connection_context():
            codes = [division] if division else _connected()
            reports = [_sync_division(config, code) for code in codes]
        result = max((report["exit"] for report in reports), default=FINE)
        _print(reports, result, as_json)
        sys.exit(result)

    @app.cli.command("complete")
    @click.option("--division", type=NUMBER, help="Only this division (its number in Exact).")
    @told
    def complete_(division: int | None) -> None:
        """Compare Exact, the rows here and Incoming orders; mend what is safe, tell the rest."""
        with db.database.connection_context():
            reports = [complete.run(config, code) for code in ([division] if division else _connected())]
        if not reports:
            click.echo(NONE_CONNECTED)
        for report in reports:
            click.echo(_complete_line(report))
        unreached = any(report.error or report.busy for report in reports)
        sys.exit(UNREACHABLE if unreached else max((int(report.open > 0) for report in reports), default=FINE))

    @app.cli.command("backup")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @told
    def backup(file: Path) -> None:
        """Copy the database to FILE, also while the app runs."""
        _refuse_own(config, file)
        try:
            db.backup(config.database_path, file)
        except (OSError, sqlite3.Error) as error:
            raise click.ClickException(f"{file} cannot be written: {error}") from error
        click.echo(f"Backup written to {file}. The stored secrets in it open only with the same SECRET_KEY.")

    @app.cli.command("restore")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @told
    def restore(file: Path) -> None:
        """Put FILE back as the database; the present one is kept beside it. Stop the app first."""
        _refuse_own(config, file)
        try:
            kept = db.restore(file, config.database_path)
        except (OSError, sqlite3.Error) as error:
            raise click.ClickException(f"{file} cannot be put back: {error}. Nothing was changed.") from error
        click.echo(f"Restored from {file}. The former database is {kept}.")

    @app.cli.command("check")
    def check() -> None:
        """Configuration, database, migrations, tokens, clock: one line each."""
        lines = list(_checks(config))
        for good, text in lines:
            click.echo(f"{'ok ' if good else 'BAD'} {text}")
        sys.exit(0 if all(good for good, _ in lines) else 1)

    @app.cli.command("allow")
    @click.argument("email")
    @told
    def allow(email: str) -> None:
        """Let an Exact user in, by the e-mail address of his Exact login."""
        with db.database.connection_context():
            if not EMAIL.fullmatch(email.strip()):
                raise click.ClickException(f"“{email}” is no e-mail address.")
            if not accounts.is_let_in(email):
                accounts.let_in(email)
        click.echo(f"{email} may sign in with Exact Online.")

    @app.cli.command("rotate-key")
    @told
    def rotate_key() -> None:
        """Encrypt every stored secret with a new SECRET_KEY. Stop the app first."""
        with db.database.connection_context():
            count = rotation.rotate(config)
        click.echo(
            f"{count} secrets are encrypted with the new key. Everybody signs in again. Nothing needs the old key."
        )

    @app.cli.command("set-password")
    @click.argument("email")
    @told
    def set_password(email: str) -> None:
        """A new password for the local administrator EMAIL: asked for, or one line from standard input."""
        password = _new_password()
        with db.database.connection_context():
            if accounts.set_password(email, password) is None:
                known = ", ".join(accounts.local_emails()) or "none; the log has the set-up link"
                raise click.ClickException(f"No local administrator has the address {email}. There is: {known}.")
        click.echo(f"The password of {email} is changed. Whoever was signed in as {email} is signed out.")


def _complete_line(report: complete.Report) -> str:
    if report.busy:
        return f"Division {report.division}: another process is at work on it."
    if report.error == "not_connected":
        return f"Division {report.division}: not checked. It is not connected to Sendcloud, or not yet read once."
    if report.error:
        return f"Division {report.division}: not checked. {_in_english(report.error, {})}"
    names = ("missing", "changed", "gone", "left", "extra")
    found = ", ".join(f"{getattr(report, name)} {name}" for name in names if getattr(report, name))
    return (
        f"Division {report.division}: {report.exact} orders in Exact, {report.here} here, {report.incoming} in "
        f"Incoming orders. {found or 'No difference'}; {report.healed} mended, {report.open} left."
    )


def _new_password() -> str:
    if sys.stdin.isatty():
        password = click.prompt("New password", hide_input=True, confirmation_prompt="Once more")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    least, most = accounts.SHORTEST_PASSWORD, accounts.LONGEST_PASSWORD
    if not least <= len(password) <= most:
        raise click.ClickException(f"Choose a password of at least {least} characters, and at most {most}.")
    return password


def _refuse_own(config: Config, file: Path) -> None:
    """The database itself must not be replaced while it is open."""
    if file.resolve() == config.database_path.resolve():
        raise click.ClickException(f"{file} is the database itself.")


def _connected() -> list[int]:
    rows = Division.select(Division.code).where(Division.sendcloud != "off").order_by(Division.code)
    return [division.code for division in rows]


def _sync_division(config: Config, code: int) -> dict[str, Any]:
    """Passes until nothing is due. The first one asks for everything that can have changed; where calls have to be
    spared only now and then. Trouble that was put off it looks at in any case: somebody may just have repaired it."""
    done = dict.fromkeys(passes.COUNTED, 0)
    summary = passes.Summary(code)
    for number in range(PASSES):
        summary = passes.run(config, code, look=_look(code) if number == 0 else Look.USUAL)
        done = {name: count + getattr(summary, name) for name, count in done.items()}
        if summary.busy and number < PASSES - 1:
            clock.sleep(2)
        elif summary.error or not _work_left(code):
            break
    counts = _counts(code)
    return {
        "division": code,
        **done,
        "orders": counts,
        "error": summary.error or ("busy" if summary.busy else ""),
        "message": _message(summary),
        "exit": _exit(summary, counts),
    }


def _look(code: int) -> Look:
    division = Division.get_or_none(Division.code == code)
    if division is None:
        return Look.EAGER
    is_time = (division.full_at or 0) + FULL_AGAIN <= clock.now()
    return Look.FULL if is_time or passes.has_plenty(division) else Look.EAGER


def _message(summary: passes.Summary) -> str:
    if summary.busy:
        return "Another process is at work on it."
    if summary.error == "not_connected":
        return "It is not connected to Sendcloud."
    return _in_english(summary.error, summary.params) if summary.error else ""


def _in_english(code: str, params: dict[str, Any]) -> str:
    """As all else that the commands print."""
    with force_locale("en"):
        return sentence(code, **params)


def _work_left(code: int) -> bool:
    division = Division.get(Division.code == code)
    due = (Order.state == OrderState.DUE.value) | (Order.withdraw != "") | (Order.checked == False)  # noqa: E712
    moving = Delivery.state.in_([DeliveryState.DUE, DeliveryState.LABELLING, DeliveryState.LABELLED])
    return bool(
        Order.select().where(Order.division == division, due, Order.due_at <= clock.now()).exists()
        or Delivery.select().where(Delivery.division == division, moving, Delivery.due_at <= clock.now()).exists()
    )


def _counts(code: int) -> dict[str, int]:
    division = Division.get_or_none(Division.code == code)
    found = dict.fromkeys((state.value for state in OrderState), 0)
    count = fn.COUNT(Order.id)
    rows: Any = Order.select(Order.state, count).where(Order.division == division).group_by(Order.state)
    return found | dict(rows.tuples())


def _exit(summary: passes.Summary, counts: dict[str, int]) -> int:
    if summary.error or summary.busy:
        return UNREACHABLE
    return NEEDS_PERSON if counts[OrderState.PROBLEM.value] else FINE


def _print(reports: list[dict[str, Any]], result: int, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"exit": result, "divisions": reports}))
        return
    if not reports:
        click.echo(NONE_CONNECTED)
    for report in reports:
        states = ", ".join(f"{count} {state}" for state, count in report["orders"].items() if count)
        click.echo(
            f"Division {report['division']}: {report['read']} orders read, {report['pushed']} sent, "
            f"{report['labels']} labels, {report['written']} written back. "
            f"{states or 'no orders'}. {report['message']}".rstrip()
        )


def _checks(config: Config) -> Iterator[tuple[bool, str]]:
    yield True, f"configuration: data in {config.data_dir}, pages at {config.public_url}"
    try:
        with db.database.connection_context():
            yield _database_check()
            pending = db.pending()
            yield (
                not pending,
                "migrations: " + (", ".join(pending) + " not applied" if pending else "up to date"),
            )
            yield from _token_checks()
    except PakbonError as error:
        yield False, f"database: {_in_english(error.code, error.params)}"
    except PeeweeException as error:
        yield False, f"database: {_in_english(db.trouble(error), {})} ({error})"
    yield _disk_check(config)
    if db.is_sqlite():
        yield _backup_check(config)
    yield clock.now() > 1_700_000_000, f"clock: {clock.utc(clock.now()):%Y-%m-%d %H:%M:%S} UTC"


def _disk_check(config: Config) -> tuple[bool, str]:
    free = shutil.disk_usage(config.data_dir).free // 1_000_000
    if not os.access(config.data_dir, os.W_OK):
        return False, f"disk: {config.data_dir} cannot be written to"
    return free >= LEAST_ROOM, f"disk: {free} MB free"


def _backup_check(config: Config) -> tuple[bool, str]:
    """None yet is no fault; one that is days old is."""
    copies = backups.copies(config)
    if not copies:
        return True, "backup: none yet"
    days = (clock.now() - copies[0].made_at) // 86400
    return days < 3, f"backup: the newest is {days} days old"


def _database_check() -> tuple[bool, str]:
    leases.probe()
    if db.is_sqlite():
        result = db.database.execute_sql("PRAGMA quick_check").fetchone()[0]
        return result == "ok", f"database: {result}"
    version = db.database.execute_sql("SHOW server_version").fetchone()[0]
    return True, f"database: PostgreSQL {version}"


def _token_checks() -> Iterator[tuple[bool, str]]:
    try:
        connections = list(Connection.select())
    except PakbonError as error:  # they cannot be decrypted
        yield False, f"tokens: {_in_english(error.code, error.params)}"
        return
    if not connections:
        yield True, "tokens: no Exact user is connected yet"
    for connection in connections:
        days = (clock.now() - connection.refreshed_at) // 86400
        good = connection.state == "active" and days < 20 and bool(connection.refresh_token)
        yield (
            good,
            f"tokens: {connection.user_name or connection.email}, {connection.state}, renewed {days} days ago",
        )
