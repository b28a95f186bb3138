"""Writing to the played Exact: orders, deliveries, the document chain, and what is refused."""

import base64

import pytest

from tests.demo.exact_play import message, playing
from webapp.demo.exact.books import guid
from webapp.demo.exact.seed import SHOP, item_id

ORDERS, LINES = "salesorder/SalesOrders", "salesorder/SalesOrderLines"
DELIVERIES, DELIVERY_LINES = "salesorder/GoodsDeliveries", "salesorder/GoodsDeliveryLines"
DOCUMENTS, ATTACHMENTS = "documents/Documents", "documents/DocumentAttachments"
ENTRY = guid(SHOP, "delivery", 20008)


@pytest.fixture
def play():
    with playing() as play:
        yield play


def delivery(play, *lines, **header):
    rows = [{"SalesOrderLineID": key, "QuantityDelivered": quantity} for key, quantity in lines]
    data = {"DeliveryDate": "2026-03-04", "GoodsDeliveryLines": rows} | header
    return play.post(DELIVERIES, data, prefer=True)


# --- the form of a write ---------------------------------------------------------------------------------------


def test_fields_of_a_post_come_back_null_without_prefer(play):
    data = {"Subject": "Label", "Type": 55}
    plain = play.post(DOCUMENTS, data)
    assert plain.status_code == 201
    shown = plain.json()["d"]
    assert shown["Subject"] is None and shown["ID"] and "__deferred" in shown["Attachments"]
    assert plain.headers["Location"].endswith(f"documents/Documents(guid'{shown['ID']}')")
    assert play.post(DOCUMENTS, data, prefer=True).json()["d"]["Subject"] == "Label"


def test_a_put_is_partial_and_answers_nothing(play):
    play.put(DELIVERIES, ENTRY, {"Remarks": "Bij de buren"})
    answer = play.put(DELIVERIES, ENTRY, {"TrackingNumber": "3S1"})
    assert answer.status_code == 204 and answer.content == b""
    row = play.rows(DELIVERIES, select="Remarks,TrackingNumber", filter=f"EntryID eq guid'{ENTRY}'")[0]
    assert (row["Remarks"], row["TrackingNumber"]) == ("Bij de buren", "3S1")


def test_what_may_not_be_put_is_left_aside(play):
    number = play.books.table(SHOP, "GoodsDeliveries").rows[ENTRY]["DeliveryNumber"]
    assert play.put(DELIVERIES, ENTRY, {"DeliveryNumber": 1, "Description": "x"}).status_code == 204
    row = play.books.table(SHOP, "GoodsDeliveries").rows[ENTRY]
    assert (row["DeliveryNumber"], row["Description"]) == (number, "x")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"TrackingURL": "https://x"}, "The property 'TrackingURL' does not exist"),
        ({"TrackingNumber": 5}, "'TrackingNumber' to type 'String'"),
        ({"Document": "x"}, "'Document' to type 'Guid'"),
        ({"Document": guid("nothing")}, "Invalid reference: Document"),
        ({"ShippingMethod": guid("nothing")}, "Invalid reference: ShippingMethod"),
        ({"DeliveryDate": "tomorrow"}, "'DeliveryDate' to type 'DateTime'"),
        ([1], "must be an object"),
    ],
)
def test_wrong_values(play, data, said):
    answer = play.put(DELIVERIES, ENTRY, data)
    assert answer.status_code == 400 and said in message(answer)


def test_writes_must_be_json(play):
    url = f"{play.url(DELIVERIES)}(guid'{ENTRY}')"
    assert play.session.put(url, data="<x/>", headers={"Content-Type": "application/xml"}).status_code == 415
    assert play.session.put(url, data="{}").status_code == 415
    answer = play.session.put(url, data="{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400 and "Error processing request stream" in message(answer)


def test_a_missing_record_is_404(play):
    assert play.put(DELIVERIES, guid("nothing"), {}).status_code == 404
    assert play.delete(ORDERS, guid("nothing")).status_code == 404


def test_dates_with_a_zone_are_shifted_to_utc(play):
    for text, day in (("2026-03-10", 10), ("2026-03-10T00:00:00", 10), ("2026-03-10T00:00:00+01:00", 9),
                      ("2026-03-10T00:00:00Z", 10), ("/Date(1773100800000)/", 10)):  # fmt: skip
        assert play.put(DELIVERIES, ENTRY, {"DeliveryDate": text}).status_code == 204
        assert play.books.table(SHOP, "GoodsDeliveries").rows[ENTRY]["DeliveryDate"].day == day, text


# --- orders ------------------------------------------------------------------------------------------------------


def test_an_order_with_lines(play):
    account = guid(SHOP, "account", 20001)
    lines = [{"Item": item_id(SHOP, "BEL-01"), "Quantity": 3, "NetPrice": 10}]
    answer = play.post(ORDERS, {"OrderedBy": account, "YourRef": "A1", "SalesOrderLines": lines}, prefer=True)
    order = answer.json()["d"]
    assert answer.status_code == 201 and order["OrderNumber"] == 20100 and order["OrderedByName"] == "Anouk Jansen"
    assert (order["Status"], order["ApprovalStatus"], order["AmountFCExclVat"], order["AmountFC"]) == (
        12,
        0,
        30,
        36.3,
    )
    assert order["DeliveryAddress"] == guid(SHOP, "address", 20001)
    found = play.rows(LINES, select="LineNumber,Quantity,Description", filter=f"OrderID eq guid'{order['OrderID']}'")
    assert [(r["LineNumber"], r["Quantity"], r["Description"]) for r in found] == [(1, 3, "Fietsbel messing")]
    assert play.put(ORDERS, order["OrderID"], {"YourRef": "A2"}).status_code == 204
    assert play.delete(ORDERS, order["OrderID"]).status_code == 204
    assert play.rows(LINES, select="ID", filter=f"OrderID eq guid'{order['OrderID']}'") == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"SalesOrderLines": [{}]}, "Mandatory: OrderedBy"),
        ({"OrderedBy": guid(SHOP, "account", 20001)}, "Mandatory: SalesOrderLines"),
        ({"OrderedBy": guid(SHOP, "account", 20001), "SalesOrderLines": [{"Quantity": 1}]}, "Mandatory: Item"),
        ({"OrderedBy": guid("x"), "SalesOrderLines": [{}]}, "Invalid reference: OrderedBy"),
        ({"OrderedBy": guid(SHOP, "account", 20001), "SalesOrderLines": 5}, "must be a list"),
    ],
)
def test_orders_that_are_refused(play, data, said):
    assert said in message(play.post(ORDERS, data))


def test_lines_by_themselves(play):
    order = play.order(20001)
    data = {"OrderID": order["OrderID"], "Item": item_id(SHOP, "BEL-01"), "Quantity": 2}
    line = play.post(LINES, data, prefer=True).json()["d"]
    assert line["LineNumber"] == 3
    amount = play.order(20001)["AmountFC"]
    assert play.put(LINES, line["ID"], {"Quantity": 4}).status_code == 204
    assert play.order(20001)["AmountFC"] > amount
    assert play.delete(LINES, line["ID"]).status_code == 204
    assert play.order(20001)["AmountFC"] < amount


def test_a_delivered_order_can_be_neither_deleted_nor_shrunk(play):
    assert "delivered" in message(play.delete(ORDERS, play.order(20008)["OrderID"]))
    line = play.line(20008)
    assert "Quantity" in message(play.put(LINES, line["ID"], {"Quantity": 1}))
    assert "closed" in message(play.put(LINES, play.line(20037)["ID"], {"Quantity": 3}))


# --- goods deliveries -------------------------------------------------------------------------------------------


def test_a_partial_and_then_the_whole_delivery(play):
    first, second = play.line(20001, 1), play.line(20001, 2)
    answer = delivery(play, (second["ID"], 1), Remarks="Snel")
    made = answer.json()["d"]
    assert answer.status_code == 201 and made["DeliveryAccountName"] == "Anouk Jansen"
    assert made["DeliveryAccountCode"] == "20001".rjust(18) and made["WarehouseCode"] == "1"
    assert made["ShippingMethod"] is None and made["Remarks"] == "Snel" and made["Document"] is None
    order = play.order(20001)
    assert (order["Status"], order["DeliveryStatus"]) == (20, 20)
    assert (play.line(20001, 2)["QuantityDelivered"], play.line(20001, 2)["DeliveryStatus"]) == (1, 20)
    assert play.line(20001, 1)["DeliveryStatus"] == 12
    delivery(play, (first["ID"], 1), (second["ID"], 1))
    assert (play.order(20001)["Status"], play.order(20001)["DeliveryStatus"]) == (21, 21)
    rows = play.rows(DELIVERY_LINES, select="*", filter=f"EntryID eq guid'{made['EntryID']}'")
    assert (rows[0]["SalesOrderNumber"], rows[0]["QuantityOrdered"], rows[0]["QuantityDelivered"]) == (20001, 2, 1)
    assert rows[0]["SalesOrderLineID"] == second["ID"] and rows[0]["ItemCode"] == "BAND-03"


def test_a_trade_in_line_does_not_hold_an_order_open(play):
    delivery(play, (play.line(20009, 1)["ID"], 1))
    assert play.order(20009)["Status"] == 21


def test_one_delivery_of_two_orders(play):
    made = delivery(play, (play.line(20001)["ID"], 1), (play.line(20002)["ID"], 1)).json()["d"]
    rows = play.rows(DELIVERY_LINES, select="SalesOrderNumber", filter=f"EntryID eq guid'{made['EntryID']}'")
    assert {row["SalesOrderNumber"] for row in rows} == {20001, 20002}


@pytest.mark.parametrize(
    ("number", "place", "quantity", "said"),
    [
        (20004, 1, 1, "has not been approved"),
        (20006, 1, 1, "has been cancelled"),
        (20001, 1, 2, "Invalid value: Quantity delivered"),
        (20001, 1, 0, "Invalid value: Quantity delivered"),
        (20001, 1, -1, "Invalid value: Quantity delivered"),
        (20009, 2, 1, "Invalid value: Quantity delivered"),
        (20005, 1, 1, "Invalid value: Quantity delivered"),
    ],
)
def test_what_cannot_be_delivered(play, number, place, quantity, said):
    before = len(play.books.rows(SHOP, "GoodsDeliveries"))
    answer = delivery(play, (play.line(number, place)["ID"], quantity))
    assert answer.status_code == 400 and said in message(answer)
    assert len(play.books.rows(SHOP, "GoodsDeliveries")) == before


def test_deliveries_that_are_refused(play):
    assert "Mandatory: GoodsDeliveryLines" in message(delivery(play))
    assert "Mandatory: DeliveryDate" in message(delivery(play, (play.line(20001)["ID"], 1), DeliveryDate=None))
    assert "Invalid reference" in message(delivery(play, (guid("nothing"), 1)))


def test_lines_of_a_delivery_take_a_tracking_number(play):
    line = play.books.rows(SHOP, "GoodsDeliveryLines", EntryID=ENTRY)[0]
    assert play.put(DELIVERY_LINES, line["ID"], {"TrackingNumber": "L1"}).status_code == 204
    assert play.put(DELIVERIES, ENTRY, {"GoodsDeliveryLines": [{"ID": line["ID"], "Notes": "n"}]}).status_code == 204
    row = play.books.table(SHOP, "GoodsDeliveryLines").rows[line["ID"]]
    assert (row["TrackingNumber"], row["Notes"]) == ("L1", "n")
    other = guid(SHOP, "delivery", 20037)
    assert play.put(DELIVERIES, other, {"GoodsDeliveryLines": [{"ID": line["ID"]}]}).status_code == 400


# --- the document chain ---------------------------------------------------------------------------------------------


def test_a_label_goes_onto_a_delivery(play):
    made = play.post(DOCUMENTS, {"Subject": "Verzendlabel", "Type": 55, "SalesOrderNumber": 20008}, prefer=True)
    document = made.json()["d"]["ID"]
    assert made.json()["d"]["TypeDescription"] == "Diversen" and made.json()["d"]["HID"]
    attached = play.post(
        ATTACHMENTS,
        {"Document": document, "FileName": "label.pdf", "Attachment": base64.b64encode(b"%PDF-1.4").decode()},
    )
    assert attached.status_code == 201 and attached.json()["d"]["ID"]
    assert play.put(DELIVERIES, ENTRY, {"Document": document}).status_code == 204
    row = play.rows(DELIVERIES, select="Document,DocumentSubject", filter=f"EntryID eq guid'{ENTRY}'")[0]
    assert (row["Document"], row["DocumentSubject"]) == (document, "Verzendlabel")
    found = play.rows(ATTACHMENTS, select="FileName,FileSize,Url", filter=f"Document eq guid'{document}'")[0]
    assert (found["FileName"], found["FileSize"]) == ("label.pdf", 8)
    assert play.session.get(found["Url"] + "&Download=1").content == b"%PDF-1.4"


@pytest.mark.parametrize("kind", [10, 999, None])
def test_the_type_of_a_document_must_be_creatable(play, kind):
    assert play.post(DOCUMENTS, {"Subject": "x", "Type": kind}).status_code == 400
    types = play.rows("documents/DocumentTypes", select="ID", filter="DocumentIsCreatable eq true")
    assert 55 in [row["ID"] for row in types]


def test_an_attachment_must_be_base64(play):
    document = play.post(DOCUMENTS, {"Subject": "x", "Type": 55}).json()["d"]["ID"]
    answer = play.post(ATTACHMENTS, {"Document": document, "FileName": "x.pdf", "Attachment": "%PDF raw"})
    assert message(answer) == (
        "Error in converting the value from request payload for property 'Attachment' to type 'Byte[]'"
    )
    assert "Mandatory: FileName" in message(play.post(ATTACHMENTS, {"Document": document, "Attachment": "eA=="}))
    wrong = {"Document": guid("nothing"), "FileName": "x", "Attachment": "eA=="}
    assert "Invalid reference: Document" in message(play.post(ATTACHMENTS, wrong))


def test_ten_megabytes_of_binary_fit_and_more_do_not(play):
    document = play.post(DOCUMENTS, {"Subject": "x", "Type": 55}).json()["d"]["ID"]

    def attach(size):
        data = {"Document": document, "FileName": "x.bin", "Attachment": base64.b64encode(bytes(size)).decode()}
        return play.post(ATTACHMENTS, data).status_code

    assert attach(10 * 1024 * 1024 - 1000) == 201
    assert attach(10 * 1024 * 1024 + 1000) == 413
    assert play.post(DOCUMENTS, {"Subject": "x" * (10 * 1024 * 1024), "Type": 55}).status_code == 413


def test_a_document_is_deleted_with_its_attachments(play):
    document = play.post(DOCUMENTS, {"Subject": "x", "Type": 55}).json()["d"]["ID"]
    play.post(ATTACHMENTS, {"Document": document, "FileName": "x", "Attachment": "eA=="})
    assert play.delete(DOCUMENTS, document).status_code == 204
    assert play.rows(ATTACHMENTS, select="ID", filter=f"Document eq guid'{document}'") == []


# --- the rest -----------------------------------------------------------------------------------------------------


def test_accounts_contacts_addresses_and_items(play):
    account = play.post("crm/Accounts", {"Name": "Nieuw", "Country": "BE"}, prefer=True).json()["d"]
    assert (account["Code"], account["Country"], account["CountryName"]) == ("30000".rjust(18), "BE ", "België")
    contact = {"Account": account["ID"], "FirstName": "An", "MiddleName": "van", "LastName": "Zee"}
    assert play.post("crm/Contacts", contact, prefer=True).json()["d"]["FullName"] == "An van Zee"
    address = {"Account": account["ID"], "Type": 4, "AddressLine1": "Weg 1", "Main": True}
    assert play.post("crm/Addresses", address, prefer=True).json()["d"]["AccountName"] == "Nieuw"
    assert play.post("crm/Contacts", {"Account": account["ID"]}).status_code == 400
    item = play.post("logistics/Items", {"Code": "N-1", "Description": "Nieuw"}).json()["d"]["ID"]
    assert play.put("logistics/Items", item, {"FreeTextField_01": "NL", "StatisticalCode": "1"}).status_code == 204
    row = play.books.table(SHOP, "Items").rows[item]
    assert row["FreeTextField_01"] == "NL" and row.get("StatisticalCode") is None
    assert play.delete("crm/Accounts", account["ID"]).status_code == 204


def test_a_custom_field_is_updated(play):
    link = play.order(20020)["LinkId"]
    data = {"LinkId": link, "BusinessComponentName": "SalesOrder", "PropertyName": "ServicePoint", "Value": "10002"}
    assert play.post("customfield/UpdateCustomField", data).status_code == 201
    url = play.rows(ORDERS, select="CustomField", filter="OrderNumber eq 20020")[0]["CustomField"]
    assert play.session.get(url).json()["d"]["results"][0]["Value"] == "10002"
    assert play.post("customfield/UpdateCustomField", data | {"PropertyName": "Other"}).status_code == 400
    assert play.post("customfield/UpdateCustomField", {"LinkId": link}).status_code == 400
