"""The checklist of the first run: one page from the Exact app to the first label."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.models import Division
from webapp.pages import checklist, overview
from webapp.security import visible_divisions
from webapp.views.exact import has_exact_app
from webapp.views.settings_page import exact_app_values

blueprint = Blueprint("start", __name__)

COLUMNS = (*overview.COLUMNS, Division.rules, Division.rules_no, Division.lists)


def progress() -> checklist.Checklist:
    return checklist.of(visible_divisions().select(*COLUMNS), has_exact_app())


@blueprint.get("/start")
def page() -> ResponseReturnValue:
    return render_template("start/page.html", here="start", list=progress(), **exact_app_values())
