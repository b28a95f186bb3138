"""The house number out of Exact's address lines, which keep street and number together. Pure.

`split` never raises and loses nothing: joined again, the parts have the letters and digits that went in. A
split that could be wrong says so and offers its readings; `needs_asking` tells whether the choice would change
the label at all.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from webapp.sync import parse_address_words as words
from webapp.sync.parse_address import parse_line
from webapp.sync.parse_address_parts import LONGEST, Line, Split, changed, clean, doubtful, together
from webapp.sync.parse_address_tail import ELEMENT, POSTCODE, SEPARATOR

__all__ = ["Split", "join", "lines_for_sendcloud", "needs_asking", "split"]

HOUSE_NUMBER_LONGEST = 8  # the least that any carrier takes


def split(lines: Sequence[str], country: str) -> Split:
    """The parts of an address of up to three lines, or more. `country` is ISO-2, "" when it is unknown."""
    cleaned = [clean(line or "") for line in lines]
    given = [line for line in cleaned if line.text]
    if not given:
        return Split()
    country = (country or "").strip().upper()
    looked_at = [Line(line.text[:LONGEST], line.low[:LONGEST]) for line in given[:3]]
    over = [line.text[LONGEST:] for line in given[:3] if len(line.text) > LONGEST] + [line.text for line in given[3:]]
    found = _safe(_several(looked_at, country), looked_at)
    if not over:
        return found
    # Nobody writes that much in an address line: what was found in its beginning is a guess.
    found = _behind(found, together(*over))
    return doubtful(found, _kept(given)) if found.number else found


def join(parts: Split) -> str:
    """The address in one line again, in the order of a label."""
    number = f"{parts.marker} {parts.number}{parts.mark}{parts.addition}".strip()
    return " ".join(filter(None, (parts.street, number, parts.box_word, parts.box, parts.rest)))


def needs_asking(parts: Split) -> bool:
    """Whether somebody must choose before a label is bought: the readings come to different labels."""
    if parts.confidence != "low":
        return False
    labels = {tuple(lines_for_sendcloud(one).values()) for one in parts.readings}
    return len(labels) > 1 or parts.rule == "post_box"


def lines_for_sendcloud(parts: Split, limit_house_number: int = HOUSE_NUMBER_LONGEST) -> dict[str, str]:
    """The fields of Sendcloud's address; all three are there, empty where there is nothing.

    The addition follows the house number; if that gets longer than the limit it goes to the second line. So
    does the box, which follows the number as "12 bus 5" while that fits: Sendcloud has no field for it.
    """
    street, number, second = parts.street, parts.number, []
    if parts.marker and not number:
        street = f"{street} {parts.marker}".strip()
    if len(number) > limit_house_number:
        # 12 t/m 16 as one number prints as number 12 with "t/m 16" below it, as where it is an addition.
        first = re.match(r"\d*", number)
        second.append(number[first.end() :].lstrip(" -/.,") if first else "")
        number = first.group() if first else ""
    if len(number) > limit_house_number:
        street, number = f"{street} {number}".strip(), ""
    with_addition = f"{number}{parts.mark}{parts.addition}" if number else parts.addition
    if number and len(with_addition) <= limit_house_number:
        number = with_addition
    elif parts.addition:
        second.append(parts.addition)
    if parts.box:
        beside, below = _box_on_label(parts)
        if number and not second and len(number + beside) <= limit_house_number:
            number += beside
        elif street:
            second.append(below)
        else:
            street = below
    second.append(parts.rest)
    return {
        "address_line_1": street,
        "house_number": number,
        "address_line_2": together(*second),
    }


def _box_on_label(parts: Split) -> tuple[str, str]:
    """The box as it stands behind a house number, and as it stands alone. A mere sign says nothing alone, and a
    "b" is too little for a postman."""
    word = "bus" if parts.box_word.lower().rstrip("./") == "b" else parts.box_word
    if word.strip(" /-."):
        return f" {word} {parts.box}", f"{word} {parts.box}"
    return f"{word or ' '}{parts.box}", f"bus {parts.box}"


# -- several lines ----------------------------------------------------------------------------------------------


def _several(lines: list[Line], country: str) -> Split:
    """Which line has the street, which ones go on with it, and which are the rest."""
    alone = [n for n, line in enumerate(lines) if parse_line(line, country).rule == "number_only"]
    if alone and alone[0] > 1:
        # Kerkstraat | Amsterdam | 12: a number below two names goes with either.
        last = alone[0]
        streets = [n for n in (last - 1, 0) if words.STREET.search(lines[n].low)]
        both = [
            _one_or_more(
                [*lines[:n], _on_one_line(lines[n], lines[last]), *lines[n + 1 : last], *lines[last + 1 :]], country
            )
            for n in (streets if len(streets) == 1 else (last - 1, 0))
        ]
        return both[0] if len(both) == 1 else doubtful(*both)
    return _one_or_more(_merged(lines, country), country)


def _one_or_more(lines: list[Line], country: str) -> Split:
    parsed = [parse_line(line, country) for line in lines]
    if len(lines) == 1:
        return parsed[0]
    full = [
        n for n, one in enumerate(parsed) if one.number and one.street and not words.UNIT_LINE.match(lines[n].low)
    ]
    if not full:
        return _without_street(lines, parsed)
    full = [n for n in full if not _is_town(lines[n], country)] or full
    # Bedrijf 24/7 | Kerkstraat 12: the one that is called a street comes first.
    full.sort(key=lambda n: not words.STREET.search(clean(parsed[n].street).low))
    splits = [_primary(lines, parsed, n) for n in full]
    if full == [1] and parsed[0].rule == "no_number" and words.KIND_ALONE.fullmatch(clean(parsed[1].street).low):
        # Olpener | Straße 12: nothing is called just "Straße", so the name may stand above it.
        joined = _on_one_line(lines[0], lines[1])
        splits.insert(0, _one_or_more([joined, *lines[2:]], country))
    return splits[0] if len(splits) == 1 else doubtful(*splits)


def _is_town(line: Line, country: str) -> bool:
    """Whether a line holds a postcode and a town: 1234 AB Utrecht, 75016 Paris. In English 1234 Main is a house."""
    found = POSTCODE.match(line.low)
    if not found or country in words.FIRST - words.FRENCH:
        return False
    digits = re.match(r"\d+ ?", line.low)
    behind = line.low[digits.end() :] if digits else ""
    long_enough = country not in words.FIRST or re.match(r"\d{5}", line.low)
    return bool(long_enough) and not words.STREET.search(behind) and not re.search(r"\d", behind)


def _primary(lines: list[Line], parsed: list[Split], n: int) -> Split:
    before = ", ".join(line.text for line in lines[:n])
    behind = ", ".join(line.text for line in lines[n + 1 :])
    return _behind(changed(parsed[n], before), behind)


def _behind(split: Split, rest: str) -> Split:
    """With more at the end of the rest, in all readings."""
    return replace(
        split, rest=together(split.rest, rest), readings=tuple(_behind(one, rest) for one in split.readings)
    )


def _without_street(lines: list[Line], parsed: list[Split]) -> Split:
    """No line with street and number: a post-office box, or the first line that could be a street."""
    for n, one in enumerate(parsed):
        if one.rule == "post_box":
            return _primary(lines, parsed, n)
    streets = [n for n, one in enumerate(parsed) if one.street and not words.UNIT_LINE.match(lines[n].low)]
    numbers = [n for n, one in enumerate(parsed) if one.number and not words.UNIT_LINE.match(lines[n].low)]
    return _primary(lines, parsed, (numbers or streets or [0])[0])


def _merged(lines: list[Line], country: str) -> list[Line]:
    """Lines put together that are one: a number under its street, an addition or a box under its number."""
    merged: list[Line] = []
    for line in lines:
        last = parse_line(merged[-1], country) if merged else None
        if last and _goes_on(last, line, country):
            merged[-1] = _on_one_line(merged[-1], line)
        elif last and last.rule == "number_only" and parse_line(line, country).rule == "no_number":
            # The number alone, then the street: 12 | rue des Lilas
            number = Line(merged[-1].text.rstrip(". "), merged[-1].low.rstrip(". "))
            merged[-1] = Line(f"{number.text}, {line.text}", f"{number.low}, {line.low}")
        else:
            merged.append(line)
    return merged


def _on_one_line(above: Line, line: Line) -> Line:
    dotted = above.low[-2:-1].isdigit() and above.low.endswith(".")  # 12. | a
    end = len(above.low) - 1 if dotted else len(above.low)
    return Line(f"{above.text[:end]} {line.text}", f"{above.low[:end]} {line.low}")


def _goes_on(above: Split, line: Line, country: str) -> bool:
    here = parse_line(line, country)
    if above.rule == "post_box" or not above.street:
        return False
    if above.number:
        return here.rule == "number_only" or _only_addition(line)
    return here.rule == "number_only" and above.rule != "care_of" and not above.rest


def _only_addition(line: Line) -> bool:
    """Whether a line holds nothing but additions or a box: -1 hoog, A, bus 5."""
    if words.UNIT_LINE.match(line.low):
        return bool(words.BOX_LINE.match(line.low))
    at, end = 0, len(line.low.rstrip("."))
    while at < end:
        separator = SEPARATOR.match(line.low, at)
        element = ELEMENT.match(line.low, separator.end() if separator else at)
        if not element:
            return False
        at = element.end()
    return True


# -- nothing lost -----------------------------------------------------------------------------------------------


def _signs(text: str) -> Counter[str]:
    return Counter(sign for sign in text if sign.isalnum())


def _kept(lines: list[Line]) -> Split:
    return Split(street=lines[0].text, rest=", ".join(line.text for line in lines[1:]), rule="kept_whole")


def _safe(found: Split, lines: list[Line]) -> Split:
    """The split if it kept every letter and digit, else the lines as they were: better no split than a loss."""
    wanted = _signs(" ".join(line.text for line in lines))
    readings = tuple(one for one in found.readings if _signs(join(one)) == wanted)
    if _signs(join(found)) != wanted:
        return doubtful(*readings, _kept(lines)) if readings else _kept(lines)
    if found.confidence != "low":
        return replace(found, readings=())
    if len(readings) < 2:
        return doubtful(found, replace(_kept(lines), rule=found.rule))
    return replace(found, readings=readings)
