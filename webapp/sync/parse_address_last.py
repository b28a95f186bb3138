"""Address lines with the number behind the street, as in most of Europe. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from webapp.sync import parse_address_words as words
from webapp.sync.parse_address_parts import Line, Split, changed, clean, doubtful, letters, together, trim, whole
from webapp.sync.parse_address_tail import Tail, read_closed_tail, read_tail, split_of
from webapp.sync.parse_address_words import FIRST, FRENCH, LETTER


@dataclass(frozen=True)
class Candidate:
    """Digits that may be the house number; `glued` to the street, or `poor`: ordinal, year, letter, unit, counted."""

    start: int
    end: int
    glued: bool
    poor: str


NEARBY = 60  # signs before a number that can tell what it is; looking at all of them takes square time
DASH = re.compile(r" ?[-/] ?(?=(\d{1,5})(?!\d))")
CONTINUED = re.compile(r"\d[a-z]{0,2}[-/.,+]$")


def candidates(line: Line, country: str) -> Iterator[Candidate]:
    """The digits of a line that may be its house number, from left to right."""
    low = line.low
    dates = [found.span() for found in words.DATE.finditer(low)]
    for found in re.finditer(r"\d+", low):
        start, end = found.span()
        before = low[:start]
        in_date = any(first <= start < last for first, last in dates)
        if end - start <= 5 and letters(before) and not in_date and not _of_a_name(low, start, end, country):
            yield Candidate(start, end, before[-1].isalpha(), _weakness(low, start, end))


def _of_a_name(low: str, start: int, end: int, country: str) -> bool:
    """Whether these digits are certainly no house number: years, roads, floors, the end of a range."""
    before = low[max(0, start - NEARBY) : start]
    return bool(
        before.endswith(("'", "º"))
        or CONTINUED.search(before)
        or words.ROAD_LETTER.search(before)
        or words.ROAD_WORD.search(before)
        or (country in FRENCH and words.FRENCH_ROAD.search(before))
        or words.NUMBERED_NAME.match(low, end)
        or words.KILOMETRES.match(low, end)
        or words.FLOOR.match(low, start)
        or (words.YEAR.match(low, start) and words.BEHIND_MONTH.search(before))
    )


def _weakness(low: str, start: int, end: int) -> str:
    before = low[max(0, start - NEARBY) : start]
    ordinal = words.ORDINAL.match(low, start)
    if ordinal and not _adds(low, ordinal.end()):
        return "ordinal"
    if words.YEAR.match(low, start) and words.YEAR_KIND.search(before) and not re.search(r"\d", low[end:]):
        return "year"
    if letters(low[:start]) < 2:
        return "letter"
    if unit_at(before) is not None:
        return "unit"
    if words.COUNTED.search(before) and re.match(rf" {LETTER}{{4}}", low[end:]) and not _adds(low, end):
        return "counted"
    return ""


ADDS = re.compile(rf" ?{words.ADDITION_WORD}{words.END}")


def _adds(low: str, at: int) -> bool:
    """Whether the word behind an ordinal is an addition: 20rd boven."""
    return bool(ADDS.match(low, at))


def unit_at(before: str) -> int | None:
    """Where a word like flat or hall stands right before a number, if a name comes before it."""
    found = words.REST_BEFORE_NUMBER.search(before)
    if not found or letters(before[: found.start()]) < 2 or words.NAMING.search(before[: found.start()]):
        return None
    return found.start()


def ends_in_number(street: Line, country: str) -> bool:
    """Whether a street that was found behind a number ends in another number that may be the house number."""
    found = re.search(r"(?<=[ ,])\d{1,5}[a-z]?$", street.low)
    if not found:
        return False
    may_be = any(one.start == found.start() and not one.poor for one in candidates(street, country))
    return may_be and not words.YEAR.match(street.low, found.start())


def number_last(line: Line, country: str) -> Split | None:
    """The line read as street, then number."""
    every = list(candidates(line, country))
    clean = [one for one in every if not one.poor]
    plain = [one for one in clean if not one.glued] or clean
    if clean and clean[0].glued and plain[0] is not clean[0]:
        # Kerkstraat12 bus 3, but not Hal4 Kerkstraat 12.
        tail = read_tail(line, clean[0].end, line.text[clean[0].start : clean[0].end], country)
        plain = plain if tail.second or "words" in tail.doubts else clean[:1]
    if plain:
        return _choose(line, plain, country)
    poor = [one for one in every if one.poor in ("letter", "unit", "ordinal")]
    if not poor:
        return None
    one = poor[0]
    if read_tail(line, one.end, line.text[one.start : one.end], country).second:
        return None
    split = _at(line, one, country, one.poor)
    if one.poor == "ordinal":
        kept = split.rest or " " in split.addition or len(split.addition) > 3
        return whole(line) if kept else doubtful(whole(line), split)
    at = unit_at(line.low[: one.start])
    if one.poor == "unit" and at is not None:
        without = Split(street=trim(line.text[:at]), rest=trim(line.text[at:]), rule="unit")
        sure = words.SURELY_UNIT.search(line.low[: one.start])
        return doubtful(without, split) if sure else doubtful(split, without)
    return doubtful(split, whole(line))


def _choose(line: Line, candidates: list[Candidate], country: str) -> Split:
    """The house number among these: the first whose tail makes sense, unless the street ends in a number."""
    readings: list[Split] = []
    for position, one in enumerate(candidates):
        after = candidates[position + 1 :]
        head = line.low[: one.start]
        years = _years(line.low, one)
        if years:
            behind = [later for later in after if later.start >= years]
            named = bool(words.YEAR_KIND.search(head))
            if behind:
                split = _choose(line, behind, country)
                return split if named else doubtful(split, _at(line, one, country, "number_last"))
            if named:
                return whole(line, "year_street")
        split = _at(line, one, country, "number_last")
        apart = DASH.match(line.low, one.end)
        if apart and words.YEAR.match(line.low, one.start) and words.YEAR_KIND.search(head):
            # Plein 1945-12: number 12, or a range.
            behind_dash = Candidate(apart.end(), apart.end() + len(apart[1]), False, "")
            return doubtful(_at(line, behind_dash, country, "year_street"), split)
        tail = read_tail(line, one.end, line.text[one.start : one.end], country)
        second = next((later for later in after if later.start == tail.second), None)
        if second:
            return _two_bare(line, one, second, candidates, tail, country)
        in_year = words.YEAR.match(line.low, one.start) and words.YEAR_KIND.search(head)
        if after and in_year and tail.kinds[:1] == ("up",):
            return doubtful(_choose(line, after, country), split)  # Plein 1944 12 h
        if ("words" not in tail.doubts and not (tail.second and not tail.kinds)) or not after:
            if readings:
                return doubtful(split, *readings)
            return _with_glue(line, one, split, country)
        readings.append(split)
    return doubtful(*readings)


def _years(low: str, one: Candidate) -> int:
    """Where a pair of years that begins here ends, else 0: 1940-1945, 1940 – '45."""
    found = words.YEARS.match(low, one.start)
    if not found:
        return 0
    first, second = int(found[1]), int(re.split(r"\D+", found.group())[-1])
    second += first // 100 * 100 if second < 100 else 0
    return found.end() if first < second else 0


def _two_bare(
    line: Line, one: Candidate, second: Candidate, candidates: list[Candidate], tail: Tail, country: str
) -> Split:
    """Two bare numbers: the street ends in one, or the second is an addition (in Belgium a box). Nobody can
    tell without a register, but for year streets: Plein 1945 27."""
    head = line.low[: one.start]
    year = words.YEAR.match(line.low, one.start)
    later = _choose(line, [two for two in candidates if two.start >= second.start], country)
    if year and not tail.addition and words.YEAR_KIND.search(head):
        return replace(
            later, rule="year_street", readings=tuple(replace(r, rule="year_street") for r in later.readings)
        )
    street, number = trim(line.text[: one.start]), line.text[one.start : one.end]
    if tail.addition or tail.box:
        both = replace(split_of(street, number, tail, "two_numbers"), readings=())
        if tail.box:
            return doubtful(both, later)
        road = words.ROAD.fullmatch(tail.addition.split()[0].lower()) and re.search(r"weg ?$", head)
        return doubtful(later, both) if road else doubtful(both, later)
    digits = read_closed_tail(line, second.end, line.text[second.start : second.end], "")
    extra = trim(f"{line.text[second.start : second.end]}{digits.mark}{digits.addition}")
    if country == "BE":
        both = Split(street, number, "", extra, digits.rest, "two_numbers", "low", (), "", " ")
        if digits.box:
            both = replace(both, addition=extra, mark=" ", box=digits.box, box_word=digits.box_word)
    else:
        both = Split(street, number, extra, digits.box, digits.rest, "two_numbers", "low", (), " ", digits.box_word)
    if words.BARE_KIND.fullmatch(head) or year:
        return doubtful(later, both)
    return doubtful(both, later)


def _at(line: Line, one: Candidate, country: str, rule: str) -> Split:
    number = line.text[one.start : one.end]
    return split_of(trim(line.text[: one.start]), number, read_closed_tail(line, one.end, number, country), rule)


def _in_street(split: Split, street: str) -> Split:
    return replace(split, street=street, readings=tuple(_in_street(one, street) for one in split.readings))


def _with_glue(line: Line, one: Candidate, split: Split, country: str) -> Split:
    """The doubts that the head gives."""
    split = replace(split, rule="glued") if one.glued else split
    head = trim(line.text[: one.start])
    comma = head.rfind(",")
    if comma > 0:
        # Huize Rust, Kerkstraat 12: a name before the street, or a comma in the street.
        shorter = replace(split, street=trim(head[comma:]), rest=together(trim(head[:comma]), split.rest))
        name, street = clean(head[:comma]).low, clean(shorter.street).low
        if words.STREET.search(street) and not words.STREET.search(name) and not re.search(r"\d", name):
            # Only the part behind the comma is called a street.
            return changed(_in_street(split, shorter.street), trim(head[:comma]))
        return doubtful(shorter, split)
    unit = words.UNIT_HEAD.match(line.low)
    if unit and unit.end() < one.start and words.STREET.search(line.low[unit.end() : one.start].rstrip()):
        # Gebouw A Kerkstraat 12: a building in front, with nothing between.
        street, before = trim(line.text[unit.end() : one.start]), trim(line.text[: unit.end()])
        return doubtful(changed(_in_street(split, street), before), split)
    if country in FIRST and split.confidence == "high":
        french = re.match(rf"{words.FRENCH_KIND}{words.END}.* \w", line.low[: one.start])
        german = country == "LU" and words.STREET.search(head.lower())  # Duerfstrooss 12: in Luxembourg as well
        return split if french or german else doubtful(split, whole(line))
    if country in FIRST:
        return doubtful(split, whole(line))
    return split
