"""Connecting a division to Sendcloud."""

import pytest

from tests.rows import CODE, SENDERS, a_division
from webapp.errors import NeedsPerson, NoAnswer
from webapp.models import Division
from webapp.sync import connect as connecting
from webapp.sync.connect import Found
from webapp.views.connect import TRIED

EN = {"Accept-Language": "en"}
PATH = f"/divisions/{CODE}/connect"
FOUND = Found(418820, "Keukengerei NL", SENDERS, service_points=True, carriers=["postnl"])


@pytest.fixture
def division(app):
    return a_division(sendcloud="off", public_key="", secret_key="", integration_id=None)


@pytest.fixture
def sendcloud(monkeypatch):
    """What Sendcloud knows: keys and what they open. Every look-up is noted."""
    asked = []

    def try_keys(config, division, public_key, secret_key):
        asked.append((public_key, secret_key))
        if (public_key, secret_key) != ("good", "secret"):
            raise NeedsPerson("keys_wrong")
        return FOUND

    monkeypatch.setattr(connecting, "try_keys", try_keys)
    return asked


@pytest.fixture
def post(admin, csrf):
    def post(path=PATH, **fields):
        token = csrf(admin, PATH)
        return admin.post(path, data={"csrf_token": token, **fields}, headers=EN)

    return post


def test_the_form_says_what_to_paste(admin, division):
    page = admin.get(PATH, headers=EN)
    assert page.status_code == 200
    assert 'name="public_key"' in page.text and 'name="secret_key"' in page.text and 'name="preview"' in page.text


def test_nobody_sees_it_without_signing_in(client, division):
    assert client.get(PATH).status_code == 302
    assert client.post(PATH).status_code in (302, 400)


def test_a_division_that_is_not_there(admin):
    assert admin.get("/divisions/1/connect").status_code == 404


def test_connecting_lands_on_the_dashboard_and_names_shop_and_senders(admin, post, division, sendcloud):
    response = post(public_key=" good ", secret_key="secret")
    assert (response.status_code, response.location) == (303, f"/divisions/{CODE}/")
    stored = Division.get()
    assert (stored.sendcloud, stored.integration_id, stored.secret_key) == ("on", 418820, "secret")
    assert not stored.preview and stored.due_at is not None
    text = admin.get(response.location, headers=EN).text
    assert "Keukengerei NL" in text and "Van Dalen, Ebbingestraat 55, 9712 HC Groningen" in text
    assert sendcloud == [("good", "secret")]


def test_no_label_is_made_is_said_only_where_it_is_so(admin, division):
    assert "No label is made." in admin.get(f"/divisions/{CODE}/connect", headers=EN).text
    Division.update(rules={"label_auto": True}).execute()
    assert "No label is made." not in admin.get(f"/divisions/{CODE}/connect", headers=EN).text


def test_looking_on_first(post, division, sendcloud):
    post(public_key="good", secret_key="secret", preview="y")
    assert Division.get().preview


def test_only_trying_stores_nothing_and_shows_what_was_found(admin, post, division, sendcloud):
    page = post(public_key="good", secret_key="secret", **{"try": "1"})
    assert page.status_code == 200
    assert "Keukengerei NL" in page.text and "on, for PostNL" in page.text
    assert Division.get().sendcloud == "off"
    assert 'value="secret"' not in page.text


def test_after_trying_the_secret_need_not_be_pasted_again(admin, post, division, sendcloud):
    post(public_key="good", secret_key="secret", **{"try": "1"})
    with admin.session_transaction() as session:
        assert "secret" not in str(session[TRIED][1:])
    assert post(public_key="good", secret_key="").status_code == 303
    assert Division.get().secret_key == "secret"


def test_a_tried_secret_is_for_its_own_public_key_only(post, division, sendcloud):
    post(public_key="good", secret_key="secret", **{"try": "1"})
    assert post(public_key="other", secret_key="").status_code == 422
    assert len(sendcloud) == 1


def test_wrong_keys_are_said_beside_the_field_and_keep_what_was_typed(post, division, sendcloud):
    page = post(public_key="bad", secret_key="hush-hush", preview="y")
    assert page.status_code == 422
    assert "Sendcloud does not know these keys." in page.text
    assert 'value="bad"' in page.text and "hush-hush" not in page.text
    assert 'aria-describedby="secret_key-e"' in page.text and 'name="preview" checked' in page.text
    assert Division.get().sendcloud == "off"


@pytest.mark.parametrize("keys", [{"public_key": "good"}, {"secret_key": "secret"}, {}])
def test_a_missing_key_costs_no_call(post, division, sendcloud, keys):
    page = post(**keys)
    assert page.status_code == 422 and "Fill in this key." in page.text
    assert not sendcloud


def test_an_integration_that_serves_another_division(post, division, monkeypatch):
    taken = Found(418820, "Keukengerei NL", SENDERS, taken_by="De Touwslager")
    monkeypatch.setattr(connecting, "try_keys", lambda *_: taken)
    page = post(public_key="good", secret_key="secret")
    assert page.status_code == 422 and "already serves De Touwslager" in page.text
    assert Division.get().sendcloud == "off"
    assert "already serves De Touwslager" in post(public_key="good", secret_key="secret", **{"try": "1"}).text


def test_no_answer_is_said_above_the_form(post, division, monkeypatch):
    def fail(*_):
        raise NoAnswer("no_answer", service="Sendcloud")

    monkeypatch.setattr(connecting, "try_keys", fail)
    page = post(public_key="good", secret_key="secret")
    assert page.status_code == 422 and "Sendcloud did not answer." in page.text
    assert 'value="good"' in page.text


def test_connected_it_shows_with_what(admin):
    a_division()
    text = admin.get(PATH, headers=EN).text
    assert "Keukengerei NL" in text and f"/divisions/{CODE}/disconnect" in text


def test_a_shop_name_is_text(admin):
    a_division(shop_name="<script>alert(1)</script>")
    text = admin.get(PATH, headers=EN).text
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_disconnecting_says_first_what_it_means(admin):
    a_division()
    text = admin.get(f"/divisions/{CODE}/disconnect", headers=EN).text
    assert "forgets both keys" in text
    assert Division.get().sendcloud == "on"


def test_disconnecting_forgets_the_keys(admin, post):
    a_division()
    response = post(f"/divisions/{CODE}/disconnect")
    assert (response.status_code, response.location) == (303, PATH)
    division = Division.get()
    assert (division.sendcloud, division.public_key, division.secret_key) == ("off", "", "")


def test_a_division_of_somebody_else_cannot_be_disconnected(packer, csrf):
    a_division()
    token = csrf(packer, "/")
    assert packer.post(f"/divisions/{CODE}/disconnect", data={"csrf_token": token}).status_code == 404
    assert Division.get().sendcloud == "on"
