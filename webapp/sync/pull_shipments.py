"""Step 5: labels and statuses that were made or changed at Sendcloud, by hand in the panel or by a carrier.

One call when nothing happened. The cursor is Sendcloud's own clock, with an overlap; parcels are rows, so what
is seen twice changes nothing.
"""

from webapp import clock
from webapp.clients.sendcloud import SendcloudClient
from webapp.models import Division
from webapp.sync import adopt, parse_sendcloud

CURSOR = "shipments"
OVERLAP = 300  # seconds
FIRST_DAYS = 30


def run(sendcloud: SendcloudClient, division: Division) -> int:
    """Take over what changed since the last look; returns how many parcels of ours were seen."""
    since = division.cursors.get(CURSOR) or clock.now() - FIRST_DAYS * 86400
    count, asked_at = 0, 0
    for shipment in sendcloud.shipments_since(division.integration_id or 0, _iso(since - OVERLAP)):
        asked_at = asked_at or sendcloud.clock_at
        for shipped in parse_sendcloud.parcels(shipment):
            count += adopt.take(division, shipped) is not None
    division.cursors = {**division.cursors, CURSOR: asked_at or sendcloud.clock_at}
    Division.update(cursors=division.cursors).where(Division.id == division.id).execute()
    return count


def _iso(moment: int) -> str:
    return clock.utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
