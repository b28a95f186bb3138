"""Who may sign in: an administrator lets Exact users in, and out."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, ValidationError

from webapp import accounts
from webapp.models import User
from webapp.security import admin_required, me
from webapp.views.setup import EMAIL

blueprint = Blueprint("users", __name__)

ACTIONS = {
    "block": (accounts.block, _l("%(name)s is blocked and signed out.")),
    "unblock": (accounts.unblock, _l("%(name)s may sign in again.")),
    "remove": (accounts.remove, _l("%(name)s is removed.")),
    "sign_out": (accounts.end_sessions, _l("%(name)s is signed out everywhere.")),
    "make_admin": (accounts.make_admin, _l("%(name)s is now an administrator.")),
    "make_user": (accounts.make_user, _l("%(name)s is no longer an administrator.")),
}


class LetInForm(FlaskForm):
    email = EmailField(_l("E-mail address of the Exact user"), [EMAIL])

    def validate_email(self, field: Field) -> None:
        if accounts.is_let_in(field.data or ""):
            raise ValidationError(_("This user is already on the list."))


@blueprint.get("/users")
@admin_required
def page() -> ResponseReturnValue:
    return _page(LetInForm())


@blueprint.post("/users")
@admin_required
def let_in() -> ResponseReturnValue:
    form = LetInForm()
    if not form.validate():
        return _page(form), 422
    user = accounts.let_in(form.email.data or "")
    flash(_("%(name)s may now sign in with Exact Online.", name=user.email))
    return redirect("/users", 303)


def _page(form: LetInForm) -> str:
    return render_template("users/page.html", here="users", form=form, users=accounts.listed(), me=me())


@blueprint.post("/users/<int:number>")
@admin_required
def act(number: int) -> ResponseReturnValue:
    """One of ACTIONS on another user; on oneself only the sign-out, so that an administrator always remains."""
    user = User.get_or_none(User.id == number) or abort(404)
    name = request.form.get("action", "")
    if name not in ACTIONS or (user == me() and name != "sign_out"):
        abort(400)
    action, said = ACTIONS[name]
    action(user)
    flash(str(said) % {"name": user.name or user.email})
    return redirect("/users", 303)
