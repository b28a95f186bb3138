"""The one-time link of the first start: make the local administrator."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import EqualTo, Length, Regexp

from webapp import accounts, config
from webapp.security import limiter, log_in

blueprint = Blueprint("setup", __name__)

NEW_PASSWORD = Length(
    min=accounts.SHORTEST_PASSWORD,
    max=accounts.LONGEST_PASSWORD,
    message=_l("Choose a password of at least %(min)d characters, and at most %(max)d."),
)
SAME_PASSWORD = EqualTo("password", message=_l("The two passwords are not the same."))
EMAIL = Regexp(rf"^\s*{config.EMAIL.pattern}\s*$", message=_l("Fill in an e-mail address."))


class SetupForm(FlaskForm):
    token = HiddenField()
    email = EmailField(_l("E-mail address"), [EMAIL])
    password = PasswordField(_l("Password"), [NEW_PASSWORD])
    again = PasswordField(_l("Password, once more"), [SAME_PASSWORD])


@blueprint.get("/setup")
def page() -> ResponseReturnValue:
    token = request.args.get("token", "")
    if not accounts.setup_open(token):
        return render_template("setup/spent.html"), 403
    return render_template("setup/page.html", form=SetupForm(token=token))


@blueprint.post("/setup")
@limiter.limit("10 per 5 minutes")
def make() -> ResponseReturnValue:
    form = SetupForm()
    token = form.token.data or ""
    if accounts.setup_open(token) and not form.validate():
        return render_template("setup/page.html", form=form), 422
    admin = accounts.make_first_admin(token, form.email.data or "", form.password.data or "")
    if admin is None:
        return render_template("setup/spent.html"), 403
    log_in(admin)
    return redirect("/start", 303)
