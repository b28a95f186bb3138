"""Parcel statuses: v3's words beside v2's numbers, which webhooks still carry.

Source: lists in several open clients, and the samples of v3's parcel statuses page for the form of
the words. Words without a sample follow that form.
"""

STATUSES: dict[str, tuple[int, str]] = {
    "ANNOUNCED": (1, "Announced"),
    "EN_ROUTE_TO_SORTING_CENTER": (3, "En route to sorting center"),
    "DELIVERY_DELAYED": (4, "Delivery delayed"),
    "SORTED": (5, "Sorted"),
    "NOT_SORTED": (6, "Not sorted"),
    "BEING_SORTED": (7, "Being sorted"),
    "DELIVERY_ATTEMPT_FAILED": (8, "Delivery attempt failed"),
    "DELIVERED": (11, "Delivered"),
    "AWAITING_CUSTOMER_PICKUP": (12, "Awaiting customer pickup"),
    "ANNOUNCED_NOT_COLLECTED": (13, "Announced: not collected"),
    "ERROR_COLLECTING": (15, "Error collecting"),
    "PICKED_UP_BY_DRIVER": (22, "Shipment picked up by driver"),
    "UNABLE_TO_DELIVER": (80, "Unable to deliver"),
    "PARCEL_EN_ROUTE": (91, "Parcel en route"),
    "DRIVER_EN_ROUTE": (92, "Driver en route"),
    "COLLECTED_BY_CUSTOMER": (93, "Shipment collected by customer"),
    "NO_LABEL": (999, "No label"),
    "READY_TO_SEND": (1000, "Ready to send"),
    "ANNOUNCING": (1001, "Being announced"),
    "ANNOUNCEMENT_FAILED": (1002, "Announcement failed"),
    "UNKNOWN": (1337, "Unknown status - check carrier track & trace page for more insights"),
    "CANCELLED_UPSTREAM": (1998, "Cancelled upstream"),
    "CANCELLATION_REQUESTED": (1999, "Cancellation requested"),
    "CANCELLED": (2000, "Cancelled"),
    "SUBMITTING_CANCELLATION_REQUEST": (2001, "Submitting cancellation request"),
}

CANCELLED = ("CANCELLED", "CANCELLATION_REQUESTED", "CANCELLED_UPSTREAM", "SUBMITTING_CANCELLATION_REQUEST")
WITHOUT_LABEL = ("NO_LABEL", "ANNOUNCING", "ANNOUNCEMENT_FAILED")
# Until the carrier has scanned it a parcel can be cancelled.
NOT_UNDERWAY = ("READY_TO_SEND", "ANNOUNCED", "ANNOUNCED_NOT_COLLECTED", *WITHOUT_LABEL)
# Seconds after the announcement at which a parcel moves on, when the journey is switched on.
JOURNEY = (
    (15 * 60, "ANNOUNCED"),
    (4 * 3600, "EN_ROUTE_TO_SORTING_CENTER"),
    (16 * 3600, "DRIVER_EN_ROUTE"),
    (20 * 3600, "DELIVERED"),
)


def v3_status(code: str) -> dict[str, str]:
    return {"code": code, "message": STATUSES[code][1]}


def v2_status(code: str) -> dict[str, object]:
    number, message = STATUSES[code]
    return {"id": number, "message": message}
