"""Signing in at Exact: who may enter, whose tokens the background work uses, which divisions there are.

Signing in is not connecting. Only an administrator connects an Exact user; after that the same user renews
his own tokens by signing in again (Exact may void the first pair at a second login), and nobody else's.
"""

from typing import Any

from peewee import fn

from webapp import clock
from webapp.clients.budget import CallBudget, Memory
from webapp.clients.exact import ExactClient
from webapp.clients.exact_answers import SERVICE as EXACT
from webapp.clients.exact_oauth import Tokens
from webapp.config import Config
from webapp.db import database
from webapp.errors import NotAllowed, PakbonError
from webapp.models import Access, Connection, Division, User
from webapp.sync import divisions, tokens
from webapp.sync.outside import EXACT_MINUTE
from webapp.sync.parse_exact import whole

Row = dict[str, Any]


def authorize_url(config: Config, country: str, redirect_uri: str, state: str) -> str:
    """Where the browser goes to sign in. Raises NeedsPerson("exact_app_missing")."""
    return tokens.oauth(config, country).authorize_url(redirect_uri, state)


def finish(config: Config, country: str, code: str, redirect_uri: str, by: User | None) -> User:
    """Turn the code of a consent into a signed-in user; `by` is the administrator who connects, or None.

    Raises NotAllowed("stranger") for an Exact user who was not let in (nothing of him is stored), and the
    errors of the two calls it makes.
    """
    received = tokens.oauth(config, country).redeem(code, redirect_uri)
    exact = _once(config, country, received)
    me = exact.me()
    connecting = by is not None and by.is_admin
    user = _let_in(country, me) if connecting else _known(country, me, exact)
    connection = _keep_tokens(country, me, received, connecting)
    _take_divisions(exact, me, user, connection)
    return by if by is not None and connecting else user


def _once(config: Config, country: str, received: Tokens) -> ExactClient:
    """A client for the few calls of this sign-in, with the tokens just received."""
    budget = CallBudget(Memory(), service=EXACT, minute_limit=EXACT_MINUTE, patient=False)
    return ExactClient(tokens.site(config, country), None, lambda refused: received.access_token, budget)


def _identity(me: Row) -> tuple[str, str, str]:
    """Exact's user id, login name or e-mail address, and full name."""
    email = str(me.get("Email") or me.get("UserName") or "")
    return str(me.get("UserID") or "").lower(), email.lower(), str(me.get("FullName") or email)


def _let_in(country: str, me: Row) -> User:
    """The user row of somebody whom the administrator connects: known, invited, or new."""
    guid, email, name = _identity(me)
    user = _find(country, guid) or _invited(email)
    if user is None:
        return User.create(kind="exact", country=country, exact_user_id=guid, email=email, name=name)
    return _bind(user, country, guid, name)


def _known(country: str, me: Row, exact: ExactClient) -> User:
    guid, email, name = _identity(me)
    user = _find(country, guid)
    if user is None:
        user = _invited(email) or _invited(str(me.get("UserName") or "").lower())
        if user is not None and not _shares_a_division(country, exact, me):
            user = None
    if user is None or not user.active:
        raise NotAllowed("stranger")
    return _bind(user, country, guid, name)


def _find(country: str, guid: str) -> User | None:
    return User.get_or_none(
        User.kind == "exact", User.country == country, User.exact_user_id == guid, User.exact_user_id != ""
    )


def _invited(email: str) -> User | None:
    """Somebody who was let in by e-mail address and comes for the first time."""
    return User.get_or_none(
        User.kind == "exact", User.exact_user_id == "", fn.LOWER(User.email) == email, User.email != ""
    )


def _shares_a_division(country: str, exact: ExactClient, me: Row) -> bool:
    """An e-mail address in Exact is the user's own word. So whoever comes in by it for the first time must
    also be able to open a division that is known here, once there is one. Each country has its own numbers."""
    if not Division.select().exists():
        return True
    codes = [int(row["Code"]) for row in exact.divisions(whole(me.get("CurrentDivision")))]
    return bool(Division.select().where(Division.code.in_(codes), Division.country == country).exists())


def _bind(user: User, country: str, guid: str, name: str) -> User:
    user.country, user.exact_user_id, user.name = country, guid, name or user.name
    user.seen_at = clock.now()
    return user


def _keep_tokens(country: str, me: Row, received: Tokens, connecting: bool) -> Connection | None:
    """Store the pair if this user's connection is the one it belongs to; else forget it.

    It is kept when an administrator connects, when the user is connected already, and for the first Exact
    user who was let in when there is no connection at all.
    """
    guid, email, name = _identity(me)
    connection = Connection.get_or_none(Connection.country == country, Connection.exact_user_id == guid)
    if connection is None and not connecting and Connection.select().exists():
        return None
    with database.atomic():
        if connection is None:
            connection = Connection.create(country=country, exact_user_id=guid)
        connection.user_name, connection.email = name, email
        connection.current_division = whole(me.get("CurrentDivision"))
        connection.save(only=[Connection.user_name, Connection.email, Connection.current_division])
        tokens.store(connection, received)
    return connection


def _take_divisions(exact: ExactClient, me: Row, user: User, connection: Connection | None) -> None:
    """Read the list of divisions, keep it, and write which of them the user may see.

    Somebody who was here before is not turned away because the list cannot be read just now.
    """
    been_here = bool(user.id) and Access.select().where(Access.user == user).exists()
    try:
        rows = exact.divisions(whole(me.get("CurrentDivision")))
    except PakbonError:
        user.save()
        if not been_here:
            raise
        return
    with database.atomic():
        user.save()
        if connection is not None:
            divisions.take_over(connection, rows)
        divisions.grant(user, [int(row["Code"]) for row in rows])
