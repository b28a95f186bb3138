"""Telephone numbers as E.164."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.sync.phones import e164


@pytest.mark.parametrize(
    "text, country, expected",
    [
        ("06-12345678", "NL", "+31612345678"),
        ("06 12 34 56 78", "nl ", "+31612345678"),
        ("(020) 123 45 67", "NL", "+31201234567"),
        ("+31 (0)6 12 34 56 78", "NL", "+31612345678"),
        ("tel. +31 (0)20 1234567", "NL", "+31201234567"),
        ("+31 06 12345678", "NL", "+31612345678"),
        ("0031612345678", "NL", "+31612345678"),
        ("0031612345678", "", "+31612345678"),
        ("0031 6 12345678", "US", "+31612345678"),
        ("+31612345678", "BE", "+31612345678"),
        ("0475/12.34.56", "BE", "+32475123456"),
        ("02 123 45 67", "BE", "+3221234567"),
        ("040/1234567", "DE", "+49401234567"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+39 (0)6 1234 5678", "IT", "+390612345678"),
        ("0039 (0) 2 1234 5678", "NL", "+390212345678"),
        ("+39 (0)333 123 4567", "IT", "+393331234567"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("０６１２３４５６７８", "NL", "+31612345678"),
    ],
)
def test_a_number_is_written_as_the_world_dials_it(text, country, expected):
    assert e164(text, country) == expected


@pytest.mark.parametrize(
    "text", ["020-1234567 ext. 12", "020-1234567 tst 12", "020-1234567 x12", "020-1234567 #12", "0201234567;ext=5"]
)
def test_extensions_are_dropped(text):
    assert e164(text, "NL") == "+31201234567"


def test_notes_are_no_digits():
    assert e164("0612345678 (Jan)", "NL") == e164("Jan: 0612345678", "NL") == "+31612345678"


def test_of_two_numbers_the_first_that_can_be_one_counts():
    assert e164("030 1234567 / 0170 1234567", "DE") == "+49301234567"
    assert e164("123; 0612345678", "NL") == "+31612345678"
    assert e164("06-12345678/06-87654321", "NL") == "+31612345678"
    assert e164("06 12345678 06 87654321", "NL") is None
    assert e164("0475/12.34.56.78.90.12", "BE") is None


@pytest.mark.parametrize(
    "text, country",
    [("", "NL"), ("geen", "NL"), ("-", "NL"), ("12", "NL"), ("112", "NL"), ("06123456789012345", "NL"), ("²", "NL")]
    + [("06 12345678", ""), ("06 12345678", "XX")],
)
def test_what_is_no_number_is_none(text, country):
    assert e164(text, country) is None


@given(st.text(), st.sampled_from(["NL", "BE", "US", "IT", "XX", ""]))
def test_any_text_gives_a_number_or_none(text, country):
    found = e164(text, country)
    assert found is None or re.fullmatch(r"\+[1-9][0-9]{3,16}", found)
