"""What has to be written onto a goods delivery, and what stays as it is."""

from typing import Any

import pytest

from webapp.sync.write_back import wanted

ONE = ("3S1", "https://volg.example/3S1")
TWO = ("3S2", "https://volg.example/3S2")
DOCUMENT = "6f9e2a10-0000-4000-8000-000000000001"


def test_an_empty_delivery_gets_all_three():
    assert wanted({}, [ONE], DOCUMENT) == {"TrackingNumber": "3S1", "Remarks": ONE[1], "Document": DOCUMENT}


def test_what_is_complete_needs_nothing():
    stands = {"TrackingNumber": "3S1", "Remarks": f"Bellen\n{ONE[1]}", "Document": DOCUMENT}
    assert wanted(stands, [ONE], DOCUMENT) == {}


def test_remarks_stay_and_the_link_stands_below():
    assert wanted({"Remarks": "Bellen\nTweede regel"}, [ONE], "")["Remarks"] == f"Bellen\nTweede regel\n{ONE[1]}"


@pytest.mark.parametrize("remarks", [ONE[1], f"Zie {ONE[1]} !", f"a\n{ONE[1]}\nb", f"{ONE[1]}\r\nb"])
def test_a_link_that_stands_there_is_not_added(remarks: str):
    assert "Remarks" not in wanted({"Remarks": remarks}, [ONE], "")


def test_a_longer_link_that_begins_alike_is_another_one():
    assert ONE[1] in wanted({"Remarks": f"{ONE[1]}99"}, [ONE], "")["Remarks"].split("\n")


def test_two_labels_are_both_written():
    values = wanted({"TrackingNumber": "3S1", "Remarks": ONE[1]}, [ONE, TWO], "")
    assert values == {"TrackingNumber": "3S1, 3S2", "Remarks": f"{ONE[1]}\n{TWO[1]}"}


def test_a_number_that_somebody_typed_is_kept_and_ours_goes_into_remarks():
    values = wanted({"TrackingNumber": "MIJN-1"}, [ONE], "")
    assert values == {"Remarks": f"3S1\n{ONE[1]}"}
    assert wanted({"TrackingNumber": "MIJN-1", **values}, [ONE], "") == {}


def test_the_number_of_a_cancelled_label_is_replaced():
    assert wanted({"TrackingNumber": "3S1"}, [TWO], "", ["3S1"])["TrackingNumber"] == "3S2"


def test_a_document_that_is_linked_is_not_replaced():
    assert "Document" not in wanted({"Document": "0c0a8d8e-0000-4000-8000-000000000002"}, [ONE], DOCUMENT)


def test_a_label_without_number_or_link_writes_neither():
    assert wanted({"Remarks": "Bellen"}, [("", "")], DOCUMENT) == {"Document": DOCUMENT}


@pytest.mark.parametrize("stands", [{"Remarks": None, "TrackingNumber": None, "Document": None}, {"Remarks": ""}])
def test_nothing_and_empty_are_the_same(stands: dict[str, Any]):
    assert wanted(stands, [ONE], "") == {"TrackingNumber": "3S1", "Remarks": ONE[1]}
