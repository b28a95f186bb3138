"""Dividing a goods delivery over parcels."""

import pytest

from tests.rows import CODE, a_delivery, a_division, a_full_order, a_parcel
from webapp.models import Delivery, DeliveryLine, OrderLine

EN = {"Accept-Language": "en"}


@pytest.fixture
def delivery(app):
    """Two carpets, delivered by hand."""
    delivery = a_delivery(a_full_order(a_division()), 7, state="manual", reason="labels_by_hand")
    line = OrderLine.get(OrderLine.number == 1)
    DeliveryLine.delete().where(DeliveryLine.order_line != line.guid).execute()
    return delivery


@pytest.fixture
def path(delivery):
    order = DeliveryLine.get(DeliveryLine.delivery == delivery).order
    return f"/divisions/{CODE}/orders/{order.guid}/deliveries/{delivery.guid}/parcels"


@pytest.fixture
def post(admin, csrf, path):
    def post(**fields):
        return admin.post(path, data={"csrf_token": csrf(admin, path), **fields}, headers=EN)

    return post


def test_it_proposes_to_divide_evenly(admin, path):
    page = admin.get(path, headers=EN).text
    assert 'name="parcel-0-0" min="0" max="2" value="1"' in page and 'name="parcel-1-0"' in page
    assert "Make 2 labels" in page and "Sendcloud charges for each" in page
    assert "Parcel 3" in admin.get(f"{path}?parcels=3", headers=EN).text


@pytest.mark.parametrize("asked", ["1", "0", "-3", "two", "9" * 30])
def test_an_odd_number_of_parcels_is_brought_into_bounds(admin, path, asked):
    assert admin.get(f"{path}?parcels={asked}", headers=EN).status_code == 200


def test_what_was_divided_is_asked_for(post, delivery):
    answer = post(**{"parcels": "2", "parcel-0-0": "1", "parcel-1-0": "1"})
    assert answer.status_code == 303
    found = Delivery.get_by_id(delivery.id)
    assert found.state == "due" and [list(parcel.values()) for parcel in found.params["split"]] == [[1], [1]]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (("2", "0"), "Parcel 2 is empty."),
        (("1", "2"), "3 in the parcels, but 2 delivered."),
        (("1", "x"), "Parcel 2 is empty."),
        (("-1", "3"), "Parcel 1 is empty."),
    ],
)
def test_what_does_not_add_up_is_said_and_nothing_is_lost(post, delivery, numbers, said):
    answer = post(**{"parcels": "2", "parcel-0-0": numbers[0], "parcel-1-0": numbers[1]})
    assert answer.status_code == 422 and said in answer.text
    if numbers[1].isdecimal():
        assert f'name="parcel-1-0" min="0" max="2" value="{numbers[1]}"' in answer.text
    assert Delivery.get_by_id(delivery.id).state == "manual"


def test_a_delivery_that_has_its_label_is_not_divided(admin, path, delivery):
    a_parcel(delivery, 1, "3SABC")
    assert admin.get(path).status_code == 404
    Delivery.update(state="written").execute()
    assert admin.get(path).status_code == 404
