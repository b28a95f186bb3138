"""Did somebody edit an order in Sendcloud's panel since we sent it? Pure.

Sendcloud's `modified_at` tells, except shortly after our own push: Sendcloud saves after it has answered, and
that moves it too. Within that time the receiver we sent is compared with the one that stands there; street
and number as one text, because Sendcloud may split them by itself.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

SAVING = 120  # seconds that Sendcloud may take to save what it has accepted
COMPARED = ("name", "company_name", "postal_code", "city", "country_code")
STREET = ("address_line_1", "house_number", "address_line_2")
NUMBER_FIRST = ("house_number", "address_line_1", "address_line_2")  # 12 rue du Four
ADDRESS = "shipping_address"


def changes(sent: Mapping[str, Any], stands: Mapping[str, Any], pushed_at: int | None) -> list[str]:
    """The fields (dotted paths) that differ from what we sent; `modified_at` alone where Sendcloud says that
    it was changed but the receiver is the same. Empty: nobody edited it."""
    found = _differing(_part(sent), _part(stands))
    modified = _seconds(stands.get("modified_at"))
    if pushed_at is None or modified is None or modified <= pushed_at + SAVING:
        return found
    return found or ["modified_at"]


def at(body: Any, path: str) -> Any:
    """The value under a dotted path, None if there is none; numbers step into lists."""
    for name in path.split("."):
        if isinstance(body, list) and name.isdecimal() and int(name) < len(body):
            body = body[int(name)]
        elif isinstance(body, Mapping):
            body = body.get(name)
        else:
            return None
    return body


def _part(body: Mapping[str, Any]) -> Mapping[str, Any]:
    address = body.get(ADDRESS)
    return address if isinstance(address, Mapping) else {}


def _differing(sent: Mapping[str, Any], stands: Mapping[str, Any]) -> list[str]:
    found = [f"{ADDRESS}.{name}" for name in COMPARED if _squashed(sent, name) != _squashed(stands, name)]
    if _squashed(sent, *STREET) not in (_squashed(stands, *STREET), _squashed(stands, *NUMBER_FIRST)):
        found.insert(0, f"{ADDRESS}.address_line_1")
    return found


def _squashed(address: Mapping[str, Any], *names: str) -> str:
    """Letters and digits only, so that spacing, case and punctuation do not count."""
    return "".join(sign for name in names for sign in str(address.get(name) or "").casefold() if sign.isalnum())


def _seconds(text: Any) -> float | None:
    try:
        moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
