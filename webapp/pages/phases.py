"""Where a parcel is, in the four words that matter to who ships: from Sendcloud's codes. Pure."""

from collections.abc import Mapping

READY = frozenset({"", "READY_TO_SEND", "ANNOUNCED", "ANNOUNCED_NOT_COLLECTED"})  # still in the house
DELIVERED = frozenset({"DELIVERED", "COLLECTED_BY_CUSTOMER"})
TROUBLE = frozenset({"DELIVERY_ATTEMPT_FAILED", "UNABLE_TO_DELIVER", "ERROR_COLLECTING"})
PHASES = ("ready", "underway", "delivered", "trouble")


def phase(status: str) -> str:
    """One of PHASES; a code that is not known means that the carrier has it."""
    if status in READY:
        return "ready"
    if status in DELIVERED:
        return "delivered"
    return "trouble" if status in TROUBLE else "underway"


def counted(statuses: Mapping[str, int]) -> dict[str, int]:
    """How many parcels are in each phase."""
    found = dict.fromkeys(PHASES, 0)
    for status, count in statuses.items():
        found[phase(status)] += count
    return found
