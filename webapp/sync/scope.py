"""Which orders go to Sendcloud, and why the others do not. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.sync.parse_exact import DELETED_STATUS, day, number, whole

# https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SalesOrderSalesOrders
OPEN, PARTIAL, COMPLETE, CANCELLED = 12, 20, 21, 45
APPROVED = (1, 2)  # automatically, by hand


def is_open(header: Mapping[str, Any]) -> bool:
    return whole(header.get("Status")) in (OPEN, PARTIAL)


@dataclass(frozen=True)
class Verdict:
    """In scope when `reason` is empty; `gone` says that the order is not one any more."""

    reason: str = ""
    gone: bool = False


def judge(header: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], window_start: str) -> Verdict:
    """Approved, open, within the window, and something left to deliver; else the first reason that holds."""
    status = whole(header.get("Status"))
    if status == DELETED_STATUS:
        return Verdict("deleted", gone=True)
    if status == CANCELLED:
        return Verdict("cancelled", gone=True)
    if status == COMPLETE:
        return Verdict("closed")
    if status not in (OPEN, PARTIAL):
        return Verdict("status_unknown")
    if whole(header.get("ApprovalStatus")) not in APPROVED:
        return Verdict("not_approved")
    if day(header.get("OrderDate")) < window_start:
        return Verdict("too_old")
    if not any(number(row.get("Quantity")) > number(row.get("QuantityDelivered")) for row in lines):
        return Verdict("nothing_to_ship")
    return Verdict()
