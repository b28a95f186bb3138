"""The merchant's own app in Exact's App Center: what he registers there, and what he pastes here."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from webapp.config import Config
from webapp.models import put_setting, setting

# Scopes as the App Center names them, and whether the app must also write.
SCOPES = {
    "Sales orders": False,
    "Logistics wms": True,
    "Crm accounts": False,
    "Logistics items": False,
    "Logistics inventory": False,
    "Organization documents": True,
    "Organization administration": True,
    "Organization extensibility": False,
}

FIELDS = ("client_id", "client_secret", "webhook_secret", "redirect_uri")
SECRETS = ("client_secret", "webhook_secret")
HOME_NAMES = ("localhost", "local", "lan", "home", "internal", "intranet", "localdomain", "test", "arpa")


def fixed(config: Config) -> set[str]:
    """The fields that the environment sets; the browser cannot change those."""
    return {name for name in FIELDS if getattr(config, f"exact_{name}", "")}


def value(config: Config, name: str) -> str:
    """A field as it is in force: the environment wins over the browser."""
    return str(getattr(config, f"exact_{name}", "") or setting(f"exact_{name}"))


def known(config: Config) -> dict[str, str]:
    """Every field. For the secrets only ever ask whether there is one."""
    return {name: value(config, name) for name in FIELDS}


def save(config: Config, values: Mapping[str, str]) -> None:
    """Store what was typed. An empty secret keeps the stored one."""
    for name in FIELDS:
        value = values[name].strip()
        if name not in fixed(config) and (value or name not in SECRETS):
            put_setting(f"exact_{name}", value, secret=name in SECRETS)


def accepted_by_exact(config: Config, address: str) -> bool:
    """Whether Exact takes this as a redirect address: public and https. A played Exact takes any."""
    parts = urlsplit(address)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        return False
    return bool(config.exact_base_url) or (parts.scheme == "https" and _looks_public(parts.hostname))


def _looks_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and host.rpartition(".")[2].lower() not in HOME_NAMES
