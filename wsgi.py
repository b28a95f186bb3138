"""Where everything is put together: settings, database, app, scheduler, server.

`python wsgi.py` is the production server with its background work, in one process. `flask --app wsgi …` and a
foreign WSGI server use `app`, which runs nothing in the background.
"""

import gc
import logging
import signal
import sys
from types import FrameType

from flask import Flask
from peewee import DatabaseError

from jobs import worker
from jobs.scheduler import Scheduler
from webapp import accounts, commands, config, db, logs, server
from webapp.app import create_app
from webapp.errors import ConfigError
from webapp.vault import vault
from webapp.words.texts import sentence

log = logging.getLogger("pakbon")


def build() -> tuple[Flask, config.Config]:
    """Read the settings, open the vault and the database, make the app."""
    settings = config.load()
    logs.init(settings)
    vault.unlock(*settings.secret_keys)
    _open_database(settings)
    app = create_app(settings)
    commands.init_app(app, settings)

    @app.cli.command("work")
    @commands.told
    def work() -> None:
        """All that runs in the background, without pages, until SIGTERM or Ctrl-C."""
        worker.run(settings, app.app_context)

    return app, settings


def _open_database(settings: config.Config) -> None:
    try:
        for name in db.open_database(settings.database):
            log.info("database: applied %s", name)
    except ConfigError:
        if "restore" not in sys.argv:  # `flask … restore` puts another in the place of one that cannot be used
            raise


def serve(app: Flask, settings: config.Config) -> None:
    """Serve until SIGTERM or Ctrl-C, then let the running passes reach a safe place."""
    listening = server.create(app, host=settings.host, port=settings.port)  # first: another process may have the port
    scheduler = Scheduler(settings, app.app_context) if settings.scheduler else None
    signal.signal(signal.SIGTERM, _end)
    gc.collect()
    gc.freeze()  # the code itself is looked at no more: each look would hold up every page for some 50 ms
    try:
        with db.database.connection_context():
            accounts.ensure_admin(settings)
            link = accounts.setup_link(settings)
        if link:
            log.warning("no administrator yet: make one at %s", link)
        if scheduler:
            scheduler.start()
        log.info("Pakbon answers at %s", settings.public_url)
        listening.run()
    except DatabaseError as error:
        raise ConfigError(db.trouble(error)) from error
    finally:
        if scheduler:
            scheduler.stop()
        db.settle()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


try:
    app, _settings = build()
    if __name__ == "__main__":
        serve(app, _settings)
except ConfigError as error:
    sys.exit(f"Pakbon cannot start. {sentence(error.code, **error.params)}")
