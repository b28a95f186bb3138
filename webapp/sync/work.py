"""What every step of a pass has at hand."""

from dataclasses import dataclass
from enum import IntEnum

from webapp.clients.exact import ExactClient
from webapp.clients.sendcloud import SendcloudClient
from webapp.config import Config
from webapp.models import Division


class Look(IntEnum):
    """How hard a pass looks; each asks for all that the one before it asks for.

    USUAL: what an idle pass may cost (docs/decisions/0002-what-a-pass-asks.md). EAGER: trouble that was put off is
    looked at too, because a person waits for it. FULL: and every sync endpoint of sales orders.
    """

    USUAL = 0
    EAGER = 1
    FULL = 2


@dataclass
class Work:
    """One division at work: its settings, its two clients, its row, and how hard to look."""

    config: Config
    exact: ExactClient
    sendcloud: SendcloudClient
    division: Division
    look: Look = Look.USUAL
