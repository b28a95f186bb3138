"""Anything in every form, every address and both webhooks: no 500, and what was refused has changed nothing."""

import hashlib
import hmac
import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.security.fuzzing import examples
from tests.security.walk import address, rules, seed
from webapp.models import Delivery, Division, Order, put_setting
from webapp.security import limiter
from webapp.sync.states import DeliveryState, OrderState

NAMES = [
    "q", "state", "before", "after", "no", "at", "ids", "top", "moving", "kind", "show", "parcels", "next", "country",
    "code", "token", "error", "order", "do", "action", "reading", "house_number", "city", "postal_code",
    "address_line_1", "email", "password", "again", "current", "public_key", "secret_key", "version", "label_auto",
    "warehouse_1", "customs_hs_code", "customs_origin_country", "customer_mapping", "map_name", "backfill_days",
    "service_point_field", "item_hs_code_field", "client_id", "redirect_uri", "address", "language", "theme", "kept",
    "quiet_from", "quiet_to", "try", "refresh", "parts", "last", "note", "days", "from", "to", "search",
]  # fmt: skip
NASTY = st.sampled_from(
    ["", "0", "-1", "1.1", "1.", "9" * 19, "9" * 5000, "²", "٣", "1e400", "NaN", "\x00", "\r\nX: y", "//x", "/\\x",
     "' or 1=1 --", "%s%n{0}{{1}}", "<xss>", "../../x", "\ud7ff\uffff", "é" * 300, "true", "[]", "{}", "nl", "due",
     "edited_in_sendcloud", "2026-02-30", "24:00", "https://[", "https://x.example:99999/", "mailto://x", "=1"]
)  # fmt: skip
TEXT = st.one_of(NASTY, NASTY, st.text(max_size=40))
FIELDS = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), TEXT), TEXT), max_size=8)
PLACES = st.one_of(st.none(), st.integers(-1, 2**70), TEXT)
# They would end the session or the connection, send a mail, or fill the disk.
NOT_TRIED = {"connect.disconnect", "alerts.test", "backups.make"}


@pytest.fixture
def config(make_config):
    """Nobody answers there, so that what asks outside comes back at once."""
    return make_config(EXACT_BASE_URL="http://127.0.0.1:9", SENDCLOUD_BASE_URL="http://127.0.0.1:9")


@pytest.fixture
def visitor(app, config, admin, csrf):
    """The administrator's, with one division to play with; `refused` tells whether anything was written since."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    limiter.enabled = False
    admin.seeded, admin.token = seed(config, 11, "Fietsen"), csrf(admin)
    with closing(sqlite3.connect(config.database_path)) as watcher:
        admin.writes = lambda: watcher.execute("pragma data_version").fetchone()[0]
        yield admin
    limiter.enabled = True


def judge(visitor, answer, before, path):
    assert answer.status_code < 500, path
    assert b"Traceback" not in answer.data, path
    if answer.status_code >= 400 and before is not None:
        assert visitor.writes() == before, f"{path}: refused, and yet something was written"


def some_address(data, app, visitor, method):
    rule = data.draw(st.sampled_from(rules(app, method)))
    values = dict(visitor.seeded.values)
    for name in sorted(rule.arguments):
        other = data.draw(st.one_of(st.none(), st.none(), PLACES))
        if other is not None and (isinstance(other, str) or other >= 0):
            values[name] = other
    try:
        return rule, address(app, rule, {"filename": "logo.svg", **values})
    except Exception:  # no such address can be written down at all
        return rule, "/x"


@given(data=st.data())
@examples(80)
def test_any_parameters_at_every_address(app, visitor, data):
    _, path = some_address(data, app, visitor, "GET")
    headers = data.draw(st.sampled_from([{}, {"HX-Request": "true"}, {"HX-Current-URL": "//["}]))
    before = visitor.writes()
    judge(visitor, visitor.get(path, query_string=data.draw(FIELDS), headers=headers), before, path)


@given(data=st.data())
@examples(80)
def test_anything_in_every_form(app, visitor, data):
    rule, path = some_address(data, app, visitor, "POST")
    if rule.endpoint in NOT_TRIED:
        return
    form = [*data.draw(FIELDS), ("csrf_token", visitor.token)]
    fields: dict[str, list[str]] = {}
    for name, value in form:
        fields.setdefault(name, []).append(value)
    # A warehouse that nobody knows may be new: the lists are read first, and kept. Of all else nothing is written.
    before = None if rule.endpoint == "configuration.save" else visitor.writes()
    rules_no = [row.rules_no for row in Division.select()]
    answer = visitor.post(path, data=fields)
    judge(visitor, answer, before, path)
    assert answer.status_code < 400 or [row.rules_no for row in Division.select()] == rules_no, path
    assert {row.state for row in Order.select(Order.state)} <= {state.value for state in OrderState}
    assert {row.state for row in Delivery.select(Delivery.state)} <= {state.value for state in DeliveryState}
    page = visitor.get("/divisions/11/")
    assert page.status_code in (200, 302), path


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), NASTY),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)
BODIES = st.one_of(
    st.binary(max_size=200),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([b"[" * 50_000, b'{"a":' * 20_000, b'{"Content":{' * 5_000, b'{"Content":{}' + b" " * 50_000]),
)


@given(body=BODIES, signed=st.booleans(), signature=st.binary(max_size=80))
@examples(60)
def test_anything_at_the_webhook_of_sendcloud(visitor, body, signed, signature):
    right = hmac.new(b"key-Fietsen", body, hashlib.sha256).hexdigest()
    header = right if signed else signature.decode("latin-1").replace("\r", "").replace("\n", "")
    before = visitor.writes()
    answer = visitor.post("/hooks/sendcloud/token-11", data=body, headers={"Sendcloud-Signature": header})
    judge(visitor, answer, before, body[:50])
    assert answer.status_code == (200 if header == right else 403)


@given(content=st.one_of(JSON, st.dictionaries(st.sampled_from(["Division", "Topic", "Key"]), JSON)), body=BODIES,
       signed=st.booleans())  # fmt: skip
@examples(60)
def test_anything_at_the_webhook_of_exact(visitor, content, body, signed):
    put_setting("exact_webhook_secret", "geheim", secret=True)
    if signed:
        said = json.dumps(content).encode()
        code = hmac.new(b"geheim", said, hashlib.sha256).hexdigest().upper().encode()
        body = b'{"Content":' + said + b',"HashCode":"' + code + b'"}'
    before = visitor.writes()
    answer = visitor.post("/hooks/exact", data=body)
    judge(visitor, answer, before, body[:50])
    if signed:
        assert answer.status_code == (200 if isinstance(content, dict) else 403)
