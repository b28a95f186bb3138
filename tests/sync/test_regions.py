"""States and provinces as ISO 3166-2."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.sync.regions import NAMES, province


@pytest.mark.parametrize(
    "text, country, expected",
    [
        ("NY", "US", "US-NY"),
        ("ny", "us ", "US-NY"),
        (" New  York ", "US", "US-NY"),
        ("us-ny", "US", "US-NY"),
        ("DC", "US", "US-DC"),
        ("Washington", "US", "US-WA"),
        ("RM", "IT", "IT-RM"),
        ("Roma", "IT", "IT-RM"),
        ("Rome", "IT", "IT-RM"),
        ("(MI)", "IT", "IT-MI"),
        ("Città metropolitana di Torino", "IT", "IT-TO"),
        ("Provincia di Forlì-Cesena", "IT", "IT-FC"),
        ("Valle d’Aosta", "IT", "IT-AO"),
        ("ON", "CA", "CA-ON"),
        ("québec", "CA", "CA-QC"),
        ("PQ", "CA", "CA-QC"),
        ("nsw", "AU", "AU-NSW"),
        ("Western Australia", "AU", "AU-WA"),
    ],
)
def test_a_code_or_a_name_gives_the_code(text, country, expected):
    assert province(text, country) == expected


@pytest.mark.parametrize("text, country", [("", "US"), ("XX", "US"), ("Lazio", "IT"), ("NH", "NL"), ("NY", "")])
def test_the_unknown_and_the_needless_give_nothing(text, country):
    assert province(text, country) == ""


def test_every_region_has_one_code_of_the_right_shape():
    counts = {country: len(set(names.values())) for country, names in NAMES.items()}
    assert counts == {"US": 60, "CA": 13, "AU": 8, "IT": 107}
    assert all(re.fullmatch("[A-Z]{2,3}", code) for names in NAMES.values() for code in names.values())


@given(st.text(), st.sampled_from(["US", "CA", "IT", "AU", "NL", ""]))
def test_any_text_gives_a_code_or_nothing(text, country):
    assert re.fullmatch(r"(?:[A-Z]{2}-[A-Z]{2,3})?", province(text, country))
