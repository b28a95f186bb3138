"""Headers that a proxy sets, and anybody else can: believed only of the proxies that are named."""

import pytest
from flask import request

from webapp.errors import ConfigError
from webapp.proxies import browser

TOLD = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "//evil.example", "Forwarded": "for=203.0.113.9;host=evil.example"}  # fmt: skip


@pytest.mark.parametrize(
    ("caller", "said", "address"),
    [
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
        ("10.0.0.2", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.2", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.2", "203.0.113.9, 10.0.0.3", "203.0.113.9"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "evil\nlog", "10.0.0.2"),
        ("10.0.0.2", "2001:db8::1", "2001:db8::1"),
        ("", "203.0.113.9", ""),
    ],
)
def test_the_address_comes_from_a_trusted_proxy_only(make_config, caller, said, address):
    assert browser(make_config(TRUSTED_PROXIES="10.0.0.0/24, 127.0.0.1"), caller, said) == address
    assert browser(make_config(), caller, said) == caller


def test_nothing_else_of_a_proxy_is_heard(make_app, config):
    app = make_app(config, own=True)
    heard = []

    @app.before_request
    def look():
        names = [name for name in request.headers.keys() if "orward" in name]
        heard.append((request.remote_addr, names, request.url))

    page = app.test_client().get("/login", headers=TOLD)
    assert heard == [("127.0.0.1", [], "http://localhost/login")]
    assert "evil.example" not in page.text + str(page.headers)


def test_a_stolen_session_is_not_made_fresh_by_a_header(admin):
    """Flask-Login reads X-Forwarded-For by itself to tell browsers apart."""
    admin.environ_base["REMOTE_ADDR"] = "198.51.100.1"
    assert admin.get("/settings", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 302


def test_attempts_are_counted_by_the_address_that_the_proxy_tells(make_app, make_config, csrf):
    client = make_app(make_config(TRUSTED_PROXIES="127.0.0.1")).test_client()
    form = {"csrf_token": csrf(client), "password": "fout"}
    for number in range(11):
        tries = {"email": f"{number}@x.example", **form}
        last = client.post("/login", data=tries, headers={"X-Forwarded-For": f"{number}.0.0.1, 203.0.113.9"})
    assert last.status_code == 429  # whatever the browser itself put in front
    assert client.post("/login", data=form, headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 401


def test_a_bad_network_stops_the_start(make_config):
    with pytest.raises(ConfigError) as caught:
        make_config(TRUSTED_PROXIES="proxy.local")
    assert caught.value.params["name"] == "TRUSTED_PROXIES"


@pytest.mark.parametrize("path", ["/divisions/1", "/divisions//1/", "/divisions/1?next=//evil.example"])
def test_a_host_header_comes_back_nowhere(admin, path):
    answer = admin.get(path, base_url="http://evil.example")
    assert answer.location.startswith("/") and not answer.location.startswith("//")
    assert answer.text == ""
