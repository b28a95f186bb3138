"""Dates, money and countries as the reader writes them."""

from decimal import Decimal

import pytest
import time_machine

from tests.rows import a_division

NOW = 1_794_000_000  # Friday 6 November 2026, 21:20 UTC; 22:20 in Amsterdam


@pytest.fixture
def show(app):
    """What a template shows of a value, in one language, at NOW."""

    def show(template, language="en", **values):
        headers = {"Accept-Language": language}
        with time_machine.travel(NOW, tick=False), app.test_request_context(headers=headers):
            return app.jinja_env.from_string(template).render(**values)

    return show


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOW, "22:20"),
        (NOW - 22 * 3600, "00:20"),
        (NOW + 3600, "23:20"),
        (NOW - 23 * 3600, "5 Nov"),
        (NOW - 200 * 86400, "20 Apr"),
        (NOW - 400 * 86400, "2 Oct 2025"),
        (None, ""),
    ],
)
def test_a_moment_is_the_clock_of_today_else_the_date(show, moment, shown):
    assert show("{{ moment|moment }}", moment=moment) == shown


@pytest.mark.parametrize(
    ("language", "date", "shown"),
    [
        ("nl", "2026-10-03", "3 okt"),
        ("en", "2026-10-03", "3 Oct"),
        ("nl", "2025-10-03", "3 okt 2025"),
        ("nl", "2026-10-03T00:00:00", "3 okt"),
        ("nl", "", ""),
        ("nl", None, ""),
    ],
)
def test_a_date_has_no_clock_and_no_zone(show, language, date, shown):
    assert show("{{ date|day }}", language, date=date) == shown


@pytest.mark.parametrize(
    ("language", "amount", "currency", "shown"),
    [
        ("nl", "1234.5", "EUR", "€ 1.234,50"),
        ("en", Decimal("1234.5"), "EUR", "€1,234.50"),
        ("nl", 7, "GBP", "£ 7,00"),
        ("nl", "-3.333", "EUR", "€ -3,33"),
    ],
)
def test_money_is_written_as_in_the_language(show, language, amount, currency, shown):
    said = show("{{ amount|money(currency) }}", language, amount=amount, currency=currency)
    assert said.replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("language", "code", "shown"),
    [
        ("nl", "be", "België"),
        ("en", "BE", "Belgium"),
        ("nl", "uk", "Verenigd Koninkrijk"),
        ("nl", "GB", "Verenigd Koninkrijk"),
        ("nl", "XQ", "XQ"),
        ("nl", "", ""),
    ],
)
def test_a_country_is_called_by_its_name(show, language, code, shown):
    assert show("{{ code|territory }}", language, code=code) == shown


def test_outside_a_request_dutch_is_the_default(app):
    with app.app_context():
        assert app.jinja_env.from_string("{{ 'DE'|territory }}").render() == "Duitsland"


@pytest.mark.parametrize(("country", "shown"), [("nl", "22:20"), ("be", "22:20"), ("uk", "21:20"), ("us", "16:20")])
def test_a_division_has_the_clock_of_its_country(app, local_admin, sign_in, country, shown):
    with time_machine.travel(NOW, tick=False):
        a_division(7, country=country, passed_at=NOW, due_at=None)
        client = sign_in(app.test_client(), local_admin)
        assert f"Last read {shown}" in client.get("/divisions/7/", headers={"Accept-Language": "en"}).text
