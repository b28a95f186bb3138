"""A GET on a collection: is the query allowed, which rows pass, which page of them, what comes next.

Documented: pages of 60 and 1,000, `$select` demanded, mandatory filtering and its texts, the sole filter
of sync endpoints, URLs of at most 6,000 characters. The texts of the other refusals follow WCF (seen).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from webapp.demo.exact.books import Books, Row
from webapp.demo.exact.entities import ENDPOINTS, SYNCED, TABLES, Endpoint
from webapp.demo.exact.odata import Node, ODataError, compile_filter, fields_of, parse_filter, wanted_values
from webapp.demo.exact.options import Options
from webapp.demo.exact.present import View, by_location

LONGEST_URL = 6000
UNQUOTED = "$,()':/*"
DELETED_KEPT = timedelta(days=61)  # documented: two months
SELECT_DEMANDED = "Please add a $select or a $top=1 statement to the query string."
MANDATORY = (
    "This endpoint has mandatory filtering applied. A GET request for this endpoint must have a $filter "
    "parameter with one of the following fields in the url:{}."
)
UNSUPPORTED_FILTER = "This $filter parameter is not supported for this resource. Supported fields:"


@dataclass
class Page:
    """What one GET yields: rows as JSON, where to go on, and how many there are in all."""

    rows: list[Row]
    next: str | None = None
    count: int | None = None


# --- is it allowed -----------------------------------------------------------------------------------


def check_select_demanded(endpoint: Endpoint, options: Options) -> None:
    """Documented for many endpoints, not which. Here: those with a sync twin; seen: small lists answer without."""
    if endpoint.table in SYNCED and endpoint.kind != "read" and not options.select and options.top != 1:
        raise ODataError(SELECT_DEMANDED)


def check_filter(endpoint: Endpoint, node: Node | None) -> None:
    used = fields_of(node) if node else set()
    if endpoint.filters and not used & set(endpoint.filters):
        if used and endpoint.only_filters:
            raise ODataError(f"{UNSUPPORTED_FILTER} {', '.join(endpoint.filters)}")
        raise ODataError(MANDATORY.format(",".join(endpoint.filters)))
    if endpoint.only_filters and used - set(endpoint.filters):
        raise ODataError(f"{UNSUPPORTED_FILTER} {', '.join(endpoint.filters)}")
    if endpoint.kind == "sync":
        check_sync_filter(node)


def check_sync_filter(node: Node | None) -> None:
    """Documented: `Timestamp gt N`, and for Deleted `EntityType eq N` beside it. Nothing else."""
    parts = [node]
    while parts and parts[-1] and parts[-1][0] == "and":
        joined = parts.pop()
        parts += [joined[2], joined[1]]  # type: ignore[index]
    allowed = {("gt", "Timestamp"), ("eq", "EntityType")}
    seen = [(p[1], p[2][2]) for p in parts if p and p[0] == "compare" and p[2][0] == "field" and is_number(p[3])]
    if len(seen) != len(parts) or not set(seen) <= allowed or ("gt", "Timestamp") not in seen:
        raise ODataError(f"{UNSUPPORTED_FILTER} Timestamp")


def is_number(node: Node) -> bool:
    return node[:2] == ("literal", "number")


def check_options(endpoint: Endpoint, options: Options) -> None:
    for name, _ in options.orderby:
        if name not in endpoint.fields:
            raise ODataError(f"No property '{name}' exists in type '{endpoint.model}' at position 0.")
    if endpoint.kind == "sync" and (options.orderby or options.skip):
        raise ODataError("Query options $orderby, $inlinecount, $skip and $top cannot be applied.")


def selection(endpoint: Endpoint, options: Options) -> tuple[list[str], dict[str, list[str] | None]]:
    """The plain fields to show, and per collection its fields (expanded) or None (deferred)."""
    for name in options.expand:
        if name not in endpoint.collections:
            raise ODataError(f"No property '{name}' exists in type '{endpoint.model}' at position 0.")
    if options.select is None:
        shown: dict[str, list[str] | None] = dict.fromkeys(endpoint.collections)
        return list(endpoint.fields), shown | {name: lines(endpoint, name) for name in options.expand}
    names: list[str] = []
    inner: dict[str, list[str]] = {}
    for path in options.select:
        head, _, tail = path.partition("/")
        if path == "*":
            names = list(endpoint.fields)
        elif head in endpoint.collections:
            inner.setdefault(head, []).extend([tail] if tail else [])
        elif path in endpoint.fields:
            names.append(path)
        else:
            raise ODataError(f"Type '{endpoint.model}' does not have a property named '{path}'.")
    return list(dict.fromkeys(names)), {n: chosen(endpoint, n, inner[n], options) for n in inner}


def lines(endpoint: Endpoint, collection: str) -> list[str]:
    return list(ENDPOINTS[endpoint.collections[collection].path].fields)


def chosen(endpoint: Endpoint, collection: str, fields: list[str], options: Options) -> list[str] | None:
    """The fields of a collection that is in `$select`; without `$expand` it is deferred."""
    known = lines(endpoint, collection)
    for name in fields:
        if name != "*" and name not in known:
            raise ODataError(f"Type '{collection}' does not have a property named '{name}'.")
    if collection not in options.expand:
        if fields:
            raise ODataError("Only navigation properties specified in expand can be traversed in select.")
        return None
    return known if not fields or "*" in fields else list(dict.fromkeys(fields))


# --- which rows ---------------------------------------------------------------------------------------


def candidates(
    books: Books, division: int, endpoint: Endpoint, node: Node | None, token: str | None
) -> Iterable[Row]:
    """Rows that may pass, in the order they are answered in, beginning after the token."""
    table = books.table(division, endpoint.table)
    if endpoint.kind == "sync":
        version = max(timestamp_of(node), int(token.rstrip("Ll")) if token else 0)
        return drop_forgotten(books, endpoint, table.newer(version))
    last = key_of(token)
    for field in (table.spec.key, *table.spec.indexes):
        # Text is not looked up, because comparing text ignores spaces at the end.
        if node and endpoint.fields.get(field) in ("guid", "int"):
            values = wanted_values(node, field)
            if values is not None:
                return after(table.having(field, values), table.spec.key, last)
    return table.after(last)


def after(rows: list[Row], key: str, last: str | None) -> list[Row]:
    return [row for row in rows if last is None or row[key] > last]


def drop_forgotten(books: Books, endpoint: Endpoint, rows: Iterable[Row]) -> Iterator[Row]:
    oldest = books.now() - DELETED_KEPT
    return (row for row in rows if endpoint.table != "Deleted" or row["DeletedDate"] >= oldest)


def timestamp_of(node: Node | None) -> int:
    if node and node[0] == "and":
        return max(timestamp_of(node[1]), timestamp_of(node[2]))
    return int(node[3][2]) if node and node[2][2] == "Timestamp" else 0


def key_of(token: str | None) -> str | None:
    match = re.search(r"guid'([^']*)'$", token or "")
    if token and not match:
        raise ODataError(f"Bad Request - Error in query syntax: '$skiptoken={token}'.")
    return match.group(1) if match else None


def sort_rows(view: View, rows: Iterable[Row], orderby: list[tuple[str, bool]]) -> list[Row]:
    """Ordered by the last field first, so that the first one decides; empty values come first."""
    found = list(rows)
    for name, descending in reversed(orderby):
        read = view.reader(name)
        found.sort(key=lambda row: (read(row) is not None, read(row) or ""), reverse=descending)  # noqa: B023
    return found


# --- the page -----------------------------------------------------------------------------------------


def run(view: View, options: Options, url: str, query: str, within: dict[str, Any] | None = None) -> Page:
    """Answer a GET on the endpoint's collection, `within` a parent row when it is a navigation."""
    endpoint = view.endpoint
    node = parse_filter(options.filter, endpoint.fields, endpoint.model) if options.filter else None
    if within is None:
        check_filter(endpoint, node)
        check_select_demanded(endpoint, options)
    check_options(endpoint, options)
    names, expand = selection(endpoint, options)
    passes = compile_filter(node, view.reader) if node else lambda row: True
    if within is not None:
        related = view.books.rows(view.division, endpoint.table, **within)
        rows: Iterable[Row] = after(related, endpoint.key, key_of(options.skiptoken))
    else:
        token = None if options.orderby else options.skiptoken
        rows = candidates(view.books, view.division, endpoint, node, token)
    found = (row for row in rows if passes(row))
    page, token = cut_page(view, found, options)
    count = count_all(view, node, passes, within) if options.count else None
    render = view.renderer(names, expand)
    shown = [render(part) for row in page for part in by_location(row)]
    return Page(shown, token and next_link(url, query, token, options, endpoint.page), count)


def cut_page(view: View, found: Iterable[Row], options: Options) -> tuple[list[Row], str | None]:
    """One page of the rows, and the token after it if there is more."""
    size = view.endpoint.page
    wanted = size if options.top is None else min(size, options.top)
    skip = 0 if options.skiptoken else options.skip
    if options.orderby:
        start = skip + int(options.skiptoken or 0)
        rows = sort_rows(view, found, options.orderby)[start : start + wanted + 1]
    else:
        start = 0
        rows = list(islice(found, skip, skip + wanted + 1))
    page = rows[:wanted]
    if len(rows) <= wanted or (options.top is not None and options.top <= size):
        return page, None
    return page, str(start + wanted) if options.orderby else token_after(view.endpoint, page[-1])


def token_after(endpoint: Endpoint, row: Row) -> str:
    if endpoint.kind == "sync":
        return f"{row['Timestamp']}L"
    return f"guid'{row[TABLES[endpoint.table].key]}'"


def next_link(url: str, query: str, token: str, options: Options, size: int) -> str:
    """Documented: an absolute URL that carries the whole query and a `$skiptoken`."""
    pairs = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k not in ("$skiptoken", "$skip")]
    if options.top is not None:
        pairs = [(k, str(options.top - size) if k == "$top" else v) for k, v in pairs]
    return f"{url}?{urlencode([*pairs, ('$skiptoken', token)], quote_via=quote, safe=UNQUOTED)}"


def count_all(
    view: View, node: Node | None, passes: Callable[[Row], Any], within: dict[str, Any] | None = None
) -> int:
    if within is not None:
        rows: Iterable[Row] = view.books.rows(view.division, view.endpoint.table, **within)
    else:
        rows = candidates(view.books, view.division, view.endpoint, node, None)
    return sum(1 for row in rows if passes(row))
