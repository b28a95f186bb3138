"""What every template may call, those that hold macros as well.

Functions, not values: a fragment that shows none of them pays for none of them.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, current_app, request
from flask_babel import get_locale, to_user_timezone
from flask_login import current_user
from markupsafe import Markup

from webapp import clock
from webapp.i18n import LANGUAGES, countries, date_in_words
from webapp.models import Division
from webapp.pages import live, manual, order_page, problems, queries, shipments
from webapp.security import visible_divisions
from webapp.sync import parts, rules
from webapp.words import texts


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(_calls())


def _calls() -> dict[str, Any]:
    return {
        "asset": asset,
        "icon": icon,
        "help_to": help_to,
        "lang": lang,
        "theme": theme,
        "languages": languages,
        "tab_strip": tab_strip,
        "backlog_of": queries.backlog_of,
        "is_paused": queries.is_paused,
        "is_running": queries.is_running,
        "is_stopped": queries.is_stopped,
        "tab_of": queries.tab_of,
        "strip_of": live.strip_of,
        "refused_fields": parts.refused_fields,
        "countries": countries,
        "backfill_days": lambda division: rules.backfill_days(division.rules),
        "buttons_of": order_page.buttons,
        "note_of": order_page.note_of,
        "is_repairable": problems.is_repairable,
        "delay_of": live.delay_of,
        "look_every": live.EVERY,
        "may_cancel": shipments.may_cancel,
        "tracking_link": shipments.tracking_link,
        "pretty": pretty,
        "exactly": exactly,
        "exchange": exchange,
        "texts": texts,
    }


MOST_TABS = 7


def tab_strip(current: Division | None) -> tuple[list[queries.Tab], int]:
    """One tab per division that the signed-in user may see, and 0; of many only the current one, and how many
    there are to pick from."""
    found = list(visible_divisions().limit(MOST_TABS + 1))
    if len(found) <= MOST_TABS:
        return queries.tabs_for(found), 0
    return queries.tabs_for([current] if current else []), visible_divisions().count()


def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep the file."""
    return f"{request.script_root}{current_app.static_url_path}/{name}{_version(current_app.static_folder, name)}"


def icon(name: str, tone: str = "") -> Markup:
    """One of static/icons.svg. A function: a page has some eighty of them, and a macro takes twice as long."""
    return _icon(asset("icons.svg"), name, f"ic {tone}".strip())


@cache
def _icon(file: str, name: str, tone: str) -> Markup:
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(tone, file, name)


@cache
def _version(folder: str | None, name: str) -> str:
    path = Path(folder or "") / name
    return f"?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}" if path.is_file() else ""


def lang() -> str:
    """The language of this page, for <html lang>."""
    return str(get_locale() or "en").replace("_", "-")


def help_to(name: str, section: str = "") -> manual.Link:
    """To a page of the manual, or to the section of it that has this anchor in English."""
    return manual.link(lang(), name, section)


def theme() -> str:
    """light, dark or "" (as the system says): of the person, else of the browser's cookie."""
    chosen = getattr(current_user, "theme", "") or request.cookies.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


def languages() -> list[tuple[str, str]]:
    """Code and own name of every language."""
    return [(code, str(Locale.parse(code).get_display_name(code)).capitalize()) for code in sorted(LANGUAGES)]


def exactly(seconds: int) -> str:
    """A moment to the second today, to the minute on other days: for timelines."""
    then, today = to_user_timezone(clock.utc(seconds)), to_user_timezone(clock.utc(clock.now()))
    if then.date() == today.date():
        return f"{then:%H:%M:%S}"
    return f"{date_in_words(then.date(), 'd MMM' if then.year == today.year else 'd MMM yyyy')} {then:%H:%M}"


def pretty(value: Any) -> str:
    """JSON for people to read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def exchange(found: dict[str, Any]) -> str:
    """A request and its answer as the timeline kept them."""
    head = f"{found.get('method') or ''} {found.get('url') or ''}".strip()
    answer = f"{found.get('status') or ''} {_indented(found.get('answer'))}".strip()
    return "\n\n".join(part for part in (head, _indented(found.get("request")), answer) if part)


def _indented(body: Any) -> str:
    """A body that is JSON with line breaks, any other as it is."""
    try:
        return pretty(json.loads(body) if isinstance(body, str) else body) if body else ""
    except ValueError:
        return str(body)
