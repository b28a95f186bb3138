"""What is done with several orders at once: try again, set aside, print in one file, and the queue of labels."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.rows import CODE, a_delivery, a_division, a_parcel, a_problem, an_order
from tests.views.test_dashboard import numbers
from webapp import clock
from webapp.demo.sendcloud.pdf import content, document
from webapp.models import Order, Parcel
from webapp.sync import labels

EN = {"Accept-Language": "en"}
HOME = f"/divisions/{CODE}/"
QUEUE = f"{HOME}?print=waiting"


@pytest.fixture
def division(app):
    return a_division()


@pytest.fixture
def act(admin, csrf):
    def act(wanted, *orders, client=None, **headers):
        form = {"csrf_token": csrf(admin, HOME), "do": wanted, "order": [order.id for order in orders], "next": HOME}
        return (client or admin).post(f"{HOME}selection", data=form, headers={**EN, **headers})

    return act


def a_label(config, division, number, name="", **fields):
    """An order with a label that nobody has printed."""
    order = an_order(division, number, "shipped")
    parcel = a_parcel(a_delivery(order, number), number, f"3S{number}", **{"status": "READY_TO_SEND", **fields})
    page = content([(20, 20, 10, name or str(number))], [])
    labels.keep(config, division, parcel, document([page], (298, 420)))
    return order


def test_labels_of_a_selection_come_in_one_file_in_the_order_of_the_list(admin, act, config, division):
    orders = [a_label(config, division, number) for number in (1, 2, 3)]
    a_parcel(a_delivery(orders[0], 9), 9, "3S9", status="READY_TO_SEND")  # its file is not here
    answer = act("print", orders[0], orders[2])
    assert answer.status_code == 303
    file = admin.get(answer.location)
    assert file.mimetype == "application/pdf" and "inline" in file.headers["Content-Disposition"]
    assert [page.extract_text().strip() for page in PdfReader(BytesIO(file.data)).pages] == ["3", "1"]
    assert {row.parcel for row in Parcel.select().where(Parcel.printed_at.is_null(False))} == {1, 3}
    assert numbers(admin.get(QUEUE).text) == [2]


def test_several_parcels_of_one_delivery_are_all_printed(admin, act, config, division):
    order = a_label(config, division, 1, "een")
    second = a_parcel(order.delivery_lines.get().delivery, 2, "3S2", status="READY_TO_SEND")
    labels.keep(config, division, second, document([content([(20, 20, 10, "twee")], [])], (298, 420)))
    text = admin.get(f"{HOME}orders/{order.guid}", headers=EN).text
    assert "3S1" in text and "3S2" in text and 'id="pdf-2"' in text
    file = admin.get(act("print", order).location)
    assert [page.extract_text().strip() for page in PdfReader(BytesIO(file.data)).pages] == ["een", "twee"]


def test_a_damaged_file_is_left_out_and_stays_to_be_printed(admin, act, config, division):
    good, damaged = a_label(config, division, 1), a_label(config, division, 2)
    (labels.folder(config, division) / Parcel.get(Parcel.parcel == 2).pdf).write_bytes(b"%PDF-1.4 nothing")
    file = admin.get(act("print", good, damaged).location)
    assert len(PdfReader(BytesIO(file.data)).pages) == 1
    assert numbers(admin.get(QUEUE).text) == [2]


def test_without_a_label_there_is_nothing_to_print(admin, act, division):
    answer = act("print", an_order(division, 1))
    assert answer.location == HOME and "no label to print yet" in admin.get(HOME, headers=EN).text


def test_the_queue_has_what_pakbon_made_and_nobody_opened(admin, config, division):
    a_label(config, division, 1)
    for number, fields in enumerate(
        [{"ours": False}, {"cancelled": True}, {"printed_at": 1}, {"status": "DRIVER_EN_ROUTE"}], start=2
    ):
        a_label(config, division, number, **fields)
    text = admin.get(QUEUE, headers=EN).text
    assert numbers(text) == [1] and "Not printed yet <b>1</b>" in text
    admin.get(f"{HOME}labels/1")
    assert "Everything is printed" in admin.get(QUEUE, headers=EN).text


def test_labels_are_marked_as_printed_and_back(admin, act, config, division):
    order = a_label(config, division, 1)
    act("printed", order)
    assert Parcel.get().printed_at == pytest.approx(clock.now(), abs=5)
    act("unprinted", order)
    assert numbers(admin.get(QUEUE).text) == [1]


def test_retry_and_ignore_reach_those_that_have_such_a_button(admin, act, division):
    bad, good, sent = a_problem(division, 1), a_problem(division, 2), an_order(division, 3, "shipped")
    act("retry", bad, sent)
    text = admin.get(HOME, headers=EN).text
    assert "1 order is tried again" in text and "1 order was left as it is" in text
    act("ignore", bad, good)
    assert [row.state for row in Order.select().order_by(Order.number)] == ["ignored", "ignored", "shipped"]


def test_in_logs_a_selection_is_tried_again_or_ignored_and_leads_back_to_the_same_kind(admin, csrf, division):
    for number in (1, 2):
        a_problem(division, number)
    a_problem(division, 3, "edited_in_sendcloud")
    page = f"{HOME}logs?kind=address"
    text = admin.get(page, headers=EN).text
    bar = text[text.index('<form method="post" id="selection"') :]
    assert re.findall(' name="do" value="([a-z]+)"', bar) == ["retry", "ignore"]
    assert re.search('name="next" value="([^"]+)"', bar)[1] == page
    ticks = re.findall('name="order" value="([0-9]+)" form="selection"', text)
    form = {"csrf_token": csrf(admin, HOME), "do": "ignore", "order": ticks, "next": page}
    assert admin.post(f"{HOME}selection", data=form).location == page
    assert [row.state for row in Order.select().order_by(Order.number)] == ["ignored", "ignored", "problem"]


@pytest.mark.parametrize("wanted", ["print", "retry", "nonsense", ""])
def test_nothing_ticked_changes_nothing(admin, act, division, wanted):
    assert act(wanted).status_code == 303
    assert "Tick one or more orders first." in admin.get(HOME, headers=EN).text


def test_orders_of_others_are_not_reached(admin, packer, act, config, division):
    other = a_division(9)
    foreign = a_label(config, other, 4)
    act("printed", foreign)
    assert Parcel.get().printed_at is None
    assert admin.get(f"{HOME}labels/together.pdf?parcels=4").status_code == 404
    assert packer.get("/divisions/9/labels/together.pdf?parcels=4").status_code == 404
    assert act("printed", foreign, client=packer).status_code in (400, 404)


@pytest.mark.parametrize("asked", ["", "x", "1,,2", "9" * 40])
def test_a_file_of_labels_that_are_not_there(admin, division, asked):
    assert admin.get(f"{HOME}labels/together.pdf?parcels={asked}").status_code == 404


@pytest.mark.parametrize(
    ("phase", "found"), [("ready", [1]), ("underway", [2]), ("delivered", [3]), ("trouble", [4]), ("x", [4, 3, 2, 1])]
)
def test_orders_by_where_their_parcel_is(admin, config, division, phase, found):
    for number, status in enumerate(["READY_TO_SEND", "SORTED", "DELIVERED", "UNABLE_TO_DELIVER"], start=1):
        a_label(config, division, number, status=status)
    text = admin.get(f"{HOME}?parcel={phase}", headers=EN).text
    assert numbers(text) == found
    assert "Underway <b>1</b>" in text and "Trouble at the carrier <b>1</b>" in text
