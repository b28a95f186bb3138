"""What the two services call to say that something changed. A hint only: it makes the next pass due now, and the
pass asks for itself. So repeated, late and disordered calls do no harm, and without them nothing is missed. Where
Exact's day runs low they are not heard: each would cost some calls of it, and there may be thousands.
"""

import hashlib
import hmac
import json
import re

from webapp import exact_app
from webapp.config import Config
from webapp.models import Division
from webapp.sync import due, passes

# Exact signs the bytes of the Content object as sent; another order of bytes gives another signature.
CONTENT = re.compile(rb'^\s*\{\s*"Content"\s*:\s*(\{.*\})\s*,\s*"HashCode"\s*:\s*"([0-9A-Fa-f]{64})"\s*\}\s*$', re.S)


def from_sendcloud(token: str, body: bytes, signature: str) -> bool:
    """Take a call of a division's integration; False if it is not signed with the division's key.

    Header `Sendcloud-Signature`: hex HMAC-SHA256 of the raw body with the integration's secret key
    (https://sendcloud.dev/api/v3/webhooks).
    """
    division = Division.get_or_none(Division.hook_token == token, Division.hook_token != "")
    if division is None or division.sendcloud != "on":
        return False
    if not _fits(str(division.secret_key), body, signature):
        return False
    if passes.has_plenty(division):
        due.now(division.id)
    return True


def from_exact(config: Config, body: bytes) -> bool:
    """Take a call of Exact's. The empty body with which it tries the address is welcome; anything else must
    carry the upper-case hex HMAC-SHA256 of its Content under the app's webhook secret."""
    if not body.strip():
        return True
    secret = exact_app.value(config, "webhook_secret")
    found = CONTENT.match(body)
    if not secret or not found or not _fits(secret, found[1], found[2].decode()):
        return False
    division = Division.get_or_none(Division.code == _division_of(found[1]))
    if division is not None and division.sendcloud == "on" and passes.has_plenty(division):
        due.now_in_full(division.id)  # it may tell of a line or a deletion, which a usual pass does not ask for
    return True


def _fits(secret: str, message: bytes, signature: str) -> bool:
    expected = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode())


def _division_of(content: bytes) -> int:
    """The division that it names; 0 for none, or for a number that no database holds."""
    try:
        number = int(json.loads(content)["Division"])
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return 0
    return number if 0 < number < 2**63 else 0
