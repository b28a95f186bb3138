"""Exact's client: the shapes of its answers, pages, ids, limits and what a refusal means."""

from datetime import UTC, datetime

import pytest

from webapp.clients.budget import ERRORS_ALLOWED, CallBudget, Memory
from webapp.clients.exact import IDS_A_CALL, ExactClient
from webapp.clients.exact_answers import stripped
from webapp.clients.exact_fields import LINE_FIELDS, PARTS
from webapp.errors import BudgetSpent, NeedsPerson, NoAccess, NoAnswer, NotFound, Reconnect, Refused, Retryable
from webapp.words.texts import sentence

DIVISION = 123456
ORDERS = f"/api/v1/{DIVISION}/salesorder/SalesOrders"
LINES = f"/api/v1/{DIVISION}/salesorder/SalesOrderLines"
ACCOUNTS = f"/api/v1/{DIVISION}/crm/Accounts"
ORDER = "f0000000-0000-4000-8000-000000000001"
DELIVERY = "5b1a2c3d-0000-4000-8000-000000000002"
NOW = int(datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC).timestamp())
MINUTE_SPENT = {
    "X_RateLimit_Minutely_Limit": "60",
    "X_RateLimit_Minutely_Remaining": "0",
    "X_RateLimit_Minutely_Reset": str((NOW + 50) * 1000),
}
DAY_SPENT = {
    "X_RateLimit_Limit": "5000",
    "X_RateLimit_Remaining": "0",
    "X_RateLimit_Reset": str((NOW + 3600) * 1000),
}


class Tokens:
    """Gives token-1, and the next one each time the present one was refused."""

    def __init__(self):
        self.number = 1
        self.refused = []

    def __call__(self, refused):
        self.refused.append(refused)
        if refused == f"token-{self.number}":
            self.number += 1
        return f"token-{self.number}"


@pytest.fixture
def tokens():
    return Tokens()


@pytest.fixture
def budget():
    return CallBudget(Memory(), service="Exact Online", minute_limit=60, day_limit=5000)


@pytest.fixture
def exact(played, tokens, budget, time):
    return ExactClient(played.url, DIVISION, tokens, budget)


def guids(count):
    return [f"a0000000-0000-4000-8000-{number:012}" for number in range(count)]


def results(*rows, following=None):
    return {"d": {"results": list(rows), **({"__next": following} if following else {})}}


def refusal(words):
    return {"error": {"code": "", "message": {"lang": "", "value": words}}}


def accounts(exact):
    """One call that lists rows."""
    return [row for page in exact.parts("account", guids(1)) for row in page]


def used(budget):
    return budget.store.change(lambda known: known.get("calls_day", 0))


@pytest.mark.parametrize("status", [400, 403])
def test_what_may_not_be_told_at_once_is_subscribed_to_all_the_same(exact, played, status):
    played.lay(refusal("IsInstant"), status=status)
    played.lay({"d": {"ID": "x"}}, status=201)
    exact.subscribe("GoodsDeliveries", "https://pakbon.example/hooks/exact")
    assert [asked.json.get("IsInstant") for asked in played.asked] == [True, None]


# -- how it asks ----------------------------------------------------------------------------------------------


def test_each_call_names_its_fields_asks_for_json_and_carries_the_token(exact, played):
    played.lay(results())
    accounts(exact)
    (asked,) = played.asked
    assert asked.path == ACCOUNTS
    assert asked.query == {"$filter": f"ID eq guid'{guids(1)[0]}'", "$select": ",".join(PARTS["account"][2])}
    assert asked.headers["Accept"] == "application/json"
    assert asked.headers["Authorization"] == "Bearer token-1"


def test_me_is_the_one_call_without_a_division(played, tokens, budget):
    played.lay(results({"UserID": "u", "CurrentDivision": 7}))
    assert ExactClient(played.url, None, tokens, budget).me() == {"UserID": "u", "CurrentDivision": 7}
    assert played.asked[0].path == "/api/v1/current/Me"


@pytest.mark.parametrize("body", [results(), {"d": []}])
def test_nobody_is_no_answer_to_who_am_i(exact, played, body):
    played.lay(body)
    with pytest.raises(Retryable) as caught:
        exact.me()
    assert caught.value.code == "bad_answer"


def test_divisions_are_read_from_the_list_of_those_that_were_granted(exact, played):
    played.lay(results({"Code": 1, "Description": "Winkel"}, {"Code": 2, "Description": "Webwinkel"}))
    assert [row["Code"] for row in exact.divisions(7)] == [1, 2]
    assert played.asked[0].path == "/api/v1/7/system/Divisions"


def test_divisions_of_the_licence_are_read_without_the_scope_for_the_other_list(exact, played):
    played.lay(refusal("Forbidden - Application Scope Violated. Cannot read"), status=403)
    played.lay(results({"Code": 1, "Status": 0}, {"Code": 2, "Status": 1}))
    assert [(row["Code"], row["Status"]) for row in exact.divisions(7)] == [(1, 1), (2, 2)]
    assert played.asked[1].path == "/api/v1/7/hrm/Divisions"


def test_where_both_lists_of_divisions_are_refused_the_scope_of_the_first_is_named(exact, played):
    for _ in range(2):
        played.lay(refusal("Forbidden - Application Scope Violated. Cannot read"), status=403)
    with pytest.raises(NoAccess) as caught:
        exact.divisions(7)
    assert caught.value.params["scope"] == "Organization administration"


def test_orders_are_asked_for_with_their_lines(exact, played):
    played.lay(results())
    assert list(exact.orders_since("2026-01-31")) == [[]]
    (asked,) = played.asked
    assert asked.path == ORDERS and asked.query["$expand"] == "SalesOrderLines"
    assert asked.query["$filter"] == "OrderDate ge datetime'2026-01-31'"
    select = asked.query["$select"].split(",")
    assert "OrderID" in select and {f"SalesOrderLines/{name}" for name in LINE_FIELDS} <= set(select)


def test_what_changed_is_asked_for_by_row_version_with_its_suffix(exact, played):
    for call in (exact.changed_orders, exact.changed_lines, exact.deleted):
        played.lay(results({"Timestamp": "9007199254740993"}))
        assert list(call(9007199254740992)) == [[{"Timestamp": "9007199254740993"}]]
    assert {asked.query["$filter"] for asked in played.asked} == {"Timestamp gt 9007199254740992L"}
    assert [asked.path.partition("/sync/")[2] for asked in played.asked] == [
        "SalesOrder/SalesOrderHeaders",
        "SalesOrder/SalesOrderLines",
        "Deleted",
    ]


@pytest.mark.parametrize("ask, per_call", [("orders", 18), *((kind, IDS_A_CALL) for kind in PARTS)])
def test_ids_are_asked_for_in_batches_whose_address_is_short_enough(exact, played, ask, per_call):
    wanted = guids(2 * per_call + 1)
    for _ in range(3):
        played.lay(results())
    call = exact.orders_by_id if ask == "orders" else lambda ids: exact.parts(ask, ids)
    assert list(call(reversed([*wanted, *wanted[:5]]))) == [[], [], []]
    found = [asked.query["$filter"].count(" eq guid'") for asked in played.asked]
    assert found == [per_call, per_call, 1]
    assert all(any(guid in asked.raw_query for asked in played.asked) for guid in wanted)
    host = "https://start.exactonline.co.uk"
    assert max(len(f"{host}{asked.path}?{asked.raw_query}") for asked in played.asked) < 2048


def test_nothing_wanted_costs_nothing(exact, played):
    assert list(exact.parts("item", [])) == list(exact.orders_by_id([])) == []
    assert played.asked == []


def test_the_row_version_of_a_moment_is_told_or_unknown(exact, played):
    played.lay({"d": {"TimeStampAsBigInt": "53417245696"}})
    assert exact.timestamp_of("2026-03-01T12:00:00", "Deleted") == 53417245696
    assert played.asked[0].query["endPoint"] == "'Deleted'"
    assert played.asked[0].query["modified"] == "datetime'2026-03-01T12:00:00'"
    for body, status in [(results(), 200), (refusal("?"), 400), (refusal("?"), 404), ({"d": {"Other": 1}}, 200)]:
        played.lay(body, status)
        assert exact.timestamp_of("2026-03-01T12:00:00", "Deleted") is None


# -- shapes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body, rows",
    [
        ({"d": {"results": [{"ID": "a"}, {"ID": "b"}]}}, [{"ID": "a"}, {"ID": "b"}]),
        ({"d": [{"ID": "a"}]}, [{"ID": "a"}]),
        ({"d": {"ID": "a", "Name": "x"}}, [{"ID": "a", "Name": "x"}]),
        ({"d": {"results": []}}, []),
        ({"d": []}, []),
    ],
)
def test_a_page_comes_in_three_shapes(exact, played, body, rows):
    played.lay(body)
    assert accounts(exact) == rows


@pytest.mark.parametrize(
    "body",
    [
        "",
        {},
        [],
        "null",
        {"d": None},
        {"d": "x"},
        {"d": 5},
        {"d": ["x"]},
        {"d": {"results": None}},
        {"d": {"results": {"ID": "a"}}},
        {"d": {"results": [None]}},
        {"value": [{"ID": "a"}]},
        '{"d": {"results": [{"ID": "a"}',
        "<feed>Atom</feed>",
    ],
)
def test_any_other_shape_is_no_answer_and_costs_one_call(exact, played, body):
    played.lay(body)
    with pytest.raises(Retryable) as caught:
        accounts(exact)
    assert caught.value.code == "bad_answer" and caught.value.exchange["url"].endswith(ACCOUNTS)
    assert len(played.asked) == 1


def test_a_maintenance_page_is_no_answer_and_costs_one_call(exact, played, budget):
    played.bench.add_fault("html")
    with pytest.raises(Retryable) as caught:
        accounts(exact)
    assert caught.value.code == "bad_answer" and used(budget) == 1


def test_padding_is_taken_off_every_text_and_nothing_else_is_changed(exact, played):
    row = {
        "__metadata": {"uri": "x"},
        "Code": "                 8",
        "Country": "NL ",
        "Name": None,
        "Weight": 1.50,
        "Main": True,
        "Lines": {"results": [{"__metadata": {}, "Unit": "stuk    "}]},
    }
    played.lay(results(row))
    assert accounts(exact) == [
        {
            "Code": "8",
            "Country": "NL",
            "Name": None,
            "Weight": 1.5,
            "Main": True,
            "Lines": {"results": [{"Unit": "stuk"}]},
        }
    ]
    assert stripped([" a ", {"b": " c "}, 5]) == ["a", {"b": "c"}, 5]


# -- pages ----------------------------------------------------------------------------------------------------


def test_the_next_page_is_followed_word_for_word(exact, played):
    query = "$filter=OrderDate%20ge%20datetime'2026-01-31'&$select=OrderID&$skiptoken=guid'a-b'"
    played.lay(results({"OrderID": "1", "SalesOrderLines": []}, following=f"{played.url}{ORDERS}?{query}"))
    played.lay(results({"OrderID": "2", "SalesOrderLines": []}))
    pages = list(exact.orders_since("2026-01-31"))
    assert [[row["OrderID"] for row in page] for page in pages] == [["1"], ["2"]]
    assert played.asked[1].raw_query == query
    assert played.asked[1].headers["Authorization"] == "Bearer token-1"


def test_a_page_on_another_host_is_not_followed_and_the_token_stays_here(exact, played):
    other = played.url.replace("127.0.0.1", "localhost")
    played.lay(results({"ID": "a"}, following=f"{other}{ACCOUNTS}?$skiptoken=1"))
    pages = exact.parts("account", guids(1))
    assert next(pages) == [{"ID": "a"}]  # what came before is kept
    with pytest.raises(Retryable) as caught:
        next(pages)
    assert (caught.value.code, caught.value.params["host"]) == ("other_host", "localhost")
    assert len(played.asked) == 1
    assert sentence(caught.value.code, **caught.value.params)


def test_pages_that_lead_back_are_not_followed_for_ever(exact, played):
    first, second = (f"{played.url}{ACCOUNTS}?$skiptoken={n}" for n in (1, 2))
    played.lay(results(following=first))
    played.lay(results(following=second))
    played.lay(results(following=first))
    with pytest.raises(Retryable) as caught:
        accounts(exact)
    assert caught.value.code == "bad_answer" and len(played.asked) == 3


@pytest.mark.parametrize("following", ["", None, 5, {"uri": "x"}])
def test_no_next_page_is_the_end(exact, played, following):
    played.lay({"d": {"results": [{"ID": "a"}], "__next": following}})
    assert accounts(exact) == [{"ID": "a"}]


# -- lines of an order ----------------------------------------------------------------------------------------


def orders(exact):
    return [row for page in exact.orders_by_id([ORDER]) for row in page]


@pytest.mark.parametrize("shape", [list, lambda rows: {"results": rows}], ids=["list", "results"])
def test_expanded_lines_are_taken_as_they_come(exact, played, shape):
    played.lay(results({"OrderID": ORDER, "SalesOrderLines": shape([{"ID": "l", "ItemCode": "MUG "}])}))
    assert orders(exact) == [{"OrderID": ORDER, "SalesOrderLines": [{"ID": "l", "ItemCode": "MUG"}]}]
    assert len(played.asked) == 1


@pytest.mark.parametrize("shape", [list, lambda rows: {"results": rows}], ids=["list", "results"])
def test_an_order_without_lines_is_not_asked_for_them_again(exact, played, shape):
    played.lay(results({"OrderID": ORDER, "SalesOrderLines": shape([])}))
    assert orders(exact)[0]["SalesOrderLines"] == [] and len(played.asked) == 1


@pytest.mark.parametrize(
    "collection",
    [
        {"__deferred": {"uri": "http://evil.example/lines"}},
        None,
        {"results": [{"ID": "cut"}] * 60},
        {"results": [{"ID": "cut"}] * 120},
        {"results": [{"ID": "first"}], "__next": "http://evil.example/lines"},
    ],
    ids=["deferred", "null", "sixty", "twice sixty", "paged"],
)
def test_lines_that_are_missing_or_may_be_cut_are_asked_for_by_order(exact, played, collection):
    played.lay(
        results({"OrderID": ORDER, "SalesOrderLines": collection}, {"OrderID": "other", "SalesOrderLines": []})
    )
    played.lay(results({"ID": "l1"}, following=f"{played.url}{LINES}?$skiptoken=1"))
    played.lay(results({"ID": "l2"}))
    assert orders(exact) == [
        {"OrderID": ORDER, "SalesOrderLines": [{"ID": "l1"}, {"ID": "l2"}]},
        {"OrderID": "other", "SalesOrderLines": []},
    ]
    assert [asked.path for asked in played.asked] == [ORDERS, LINES, LINES]
    assert played.asked[1].query["$filter"] == f"OrderID eq guid'{ORDER}'"


@pytest.mark.parametrize(
    "collection",
    [{"__deferred": {"uri": "http://evil.example/lines"}}, {"results": [{"ID": "cut"}] * 60}, [{"ID": "cut"}] * 120],
    ids=["deferred", "sixty", "twice sixty"],
)
def test_lines_of_a_goods_delivery_that_are_missing_or_may_be_cut_are_asked_for(exact, played, collection):
    played.lay(results({"EntryID": DELIVERY, "GoodsDeliveryLines": collection}))
    played.lay(results({"ID": "l1"}, {"ID": "l2"}))
    ((row,),) = exact.deliveries([DELIVERY])
    assert row["GoodsDeliveryLines"] == [{"ID": "l1"}, {"ID": "l2"}]
    assert played.asked[1].path.endswith("/salesorder/GoodsDeliveryLines")
    assert played.asked[1].query["$filter"] == f"EntryID eq guid'{DELIVERY}'"


@pytest.mark.parametrize("lines", [[], [{"ID": "l1"}]])
def test_lines_of_a_goods_delivery_that_came_along_cost_no_call(exact, played, lines):
    played.lay(results({"EntryID": DELIVERY, "GoodsDeliveryLines": {"results": lines}}))
    ((row,),) = exact.deliveries([DELIVERY])
    assert row["GoodsDeliveryLines"] == lines and len(played.asked) == 1


@pytest.mark.parametrize("count", [59, 61])
def test_a_number_of_lines_that_is_no_full_page_is_believed(exact, played, count):
    played.lay(results({"OrderID": ORDER, "SalesOrderLines": [{"ID": str(n)} for n in range(count)]}))
    assert len(orders(exact)[0]["SalesOrderLines"]) == count and len(played.asked) == 1


def test_lines_and_orders_that_are_none_break_nothing(exact, played):
    played.lay(results({"SalesOrderLines": {"__deferred": {}}}, {"OrderID": "x", "SalesOrderLines": [None, 5]}))
    assert orders(exact) == [{"SalesOrderLines": []}, {"OrderID": "x", "SalesOrderLines": []}]
    assert len(played.asked) == 1


# -- refusals -------------------------------------------------------------------------------------------------


def refused(exact, played, body="", status=400, call=accounts, **headers):
    """The error that this answer becomes; it has a sentence, the exchange, and no secret."""
    played.lay(body, status, **headers)
    with pytest.raises(NeedsPerson) as caught:
        call(exact)
    error = caught.value
    assert error.exchange["status"] == status
    assert "token-1" not in f"{error} {error.exchange}"
    assert sentence(error.code, **error.params)
    return error


@pytest.mark.parametrize(
    "reason, code",
    [
        ("BlockedUser", "exact_user_blocked"),
        ("InactiveUser", "exact_user_blocked"),
        ("BlockedCustomer", "licence"),
        ("LicenseExpired", "licence"),
        ("DivisionBlocked", "division_blocked"),
        ("NoDivisionAccess", "no_access"),
    ],
)
@pytest.mark.parametrize("status", [401, 403])
def test_the_header_reason_says_what_forbids_the_call(exact, played, tokens, reason, code, status):
    error = refused(exact, played, status=status, Reason=reason)
    assert isinstance(error, NoAccess) and error.code == code and reason in error.params["detail"]
    assert len(played.asked) == 1 and tokens.refused == [None]  # a new token would not help


@pytest.mark.parametrize("code", [None, "", "x", 2**63])
def test_a_list_of_divisions_in_which_one_has_no_number_is_not_believed(exact, played, code):
    played.lay({"d": {"results": [{"Code": 1}, {"Code": code}]}})
    with pytest.raises(Retryable, match="bad_answer"):
        exact.divisions(1)


def test_a_key_that_is_blocked_for_its_errors_is_no_missing_right(exact, played):
    played.lay("", 403, Reason="TooManyErrors")
    with pytest.raises(Retryable, match="too_many_calls"):
        list(exact.orders_since("2026-01-01"))


@pytest.mark.parametrize(
    "call, scope",
    [
        (lambda exact: list(exact.orders_since("2026-01-01")), "Sales orders"),
        (lambda exact: list(exact.changed_lines(1)), "Sales orders"),
        (lambda exact: list(exact.changed_deliveries(1)), "Logistics wms"),
        (lambda exact: exact.update_delivery(ORDER, {"TrackingNumber": "1"}), "Logistics wms"),
        (accounts, "Crm accounts"),
        (lambda exact: list(exact.all_parts("contact")), "Crm accounts"),
        (lambda exact: list(exact.parts("item", guids(1))), "Logistics items"),
        (lambda exact: list(exact.all_parts("item")), "Logistics items"),
        (lambda exact: exact.add_document("Label", "", None), "Organization documents"),
        (lambda exact: list(exact.deleted(1)), "Organization administration"),
        (lambda exact: exact.subscriptions(), "Organization administration"),
    ],
)
def test_a_missing_scope_is_named(exact, played, call, scope):
    words = "Forbidden - Application Scope Violated. Cannot read"
    error = refused(exact, played, refusal(words), 403, call)
    assert isinstance(error, NoAccess) and (error.code, error.params["scope"]) == ("scope_missing", scope)
    assert scope in sentence(error.code, **error.params)


@pytest.mark.parametrize("body", [refusal("Geen rechten"), "<html><body>Forbidden</body></html>", "", "[]", "null"])
def test_any_other_403_is_a_missing_right_whatever_its_body(exact, played, body):
    kind = {"Content_Type": "text/html"} if isinstance(body, str) else {}
    error = refused(exact, played, body, 403, **kind)
    assert isinstance(error, NoAccess) and error.code == "right_missing"
    assert error.params["detail"] == ("Geen rechten" if isinstance(body, dict) else "")


def test_400_and_404_carry_exacts_own_words(exact, played):
    error = refused(exact, played, refusal(" The $filter is not supported "), 400)
    assert isinstance(error, Refused) and error.params["detail"] == "The $filter is not supported"
    error = refused(exact, played, refusal("Resource not found"), 404)
    assert isinstance(error, NotFound) and error.code == "exact_not_found"


@pytest.mark.parametrize(
    "body", [refusal(None), {"error": {"message": None}}, {"error": "x"}, {"error": {"message": {"lang": ""}}}]
)
def test_a_refusal_without_words_has_none(exact, played, body):
    assert refused(exact, played, body, 400).params["detail"] == ""


def test_a_message_may_be_plain_text(exact, played):
    assert refused(exact, played, {"error": {"message": "No."}}, 400).params["detail"] == "No."


@pytest.mark.parametrize("status", [402, 405, 409, 415])
def test_an_unknown_refusal_needs_a_person(exact, played, status):
    assert refused(exact, played, status=status).code == "exact_refused"


# -- tokens ---------------------------------------------------------------------------------------------------


def test_a_refused_token_is_renewed_once(exact, played, tokens):
    played.lay("", 401)
    played.lay(results({"ID": "a"}))
    assert accounts(exact) == [{"ID": "a"}]
    assert tokens.refused == [None, "token-1"]
    assert [asked.headers["Authorization"] for asked in played.asked] == ["Bearer token-1", "Bearer token-2"]


def test_a_token_that_is_refused_again_is_not_renewed_again(exact, played, tokens):
    played.lay("", 401)
    played.lay("", 401)
    with pytest.raises(Retryable) as caught:
        accounts(exact)
    assert caught.value.code == "token_refused" and len(played.asked) == 2
    assert tokens.refused == [None, "token-1"]


def test_a_spent_connection_makes_no_call(played, budget):
    def spent(refused):
        raise Reconnect("token_spent")

    with pytest.raises(Reconnect):
        accounts(ExactClient(played.url, DIVISION, spent, budget))
    assert played.asked == []


# -- limits ---------------------------------------------------------------------------------------------------


def test_a_minutes_429_waits_its_turn_and_asks_again(exact, played, time):
    played.lay("", 429, **MINUTE_SPENT)
    played.lay(results({"ID": "a"}))
    assert accounts(exact) == [{"ID": "a"}]
    assert time.slept == [50]


def test_a_minutes_429_is_believed_three_times_and_then_tried_later(exact, played, time):
    for _ in range(3):
        played.lay("", 429)
    with pytest.raises(Retryable) as caught:
        accounts(exact)
    assert caught.value.code == "too_many_calls" and time.slept == [50, 60]


def test_behind_a_web_request_nobody_waits(played, tokens, time):
    hasty = CallBudget(Memory(), service="Exact Online", minute_limit=60, day_limit=5000, patient=False)
    exact = ExactClient(played.url, DIVISION, tokens, hasty)
    played.lay("", 429, **MINUTE_SPENT)
    with pytest.raises(BudgetSpent) as caught:
        accounts(exact)
    assert (caught.value.code, caught.value.retry_at) == ("budget_minute", NOW + 50)
    assert time.slept == []


def test_a_days_429_ends_the_work_until_the_day_is_over(exact, played, time):
    played.lay("", 429, **DAY_SPENT)
    for _ in range(2):
        with pytest.raises(BudgetSpent) as caught:
            accounts(exact)
        assert (caught.value.code, caught.value.retry_at) == ("budget_day", NOW + 3600)
    assert len(played.asked) == 1 and time.slept == []
    time.shift(3601)
    played.lay(results())
    assert accounts(exact) == []


def test_the_headers_of_each_answer_are_learned(exact, played, budget):
    played.lay(results(), X_RateLimit_Minutely_Remaining="33", X_RateLimit_Remaining="4321")
    accounts(exact)
    known = budget.store.change(dict)
    assert (known["minute_remaining"], known["day_remaining"]) == (33, 4321)


def test_the_headers_of_a_refusal_are_learned_too(exact, played, budget):
    refused(exact, played, X_RateLimit_Remaining="17")
    assert budget.store.change(dict)["day_remaining"] == 17


@pytest.mark.parametrize("status", [400, 403, 404])
def test_the_fifth_refusal_of_an_endpoint_closes_it_before_exact_blocks_the_key(exact, played, status):
    for _ in range(ERRORS_ALLOWED):
        refused(exact, played, status=status)
    with pytest.raises(BudgetSpent) as caught:
        accounts(exact)
    assert caught.value.code == "endpoint_blocked" and caught.value.retry_at == NOW + 3600
    assert len(played.asked) == ERRORS_ALLOWED
    assert sentence(caught.value.code, **caught.value.params)
    played.lay(results())
    assert list(exact.parts("contact", guids(1))) == [[]]  # the others are open


def test_a_refused_token_counts_as_an_error_and_a_fault_of_exact_does_not(exact, played, budget):
    played.lay("", 401)
    played.lay(results())
    accounts(exact)
    played.lay("", 503)
    with pytest.raises(Retryable):
        accounts(exact)
    errors = budget.store.change(lambda known: {name: len(times) for name, times in known["errors"].items()})
    assert errors == {ACCOUNTS.lstrip("/"): 1}


def test_the_pages_of_a_list_count_as_one_endpoint(exact, played):
    for _ in range(ERRORS_ALLOWED):
        played.lay(results(following=f"{played.url}{ACCOUNTS}?$skiptoken={len(played.asked)}"))
        refused(exact, played)
    with pytest.raises(BudgetSpent):
        accounts(exact)


def test_no_answer_is_told_as_such_and_not_asked_for_again(exact, played):
    played.bench.add_fault("reset")
    with pytest.raises(NoAnswer):
        accounts(exact)
    assert played.bench.count() == 1
