"""What every step of a pass has at hand."""

from dataclasses import dataclass

from webapp.clients.exact import ExactClient
from webapp.clients.sendcloud import SendcloudClient
from webapp.config import Config
from webapp.models import Division


@dataclass
class Work:
    """One division at work: its settings, its two clients, its row. `thorough` asks for everything that can
    have changed, for a person who waits for it."""

    config: Config
    exact: ExactClient
    sendcloud: SendcloudClient
    division: Division
    thorough: bool = False
