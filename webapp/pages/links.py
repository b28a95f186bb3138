"""Where a person goes to look or to repair: the pages of the two services.

Neither documents its addresses. Sendcloud's list with `?search=` and Exact's LogItemCard with `Item` and `_Division_`
are known from links that others use; of SlsSalesOrderEntry only the page is, `OrderID` is unsure. Each opens at least
the right list or division.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from webapp.config import SETTINGS, Config
from webapp.models import Division, Order
from webapp.sync import tokens

PANEL = "https://app.sendcloud.com/v2/shipping/list/orders"


def sendcloud(config: Config, words: str = "") -> str:
    """Incoming orders, those with these words; a test host shows them on its first page."""
    real = config.sendcloud_base_url == SETTINGS["SENDCLOUD_BASE_URL"].default
    place, name = (PANEL, "search") if real else (f"{config.sendcloud_base_url}/", "q")
    return f"{place}?{name}={quote(words)}" if words else place


def exact(config: Config, division: Division) -> str:
    """The first page of Exact in the country of the division."""
    return f"{tokens.site(config, division.country or 'nl')}/"


def exact_order(config: Config, division: Division, order: Order) -> str:
    place = f"docs/SlsSalesOrderEntry.aspx?_Division_={division.code}"
    return f"{exact(config, division)}{place}&OrderID=%7b{quote(order.guid)}%7d"


def exact_item(config: Config, division: Division, guid: str) -> str:
    """The article, where its weight and its HS code stand."""
    place = f"docs/LogItemCard.aspx?_Division_={division.code}"
    return f"{exact(config, division)}{place}&Item=%7b{quote(guid)}%7d"


def both(config: Config, division: Division) -> dict[str, Any]:
    """For templates: the two services as they open, and by order and article."""
    found: dict[str, str | Callable[..., str]] = {
        "sendcloud_link": sendcloud(config),
        "exact_link": exact(config, division),
        "in_sendcloud": lambda order: sendcloud(config, str(order.number)),
        "in_exact": lambda order: exact_order(config, division, order),
        "item_in_exact": lambda guid: exact_item(config, division, guid),
    }
    return found
