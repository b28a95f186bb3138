"""What articles of an order lack for customs, and the form that completes them here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp import i18n
from webapp.models import Order
from webapp.sync import customs
from webapp.sync.mapping import Mapped
from webapp.sync.preview import preview
from webapp.sync.records import Line

Row = dict[str, Any]


@dataclass(frozen=True)
class Article:
    """`wanted` are the fields to fill in (of customs.REPAIRABLE), `other` those that only Exact can tell."""

    guid: str
    code: str
    description: str
    wanted: list[str]
    other: list[str]


@dataclass(frozen=True)
class Wrong:
    """What was filled in for a field and cannot be one."""

    article: str
    field: str
    value: str


def of(rows: Iterable[Row], lines: Iterable[Line]) -> list[Article]:
    """`rows` are the `lacking` of a problem *customs_incomplete*, `lines` those of the order."""
    words = {line.item_code: line.description for line in lines}
    return [_article(row, words.get(row["code"], "")) for row in rows]


def _article(row: Row, description: str) -> Article:
    wanted = _wanted(row)
    other = [name for name in row["lacks"] if name not in wanted]
    return Article(row["item"], row["code"], description, wanted, other)


def are_repairable(order: Order) -> bool:
    return any(_wanted(row) for row in order.params.get("lacking", ()))


def lacking(order: Order) -> list[Row]:
    """What its articles lack: what keeps its label back, or would."""
    return list(order.params.get("lacking") or before_label(preview(order)))


def before_label(mapped: Mapped) -> list[Row]:
    """What would keep its label back."""
    told = (problem.params.get("lacking") for problem in mapped.label_problems)
    return next(filter(None, told), [])


def is_meant(form: Mapping[str, str]) -> bool:
    """Whether it is this form: fields are named `hs_code.<id of the article in Exact>`."""
    return any(name.partition(".")[0] in customs.REPAIRABLE for name in form)


def filled_in(rows: Iterable[Row], form: Mapping[str, str]) -> tuple[dict[str, dict[str, str]], list[Wrong]]:
    """What was filled in, by the id of each article, and what cannot be kept. Fields that were left empty are left
    out."""
    found: dict[str, dict[str, str]] = {}
    wrong = []
    for row in rows:
        for name in _wanted(row):
            said = form.get(f"{name}.{row['item']}", "").strip()
            value = customs.repaired(name, said)
            if value and (name != "country_of_origin" or value in dict(i18n.countries())):
                found.setdefault(row["item"], {})[name] = value
            elif said:
                wrong.append(Wrong(row["code"], name, said[:40]))
    return found, wrong


def _wanted(row: Row) -> list[str]:
    return [name for name in row["lacks"] if name in customs.REPAIRABLE] if row["item"] else []
