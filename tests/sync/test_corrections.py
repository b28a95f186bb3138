"""What a person repaired is remembered for its address, in its division, until it is taken back."""

import dataclasses

import pytest
from flask import Flask

from tests.rows import a_division, a_full_order
from webapp.models import Correction, Division, Event, Order
from webapp.sync import corrections
from webapp.sync.records import Party, Place, SalesOrder

PLACE = Place(lines=("Beukenlaan",), postcode="5615 AA", city="Eindhoven", country="NL")
RECORD = SalesOrder("g", 1, "2026-03-04", account=Party("a", "Quinten Vos"), address=PLACE)


def at(**changes: object) -> SalesOrder:
    """An order for the same place, but for these."""
    return dataclasses.replace(RECORD, address=dataclasses.replace(PLACE, **changes))  # type: ignore[arg-type]


@pytest.fixture
def division(app: Flask) -> Division:
    return a_division()


@pytest.fixture
def order(division: Division) -> Order:
    return a_full_order(division)


def remembered(division: Division, record: SalesOrder = RECORD) -> dict[str, str]:
    return corrections.of(division, [record]).get(record.guid, {})


def test_without_corrections_nothing_is_corrected(division: Division):
    assert remembered(division) == {}


def test_a_field_is_remembered_whatever_path_it_came_by(division: Division, order: Order):
    corrections.remember(order, RECORD, {"shipping_address.house_number": " 4 ", "city": "Best"}, "Sanne")
    assert remembered(division) == {"house_number": "4", "city": "Best"}
    kept = Correction.get(Correction.field == "city")
    assert (kept.actor, kept.shown) == ("Sanne", "Beukenlaan, 5615 AA Eindhoven, NL")
    event = Event.select().where(Event.order == order).order_by(Event.id.desc()).get()
    assert (event.code, event.actor) == ("corrected", "Sanne")


@pytest.mark.parametrize("same", [{"city": "EINDHOVEN "}, {"postcode": "5615AA"}, {"lines": ("beuken laan",)}])
def test_spacing_and_case_make_no_other_address(division: Division, order: Order, same: dict):
    corrections.remember(order, RECORD, {"house_number": "4"}, "Sanne")
    assert remembered(division, at(**same)) == {"house_number": "4"}


@pytest.mark.parametrize("other", [{"lines": ("Beukenlaan 7",)}, {"postcode": "5615 AB"}, {"country": "BE"}])
def test_another_address_is_not_corrected(division: Division, order: Order, other: dict):
    corrections.remember(order, RECORD, {"house_number": "4"}, "Sanne")
    assert remembered(division, at(**other)) == {}


def test_another_division_does_not_see_it(division: Division, order: Order):
    corrections.remember(order, RECORD, {"house_number": "4"}, "Sanne")
    assert remembered(a_division(2480618)) == {}


def test_the_last_word_counts(division: Division, order: Order):
    corrections.remember(order, RECORD, {"house_number": "4"}, "Sanne")
    corrections.remember(order, RECORD, {"house_number": "6"}, "Joris")
    assert remembered(division) == {"house_number": "6"}
    assert [row.actor for row in Correction.select()] == ["Joris"]


def test_an_emptied_field_is_no_correction_any_more(division: Division, order: Order):
    corrections.remember(order, RECORD, {"house_number": "4", "city": "Best"}, "Sanne")
    corrections.remember(order, RECORD, {"house_number": "  "}, "Sanne")
    assert remembered(division) == {"city": "Best"}


@pytest.mark.parametrize("field", ["order_id", "order_details.order_items", "", "sender_address_id"])
def test_other_fields_are_not_for_correcting(division: Division, order: Order, field: str):
    corrections.remember(order, RECORD, {field: "4"}, "Sanne")
    assert remembered(division) == {} and not Correction.select().exists()


def test_a_value_has_an_end(division: Division, order: Order):
    corrections.remember(order, RECORD, {"city": "x" * 999}, "Sanne")
    assert remembered(division) == {"city": "x" * corrections.LONGEST}


def test_a_correction_can_be_taken_back(division: Division, order: Order):
    corrections.remember(order, RECORD, {"house_number": "4"}, "Sanne")
    corrections.take_back(Correction.get(), "Joris")
    assert remembered(division) == {}
    event = Event.select().order_by(Event.id.desc()).get()
    assert (event.code, event.actor) == ("correction_taken_back", "Joris")
