"""The reader's language and clock, and the template filters that write dates, money and countries in them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations, gettext, to_user_timezone
from flask_login import current_user

from webapp import clock

LANGUAGES = ("nl", "en")
TIME_ZONE = "Europe/Amsterdam"
# Where the clock of a country of Exact is another one; of the United States that of most of its people.
TIME_ZONES = {"uk": "Europe/London", "us": "America/New_York"}


def init_app(app: Flask) -> None:
    Babel(
        app,
        default_locale=LANGUAGES[0],
        default_timezone=TIME_ZONE,
        locale_selector=_language,
        timezone_selector=lambda: g.get("time_zone"),
    )
    app.jinja_env.install_gettext_callables(translated, translated_count, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        moment=moment,
        ago=ago,
        day=day,
        money=money,
        territory=territory,
        numberformat=number,
        dateformat=date_in_words,
    )


def _language() -> str | None:
    """What the user chose, else what was chosen in this browser, else what the browser asks for."""
    if not has_request_context():
        return None
    for chosen in (getattr(current_user, "language", ""), request.cookies.get("language")):
        if chosen in LANGUAGES:
            return chosen
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def translated(text: str) -> str:
    """In the reader's language. As Flask-Babel's gettext, which looks for the language's file with each text: a page
    has some hundred."""
    return str(_translations(get_locale()).ugettext(text))


def translated_count(one: str, more: str, count: int) -> str:
    return str(_translations(get_locale()).ungettext(one, more, count))


@cache
def _translations(_locale: Locale | None) -> Any:
    return get_translations()


def use_clock_of(country: str) -> None:
    """Moments on this page are those of a division in this country of Exact."""
    g.time_zone = TIME_ZONES.get(country)


def moment(seconds: int | None) -> str:
    """A moment as people say it: the clock for today, else day and month."""
    if seconds is None:
        return ""
    then, now = to_user_timezone(clock.utc(seconds)), to_user_timezone(clock.utc(clock.now()))
    return f"{then:%H:%M}" if then.date() == now.date() else _short_date(then.date(), now)


def ago(seconds: int) -> str:
    """How long ago, in the largest unit that fits."""
    passed = clock.now() - seconds
    if passed < 60:
        return str(gettext("just now"))
    return format_timedelta(timedelta(seconds=-passed), add_direction=True, threshold=1, locale=get_locale())


def day(text: str | None) -> str:
    """A date in ISO text; Exact's dates have no time and no zone."""
    if not text:
        return ""
    return _short_date(date.fromisoformat(text[:10]), to_user_timezone(clock.utc(clock.now())))


def _short_date(value: date, now: datetime) -> str:
    return date_in_words(value, "d MMM" if value.year == now.year else "d MMM yyyy")


def date_in_words(value: date, pattern: str) -> str:
    """A date in a pattern of Unicode's (UTS 35)."""
    return _date_in_words(value, pattern, get_locale() or LANGUAGES[0])


@lru_cache(maxsize=10_000)
def _date_in_words(value: date, pattern: str, locale: Locale | str) -> str:
    """Kept: a page has some dozens of them, mostly the same ones as before."""
    return format_date(value, pattern, locale=locale)


def number(value: int) -> str:
    return _number(value, get_locale() or LANGUAGES[0])


@lru_cache(maxsize=10_000)
def _number(value: int, locale: Locale | str) -> str:
    """Kept as well."""
    return str(format_decimal(value, locale=locale))


def decimal(amount: Decimal) -> str:
    """All of its digits, as people here write them."""
    return str(format_decimal(amount, locale=get_locale() or LANGUAGES[0], decimal_quantization=False))


def money(amount: Decimal | str | int, currency: str = "EUR") -> str:
    return format_currency(Decimal(amount), currency, locale=get_locale() or LANGUAGES[0])


def territory(code: str) -> str:
    """The name of a country; Exact calls the United Kingdom "uk"."""
    code = code.upper()
    locale = get_locale()
    return str(locale.territories.get({"UK": "GB"}.get(code, code), code)) if locale else code


# Codes in Babel's list that are no country in ISO 3166-1.
NO_COUNTRY = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())


def countries() -> list[tuple[str, str]]:
    """Code and name of every country, by name in the reader's language."""
    names: Any = (get_locale() or Locale.parse(LANGUAGES[0])).territories
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY]
    return sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1])
