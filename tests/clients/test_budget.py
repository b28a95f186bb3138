"""The plan for calls: what is counted, what the far side says, and when to wait, stop or raise."""

from datetime import UTC, datetime

import pytest

from webapp import clock
from webapp.clients.budget import DAY, ERRORS_ALLOWED, HOUR, CallBudget, Memory, left_this_minute, left_today
from webapp.errors import BudgetSpent
from webapp.sync.outside import SENDCLOUD_BURST, SENDCLOUD_SHARE, SENDCLOUD_WRITES

NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)
NOW = int(NOON.timestamp())
NEXT_MINUTE = NOW + 50
MIDNIGHT = NOW - NOW % DAY + DAY


@pytest.fixture
def make(time):
    def make(**options):
        options = {"service": "Exact Online", "minute_limit": 60, "day_limit": 5000, **options}
        return CallBudget(Memory(), **options)

    return make


def take(budget, count, endpoint="crm/Accounts"):
    for _ in range(count):
        budget.take(endpoint)


def known(budget):
    return budget.store.change(lambda values: dict(values))


def minute(remaining, limit=60, reset=NEXT_MINUTE):
    headers = {"X-RateLimit-Minutely-Limit": str(limit), "X-RateLimit-Minutely-Remaining": str(remaining)}
    return headers if reset is None else {**headers, "X-RateLimit-Minutely-Reset": str(reset * 1000)}


def day(remaining, limit=5000, reset=MIDNIGHT):
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset * 1000),
    }


# -- the minute -----------------------------------------------------------------------------------------------


def test_a_patient_budget_waits_for_the_next_minute_when_its_share_is_used(make, time):
    budget = make(share=0.8)
    take(budget, 48)
    assert time.slept == []
    take(budget, 1)
    assert time.slept == [50]
    take(budget, 47)
    assert time.slept == [50]
    take(budget, 1)
    assert time.slept == [50, 60]


def test_an_impatient_budget_raises_and_says_when_there_is_room_again(make, time):
    budget = make(patient=False, share=0.5)
    take(budget, 30)
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert (caught.value.code, caught.value.retry_at) == ("budget_minute", NEXT_MINUTE)
    assert caught.value.params == {"service": "Exact Online"}
    assert time.slept == []
    time.shift(50)
    take(budget, 1)


def test_a_call_that_was_not_made_is_not_counted(make):
    budget = make(patient=False)
    take(budget, 48)
    for _ in range(5):
        with pytest.raises(BudgetSpent):
            budget.take("crm/Accounts")
    assert (known(budget)["calls_minute"], known(budget)["calls_day"]) == (48, 48)


def test_people_have_room_that_the_background_work_leaves_them(make):
    store = Memory()
    background = CallBudget(store, service="x", minute_limit=60, share=0.8, patient=False)
    person = CallBudget(store, service="x", minute_limit=60, share=0.95, patient=False)
    take(background, 48)
    with pytest.raises(BudgetSpent):
        background.take("crm/Accounts")
    take(person, 9)
    with pytest.raises(BudgetSpent):
        person.take("crm/Accounts")


def test_the_calls_of_others_count_as_the_far_side_tells_them(make, time):
    budget = make(patient=False)
    take(budget, 1)
    budget.learn(minute(13))
    take(budget, 1)
    with pytest.raises(BudgetSpent):
        budget.take("crm/Accounts")
    time.shift(50)
    take(budget, 48)


def test_a_smaller_limit_of_the_far_side_is_kept_to(make):
    budget = make(patient=False, share=1.0)
    take(budget, 1)
    budget.learn(minute(9, limit=10))
    take(budget, 9)
    with pytest.raises(BudgetSpent):
        budget.take("crm/Accounts")


def test_the_minute_ends_when_the_far_side_says_even_if_our_clock_is_ahead(make):
    budget = make(patient=False)
    take(budget, 1)
    budget.learn(minute(0, reset=NEXT_MINUTE + 4))
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert caught.value.retry_at == NEXT_MINUTE + 4


# -- the day --------------------------------------------------------------------------------------------------


def test_the_day_ends_the_work_and_says_when_it_goes_on(make, time):
    budget = make(day_limit=3)
    take(budget, 3)
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert (caught.value.code, caught.value.retry_at) == ("budget_day", MIDNIGHT)
    assert time.slept == []  # nobody waits for midnight, however patient
    time.shift(DAY)
    take(budget, 1)


def test_the_day_is_spent_when_the_far_side_says_so(make, time):
    budget = make()
    take(budget, 1)
    budget.learn(day(1))
    take(budget, 1)
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert caught.value.retry_at == MIDNIGHT
    time.move_to(datetime.fromtimestamp(MIDNIGHT, UTC))
    take(budget, 1)


def test_a_service_without_a_day_limit_is_never_spent_for_the_day(make, time):
    budget = make(day_limit=None, share=1.0, minute_limit=100)
    take(budget, 1000)
    assert len(time.slept) == 9


# -- headers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Remaining": ""},
        {"X-RateLimit-Remaining": "many", "X-RateLimit-Minutely-Remaining": "--5"},
        {"X-RateLimit-Reset": "1e9"},
        {"X-RateLimit-Minutely-Reset": str((NOW + 9999) * 1000), "X-RateLimit-Reset": str((NOW + 9999) * 1000)},
        {"X-RateLimit-Minutely-Limit": "0", "X-RateLimit-Limit": "-1"},
    ],
)
def test_what_is_missing_or_nonsense_is_unknown_and_not_nought(make, time, headers):
    budget = make()
    take(budget, 1)
    before = known(budget)
    budget.learn(headers)
    assert known(budget) == before
    take(budget, 47)
    assert time.slept == []


def test_the_minutes_headers_alone_say_nothing_of_the_day_and_the_other_way_round(make):
    budget = make()
    budget.learn(minute(5))
    assert "day_remaining" not in known(budget)
    budget = make()
    budget.learn(day(5))
    assert "minute_remaining" not in known(budget)


def test_resets_are_in_milliseconds_and_rounded_up(make):
    budget = make()
    headers = {**minute(5), **day(7)}
    headers["X-RateLimit-Minutely-Reset"] = str(NEXT_MINUTE * 1000 - 999)
    budget.learn(headers)
    assert (known(budget)["minute_reset"], known(budget)["day_reset"]) == (NEXT_MINUTE, MIDNIGHT)


@pytest.mark.parametrize(
    "reset, minute_reset",
    [(None, NEXT_MINUTE), (NOW - 5, NEXT_MINUTE), (0, NEXT_MINUTE), (NOW + 9999, NOW + 65), (-5, NEXT_MINUTE)],
)
def test_a_reset_that_is_missing_past_or_too_far_is_not_believed(make, reset, minute_reset):
    budget = make()
    budget.learn(minute(5, reset=reset))
    assert known(budget)["minute_reset"] == minute_reset


def test_each_call_lowers_what_the_far_side_said_was_left(make):
    budget = make()
    budget.learn({**minute(59), **day(4999)})
    take(budget, 3)
    assert (known(budget)["minute_remaining"], known(budget)["day_remaining"]) == (56, 4996)


# -- 429 ------------------------------------------------------------------------------------------------------


def test_a_429_of_the_minute_waits_for_the_minute(make, time):
    budget = make()
    take(budget, 1)
    assert budget.refused(minute(0)) is False
    take(budget, 1)
    assert time.slept == [50]
    assert "day_remaining" not in known(budget)


def test_a_429_of_the_day_ends_the_day(make, time):
    budget = make()
    take(budget, 1)
    assert budget.refused(day(0)) is True
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert (caught.value.code, caught.value.retry_at) == ("budget_day", MIDNIGHT)
    assert "minute_remaining" not in known(budget)


def test_a_429_is_believed_even_if_it_says_that_some_calls_are_left(make, time):
    budget = make()
    budget.refused(minute(12))
    take(budget, 1)
    assert time.slept == [50]
    budget = make()
    budget.refused(day(12))
    with pytest.raises(BudgetSpent):
        budget.take("crm/Accounts")


def test_a_429_without_headers_is_one_of_the_minute(make, time):
    budget = make()
    assert budget.refused({}) is False
    take(budget, 1)
    assert time.slept == [50]


def test_a_429_that_says_how_long_is_believed(make, time):
    budget = make(day_limit=None)
    budget.refused({"Retry-After": "7"})
    take(budget, 1)
    assert time.slept == [7]


def test_a_429_with_all_headers_is_one_of_the_day_only_if_the_day_is_spent(make, time):
    budget = make()
    assert budget.refused({**minute(0), **day(4000)}) is False
    take(budget, 1)
    assert time.slept == [50]
    budget.refused({**minute(0), **day(0)})
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert caught.value.code == "budget_day"


# -- errors ---------------------------------------------------------------------------------------------------


def test_the_fifth_error_within_an_hour_closes_the_endpoint_and_only_that_one(make, time):
    budget = make()
    for _ in range(ERRORS_ALLOWED - 1):
        budget.failed("crm/Accounts")
        time.shift(60)
    take(budget, 1)
    budget.failed("crm/Accounts")
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert (caught.value.code, caught.value.retry_at) == ("endpoint_blocked", NOW + HOUR)
    assert caught.value.params == {"service": "Exact Online", "endpoint": "crm/Accounts"}
    take(budget, 1, "crm/Contacts")


def test_an_endpoint_opens_again_as_its_errors_get_an_hour_old(make, time):
    budget = make()
    budget.failed("crm/Accounts")
    time.shift(600)
    for _ in range(ERRORS_ALLOWED - 1):
        budget.failed("crm/Accounts")
    time.shift(HOUR - 601)
    with pytest.raises(BudgetSpent):
        budget.take("crm/Accounts")
    time.shift(1)
    take(budget, 1)
    budget.failed("crm/Accounts")
    with pytest.raises(BudgetSpent):
        budget.take("crm/Accounts")
    time.shift(HOUR)
    take(budget, 1)
    assert known(budget)["errors"] == {}


# -- time -----------------------------------------------------------------------------------------------------


def test_what_is_known_is_forgotten_when_its_window_is_over(make, time):
    budget = make()
    budget.learn({**minute(1), **day(1)})
    take(budget, 1)
    time.shift(DAY)
    take(budget, 1)
    left = known(budget)
    assert (left["calls_minute"], left["calls_day"]) == (1, 1)
    assert not {"minute_remaining", "minute_reset", "day_remaining", "day_reset"} & set(left)


def test_a_clock_that_was_set_back_does_not_stop_the_work_for_long(make, time):
    budget = make()
    take(budget, 60)
    time.shift(-2 * 3600)
    take(budget, 1)
    assert sum(time.slept) <= 120


# -- fair shares ----------------------------------------------------------------------------------------------


def test_a_burst_is_spread_over_the_seconds(make, time):
    """Half of Sendcloud's fifteen writes: one second of ours may straddle two of theirs."""
    budget = make(minute_limit=100, day_limit=None, burst=7)
    take(budget, 7)
    assert time.slept == []
    take(budget, 8)
    assert time.slept == [1, 1]


@pytest.mark.parametrize("second", [0, 29, 45, 59])
def test_a_minute_of_sendclouds_never_sees_more_than_it_allows(make, time, second):
    """Whenever theirs begins, and however late in ours the work does."""
    time.shift(50 + second)
    budget = make(minute_limit=SENDCLOUD_WRITES, day_limit=None, burst=SENDCLOUD_BURST, share=SENDCLOUD_SHARE)
    times = []
    for _ in range(3 * SENDCLOUD_WRITES):
        budget.take("orders")
        times.append(clock.now())
    assert max(sum(begin <= at < begin + 60 for at in times) for begin in times) <= SENDCLOUD_WRITES


def test_what_is_reserved_of_the_day_is_left_to_others(make, time):
    budget = make(day_limit=10)
    budget.reserve = 4
    take(budget, 6)
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert (caught.value.code, caught.value.retry_at) == ("budget_share", MIDNIGHT)
    budget.reserve = 0
    take(budget, 4)
    with pytest.raises(BudgetSpent) as caught:
        budget.take("crm/Accounts")
    assert caught.value.code == "budget_day"


def test_a_wait_ends_when_the_work_is_told_to_end(make, time):
    """The beat is heard before each call and every second of waiting; no call is counted then."""

    class Ended(Exception):
        pass

    beats = []

    def beat():
        beats.append(1)
        if len(beats) == 48 + 1 + 3:
            raise Ended

    budget = make(share=0.8, beat=beat)
    take(budget, 48)
    with pytest.raises(Ended):
        budget.take("crm/Accounts")
    assert time.slept == [1, 1, 1] and known(budget)["calls_day"] == 48


def test_what_is_left_is_told_without_changing_anything(make, time):
    budget = make()
    take(budget, 5)
    before = known(budget)
    assert left_this_minute(before, 60, NOW) == 55 and left_today(before, 5000, NOW) == (4995, MIDNIGHT - NOW)
    assert left_this_minute(before, 60, NEXT_MINUTE) == 60 and left_today({}, 5000, NOW)[0] == 5000
    assert known(budget) == before
