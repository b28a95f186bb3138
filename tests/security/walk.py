"""Every address of Pakbon with values that exist, for tests that go everywhere; also where a later view is added."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.rows import a_delivery, a_division, a_full_order, a_parcel, a_problem, an_event
from webapp.demo.sendcloud import pdf
from webapp.models import TABLES, Correction, Division, Order, Parcel
from webapp.sync import labels

OUT = frozenset({"static", "login.leave", "exact.callback"})  # nothing to see, or it ends the walk


@dataclass(frozen=True)
class Seeded:
    """One division with something of everything, and what the addresses of its rows need."""

    division: Division
    order: Order
    values: dict[str, Any]
    mark: str  # stands in all that a person could read of it


def seed(config: Any, code: int, mark: str) -> Seeded:
    division = a_division(code, name=f"{mark} BV", shop_name=mark, hook_token=f"token-{code}")
    division.secret_key, division.sender_addresses = f"key-{mark}", [{"id": code, "company_name": mark}]
    division.save()
    order = a_full_order(division, code * 10)
    Order.update(customer=mark, city=mark, search=mark.lower()).where(Order.id == order.id).execute()
    a_problem(division, code * 10 + 1, customer=mark, value=mark, exact={"OrderID": "x", "YourRef": mark})
    delivery = a_delivery(order, code * 10)
    parcel = a_parcel(delivery, code * 10, f"3S{mark}")
    Parcel.update(message=mark, printed_at=1).where(Parcel.id == parcel.id).execute()
    labels.keep(config, division, parcel, a_pdf(mark))
    an_event(
        order, "state_due", actor=mark, exchange={"method": "POST", "url": "/x", "request": mark, "answer": mark}
    )
    fixed = Correction.create(division=division, address=mark, shown=mark, field="city", value=mark, actor=mark)
    values = {"code": code, "guid": order.guid, "delivery": delivery.guid, "parcel": parcel.parcel, "key": fixed.id,
              "token": f"token-{code}", "number": 10**6, "name": "none.sqlite3"}  # fmt: skip
    return Seeded(division, order, values, mark)


def a_pdf(words: str) -> bytes:
    return pdf.document([pdf.content([(20, 200, 12, words)], [])], pdf.SIZES["A6"], words)


def rows_of(division: Division) -> dict[str, Any]:
    """All that the database holds of a division."""
    found: dict[str, Any] = {}
    for table in TABLES:
        name = table._meta.table_name
        if table is Division:
            found[name] = list(table.select().where(table.id == division.id).dicts())
        elif "division" in table._meta.fields:
            found[name] = list(table.select().where(table.division == division).dicts())
        elif "order" in table._meta.fields:
            found[name] = list(table.select().join(Order).where(Order.division == division).dicts())
    return found


def rules(app: Flask, method: str) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint not in OUT]
    assert len(found) > 10
    return sorted(found, key=str)


def address(app: Flask, rule: Rule, values: Mapping[str, Any]) -> str:
    """The rule with these values. A placeholder that nobody knows must be taught to `seed` first."""
    unknown = rule.arguments - values.keys()
    assert not unknown, f"{rule}: tests/security/walk.py does not know what {unknown} is"
    wanted = {name: values[name] for name in rule.arguments}
    method = "GET" if "GET" in (rule.methods or ()) else "POST"
    return app.url_map.bind("localhost").build(rule.endpoint, wanted, method)


class Page(HTMLParser):
    """What a browser would make of a page: what runs, what looks, and where it leads."""

    LEADS = ("href", "src", "action", "formaction", "hx-get", "hx-post", "data", "poster")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        self.wrong += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        if tag in ("style", "base", "object", "embed", "iframe") or (tag == "script" and not given.get("src")):
            self.wrong.append(f"<{tag}>")
        for name in self.LEADS:
            scheme = (given.get(name) or "").strip().partition(":")[0].lower()
            if ":" in (given.get(name) or "") and scheme.startswith(("javascript", "data", "vbscript", "file")):
                self.wrong.append(f"<{tag} {name}={given[name]}>")


def visits(app: Flask, values: Mapping[str, Any]) -> Iterator[tuple[Rule, str]]:
    """Every address that can be looked at."""
    for rule in rules(app, "GET"):
        yield rule, address(app, rule, values)
