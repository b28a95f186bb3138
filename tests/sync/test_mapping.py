"""From Exact's rows to the body that Sendcloud gets. The whole bodies stand at the foot of this file."""

import dataclasses
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from webapp.sync import chosen_point, parse_exact
from webapp.sync.lengths import LONGEST, spilled
from webapp.sync.mapping import CURRENCIES, Rules, fingerprint, map_delivery, map_order
from webapp.sync.receiver import Sources, dynamic_receiver
from webapp.sync.records import Line, Party, Place, Problem, SalesOrder

INTEGRATION = 7
ORDER = "f0000000-0000-4000-8000-000000000001"
ACCOUNT_ID = "a0000000-0000-4000-8000-000000000001"
CONTACT_ID = "c0000000-0000-4000-8000-000000000001"
ADDRESS_ID = "d0000000-0000-4000-8000-000000000001"

HEADER = {
    "OrderID": ORDER,
    "OrderNumber": 1042,
    "OrderDate": "/Date(1767225600000)/",
    "OrderedBy": ACCOUNT_ID,
    "Currency": "EUR",
}
PRIVATE = {
    "ID": ACCOUNT_ID,
    "Name": "Sanne de Boer",
    "Email": "sanne@deboer.example",
    "Phone": "+31 6 1234 5678",
    "AddressLine1": "Dorpsstraat 12",
    "Postcode": "1234 AB",
    "City": "Ons Dorp",
    "Country": "NL",
}
COMPANY = {
    "ID": ACCOUNT_ID,
    "Name": "Bakkerij De Gouden Korst",
    "Email": "bestellen@korst.example",
    "Phone": "030 555 01 23",
    "AddressLine1": "Voorstraat 9",
    "AddressLine2": "Achterom",
    "AddressLine3": "Bel 2",
    "Postcode": "3512 AM",
    "City": "Utrecht",
    "Country": "NL",
}
CONTACT = {"ID": CONTACT_ID, "FullName": "Jan Smit", "Email": "jan@korst.example", "Mobile": "06 2345 6789"}
DELIVERY = {
    "ID": ADDRESS_ID,
    "AddressLine1": "Magazijnweg 4",
    "AddressLine2": "Hal 2",
    "Postcode": "3439 LX",
    "City": "Nieuwegein",
    "Country": "NL",
    "Phone": "030 555 07 89",
}
MUG = {"ID": "mug", "Code": "MUG", "Barcode": "8712345678906", "NetWeight": 0.25, "IsStockItem": True}
CHEESE = {"ID": "cheese", "Code": "KAAS", "NetWeight": 1, "IsStockItem": True}
TABLE = {"ID": "table", "Code": "TAFEL", "IsStockItem": True}
CARRIAGE = {"ID": "carriage", "Code": "VERZEND", "IsStockItem": False}
ASSEMBLY = {"ID": "assembly", "Code": "MONTAGE", "IsStockItem": False, "IsTime": 1, "UnitType": "T"}
ITEMS = {item["ID"]: item for item in (MUG, CHEESE, TABLE, CARRIAGE, ASSEMBLY)}


def line(item, quantity, delivered=0, *, number=1, amount=None, price=None, name="", unit=""):
    return {
        "ID": f"line-{number}",
        "LineNumber": number,
        "Item": item["ID"],
        "ItemCode": item["Code"],
        "Description": name or item["Code"].title(),
        "UnitDescription": unit,
        "Quantity": quantity,
        "QuantityDelivered": delivered,
        "AmountFC": amount,
        "NetPrice": price,
    }


TWO_MUGS = [line(MUG, 2, amount=7, name="Mok met oor")]
UNSET = object()


def order(header=None, account=PRIVATE, contact=UNSET, address=UNSET, lines=TWO_MUGS):
    """An order as read from Exact; a contact or address of None is one that was deleted there."""
    header = {**HEADER, **(header or {})}
    if contact is not UNSET:
        header["OrderedByContactPerson"] = CONTACT_ID
    if address is not UNSET:
        header["DeliveryAddress"] = ADDRESS_ID
    parts = {
        "account": {ACCOUNT_ID: account},
        "contact": {} if contact is UNSET else {CONTACT_ID: contact},
        "address": {} if address is UNSET else {ADDRESS_ID: address},
        "item": ITEMS,
    }
    return parse_exact.order(header, lines, parts)


def mapped(*, rules=None, **fields):
    return map_order(order(**fields), INTEGRATION, rules or Rules())


def problems(**fields):
    """Code and field of what keeps the order back."""
    found = mapped(**fields)
    assert found.payload is None and found.provenance == {}
    return [(problem.code, problem.field) for problem in found.problems]


# -- whole bodies ---------------------------------------------------------------------------------------------


def test_it_sends_a_private_person_without_a_company_name():
    assert mapped().payload == TO_A_PERSON
    assert mapped().problems == () and mapped().left_out == ()


def test_it_sends_a_company_with_the_name_of_its_contact():
    assert mapped(account=COMPANY, contact=CONTACT).payload == TO_A_COMPANY


def test_it_sends_a_company_without_contact_as_if_it_were_a_person():
    body = mapped(account=COMPANY).payload
    assert body == {**TO_A_COMPANY, "customer_details": COMPANY_ITSELF, "shipping_address": COMPANY_ADDRESS}


def test_it_sends_to_the_delivery_address_where_the_order_has_one():
    header = {"ShippingMethodDescription": "Pakketdienst"}
    body = mapped(header=header, account=COMPANY, contact=CONTACT, address=DELIVERY).payload
    assert body == TO_A_WAREHOUSE


def test_it_sends_what_is_left_of_a_partly_delivered_order():
    lines = [line(MUG, 5, 3, amount=17.5, number=1), line(CHEESE, 2, 2, number=2), line(TABLE, 1, price=99, number=3)]
    found = mapped(lines=lines)
    assert found.payload == REST
    assert [(left.line.guid, left.reason) for left in found.left_out] == [("line-2", "delivered")]


def test_it_leaves_out_trade_ins_and_services_and_says_so():
    lines = [
        line(MUG, 2, amount=7, name="Mok met oor", number=1),
        line(TABLE, -1, amount=-25, number=2),
        line(CARRIAGE, 1, amount=6.95, number=3),
        line(ASSEMBLY, 1.5, amount=60, number=4),
    ]
    found = mapped(lines=lines)
    assert found.payload == TO_A_PERSON
    assert [(left.line.guid, left.reason) for left in found.left_out] == [
        ("line-2", "trade_in"),
        ("line-3", "service"),
        ("line-4", "service"),
    ]


def test_it_sends_a_broken_quantity_as_one_piece_that_says_so():
    lines = [line(CHEESE, 2.5, amount=31.25, name="Boerenkaas", unit="kg")]
    assert mapped(lines=lines).payload == {
        **TO_A_PERSON,
        "order_details": {**TO_A_PERSON["order_details"], "order_items": [CHEESE_ITEM]},
        "payment_details": {"total_price": {"value": 31.25, "currency": "EUR"}, "status": {"code": "unknown"}},
        "shipping_details": {"measurement": {"weight": {"value": 2.5, "unit": "kg"}}},
    }


def test_it_sends_abroad_with_customs_details_and_in_the_currency_of_the_order():
    account = {**PRIVATE, "Postcode": "10001", "City": "New York", "Country": "US"}
    body = mapped(header={"Currency": "USD"}, account=account, rules=Rules(shipment_type="gift")).payload
    assert body == TO_AMERICA


# -- who gets it ----------------------------------------------------------------------------------------------


def party(name, **fields):
    return Party("id", name, **fields)


RULE = {
    "same name": ("Jan Smit", "Jan Smit", "dynamic_account", "Jan Smit", ""),
    "same name but for case and space": ("Jan Smit", "JAN  smit", "dynamic_account", "Jan Smit", ""),
    "contact without name": ("Bakkerij Smit", "", "dynamic_account", "Bakkerij Smit", ""),
    "other name": ("Bakkerij Smit", "Jan Smit", "dynamic_contact", "Jan Smit", "Bakkerij Smit"),
    "part of the name": ("Jan Smit BV", "Jan Smit", "dynamic_contact", "Jan Smit", "Jan Smit BV"),
}


@pytest.mark.parametrize("account, contact, rule, name, company", RULE.values(), ids=RULE)
def test_the_dynamic_rule_compares_the_two_names(account, contact, rule, name, company):
    record = SalesOrder("o", 1, "2026-01-01", account=party(account), contact=party(contact))
    found = dynamic_receiver(record)
    assert found and (found.why["name"][0], found.name, found.company) == (rule, name, company)


def test_the_dynamic_rule_without_contact_takes_the_account():
    record = SalesOrder("o", 1, "2026-01-01", account=party("Bakkerij Smit"), contact=None)
    found = dynamic_receiver(record)
    assert found and (found.why["name"][0], found.name, found.company) == ("dynamic_account", "Bakkerij Smit", "")


def test_everything_comes_from_the_contact_even_where_only_the_account_has_it():
    body = mapped(account=COMPANY, contact={"ID": CONTACT_ID, "FullName": "Jan Smit"}).payload
    assert body["customer_details"] == {"name": "Jan Smit"}
    assert "email" not in body["shipping_address"] and "phone_number" not in body["shipping_address"]


def test_everything_comes_from_the_account_even_where_only_the_contact_has_it():
    account = {**PRIVATE, "Email": None, "Phone": " "}
    body = mapped(account=account, contact={**CONTACT, "FullName": "sanne de boer"}).payload
    assert body["customer_details"] == {"name": "Sanne de Boer"}
    assert "company_name" not in body["shipping_address"]


def test_the_goods_go_to_the_delivery_address_whoever_gets_them():
    for contact in (UNSET, CONTACT):
        body = mapped(account=COMPANY, contact=contact, address=DELIVERY).payload
        assert body["shipping_address"]["address_line_1"] == "Magazijnweg"


def test_a_deleted_contact_counts_as_none():
    assert mapped(account=COMPANY, contact=None).payload == mapped(account=COMPANY).payload


# -- what keeps an order back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("currency", ["NOK", "CHF", ""])
def test_a_currency_that_sendcloud_does_not_take_is_named(currency):
    found = mapped(header={"Currency": currency})
    assert found.payload is None
    assert found.problems == (Problem("currency_not_supported", "currency", currency, {"allowed": "EUR, GBP, USD"}),)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_currency_that_sendcloud_takes_is_kept(currency):
    body = mapped(header={"Currency": f"{currency.lower()} "}).payload
    item = body["order_details"]["order_items"][0]
    amounts = body["payment_details"]["total_price"], item["total_price"], item["unit_price"]
    assert {amount["currency"] for amount in amounts} == {currency}


@pytest.mark.parametrize(
    "exact, sendcloud",
    [
        ("Name", "name"),
        ("AddressLine1", "address_line_1"),
        ("Postcode", "postal_code"),
        ("City", "city"),
        ("Country", "country_code"),
    ],
)
@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_a_missing_part_of_the_address_is_named(exact, sendcloud, nothing):
    assert problems(account={**PRIVATE, exact: nothing}) == [("address_incomplete", sendcloud)]


def test_every_missing_part_is_named_at_once_and_nothing_at_all_as_no_address():
    assert problems(account={**PRIVATE, "Postcode": None, "City": None}) == [
        ("address_incomplete", "postal_code"),
        ("address_incomplete", "city"),
    ]
    assert problems(account={"ID": ACCOUNT_ID, "Name": "Sanne de Boer"}) == [("no_address", "shipping_address")]


def test_a_deleted_account_is_named():
    assert problems(account=None) == [("account_deleted", "account")]


def test_a_deleted_delivery_address_is_named_and_the_accounts_address_is_not_used_instead():
    assert problems(address=None) == [("address_deleted", "shipping_address")]


def test_a_country_that_is_no_code_is_named():
    found = mapped(account={**PRIVATE, "Country": "1-"})
    assert found.problems == (Problem("country_unknown", "country_code", "1-"),)


def test_all_problems_are_told_together():
    assert problems(header={"Currency": "NOK"}, account={**PRIVATE, "City": ""}, lines=[]) == [
        ("address_incomplete", "city"),
        ("currency_not_supported", "currency"),
        ("nothing_to_ship", ""),
    ]


def test_an_order_of_services_and_trade_ins_only_has_nothing_to_ship_and_says_what_was_left_out():
    found = mapped(lines=[line(ASSEMBLY, 1, number=1), line(MUG, -1, number=2)])
    assert found.payload is None and [problem.code for problem in found.problems] == ["nothing_to_ship"]
    assert [left.reason for left in found.left_out] == ["service", "trade_in"]


# -- lines ----------------------------------------------------------------------------------------------------


def items(lines):
    body = mapped(lines=lines).payload
    return body["order_details"]["order_items"]


def test_in_a_company_that_keeps_no_stock_everything_but_time_is_sent():
    lines = [line(CARRIAGE, 1, number=1), line(ASSEMBLY, 1, number=2)]
    assert [item["sku"] for item in items(lines)] == ["VERZEND"]


def test_an_item_without_stock_is_sent_if_it_weighs_something():
    heavy = {**CARRIAGE, "NetWeight": 0.1}
    lines = [line(MUG, 1, number=1), line(heavy, 1, number=2)]
    parts = {"account": {ACCOUNT_ID: PRIVATE}, "contact": {}, "address": {}, "item": {**ITEMS, "carriage": heavy}}
    found = map_order(parse_exact.order(HEADER, lines, parts), INTEGRATION, Rules())
    assert found.left_out == ()


def test_a_line_without_a_known_item_is_sent():
    unknown = {**line(MUG, 1, amount=3), "Item": "gone", "Description": "Losse verkoop"}
    assert items([unknown]) == [
        {
            "item_id": "line-1",
            "name": "Losse verkoop",
            "quantity": 1,
            "total_price": {"value": 3.0, "currency": "EUR"},
            "unit_price": {"value": 3.0, "currency": "EUR"},
            "sku": "MUG",
        }
    ]


@pytest.mark.parametrize(
    "barcode, ean",
    [
        ("8712345678906", "8712345678906"),
        ("87123456", "87123456"),
        ("871234567890", "871234567890"),
        ("08712345678906", "08712345678906"),
        ("MUG-1", None),
        ("8712345", None),
        ("871234567", None),
        ("٨٧١٢٣٤٥٦", None),
        ("", None),
    ],
)
def test_a_barcode_is_sent_as_ean_only_if_it_is_one(barcode, ean):
    parts = {
        "account": {ACCOUNT_ID: PRIVATE},
        "contact": {},
        "address": {},
        "item": {"mug": {**MUG, "Barcode": barcode}},
    }
    body = map_order(parse_exact.order(HEADER, TWO_MUGS, parts), INTEGRATION, Rules()).payload
    assert body and body["order_details"]["order_items"][0].get("ean") == ean


@pytest.mark.parametrize(
    "quantity, delivered, amount, price, total, unit",
    [
        (3, 0, 10, None, 10.0, 3.33),
        (3, 1, 10, None, 6.67, 3.34),  # two thirds, and half of that
        (4, 1, None, 2.5, 7.5, 2.5),
        (2, 0, 0, 2.5, 0.0, 0.0),  # a gift costs nothing, whatever the price list says
        (2, 0, -5, None, 0.0, 0.0),
        (1, 0, 0.005, None, 0.01, 0.01),
        (2, -1, 10, None, 10.0, 3.33),  # three to deliver of two that were sold: no more than was sold
        (1e-9, -999_999_999, 999_999_999, None, 999_999_999.0, 999_999_999.0),
        (2, 0, None, None, 0.0, 0.0),
    ],
)
def test_the_price_is_that_of_what_is_left(quantity, delivered, amount, price, total, unit):
    (item,) = items([line(MUG, quantity, delivered, amount=amount, price=price)])
    assert (item["total_price"]["value"], item["unit_price"]["value"]) == (total, unit)


def test_the_order_costs_what_its_lines_cost():
    body = mapped(lines=[line(MUG, 3, amount=10, number=1), line(TABLE, 1, amount=99.95, number=2)]).payload
    assert body["payment_details"]["total_price"] == {"value": 109.95, "currency": "EUR"}


def test_a_feather_weighs_a_gram():
    parts = {
        "account": {ACCOUNT_ID: PRIVATE},
        "contact": {},
        "address": {},
        "item": {"mug": {**MUG, "NetWeight": 0.00001}},
    }
    body = map_order(parse_exact.order(HEADER, TWO_MUGS, parts), INTEGRATION, Rules()).payload
    assert body and body["order_details"]["order_items"][0]["measurement"]["weight"]["value"] == 0.001
    assert body["shipping_details"]["measurement"]["weight"]["value"] == 0.001


def test_the_weight_of_the_parcel_is_told_only_if_every_piece_has_one():
    assert "shipping_details" not in mapped(lines=[line(MUG, 1, number=1), line(TABLE, 1, number=2)]).payload


# -- customs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "country, postcode, declared",
    [
        ("NL", "1234 AB", False),
        ("DE", "10115", False),
        ("ES", "28001", False),
        ("ES", "35001", True),  # Canary Islands
        ("GB", "BT1 1AA", False),  # Northern Ireland
        ("GB", "SW1A 1AA", True),
        ("CH", "8001", True),
        ("NO", "0150", True),
    ],
)
def test_customs_details_go_with_what_leaves_the_customs_union(country, postcode, declared):
    body = mapped(account={**PRIVATE, "Country": country, "Postcode": postcode}).payload
    expected = {"commercial_invoice_number": "1042", "shipment_type": "commercial_goods"}
    address = body.pop("shipping_address")
    assert (address["country_code"], address["postal_code"]) == (country, postcode)
    expected_body = {name: part for name, part in TO_A_PERSON.items() if name != "shipping_address"}
    assert body == {**expected_body, **({"customs_details": expected} if declared else {})}


# -- streets, phones and states -------------------------------------------------------------------------------


def test_a_street_is_split_only_where_the_split_is_certain():
    certain = mapped(account={**PRIVATE, "AddressLine1": "Witte de Withstraat 71-B", "AddressLine2": "Achterhuis"})
    address = certain.payload["shipping_address"]
    assert (address["address_line_1"], address["house_number"]) == ("Witte de Withstraat", "71-B")
    assert address["address_line_2"] == "Achterhuis" and certain.label_problems == ()
    assert certain.provenance["shipping_address.house_number"] == ("split", "Accounts.AddressLine1")


def test_a_street_that_may_be_read_in_several_ways_goes_whole_and_is_a_question_before_the_label():
    account = {**PRIVATE, "AddressLine1": "Rokin", "AddressLine2": "Amsterdam", "AddressLine3": "12"}
    found = mapped(account=account)
    address = found.payload["shipping_address"]
    assert (address["address_line_1"], address["address_line_2"]) == ("Rokin", "Amsterdam, 12")
    assert "house_number" not in address
    (problem,) = found.label_problems
    assert (problem.code, problem.field) == ("house_number_unsure", "house_number")
    assert problem.value == "Rokin, Amsterdam, 12" and "Rokin" in problem.params["readings"]


@pytest.mark.parametrize(
    "line, street, number, second",
    [("Kerkstraat 42-46", "Kerkstraat", "42-46", ""), ("Kerkstraat 120 t/m 124", "Kerkstraat", "120", "t/m 124")],
)
def test_a_doubt_that_leaves_the_label_as_it_is_keeps_the_house_number_apart(line, street, number, second):
    found = mapped(account={**PRIVATE, "AddressLine1": line})
    address = found.payload["shipping_address"]
    assert (address["address_line_1"], address["house_number"]) == (street, number)
    assert address.get("address_line_2", "") == second and found.label_problems == ()


def test_a_person_who_gave_the_house_number_is_not_asked_again():
    account = {**PRIVATE, "AddressLine1": "Rokin", "AddressLine2": "Amsterdam", "AddressLine3": "12"}
    repaired = {"house_number": "12", "address_line_1": "Rokin"}
    found = map_order(order(account=account), INTEGRATION, Rules(), repaired)
    assert found.label_problems == () and found.payload["shipping_address"]["house_number"] == "12"
    assert found.provenance["shipping_address.house_number"] == ("correction", "")


def test_a_street_without_number_goes_as_it_is():
    address = mapped(account={**PRIVATE, "AddressLine1": "Het Witte Huis"}).payload["shipping_address"]
    assert address["address_line_1"] == "Het Witte Huis" and "house_number" not in address


def test_a_phone_that_cannot_be_one_goes_as_it_was_typed():
    assert mapped(account={**PRIVATE, "Phone": "bel Piet"}).payload["customer_details"]["phone_number"] == "bel Piet"


def test_a_state_goes_as_its_iso_code_where_carriers_want_one():
    account = {**PRIVATE, "State": "Roma", "Country": "IT", "Postcode": "00185", "City": "Roma"}
    found = mapped(account=account)
    assert found.payload["shipping_address"]["state_province_code"] == "IT-RM"
    assert found.provenance["shipping_address.state_province_code"][1] == "Accounts.State"
    assert "state_province_code" not in mapped(account={**PRIVATE, "State": "Utrecht"}).payload["shipping_address"]


# -- manual customer data -------------------------------------------------------------------------------------

NAMED_DELIVERY = {**DELIVERY, "ContactName": "Balie Noord", "AccountName": "Korst Nieuwegein"}
AT_HOME = {
    **CONTACT, "AddressStreet": "Laan", "AddressStreetNumber": "7", "AddressStreetNumberSuffix": "b",
    "Postcode": "3500 AA", "City": "Utrecht", "Country": "NL ",
}  # fmt: skip


def manually(**sources):
    rules = Rules(customer=Sources(**sources))
    return mapped(rules=rules, account=COMPANY, contact=AT_HOME, address=NAMED_DELIVERY)


def test_manual_takes_each_datum_from_the_record_that_was_chosen():
    found = manually(name="account", company_name="", email="contact", phone="account", address="contact")
    assert found.payload["shipping_address"] == {
        "name": "Bakkerij De Gouden Korst",
        "address_line_1": "Laan",
        "house_number": "7 b",
        "postal_code": "3500 AA",
        "city": "Utrecht",
        "country_code": "NL",
        "email": "jan@korst.example",
        "phone_number": "+31305550123",
    }
    why = {name.removeprefix("shipping_address."): said for name, said in found.provenance.items()}
    assert why["name"] == ("manual_name", "Accounts.Name")
    assert why["email"] == ("manual_email", "Contacts.Email")
    assert why["phone_number"] == ("manual_phone", "Accounts.Phone")
    assert why["address_line_1"] == why["house_number"] == ("split", "Contacts.AddressStreet")
    assert why["city"] == ("manual_address", "Contacts.City")


def test_manual_from_the_delivery_address():
    found = manually(name="address", company_name="address", email="address", phone="address", address="address")
    address = found.payload["shipping_address"]
    assert (address["name"], address["company_name"]) == ("Balie Noord", "Korst Nieuwegein")
    assert address["phone_number"] == "+31305550789" and "email" not in address
    assert found.provenance["shipping_address.name"] == ("manual_name", "Addresses.ContactName")
    assert found.provenance["shipping_address.company_name"] == ("manual_company_name", "Addresses.AccountName")


def test_manual_leaves_out_what_was_chosen_to_be_empty():
    address = manually(company_name="", email="", phone="").payload["shipping_address"]
    assert not {"company_name", "email", "phone_number"} & set(address)


def test_manual_without_the_chosen_record_takes_the_accounts_name_and_address_and_says_so():
    rules = Rules(customer=Sources())
    found = mapped(rules=rules, account=COMPANY)
    assert found.payload["shipping_address"]["name"] == "Bakkerij De Gouden Korst"
    assert found.provenance["shipping_address.name"] == ("manual_instead", "Accounts.Name")
    assert found.provenance["shipping_address.city"] == ("manual_instead", "Accounts.City")


def test_manual_sends_to_the_account_although_the_delivery_address_was_deleted():
    found = mapped(rules=Rules(customer=Sources(address="account")), account=COMPANY, address=None)
    assert found.payload["shipping_address"]["city"] == "Utrecht"
    deleted = mapped(rules=Rules(customer=Sources()), account=COMPANY, address=None)
    assert [problem.code for problem in deleted.problems] == ["address_deleted"]


# -- service points -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "source"), [("YourRef", "YourRef"), ("Description", "Description"), ("Remarks", "Remarks")]
)
def test_a_service_point_comes_from_the_chosen_field_as_text(field, source):
    found = mapped(rules=Rules(service_point_field=field), header={source: " 11240917 "})
    assert found.payload["service_point_details"] == {"id": "11240917"}
    assert found.provenance["service_point_details.id"] == ("service_point", f"SalesOrders.{source}")


def test_a_service_point_from_a_custom_field():
    record = order()
    record = dataclasses.replace(record, custom={"Afhaalpunt": "112"})
    found = map_order(record, INTEGRATION, Rules(service_point_field="custom:Afhaalpunt"))
    assert found.payload["service_point_details"] == {"id": "112"}


@pytest.mark.parametrize(
    "rules", [Rules(), Rules(service_point_field="YourRef"), Rules(service_point_field="custom:X")]
)
def test_no_service_point_where_it_is_off_or_the_field_is_empty(rules):
    assert mapped(rules=rules, header={"Description": "112"}).payload == mapped(header={"Description": "112"}).payload


@pytest.mark.parametrize("value", ["PO 12", "11240917a", "1" * 13, "-4", "112.5", "١١٢"])
def test_a_service_point_that_cannot_be_one_is_named_with_field_and_value(value):
    found = mapped(rules=Rules(service_point_field="YourRef"), header={"YourRef": value})
    wanted = Problem("service_point_wrong", "service_point_details", value, {"source": "YourRef"})
    assert found.problems == (wanted,)


# -- customs --------------------------------------------------------------------------------------------------

SWISS = {**PRIVATE, "Postcode": "8001", "City": "Zürich", "Country": "CH"}


def items_of(found):
    return found.payload["order_details"]["order_items"]


def with_item(rules, account=PRIVATE, **values):
    parts = {"account": {ACCOUNT_ID: account}, "contact": {}, "address": {}, "item": {"mug": {**MUG, **values}}}
    return map_order(parse_exact.order(HEADER, TWO_MUGS, parts), INTEGRATION, rules)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("StatisticalCode", {"StatisticalCode": "6912 00 23"}),
        ("FreeTextField_03", {"FreeTextField_03": "69120023"}),
        ("extra:2", {"ExtraFields": {"2": "69120023"}}),
        ("custom:HS", {"CustomFields": {"HS": "69120023"}}),
    ],
)
def test_the_hs_code_comes_from_the_chosen_field_else_the_default(field, values):
    rules = Rules(item_hs_code_field=field, hs_code="8215.99")
    found = with_item(rules, **values)
    assert items_of(found)[0]["hs_code"] == "69120023"
    assert found.provenance["order_details.order_items.0.hs_code"] == ("item_field", f"Items.{field}")
    found = with_item(rules)
    assert items_of(found)[0]["hs_code"] == "8215.99"
    assert found.provenance["order_details.order_items.0.hs_code"] == ("default", "")


def test_the_origin_too():
    rules = Rules(item_origin_field="FreeTextField_01", origin_country="NL")
    assert items_of(with_item(rules, FreeTextField_01="jp "))[0]["country_of_origin"] == "JP"
    assert items_of(with_item(rules, FreeTextField_01="Japan"))[0]["country_of_origin"] == "NL"


def with_repaired(rules, repaired, **values):
    items = {"mug": parse_exact.item({**MUG, **values}, repaired)}
    parts = {"account": {ACCOUNT_ID: PRIVATE}, "contact": {}, "address": {}, "item": {}}
    found = map_order(parse_exact.order(HEADER, TWO_MUGS, parts, items), INTEGRATION, rules)
    return items_of(found)[0], found.provenance


def test_what_a_person_put_here_comes_after_the_article_and_before_the_default():
    rules = Rules(item_hs_code_field="StatisticalCode", hs_code="8215.99", origin_country="NL", default_grams=100)
    repaired = {"hs_code": "691200", "country_of_origin": "PT", "weight": "350"}
    item, why = with_repaired(rules, repaired, NetWeight=None)
    assert (item["hs_code"], item["country_of_origin"]) == ("691200", "PT")
    assert item["measurement"]["weight"]["value"] == 0.35
    here = "order_details.order_items.0"
    assert {why[f"{here}.{name}"] for name in ("hs_code", "country_of_origin", "measurement")} == {("correction", "")}
    assert why["shipping_details.measurement"][0] == "correction"
    item, why = with_repaired(rules, repaired, NetWeight=0.4, StatisticalCode="69120023")
    assert item["hs_code"] == "69120023" and item["measurement"]["weight"]["value"] == 0.4
    assert why[f"{here}.hs_code"][0] == "item_field" and why[f"{here}.measurement"][0] == "fixed"


def test_what_has_not_the_shape_of_an_hs_code_is_not_sent():
    assert (
        "hs_code" not in items_of(with_item(Rules(item_hs_code_field="StatisticalCode"), StatisticalCode="n.v.t."))[0]
    )


SPOON = {"ID": "spoon", "Code": "LEPEL", "IsStockItem": True, "StatisticalCode": "82159910"}
CUSTOMS = Rules(item_hs_code_field="StatisticalCode", origin_country="NL")


def abroad(rules, lines, account=SWISS):
    parts = {"account": {ACCOUNT_ID: account}, "contact": {}, "address": {}, "item": {**ITEMS, "spoon": SPOON}}
    return map_order(parse_exact.order(HEADER, lines, parts), INTEGRATION, rules)


def test_customs_are_asked_for_once_with_every_product_and_all_that_it_lacks():
    lines = [
        line(MUG, 2, amount=7, number=1),
        line(SPOON, 1, amount=3, number=2),
        line(MUG, 1, amount=0, number=3),
        line(TABLE, 1, price=99, number=4),
    ]
    found = abroad(CUSTOMS, lines)
    assert found.payload is not None and found.problems == ()
    (problem,) = found.label_problems
    assert (problem.code, problem.field, problem.value) == (
        "customs_incomplete",
        "customs_details",
        "MUG, LEPEL, TAFEL",
    )
    assert problem.params["lacking"] == [
        {"code": "MUG", "item": "mug", "lacks": ["hs_code", "value"]},
        {"code": "LEPEL", "item": "spoon", "lacks": ["weight"]},
        {"code": "TAFEL", "item": "table", "lacks": ["hs_code", "weight"]},
    ]


def test_defaults_fill_what_customs_ask_for_but_not_the_value():
    rules = dataclasses.replace(CUSTOMS, hs_code="691200", default_grams=500)
    assert abroad(rules, [line(MUG, 1, amount=7), line(TABLE, 1, price=9, number=2)]).label_problems == ()
    (problem,) = abroad(rules, [line(MUG, 1, amount=0)]).label_problems
    assert problem.params["lacking"] == [{"code": "MUG", "item": "mug", "lacks": ["value"]}]


def test_inside_the_union_customs_ask_nothing():
    assert abroad(Rules(), [line(TABLE, 1, price=9)], PRIVATE).label_problems == ()


def test_what_is_put_right_of_a_person_holds_for_the_customer_as_well():
    repaired = {"name": "Jan Smit", "email": "jan@example.com", "phone_number": "+31612345678"}
    body = map_order(order(account={**PRIVATE, "Name": "", "Email": "jan at example"}), 7, Rules(), repaired)
    assert body.payload["customer_details"] == repaired
    assert body.provenance["customer_details.name"] == ("correction", "")


def test_a_corrected_country_decides_about_customs():
    record = order(account=PRIVATE)
    found = map_order(record, INTEGRATION, Rules(), {"country_code": "CH", "postal_code": "8001"})
    assert found.payload["customs_details"] == {
        "commercial_invoice_number": "1042",
        "shipment_type": "commercial_goods",
    }


@pytest.mark.parametrize(
    ("home", "country", "postcode", "declared"),
    [
        ("GB", "GB", "SW1A 1AA", False),
        ("GB", "GB", "JE2 3AB", True),
        ("GB", "NL", "1011 AB", True),
        ("US", "US", "10001", False),
        ("DE", "NL", "1011 AB", False),
    ],
)
def test_customs_begin_at_the_border_of_the_merchant(home, country, postcode, declared):
    account = {**PRIVATE, "Country": country, "Postcode": postcode}
    body = mapped(account=account, rules=Rules(home=home)).payload
    assert ("customs_details" in body) == declared


def test_a_delivery_has_the_problems_of_its_own_items():
    record = order(account=SWISS)
    found = map_delivery(record, {"line-1": Decimal(1)}, "d", "1042-1", INTEGRATION, Rules(hs_code="691200"))
    assert [problem.params["lacking"] for problem in found.label_problems] == [
        [{"code": "MUG", "item": "mug", "lacks": ["country_of_origin"]}]
    ]


# -- weight ---------------------------------------------------------------------------------------------------


def test_the_default_weight_is_for_items_that_have_none():
    rules = Rules(default_grams=750)
    found = mapped(lines=[line(MUG, 2, amount=7), line(TABLE, 3, price=9, number=2)], rules=rules)
    weights = [item["measurement"]["weight"] for item in items_of(found)]
    assert weights == [{"value": 0.25, "unit": "kg"}, {"value": 0.75, "unit": "kg"}]
    assert found.payload["shipping_details"]["measurement"]["weight"] == {"value": 2.75, "unit": "kg"}
    assert found.provenance["order_details.order_items.0.measurement"] == ("fixed", "Items.NetWeight")
    assert found.provenance["order_details.order_items.1.measurement"] == ("default", "")
    assert found.provenance["shipping_details.measurement"] == ("default", "Items.NetWeight")


def test_a_broken_quantity_of_the_default_weight_is_weighed_as_a_whole():
    found = mapped(lines=[line(TABLE, 1.5, amount=7)], rules=Rules(default_grams=1000))
    assert items_of(found)[0]["measurement"]["weight"] == {"value": 1.5, "unit": "kg"}


def test_a_line_without_item_has_the_default_weight_too():
    found = map_order(
        parse_exact.order(HEADER, [{**TWO_MUGS[0], "Item": None}], {"account": {ACCOUNT_ID: PRIVATE}, "contact": {},
                          "address": {}, "item": {}}), INTEGRATION, Rules(default_grams=100),
    )  # fmt: skip
    assert items_of(found)[0]["measurement"]["weight"]["value"] == 0.1


# -- lengths --------------------------------------------------------------------------------------------------


def test_what_is_too_long_goes_on_in_the_second_line():
    company = {**COMPANY, "Name": "Vereniging tot Bevordering van de Fietsvaardigheid en het Vervoer te Utrecht"}
    address = mapped(account=company, contact=CONTACT, address=DELIVERY).payload["shipping_address"]
    assert address["company_name"] == "Vereniging tot Bevordering van de Fietsvaardigheid"
    assert address["address_line_2"] == "en het Vervoer te Utrecht, Hal 2"
    assert mapped(account=company, contact=CONTACT, address=DELIVERY).label_problems == ()


def test_what_fits_nowhere_is_a_question_before_the_label_and_leaves_whole():
    city = "Llanfairpwllgwyngyllgogerychwyrndrobwll"
    found = mapped(account={**PRIVATE, "City": city})
    assert found.payload["shipping_address"]["city"] == city
    assert found.label_problems == (Problem("value_too_long", "city", city, {"most": "30"}),)


def test_a_long_name_of_an_article_is_whole_in_its_description():
    name = "Mok " * 80
    (item,) = items_of(mapped(lines=[line(MUG, 1, amount=7, name=name)]))
    assert len(item["name"]) == 255 and item["description"] == name.strip()


@pytest.mark.parametrize("where", ["11239001", "home"])
@pytest.mark.parametrize("told", ["11238642", "PO > 117", "x" * 900])
def test_where_a_person_sent_it_holds_for_what_exact_said_then(told, where):
    rules = Rules(service_point_field="YourRef")
    said = {chosen_point.FIELD: chosen_point.kept(told, where)}
    assert len(said[chosen_point.FIELD]) < 255
    found = map_order(order({"YourRef": told}), INTEGRATION, rules, said)
    assert found.problems == ()
    if where == "home":
        assert "service_point_details" not in found.payload
    else:
        assert found.payload["service_point_details"] == {"id": where}
        assert found.provenance["service_point_details.id"] == ("correction", "")


def test_another_number_in_exact_counts_and_not_where_a_person_sent_it():
    rules, said = Rules(service_point_field="YourRef"), {chosen_point.FIELD: "11238642>11239001"}
    found = map_order(order({"YourRef": "11239001"}), INTEGRATION, rules, said)
    assert found.payload["service_point_details"] == {"id": "11239001"}
    assert found.provenance["service_point_details.id"] == ("service_point", "SalesOrders.YourRef")
    for now, configured in (("", rules), ("11238642", Rules())):
        found = map_order(order({"YourRef": now}), INTEGRATION, configured, said)
        assert "service_point_details" not in found.payload
    wrong = map_order(order({"YourRef": "PO 117"}), INTEGRATION, rules, said)
    assert [problem.code for problem in wrong.problems] == ["service_point_wrong"]


def test_a_post_number_goes_with_the_service_point_only():
    said, rules = {"post_number": "1234567"}, Rules(service_point_field="YourRef")
    record = order(header={"YourRef": "10005"})
    found = map_order(record, INTEGRATION, rules, said)
    assert found.payload["service_point_details"] == {"id": "10005", "post_number": "1234567"}
    assert found.provenance["service_point_details.post_number"] == ("correction", "")
    assert "post_number" not in found.payload["shipping_address"]
    assert "service_point_details" not in map_order(record, INTEGRATION, Rules(), said).payload


# -- every rule, with the whole body --------------------------------------------------------------------------

CHANGES: dict = {
    "nothing": (Rules(), {}),
    "shipment type": (Rules(shipment_type="gift"), {}),
    "hs code": (Rules(hs_code="691200"), {"order_details.order_items.0.hs_code": "691200"}),
    "origin": (Rules(origin_country="JP"), {"order_details.order_items.0.country_of_origin": "JP"}),
    "hs code of the item": (
        Rules(item_hs_code_field="StatisticalCode"), {"order_details.order_items.0.hs_code": "82159910"},
    ),
    "origin of the item": (
        Rules(item_origin_field="FreeTextField_01"), {"order_details.order_items.0.country_of_origin": "IT"},
    ),
    "service point": (Rules(service_point_field="YourRef"), {"service_point_details": {"id": "10005"}}),
    "default weight": (
        Rules(default_grams=300),
        {"order_details.order_items.0.measurement": {"weight": {"value": 0.3, "unit": "kg"}},
         "shipping_details": {"measurement": {"weight": {"value": 0.6, "unit": "kg"}}}},
    ),
    "manual": (
        Rules(customer=Sources("contact", "account", "", "contact", "account")),
        {"shipping_address": {
            "name": "Jan Smit", "company_name": "Sanne de Boer", "address_line_1": "Dorpsstraat",
            "house_number": "12", "postal_code": "1234 AB", "city": "Ons Dorp", "country_code": "NL",
            "phone_number": "+31623456789"},
         "customer_details": {"name": "Jan Smit", "phone_number": "+31623456789"}},
    ),
}  # fmt: skip


def with_changes(body, changes):
    body = json.loads(json.dumps(body))
    for path, value in changes.items():
        *steps, last = path.split(".")
        here = body
        for step in steps:
            here = here[int(step) if step.isdecimal() else step]
        here[last] = value
    return body


@pytest.mark.parametrize("name", CHANGES)
def test_each_rule_changes_what_it_is_for_and_nothing_else(name):
    """The whole body under one rule, for an order that gives each rule something to do."""
    rules, changes = CHANGES[name]
    spoon = {**SPOON, "FreeTextField_01": "IT"}
    header = {"YourRef": "10005", "OrderedByContactPerson": CONTACT_ID if rules.customer else None}
    parts = {
        "account": {ACCOUNT_ID: PRIVATE}, "contact": {CONTACT_ID: CONTACT}, "address": {}, "item": {"spoon": spoon},
    }  # fmt: skip
    record = parse_exact.order({**HEADER, **header}, [line(SPOON, 2, amount=7, name="Lepel")], parts)
    assert map_order(record, INTEGRATION, rules).payload == with_changes(TWO_SPOONS, changes)


# -- provenance and fingerprint -------------------------------------------------------------------------------


def test_provenance_tells_which_record_each_field_came_from():
    found = mapped(account=COMPANY, contact=CONTACT, address=DELIVERY).provenance
    assert found["shipping_address.name"] == ("dynamic_contact", "Contacts.FullName")
    assert found["shipping_address.company_name"] == ("dynamic_contact", "Accounts.Name")
    assert found["shipping_address.phone_number"] == ("dynamic_contact", "Contacts.Phone")
    assert found["shipping_address.city"] == ("delivery_address", "Addresses.City")
    found = mapped().provenance
    assert found["shipping_address.name"] == ("dynamic_account", "Accounts.Name")
    assert found["shipping_address.city"][1] == "Accounts.City"
    assert "shipping_address.company_name" not in found


def test_the_fingerprint_is_the_same_whatever_the_order_of_the_keys_and_another_for_other_values():
    body = mapped().payload
    turned = json.loads(json.dumps(body), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert list(turned) != list(body) and fingerprint(turned) == fingerprint(body)
    assert fingerprint(json.loads(json.dumps(body))) == fingerprint(body)  # also when it comes from the database
    assert fingerprint({**body, "order_number": "1043"}) != fingerprint(body)


def test_the_order_of_exacts_lines_does_not_change_the_body():
    lines = [line(MUG, 1, number=1), line(TABLE, 1, number=2)]
    assert mapped(lines=lines).payload == mapped(lines=lines[::-1]).payload


# -- anything at all ------------------------------------------------------------------------------------------

WORDS = st.text(alphabet="aZ9 .,-é😀<\x00\u00a0", max_size=8)
NUMBERS = st.none() | st.integers(-3, 9) | st.floats() | st.sampled_from(["2.5", "1e999", 2.9999999999999996, 1e8])
ODD = st.none() | WORDS | NUMBERS


def rows(**fields):
    return st.fixed_dictionaries(fields)


def mostly(*usual, odd=ODD):
    """One of the usual values nine times out of ten, so that most orders can be sent."""
    return st.tuples(st.integers(0, 9), st.sampled_from(usual), odd).map(lambda cast: cast[1 if cast[0] else 2])


PLACES = {
    "AddressLine1": mostly("Dorpsstraat 12"),
    "AddressLine2": ODD,
    "Postcode": mostly("1234 AB", "35001", "BT1 1AA"),
    "City": mostly("Ons Dorp"),
    "Country": mostly("NL", "US ", "GB", "nl", "ES", "Nederland"),
    "Phone": ODD,
}
ACCOUNT_ROWS = rows(ID=st.just(ACCOUNT_ID), Name=mostly("Sanne", "Jan"), Email=ODD, **PLACES)
CONTACT_ROWS = rows(ID=st.just(CONTACT_ID), FullName=mostly("Jan", None), Email=ODD, Mobile=ODD)
ITEM_ROWS = rows(
    ID=st.just("mug"), Code=ODD, Barcode=ODD, NetWeight=NUMBERS, NetWeightUnit=st.sampled_from([None, "g", "lb"]),
    IsStockItem=st.none() | st.booleans(), IsTime=st.sampled_from([None, 0, 1]),
)  # fmt: skip
LINES = rows(
    ID=mostly("line-1", "line-2", "line-3"),
    LineNumber=NUMBERS,
    Item=st.sampled_from([None, "mug", "gone"]),
    ItemCode=ODD,
    Description=ODD,
    UnitDescription=ODD,
    Quantity=mostly(1, 2, "4", 2.5, 8, odd=NUMBERS),
    QuantityDelivered=mostly(0, None, 1, 0.5, odd=NUMBERS),
    AmountFC=NUMBERS,
    NetPrice=NUMBERS,
)
HEADERS = rows(
    Currency=mostly("EUR", "USD", "gbp "),
    ShippingMethodDescription=ODD,
    DeliveryAddress=mostly(None, ADDRESS_ID),
    OrderedByContactPerson=mostly(None, CONTACT_ID),
)
WHOLE_ORDERS = st.builds(
    lambda header, account, contact, address, item, lines: parse_exact.order(
        {**HEADER, **header},
        lines,
        {
            "account": {ACCOUNT_ID: account},
            "contact": {CONTACT_ID: contact},
            "address": {ADDRESS_ID: address},
            "item": {"mug": item},
        },
    ),
    HEADERS,
    mostly(True, odd=st.none()).flatmap(lambda there: ACCOUNT_ROWS if there else st.none()),
    st.none() | CONTACT_ROWS,
    mostly(True, odd=st.none()).flatmap(lambda there: rows(**PLACES) if there else st.none()),
    ITEM_ROWS,
    st.lists(LINES, min_size=1, max_size=4),
)  # fmt: skip


def leaves(value, path=""):
    """Every value of a body that holds no other, with its dotted path."""
    if isinstance(value, dict) and value:
        return [leaf for name, part in value.items() for leaf in leaves(part, f"{path}.{name}")]
    if isinstance(value, list) and value:
        return [leaf for number, part in enumerate(value) for leaf in leaves(part, f"{path}.{number}")]
    return [(path.removeprefix("."), value)]


CUSTOMER = st.none() | st.builds(
    Sources,
    *[st.sampled_from(["account", "contact", "address"])] * 1,
    *[st.sampled_from(["", "account", "contact", "address"])] * 3,
    st.sampled_from(["account", "contact", "address"]),
)
RULES = st.builds(
    Rules,
    origin_country=st.sampled_from(["", "NL"]),
    hs_code=st.sampled_from(["", "8215.99"]),
    item_hs_code_field=st.sampled_from(["", "StatisticalCode", "extra:1", "custom:X"]),
    service_point_field=st.sampled_from(["", "", "YourRef", "custom:X"]),
    customer=CUSTOMER,
    default_grams=st.sampled_from([0, 1, 70000]),
    home=st.sampled_from(["", "NL", "GB", "US"]),
)


@given(WHOLE_ORDERS, RULES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_exact_wrote_the_body_is_one_that_sendcloud_can_take_or_there_is_a_problem(record, rules):
    found = map_order(record, INTEGRATION, rules)
    event(f"can be sent: {found.payload is not None}")
    assert (found.payload is None) == bool(found.problems)
    if found.payload is None:
        return
    body = json.loads(json.dumps(found.payload, allow_nan=False))
    assert body == found.payload and fingerprint(body) == fingerprint(found.payload)
    assert [path for path, value in leaves(body) if value in ("", None) or value == {} or value == []] == []
    assert [path for path, value in leaves(body) if ".weight.value" in path and not value > 0] == []
    address = body["shipping_address"]
    assert {"name", "address_line_1", "postal_code", "city", "country_code"} <= set(address)
    assert len(address["country_code"]) == 2
    told = {problem.field for problem in found.label_problems if problem.code == "value_too_long"}
    assert {name for name, most in LONGEST.items() if len(address.get(name, "")) > most} == told
    if rules.default_grams:
        assert all(part["measurement"]["weight"]["value"] > 0 for part in body["order_details"]["order_items"])
    parts = body["order_details"]["order_items"]
    assert all(type(part["quantity"]) is int and part["quantity"] >= 1 for part in parts)
    assert all(part["total_price"]["value"] >= 0 and part["unit_price"]["value"] >= 0 for part in parts)
    total = sum(Decimal(str(part["total_price"]["value"])) for part in parts)
    assert Decimal(str(body["payment_details"]["total_price"]["value"])) == total
    assert len(parts) + len(found.left_out) == len(record.lines)


@given(WHOLE_ORDERS, RULES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_path_of_the_provenance_leads_to_a_value(record, rules):
    found = map_order(record, INTEGRATION, rules)
    for path in found.provenance:
        value = found.payload
        for name in path.split("."):
            value = value[int(name) if isinstance(value, list) else name]
        assert value not in ("", None)


ADDRESS_TEXT = st.text(st.sampled_from("ab é-12 ,."), max_size=260)


@given(st.dictionaries(st.sampled_from(["name", "company_name", "address_line_1", "address_line_2"]), ADDRESS_TEXT))
def test_nothing_of_an_address_is_lost_where_it_spills_over(address):
    found = spilled(address)

    def signs(rows):
        return sorted(sign for value in rows.values() for sign in value if sign.isalnum())

    assert signs(found) == signs(address)
    assert all(len(found.get(name, "")) <= LONGEST[name] for name in ("name", "company_name", "address_line_1"))
    within = all(len(value) <= LONGEST[name] for name, value in address.items() if name != "address_line_2")
    assert not within or found == address


AMOUNTS = st.decimals(-(10**9), 10**9, places=4, allow_nan=False)


@given(quantity=AMOUNTS, delivered=AMOUNTS, amount=st.none() | AMOUNTS, price=AMOUNTS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_quantity_or_amount_is_too_large_or_too_small(quantity, delivered, amount, price):
    place = Place(("Dorpsstraat 12",), "1234 AB", "Ons Dorp", "", "NL")
    one = Line("l", 1, None, "MUG", "Mok", "", quantity, delivered, amount, price)
    record = SalesOrder(
        ORDER, 1, "2026-01-01", account=Party("a", "Sanne", place=place), currency="EUR", lines=(one,)
    )
    found = map_order(record, INTEGRATION, Rules())
    assert (found.payload is None) == (quantity < 0 or delivered >= quantity)


# -- the bodies -----------------------------------------------------------------------------------------------

TO_A_PERSON = {
    "order_id": "f0000000-0000-4000-8000-000000000001",
    "order_number": "1042",
    "order_details": {
        "integration": {"id": 7},
        "status": {"code": "open"},
        "order_created_at": "2026-01-01T12:00:00Z",
        "order_items": [
            {
                "item_id": "line-1",
                "name": "Mok met oor",
                "quantity": 2,
                "total_price": {"value": 7.0, "currency": "EUR"},
                "unit_price": {"value": 3.5, "currency": "EUR"},
                "sku": "MUG",
                "ean": "8712345678906",
                "measurement": {"weight": {"value": 0.25, "unit": "kg"}},
            }
        ],
    },
    "payment_details": {"total_price": {"value": 7.0, "currency": "EUR"}, "status": {"code": "unknown"}},
    "customer_details": {
        "name": "Sanne de Boer",
        "email": "sanne@deboer.example",
        "phone_number": "+31612345678",
    },
    "shipping_address": {
        "name": "Sanne de Boer",
        "address_line_1": "Dorpsstraat",
        "house_number": "12",
        "postal_code": "1234 AB",
        "city": "Ons Dorp",
        "country_code": "NL",
        "email": "sanne@deboer.example",
        "phone_number": "+31612345678",
    },
    "shipping_details": {"measurement": {"weight": {"value": 0.5, "unit": "kg"}}},
}

TWO_SPOONS = {
    **{name: value for name, value in TO_A_PERSON.items() if name != "shipping_details"},
    "order_details": {
        "integration": {"id": 7},
        "status": {"code": "open"},
        "order_created_at": "2026-01-01T12:00:00Z",
        "order_items": [
            {
                "item_id": "line-1",
                "name": "Lepel",
                "quantity": 2,
                "total_price": {"value": 7.0, "currency": "EUR"},
                "unit_price": {"value": 3.5, "currency": "EUR"},
                "sku": "LEPEL",
            }
        ],
    },
}

TO_A_COMPANY = {
    **TO_A_PERSON,
    "customer_details": {"name": "Jan Smit", "email": "jan@korst.example", "phone_number": "+31623456789"},
    "shipping_address": {
        "name": "Jan Smit",
        "company_name": "Bakkerij De Gouden Korst",
        "address_line_1": "Voorstraat 9",
        "address_line_2": "Achterom, Bel 2",
        "postal_code": "3512 AM",
        "city": "Utrecht",
        "country_code": "NL",
        "email": "jan@korst.example",
        "phone_number": "+31623456789",
    },
}

COMPANY_ITSELF = {
    "name": "Bakkerij De Gouden Korst",
    "email": "bestellen@korst.example",
    "phone_number": "+31305550123",
}
COMPANY_ADDRESS = {
    "name": "Bakkerij De Gouden Korst",
    "address_line_1": "Voorstraat 9",
    "address_line_2": "Achterom, Bel 2",
    "postal_code": "3512 AM",
    "city": "Utrecht",
    "country_code": "NL",
    "email": "bestellen@korst.example",
    "phone_number": "+31305550123",
}

TO_A_WAREHOUSE = {
    **TO_A_COMPANY,
    "shipping_address": {
        "name": "Jan Smit",
        "company_name": "Bakkerij De Gouden Korst",
        "address_line_1": "Magazijnweg",
        "house_number": "4",
        "address_line_2": "Hal 2",
        "postal_code": "3439 LX",
        "city": "Nieuwegein",
        "country_code": "NL",
        "email": "jan@korst.example",
        "phone_number": "+31623456789",
    },
    "shipping_details": {
        "delivery_indicator": "Pakketdienst",
        "measurement": {"weight": {"value": 0.5, "unit": "kg"}},
    },
}

REST = {
    "order_id": "f0000000-0000-4000-8000-000000000001",
    "order_number": "1042",
    "order_details": {
        "integration": {"id": 7},
        "status": {"code": "open"},
        "order_created_at": "2026-01-01T12:00:00Z",
        "order_items": [
            {
                "item_id": "line-1",
                "name": "Mug",
                "quantity": 2,
                "total_price": {"value": 7.0, "currency": "EUR"},
                "unit_price": {"value": 3.5, "currency": "EUR"},
                "sku": "MUG",
                "ean": "8712345678906",
                "measurement": {"weight": {"value": 0.25, "unit": "kg"}},
            },
            {
                "item_id": "line-3",
                "name": "Tafel",
                "quantity": 1,
                "total_price": {"value": 99.0, "currency": "EUR"},
                "unit_price": {"value": 99.0, "currency": "EUR"},
                "sku": "TAFEL",
            },
        ],
    },
    "payment_details": {"total_price": {"value": 106.0, "currency": "EUR"}, "status": {"code": "unknown"}},
    "customer_details": TO_A_PERSON["customer_details"],
    "shipping_address": TO_A_PERSON["shipping_address"],
}

CHEESE_ITEM = {
    "item_id": "line-1",
    "name": "2.5 kg Boerenkaas",
    "quantity": 1,
    "total_price": {"value": 31.25, "currency": "EUR"},
    "unit_price": {"value": 31.25, "currency": "EUR"},
    "sku": "KAAS",
    "measurement": {"weight": {"value": 2.5, "unit": "kg"}},
}

TO_AMERICA = {
    "order_id": "f0000000-0000-4000-8000-000000000001",
    "order_number": "1042",
    "order_details": {
        "integration": {"id": 7},
        "status": {"code": "open"},
        "order_created_at": "2026-01-01T12:00:00Z",
        "order_items": [
            {
                "item_id": "line-1",
                "name": "Mok met oor",
                "quantity": 2,
                "total_price": {"value": 7.0, "currency": "USD"},
                "unit_price": {"value": 3.5, "currency": "USD"},
                "sku": "MUG",
                "ean": "8712345678906",
                "measurement": {"weight": {"value": 0.25, "unit": "kg"}},
            }
        ],
    },
    "payment_details": {"total_price": {"value": 7.0, "currency": "USD"}, "status": {"code": "unknown"}},
    "customer_details": TO_A_PERSON["customer_details"],
    "shipping_address": {
        "name": "Sanne de Boer",
        "address_line_1": "Dorpsstraat 12",
        "postal_code": "10001",
        "city": "New York",
        "country_code": "US",
        "email": "sanne@deboer.example",
        "phone_number": "+31612345678",
    },
    "shipping_details": {"measurement": {"weight": {"value": 0.5, "unit": "kg"}}},
    "customs_details": {"commercial_invoice_number": "1042", "shipment_type": "gift"},
}
