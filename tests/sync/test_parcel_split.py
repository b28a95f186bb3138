"""Dividing what was delivered over parcels: it adds up, or it says what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.sync.parcel_split import evenly, request, wrong

WANTED = {"mug": 5, "table": 1}


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 1000), min_size=1), st.integers(2, 20))
def test_an_even_division_is_all_of_it(wanted, count):
    split = evenly(wanted, count)
    assert len(split) == count
    assert {item: sum(parcel.get(item, 0) for parcel in split) for item in wanted} == wanted
    assert wrong(wanted, split)[0] in ("", "parcel_empty")


def test_what_does_not_come_out_even_lies_in_the_first_parcels():
    assert evenly(WANTED, 2) == [{"mug": 3, "table": 1}, {"mug": 2}]


@pytest.mark.parametrize(
    ("split", "said"),
    [
        ([{"mug": 3, "table": 1}, {"mug": 2}], ("", "")),
        ([{"mug": 5, "table": 1}, {}], ("parcel_empty", 1)),
        ([{"mug": 0}, {"mug": 5, "table": 1}], ("parcel_empty", 0)),
        ([{"mug": 3}, {"mug": 2}], ("parcel_pieces", "table")),
        ([{"mug": 3, "table": 1}, {"mug": 3}], ("parcel_pieces", "mug")),
        ([{"mug": 3, "table": 1}, {"mug": 2, "other": 1}], ("parcel_pieces", "other")),
    ],
)
def test_what_is_wrong_is_named(split, said):
    assert wrong(WANTED, split) == said


def test_sendcloud_is_told_of_no_item_without_pieces():
    assert request([{"mug": 2, "table": 0}]) == [{"parcel_items": [{"item_id": "mug", "quantity": 2}]}]
