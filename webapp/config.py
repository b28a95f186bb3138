"""Settings from the environment: read once, loudly.

Every setting of the table below can be given as `NAME`; the secret ones also as `NAME_FILE`, a path to read
the value from. A bad value stops the start with one line that names the setting and what it should be.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from webapp import clock
from webapp.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
KEPT_KEY = "secret_key"  # in DATA_DIR; a second line is the former key, while the key is being changed


@dataclass(frozen=True, kw_only=True)
class Config:
    """What the environment says; see SETTINGS for names and defaults."""

    host: str
    port: int
    public_url: str
    data_dir: Path
    database_url: str
    secret_key: str
    secret_key_old: str
    admin_email: str
    admin_password: str
    exact_client_id: str
    exact_client_secret: str
    exact_webhook_secret: str
    exact_base_url: str
    sendcloud_base_url: str
    sync_interval: int
    scheduler: bool
    log_level: str
    log_format: str
    metrics_token: str
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]

    @property
    def database_path(self) -> Path:
        return self.data_dir / "pakbon.sqlite3"

    @property
    def secret_keys(self) -> list[str]:
        """The first one encrypts; the former one, if there is one, is still read."""
        return [key for key in (self.secret_key, self.secret_key_old) if key]

    @property
    def database(self) -> Path | str:
        """Where the data stands: a file of SQLite's, unless DATABASE_URL names a PostgreSQL."""
        return self.database_url or self.database_path

    @property
    def https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def callback_url(self) -> str:
        return f"{self.public_url}/exact/callback"


@dataclass(frozen=True)
class Setting:
    """One row of the table: how its text becomes a value, and whether it is a secret."""

    default: str
    parse: Callable[[str, str], Any]
    secret: bool = False


def _text(name: str, value: str) -> str:
    return value


def _email(name: str, value: str) -> str:
    if value and not EMAIL.fullmatch(value):
        raise ConfigError("config_email", name=name, value=value)
    return value


def _url(name: str, value: str) -> str:
    """An address of a site, without a slash at its end. Capitals in the host stay: Exact compares to the letter."""
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none, a bracket that is not closed
        good = False
    if not good or any(sign.isspace() or sign in "?#@" for sign in value) or parts.path.strip("/"):
        raise ConfigError("config_url", name=name, value=value)
    return f"{parts.scheme}://{parts.netloc}"


def _postgres(name: str, value: str) -> str:
    if value and not value.startswith("postgresql://"):
        raise ConfigError("config_database", name=name)
    return value


def _port(name: str, value: str) -> int:
    return _whole(name, value, 1, 65535)


def _seconds(name: str, value: str) -> int:
    return _whole(name, value, 1, 86400)


def _whole(name: str, value: str, low: int, high: int) -> int:
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ConfigError("config_number", name=name, value=value, low=low, high=high)
    return int(value)


def _switch(name: str, value: str) -> bool:
    if value not in ("on", "off"):
        raise ConfigError("config_choice", name=name, value=value, choices="on, off")
    return value == "on"


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def parse(name: str, value: str) -> str:
        if value not in choices:
            raise ConfigError("config_choice", name=name, value=value, choices=", ".join(choices))
        return value

    return parse


def _folder(name: str, value: str) -> Path:
    try:
        return Path(value).expanduser().resolve()
    except (OSError, RuntimeError) as error:  # nobody has this name
        raise ConfigError("config_folder", name=name, value=value, reason=str(error)) from error


def _networks(name: str, value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise ConfigError("config_networks", name=name, value=value) from error


SETTINGS: dict[str, Setting] = {
    "HOST": Setting("127.0.0.1", _text),
    "PORT": Setting("8000", _port),
    "PUBLIC_URL": Setting("", _url),
    "DATA_DIR": Setting("./data", _folder),
    "DATABASE_URL": Setting("", _postgres, secret=True),
    "SECRET_KEY": Setting("", _text, secret=True),
    "SECRET_KEY_OLD": Setting("", _text, secret=True),
    "ADMIN_EMAIL": Setting("", _email),
    "ADMIN_PASSWORD": Setting("", _text, secret=True),
    "EXACT_CLIENT_ID": Setting("", _text, secret=True),
    "EXACT_CLIENT_SECRET": Setting("", _text, secret=True),
    "EXACT_WEBHOOK_SECRET": Setting("", _text, secret=True),
    "EXACT_BASE_URL": Setting("", _url),
    "SENDCLOUD_BASE_URL": Setting("https://panel.sendcloud.sc", _url),
    "SYNC_INTERVAL": Setting("120", _seconds),
    "SCHEDULER": Setting("on", _switch),
    "LOG_LEVEL": Setting("INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR")),
    "LOG_FORMAT": Setting("text", _one_of("text", "json")),
    "METRICS_TOKEN": Setting("", _text, secret=True),
    "TRUSTED_PROXIES": Setting("", _networks),
}


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read every setting. Raises ConfigError, whose text names the setting and what is wrong with it."""
    environ = os.environ if environ is None else environ
    values = {name.lower(): setting.parse(name, _raw(name, setting, environ)) for name, setting in SETTINGS.items()}
    values["public_url"] = values["public_url"] or f"http://localhost:{values['port']}"
    if bool(values["admin_email"]) != bool(values["admin_password"]):
        raise ConfigError("config_admin_pair")
    _make_private_folder(values["data_dir"])
    if not values["secret_key"]:
        key, _, old = _kept_secret(values["data_dir"] / KEPT_KEY).partition("\n")
        values |= {"secret_key": key, "secret_key_old": values["secret_key_old"] or old}
    return Config(**values)


def _raw(name: str, setting: Setting, environ: Mapping[str, str]) -> str:
    """The text of one setting: itself, else the file it names, else the default. Empty counts as not set."""
    value = environ.get(name, "")
    path = environ.get(f"{name}_FILE", "") if setting.secret else ""
    if value and path:
        raise ConfigError("config_twice", name=name)
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError("config_file", name=f"{name}_FILE", value=path, reason=str(error)) from error
        if not value:
            raise ConfigError("config_file", name=f"{name}_FILE", value=path, reason="the file is empty")
    return (value or setting.default).strip()


def _make_private_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError("config_folder", name="DATA_DIR", value=str(folder), reason=str(error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError("config_folder", name="DATA_DIR", value=str(folder), reason="not writable")


def _kept_secret(path: Path) -> str:
    """The key that was made at the first start. Two processes that start at once end with the same key."""
    try:
        _make_secret(path)
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigError("config_folder", name="DATA_DIR", value=str(path.parent), reason=str(error)) from error
    try:
        for _ in range(20):  # the other process may be writing it just now
            if key := path.read_text(encoding="ascii").strip():
                return key
            clock.sleep(0.1)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("config_key_file", value=str(path), reason=str(error)) from error
    raise ConfigError("config_key_file", value=str(path), reason="the file is empty")


def _make_secret(path: Path) -> None:
    """Whole and on the disk, or not there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise
