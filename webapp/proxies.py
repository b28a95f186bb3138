"""What a proxy in front of Pakbon says of the browser: believed of TRUSTED_PROXIES only, and only the address.

Anybody can send these headers. A library that reads them by itself must not find them, so they are taken away.
"""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from webapp.config import Config

SAID = "HTTP_X_FORWARDED_FOR"


def init_app(app: Flask, config: Config) -> None:
    inner: Callable[..., Iterable[bytes]] = app.wsgi_app

    def heard(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = browser(config, environ.get("REMOTE_ADDR", ""), environ.get(SAID, ""))
        for name in [name for name in environ if name.startswith("HTTP_X_FORWARDED") or name == "HTTP_FORWARDED"]:
            del environ[name]
        return inner(environ, start_response)

    app.wsgi_app = heard  # type: ignore[method-assign]


def browser(config: Config, caller: str, said: str) -> str:
    """The address of the browser: the caller's, or the last one in the header that no proxy of ours has."""
    for address in reversed(said.split(",")):
        if not _trusted(config, caller) or not _is_address(address.strip()):
            return caller
        caller = address.strip()
    return caller


def _trusted(config: Config, caller: str) -> bool:
    return _is_address(caller) and any(ipaddress.ip_address(caller) in net for net in config.trusted_proxies)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
