"""The first administrator: from the environment, or by the one-time link of the first start."""

from urllib.parse import urlsplit

import pytest

from webapp import accounts
from webapp.models import User, setting

GOOD = {"email": " Marijke@Winkel.Example", "password": "0123456789", "again": "0123456789"}


@pytest.fixture
def link(app, config):
    """Path and token of the link that the first start writes to the log."""
    parts = urlsplit(accounts.setup_link(config))
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def make(client, csrf):
    def make(link, **fields):
        token = link.partition("token=")[2]
        form = {"csrf_token": csrf(client), "token": token, **GOOD, **fields}
        return client.post("/setup", data=form)

    return make


def test_the_environment_makes_the_administrator_once(make_app, make_config):
    config = make_config(ADMIN_EMAIL="Een@Winkel.Example", ADMIN_PASSWORD="kort")
    make_app(config)
    accounts.ensure_admin(config)
    accounts.ensure_admin(config)
    (user,) = User.select()
    assert (user.email, user.role, user.kind) == ("een@winkel.example", "admin", "local")
    assert accounts.check_login("een@winkel.example", "kort") == user


def test_the_environment_does_not_replace_an_administrator(make_app, make_config):
    config = make_config(ADMIN_EMAIL="een@winkel.example", ADMIN_PASSWORD="kort")
    make_app(config)
    accounts.ensure_admin(config)
    accounts.ensure_admin(make_config(ADMIN_EMAIL="twee@winkel.example", ADMIN_PASSWORD="ander"))
    assert [user.email for user in User.select()] == ["een@winkel.example"]


def test_without_it_nobody_is_made(app, config):
    accounts.ensure_admin(config)
    assert not User.select().exists()


def test_the_link_stands_at_the_public_address_and_the_token_is_kept_hashed(app, config):
    link = accounts.setup_link(config)
    assert link.startswith("http://localhost:8000/setup?token=")
    token = link.partition("token=")[2]
    assert len(token) > 30 and token not in setting("setup_token") and setting("setup_token")


def test_there_is_no_link_once_there_is_an_administrator(config, local_admin):
    assert accounts.setup_link(config) is None


def test_the_page_opens_with_the_token(client, link):
    page = client.get(link)
    assert page.status_code == 200 and 'name="again"' in page.text


@pytest.mark.parametrize("path", ["/setup", "/setup?token=", "/setup?token=wrong", "/setup?token=%00"])
def test_the_page_stays_closed_without_it(client, link, path):
    page = client.get(path, headers={"Accept-Language": "en"})
    assert page.status_code == 403
    assert "This set-up link does not work" in page.text


def test_making_the_administrator_signs_him_in(client, link, make):
    response = make(link)
    assert (response.status_code, response.location) == (303, "/start")
    assert client.get("/settings").status_code == 200
    (user,) = User.select()
    assert (user.email, user.role, user.kind) == ("marijke@winkel.example", "admin", "local")
    assert accounts.check_login("marijke@winkel.example", "0123456789") == user


def test_the_link_works_once(client, link, make, app):
    make(link)
    assert make(link, email="twee@winkel.example").status_code == 403
    assert app.test_client().get(link).status_code == 403
    assert User.select().count() == 1
    assert setting("setup_token") == ""


def test_a_later_start_takes_the_place_of_the_link(config, link, make):
    accounts.setup_link(config)
    assert make(link).status_code == 403
    assert not User.select().exists()


def test_a_wrong_token_changes_nothing(link, make):
    assert make("/setup?token=wrong").status_code == 403
    assert not User.select().exists()
    assert setting("setup_token")


def test_a_link_is_void_when_the_environment_made_an_administrator_meanwhile(link, make, local_admin):
    assert make(link).status_code == 403
    assert User.select().count() == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"password": "123456789", "again": "123456789"}, "at least 10 characters"),
        ({"password": "1" * 1001, "again": "1" * 1001}, "at most 1000"),
        ({"again": "something else"}, "not the same"),
        ({"email": "nobody"}, "Fill in an e-mail address"),
        ({"email": ""}, "Fill in an e-mail address"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_the_link_keeps_working(client, link, make, fields, says):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    response = make(link, **fields)
    assert response.status_code == 422
    assert says in response.text and 'aria-invalid="true"' in response.text
    assert not User.select().exists()
    assert make(link).status_code == 303


def test_a_typed_password_is_not_sent_back(link, make):
    assert "wachtwoord-van-mij" not in make(link, password="wachtwoord-van-mij", again="anders").text


def test_guessing_tokens_is_slowed_down(link, make):
    assert [make("/setup?token=wrong").status_code for _ in range(11)] == [403] * 10 + [429]


def test_the_language_can_be_changed_and_the_link_is_still_there(client, link, make):
    assert f'name="next" value="{link}"' in client.get(link).text
    assert f'name="next" value="{link}"' in make(link, password="kort").text
