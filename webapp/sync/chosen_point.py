"""Where an order goes instead of to the service point that Exact names: what a person chose. Pure.

A choice answers what stood in Exact then; once Exact says something else, that holds.
"""

import re

from webapp.sync.receiver import Corrections

FIELD = "service_point"  # of a correction: what Exact said, ">", and a number or HOME
HOME = "home"
REASONS = ("service_point_unknown", "service_point_closed", "service_point_wrong")
LONGEST = 200  # what is kept of a field that holds no number


def is_number(text: str) -> bool:
    """Sendcloud's ids of service points are whole numbers (https://sendcloud.dev/docs/service-points)."""
    return bool(re.fullmatch("[0-9]{1,12}", text))


def kept(told: str, where: str) -> str:
    return f"{told[:LONGEST]}>{where}"


def parts(value: str) -> tuple[str, str]:
    """What Exact said, and what was chosen instead."""
    told, _, where = value.rpartition(">")
    return told, where


def in_force(told: str, corrections: Corrections) -> tuple[str, Corrections]:
    """The service point to send, "" for none, and the corrections that hold for an order of which Exact tells this
    one."""
    if FIELD not in corrections:
        return told, corrections
    former, where = parts(corrections[FIELD])
    if not told or former != told[:LONGEST]:
        return told, {name: value for name, value in corrections.items() if name != FIELD}
    return "" if where == HOME else where, corrections
