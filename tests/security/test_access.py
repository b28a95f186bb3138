"""Who may see and do what, at every address there is: those of the URL map, so a new one is tried as well."""

import hashlib
import hmac

import pytest

from tests.rows import may_see
from tests.security.walk import Page, Seeded, address, rows_of, rules, seed, visits
from webapp.security import PUBLIC

MINE, OTHERS = "Eigenwinkel", "Geheimvanander"
FOR_EVERYBODY = {"divisions.page", "divisions.pick", "about.page", "start.page", "login.leave"}
CHANGES_DOORS = {"connect.disconnect", "login.enter"}  # done last: they would close what comes after


@pytest.fixture
def mine(app, config, exact_user):
    found = seed(config, 11, MINE)
    may_see(exact_user, found.division)
    return found


@pytest.fixture
def others(app, config):
    return seed(config, 22, OTHERS)


def ways(mine: Seeded, others: Seeded):
    """Values of the other division, and each mixture with the own ones that a trickster could try."""
    yield others.values
    yield {**others.values, "code": mine.values["code"]}
    yield {**mine.values, "code": others.values["code"]}
    yield {**mine.values, "delivery": others.values["delivery"]}


def asked_of(others: Seeded):
    """Fields and parameters by which rows are named."""
    parcel = str(others.values["parcel"])
    found = {"parcels": parcel, "parcel": parcel, "q": OTHERS[:8], "ids": str(others.order.id), "no": "1"}
    return {**found, "order": [str(others.order.id), others.order.guid], "delivery": others.values["delivery"]}


def posts(app):
    found = rules(app, "POST")
    return sorted(found, key=lambda rule: rule.endpoint in CHANGES_DOORS)


def test_nothing_of_another_exact_login_is_seen_at_any_address(app, packer, mine, others):
    before = rows_of(others.division)
    seen = set()
    for values in ways(mine, others):
        for rule, path in visits(app, values):
            for headers in ({}, {"HX-Request": "true"}):
                answer = packer.get(path, query_string=asked_of(others), headers=headers)
                assert OTHERS.encode() not in answer.data, (path, headers)
                if "code" in rule.arguments and values["code"] == 22:
                    assert answer.status_code == (422 if headers else 404), path
                seen.add(rule.endpoint)
    assert {"orders.page", "labels.pdf", "labels.several", "sheets.orders", "logs.live", "dashboard.live"} <= seen
    assert rows_of(others.division) == before


def test_the_same_addresses_show_ones_own(app, packer, mine, others):
    """So that the walk above is one that could see something."""
    answers = {
        rule.endpoint: packer.get(path, query_string={"parcels": "110"}) for rule, path in visits(app, mine.values)
    }
    for name in ("dashboard.page", "orders.page", "logs.page", "corrections.page", "sheets.orders", "divisions.page"):
        assert answers[name].status_code == 200 and MINE in answers[name].text, name
    for name in ("labels.pdf", "labels.several"):
        assert answers[name].status_code == 200 and answers[name].data.startswith(b"%PDF"), name


def test_nothing_of_another_exact_login_is_changed_at_any_address(app, packer, csrf, mine, others):
    before = rows_of(others.division)
    form = {"csrf_token": csrf(packer), **asked_of(others), "kind": "address_incomplete", "house_number": "1",
            "city": "Elders", "action": "remove", "public_key": "p", "secret_key": "s"}  # fmt: skip
    for values in ways(mine, others):
        for rule in posts(app):
            path = address(app, rule, values)
            for do in ("print", "printed", "retry", "ignore"):
                answer = packer.post(path, data={**form, "do": do})
                assert OTHERS.encode() not in answer.data, path
                assert answer.status_code != 429 and answer.status_code < 500, path
                if "code" in rule.arguments and values["code"] == 22:
                    assert answer.status_code == 404, path
                if rule.endpoint != "selection.act":
                    break
    assert rows_of(others.division) == before


def test_a_webhook_wakes_only_the_division_whose_key_signed_it(client, mine, others):
    before = rows_of(others.division)
    signature = hmac.new(f"key-{MINE}".encode(), b"{}", hashlib.sha256).hexdigest()
    headers = {"Sendcloud-Signature": signature}
    assert client.post("/hooks/sendcloud/token-22", data=b"{}", headers=headers).status_code == 403
    assert client.post("/hooks/sendcloud/token-11", data=b"{}", headers=headers).status_code == 200
    assert rows_of(others.division) == before


def test_what_is_for_administrators_is_closed_to_others_at_every_address(app, packer, csrf, mine):
    """Whatever is not of one division is for administrators, unless it stands above."""
    token, closed = csrf(packer), 0
    for rule in [*rules(app, "GET"), *rules(app, "POST")]:
        if "code" in rule.arguments or rule.endpoint in PUBLIC | FOR_EVERYBODY:
            continue
        path = address(app, rule, mine.values)
        method = "GET" if "GET" in rule.methods else "POST"
        answer = packer.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert answer.status_code == 403, (method, path)
        closed += 1
    assert closed >= 10


def test_no_page_has_script_or_style_of_its_own(app, admin, mine):
    for _, path in visits(app, mine.values):
        answer = admin.get(path)
        assert "script-src 'self'; style-src 'self'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        if answer.mimetype == "text/html":
            assert Page(answer.text).wrong == [], path


@pytest.mark.parametrize(
    "name", ["..%2fsecret_key", "..%2f..%2fetc%2fpasswd", "pakbon.sqlite3", "%00", "secret_key", "."]
)
def test_no_download_leaves_its_folder(admin, mine, name):
    for path in (f"/settings/backups/{name}", f"/divisions/11/labels/{name}", f"/static/..%2f{name}"):
        answer = admin.get(path)
        assert answer.status_code in (404, 405), path
