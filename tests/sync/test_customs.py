"""Where a parcel from the EU needs a customs declaration."""

import pytest

from webapp.sync.customs import UNION, country, hs_code, in_customs_union, repaired

INSIDE = [
    ("NL", "1011 AB"), ("BE", "1000"), ("DE", "10115"), ("FR", "75001"), ("FR", "98000"), ("MC", "98000"),
    ("IT", "20121"), ("ES", "28001"), ("ES", "07001"), ("PT", "9000-001"), ("PT", "9500-001"), ("FI", "00100"),
    ("GR", "10431"), ("GR", "63080"), ("AT", "6991"), ("IE", "D01 F5P2"), ("DE", "78267"), ("ES", ""),
    ("IT", "47900"), ("IT", "00121"), ("DK", "3790"), ("DK", "4000"),
]  # fmt: skip
OUTSIDE = [
    ("ES", "35001", "Las Palmas"),
    ("ES", "38001", "Tenerife"),
    ("ES", "ES-35001", "Las Palmas, with the country in front"),
    ("ES", "51001", "Ceuta"),
    ("ES", "52 001", "Melilla"),
    ("DE", "78266", "Büsingen"),
    ("DE", "D-27498", "Helgoland"),
    ("IT", "23041", "Livigno"),
    ("IT", "22061", "Campione"),
    ("FI", "22100", "Åland"),
    ("FI", "AX-22100", "Åland, as it is written there"),
    ("FR", "97110", "Guadeloupe"),
    ("FR", "97400", "Réunion"),
    ("FR", "98714", "Tahiti"),
    ("FR", "98415", "the southern lands"),
    ("GR", "63086", "Mount Athos"),
    ("IT", "47890", "San Marino, written as Italy"),
    ("IT", "00120", "the Vatican, written as Italy"),
    ("DK", "3900", "Greenland, written as Denmark"),
]
ABROAD = ["GB", "CH", "NO", "IS", "LI", "US", "UA", "RS", "TR", "SM", "VA", "AD", "GI", "JE", "GG", "IM", "AX", "GP"]


@pytest.mark.parametrize("country, postcode", INSIDE)
def test_inside_the_union_no_declaration_is_needed(country, postcode):
    assert in_customs_union(country, postcode)


@pytest.mark.parametrize("country, postcode", [row[:2] for row in OUTSIDE], ids=[row[2] for row in OUTSIDE])
def test_some_parts_of_member_states_need_one(country, postcode):
    assert not in_customs_union(country, postcode)


@pytest.mark.parametrize("country", ABROAD)
@pytest.mark.parametrize("postcode", ["", "1011 AB", "35001"])
def test_other_countries_need_one_whatever_the_postcode(country, postcode):
    assert not in_customs_union(country, postcode)


@pytest.mark.parametrize("postcode", ["BT1 1AA", "bt71 6dd", " BT 12 5GH", "GB-BT1 1AA"])
def test_northern_ireland_follows_the_rules_of_the_union(postcode):
    assert in_customs_union("GB", postcode)


@pytest.mark.parametrize("postcode", ["B1 1AA", "SW1A 1AA", "", "G1 1BT"])
def test_great_britain_does_not(postcode):
    assert not in_customs_union("GB", postcode)


def test_the_union_has_27_members_and_monaco():
    assert len(UNION) == 28 and "MC" in UNION and "GB" not in UNION


@pytest.mark.parametrize("country", ["", "XX", "nl"])
def test_an_unknown_country_counts_as_abroad(country):
    assert not in_customs_union(country, "")


@pytest.mark.parametrize("text", ["8215.99", "821599", "8712003000", "8215.99.10", "123456789012"])
def test_an_hs_code_is_digits_and_dots(text):
    assert hs_code(text) == text


def test_spaces_in_an_hs_code_are_left_out():
    assert hs_code(" 8712 00 30 ") == "87120030"


@pytest.mark.parametrize("text", ["", "8215", "letters", "8215-99", "82..1599", ".821599", "1234567890123", "٨٢١٥٩٩"])
def test_anything_else_is_no_hs_code(text):
    assert hs_code(text) == ""


def test_a_country_is_two_letters():
    assert [country(text) for text in (" nl ", "JP", "Japan", "", "N1", "ÑL")] == ["NL", "JP", "", "", "", ""]


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("hs_code", "8712 00 30", "87120030"),
        ("hs_code", "8712", ""),
        ("country_of_origin", "cn", "CN"),
        ("country_of_origin", "China", ""),
        ("weight", " 250 ", "250"),
        ("weight", "0", ""),
        ("weight", "0.25", ""),
        ("weight", "250 g", ""),
        ("weight", "1000001", ""),
        ("weight", "٢٥", ""),
    ],
)
def test_what_a_person_fills_in_is_kept_if_it_can_be_one(name, text, kept):
    assert repaired(name, text) == kept
