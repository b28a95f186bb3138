"""Exact has a site per country, each with users and divisions of its own: what one says opens nothing of another."""

from tests.rows import a_connection, a_division
from webapp.models import Access, Division, User
from webapp.sync import divisions


def test_a_number_of_another_country_opens_nothing(app):
    a_division(123, country="nl")
    stranger = User.create(kind="exact", country="be", exact_user_id="x")
    divisions.grant(stranger, [123])
    assert not Access.select().exists()
    local = User.create(kind="exact", country="nl", exact_user_id="x")
    divisions.grant(local, [123])
    assert [row.user for row in Access.select()] == [local]


def test_a_list_of_another_country_changes_no_division_here(app):
    here = a_division(123, country="nl", name="Winkel")
    elsewhere = a_connection(country="be")
    divisions.take_over(elsewhere, [{"Code": 123, "CustomerName": "Magasin", "Status": 1}])
    found = Division.get()
    assert (found.name, found.country, found.connection_id) == ("Winkel", "nl", here.connection_id)
