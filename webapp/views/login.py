"""Signing in and out: the countries of Exact, and the form of the local administrator."""

import hashlib

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_fresh
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField

from webapp import accounts
from webapp.security import limiter, local_path, log_in, log_out, me
from webapp.views.exact import COUNTRIES, has_exact_app

blueprint = Blueprint("login", __name__)


class LoginForm(FlaskForm):
    email = EmailField()
    password = PasswordField()
    next = HiddenField()


def _failed(response: Response) -> bool:
    """Only what failed counts to the limit: a merchant may sign in as often as he likes."""
    return response.status_code == 401


def _email() -> str:
    """Short whatever was typed: the limiter keeps it in memory."""
    return hashlib.sha256(accounts.plain_email(request.form.get("email", "")).encode()).hexdigest()


@blueprint.get("/login")
def page() -> ResponseReturnValue:
    return _page(LoginForm(next=local_path(request.args.get("next"))))


@blueprint.post("/login")
@limiter.limit("10 per 5 minutes", deduct_when=_failed)
@limiter.limit("20 per hour", key_func=_email, deduct_when=_failed)
def enter() -> ResponseReturnValue:
    form = LoginForm()
    user = accounts.check_login(form.email.data or "", form.password.data or "")
    if user is None:
        return _page(form, refused=True), 401
    log_in(user)
    return redirect(local_path(form.next.data), 303)


def _page(form: LoginForm, *, refused: bool = False) -> str:
    return render_template(
        "login/page.html",
        form=form,
        refused=refused,
        user=me(),
        stale=not login_fresh(),
        late="late" in request.args,
        countries=COUNTRIES,
        has_exact_app=has_exact_app(),
        has_admin=accounts.has_admin(),
    )


@blueprint.post("/logout")
def leave() -> ResponseReturnValue:
    log_out()
    return redirect("/login", 303)
