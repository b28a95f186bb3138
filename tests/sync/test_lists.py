"""The lists of the configuration: read from the two services, kept, and left alone by what fails."""

import pytest

from tests.rows import SENDERS, a_division
from webapp.errors import NoAccess, NoAnswer
from webapp.models import Division, Part
from webapp.sync import lists, outside

ITEM = "a0000000-0000-4000-8000-000000000001"


class Exact:
    """What Exact has; a call whose name stands in `failing` raises that."""

    def __init__(self):
        self.failing = {}

    def _answer(self, name, answer):
        if name in self.failing:
            raise self.failing[name]
        return answer

    def warehouses(self):
        return self._answer(
            "warehouses",
            [
                {"ID": "B0", "Code": "2", "Description": "Nunspeet", "Main": 0},
                {"ID": "A0", "Code": "1", "Description": "Zwolle", "Main": 1},
                {"Code": "without id"},
            ],
        )

    def item_values(self, guids):
        assert list(guids) == [ITEM]
        return self._answer("item_values", [{"ID": ITEM, "FreeTextField_03": "JP", "CustomField": "https://x/1"}])

    def item_extra_fields(self, guid):
        return self._answer("extra", [{"Number": 2, "Description": "HS", "Value": "821192"}])

    def custom_fields(self, address):
        assert address == "https://x/1"
        return self._answer("custom", [{"PropertyName": "Origin", "Caption": "Herkomst", "Value": ""}])

    def order_custom_fields(self, guids):
        yield "o", self._answer("custom", [{"PropertyName": "Punt", "Caption": "Afhaalpunt", "Value": "112"}])


class Sendcloud:
    senders = SENDERS

    def sender_addresses(self):
        if isinstance(self.senders, Exception):
            raise self.senders
        return self.senders


@pytest.fixture
def exact(monkeypatch):
    played = Exact()
    monkeypatch.setattr(outside, "exact_client", lambda config, division, patient: played)
    return played


@pytest.fixture
def sendcloud(monkeypatch):
    played = Sendcloud()
    monkeypatch.setattr(outside, "sendcloud_client", lambda config, division, patient: played)
    return played


@pytest.fixture
def division(app, exact, sendcloud):
    division = a_division()
    Part.create(division=division, kind="item", guid=ITEM, exact={"ID": ITEM})
    return division


def read(config, division):
    errors = lists.refresh(config, division)
    return [error.code for error in errors], Division.get_by_id(division.id)


def test_everything_is_read_and_kept_with_the_time(config, division):
    assert lists.never_read(division)
    errors, found = read(config, division)
    assert errors == [] and not lists.never_read(found)
    assert [row["id"] for row in found.lists["warehouses"]] == ["a0", "b0"]
    assert found.lists["fields"]["FreeTextField_03"] == {"label": "", "example": "JP", "filled": 1}
    assert found.lists["fields"]["extra:2"] == {"label": "HS", "example": "821192", "filled": 1}
    assert found.lists["fields"]["custom:Origin"] == {"label": "Herkomst", "example": "", "filled": 0}
    assert found.lists["order_fields"]["custom:Punt"]["example"] == "112"
    assert all(found.lists[name] for name in ("tried_at", "warehouses_at", "senders_at", "fields_at"))


def test_new_and_vanished_sender_addresses_are_told_apart(config, division, sendcloud):
    sendcloud.senders = [{"id": 2, "city": "Zwolle"}]
    _, found = read(config, division)
    assert found.sender_addresses == sendcloud.senders
    assert found.lists["senders_new"] == ["2"] and list(found.lists["senders_gone"]) == ["1"]
    sendcloud.senders = [{"id": 2, "city": "Zwolle"}, *SENDERS]
    _, found = read(config, found)
    assert found.lists["senders_new"] == ["1"] and found.lists["senders_gone"] == {}


def test_what_fails_leaves_its_list_and_the_others_alone(config, division, exact, sendcloud):
    read(config, division)
    exact.failing["warehouses"] = NoAnswer("no_answer", service="Exact Online")
    sendcloud.senders = NoAnswer("no_answer", service="Sendcloud")
    errors, found = read(config, Division.get())
    assert errors == ["no_answer", "no_answer"]
    assert len(found.lists["warehouses"]) == 2 and found.sender_addresses == SENDERS


def test_without_premium_there_are_no_custom_fields_and_no_complaint(config, division, exact):
    exact.failing["custom"] = NoAccess("scope_missing", scope="Organization extensibility")
    errors, found = read(config, division)
    assert errors == [] and "extra:2" in found.lists["fields"] and "custom:Origin" not in found.lists["fields"]


def test_free_fields_are_known_even_if_the_extra_fields_cannot_be_read(config, division, exact):
    exact.failing["extra"] = NoAnswer("no_answer", service="Exact Online")
    errors, found = read(config, division)
    assert errors == ["no_answer"] and found.lists["fields"]["FreeTextField_03"]["example"] == "JP"


def test_a_division_that_is_not_connected_asks_for_nothing(division):
    division.sendcloud = "off"
    assert not lists.never_read(division)
