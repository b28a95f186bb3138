"""The Exact app as an administrator sets it up, the own password, language and look."""

import pytest

from webapp import accounts, exact_app
from webapp.models import Connection, Setting, User, setting

GOOD = {
    "client_id": "{9a7be2c0-5f1d-4c38-b6a9-000000000002}",
    "client_secret": "geheim-een",
    "webhook_secret": "geheim-twee",
    "redirect_uri": "",
}


@pytest.fixture
def save(admin, csrf):
    def save(**fields):
        return admin.post("/settings", data={"csrf_token": csrf(admin, "/settings"), **GOOD, **fields})

    return save


def test_the_page_has_the_values_to_copy(admin):
    page = admin.get("/settings").text
    for value in ("http://localhost:8000/exact/callback", "http://localhost:8000/exact/start"):
        assert f'readonly value="{value}"' in page
    assert all(scope in page for scope in exact_app.SCOPES)


@pytest.mark.parametrize("path", ["/settings", "/users"])
def test_who_is_not_signed_in_is_led_to_the_login_page(client, path):
    response = client.get(path)
    assert (response.status_code, response.location) == (302, f"/login?next={path}")


@pytest.mark.parametrize("path", ["/settings", "/users"])
def test_who_is_no_administrator_is_refused(packer, path):
    response = packer.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == 403
    assert "An administrator can" in response.text


def test_a_page_that_does_not_exist(admin):
    assert admin.get("/settings/nothing").status_code == 404


def test_saving_keeps_the_app_with_its_secrets_encrypted(save):
    response = save(client_id=f"  {GOOD['client_id']} ")
    assert (response.status_code, response.location) == (303, "/settings")
    assert {name: setting(f"exact_{name}") for name in GOOD} == GOOD
    raw = "".join(str(row) for row in Setting._meta.database.execute_sql("select * from setting").fetchall())
    assert "geheim" not in raw and GOOD["client_id"] in raw


def test_secrets_are_never_shown_again_and_an_empty_field_keeps_them(admin, save):
    save()
    page = admin.get("/settings", headers={"Accept-Language": "en"}).text
    assert "geheim" not in page
    assert page.count('placeholder="stored"') == 2
    save(client_secret="", webhook_secret="", client_id="another")
    assert setting("exact_client_secret") == "geheim-een"
    assert setting("exact_webhook_secret") == "geheim-twee"
    assert setting("exact_client_id") == "another"


@pytest.mark.parametrize("name", ["client_id", "client_secret", "webhook_secret"])
def test_a_key_with_a_space_in_it_is_refused_and_nothing_is_kept(save, name):
    response = save(**{name: "half a key"})
    assert response.status_code == 422
    assert f'aria-describedby="{name}' in response.text
    assert not any(setting(f"exact_{name}") for name in GOOD)


@pytest.mark.parametrize(
    "address",
    [
        "http://winkel.example/exact",
        "https://localhost/exact",
        "https://pakbon/exact",
        "https://pakbon.local/exact",
        "https://192.168.1.4/exact",
        "https://10.0.0.1",
        "https://[::1]/",
        "https://user:pw@winkel.example/",
        "https://winkel.example/?x=1",
        "https://winkel.example/#x",
        "winkel.example/exact",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_address_that_exact_refuses_is_refused_here(save, address):
    assert save(redirect_uri=address).status_code == 422
    assert setting("exact_redirect_uri") == ""


@pytest.mark.parametrize("address", ["https://winkel.example/exact", "https://winkel.example", "https://8.8.8.8/x"])
def test_a_public_redirect_address_is_taken(save, admin, address):
    assert save(redirect_uri=address).status_code == 303
    assert setting("exact_redirect_uri") == address
    assert f'readonly value="{address}"' in admin.get("/settings").text


def test_a_played_exact_takes_any_redirect_address(make_config):
    config = make_config(EXACT_BASE_URL="http://localhost:9000")
    assert exact_app.accepted_by_exact(config, "http://localhost:8000/exact/callback")
    assert not exact_app.accepted_by_exact(config, "nothing")


def test_the_page_warns_when_exact_will_refuse_the_own_address(make_app, make_config, sign_in, tmp_path):
    def page(**environ):
        config = make_config(DATA_DIR=str(tmp_path / environ["PUBLIC_URL"][-4:]), **environ)
        app = make_app(config)
        user = User.create(kind="local", role="admin", email="a@b.example")
        client = app.test_client()
        return sign_in(client, user).get("/settings", headers={"Accept-Language": "en"}).text

    assert "Exact will refuse this one" in page(PUBLIC_URL="http://192.168.1.4:8000")
    assert "Exact will refuse this one" not in page(PUBLIC_URL="https://pakbon.winkel.example")


class TestFixedByTheEnvironment:
    @pytest.fixture
    def config(self, make_config):
        return make_config(EXACT_CLIENT_ID="from-environment", EXACT_CLIENT_SECRET="hidden-there")

    def test_the_form_shows_it_and_cannot_change_it(self, admin, save):
        page = admin.get("/settings", headers={"Accept-Language": "en"}).text
        assert page.count("Set by the environment") == 2
        assert 'value="from-environment"' in page and "hidden-there" not in page
        save(client_id="another", client_secret="another")
        assert setting("exact_client_id") == "" and setting("exact_client_secret") == ""
        assert setting("exact_webhook_secret") == "geheim-twee"


def test_the_page_names_who_is_connected_and_warns(admin):
    Connection.create(country="nl", exact_user_id="1", user_name="Jan Pakker")
    Connection.create(country="be", exact_user_id="2", user_name="An Boek", state="reconnect")
    page = admin.get("/settings", headers={"Accept-Language": "en"}).text
    assert "Jan Pakker, Netherlands" in page and "An Boek, Belgium" in page
    assert "Sign in again" in page and "in another program" in page


# -- the own password ---------------------------------------------------------------------------------------


@pytest.fixture
def change(admin, csrf):
    def change(**fields):
        form = {"current": "een lang wachtwoord", "password": "nog een lang woord", "again": "nog een lang woord"}
        return admin.post("/settings/password", data={"csrf_token": csrf(admin, "/settings"), **form, **fields})

    return change


def test_a_new_password_signs_other_browsers_out_and_not_this_one(app, admin, change, local_admin, sign_in):
    other = sign_in(app.test_client(), local_admin)
    assert change().status_code == 303
    assert admin.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302
    assert accounts.check_login(local_admin.email, "nog een lang woord")


@pytest.mark.parametrize(
    "fields", [{"current": "fout"}, {"password": "kort", "again": "kort"}, {"again": "something else"}]
)
def test_a_password_is_changed_only_when_all_is_right(change, local_admin, fields):
    assert change(**fields).status_code == 422
    assert accounts.check_login(local_admin.email, "een lang wachtwoord")


def test_an_exact_user_has_no_password_to_change(app, sign_in, csrf, exact_user):
    accounts.make_admin(exact_user)
    client = sign_in(app.test_client(), exact_user)
    assert "/settings/password" not in client.get("/settings").text
    form = {"csrf_token": csrf(client, "/settings"), "current": "", "password": "0123456789", "again": "0123456789"}
    assert client.post("/settings/password", data=form).status_code == 422
    assert User.get_by_id(exact_user.id).password_hash == ""


# -- language and look --------------------------------------------------------------------------------------


@pytest.fixture
def prefer(csrf):
    def prefer(client, **fields):
        return client.post("/preferences", data={"csrf_token": csrf(client), **fields})

    return prefer


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        (None, "nl"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("nl-BE,nl;q=0.9,en;q=0.5", "nl"),
        ("de,fr;q=0.9", "nl"),
        ("de,en;q=0.3", "en"),
        ("rubbish;;;", "nl"),
    ],
)
def test_without_a_choice_the_browser_decides_the_language(client, asked, lang):
    headers = {"Accept-Language": asked} if asked else {}
    assert f'<html lang="{lang}"' in client.get("/login", headers=headers).text


def test_a_language_is_chosen_before_the_sign_in(client, prefer):
    response = prefer(client, language="en", next="/login?x=1")
    assert (response.status_code, response.location) == (303, "/login?x=1")
    assert '<html lang="en"' in client.get("/login", headers={"Accept-Language": "nl"}).text
    prefer(client, language="nl")
    assert '<html lang="nl"' in client.get("/login", headers={"Accept-Language": "en"}).text


def test_a_user_keeps_his_language_and_look(app, admin, prefer, local_admin, sign_in):
    prefer(admin, language="en", theme="dark")
    user = User.get_by_id(local_admin.id)
    assert (user.language, user.theme) == ("en", "dark")
    elsewhere = sign_in(app.test_client(), user)
    assert '<html lang="en" data-theme="dark">' in elsewhere.get("/settings").text


def test_the_look_follows_the_system_again(client, admin, prefer):
    for someone in (client, admin):
        prefer(someone, theme="light")
        assert 'data-theme="light"' in someone.get("/login").text
        prefer(someone, theme="")
        assert "data-theme" not in someone.get("/login").text


@pytest.mark.parametrize("fields", [{"language": "xx"}, {"theme": "pink"}, {"language": "../x"}, {}])
def test_what_is_no_choice_changes_nothing(admin, prefer, local_admin, fields):
    prefer(admin, language="en", theme="dark")
    assert prefer(admin, **fields).status_code == 303
    user = User.get_by_id(local_admin.id)
    assert (user.language, user.theme) == ("en", "dark")


def test_the_way_back_stays_on_this_site(client, prefer):
    assert prefer(client, language="en", next="https://evil.example").location == "/"
