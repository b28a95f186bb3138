"""Asking both services to call us when something changes, where they can reach us: `PUBLIC_URL` is https.

Tried at connecting and once a day; a refusal is noted and costs nothing but the delay of polling.
"""

from webapp import clock, exact_app
from webapp.errors import BudgetSpent, PakbonError, Reconnect, Retryable
from webapp.models import Division
from webapp.sync import events
from webapp.sync.work import Work

CURSOR = "subscribed_at"
AGAIN = 24 * 3600
TOPICS = ("GoodsDeliveries", "SalesOrders")


def run(work: Work) -> None:
    """Make sure that both services know our address."""
    division = work.division
    if not work.config.https or division.cursors.get(CURSOR, 0) > clock.now() - AGAIN:
        return
    division.cursors = {**division.cursors, CURSOR: clock.now()}
    Division.update(cursors=division.cursors).where(Division.id == division.id).execute()
    for name, ask in (("Sendcloud", _sendcloud), ("Exact Online", _exact)):
        try:
            ask(work)
        except (BudgetSpent, Reconnect):
            raise
        except PakbonError as error:
            events.note(division, None, "webhook_refused", exchange=error.exchange, service=name, error=error.code)


def _sendcloud(work: Work) -> None:
    url = f"{work.config.public_url}/hooks/sendcloud/{work.division.hook_token}"
    integration_id = work.division.integration_id or 0
    stands = work.sendcloud.integration(integration_id)
    if stands.get("webhook_url") != url or not stands.get("webhook_active"):
        work.sendcloud.set_webhook(integration_id, url)


def _exact(work: Work) -> None:
    """Exact takes only addresses under the app's redirect address, and needs a secret that we can check."""
    if not exact_app.value(work.config, "webhook_secret"):
        return
    url = f"{work.config.public_url}/hooks/exact"
    there = {str(row.get("Topic")) for row in work.exact.subscriptions() if row.get("CallbackURL") == url}
    for topic in TOPICS:
        if topic not in there:
            _subscribe(work, topic, url)


def _subscribe(work: Work, topic: str, url: str) -> None:
    """Another user of the customer may have subscribed already: Exact then answers 500, and all is well."""
    try:
        work.exact.subscribe(topic, url)
    except Retryable as error:
        if "already exists" not in str((error.exchange or {}).get("answer")).lower():
            raise
