"""What customs will ask for and the items of an order do not tell. Pure."""

from collections.abc import Sequence
from typing import Any

from webapp.sync.records import Line, Problem

Row = dict[str, Any]


def customs_problems(items: Sequence[Row], lines: Sequence[Line]) -> tuple[Problem, ...]:
    """One problem that names every product that lacks something, and all that it lacks; none where nothing
    does. `items` are the lines as they go to Sendcloud, in the same order."""
    found: dict[str, Row] = {}
    for item, line in zip(items, lines, strict=True):
        lacks = _lacking(item)
        if not lacks:
            continue
        code = str(item.get("sku") or item["name"])
        row = found.setdefault(code, {"code": code, "item": line.item.guid if line.item else "", "lacks": []})
        row["lacks"] += [name for name in lacks if name not in row["lacks"]]
    if not found:
        return ()
    products = ", ".join(found)
    params = {"products": products[:1000], "lacking": list(found.values())}
    return (Problem("customs_incomplete", "customs_details", products[:200], params),)


def _lacking(item: Row) -> list[str]:
    """Of HS code, origin, weight and value, by Sendcloud's names. Nothing is worth nothing to customs."""
    told = {
        "hs_code": item.get("hs_code"),
        "country_of_origin": item.get("country_of_origin"),
        "weight": item.get("measurement"),
        "value": item["total_price"]["value"] > 0,
    }
    return [name for name, value in told.items() if not value]
