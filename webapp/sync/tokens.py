"""The tokens of a connection: one refresher at a time, saved before use, renewed only when Exact allows it."""

from typing import Any

from webapp import clock, exact_app, leases
from webapp.clients.exact_oauth import RENEW_FROM, SITES, ExactOAuth, Tokens, TooEarly
from webapp.config import Config
from webapp.db import database
from webapp.errors import BudgetSpent, NeedsPerson, Reconnect, Retryable
from webapp.models import Connection

# Our clock may have rounded the moment of receipt down by a second, and Exact counts from its own.
RENEW_AT = RENEW_FROM + 2
CALLS_A_DAY = 190  # of the 200 that Exact allows
KEEP_ALIVE = 24 * 3600  # an unused refresh token dies after 30 days
REFRESH_LEASE = 120
PATIENCE = 60  # seconds to wait for another refresher


def site(config: Config, country: str) -> str:
    return config.exact_base_url or SITES[country]


def app_keys(config: Config) -> tuple[str, str]:
    """Client id and secret of the Exact app. Raises NeedsPerson if there is none."""
    client_id, client_secret = (exact_app.value(config, name) for name in ("client_id", "client_secret"))
    if not client_id or not client_secret:
        raise NeedsPerson("exact_app_missing")
    return client_id, client_secret


def oauth(config: Config, country: str) -> ExactOAuth:
    return ExactOAuth(site(config, country), *app_keys(config))


def access_token(config: Config, connection_id: int, refused: str | None = None) -> str:
    """A token that lives long enough for a call. `refused` is one that Exact has just said no to.

    Raises Reconnect when only a new sign-in helps, Retryable when waiting does.
    """
    for _ in range(PATIENCE):
        connection = _usable(connection_id)
        if _fresh(connection) and connection.access_token != refused:
            return str(connection.access_token)
        if _fresh(connection):  # refused although it should live, and too young to be renewed
            raise Retryable("token_refused", retry_at=connection.refreshed_at + RENEW_AT)
        with leases.held(f"token:{connection_id}", REFRESH_LEASE) as owner:
            if owner:
                return _renew(config, connection_id)
        clock.sleep(1)
    raise Retryable("token_busy")


def keep_alive(config: Config) -> None:
    """Renew what no work has renewed for a day, so that an idle connection does not die."""
    old = clock.now() - KEEP_ALIVE
    for connection in list(Connection.select().where(Connection.state == "active", Connection.refreshed_at < old)):
        try:
            access_token(config, connection.id)
        except (Retryable, Reconnect):
            continue  # the row already says what is wrong; tomorrow again


def store(connection: Connection, tokens: Tokens) -> None:
    """Save a new pair; it is committed before anybody can use it."""
    Connection.update(**_pair(tokens)).where(Connection.id == connection.id).execute()


def _pair(tokens: Tokens) -> dict[str, Any]:
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": tokens.expires_at,
        "refreshed_at": tokens.received_at,
        "state": "active",
        "reason": "",
    }


def _usable(connection_id: int) -> Connection:
    connection = Connection.get_by_id(connection_id)
    if connection.state != "active":
        raise Reconnect(connection.reason or "token_spent")
    return connection


def _fresh(connection: Connection) -> bool:
    """Young enough that it outlives a call; a clock that was set back counts as old."""
    age = clock.now() - connection.refreshed_at
    return bool(0 <= age < RENEW_AT and connection.access_token)


def _renew(config: Config, connection_id: int) -> str:
    """Under the lease: read the row again, renew only if still needed, save, then use."""
    connection = _usable(connection_id)
    if _fresh(connection):
        return str(connection.access_token)
    _count_call(connection)
    try:
        tokens = oauth(config, connection.country).renew(connection.refresh_token)
    except TooEarly:
        if connection.expires_at > clock.now():
            return str(connection.access_token)
        raise
    except Reconnect as error:
        if _conclude(connection, {"state": "reconnect", "reason": error.code}):
            raise
    else:
        _conclude(connection, _pair(tokens))
    return str(Connection.get_by_id(connection_id).access_token)


def _conclude(renewed: Connection, values: dict[str, Any]) -> bool:
    """Write what a renewal came to. Not (False) where somebody has signed in meanwhile: Exact gave him another pair,
    and may have voided the one that was renewed."""
    with database.atomic():
        if Connection.get_by_id(renewed.id).refresh_token != renewed.refresh_token:
            return False
        Connection.update(**values).where(Connection.id == renewed.id).execute()
    return True


def _count_call(connection: Connection) -> None:
    """Raises BudgetSpent before the day's token calls are used up."""
    today = clock.utc(clock.now()).date().isoformat()
    calls = connection.token_calls if connection.token_day == today else 0
    if calls >= CALLS_A_DAY:
        midnight = clock.now() - clock.now() % 86400 + 86400
        raise BudgetSpent("token_calls_spent", retry_at=midnight)
    with database.atomic():
        Connection.update(token_day=today, token_calls=calls + 1).where(Connection.id == connection.id).execute()
