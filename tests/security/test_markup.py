"""Whatever Exact and Sendcloud write into a field is text: on no page and in no file does it become anything else."""

import csv
import io

from tests.journeys.world import World
from tests.security.walk import Page, visits
from webapp.demo.exact.seed import SHOP
from webapp.models import Correction, Delivery, Order, Parcel

HOSTILE = "=1+1\"'><xss onx=1>{{7*7}}\x1b[31m"
TEXTS = {
    "Name", "Description", "FullName", "FirstName", "LastName", "AddressLine1", "AddressLine2", "City", "YourRef",
    "Remarks", "Caption", "Value", "CustomerName", "ItemDescription", "Notes", "Phone", "Email", "Postcode",
    "shop_name", "label", "name", "company_name", "address_line_1", "address_line_2", "house_number", "city",
    "postal_code", "email", "phone_number", "PostcodeName", "SearchCode", "StatisticalCode", "FreeTextField_01",
}  # fmt: skip


def poison(rows) -> None:
    for row in rows:
        for name, value in row.items():
            if name in TEXTS and isinstance(value, str):
                row[name] = HOSTILE


def poisoned(world: World) -> None:
    """Every text of both services."""
    for table in world.exact.books.tables.values():
        poison(table.rows.values())
    for rows in (
        world.exact.books.divisions,
        world.sendcloud.books.integrations,
        world.sendcloud.books.sender_addresses,
    ):
        poison(rows.values())
    for user in world.exact.books.users.values():
        user["FullName"] = HOSTILE


def some(world: World) -> list[Order]:
    """One order of each kind of state and reason, and those with a goods delivery."""
    found = {(order.state, order.reason): order for order in Order.select().order_by(Order.number)}
    return list(found.values())


def test_no_text_of_either_service_becomes_markup_or_a_formula(fresh: World, as_admin):
    poisoned(fresh)
    as_admin()
    assert fresh.come_in(fresh.admin).status_code == 303
    fresh.connect()
    fresh.sendcloud.bench.add_fault("status", "/api/v3/orders$", method="POST", status=400, body={
        "errors": [{"status": "400", "code": "invalid", "detail": HOSTILE, "title": HOSTILE,
                    "source": {"pointer": f"/0/{HOSTILE}"}}]})  # fmt: skip
    fresh.sync()
    fresh.later(3600)
    fresh.sync()
    delivery = Delivery.get_or_none() or Delivery.create(
        division=fresh.division(), guid="d", number=1, state="written"
    )
    order = some(fresh)[0]
    hostile = dict.fromkeys(("status", "carrier", "message", "tracking_number"), HOSTILE)
    hostile["tracking_url"] = f"javascript:alert(1)//{HOSTILE}"
    Parcel.create(division=fresh.division(), order=order, delivery=delivery, parcel=7, **hostile)
    Correction.create(
        division=fresh.division(), address="a", shown=HOSTILE, field="city", value=HOSTILE, actor=HOSTILE
    )
    values = {"code": SHOP, "parcel": 7, "token": "x", "number": 1, "name": "x", "key": 1, "delivery": "x"}
    seen, cells = 0, 0
    for one in some(fresh):
        for rule, path in visits(fresh.app, {**values, "guid": one.guid}):
            if one.id != order.id and "guid" not in rule.arguments:
                continue
            answer = fresh.admin.get(path)
            assert answer.status_code < 500, path
            if answer.mimetype == "text/html":
                page = Page(answer.text)
                assert page.wrong == [] and "xss" not in page.tags, path
                assert "{49}" not in answer.text, path
                seen += "&lt;xss" in answer.text
            if answer.mimetype == "text/csv":
                found = [
                    cell
                    for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";")
                    for cell in row
                ]
                assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], path
                cells += sum("xss" in cell for cell in found)
    assert seen > 8 and cells > 3
