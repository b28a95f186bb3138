"""What was repaired here and is remembered."""

import pytest

from tests.rows import CODE, a_division
from webapp.models import Correction, Event

EN = {"Accept-Language": "en"}
PATH = f"/divisions/{CODE}/corrections"


@pytest.fixture
def division(app):
    return a_division()


def a_correction(division, **fields):
    wanted = {"address": "x", "shown": "Lindelaan, 3722 AB Bilthoven, NL", "field": "house_number", "value": "14"}
    return Correction.create(division=division, **{**wanted, "actor": "Marijke", **fields})


def test_it_lists_what_is_remembered(admin, division):
    a_correction(division)
    text = admin.get(PATH, headers=EN).text
    assert all(word in text for word in ("Lindelaan, 3722 AB", "house number", "<b>14</b>", "Marijke"))


def test_nobody_sees_it_without_signing_in(client, division):
    assert client.get(PATH).status_code == 302


def test_a_division_that_is_not_there(admin):
    assert admin.get("/divisions/1/corrections").status_code == 404


def test_nothing_is_remembered_yet(admin, division):
    assert "No corrections yet" in admin.get(PATH, headers=EN).text


def test_names_are_text(admin, division):
    a_correction(division, shown="<script>alert(1)</script>", value="<i>", actor="<b>x")
    text = admin.get(PATH).text
    assert "<script>alert" not in text and "&lt;i&gt;" in text and "&lt;b&gt;x" in text


def test_one_is_taken_back(admin, csrf, division):
    row = a_correction(division)
    other = a_correction(division, address="y")
    answer = admin.post(f"{PATH}/{row.id}/back", data={"csrf_token": csrf(admin, PATH)})
    assert (answer.status_code, answer.location) == (303, PATH)
    assert [left.id for left in Correction.select()] == [other.id]
    assert Event.get(Event.code == "correction_taken_back").actor == "baas@winkel.example"


def test_one_of_another_division_stays(admin, csrf, division):
    a_correction(division)
    row = a_correction(a_division(9))
    token = csrf(admin, PATH)
    assert admin.post(f"{PATH}/{row.id}/back", data={"csrf_token": token}).status_code == 404
    assert admin.post(f"{PATH}/{10**30}/back", data={"csrf_token": token}).status_code == 404
    assert Correction.select().count() == 2


def test_without_its_token_nothing_is_taken_back(admin, division):
    row = a_correction(division)
    assert admin.post(f"{PATH}/{row.id}/back").status_code == 400
    assert Correction.select().count() == 1


def test_many_come_in_pages(admin, division):
    for number in range(60):
        a_correction(division, address=str(number), value=f"nr{number}x")
    first = admin.get(PATH).text
    assert first.count("data-correction=") == 50
    older = first.rpartition(f'href="{PATH}?before=')[2].partition('"')[0]
    assert admin.get(f"{PATH}?before={older}").text.count("data-correction=") == 10
    assert admin.get(f"{PATH}?before=x").status_code == 200
