"""Answers of both services that are crooked: a pass ends with a sentence, pages stand, and afterwards it goes on."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.journeys.world import World
from tests.security.fuzzing import examples
from webapp import db
from webapp.demo import kit
from webapp.demo.exact.seed import SHOP
from webapp.models import Division, Order
from webapp.sync.states import OrderState
from webapp.words.sentences import ERRORS, STOPS

VALUES = st.sampled_from(
    [None, True, -1, 2**70, 1e308, "", "x" * 70_000, "\x00", [], {}, [[]], {"a": None}, "/Date(99999999999999999)/",
     "9999-99-99T00:00:00", "NaN", "<xss>", ["x"], "\ud83d"]
)  # fmt: skip
HOWS = st.sampled_from(["value", "value", "value", "drop", "cut", "whole", "twice"])


class Crooked:
    """A service whose answers are bent on their way: each at the place that belongs to its length."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.bend: tuple[str, int, Any] | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        status, headers, body = kit.run_app(self.app, environ)
        # A bent token is another story: the connection is spent, and only a person can mend it.
        if self.bend and not environ["PATH_INFO"].startswith(("/_bench/", "/api/oauth2/")):
            body = bent(body, *self.bend)
        start_response(status, [(name, value) for name, value in headers if name.lower() != "content-length"])
        return [body]


def bent(body: bytes, how: str, place: int, value: Any) -> bytes:
    if how == "cut":
        return body[: place % (len(body) + 1)]
    if how == "whole":
        return json.dumps(value).encode()
    try:
        found = json.loads(body)
    except ValueError:
        return body
    spots = list(places(found))
    if spots:
        inside, key = spots[place % len(spots)]
        if how == "drop":
            del inside[key]
        elif how == "twice" and isinstance(inside, list):
            inside.append(inside[key])
        else:
            inside[key] = value
    return json.dumps(found).encode()


def places(found: Any):
    """Every place of a JSON value, with what it is in."""
    pairs = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, inner in list(pairs):
        yield found, key
        yield from places(inner)


def test_crooked_answers_of_both_services(ready: World):
    sides = [Crooked(play.bench.app) for play in (ready.exact, ready.sendcloud)]
    for play, side in zip((ready.exact, ready.sendcloud), sides, strict=True):
        play.bench.app = side

    @given(which=st.integers(0, 1), how=HOWS, place=st.integers(0, 5000), value=VALUES)
    @examples(12)
    def crooked(which: int, how: str, place: int, value: Any) -> None:
        sides[which].bend = (how, place, value)
        Division.update(stopped="", failures=0, cursors={}).where(Division.code == SHOP).execute()
        done = ready.sync(thorough=True, after=3600)
        sides[which].bend = None
        assert done.error == "" or done.error in {*ERRORS, *STOPS}, done.error
        assert {row.state for row in Order.select(Order.state)} <= {state.value for state in OrderState}
        for path in ("", "logs", "configuration", "orders.csv"):
            answer = ready.admin.get(f"/divisions/{SHOP}/{path}")
            assert answer.status_code in (200, 302) and b"Traceback" not in answer.data, path
            db.database.connect(reuse_if_open=True)  # the end of a streamed file has closed it

    crooked()
    Division.update(stopped="", failures=0, due_at=0).where(Division.code == SHOP).execute()
    ready.later(3600)
    assert ready.sync(thorough=True).error == ""
    assert ready.incoming()
