"""Accounts, contacts, addresses and items: read from Exact in batches, only those missing or asked for anew."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from webapp import clock, logs, many
from webapp.clients.exact import ExactClient
from webapp.errors import NeedsPerson, NotFound, Refused
from webapp.models import Division, Part
from webapp.sync import optional, parse_exact, rules
from webapp.sync.parse_exact import guid

log = logging.getLogger(__name__)
KINDS = ("account", "contact", "address", "item", "custom")  # custom: the custom fields of a sales order
Row = dict[str, Any]

# Extra and custom fields of items, custom fields of orders, as optional.py knows them.
EXTRA, CUSTOM, OF_ORDERS = "item_extra", "item_custom", "order_custom"

# From this many missing records on, the sync endpoint with 1,000 a call is tried first, for at most one call
# per 100 missing ones: it wins by far where most of the administration is needed, and costs at most a quarter
# more where it is not (25 records a call by id).
MANY = 60


def known(division: Division, wanted: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Row | None]]:
    """Rows by kind and id, as far as they were read; None for a record that Exact does not have."""
    return {kind: _stored(division, kind, set(ids)) for kind, ids in wanted.items()}


def _stored(division: Division, kind: str, ids: set[str]) -> dict[str, Row | None]:
    rows: Any = Part.select(Part.guid, Part.exact).where(*_are(division, kind, ids))
    return dict(rows.tuples())


def _are(division: Division, kind: str, ids: Iterable[str]) -> tuple[Any, ...]:
    return Part.division == division, Part.kind == kind, many.among(Part.guid, ids)


def fetch(
    exact: ExactClient, division: Division, wanted: Mapping[str, Iterable[str]], *, fresh_since: int | None = None
) -> None:
    """Read what is missing, and what was last read before `fresh_since`; without a moment everything that was not
    read with this client, that is in this pass. Items only if missing, or if the configuration since then asks for
    more of them: nothing else of them goes out of date before a label. Each answer is saved before the next call."""
    for kind in KINDS:
        ids = set(wanted.get(kind, ()))
        if kind == "item":
            ids -= _read_since(division, kind, ids, 1)
        elif fresh_since is not None:
            ids -= _read_since(division, kind, ids, fresh_since)
        else:
            ids -= exact.read.get(kind, set())
        if ids:
            _fetch_kind(exact, division, kind, ids)
            exact.read.setdefault(kind, set()).update(ids)


def forget(division: Division, kind: str, ids: Iterable[str]) -> None:
    """Have these read anew the next time they are wanted."""
    Part.update(read_at=0).where(*_are(division, kind, ids)).execute()


def _read_since(division: Division, kind: str, ids: set[str], moment: int) -> set[str]:
    rows: Any = Part.select(Part.guid).where(*_are(division, kind, ids), Part.read_at >= moment)
    return {row[0] for row in rows.tuples()}


def _fetch_kind(exact: ExactClient, division: Division, kind: str, ids: set[str]) -> None:
    if kind == "custom":
        return _fetch_custom(exact, division, ids)
    missing, more = set(ids), _Fields(exact, division, kind)
    if len(missing) > MANY:
        missing -= _fetch_many(exact, division, kind, ids, more)
    for page in exact.parts(kind, missing, more.free):
        missing -= _save(division, kind, more.added(page), missing)
    _save_gone(division, kind, missing)


def _fetch_many(exact: ExactClient, division: Division, kind: str, ids: set[str], more: "_Fields") -> set[str]:
    """Through the sync endpoint, as long as it is worth it; where Exact refuses that, by id after all."""
    found: set[str] = set()
    try:
        for number, page in enumerate(exact.all_parts(kind, more.free), start=1):
            wanted = [row for row in page if guid(row.get("ID")) in ids]
            found |= _save(division, kind, more.added(wanted), ids - found)
            if found == ids or number >= len(ids) // 100 + 1:
                break
    except (Refused, NotFound) as error:
        log.warning("%ss are read by id: %s", kind, logs.bare(error))
    return found


class _Fields:
    """The fields of items that the configuration names beside those that are always read. Free fields come with
    the record (`free`); extra and custom fields cost a call for each item."""

    def __init__(self, exact: ExactClient, division: Division, kind: str) -> None:
        names = rules.extra_item_fields(division.rules) if kind == "item" else set()
        self.exact, self.division = exact, division
        self.extra = any(name.startswith("extra:") for name in names)
        self.custom = any(name.startswith("custom:") for name in names)
        self.free = sorted(name for name in names if ":" not in name) + ["CustomField"] * self.custom

    def added(self, page: Iterable[Row]) -> Iterator[Row]:
        """The rows with their extra and custom fields. Where Exact refuses these, the defaults of the configuration
        hold."""
        for row in page:
            if self.extra:
                self._add(row, "ExtraFields", EXTRA, self._extra_fields)
            if self.custom:
                self._add(row, "CustomFields", CUSTOM, self._custom_fields)
            yield row

    def _add(self, row: Row, name: str, known_as: str, read: Callable[[Row], Row]) -> None:
        if optional.was_refused(self.division, known_as):
            return
        try:
            row[name] = read(row)
        except NeedsPerson as error:
            optional.note_refusal(self.division, known_as, error)
            return
        if optional.was_answered(self.division, known_as):
            _forget_without(self.division, name)

    def _extra_fields(self, row: Row) -> Row:
        return dict(parse_exact.extra_fields(self.exact.item_extra_fields(guid(row.get("ID")))))

    def _custom_fields(self, row: Row) -> Row:
        return dict(parse_exact.custom_fields(self.exact.custom_fields(str(row.get("CustomField") or ""))))


def refused_fields(division: Division) -> Row | None:
    """Why Exact does not tell extra or custom fields that the configuration names; None if it does."""
    sorts = {name.partition(":")[0] for name in rules.extra_item_fields(division.rules)}
    asked = {EXTRA: "extra" in sorts, CUSTOM: "custom" in sorts, OF_ORDERS: rules.order_custom_fields(division.rules)}
    said = (optional.refusal(division, name) for name, is_asked in asked.items() if is_asked)
    return next(filter(None, said), None)


def _forget_without(division: Division, name: str) -> None:
    """Items that were read while Exact did not tell these fields are read anew, the next time they are wanted."""
    items = Part.select().where(Part.division == division, Part.kind == "item", Part.exact.is_null(False))
    forget(division, "item", [row.guid for row in list(items) if name not in row.exact])


def _fetch_custom(exact: ExactClient, division: Division, ids: set[str]) -> None:
    """Custom fields of sales orders, by the order's own id; none where Exact refuses them."""
    missing = set(ids)
    asked = [] if optional.was_refused(division, OF_ORDERS) else sorted(ids)
    try:
        for key, rows in exact.order_custom_fields(asked):
            _write(division, "custom", {key: dict(parse_exact.custom_fields(rows))})
            missing.discard(key)
            optional.was_answered(division, OF_ORDERS)
    except NeedsPerson as error:
        optional.note_refusal(division, OF_ORDERS, error)
    _save_gone(division, "custom", missing)


def _save(division: Division, kind: str, page: Iterable[Row], wanted: set[str]) -> set[str]:
    """Keep the wanted rows of a page; returns their ids."""
    rows = {found: row for row in page if (found := guid(row.get("ID"))) in wanted}
    _write(division, kind, dict(rows))
    return set(rows)


def _save_gone(division: Division, kind: str, ids: set[str]) -> None:
    _write(division, kind, dict.fromkeys(ids))


def _write(division: Division, kind: str, rows: Mapping[str, Row | None]) -> None:
    now = clock.now()
    fields = [
        {"division": division.id, "kind": kind, "guid": key, "exact": row, "read_at": now}
        for key, row in rows.items()
    ]
    many.put(Part, fields, key=("division", "kind", "guid"))
