"""The `$filter` language by itself: what is understood, what is refused, and what passes."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.demo.exact.odata import ODataError, compile_filter, parse_filter, wanted_values

KINDS = {
    "ID": "guid",
    "Name": "text",
    "Number": "int",
    "Price": "double",
    "Day": "date",
    "Main": "bool",
    "Version": "int64",
    "Flag": "byte",
    "Lines": "collection",
}
GUID = "60ecbe5d-0000-4000-8000-00000000000a"
ROW = {
    "ID": GUID,
    "Name": "O'Brien & co  ",
    "Number": 12,
    "Price": 2.5,
    "Day": datetime(2026, 3, 1),
    "Main": True,
    "Version": 9_000_000_000,
    "Flag": 1,
}


def passes(text, row=ROW):
    node = parse_filter(text, KINDS, "Model")
    return bool(compile_filter(node, lambda name: lambda r: r.get(name))(row))


@pytest.mark.parametrize(
    "text",
    [
        f"ID eq guid'{GUID}'",
        f"ID eq GUID'{GUID.upper()}'",
        f"guid'{GUID}' eq ID",
        "Name eq 'O''Brien & co'",
        "Name eq 'O''Brien & co   '",
        "Number eq 12",
        "Number ge 12 and Number le 12 and Number gt 11 and Number lt 13 and Number ne 5",
        "Price eq 2.5",
        "Price gt 2",
        "Day ge datetime'2026-03-01'",
        "Day eq datetime'2026-03-01T00:00:00'",
        "Day lt DateTime'2026-03-01T00:00:00.001'",
        "Main eq true",
        "Main",
        "not (Main eq false)",
        "Version gt 8999999999L",
        "Version eq 9000000000",
        "Flag eq 1",
        "substringof('Brien',Name)",
        "substringof('Brien', Name) eq true",
        "startswith(Name,'O') eq true",
        "endswith(Name,'co')",
        "tolower(Name) eq 'o''brien & co'",
        "trim(Name) eq 'O''Brien & co'",
        "length(Name) eq 12",
        "indexof(Name,'B') eq 2",
        "year(Day) eq 2026 and month(Day) eq 3 and day(Day) eq 1",
        "hour(Day) eq 0 and minute(Day) eq 0 and second(Day) eq 0",
        "Day eq datetime'2026-03-01T00:00:00Z' and Day eq datetime'2026-03-01T02:00:00+02:00'",
        "substring(Name,2) eq 'Brien & co' and substring(Name,2,5) eq 'Brien' and substring(Name,99) eq ''",
        "concat(concat('a',Name),'b') eq 'aO''Brien & cob' and replace(Name,'O','o') eq 'o''Brien & co'",
        "round(Number) eq 12 and floor(Number) eq 12 and ceiling(Number) eq 12",
        "Number eq 1 or Number eq 12",
        "(Number eq 1 or Number eq 12) and (Main eq true)",
        "Number eq 12 or Number eq 12 and Main eq false",
    ],
)
def test_passes(text):
    assert passes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Name eq 'o''brien & co'",
        "Number eq 13",
        "Number eq 1 or Number eq 12 and Main eq false",
        "not Main",
        "Day gt datetime'2026-03-01'",
        "Name eq null",
        "startswith(Name,'B')",
    ],
)
def test_does_not_pass(text):
    assert not passes(text)


@pytest.mark.parametrize(
    "text", ["Number gt 5", "Number lt 5", "Number eq 12", "startswith(Name,'O')", "Day ge datetime'2020-01-01'"]
)
def test_an_empty_field_passes_no_comparison(text):
    assert not passes(text, {})
    assert passes("Number eq null and Number ne 12", {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nmae eq 'x'", "No property 'Nmae' exists"),
        ("name eq 'x'", "No property 'name' exists"),
        ("Lines/Item eq 'x'", "navigation"),
        ("Lines eq 'x'", "navigation"),
        ("Number eq Price", "another property"),
        ("ID eq 'x'", "incompatible with operand types 'Edm.Guid' and 'Edm.String'"),
        ("Number eq '12'", "incompatible"),
        ("Day ge '2026-03-01'", "incompatible"),
        ("Name eq 5", "incompatible"),
        (f"ID gt guid'{GUID}'", "incompatible"),
        ("Main eq 1", "incompatible"),
        ("ID eq guid'123'", "Unrecognized 'Edm.Guid'"),
        ("Day ge datetime'2026-03-01T00:00:00 Z'", "Unrecognized 'Edm.DateTime'"),
        ("Day ge datetime'2026-03-01Z'", "Unrecognized 'Edm.DateTime'"),
        ("Day ge datetime'0001-01-01T00:00:00+23:00'", "Unrecognized 'Edm.DateTime'"),
        ("substring(Name) eq 'x'", "No applicable function"),
        ("concat(Name,'x','y') eq 'x'", "No applicable function"),
        ("Day ge datetime'2026-13-01'", "Unrecognized 'Edm.DateTime'"),
        ("Day ge datetime'01-03-2026'", "Unrecognized 'Edm.DateTime'"),
        ("contains(Name,'x')", "Unknown function 'contains'"),
        ("startswith(Name)", "No applicable function"),
        ("startswith('x',Number)", "No applicable function"),
        ("Number eq", "Expression expected at position 9"),
        ("Number", "Boolean"),
        ("Number eq 12 and", "Expression expected"),
        ("Number eq 12 12", "Syntax error at position 13"),
        ("(Number eq 12", "')' or operator expected"),
        ("Number = 12", "Syntax error at position 7"),
        ("Number eq 12 & 1", "Syntax error"),
        ("Number in (1,2)", "Syntax error"),
        ("", "Expression expected"),
        ("(" * 900 + "true" + ")" * 900, "Recursion limit reached"),
        ("not " * 900 + "true", "Recursion limit reached"),
        ("tolower(" * 900 + "'x'" + ")" * 900 + " eq 'x'", "Recursion limit reached"),
    ],
)
def test_is_refused(text, said):
    with pytest.raises(ODataError, match=said.replace("(", r"\(").replace(")", r"\)")):
        parse_filter(text, KINDS, "Model")


def test_many_brackets_beside_each_other_are_not_deep():
    assert parse_filter(" or ".join(["(Number eq 12)"] * 300), KINDS, "Model")


def wanted(text, name="ID"):
    return wanted_values(parse_filter(text, KINDS, "Model"), name)


def test_ids_can_be_looked_up():
    other = GUID[:-1] + "b"
    assert wanted(f"ID eq guid'{GUID}' or ID eq guid'{other}'") == [GUID, other]
    assert wanted(f"(ID eq guid'{GUID}') and Main eq true") == [GUID]
    assert wanted(f"ID eq guid'{GUID}' or Main eq true") is None
    assert wanted(f"ID ne guid'{GUID}'") is None


TEXT = st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)


@given(TEXT)
def test_any_text_with_doubled_quotes_finds_itself(text):
    quoted = text.replace("'", "''")
    assert passes(f"Name eq '{quoted}'", {"Name": text})


@given(st.text(alphabet="()'ab eqorndtNumber0123L,/-.$", max_size=40))
def test_nothing_but_odata_errors_comes_out(text):
    try:
        parse_filter(text, KINDS, "Model")
    except ODataError:
        pass
