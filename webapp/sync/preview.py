"""What would be sent for an order, from what was read of it. Nothing is sent, nothing is asked."""

from webapp.models import Order
from webapp.sync import decide
from webapp.sync.mapping import Mapped


def preview(order: Order) -> Mapped:
    """The mapping of this order under the present configuration: payload, problems, provenance, lines left out."""
    batch = next(decide.with_lines(Order.select().where(Order.id == order.id)))
    return decide.map_rows(order.division, batch)[order.id]
