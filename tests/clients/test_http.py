"""One request and its answer: every failure of transport is an error of ours, and nothing secret is kept."""

import json
import socket
from urllib.parse import urlsplit

import pytest

from webapp.clients import http
from webapp.clients.http import Http
from webapp.errors import NoAnswer, Retryable

SERVICE = "Sendcloud"


@pytest.fixture
def client(played):
    return Http(played.url, SERVICE)


def free_address():
    """An address at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}"


# -- what comes back ------------------------------------------------------------------------------------------


def test_an_answer_carries_status_headers_and_body(client, played):
    played.lay({"name": "Blauwe Mok"}, 201, X_Extra="1")
    answer = client.call("POST", "api/orders", json={"a": 1}, headers={"Accept": "application/json"})
    assert (answer.status, answer.headers["x-extra"], answer.json()) == (201, "1", {"name": "Blauwe Mok"})
    (asked,) = played.asked
    assert (asked.method, asked.path, asked.json) == ("POST", "/api/orders", {"a": 1})
    assert asked.headers["User-Agent"] == "Pakbon" and asked.headers["Accept"] == "application/json"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 429])
def test_a_refusal_is_left_to_the_client_of_the_service(client, played, status):
    played.lay("<html>no</html>", status, Content_Type="text/html")
    assert client.call("GET", "x").status == status


@pytest.mark.parametrize("body", ["", "  \n"])
def test_no_body_is_no_json(client, played, body):
    played.lay(body, 200)
    assert client.call("GET", "x").json() is None


@pytest.mark.parametrize("body", ['{"data": [1, 2', "not json", b"\xff\xfe\x00", "[" * 100_000, "9" * 5000])
def test_a_body_that_is_no_json_can_be_asked_for_again(client, played, body):
    played.lay(body)
    answer = client.call("GET", "x")
    with pytest.raises(Retryable) as caught:
        answer.json()
    assert caught.value.code == "bad_answer" and caught.value.exchange["status"] == 200
    assert not isinstance(caught.value, NoAnswer)


def test_half_an_emoji_is_replaced_so_that_it_can_be_stored_and_sent(client, played):
    played.lay(b'{"Name \\ud83d": ["Sanne \\ud83d", {"City": "\\ude00"}], "Whole": "\\ud83d\\ude00", "N": 1.5}')
    found = client.call("GET", "x").json()
    assert found == {"Name �": ["Sanne �", {"City": "�"}], "Whole": "😀", "N": 1.5}
    json.dumps(found, ensure_ascii=False).encode()


def test_an_absolute_address_on_the_same_host_is_followed_word_for_word(client, played):
    played.lay()
    client.call("GET", f"{played.url}/api/v1/1/crm/Accounts?$skiptoken=guid'a-b'&x=%20")
    assert played.asked[0].raw_query == "$skiptoken=guid'a-b'&x=%20"


def test_calls_share_one_connection(client, played):
    for _ in range(3):
        played.lay({"n": 1})
        client.call("GET", "x")
    assert len({asked.port for asked in played.asked}) == 1


# -- what goes wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reset", "lost", "cut", "timeout"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_whole_answer_the_outcome_is_unknown(client, played, monkeypatch, kind, method):
    monkeypatch.setattr(http, "TIMEOUT", (1, 0.3))
    if kind in ("lost", "cut"):  # the work was done
        played.lay({"data": list(range(1000))})
    played.bench.add_fault(kind, "^/label$", method)
    with pytest.raises(NoAnswer) as caught:
        client.call(method, "label", json={"order": 12})
    error = caught.value
    assert (error.code, error.params) == ("no_answer", {"service": SERVICE})
    assert error.exchange["method"] == method and error.exchange["url"] == f"{played.url}/label"
    assert error.exchange["request"] == '{"order": 12}' and error.exchange["answer"]
    assert played.bench.count() == 1  # and nobody asked twice


def test_nobody_listening_is_no_answer():
    with pytest.raises(NoAnswer):
        Http(free_address(), SERVICE).call("GET", "x")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_a_fault_of_the_service_can_be_tried_again(client, played, status):
    played.lay({"error": "sorry"}, status)
    with pytest.raises(Retryable) as caught:
        client.call("GET", "x")
    error = caught.value
    assert (error.code, error.params) == ("service_down", {"service": SERVICE, "status": status})
    assert error.exchange["status"] == status and "sorry" in error.exchange["answer"]
    assert not isinstance(error, NoAnswer)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(client, played, status):
    played.lay("", status, Location=f"{played.url}/elsewhere")
    with pytest.raises(Retryable) as caught:
        client.call("GET", "x", headers={"Authorization": "Bearer secret"})
    assert caught.value.code == "bad_answer"
    assert [asked.path for asked in played.asked] == ["/x"]


def test_a_maintenance_page_with_status_200_is_no_answer_of_the_service(client, played):
    played.bench.add_fault("html")
    with pytest.raises(Retryable) as caught:
        client.call("GET", "x")
    assert caught.value.code == "bad_answer" and "working on it" in caught.value.exchange["answer"]


def test_an_answer_that_is_too_large_is_refused(client, played, monkeypatch):
    monkeypatch.setattr(http, "LARGEST_ANSWER", 100)
    played.lay("x" * 100)
    assert len(client.call("GET", "x").body) == 100
    played.lay("x" * 101)
    with pytest.raises(Retryable) as caught:
        client.call("GET", "x")
    assert caught.value.code == "bad_answer"


# -- other hosts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda base: base.replace("127.0.0.1", "localhost"),
        lambda base: base.replace("127.0.0.1", "127.0.0.1@localhost"),
        lambda base: base.replace("http://", "https://"),
        lambda base: base.rpartition(":")[0],
        lambda base: base + "0",
    ],
    ids=["host", "user", "scheme", "no port", "port"],
)
def test_an_address_on_another_host_is_refused_before_anything_is_sent(client, played, change):
    other = f"{change(played.url)}/api/v1/1/crm/Accounts"
    with pytest.raises(Retryable) as caught:
        client.call("GET", other, headers={"Authorization": "Bearer secret"})
    assert caught.value.code == "other_host" and caught.value.params["host"] == (urlsplit(other).hostname or "")
    assert played.asked == []


@pytest.mark.parametrize("address", ["http://[x/", "http://[::1/x"])
def test_an_address_that_is_none_is_refused(client, played, address):
    with pytest.raises(Retryable):
        client.call("GET", address)
    assert played.asked == []


@pytest.mark.parametrize("address", ["//evil.example/x", "ftp://evil.example/x", "HTTP://evil.example/x"])
def test_anything_else_stays_on_the_host(client, played, address):
    played.lay()
    client.call("GET", address)
    assert played.asked[0].path.endswith("evil.example/x")


# -- secrets --------------------------------------------------------------------------------------------------


def test_keys_and_tokens_are_not_in_the_exchange(client, played):
    client.session.auth = ("public-key", "secret-key")
    played.lay({"ok": 1})
    answer = client.call("GET", "x", headers={"X-Token": "token-1"})
    played.lay({"token": "token-2"})
    hidden = client.call("POST", "y", private=True, json={"code": "token-3"})
    played.lay("token-4", 500)
    with pytest.raises(Retryable) as caught:
        client.call("POST", "z", private=True, json={"code": "token-5"})
    kept = json.dumps([answer.exchange, hidden.exchange, caught.value.exchange]) + str(caught.value)
    assert "ok" in kept
    for secret in ("public-key", "secret-key", "token-", "Basic", "Authorization"):
        assert secret not in kept


def test_a_label_is_told_by_its_size_and_a_long_body_is_cut(client, played):
    played.lay(b"%PDF-1.7 " + b"x" * 991, Content_Type="application/pdf")
    assert client.call("GET", "x").exchange["answer"] == "PDF, 1000 bytes"
    played.lay("é" * 10_000)
    assert client.call("POST", "x", json="é" * 10_000).exchange["answer"] == "é" * http.SHOWN


def test_no_password_file_or_proxy_of_the_machine_is_used(client, played, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", free_address())
    played.lay()
    client.call("GET", "x")
    assert "Authorization" not in played.asked[0].headers
