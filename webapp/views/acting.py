"""Who presses a button, and where he goes back to."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from webapp.security import local_path, me


def actor() -> str:
    """The name that the timeline gives to what the signed-in person does."""
    user = me()
    return (user.name or user.email) if user else ""


def back(default: str) -> ResponseReturnValue:
    """To the page whose form was sent (its field `next`), else to the default."""
    wanted = request.form.get("next", "")
    return redirect(local_path(wanted) if wanted else default, 303)
