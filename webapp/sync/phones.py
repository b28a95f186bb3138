"""Telephone numbers in E.164, the form that carriers and Sendcloud take. Pure."""

import re
from functools import lru_cache

import phonenumbers

ITALY = 39  # with San Marino and the Vatican
LONGEST = 60  # signs that are looked at
# Between two numbers in one field. A slash within a number (040/123456) has no blanks around it.
NEXT_NUMBER = re.compile(r" / |[;,|\n]")


@lru_cache(maxsize=4096)  # an order is mapped more than once, and customers come back
def e164(text: str, country: str) -> str | None:
    """The number as +31612345678, read as dialled in `country` (ISO-2); None when it cannot be a number.

    Of several numbers the first one that could be in use counts. Extensions are dropped: a courier dials the
    number alone.
    """
    region = (country or "").strip().upper() or None
    written = (text or "")[:LONGEST]
    found = _numbers(NEXT_NUMBER.split(written), region)
    # 06-12345678/06-87654321: of a slash without blanks only if what it parts could be in use.
    apart = _numbers(written.split("/"), region) if not found else []
    valid = next((number for number in (*found, *apart) if phonenumbers.is_valid_number(number)), None)
    number = valid or next(iter(found), None)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if number else None


def _numbers(parts: list[str], region: str | None) -> list[phonenumbers.PhoneNumber]:
    return [number for part in parts if (number := _one(_digits(part), region))]


def _digits(text: str) -> str:
    """From the first digit to the first word: behind it is an extension or a note, and the library would take
    the letters of "(Jan)" for digits."""
    start = next((n for n, sign in enumerate(text) if sign.isdigit() or sign in "+＋("), len(text))
    end = next((n for n, sign in enumerate(text) if n > start and sign.isalpha()), len(text))
    return text[start:end].rstrip(" (#.-/")


def _one(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    if text.startswith(("+", "00")):
        # +31 (0)40: the nought is for callers at home, and never dialled behind the code of the country. But in Italy
        # it belongs to the number of a fixed line.
        kept = _possible(re.sub(r"\(\s*0\s*\)", "0", text, count=1), region)
        if kept and kept.country_code == ITALY and phonenumbers.is_valid_number(kept):
            return kept
        text = re.sub(r"\(\s*0\s*\)", " ", text, count=1)
    return _possible(text, region)


def _possible(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    # With an unknown country 00 is no prefix to the library; in most of the world it stands for the plus.
    for written in (text, "+" + text[2:] if text.startswith("00") else ""):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            number.extension = None
            return number
    return None
