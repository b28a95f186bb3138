"""Where a person goes to look or to repair: the pages of the two services."""

from webapp.config import SETTINGS, Config
from webapp.models import Division
from webapp.sync import tokens

PANEL = "https://app.sendcloud.com/v2/shipping/list/orders"


def sendcloud(config: Config) -> str:
    """Incoming orders; a test host shows them on its first page."""
    real = config.sendcloud_base_url == SETTINGS["SENDCLOUD_BASE_URL"].default
    return PANEL if real else f"{config.sendcloud_base_url}/"


def exact(config: Config, division: Division) -> str:
    """The first page of Exact in the country of the division."""
    return f"{tokens.site(config, division.country or 'nl')}/"


def both(config: Config, division: Division) -> dict[str, str]:
    """For templates."""
    return {"sendcloud_link": sendcloud(config), "exact_link": exact(config, division)}
