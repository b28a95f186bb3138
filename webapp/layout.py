"""What every template may call. The app registers `context` as a context processor.

Functions, not values: a fragment that shows none of them pays for none of them.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask import current_app, request, url_for
from flask_babel import get_locale
from flask_login import current_user

from webapp import queries, texts
from webapp.i18n import LANGUAGES
from webapp.security import visible_divisions


def context() -> dict[str, Any]:
    return {
        "asset": asset,
        "lang": lang,
        "theme": theme,
        "languages": languages,
        "tabs": tabs,
        "backlog_of": queries.backlog_of,
        "is_running": queries.is_running,
        "texts": texts,
    }


def tabs() -> list[queries.Tab]:
    """One tab per division that the signed-in user may see."""
    return queries.tabs_for(visible_divisions())


def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep the file."""
    return url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "") / name))


@cache
def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None


def lang() -> str:
    """The language of this page, for <html lang>."""
    return str(get_locale() or "en").replace("_", "-")


def theme() -> str:
    """light, dark or "" (as the system says): of the person, else of the browser's cookie."""
    chosen = getattr(current_user, "theme", "") or request.cookies.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


def languages() -> list[tuple[str, str]]:
    """Code and own name of every language."""
    return [(code, Locale.parse(code).get_display_name(code).capitalize()) for code in sorted(LANGUAGES)]
