"""Exact's rows as records: padding is gone already, but everything else may be missing, odd or broken."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.sync import parse_exact
from webapp.sync.records import Item, Party, Place

NO_GUID = "00000000-0000-0000-0000-000000000000"
ACCOUNT = "a0000000-0000-4000-8000-000000000001"
OTHER = "a0000000-0000-4000-8000-000000000002"
CONTACT = "c0000000-0000-4000-8000-000000000001"
CONTACT_2 = "c0000000-0000-4000-8000-000000000002"
ADDRESS = "d0000000-0000-4000-8000-000000000001"
ITEM = "e0000000-0000-4000-8000-000000000001"
ITEM_2 = "e0000000-0000-4000-8000-000000000002"
ORDER = "f0000000-0000-4000-8000-000000000001"
LINE = "b0000000-0000-4000-8000-000000000001"
LINE_2 = "b0000000-0000-4000-8000-000000000002"


# -- values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written, day",
    [
        ("/Date(1455753600000)/", "2016-02-18"),
        ("/Date(1351209600000)/", "2012-10-26"),
        ("/Date(1455753600000+0200)/", "2016-02-18"),  # the number counts, whatever zone is told beside it
        ("/Date(1455753600000-0500)/", "2016-02-18"),
        ("/Date(0)/", "1970-01-01"),
        ("/Date(-86400000)/", "1969-12-31"),
        ("/Date(-1)/", "1969-12-31"),
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T13:45:00", "2026-01-31"),
        ("2026-13-31", ""),
        ("2026-02-30", ""),
        ("٢٠٢٦-٠١-٠١", ""),
        ("/Date(99999999999999999999)/", ""),
        ("/Date(-99999999999999999999)/", ""),
        ("/Date(" + "9" * 5000 + ")/", ""),
        ("/Date()/", ""),
        ("/Date(abc)/", ""),
        ("/Date(1455753600000)", ""),
        ("18-02-2016", ""),
        ("", ""),
        (None, ""),
        (0, ""),
        (1455753600000, ""),
        ({}, ""),
    ],
)
def test_a_date_is_the_day_on_the_wall_and_empty_when_it_is_none(written, day):
    assert parse_exact.day(written) == day


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_day_comes_back_from_exacts_milliseconds(day):
    milliseconds = (day - date(1970, 1, 1)).days * 86_400_000
    assert parse_exact.day(f"/Date({milliseconds})/") == day.isoformat()


@pytest.mark.parametrize(
    "written, number",
    [
        (2, "2"),
        (2.5, "2.5"),
        ("2.50", "2.5"),
        (" 7 ", "7"),
        (-1.25, "-1.25"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (3 - 2.9999999999999996, "0"),  # what is left of three times a third
        (1e300, "0"),
        ("1e999999999", "0"),
        ("-1e999999999", "0"),
        ("1e-999999999", "0"),
        (1e9, "0"),
        (999_999_999, "999999999"),
        (float("nan"), "0"),
        (float("inf"), "0"),
        (float("-inf"), "0"),
        ("sNaN", "0"),
        ("1,5", "0"),
        ("kg", "0"),
        ("", "0"),
        (None, "0"),
        (True, "0"),
        ([], "0"),
        ({"value": 1}, "0"),
    ],
)
def test_a_number_is_exact_and_nought_when_it_is_none(written, number):
    assert parse_exact.number(written) == Decimal(number)


def test_a_row_version_of_64_bits_stays_whole():
    assert parse_exact.whole("9223372036854775807") == 9223372036854775807
    assert parse_exact.whole(1_234_567_890_123) == 1_234_567_890_123
    assert parse_exact.whole(" 12 ") == 12
    assert parse_exact.whole("-1") == -1


@pytest.mark.parametrize(
    "written, whole", [(12.0, 12), ("12.0", 12), (12.9, 12), ("twelve", 0), (None, 0), (True, 0), ("9" * 5000, 0)]
)
def test_a_whole_number_is_found_in_doubles_and_nought_when_there_is_none(written, whole):
    assert parse_exact.whole(written) == whole


@pytest.mark.parametrize(
    "written, guid",
    [
        (ACCOUNT.upper(), ACCOUNT),
        (f"  {ACCOUNT}  ", ACCOUNT),
        (NO_GUID, ""),
        (None, ""),
        ("", ""),
        (0, ""),
    ],
)
def test_an_id_is_in_lower_case_and_the_empty_one_is_none(written, guid):
    assert parse_exact.guid(written) == guid


@pytest.mark.parametrize("written, said", [(1, True), (0, False), ("1", True), ("0", False), ("False", False)])
@pytest.mark.parametrize("unknown", [True, False])
def test_yes_and_no_come_as_number_text_or_boolean(written, said, unknown):
    assert parse_exact.flag(written, unknown) is said
    assert parse_exact.flag(said, unknown) is said
    assert parse_exact.flag(None, unknown) is unknown
    assert parse_exact.flag("", unknown) is unknown


def test_text_is_the_first_field_that_has_something_in_it():
    row = {"Email": None, "BusinessEmail": "  ", "Other": " x ", "Number": 7, "Yes": True, "List": ["a"]}
    assert parse_exact.text(row, "Missing", "Email", "BusinessEmail", "Other") == "x"
    assert parse_exact.text(row, "Number") == "7"
    assert parse_exact.text(row, "Yes") == parse_exact.text(row, "List") == ""


# -- records --------------------------------------------------------------------------------------------------


def test_an_account_keeps_its_address_without_empty_lines():
    row = {
        "ID": ACCOUNT.upper(),
        "Name": "Bakkerij De Gouden Korst",
        "Email": None,
        "Phone": "020 555 01 23",
        "AddressLine1": "Voorstraat 9",
        "AddressLine2": "",
        "AddressLine3": "Achterom",
        "Postcode": "3512 AM",
        "City": "Utrecht",
        "Country": "NL ",
    }
    place = Place(("Voorstraat 9", "Achterom"), "3512 AM", "Utrecht", "", "NL", "020 555 01 23")
    assert parse_exact.account(row) == Party(ACCOUNT, "Bakkerij De Gouden Korst", "", "020 555 01 23", place)


def test_a_contact_is_reached_privately_before_at_work():
    work = {"ID": CONTACT, "FullName": "Jan Smit", "BusinessEmail": "jan@werk.example", "BusinessPhone": "1"}
    assert parse_exact.contact(work) == Party(CONTACT, "Jan Smit", "jan@werk.example", "1")
    private = {**work, "Email": "jan@thuis.example", "Mobile": "2"}
    assert parse_exact.contact(private) == Party(CONTACT, "Jan Smit", "jan@thuis.example", "2")


@pytest.mark.parametrize(
    "row, grams",
    [
        ({"NetWeight": 0.25}, "250"),
        ({"NetWeight": 0.25, "NetWeightUnit": "kg"}, "250"),
        ({"NetWeight": 250, "NetWeightUnit": "GR"}, "250"),
        ({"NetWeight": 1, "NetWeightUnit": "lb"}, "453.59237"),
        ({"NetWeight": 0, "GrossWeight": "1.5"}, "1500"),
        ({"NetWeight": None, "GrossWeight": None}, None),
        ({"NetWeight": -1}, None),
        ({"NetWeight": float("nan")}, None),
        ({}, None),
    ],
)
def test_an_items_weight_is_in_grams_and_none_when_exact_has_none(row, grams):
    assert parse_exact.item(row).grams == (None if grams is None else Decimal(grams))


@pytest.mark.parametrize(
    "row, stock, service",
    [
        ({}, True, False),
        ({"IsStockItem": None, "IsTime": None}, True, False),
        ({"IsStockItem": False, "IsTime": 0}, False, False),
        ({"IsStockItem": True, "IsTime": 1}, True, True),
        ({"IsStockItem": True, "IsTime": True}, True, True),
        ({"IsStockItem": False, "UnitType": "T"}, False, True),
    ],
)
def test_an_item_is_stock_unless_exact_says_no_and_no_service_unless_it_is_time(row, stock, service):
    found = parse_exact.item(row)
    assert (found.stock, found.service) == (stock, service)


def test_a_line_takes_its_item_by_id_and_knows_what_is_left():
    row = {
        "ID": LINE,
        "Item": ITEM.upper(),
        "Quantity": "5",
        "QuantityDelivered": 2,
        "AmountFC": None,
        "UnitPrice": 3,
    }
    item = Item(ITEM, code="MUG")
    line = parse_exact.line(row, {ITEM: item})
    assert (line.item, line.left, line.amount, line.price) == (item, 3, None, 3)
    assert parse_exact.line({**row, "AmountFC": 0}, {}).amount == 0
    assert parse_exact.line({**row, "NetPrice": 2.5}, {}).price == Decimal("2.5")


# -- orders ---------------------------------------------------------------------------------------------------

HEADER = {
    "OrderID": ORDER.upper(),
    "OrderNumber": 1042,
    "OrderDate": "/Date(1767225600000)/",
    "Status": 12,
    "ApprovalStatus": 1,
    "OrderedBy": ACCOUNT,
    "OrderedByContactPerson": CONTACT,
    "OrderedByContactPersonFullName": "Jan Smit",
    "Currency": "eur",
}


def test_an_order_to_the_orderer_needs_his_account_and_contact():
    assert parse_exact.part_ids(HEADER, [{"Item": ITEM}, {"Item": None}]) == {
        "account": {ACCOUNT},
        "contact": {CONTACT},
        "address": set(),
        "item": {ITEM},
    }
    same = {**HEADER, "DeliverTo": ACCOUNT.upper(), "DeliverToContactPerson": None, "DeliveryAddress": ADDRESS}
    found = parse_exact.part_ids(same, [])
    assert (found["account"], found["contact"], found["address"]) == ({ACCOUNT}, {CONTACT}, {ADDRESS})


def test_an_order_to_somebody_else_never_takes_the_orderers_contact():
    found = parse_exact.part_ids({**HEADER, "DeliverTo": OTHER}, [])
    assert (found["account"], found["contact"]) == ({OTHER}, set())
    found = parse_exact.part_ids({**HEADER, "DeliverTo": OTHER, "DeliverToContactPerson": CONTACT_2}, [])
    assert (found["account"], found["contact"]) == ({OTHER}, {CONTACT_2})


def test_an_empty_id_counts_as_no_id():
    header = {**HEADER, "DeliverTo": NO_GUID, "DeliverToContactPerson": NO_GUID, "DeliveryAddress": NO_GUID}
    found = parse_exact.part_ids(header, [{"Item": NO_GUID}])
    assert found == {"account": {ACCOUNT}, "contact": {CONTACT}, "address": set(), "item": set()}


def test_an_order_is_put_together_from_its_parts():
    lines = [
        {"ID": LINE_2, "LineNumber": 2, "Item": ITEM_2, "Quantity": 1},
        {"ID": LINE, "LineNumber": 1, "Item": ITEM, "Quantity": 1},
    ]
    parts = {
        "account": {ACCOUNT: {"ID": ACCOUNT, "Name": "Smit"}},
        "contact": {CONTACT: {"ID": CONTACT, "FullName": ""}},
        "address": {},
        "item": {ITEM: {"ID": ITEM, "Code": "MUG"}, ITEM_2: None},
    }
    order = parse_exact.order(HEADER, lines, parts)
    assert (order.guid, order.number, order.date, order.currency) == (ORDER, 1042, "2026-01-01", "EUR")
    assert order.account and order.account.name == "Smit"
    assert order.contact and order.contact.name == "Jan Smit"  # the header knows it where the contact does not
    assert [line.guid for line in order.lines] == [LINE, LINE_2]
    assert order.lines[0].item and order.lines[0].item.code == "MUG"
    assert order.lines[1].item is None


def test_a_nameless_contact_of_the_delivery_does_not_get_the_orderers_name():
    header = {**HEADER, "DeliverTo": OTHER, "DeliverToContactPerson": CONTACT_2}
    parts = {"account": {}, "contact": {CONTACT_2: {"ID": CONTACT_2}}, "address": {}, "item": {}}
    contact = parse_exact.order(header, [], parts).contact
    assert contact and contact.name == ""


@pytest.mark.parametrize(
    "asked, row, there", [(None, None, False), (ADDRESS, None, False), (ADDRESS, {"x": 1}, True)]
)
def test_a_deleted_address_is_told_from_one_that_was_never_given(asked, row, there):
    parts = {"account": {}, "contact": {}, "address": {ADDRESS: row}, "item": {}}
    order = parse_exact.order({**HEADER, "DeliveryAddress": asked}, [], parts)
    assert order.address_asked is bool(asked)
    assert (order.address is not None) is there
    assert order.account is None and order.contact is None


# -- anything at all ------------------------------------------------------------------------------------------

# A fixed alphabet: for all of Unicode, Hypothesis first spends seconds on its tables.
WORDS = st.text(alphabet="aZ9 .,-+/():eéßİ٣٤😀<&'\x00\u00a0\u200b", max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | WORDS
    | st.sampled_from(["NaN", "1e999999999", "/Date(1e5)/", "/Date(99999999999999999)/", NO_GUID, ACCOUNT, "-0"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=4,
)
FIELDS = [
    *HEADER, "DeliverTo", "DeliverToContactPerson", "DeliveryAddress", "WarehouseID", "ID", "Name", "FullName",
    "AddressLine1", "Postcode", "City", "Country", "Phone", "Code", "Barcode", "NetWeight", "NetWeightUnit",
    "IsStockItem", "IsTime", "UnitType", "LineNumber", "Item", "ItemCode", "Quantity", "QuantityDelivered",
    "AmountFC", "NetPrice", "UnitPrice",
]  # fmt: skip
ROWS = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8)


@given(header=ROWS, lines=st.lists(ROWS, max_size=3), row=ROWS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_row_is_broken_enough_to_raise(header, lines, row):
    ids = parse_exact.part_ids(header, lines)
    parts = {kind: dict.fromkeys(found, row) for kind, found in ids.items()}
    order = parse_exact.order(header, lines, parts)
    for line in order.lines:
        assert line.quantity.is_finite() and line.delivered.is_finite() and line.price.is_finite()
        assert line.item is None or line.item.grams is None or line.item.grams > 0
    assert order.date == "" or date.fromisoformat(order.date)
    assert order == parse_exact.order(header, lines, parts)
