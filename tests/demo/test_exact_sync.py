"""The sync endpoints of the played Exact: row versions, what moves them, deletions, and where to start."""

import pytest

from tests.demo.exact_play import START, message, playing
from webapp.demo.exact import trade
from webapp.demo.exact.books import guid
from webapp.demo.exact.seed import SHOP

HEADERS, LINES = "sync/SalesOrder/SalesOrderHeaders", "sync/SalesOrder/SalesOrderLines"
DELIVERIES, DELETED = "sync/SalesOrder/GoodsDeliveries", "sync/Deleted"


@pytest.fixture
def play():
    with playing() as play:
        yield play


def newer(play, path, version, select="Timestamp,OrderNumber"):
    return play.all_rows(path, select=select, filter=f"Timestamp gt {version}L")


def now(play):
    return play.books.row_version


@pytest.mark.parametrize(
    "text",
    ["Timestamp ge 1L", "Timestamp gt 1L and OrderNumber eq 20001", "OrderNumber eq 20001", "Timestamp gt '1'",
     "Timestamp gt 1L or Timestamp gt 2L", "not (Timestamp gt 1L)", "1L lt Timestamp", "EntityType eq 2",
     "Timestamp gt null", "Timestamp gt length('x')"],
)  # fmt: skip
def test_only_timestamp_above_a_number(play, text):
    assert play.get(HEADERS, select="Timestamp", filter=text).status_code == 400


@pytest.mark.parametrize("text", ["Timestamp gt 1L", "Timestamp gt 1", "(Timestamp gt 1L)"])
def test_the_number_with_and_without_its_letter(play, text):
    assert len(play.rows(HEADERS, select="Timestamp", filter=text)) == 43


def test_rows_cannot_be_ordered_or_skipped(play):
    for option in ({"orderby": "OrderNumber"}, {"skip": 5}):
        answer = play.get(HEADERS, select="Timestamp", filter="Timestamp gt 1L", **option)
        assert answer.status_code == 400, message(answer)


def test_the_timestamp_is_text_and_rises(play):
    rows = newer(play, HEADERS, 1)
    assert all(isinstance(row["Timestamp"], str) for row in rows)
    versions = [int(row["Timestamp"]) for row in rows]
    assert versions == sorted(set(versions))


def test_the_header_has_an_id_of_its_own_and_a_shipping_method_code(play):
    row = newer(play, HEADERS, 1, "ID,OrderID,ShippingMethodCode,OrderNumber")[0]
    assert row["ID"] != row["OrderID"] and row["ShippingMethodCode"].strip() == "PNL"
    assert newer(play, LINES, 1, "Status,DeliveryStatus,QuantityDelivered")[0]["Status"] == 12
    answer = play.get(LINES, select="OrderStatus", filter="Timestamp gt 1L")
    assert answer.status_code == 400


def test_an_edited_header_comes_again_alone(play):
    before = now(play)
    play.act(20002, "edit", YourRef="ABC")
    assert [row["OrderNumber"] for row in newer(play, HEADERS, before)] == [20002]
    assert newer(play, LINES, before) == []


def test_a_changed_quantity_moves_line_and_header(play):
    before = now(play)
    play.act(20001, "quantity", **{"2": 5})
    assert [row["Quantity"] for row in newer(play, LINES, before, "Quantity")] == [5]
    assert [row["OrderNumber"] for row in newer(play, HEADERS, before)] == [20001]


def test_an_edited_address_moves_the_address_only(play):
    before = now(play)
    play.act(20001, "address", AddressLine1="Kerkstraat 14")
    assert newer(play, HEADERS, before) == []
    assert [r["AddressLine1"] for r in newer(play, "sync/CRM/Addresses", before, "AddressLine1")] == ["Kerkstraat 14"]


def test_a_second_partial_delivery_moves_lines_but_not_the_header(play):
    play.act(20034, "deliver", lines={"1": 1})
    assert play.order(20034)["DeliveryStatus"] == 20
    before = now(play)
    play.act(20034, "deliver", lines={"1": 1})
    assert [row["QuantityDelivered"] for row in newer(play, LINES, before, "QuantityDelivered")] == [2]
    assert newer(play, HEADERS, before) == []
    assert len(newer(play, DELIVERIES, before, "EntryID")) == 1


def test_our_own_put_comes_round_again(play):
    before, entry = now(play), guid(SHOP, "delivery", 20008)
    play.clock.advance(60)
    assert play.put("salesorder/GoodsDeliveries", entry, {"TrackingNumber": "T1"}).status_code == 204
    rows = newer(play, DELIVERIES, before, "EntryID,TrackingNumber,Modified,Created")
    assert [(row["EntryID"], row["TrackingNumber"]) for row in rows] == [(entry, "T1")]
    assert rows[0]["Modified"] > rows[0]["Created"]


def test_a_row_changed_between_two_pages_is_not_lost(play):
    for n in range(990):
        play.books.insert(SHOP, "Items", {"Code": f"X{n}", "Description": "x"})
    first = play.get("sync/Logistics/Items", select="Code,Timestamp", filter="Timestamp gt 1L").json()["d"]
    moved = first["results"][3]["Code"]
    key = play.books.rows(SHOP, "Items", Code=moved)[0]["ID"]
    play.books.update(SHOP, "Items", key, {"Description": "changed"})
    rest = play.session.get(first["__next"]).json()["d"]["results"]
    assert moved in [row["Code"] for row in rest] and len(rest) == 7


def test_many_changes_of_one_row_show_once(play):
    key = play.order(20001)["OrderID"]
    before = now(play)
    for n in range(300):
        play.books.update(SHOP, "SalesOrders", key, {"YourRef": str(n)})
    assert [row["YourRef"] for row in newer(play, HEADERS, before, "YourRef")] == ["299"]


def test_deletions_are_remembered_by_type(play):
    header, before = play.order(20001)["HeaderID"], now(play)
    assert play.act(20001, "delete").status_code == 200
    rows = newer(play, DELETED, before, "EntityKey,EntityType,Timestamp")
    assert sorted(row["EntityType"] for row in rows) == [32, 33, 33]
    one = play.rows(DELETED, select="EntityKey", filter=f"Timestamp gt {before} and EntityType eq 32")
    assert [row["EntityKey"] for row in one] == [header]
    assert newer(play, HEADERS, before) == []


def test_a_switch_gives_the_order_guid_for_deleted_headers(play):
    play.switch(switches={"deleted_header_key": "OrderID"})
    before = now(play)
    play.act(20001, "delete")
    one = play.rows(DELETED, select="EntityKey", filter=f"Timestamp gt {before} and EntityType eq 32")
    assert [row["EntityKey"] for row in one] == [guid(SHOP, "order", 20001)]


def test_deletions_are_forgotten_after_two_months(play):
    assert newer(play, DELETED, 1, "EntityKey")
    play.clock.advance(62 * 86400)
    play.sign_in()
    assert newer(play, DELETED, 1, "EntityKey") == []


def stamp(play, modified, name="SalesOrderHeaders"):
    return play.get("read/sync/Sync/SyncTimestamp", _modified=f"datetime'{modified}'", _endPoint=f"'{name}'")


def test_sync_timestamp_is_that_of_the_first_record_since(play):
    row = stamp(play, "2026-03-01").json()["d"][0]
    assert isinstance(row["TimeStampAsBigInt"], str) and row["API"] == "SalesOrderHeaders"
    version = int(row["TimeStampAsBigInt"])
    found = {row["OrderNumber"] for row in newer(play, HEADERS, version - 1)}
    recent = {o["OrderNumber"] for o in play.books.rows(SHOP, "SalesOrders") if o["Modified"] >= START.replace(
        day=1, hour=0, tzinfo=None)}  # fmt: skip
    assert recent <= found and 20007 not in found


def test_sync_timestamp_wants_all_its_parameters_and_knows_few_endpoints(play):
    assert stamp(play, "2026-03-01", "Items").status_code == 400
    assert play.get("read/sync/Sync/SyncTimestamp", _modified="datetime'2026-03-01'").status_code == 400
    assert stamp(play, "yesterday").status_code == 400
    assert stamp(play, "2099-01-01").json()["d"] == []


def test_after_a_division_move_the_versions_start_anew(play):
    high = now(play)
    play.session.post(f"{play.exact.url}/_bench/move-division", json={"division": SHOP})
    assert newer(play, HEADERS, high) == []
    assert len(newer(play, HEADERS, 1)) == 43
    division = play.rows("system/Divisions", select="DivisionMoveDate", filter=f"Code eq {SHOP}")[0]
    assert division["DivisionMoveDate"].startswith("/Date(")


def test_approval_and_cancellation_move_the_header(play):
    before = now(play)
    play.act(20004, "approve")
    play.act(20002, "cancel")
    rows = newer(play, HEADERS, before, "OrderNumber,ApprovalStatus,Status")
    assert [(r["OrderNumber"], r["ApprovalStatus"], r["Status"]) for r in rows] == [(20004, 2, 12), (20002, 2, 45)]
    assert trade.lines_of(play.books, SHOP, guid(SHOP, "order", 20002))[0]["OrderStatus"] == 45
