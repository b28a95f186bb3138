"""Limits, scopes, rights and licences of the played Exact."""

from datetime import UTC, datetime

import pytest

from tests.demo.exact_play import message, playing
from webapp.demo.exact.books import guid
from webapp.demo.exact.entities import ALL_SCOPES
from webapp.demo.exact.seed import BLOCKED, BOOKKEEPER_EMAIL, MERCHANT_EMAIL, SHOP, STRANGERS, WHOLESALE

METHODS = "sales/ShippingMethods"


@pytest.fixture
def play():
    with playing() as play:
        play.switch(switches={"limits": True})
        yield play


def ask(play, path=METHODS, division=SHOP, **query):
    return play.get(path, division, **{"select": "ID"} | query)


def limit_headers(answer):
    return {name: value for name, value in answer.headers.items() if name.startswith("X-RateLimit")}


def ms(*parts):
    return str(int(datetime(*parts, tzinfo=UTC).timestamp() * 1000))


# --- calls --------------------------------------------------------------------------------------------------


def test_the_headers_as_documented(play):
    assert limit_headers(ask(play)) == {
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "4999",
        "X-RateLimit-Reset": ms(2026, 3, 5),
        "X-RateLimit-Minutely-Limit": "60",
        "X-RateLimit-Minutely-Remaining": "59",
        "X-RateLimit-Minutely-Reset": ms(2026, 3, 4, 11, 1),
    }
    assert limit_headers(ask(play))["X-RateLimit-Remaining"] == "4998"
    assert limit_headers(ask(play, "salesorder/Nothing"))["X-RateLimit-Remaining"] == "4997"


def test_sixty_calls_a_clock_minute(play):
    play.clock.advance(40)
    assert [ask(play).status_code for _ in range(60)] == [200] * 60
    refused = ask(play)
    assert refused.status_code == 429 and refused.content == b""
    assert set(limit_headers(refused)) == {
        "X-RateLimit-Minutely-Limit",
        "X-RateLimit-Minutely-Remaining",
        "X-RateLimit-Minutely-Reset",
    }
    assert refused.headers["X-RateLimit-Minutely-Remaining"] == "0"
    play.clock.advance(19)
    assert ask(play).status_code == 429
    play.clock.advance(1)
    assert limit_headers(ask(play))["X-RateLimit-Minutely-Remaining"] == "59"


def test_the_minute_is_per_division(play):
    for _ in range(60):
        ask(play)
    assert ask(play).status_code == 429
    assert ask(play, division=WHOLESALE).status_code == 200


def test_calls_without_a_division_are_not_counted(play):
    for _ in range(70):
        assert play.get("current/Me", None, select="UserID").status_code == 200
    assert limit_headers(ask(play))["X-RateLimit-Remaining"] == "4999"


def test_the_day_ends_at_midnight_utc(play):
    play.switch(switches={"day_limit": 3})
    assert [ask(play).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = ask(play)
    assert limit_headers(refused) == {
        "X-RateLimit-Limit": "3",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": ms(2026, 3, 5),
    }
    play.clock.set(datetime(2026, 3, 5, 0, 0, tzinfo=UTC))
    play.sign_in()
    assert ask(play).status_code == 200


def test_limits_can_be_switched_off_and_forgotten(play):
    for _ in range(61):
        ask(play)
    assert ask(play).status_code == 429
    play.session.post(f"{play.exact.url}/_bench/reset-limits")
    assert ask(play).status_code == 200
    play.switch(switches={"limits": False})
    assert limit_headers(ask(play)) == {}


# --- errors --------------------------------------------------------------------------------------------------


def fail(play, times, path="crm/Accounts"):
    return [ask(play, path, select="Nonsense", filter="Status eq 'C'").status_code for _ in range(times)]


def test_more_than_ten_errors_on_one_endpoint_block_the_key_for_an_hour(play):
    assert fail(play, 10) == [400] * 10
    assert ask(play).status_code == 200
    assert fail(play, 1) == [400]
    blocked = ask(play)
    assert blocked.status_code == 429 and limit_headers(blocked) == {}
    play.clock.advance(3599)
    play.sign_in()
    assert ask(play).status_code == 429
    play.clock.advance(1)
    assert ask(play).status_code == 200


def test_the_second_block_is_longer(play):
    fail(play, 11)
    play.clock.advance(3600)
    play.sign_in()
    fail(play, 11)
    play.clock.advance(3600)
    play.sign_in()
    assert ask(play).status_code == 429
    play.clock.advance(3600)
    play.sign_in()
    assert ask(play).status_code == 200


def test_errors_are_counted_apart_and_within_an_hour(play):
    fail(play, 9)
    fail(play, 9, "logistics/Items")
    assert ask(play).status_code == 200
    play.clock.advance(3601)
    play.sign_in()
    fail(play, 9)
    assert ask(play).status_code == 200


def test_a_missing_record_and_an_expired_token_count_too(play):
    key = f"crm/Accounts(guid'{guid('nothing')}')"
    play.clock.advance(601)
    for _ in range(5):
        assert ask(play, key).status_code == 401
    play.clock.advance(-601)
    for _ in range(6):
        assert ask(play, key).status_code == 404
    assert ask(play).status_code == 429


def test_another_user_is_not_blocked(play):
    fail(play, 11)
    play.sign_in(BOOKKEEPER_EMAIL)
    assert ask(play).status_code == 200


# --- scopes, rights, divisions, licences -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("salesorder/SalesOrders", "Sales orders"),
        ("sync/SalesOrder/SalesOrderLines", "Sales orders"),
        ("sales/ShippingMethods", "Sales orders"),
        ("salesorder/GoodsDeliveries", "Logistics wms"),
        ("sync/SalesOrder/GoodsDeliveries", "Logistics wms"),
        ("crm/Addresses", "Crm accounts"),
        ("logistics/Items", "Logistics items"),
        ("read/logistics/ItemExtraField", "Logistics items"),
        ("inventory/Warehouses", "Logistics inventory"),
        ("documents/DocumentTypes", "Organization documents"),
        ("system/Divisions", "Organization administration"),
        ("sync/Deleted", "Organization administration"),
        ("webhooks/WebhookSubscriptions", "Organization administration"),
        ("customfield/CustomFields", "Organization extensibility"),
    ],
)
def test_each_endpoint_needs_its_scope(play, path, scope):
    play.switch(app={"scopes": [name for name in ALL_SCOPES if name != scope]})
    answer = ask(play, path)
    assert answer.status_code == 403
    assert message(answer) == "Forbidden - Application Scope Violated. Cannot read"
    play.switch(app={"scopes": [scope]})
    assert ask(play, path).status_code in (200, 400)


def test_no_scope_is_needed_for_me_and_hrm_divisions(play):
    play.switch(app={"scopes": []})
    assert play.get("current/Me", None, select="UserID").status_code == 200
    assert ask(play, "hrm/Divisions", select="Code").status_code == 200
    assert "Cannot write" in message(play.post("documents/Documents", {}))


@pytest.mark.parametrize("division", [STRANGERS, BLOCKED, 999])
def test_a_division_that_the_user_may_not_open(play, division):
    answer = ask(play, division=division)
    assert (answer.status_code, answer.headers["Reason"]) == (403, "NoDivisionAccess")


def test_a_blocked_division(play):
    play.sign_in(BOOKKEEPER_EMAIL)
    answer = ask(play, division=BLOCKED)
    assert (answer.status_code, answer.headers["Reason"]) == (403, "DivisionBlocked")
    row = play.rows("system/Divisions", select="Code,BlockingStatus", filter=f"Code eq {BLOCKED}")[0]
    assert row["BlockingStatus"] == 5
    play.switch(division={"Code": SHOP, "Status": 2})
    assert ask(play).headers["Reason"] == "DivisionBlocked"


def test_a_right_that_the_user_lacks(play):
    play.switch(user={"name": MERCHANT_EMAIL, "denied": {str(SHOP): ["salesorder/GoodsDeliveries"]}})
    text = f"EntryID eq guid'{guid(SHOP, 'delivery', 20008)}'"
    for path, query in (("salesorder/GoodsDeliveries", text), ("sync/SalesOrder/GoodsDeliveries", "Timestamp gt 1L")):
        answer = ask(play, path, select="EntryID", filter=query)
        assert answer.status_code == 403 and "rights" in message(answer) and answer.headers["Reason"]
    assert ask(play, "salesorder/GoodsDeliveries", WHOLESALE, select="EntryID", filter=text).status_code == 200


def test_a_right_to_read_but_not_to_write(play):
    play.switch(user={"name": MERCHANT_EMAIL, "denied": {"*": ["PUT salesorder/GoodsDeliveries"]}})
    entry = guid(SHOP, "delivery", 20008)
    assert play.put("salesorder/GoodsDeliveries", entry, {"Remarks": "x"}).status_code == 403
    assert play.rows("salesorder/GoodsDeliveries", select="EntryID", filter=f"EntryID eq guid'{entry}'")


def test_without_the_right_a_list_may_just_be_empty(play):
    play.switch(user={"name": MERCHANT_EMAIL, "denied": {"*": ["logistics/Items"]}, "deny_with": "empty"})
    assert play.rows("logistics/Items", select="ID", filter="Code eq 'BEL-01'") == []
    assert play.rows("sync/Logistics/Items", select="ID", filter="Timestamp gt 1L") == []
    assert play.post("logistics/Items", {"Code": "x", "Description": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("feature", "path"), [("documents", "documents/DocumentTypes"), ("wholesale", "salesorder/GoodsDeliveries")]
)
def test_a_licence_without_the_feature(play, feature, path):
    play.switch(division={"Code": SHOP, feature: False})
    answer = ask(play, path)
    assert answer.status_code == 403 and "licence" in message(answer)
    assert ask(play).status_code == 200


def test_an_expired_licence_and_revoked_tokens(play):
    play.switch(division={"Code": SHOP, "licence_expired": True})
    assert ask(play).headers["Reason"] == "LicenseExpired"
    play.session.post(f"{play.exact.url}/_bench/revoke", json={"user": MERCHANT_EMAIL})
    assert ask(play).status_code == 401
