"""Which Pakbon this is, and how it is doing: what the machine's owner asks first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp import __version__
from webapp.db import database
from webapp.security import current_config
from webapp.views import health

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def page() -> ResponseReturnValue:
    return render_template(
        "about/page.html",
        here="about",
        version=__version__,
        reasons=_reasons(),
        public_url=current_config().public_url,
        scheduler=current_config().scheduler,
    )


def _reasons() -> list[str]:
    """As `/readyz` sees it, which opens the database itself."""
    database.close()
    try:
        return health.reasons()
    finally:
        database.connect()
