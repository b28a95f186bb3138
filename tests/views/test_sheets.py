"""The lists as CSV."""

import csv

import pytest

from tests.rows import CODE, a_delivery, a_division, a_parcel, a_problem, an_event, an_order
from webapp.models import Order
from webapp.pages.sheets import BATCH

EN = {"Accept-Language": "en"}
HOME = f"/divisions/{CODE}/"


@pytest.fixture
def division(app):
    return a_division()


def sheet(client, path, **headers):
    """Its rows as a spreadsheet reads them."""
    answer = client.get(path, headers={**EN, **headers})
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="pakbon-{CODE}-')
    text = answer.data.decode()
    assert text.startswith("\ufeff") and text.endswith("\r\n")
    return list(csv.reader(text[1:].splitlines(), delimiter=";"))


def test_orders_with_their_filters_over_all_pages(admin, division):
    for number in range(1, BATCH + 3):
        an_order(division, number, "shipped" if number % 2 else "incoming")
    a_parcel(a_delivery(Order.get(Order.number == 1), 1), 1, "3SPAK1", status="DELIVERED")
    head, *rows = sheet(admin, f"{HOME}orders.csv?state=shipped")
    assert [int(row[0]) for row in rows] == [n for n in range(BATCH + 2, 0, -1) if n % 2]
    assert dict(zip(head, rows[-1], strict=True)) | {"Ordered": "", "Changed": ""} == {
        "Order": "1", "Customer": "Kookstudio Bint", "City": "Utrecht", "Country": "NL", "State": "Shipped",
        "Reason": "", "Ordered": "", "Changed": "", "Carrier": "PostNL", "Tracking number": "3SPAK1",
        "Tracking link": "https://track.example/3SPAK1", "Shipment": "delivered",
    }  # fmt: skip
    assert [row[0] for row in sheet(admin, f"{HOME}orders.csv?q=3spak1")[1:]] == ["1"]
    assert sheet(admin, f"{HOME}orders.csv", **{"Accept-Language": "nl"})[0][1] == "Klant"


def test_times_are_those_of_the_reader(admin, division):
    an_order(division, 1, changed_at=1_780_000_000)
    assert sheet(admin, f"{HOME}orders.csv")[1][7] == "2026-05-28 22:26:40"


@pytest.mark.parametrize("evil", ["＝1+1", "=1+1", "+31 6", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(admin, division, evil):
    an_order(division, 1, customer=evil)
    answer = admin.get(f"{HOME}orders.csv").data.decode()
    assert f"'{evil}" in answer and f";{evil}" not in answer


def test_logs_and_what_was_solved(admin, division):
    bad = a_problem(division, 1, value="12345")
    ended = an_order(division, 2)
    an_event(ended, "problem", 100, params={"reason": "address_incomplete", "field": "postal_code"})
    an_event(ended, "corrected", 50, actor="Sanne")
    an_event(ended, "due", 50)
    assert [row[0] for row in sheet(admin, f"{HOME}logs.csv?kind=address")[1:]] == [str(bad.number)]
    assert sheet(admin, f"{HOME}logs.csv?kind=exact")[1:] == []
    (solved,) = sheet(admin, f"{HOME}logs.csv?show=resolved")[1:]
    assert solved[0] == "2" and solved[4:6] == ["Repaired here", "Sanne"]


@pytest.mark.parametrize("name", ["orders.csv", "logs.csv", "logs.csv?show=resolved"])
def test_only_for_who_may_see_the_division(client, packer, division, name):
    assert client.get(f"{HOME}{name}").status_code == 302
    assert packer.get(f"{HOME}{name}").status_code == 404


@pytest.mark.parametrize("page", ["", "logs", "logs?show=resolved"])
def test_each_list_has_its_link(admin, division, page):
    assert 'id="csv"' in admin.get(f"{HOME}{page}").text
