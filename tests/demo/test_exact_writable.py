"""What any client may write to the played Exact: the fields that the reference marks for POST and PUT."""

import base64

import pytest

from tests.demo.exact_play import message, playing
from webapp.demo.exact.books import guid
from webapp.demo.exact.entities import ENDPOINTS
from webapp.demo.exact.seed import SHOP, item_id

ORDERS, LINES, DELIVERIES = "salesorder/SalesOrders", "salesorder/SalesOrderLines", "salesorder/GoodsDeliveries"
ACCOUNTS, CONTACTS, ADDRESSES = "crm/Accounts", "crm/Contacts", "crm/Addresses"
ENTRY = guid(SHOP, "delivery", 20008)
SAMPLES = {"guid": guid("elsewhere"), "text": "a", "int": 1, "byte": 1, "double": 2.5, "bool": True}
SAMPLES |= {"date": "2026-03-01T00:00:00", "time": "2026-03-01T00:00:00", "binary": base64.b64encode(b"x").decode()}


@pytest.fixture
def play():
    with playing() as play:
        yield play


@pytest.fixture
def account(play):
    return play.post(ACCOUNTS, {"Name": "Nieuw"}).json()["d"]["ID"]


def read(play, path, key):
    return play.get(f"{path}(guid'{key}')").json()["d"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (ACCOUNTS, "Blocked IsSupplier GlnNumber Classification1 DiscountSales StartDate PaymentConditionSales Fax"),
        (CONTACTS, "BirthDate Gender Initials JobTitleDescription IsMailingExcluded Title BusinessPhoneExtension"),
        (ADDRESSES, "Mailbox FreeDateField_01 FreeBoolField_05 NicNumber Fax"),
        ("logistics/Items", "Class_01 ItemGroup IsBatchItem IsSerialItem NetWeightUnit SalesVatCode CostPriceNew"),
        ("documents/Documents", "SalesInvoiceNumber Project Opportunity InheritShare TeamsMeetingId ContractID"),
    ],
)
def test_what_the_reference_marks_for_post_comes_back(play, account, path, names):
    needed = {ACCOUNTS: {"Name": "N"}, CONTACTS: {"Account": account, "LastName": "Z"}}
    needed |= {ADDRESSES: {"Account": account, "Type": 4}, "logistics/Items": {"Code": "N-1", "Description": "N"}}
    needed |= {"documents/Documents": {"Subject": "S", "Type": 55}}
    kinds = ENDPOINTS[path].fields
    sent = {name: SAMPLES[kinds[name]] for name in names.split()}
    made = play.post(path, needed[path] | sent, prefer=True)
    assert made.status_code == 201, made.text
    shown = read(play, path, made.json()["d"]["ID"])
    assert {name for name in sent if not shown[name]} == set()


@pytest.mark.parametrize(
    ("path", "needed", "sent"),
    [
        (ACCOUNTS, {"Name": "N"}, {"IsSales": True, "Type": "D", "Currency": "USD", "CountryName": "Nergens"}),
        (
            CONTACTS,
            {"LastName": "Z"},
            {"City": "Ede", "AddressStreet": "Weg", "Postcode": "1", "IsMainContact": True},
        ),
        ("logistics/Items", {"Code": "N-1", "Description": "N"}, {"StandardSalesPrice": 9.5, "Stock": 4.5}),
    ],
)
def test_what_it_marks_for_reading_only_is_left_aside(play, account, path, needed, sent):
    if path == CONTACTS:
        needed = needed | {"Account": account}
    made = play.post(path, needed | sent, prefer=True).json()["d"]
    shown = read(play, path, made["ID"])
    assert all(shown[name] != value for name, value in sent.items())


def test_a_whole_record_as_it_was_read_can_be_put_back(play):
    """Clients that keep a record as an object send it whole, with the links to its collections."""
    for path, key in ((DELIVERIES, ENTRY), (ORDERS, play.order(20020)["OrderID"])):
        whole = read(play, path, key)
        assert whole[path.rpartition("/")[2].replace("Deliveries", "Delivery").replace("Orders", "Order") + "Lines"]
        answer = play.put(path, key, whole | {"Remarks": "Bel aan"})
        assert answer.status_code == 204, answer.text
        assert read(play, path, key)["Remarks"] == "Bel aan"


def test_an_order_whose_lines_are_only_a_link_has_none(play, account):
    link = {"__deferred": {"uri": "https://elsewhere.example"}}
    answer = play.post(ORDERS, {"OrderedBy": account, "SalesOrderLines": link})
    assert (answer.status_code, message(answer)) == (400, "Mandatory: SalesOrderLines")


def test_a_sales_order_is_approved_by_value_2(play):
    lines = [{"Item": item_id(SHOP, "BEL-01"), "Quantity": 1}]
    data = {"OrderedBy": play.order(20020)["OrderedBy"], "SalesOrderLines": lines}
    order = play.post(ORDERS, data, prefer=True).json()["d"]
    assert (order["ApprovalStatus"], order["Approver"]) == (0, None)
    assert play.put(ORDERS, order["OrderID"], {"ApprovalStatus": 2}).status_code == 204
    shown = read(play, ORDERS, order["OrderID"])
    assert shown["ApprovalStatus"] == 2 and shown["Approver"] == shown["Creator"] and shown["Approved"]
    assert play.post(ORDERS, data | {"ApprovalStatus": 2}, prefer=True).json()["d"]["ApprovalStatus"] == 2


def test_who_has_no_right_to_approve_cannot(play):
    play.switch(user={"name": "sanne@despaak.example", "denied": {"*": [f"APPROVE {ORDERS}"]}})
    waiting = next(r for r in play.books.rows(SHOP, "SalesOrders") if r["ApprovalStatus"] == 0)["OrderID"]
    assert play.put(ORDERS, waiting, {"ApprovalStatus": 2}).status_code == 403
    assert play.put(ORDERS, waiting, {"Remarks": "x", "ApprovalStatus": 0}).status_code == 204


def test_a_completed_sales_order_is_not_changed(play):
    done = next(r for r in play.books.rows(SHOP, "SalesOrders") if r["Status"] == 21)["OrderID"]
    assert play.put(ORDERS, done, {"Remarks": "x"}).status_code == 400


def test_the_customers_of_a_sales_order_cannot_be_changed(play, account):
    order = play.order(20020)
    customers = {name: account for name in ("OrderedBy", "DeliverTo", "InvoiceTo")}
    before = {name: order[name] for name in customers}
    assert play.put(ORDERS, order["OrderID"], customers).status_code == 204
    assert {name: order[name] for name in customers} == before


def test_notes_and_tracking_of_a_delivered_line_are_kept(play):
    line = {"SalesOrderLineID": play.line(20020)["ID"], "QuantityDelivered": 1}
    more = {"Notes": "Breekbaar", "TrackingNumber": "T-1", "Description": "Anders"}
    data = {"DeliveryDate": "2026-03-04", "GoodsDeliveryLines": [line | more]}
    made = play.post(DELIVERIES, data)
    assert made.status_code == 201, made.text
    (kept,) = play.books.rows(SHOP, "GoodsDeliveryLines", EntryID=made.json()["d"]["EntryID"])
    assert {name: kept[name] for name in more} == more


def test_a_contact_needs_an_account_and_one_of_its_names(play, account):
    assert play.post(CONTACTS, {"Account": account, "FirstName": "An"}).status_code == 201
    assert play.post(CONTACTS, {"Account": account, "LastName": "Zee"}).status_code == 201
    assert play.post(CONTACTS, {"Account": account, "Email": "an@zee.example"}).status_code == 400
    assert play.post(CONTACTS, {"LastName": "Zee"}).status_code == 400


def test_an_address_is_of_an_account_or_of_a_warehouse(play, account):
    warehouse = play.books.rows(SHOP, "Warehouses")[0]["ID"]
    made = play.post(ADDRESSES, {"Warehouse": warehouse, "Type": 4, "AddressLine1": "Kade 1"}, prefer=True)
    assert made.status_code == 201 and made.json()["d"]["Account"] is None
    assert play.post(ADDRESSES, {"Warehouse": warehouse, "Type": 1}).status_code == 400
    assert play.post(ADDRESSES, {"Warehouse": warehouse, "Account": account, "Type": 4}).status_code == 400
    assert play.post(ADDRESSES, {"Type": 4}).status_code == 400


def test_an_address_that_exists_is_not_made_again(play, account):
    data = {
        "Account": account,
        "Type": 4,
        "AddressLine1": "Weg 1",
        "Postcode": "1234 AB",
        "City": "Ede",
        "Country": "NL",
    }
    first = play.post(ADDRESSES, data).json()["d"]["ID"]
    again = play.post(ADDRESSES, data)
    assert (again.status_code, again.json()["d"]["ID"]) == (201, first)
    assert play.post(ADDRESSES, data | {"AddressLine1": "Weg 2"}).json()["d"]["ID"] != first
    assert play.post(ADDRESSES, data | {"Type": 3}).json()["d"]["ID"] != first


@pytest.mark.parametrize(("path", "field", "value"), [(ADDRESSES, "Type", 9), (ACCOUNTS, "Status", "X")])
def test_a_value_outside_the_documented_ones(play, account, path, field, value):
    needed = {"Account": account} if path == ADDRESSES else {"Name": "N"}
    answer = play.post(path, needed | {field: value})
    assert (answer.status_code, message(answer)) == (400, f"Invalid value: {field}")


def test_null_in_a_new_record_is_as_good_as_nothing(play):
    """Clients that keep a record as an object send every field of it."""
    ordered_by = play.order(20020)["OrderedBy"]
    line = {"Item": item_id(SHOP, "BEL-01"), "Quantity": None, "UnitPrice": None, "VATCode": None}
    data = {"OrderedBy": ordered_by, "DeliverTo": None, "OrderDate": None, "SalesOrderLines": [line]}
    made = play.post(ORDERS, data, prefer=True)
    assert made.status_code == 201, made.text
    order = made.json()["d"]
    assert order["DeliverTo"] == ordered_by and order["OrderDate"] and order["AmountFCExclVat"] == 14.95


def test_a_line_must_have_a_quantity(play):
    answer = play.put(LINES, play.line(20020)["ID"], {"Quantity": None})
    assert (answer.status_code, message(answer)) == (400, "Mandatory: Quantity")


def test_lines_are_changed_and_added_by_way_of_their_order(play):
    order, line = play.order(20020), play.line(20020)
    count = len(play.books.rows(SHOP, "SalesOrderLines", OrderID=order["OrderID"]))
    lines = [{"ID": line["ID"], "Quantity": 9}, {"Item": item_id(SHOP, "BEL-01"), "Quantity": 2}]
    assert play.put(ORDERS, order["OrderID"], {"SalesOrderLines": lines}).status_code == 204
    found = play.books.rows(SHOP, "SalesOrderLines", OrderID=order["OrderID"])
    assert len(found) == count + 1 and line["Quantity"] == 9
    assert round(sum(row["AmountFC"] for row in found), 2) == order["AmountFCExclVat"]
    other = [{"ID": play.line(20001)["ID"], "Quantity": 1}]
    assert play.put(ORDERS, order["OrderID"], {"SalesOrderLines": other}).status_code == 400


def test_what_is_no_number_in_json_is_no_json(play):
    answer = play.session.put(
        f"{play.url('logistics/Items')}(guid'{item_id(SHOP, 'BEL-01')}')",
        data='{"NetWeight": NaN}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "/Date(99999999999999999)/"])
def test_a_moment_outside_all_years_is_refused(play, moment):
    answer = play.put("logistics/Items", item_id(SHOP, "BEL-01"), {"StartDate": moment})
    assert answer.status_code == 400 and "'StartDate' to type 'DateTime'" in message(answer)
