"""The manual. Open to everybody: it is needed before anybody can sign in, and tells nothing of anybody."""

from flask import Blueprint, abort, render_template, send_from_directory
from flask.typing import ResponseReturnValue
from flask_login import current_user

from webapp.pages import layout, manual

blueprint = Blueprint("help", __name__, url_prefix=manual.HOME)


@blueprint.get("")
def contents() -> ResponseReturnValue:
    return render_template("help/contents.html", frame=_frame(), here="help", pages=manual.contents(layout.lang()))


@blueprint.get("/<name>")
def page(name: str) -> ResponseReturnValue:
    if name not in manual.PAGES:
        abort(404)
    pages = manual.contents(layout.lang())
    at = manual.PAGES.index(name)
    after = pages[at + 1] if at + 1 < len(pages) else None
    return render_template("help/page.html", frame=_frame(), here="help", pages=pages, page=pages[at], after=after)


@blueprint.get("/images/<name>")
def picture(name: str) -> ResponseReturnValue:
    return send_from_directory(manual.DOCS / "images", name)


def _frame() -> str:
    return "_layout.html" if current_user.is_authenticated else "help/_open.html"
