"""Every code that the program uses has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.config import ROOT
from webapp.errors import PakbonError
from webapp.models import Delivery, Event, Order
from webapp.sync.states import DeliveryState, OrderState
from webapp.words import names, sentences, texts

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


def test_each_reason_of_a_goods_delivery_has_a_sentence() -> None:
    used = texts_at({"set_state", "hold"}, 2) | returned_pairs("first_state")
    used |= {("label_refused", "label_trouble.py"), ("no_document", "write_back.py")}  # chosen in an expression
    assert {"label_failed", "label_cancelled", "labels_by_hand"} <= {code for code, _ in used}
    assert not without_words(used, sentences.REASONS)


def returned_pairs(function: str) -> set[tuple[str, str]]:
    """Text constants in the second place of what a function of this name returns."""
    found = set()
    for path in OWN:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == function:
                pairs = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
                values = [pair.elts[1] for pair in pairs if isinstance(pair, ast.Tuple)]
                found |= {(value.value, path.name) for value in values if isinstance(value, ast.Constant)}
    return found


def test_each_refusal_of_a_write_to_exact_has_a_sentence() -> None:
    refused = [code for code in sentences.ERRORS | sentences.STOPS if code.startswith(("exact_", "scope_", "right_"))]
    assert len(refused) > 3
    for code in refused:
        said = texts.reason(Delivery(state="problem", reason=f"write_{code}"))
        assert said.startswith("The label is made, but") and "write_" not in said and "went wrong" not in said


@pytest.mark.parametrize(
    ("detail", "field", "said"),
    [
        ("This field cannot be blank.", "house_number", "The house number is missing."),
        ("This field may not be blank.", "shipping_address.postal_code", "The postal code is missing."),
        ("This field is required.", "order_details.order_items.0.hs_code", "An article has no HS code"),
        ("This field is required.", "flux", "Something is missing: flux."),
        ("A service point is required for this shipping option.", "service_point_details", "needs a service point"),
        ("Ensure this field has no more than 30 characters.", "shipping_address.city", "city may have 30 char"),
        ("The postal code is not valid for NL.", "shipping_address.postal_code", "does not fit the country"),
        ("Service point with id 11 does not exist.", "service_point_details.id", "no longer exists"),
        ("The weight of 40.000 kg is over the 31.5 kg of DHL.", "shipping_details.measurement.weight", "too heavy"),
        ("A shipping option is required: give ship_with or apply shipping rules.", "", "no shipping rule fits"),
    ],
)
def test_known_refusals_are_said_in_plain_words(detail: str, field: str, said: str) -> None:
    order = Order(state="problem", reason="label_refused", field=field, params={"detail": detail})
    assert said in texts.reason(order)
    assert texts.original(order) == detail


def test_a_refusal_that_is_not_known_is_shown_as_it_is() -> None:
    order = Order(state="problem", reason="label_failed", params={"detail": "Depot closed."})
    assert texts.reason(order) == "The carrier makes no label: Depot closed."
    assert texts.original(order) == ""


def test_each_state_of_a_goods_delivery_has_a_look() -> None:
    assert set(texts.DELIVERY_LOOKS) == set(DeliveryState)


def test_a_parcel_status_without_words_is_shown_in_those_of_sendcloud() -> None:
    assert texts.parcel_status("DELIVERED", "Delivered") == "delivered"
    assert texts.parcel_status("FLUX", "In flux") == "In flux"
    event = Event(code="parcel_status", params={"status": "DELIVERED", "message": "x", "tracking": "3S1"})
    assert texts.event_look(event).name == "3S1: delivered"


def test_each_event_has_a_title() -> None:
    used = texts_at({"note"}, 2)
    assert len(used) > 5
    assert not without_words(used, names.EVENTS)


def test_each_state_has_a_look_an_event_and_its_own_glyph() -> None:
    assert set(texts.ORDER_LOOKS) == set(OrderState)
    assert {state.value for state in OrderState} <= set(names.EVENTS)
    assert len({look.icon for look in texts.ORDER_LOOKS.values()}) == len(OrderState)


def test_each_glyph_is_drawn() -> None:
    drawn = (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")
    tables = (texts.ORDER_LOOKS, texts.DIVISION_LOOKS, texts.DELIVERY_LOOKS, texts.KIND_LOOKS, texts.HOW_LOOKS)
    looks = [look for table in tables for look in table.values()]
    used = {look.icon for look in looks} | {glyph for glyph, _, _ in names.EVENTS.values()} | {"info", "dot"}
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
    assert texts.reason(order) == "The delivery address is incomplete. Missing: postal code."


def test_a_field_without_a_word_shows_as_it_is() -> None:
    assert texts.field("order_details.flux") == "order_details.flux"


def test_an_order_that_is_sent_again_says_so() -> None:
    told = [{"first": True}, {"first": False}, {"found": True}]
    assert [texts.event_look(Event(code="incoming", params=params)).name for params in told] == [
        "To Incoming orders",
        "Incoming order updated",
        "Found in Incoming orders",
    ]


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
