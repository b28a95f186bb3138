"""Sending a notice to addresses of Apprise: mail, Telegram, Slack and many more.

https://github.com/caronc/apprise/wiki (how an address of each service looks)

Pakbon calls exactly the address it is given, also one inside the network it runs in: that is what an own mail
server needs, and why only administrators may write addresses. An address holds a key and is never shown or
logged; who asks gets the name of its service.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import apprise  # else only when there is something to send: it is slow to import, and large


PATIENCE = 15.0  # seconds for all addresses together
CONNECT, ANSWER = 5.0, 8.0  # seconds at most, whatever an address asks for
LONGEST = 1000
# These show a notice on the very machine that Pakbon runs on, which nobody looks at.
OF_THE_MACHINE = frozenset({"syslog", "dbus", "kde", "qt", "glib", "gnome", "macosx", "windows"})


def service(address: str) -> str:
    """The name of the service that an address belongs to; empty if it is none that can be used."""
    found = _opened(address)
    return str(found.service_name) if found is not None else ""


def send(addresses: Sequence[str], title: str, body: str) -> list[bool]:
    """Send to all at the same time; for each, whether its service took the notice in time."""
    if not addresses:
        return []
    pool = ThreadPoolExecutor(len(addresses), thread_name_prefix="notice")
    calls = [pool.submit(_send_one, address, title, body) for address in addresses]
    wait(calls, timeout=PATIENCE)
    pool.shutdown(wait=False, cancel_futures=True)
    return [call.done() and call.exception() is None and bool(call.result()) for call in calls]


def _send_one(address: str, title: str, body: str) -> bool:
    import apprise

    found = _opened(address)
    return found is not None and bool(found.notify(body=body, title=title, notify_type=apprise.NotifyType.INFO))


def _opened(address: str) -> "apprise.NotifyBase | None":
    if len(address) > LONGEST or address.partition("://")[0].lower() in OF_THE_MACHINE:
        return None
    import apprise

    found = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if not isinstance(found, apprise.NotifyBase):
        return None
    found.socket_connect_timeout = min(float(found.socket_connect_timeout or CONNECT), CONNECT)
    found.socket_read_timeout = min(float(found.socket_read_timeout or ANSWER), ANSWER)
    return found
