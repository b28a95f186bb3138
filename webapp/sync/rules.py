"""The configuration of a division: its defaults, and what stands saved. Pure."""

from collections.abc import Mapping
from typing import Any

from webapp.sync.mapping import Rules

BACKFILL_DAYS = 30


def backfill_days(saved: Mapping[str, Any]) -> int:
    """How many days back orders are taken, 1 to 365."""
    days = saved.get("backfill_days", BACKFILL_DAYS)
    return days if isinstance(days, int) and 1 <= days <= 365 else BACKFILL_DAYS


def label_auto(saved: Mapping[str, Any]) -> bool:
    """Whether a goods delivery gets its label by itself. Off by default."""
    return saved.get("label_auto") is True


def sender_address(saved: Mapping[str, Any], warehouse: str) -> int | None:
    """The Sendcloud sender address of an Exact warehouse; None = Sendcloud's default."""
    found = str((saved.get("warehouses") or {}).get(warehouse) or "")
    return int(found) if found.isdecimal() else None


def mapping_rules(saved: Mapping[str, Any]) -> Rules:
    return Rules(shipment_type=str(saved.get("customs_shipment_type") or Rules.shipment_type))
