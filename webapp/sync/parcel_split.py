"""One goods delivery in several parcels: which item goes in which, and whether that is all of it. Pure.

A split has a mapping of item id to pieces per parcel. Sendcloud takes 50 parcels at most, most carriers fewer
(https://sendcloud.dev/api/v3/ship-an-order, "Request a label for one or more orders asynchronously").
"""

from collections.abc import Mapping, Sequence
from typing import Any

MOST = 20  # parcels of one delivery; who fills more of them by hand has another tool
Split = list[dict[str, int]]


def pieces(payload: Mapping[str, Any]) -> dict[str, int]:
    """How many pieces of each item an order of Sendcloud's has, by item id."""
    return {item["item_id"]: item["quantity"] for item in payload["order_details"]["order_items"]}


def evenly(wanted: Mapping[str, int], count: int) -> Split:
    """A first proposal: each item shared out, the first parcels one more where it does not come out even."""
    return [
        {item: share for item, number in wanted.items() if (share := number // count + (place < number % count))}
        for place in range(count)
    ]


def wrong(wanted: Mapping[str, int], split: Sequence[Mapping[str, int]]) -> tuple[str, str | int]:
    """What is not in order: ("parcel_empty", which), ("parcel_pieces", item id) or ("", "")."""
    for place, parcel in enumerate(split):
        if not any(parcel.values()):
            return "parcel_empty", place
    for item in [*wanted, *(item for parcel in split for item in parcel)]:
        if sum(parcel.get(item, 0) for parcel in split) != wanted.get(item, 0):
            return "parcel_pieces", item
    return "", ""


def request(split: Sequence[Mapping[str, int]]) -> list[dict[str, Any]]:
    """The parcels as Sendcloud wants them."""
    return [
        {"parcel_items": [{"item_id": item, "quantity": number} for item, number in parcel.items() if number]}
        for parcel in split
    ]
