"""The bench itself: clock, log, faults, server and what is kept on disk."""

import http.client
import threading
import time
from datetime import UTC, datetime

import pytest
import requests

from webapp.demo.kit import Bench, Clock, Keeper, Server, load_json, read_body, save_json

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def connect(server):
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)


class Echo:
    """Counts its work and answers with what it was sent."""

    def __init__(self):
        self.worked = 0

    def __call__(self, environ, start_response):
        self.worked += 1
        body = read_body(environ) or b"hello, this is the whole answer"
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture
def echo():
    return Echo()


@pytest.fixture
def bench(echo):
    return Bench(echo, Clock(), name="echo")


@pytest.fixture
def server(bench):
    with Server(bench) as server:
        yield server


def test_clock_is_set_advanced_and_frozen():
    clock = Clock(NOON)
    assert abs((clock.now() - NOON).total_seconds()) < 1
    clock.advance(60)
    assert 59 < (clock.now() - NOON).total_seconds() < 62
    clock.freeze()
    stood = clock.now()
    assert clock.now() == stood
    clock.advance(5)
    assert (clock.now() - stood).total_seconds() == 5
    clock.freeze(False)
    assert not clock.frozen and (clock.now() - stood).total_seconds() >= 5


def test_clock_by_its_address(server):
    url = f"{server.url}/_bench/clock"
    requests.post(url, json={"freeze": True, "set": "2026-03-02T12:00:00+01:00"})
    assert requests.post(url, json={"advance": 30}).json()["now"] == "2026-03-02T11:00:30+00:00"
    assert requests.get(url).json() == {"now": "2026-03-02T11:00:30+00:00", "frozen": True}
    assert requests.post(url, json={"set": "yesterday"}).status_code == 400


def test_requests_are_logged_with_bodies_on_request(server, bench):
    requests.post(f"{server.url}/a/b?x=1", data="body")
    requests.get(f"{server.url}/c")
    rows = requests.get(f"{server.url}/_bench/requests").json()
    assert [(r["n"], r["method"], r["path"], r["query"], r["status"], r["body_bytes"]) for r in rows] == [
        (1, "POST", "/a/b", "x=1", 200, 4),
        (2, "GET", "/c", "", 200, 0),
    ]
    assert "request" not in rows[0]
    rows = requests.get(f"{server.url}/_bench/requests?bodies=1&since=0").json()
    assert (rows[0]["request"], rows[0]["response"]) == ("body", "body")
    assert bench.count() == 2 and bench.count("POST") == 1 and bench.count("*", "^/c$") == 1
    requests.delete(f"{server.url}/_bench/requests")
    assert bench.requests == []


def test_a_connection_is_kept_alive(server):
    connection = connect(server)
    for _ in range(3):
        connection.request("POST", "/", body=b"x" * 100_000)
        answer = connection.getresponse()
        assert answer.status == 200 and len(answer.read()) == 100_000
        first = connection.sock
        assert first is not None
    assert connection.sock is first
    connection.close()


def test_chunked_bodies_are_read(server):
    answer = requests.post(server.url, data=iter([b"one ", b"two"]))
    assert answer.text == "one two"


def test_stop_drops_kept_connections(bench):
    server = Server(bench).start()
    with requests.Session() as session:
        assert session.get(server.url).status_code == 200
        server.stop()
        with pytest.raises(requests.ConnectionError):
            session.get(server.url, timeout=5)


def test_status_fault_answers_without_work(server, bench, echo):
    bench.add_fault("status", "/orders", "POST", status=429, headers={"Retry-After": "7"}, body={"no": 1})
    assert requests.get(f"{server.url}/orders").status_code == 200
    answer = requests.post(f"{server.url}/orders", data="x")
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (429, "7", {"no": 1})
    assert echo.worked == 1
    assert requests.post(f"{server.url}/orders", data="x").status_code == 200
    assert [r["fault"] for r in bench.requests] == [None, "status", None]


def test_fault_skips_and_repeats_and_is_cleared(server, bench):
    bench.add_fault("status", status=500, skip=1, times=0)
    assert [requests.get(server.url).status_code for _ in range(4)] == [200, 500, 500, 500]
    assert requests.get(f"{server.url}/_bench/faults").json()[0]["used"] == 3
    requests.delete(f"{server.url}/_bench/faults")
    assert requests.get(server.url).status_code == 200


def test_faults_by_their_address(server, bench):
    url = f"{server.url}/_bench/faults"
    fault = {"method": "GET", "path": "x", "kind": "status", "status": 418}
    number = requests.post(url, json=fault).json()["id"]
    assert requests.post(url, json={"kind": "nonsense"}).status_code == 400
    assert requests.post(url, json={"kind": "status", "path": "("}).status_code == 400
    assert requests.post(url, json={"kind": "status", "unknown": 1}).status_code == 400
    assert requests.get(f"{server.url}/x").status_code == 418
    requests.post(url, json={"kind": "html"})
    requests.delete(f"{url}?id={number + 1}")
    assert bench.faults == []


def test_reset_drops_the_connection_before_work(server, bench, echo):
    bench.add_fault("reset")
    connection = connect(server)
    with pytest.raises(ConnectionResetError):
        connection.request("GET", "/")
        connection.getresponse()
    connection.close()
    assert echo.worked == 0
    assert requests.get(server.url).status_code == 200


def test_lost_does_the_work_and_loses_the_answer(server, bench, echo):
    bench.add_fault("lost")
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=5)
    assert echo.worked == 1
    assert bench.requests[0]["status"] == 200 and bench.requests[0]["fault"] == "lost"


def test_cut_sends_half_of_what_it_announces(server, bench, echo):
    bench.add_fault("cut")
    connection = connect(server)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.getheader("Content-Length") == "31"
    with pytest.raises(http.client.IncompleteRead) as error:
        answer.read()
    assert error.value.partial == b"hello, this is "
    connection.close()
    assert echo.worked == 1


def test_html_is_a_page_with_status_200(server, bench, echo):
    bench.add_fault("html")
    answer = requests.get(server.url)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    assert "<html>" in answer.text and echo.worked == 0


def test_timeout_holds_until_the_client_leaves(server, bench, echo):
    bench.add_fault("timeout", seconds=60)
    before = threading.active_count()
    with pytest.raises(requests.ReadTimeout):
        requests.get(server.url, timeout=0.2)
    until(lambda: threading.active_count() <= before)
    assert echo.worked == 0


def test_timeout_ends_by_itself(server, bench):
    bench.add_fault("timeout", seconds=0.1)
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=5)


def test_bench_answers_on_loopback_only(bench):
    seen = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/_bench/clock", "REMOTE_ADDR": "192.0.2.7"}
    bench(environ, lambda status, headers: seen.append(status))
    bench(environ | {"REMOTE_ADDR": "::1"}, lambda status, headers: seen.append(status))
    assert seen == ["404 Not Found", "200 OK"]


def test_other_bench_addresses_are_the_apps_own(server, bench, echo):
    assert requests.post(f"{server.url}/_bench/mine", data="x").text == "x"
    assert requests.put(f"{server.url}/_bench/clock").status_code == 405
    assert echo.worked == 1 and bench.requests == []


def test_an_app_that_breaks_answers_500():
    def broken(environ, start_response):
        raise RuntimeError("broken")

    with Server(broken) as server:
        assert requests.get(server.url).status_code == 500


def test_json_is_saved_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "state.json"
    assert load_json(path) is None
    save_json(path, {"a": "é"})
    with pytest.raises(TypeError):
        save_json(path, {"a": object()})
    assert load_json(path) == {"a": "é"}
    assert [p.name for p in path.parent.iterdir()] == ["state.json"]


def test_keeper_saves_on_change_and_at_stop(tmp_path):
    state = {"version": 1}
    keeper = Keeper(tmp_path / "s.json", lambda: dict(state), lambda: state["version"], every=0.01).start()
    until(lambda: load_json(tmp_path / "s.json") == {"version": 1})
    state["version"] = 2
    keeper.stop()
    assert load_json(tmp_path / "s.json") == {"version": 2}
