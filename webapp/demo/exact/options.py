"""The query options of a GET (`$select`, `$expand`, `$top`, …) taken apart.

Documented (Exact's OData page); the refusals of what WCF Data Services refuses are chosen.
"""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from webapp.demo.exact.odata import ODataError

KNOWN_OPTIONS = ("select", "expand", "filter", "orderby", "top", "skip", "skiptoken", "inlinecount", "format")


@dataclass
class Options:
    """The query of one GET, taken apart but not yet held against an entity."""

    select: list[str] | None = None
    expand: list[str] = field(default_factory=list)
    filter: str | None = None
    orderby: list[tuple[str, bool]] = field(default_factory=list)
    top: int | None = None
    skip: int = 0
    skiptoken: str | None = None
    count: bool = False
    custom: dict[str, str] = field(default_factory=dict)


def parse_options(query: str) -> Options:
    seen: dict[str, str] = {}
    options = Options()
    for name, value in parse_qsl(query, keep_blank_values=True):
        if not name.startswith("$"):
            options.custom[name] = value
            continue
        if name[1:] not in KNOWN_OPTIONS:
            raise ODataError(f"The query parameter '{name}' begins with '$' but is not recognized.")
        if name in seen:
            raise ODataError(f"Query parameter '{name}' is specified, but it should be specified exactly once.")
        seen[name] = value
    options.select = names_in(seen.get("$select", "")) or None
    options.expand = names_in(seen.get("$expand", ""))
    options.filter = seen.get("$filter") or None
    options.orderby = parse_orderby(seen.get("$orderby", ""))
    options.top = whole_number(seen, "$top")
    options.skip = whole_number(seen, "$skip") or 0
    options.skiptoken = seen.get("$skiptoken")
    options.count = parse_inlinecount(seen.get("$inlinecount", "none"))
    return options


def names_in(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def parse_orderby(text: str) -> list[tuple[str, bool]]:
    """`A,B desc` -> [("A", False), ("B", True)]."""
    result = []
    for part in names_in(text):
        name, _, direction = part.partition(" ")
        if direction.strip() not in ("", "asc", "desc"):
            raise ODataError(f"Syntax error at position {len(name) + 1}.")
        result.append((name, direction.strip() == "desc"))
    return result


def whole_number(seen: dict[str, str], name: str) -> int | None:
    if name not in seen:
        return None
    if not seen[name].strip().isdigit():
        raise ODataError(
            f"Incorrect format for {name} argument '{seen[name]}'. A non-negative integer value is expected."
        )
    return int(seen[name])


def parse_inlinecount(text: str) -> bool:
    if text not in ("allpages", "none"):
        raise ODataError(f"Unknown $inlinecount option '{text}', only 'allpages' and 'none' are supported.")
    return text == "allpages"
