"""All divisions at a glance, what needs attention first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp import queries
from webapp.security import visible_divisions
from webapp.views.exact import has_exact_app

blueprint = Blueprint("divisions", __name__)


@blueprint.get("/")
def page() -> ResponseReturnValue:
    return render_template(
        "divisions/page.html",
        here="divisions",
        rows=queries.overview(visible_divisions()),
        sign_ins=queries.sign_ins(visible_divisions()),
        has_exact_app=has_exact_app(),
    )
