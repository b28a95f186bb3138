"""Who may sign in: passwords, the first administrator, and what an administrator does with the others."""

import hashlib
import secrets
from functools import cache
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp import clock, leases
from webapp.config import Config
from webapp.db import database, rows
from webapp.models import Lease, Setting, User, put_setting

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1000
SETUP_TOKEN = "setup_token"
SIGNED_OUT = "signed-out:"  # and the name of a session: a lease that lasts as long as its cookie could

# OWASP's Password Storage Cheat Sheet for Argon2id: 19 MiB, two rounds. More memory would be most of Pakbon's own.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_one_at_a_time = Lock()  # each takes 19 MB: a flood of attempts must not take them all at once


def plain_email(email: str) -> str:
    """How addresses are stored and compared."""
    return email.strip().lower()


def check_login(email: str, password: str) -> User | None:
    """The local administrator with this address and password, or None.

    An address that nobody has takes as long as a wrong password, so that the time tells nothing.
    """
    user = User.get_or_none(
        User.kind == "local", User.email == plain_email(email), User.active, User.password_hash != ""
    )
    if not _fits(user.password_hash if user else _nobodys_hash(), password) or user is None:
        return None
    if hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hasher.hash(password)
        user.save(only=[User.password_hash])
    return user


def _fits(password_hash: str, password: str) -> bool:
    try:
        with _one_at_a_time:
            return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hasher.hash(secrets.token_urlsafe(16))


def ensure_admin(config: Config) -> None:
    """Make the administrator that the environment names, if there is none yet."""
    if config.admin_email and not has_admin():
        email, password_hash = plain_email(config.admin_email), hasher.hash(config.admin_password)
        User.create(kind="local", role="admin", email=email, password_hash=password_hash)


def has_admin() -> bool:
    return User.select().where(User.kind == "local").exists()


def setup_link(config: Config) -> str | None:
    """A fresh one-time link to make the administrator, None if there is one. An earlier link stops working."""
    if has_admin():
        return None
    token = secrets.token_urlsafe(32)
    put_setting(SETUP_TOKEN, _digest(token))
    return f"{config.public_url}/setup?token={token}"


def setup_open(token: str) -> bool:
    """Whether this is the token of the last set-up link, not used yet."""
    return Setting.select().where(Setting.name == SETUP_TOKEN, Setting.value == _digest(token)).exists()


def make_first_admin(token: str, email: str, password: str) -> User | None:
    """Use up the set-up link and make the administrator, both or neither; None if the link is spent."""
    password_hash = hasher.hash(password)  # slow on purpose, so not inside the transaction
    with database.atomic():
        spent = Setting.delete().where(Setting.name == SETUP_TOKEN, Setting.value == _digest(token)).execute()
        if not spent or has_admin():
            return None
        return User.create(kind="local", role="admin", email=plain_email(email), password_hash=password_hash)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def password_fits(user: User, password: str) -> bool:
    return _fits(user.password_hash, password)


def change_password(user: User, password: str) -> None:
    """Also ends the user's sessions everywhere."""
    user.password_hash = hasher.hash(password)
    user.save(only=[User.password_hash])
    end_sessions(user)


def set_password(email: str, password: str) -> User | None:
    """For whoever has the machine: a new password for the local administrator with this address, blocked or not;
    None if there is none."""
    user = User.get_or_none(User.kind == "local", User.email == plain_email(email))
    if user is not None:
        unblock(user)
        change_password(user, password)
    return user


def seen(user: User) -> None:
    user.seen_at = clock.now()
    user.save(only=[User.seen_at])


def listed() -> list[User]:
    """Everyone, administrators first."""
    return list(User.select().order_by(User.role, User.kind.desc(), User.email))


def local_emails() -> list[str]:
    return [user.email for user in User.select().where(User.kind == "local").order_by(User.email)]


def is_let_in(email: str) -> bool:
    return User.select().where(User.kind == "exact", User.email == plain_email(email)).exists()


def let_in(email: str) -> User:
    """Let an Exact user in by his e-mail address; he is known by it at his first sign-in."""
    return User.create(kind="exact", role="user", email=plain_email(email))


def block(user: User) -> None:
    user.active = False
    user.save(only=[User.active])
    end_sessions(user)  # else an old cookie would work again after unblocking


def unblock(user: User) -> None:
    user.active = True
    user.save(only=[User.active])


def make_admin(user: User) -> None:
    user.role = "admin"
    user.save(only=[User.role])


def make_user(user: User) -> None:
    user.role = "user"
    user.save(only=[User.role])


def remove(user: User) -> None:
    user.delete_instance()


def end_sessions(user: User) -> None:
    """Sign the user out everywhere."""
    user.session_key = secrets.token_urlsafe(16)
    user.save(only=[User.session_key])


def end_session(name: str, seconds: int) -> None:
    """Sign out one session, whoever has its cookie; for as many seconds as a cookie lives."""
    Lease.delete().where(Lease.name.startswith(SIGNED_OUT), Lease.until <= clock.now()).execute()
    leases.take(SIGNED_OUT + name, "signed out", seconds)


def in_session(number: str, name: str) -> User | None:
    """The user with this number, unless he is blocked or this session was signed out. One question for every page,
    so its SQL is written here: Peewee takes as long to build it as a page that has nothing new takes in all."""
    sql = (
        "SELECT * FROM app_user AS u WHERE u.id = ? AND u.active AND NOT EXISTS"
        " (SELECT 1 FROM lease AS l WHERE l.name = ? AND l.until > ?)"
    )
    if not number.isdecimal():
        return None
    return next(iter(rows(User, sql, int(number), SIGNED_OUT + name, clock.now())), None)


def prefer(user: User, name: str, value: str) -> None:
    """Keep the user's `language` or `theme`."""
    setattr(user, name, value)
    user.save(only=[name])
