"""Every code that the program uses has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp import sentences, texts
from webapp.config import ROOT
from webapp.errors import PakbonError
from webapp.models import Event, Order
from webapp.sync.states import OrderState

PLACES = [path for folder in ("webapp", "jobs") for path in sorted((ROOT / folder).rglob("*.py"))]
OWN = [path for path in PLACES if "demo" not in path.relative_to(ROOT).parts]


def calls() -> Iterator[tuple[Path, str, ast.Call]]:
    """Every call in the program, with the last part of the name that is called."""
    for path in OWN:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield path, name, node


def error_classes() -> set[str]:
    found, queue = {PakbonError.__name__}, [PakbonError]
    while queue:
        for kind in queue.pop().__subclasses__():
            found.add(kind.__name__)
            queue.append(kind)
    return found


def texts_at(name_set: set[str], position: int) -> set[tuple[str, str]]:
    """Text constants in this position of calls of these names, with the file they stand in."""
    found = set()
    for path, name, node in calls():
        if name in name_set and len(node.args) > position:
            argument = node.args[position]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add((argument.value, path.name))
    return found


def without_words(used: set[tuple[str, str]], *tables: dict[str, object]) -> list[tuple[str, str]]:
    known = {code for table in tables for code in table}
    return sorted((code, place) for code, place in used if code and code not in known)


def test_each_code_of_an_error_has_a_sentence() -> None:
    used = texts_at(error_classes(), 0)
    assert len(used) > 20
    assert not without_words(used, sentences.ERRORS, sentences.STOPS, sentences.REASONS)


def test_each_reason_of_an_order_has_a_sentence() -> None:
    used = texts_at({"Problem", "Verdict"}, 0) | texts_at({"_set"}, 3) | texts_at({"Decision"}, 1)
    assert len(used) > 8
    assert not without_words(used, sentences.REASONS)


def test_each_event_has_a_title() -> None:
    used = texts_at({"note"}, 2)
    assert len(used) > 5
    assert not without_words(used, sentences.EVENTS)


def test_each_state_has_a_look_an_event_and_its_own_glyph() -> None:
    assert set(texts.ORDER_LOOKS) == set(OrderState)
    assert {state.value for state in OrderState} <= set(sentences.EVENTS)
    assert len({look.icon for look in texts.ORDER_LOOKS.values()}) == len(OrderState)


def test_each_glyph_is_drawn() -> None:
    drawn = (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")
    looks = [*texts.ORDER_LOOKS.values(), *texts.DIVISION_LOOKS.values()]
    used = {look.icon for look in looks} | {glyph for glyph, _, _ in sentences.EVENTS.values()} | {"info", "dot"}
    assert not [glyph for glyph in used if f'id="{glyph}"' not in drawn]


def test_an_unknown_code_gets_a_plain_sentence_that_names_it() -> None:
    assert texts.sentence("flux") == "Something went wrong (flux)."
    assert texts.sentence("flux", detail="Leaky.") == "Something went wrong (flux). Leaky."


def test_a_sentence_without_its_values_is_still_a_sentence() -> None:
    assert texts.sentence("scope_missing") == "The Exact app lacks the permission “…”."


@pytest.mark.parametrize("table", ["REASONS", "STOPS", "ERRORS", "ADVICE"])
def test_every_sentence_can_be_filled_from_nothing(table: str) -> None:
    for code, message in getattr(sentences, table).items():
        assert texts.sentence(code) or message
        assert texts.advice(code) or table != "ADVICE"


def test_only_an_order_that_stood_in_sendcloud_was_taken_out_of_it() -> None:
    never_there = Order(state="removed", reason="cancelled")
    was_there = Order(state="removed", reason="cancelled", params={"found": True})
    assert texts.reason(never_there) == "Cancelled in Exact."
    assert texts.reason(was_there) == "Cancelled in Exact and taken out of Sendcloud."


def test_a_missing_field_is_named_in_words() -> None:
    order = Order(state="problem", reason="address_incomplete", field="shipping_address.postal_code")
    assert texts.reason(order) == "The delivery address is incomplete: postal code is missing."


def test_a_field_without_a_word_shows_as_it_is() -> None:
    assert texts.field("order_details.flux") == "order_details.flux"


def test_an_order_that_is_sent_again_says_so() -> None:
    assert texts.event("incoming", {"first": True}) == "To Incoming orders"
    assert texts.event("incoming", {"first": False}) == "Incoming order updated"
    assert texts.event("incoming", {"found": True}) == "Found in Incoming orders"


def test_the_second_line_of_an_event_is_its_reason() -> None:
    event = Event(code="problem", params={"reason": "currency_not_supported", "value": "CHF"})
    assert texts.event_detail(event) == "Sendcloud does not know the currency CHF."
    failed = Event(code="error", params={"error": "no_answer", "service": "Sendcloud"})
    assert texts.event_detail(failed).startswith("Sendcloud did not answer.")


def test_a_source_is_a_record_and_a_field() -> None:
    assert texts.source("Accounts.Name") == "Account, name"
    assert texts.source("SalesOrderLines") == "Order lines"


def test_a_sender_address_is_one_line() -> None:
    address = {
        "company_name": "Van Dalen", "address_line_1": "Ebbingestraat", "house_number": "55",
        "postal_code": "9712 HC", "city": "Groningen",
    }  # fmt: skip
    assert texts.sender(address) == "Van Dalen, Ebbingestraat 55, 9712 HC Groningen"
    assert texts.sender({"city": None}) == ""
