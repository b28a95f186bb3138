"""Who may sign in: letting Exact users in, and out."""

import pytest

from webapp import accounts
from webapp.models import Access, Division, User


@pytest.fixture
def post(admin, csrf):
    def post(path="/users", **fields):
        return admin.post(path, data={"csrf_token": csrf(admin, "/users"), **fields})

    return post


def test_the_page_lists_everyone(admin, exact_user):
    page = admin.get("/users", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "baas@winkel.example" in page.text and "Jan Pakker" in page.text
    assert "Exact Online, Netherlands" in page.text and "never" in page.text


def test_an_exact_user_is_let_in_by_his_address(post):
    response = post(email="  An@Winkel.Example ")
    assert (response.status_code, response.location) == (303, "/users")
    user = User.get(User.email == "an@winkel.example")
    assert (user.kind, user.role, user.active, user.exact_user_id) == ("exact", "user", True, "")


@pytest.mark.parametrize("email", ["", "an", "a b@c.example", "an@", "@x"])
def test_what_is_no_address_lets_nobody_in(post, email):
    assert post(email=email).status_code == 422
    assert User.select().count() == 1


def test_the_same_user_is_let_in_once(admin, post, exact_user):
    admin.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    response = post(email=exact_user.email.upper())
    assert response.status_code == 422 and "already on the list" in response.text


def test_blocking_ends_the_sessions_and_unblocking_does_not_bring_them_back(post, packer, exact_user):
    assert packer.get("/").status_code == 200
    post(f"/users/{exact_user.id}", action="block")
    assert packer.get("/").status_code == 302
    assert not User.get_by_id(exact_user.id).active
    post(f"/users/{exact_user.id}", action="unblock")
    assert packer.get("/").status_code == 302
    assert User.get_by_id(exact_user.id).active


def test_signing_out_everywhere(post, packer, exact_user):
    post(f"/users/{exact_user.id}", action="sign_out")
    assert packer.get("/").status_code == 302
    assert User.get_by_id(exact_user.id).active


def test_the_administrator_may_sign_himself_out_everywhere(admin, post, local_admin):
    assert post(f"/users/{local_admin.id}", action="sign_out").status_code == 303
    assert admin.get("/users").location == "/login?next=/users"


def test_removing_ends_the_sessions_and_the_access(post, packer, exact_user):
    Access.create(user=exact_user, division=Division.create(code=1))
    post(f"/users/{exact_user.id}", action="remove")
    assert packer.get("/").status_code == 302
    assert not Access.select().exists() and Division.select().exists()


def test_a_new_user_does_not_inherit_the_session_of_one_who_was_removed(post, packer, exact_user):
    """SQLite gives the number of a removed row to the next one."""
    post(f"/users/{exact_user.id}", action="remove")
    post(email="nieuw@winkel.example")
    assert User.get(User.email == "nieuw@winkel.example").id == exact_user.id
    assert packer.get("/").status_code == 302


def test_making_an_administrator_and_taking_it_back(post, packer, exact_user):
    post(f"/users/{exact_user.id}", action="make_admin")
    assert packer.get("/users").status_code == 200
    post(f"/users/{exact_user.id}", action="make_user")
    assert packer.get("/users").status_code == 403


@pytest.mark.parametrize("action", ["block", "remove", "make_user"])
def test_an_administrator_cannot_shut_himself_out(post, local_admin, action):
    assert post(f"/users/{local_admin.id}", action=action).status_code == 400
    assert User.get_by_id(local_admin.id).is_admin


def test_an_unknown_action_changes_nothing(post, exact_user):
    assert post(f"/users/{exact_user.id}", action="explode").status_code == 400
    assert post(f"/users/{exact_user.id}").status_code == 400


def test_a_user_who_does_not_exist(post):
    assert post("/users/999", action="block").status_code == 404


def test_who_is_no_administrator_changes_nothing(packer, csrf, exact_user, local_admin):
    token = csrf(packer)
    assert packer.post("/users", data={"csrf_token": token, "email": "x@y.example"}).status_code == 403
    response = packer.post(f"/users/{exact_user.id}", data={"csrf_token": token, "action": "make_admin"})
    assert response.status_code == 403
    assert not User.get_by_id(exact_user.id).is_admin and User.select().count() == 2


def test_who_is_not_signed_in_changes_nothing(client, csrf, exact_user):
    form = {"csrf_token": csrf(client), "action": "make_admin"}
    assert client.post(f"/users/{exact_user.id}", data=form).location == "/login?late=1"
    assert not User.get_by_id(exact_user.id).is_admin


def test_names_are_shown_as_text(admin, exact_user):
    User.update(name="<script>alert(1)</script>").where(User.id == exact_user.id).execute()
    assert "<script>alert" not in admin.get("/users").text


def test_the_person_who_did_nothing_wrong_can_be_let_in_again(post, exact_user):
    post(f"/users/{exact_user.id}", action="remove")
    assert post(email=exact_user.email).status_code == 303
    assert accounts.is_let_in(exact_user.email)
