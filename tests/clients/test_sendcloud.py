"""Sendcloud's client: keys, batches of orders, pages, and every shape in which it refuses."""

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from webapp import clock
from webapp.clients.budget import CallBudget, Memory
from webapp.clients.http import Answer
from webapp.clients.sendcloud import BatchRefused, Fault, SendcloudClient, parse_faults, place
from webapp.errors import BudgetSpent, NeedsPerson, NoAccess, NoAnswer, NotFound, Reconnect, Refused, Retryable
from webapp.words.texts import sentence

NOW = int(datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC).timestamp())
ORDERS = "/api/v3/orders"
SENDERS = "/api/v3/addresses/sender-addresses"


def budget(limit, patient=True):
    return CallBudget(Memory(), service="Sendcloud", minute_limit=limit, patient=patient)


@pytest.fixture
def sendcloud(played, time):
    return SendcloudClient(played.url, "the-key", "the-secret", budget(1000), budget(100))


def fault(detail="Field required", pointer="", code="invalid"):
    source = {"source": {"pointer": pointer}} if pointer else {}
    return {"status": "400", "code": code, "title": "", "detail": detail, **source}


def answer(body, status=400, **headers):
    """An answer as the transport would give it."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer("Sendcloud", status, headers, text.encode(), {})


# -- keys -----------------------------------------------------------------------------------------------------


def test_the_keys_tell_their_integration_in_one_call(sendcloud, played):
    played.lay({"data": {"integration_id": 7, "user_id": 1}})
    assert sendcloud.integration_id() == 7
    (asked,) = played.asked
    assert asked.path == "/api/v3/user/auth/metadata" and asked.headers["Accept"] == "application/json"
    assert asked.headers["Authorization"] == "Basic " + b64encode(b"the-key:the-secret").decode()


def test_wrong_keys_are_named_as_such_and_cost_one_call(sendcloud, played):
    played.lay({"errors": [{"status": "401", "code": "authentication_failed", "detail": "Invalid username"}]}, 401)
    with pytest.raises(Reconnect) as caught:
        sendcloud.integration_id()
    assert caught.value.code == "keys_wrong" and len(played.asked) == 1
    assert "the-secret" not in f"{caught.value} {caught.value.exchange}"


@pytest.mark.parametrize("body", [{"data": {}}, {"data": {"integration_id": None}}, {"data": []}, [], {}, "", "x"])
def test_an_answer_that_tells_no_integration_is_none(sendcloud, played, body):
    played.lay(body)
    with pytest.raises(Retryable) as caught:
        sendcloud.integration_id()
    assert caught.value.code == "bad_answer"


SHOP = {"id": 7, "shop_name": "Blauwe Mok", "service_point_enabled": True}


@pytest.mark.parametrize("body", [{"data": SHOP}, SHOP, {"data": [SHOP]}, [SHOP]])
def test_the_integration_comes_bare_or_wrapped(sendcloud, played, body):
    played.lay(body)
    assert sendcloud.integration(7) == SHOP
    assert played.asked[0].path == "/api/v3/integrations/7"


@pytest.mark.parametrize("body", [{"data": None}, {"data": []}, [], [SHOP, SHOP], "", '"x"'])
def test_an_integration_that_is_none_is_no_answer(sendcloud, played, body):
    played.lay(body)
    with pytest.raises(Retryable):
        sendcloud.integration(7)


# -- orders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201])
def test_a_batch_gives_the_ids_by_our_own(sendcloud, played, status):
    played.lay({"data": [{"id": 664, "order_id": "a"}, {"id": "665", "order_id": "b"}]}, status)
    assert sendcloud.put_orders([{"order_id": "a"}, {"order_id": "b"}]).ids == {"a": "664", "b": "665"}
    (asked,) = played.asked
    assert (asked.method, asked.path) == ("POST", ORDERS)
    assert asked.json == [{"order_id": "a"}, {"order_id": "b"}]


def test_a_row_without_id_gives_none(sendcloud, played):
    played.lay({"data": [{"order_id": "a"}, {"order_id": "b", "id": None}, None]})
    assert sendcloud.put_orders([{"order_id": "a"}]).ids == {}


def test_the_moment_of_a_push_is_told_by_sendclouds_clock(sendcloud, played, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW - 999)  # ours is late; the played service has the right time
    played.lay({"data": []})
    assert sendcloud.put_orders([]).at == NOW


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}, {"Date": ""}])
def test_without_a_date_it_is_our_clock(sendcloud, monkeypatch, headers):
    monkeypatch.setattr(sendcloud.http, "call", lambda *args, **options: answer({"data": []}, 201, **headers))
    assert sendcloud.put_orders([]).at == NOW


@pytest.mark.parametrize("body", ["", {}, {"data": {}}, [], '{"data": [', "null"])
def test_an_answer_without_rows_is_none_and_may_have_been_work(sendcloud, played, body):
    played.lay(body, 201)
    with pytest.raises(Retryable) as caught:
        sendcloud.put_orders([{"order_id": "a"}])
    assert caught.value.code == "bad_answer" and caught.value.exchange["status"] == 201


def test_a_lost_answer_is_not_asked_for_again(sendcloud, played):
    played.lay({"data": []}, 201)
    played.bench.add_fault("lost")
    with pytest.raises(NoAnswer):
        sendcloud.put_orders([{"order_id": "a"}])
    assert played.bench.count() == 1


def test_an_order_is_read_by_sendclouds_id_and_missing_is_none(sendcloud, played):
    played.lay({"data": {"id": "664"}})
    assert sendcloud.order("664") == {"id": "664"}
    assert played.asked[0].path == f"{ORDERS}/664"
    played.lay({"errors": [fault("Not found", code="not_found")]}, 404)
    assert sendcloud.order("664") is None


def test_an_order_is_found_by_our_id_and_not_by_one_that_only_looks_like_it(sendcloud, played):
    played.lay({"data": [{"id": 1, "order_id": "A"}, {"id": 2, "order_id": "a"}]})
    assert sendcloud.find_order(7, "a") == {"id": 2, "order_id": "a"}
    assert played.asked[0].query == {"integration": "7", "order_id": "a"}
    played.lay({"data": []})
    assert sendcloud.find_order(7, "a") is None


def test_an_order_is_deleted_and_one_that_is_gone_already_is_told(sendcloud, played):
    played.lay("", 204)
    assert sendcloud.delete_order("664") is True
    assert (played.asked[0].method, played.asked[0].path) == ("DELETE", f"{ORDERS}/664")
    played.lay("", 404)
    assert sendcloud.delete_order("664") is False


# -- pages ----------------------------------------------------------------------------------------------------


def test_pages_are_followed_by_their_query_on_our_own_host(sendcloud, played):
    link = f'<https://evil.example{SENDERS}?cursor=a%2Bb%3D&page_size=2>; rel="next"'
    previous = f'<https://evil.example{SENDERS}?cursor=zero>; rel="prev"'
    played.lay({"data": [{"id": 1}, {"id": 2}]}, Link=f"{previous}, {link}")
    played.lay({"data": [{"id": 3}]}, Link=previous)
    assert [row["id"] for row in sendcloud.sender_addresses()] == [1, 2, 3]
    assert [(asked.path, asked.query) for asked in played.asked] == [
        (SENDERS, {"page_size": "100"}),
        (SENDERS, {"cursor": "a+b=", "page_size": "2"}),
    ]


def test_a_link_may_be_a_path_and_its_name_without_quotes(sendcloud, played):
    played.lay({"data": [{"id": 1}]}, Link=f"<{SENDERS}?cursor=2>; rel=next")
    played.lay({"data": [{"id": 2}]})
    assert len(sendcloud.sender_addresses()) == 2


def test_pages_that_lead_back_are_not_followed_for_ever(sendcloud, played):
    for cursor in (1, 2, 1):
        played.lay({"data": []}, Link=f'<{SENDERS}?cursor={cursor}>; rel="next"')
    with pytest.raises(Retryable) as caught:
        sendcloud.sender_addresses()
    assert caught.value.code == "bad_answer" and len(played.asked) == 3


def test_a_list_that_never_ends_is_not_taken_for_a_whole_one(sendcloud, played, monkeypatch):
    monkeypatch.setattr("webapp.clients.sendcloud.PAGES", 3)
    for cursor in (1, 2, 3):
        played.lay({"data": [{"id": cursor}]}, Link=f'<{SENDERS}?cursor={cursor}>; rel="next"')
    with pytest.raises(Retryable):
        sendcloud.sender_addresses()


@pytest.mark.parametrize("link", ["", "nonsense", '<https://x/y?cursor=1>; rel="prev"', "<>"])
def test_without_a_next_link_it_is_the_last_page(sendcloud, played, link):
    played.lay({"data": [{"id": 1}, "x"]}, Link=link)
    assert sendcloud.sender_addresses() == [{"id": 1}]


def test_a_link_that_is_no_address_is_no_answer(sendcloud, played):
    played.lay({"data": []}, Link='<http://[x>; rel="next"')
    with pytest.raises(Retryable):
        sendcloud.sender_addresses()


@pytest.mark.parametrize("body", ["", {}, {"data": None}, {"data": {}}, []])
def test_a_list_that_is_none_is_no_answer(sendcloud, played, body):
    played.lay(body)
    with pytest.raises(Retryable):
        sendcloud.sender_addresses()


# -- where a fault is -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pointer, index, field",
    [
        ("/data/attributes/[1]/order_details/integration", 1, "order_details.integration"),
        ("/data/attributes/[0]", 0, ""),
        ("/data/attributes/12/shipping_address/name", 12, "shipping_address.name"),
        ("/data/attributes/[3]/order_details/order_items/0/quantity", 3, "order_details.order_items.0.quantity"),
        ("/data/attributes/orders/[1]", 1, ""),
        ("/data/attributes/orders/0/order_id", 0, "order_id"),
        ("/data/0/attributes/order_id", 0, "order_id"),
        ("/data/attributes/to_address/name", None, "to_address.name"),
        ("/to_address/name", None, "to_address.name"),
        ("/order_details/order_items/[2]/name", None, "order_details.order_items.2.name"),
        ("/data/attributes", None, ""),
        ("house_number", None, "house_number"),
        ("/", None, ""),
        ("", None, ""),
    ],
)
def test_a_pointer_tells_the_place_in_the_batch_and_the_field(pointer, index, field):
    assert place(pointer) == (index, field)


@pytest.mark.parametrize(
    "body, faults",
    [
        (
            {"errors": [fault("Field required", "/data/attributes/[1]/order_number", "required")]},
            [Fault(1, "order_number", "Field required", "required")],
        ),
        (
            {"errors": [fault("One", "/data/attributes/[0]/a"), fault("Two", "/data/attributes/[2]/b")]},
            [Fault(0, "a", "One", "invalid"), Fault(2, "b", "Two", "invalid")],
        ),
        ({"errors": fault("Only one", "/to_address/name")}, [Fault(None, "to_address.name", "Only one", "invalid")]),
        (
            {"errors": [{"detail": "Bad cursor", "source": {"parameter": "cursor"}}]},
            [Fault(None, "cursor", "Bad cursor", "")],
        ),
        ({"errors": [{"title": "Only a title"}]}, [Fault(None, "", "Only a title", "")]),
        (
            {"errors": [{"code": "required", "source": {"pointer": "/data/attributes/[4]/order_id"}}]},
            [Fault(4, "order_id", "required", "required")],
        ),
        ({"errors": ["In words"]}, [Fault(None, "", "In words", "")]),
        (
            {"error": {"code": 400, "request": "api/v2/parcels", "message": "house_number: 'cannot be blank.'"}},
            [Fault(None, "house_number", "house_number: 'cannot be blank.'", "400")],
        ),
        ({"error": "invalid_client"}, [Fault(None, "", "invalid_client", "")]),
        ({"field": "postal_code", "detail": "Too long"}, [Fault(None, "postal_code", "Too long", "")]),
        ({"detail": "Not allowed"}, [Fault(None, "", "Not allowed", "")]),
        (
            {"errors": {"name": ["Too long", "Odd"], "city": "Missing"}},
            [Fault(None, "name", "Too long; Odd", ""), Fault(None, "city", "Missing", "")],
        ),
        ({"house_number": ["This field may not be blank."]},
         [Fault(None, "house_number", "This field may not be blank.", "")]),
        ({"errors": [{"detail": "x", "source": None}]}, [Fault(None, "", "x", "")]),
        (
            {"errors": [fault("House number is required for this carrier", "/data/attributes/order")]},
            [Fault(None, "house_number", "House number is required for this carrier", "invalid")],
        ),
        (
            {"errors": [fault("telephone: not valid", "/data/attributes/orders/[2]")]},
            [Fault(2, "phone_number", "telephone: not valid", "invalid")],
        ),
        (
            {"errors": [fault("The e-mail address is not valid", "/data/attributes/order/order_number")]},
            [Fault(None, "order.order_number", "The e-mail address is not valid", "invalid")],
        ),
        (
            {"errors": [fault("Note: the house is far away", "/data/attributes/order")]},
            [Fault(None, "order", "Note: the house is far away", "invalid")],
        ),
    ],
)  # fmt: skip
def test_every_shape_of_refusal_is_read(body, faults):
    assert parse_faults(answer(body)) == faults


@pytest.mark.parametrize(
    "body, detail",
    [
        ("<html>No</html>", "<html>No</html>"),
        ("", "400"),
        ("[]", "[]"),
        ("null", "null"),
        ('{"errors": []}', '{"errors": []}'),
        ('{"errors": null}', '{"errors": null}'),
        ('{"errors": [null, 5]}', '{"errors": [null, 5]}'),
        ("{}", "{}"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_what_cannot_be_read_is_shown_as_it_came(body, detail):
    assert parse_faults(answer(body)) == [Fault(None, "", detail, "")]


# -- refusals -------------------------------------------------------------------------------------------------


def refused(sendcloud, played, body, status, kind=NeedsPerson):
    """The error that this answer to a batch becomes; it has a sentence and the exchange."""
    played.lay(body, status)
    with pytest.raises(kind) as caught:
        sendcloud.put_orders([{"order_id": "a"}, {"order_id": "b"}])
    error = caught.value
    assert error.exchange["status"] == status and "the-secret" not in json.dumps(error.exchange)
    assert sentence(error.code, **error.params)
    return error


@pytest.mark.parametrize(
    "status, kind, code",
    [
        (402, NeedsPerson, "sendcloud_payment"),
        (403, NoAccess, "sendcloud_forbidden"),
        (404, NotFound, "sendcloud_not_found"),
    ],
)
def test_what_no_change_of_the_order_mends_is_told_by_its_status(sendcloud, played, status, kind, code):
    error = refused(sendcloud, played, {"errors": [fault("In Sendcloud's words")]}, status, kind)
    assert error.code == code and error.params["detail"] == "In Sendcloud's words"
    assert not isinstance(error, Refused)


@pytest.mark.parametrize("status", [400, 409, 412, 422])
def test_a_refused_batch_names_its_culprits(sendcloud, played, status):
    faults = [fault("Missing", "/data/attributes/[1]/shipping_address/city"), fault("Odd", "/data/attributes/[0]/x")]
    error = refused(sendcloud, played, {"errors": faults}, status, BatchRefused)
    assert [(found.index, found.field) for found in error.faults] == [(1, "shipping_address.city"), (0, "x")]
    assert (error.index, error.field, error.params["detail"]) == (1, "shipping_address.city", "Missing")


@pytest.mark.parametrize("before", [0, 99])
def test_an_order_that_is_still_being_saved_can_be_sent_a_moment_later(sendcloud, played, before):
    words = "We are Still Processing a previous request for this order"
    faults = [fault("Something rather long", "/data/attributes/[0]/x")] * before + [fault(words)]
    error = refused(sendcloud, played, {"errors": faults}, 400, Retryable)
    assert error.code == "still_processing"


def test_a_fault_of_sendcloud_can_be_tried_again(sendcloud, played):
    assert refused(sendcloud, played, {"errors": [fault()]}, 503, Retryable).code == "service_down"


# -- limits ---------------------------------------------------------------------------------------------------


def test_a_429_waits_as_long_as_it_says_and_asks_again(sendcloud, played, time):
    played.lay("", 429, Retry_After="2")
    played.lay({"data": []})
    assert sendcloud.put_orders([]).ids == {}
    assert time.slept == [2]


def test_a_429_that_does_not_say_waits_for_the_minute_whatever_else_it_tells(sendcloud, played, time):
    played.lay("", 429, X_RateLimit_Remaining="0", X_RateLimit_Limit="100")
    played.lay({"data": []})
    sendcloud.put_orders([])
    assert time.slept == [50]


def test_a_429_is_believed_three_times_and_then_tried_later(sendcloud, played, time):
    for _ in range(3):
        played.lay("", 429)
    with pytest.raises(Retryable) as caught:
        sendcloud.order("1")
    assert caught.value.code == "too_many_calls" and len(time.slept) == 2


def test_reads_and_writes_have_limits_of_their_own(played, time):
    sendcloud = SendcloudClient(played.url, "k", "s", budget(2, patient=False), budget(1, patient=False))
    played.lay({"data": []})
    sendcloud.put_orders([])
    with pytest.raises(BudgetSpent):
        sendcloud.delete_order("1")
    played.lay({"data": {"id": 1}})
    assert sendcloud.order("1") == {"id": 1}
    assert [asked.method for asked in played.asked] == ["POST", "GET"]
