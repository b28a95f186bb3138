"""Webhooks of both services: a signed hint makes the pass due; anything else changes nothing."""

import hashlib
import hmac
import json

import pytest
import time_machine

from webapp.models import Division, put_setting

SECRET = "het geheim van de app"
KEY = "geheime-sleutel"


@pytest.fixture
def division(app):
    return Division.create(
        code=123,
        name="Winkel",
        sendcloud="on",
        secret_key=KEY,
        public_key="p",
        hook_token="lang-toeval",
        due_at=2**40,
    )


def due(division):
    return Division.get_by_id(division.id).due_at < 2**39


def signed(body: bytes, key: str = KEY) -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def exact_body(content: bytes, secret: str = SECRET) -> bytes:
    code = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest().upper()
    return b'{"Content":' + content + b',"HashCode":"' + code.encode() + b'"}'


def test_a_signed_call_of_sendcloud_makes_the_pass_due(client, division):
    body = '{"action": "parcel_status_changed",  "parcel": {"name": "Zoë"}}'.encode()
    answer = client.post("/hooks/sendcloud/lang-toeval", data=body, headers={"Sendcloud-Signature": signed(body)})
    assert answer.status_code == 200 and due(division)


def test_sendclouds_own_test_vector_fits(client, division):
    Division.update(secret_key="secretkey").execute()
    signature = "1eed4b3d41f4653ac64fd56f1bf1cbfd349e4482cbc11dff7134bd93e5da4b0a"
    answer = client.post(
        "/hooks/sendcloud/lang-toeval", data=b'{"key": "value"}', headers={"Sendcloud-Signature": signature}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("signature", ["", "0" * 64, signed(b"{}", "andere sleutel"), "é"])
def test_a_call_that_is_not_signed_changes_nothing(client, division, signature):
    headers = {"Sendcloud-Signature": signature.encode("latin-1").decode("latin-1")}
    assert client.post("/hooks/sendcloud/lang-toeval", data=b"{}", headers=headers).status_code == 403
    assert not due(division)


def test_an_unknown_address_is_refused(client, division):
    body = b"{}"
    answer = client.post("/hooks/sendcloud/niet-van-ons", data=body, headers={"Sendcloud-Signature": signed(body)})
    assert answer.status_code == 403 and not due(division)


def test_a_disconnected_division_is_not_woken(client, division):
    Division.update(sendcloud="off").execute()
    headers = {"Sendcloud-Signature": signed(b"{}")}
    assert client.post("/hooks/sendcloud/lang-toeval", data=b"{}", headers=headers).status_code == 403


def test_a_paused_division_stays_paused(client, division):
    Division.update(due_at=None).execute()
    headers = {"Sendcloud-Signature": signed(b"{}")}
    assert client.post("/hooks/sendcloud/lang-toeval", data=b"{}", headers=headers).status_code == 200
    assert Division.get_by_id(division.id).due_at is None


def test_five_megabytes_are_refused(client, division):
    assert client.post("/hooks/sendcloud/lang-toeval", data=b"x" * 5_000_000).status_code == 413


def test_exact_may_try_the_address_with_nothing(client, division):
    assert client.post("/hooks/exact", data=b"").status_code == 200
    assert not due(division)


def test_a_signed_call_of_exact_makes_the_pass_due(client, division):
    put_setting("exact_webhook_secret", SECRET, secret=True)
    content = b'{"Topic":"GoodsDeliveries", "Division":123,"Action":"Create","Key":"x"}'
    assert client.post("/hooks/exact", data=exact_body(content)).status_code == 200
    assert due(division)
    assert Division.get_by_id(division.id).full_asked_at, "it may tell of a line or a deletion"


@pytest.mark.parametrize("number", ["9.223372036854776e+18", "1e999", "-5", "NaN", '"x"'])
def test_a_signed_call_with_a_number_that_is_none_wakes_nobody(client, division, number):
    put_setting("exact_webhook_secret", SECRET, secret=True)
    answer = client.post("/hooks/exact", data=exact_body(f'{{"Division":{number}}}'.encode()))
    assert answer.status_code == 200 and not due(division)


def test_a_call_for_another_division_wakes_nobody(client, division):
    put_setting("exact_webhook_secret", SECRET, secret=True)
    assert client.post("/hooks/exact", data=exact_body(b'{"Division":999}')).status_code == 200
    assert not due(division)


@pytest.mark.parametrize(
    "body",
    [
        exact_body(b'{"Division":123}', "ander geheim"),
        json.dumps({"Content": {"Division": 123}}).encode(),
        b"[1,2",
        b'{"Content":{"Division":123},"HashCode":"AB"}',
        b"{" * 100_000,
    ],
)
def test_an_unsigned_call_of_exact_changes_nothing(client, division, body):
    put_setting("exact_webhook_secret", SECRET, secret=True)
    assert client.post("/hooks/exact", data=body).status_code == 403
    assert not due(division)


def test_without_a_secret_nothing_is_believed(client, division):
    assert client.post("/hooks/exact", data=exact_body(b'{"Division":123}', "")).status_code == 403


def test_the_same_call_again_does_no_harm(client, division):
    headers = {"Sendcloud-Signature": signed(b"{}")}
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        for _ in range(3):
            assert client.post("/hooks/sendcloud/lang-toeval", data=b"{}", headers=headers).status_code == 200
        first = Division.get_by_id(division.id)
    assert first.due_at == 1772366400
