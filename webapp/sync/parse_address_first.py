"""Address lines with the number in front of the street, as in France, Britain and America. Pure."""

import re
from dataclasses import replace

from webapp.sync import parse_address_words as words
from webapp.sync.parse_address_last import ends_in_number, number_last
from webapp.sync.parse_address_parts import Line, Split, changed, clean, cut, doubtful, letters, together, trim, whole
from webapp.sync.parse_address_words import FIRST, FRENCH

# Each blank has one place to go, and the elements are few: otherwise "12 a e a e" takes exponential time.
SUFFIX_FIRST = (
    r"((?: (?:a|au|et|and|&|to) \d{1,5}[a-z]?(?=[ ,])"
    r"|[ ,]{0,3}(?:- ?)?(?:bis|ter|quater|quinquies)(?: ?[a-z](?![\w']))?(?!\w)"
    rf"|, ?\d{{1,5}}(?= {words.FRENCH_KIND}{words.END})"  # 3, 5 rue Foch
    rf"|(?! r (?!{words.FRENCH_KIND}{words.END}))"  # 3 r Foch, but 3 R rue Foch
    r"(?: ?[-/])? ?[a-z](?![\w'.])|\.[a-z](?!\w)"
    r"| ?[-/] ?\d{1,5}[a-z]?(?!\w)| ?[½¼¾]| \d/\d{1,2}(?!\w)){0,5})"
)
AT_FIRST = re.compile(
    rf"{words.MARKER_FIRST}(\d{{1,5}})(?!\d){SUFFIX_FIRST}"
    # 12 bte 4, rue Haute
    rf"(?:[ ,/-]{{1,3}}(?P<box_word>bus|bte\.?|boite)(?![a-z])[ .]{{0,2}}(?P<box>[a-z]?\d{{1,4}}[a-z]?)(?=[ ,]))?"
    r"(?: ?[,;] ?| - |\.? ?(?=" + words.FRENCH_STREET.pattern + r")| )"
)
INSIDE_FRENCH = re.compile(rf"(?<![\w/'-])(\d{{1,5}}){SUFFIX_FIRST}[ ,]{{1,3}}(?={words.FRENCH_KIND}{words.END}.*\w)")
# What no street is called: 75016 Paris, code 12A34, chez Dupont, ZI Nord, (code 1234)
NO_STREET = re.compile(
    rf" (?:- )?(?=\d{{5}} {words.LETTER}{{2}}|(?:digi)?code:? \w*\d|chez {words.LETTER}|\([^()]*\)\.?$"
    rf"|(?:immeuble|residence|res\.) {words.LETTER}"
    rf"|(?:zi|za|zac|zae|zone (?:industrielle|artisanale|commerciale|d'activites?)){words.END})"
)
NUMBERED_UNIT = re.compile(r" (?=(?:no|nr)\.? ?\d{1,4}[a-z]?\.?$)")  # 123 Main St No 4
NAME_GOES_ON = re.compile(r"(?:^|[ '])(?:de|la|le|les|du|des|l|d|of|the|saint|sainte|a|au|aux)$")
KIND = re.compile(rf"{words.FRENCH_KIND}\.?")
POST_BOX_BEHIND = re.compile(rf"[ ,;-]+(?={words.POST_BOX_BEHIND})")
REST_BEHIND = re.compile(rf"(?: ?[,;(] ?| [-/] | )(?=(?:{words.REST_HERE.pattern}))")
BOX_BEHIND = re.compile(rf"[ ,;/(-]+({words.BOX_WORD}){words.BOX_NUMBER}{words.BOX_VALUE}(?![^\W_])")


def number_first(line: Line, country: str) -> tuple[Split | None, bool]:
    """The line read as number, then street; and whether that is sure in any country."""
    found = AT_FIRST.match(line.low)
    if found and country in FIRST - FRENCH:
        house = _flat_in_house(line, found.end(), country)
        if house:
            return house, False
    if found and _is_street(line.low[found.end() :]) and not _names(line.low, found, country):
        comma = "," in found.group()
        french = bool(words.FRENCH_STREET.match(line.low, found.end()))
        marker = line.text[: found.start(2)].strip()
        after, street_at = found.end(3), found.end()
        if country in ("US", "CA") and re.fullmatch(" [nsew]", found[3]):
            after, street_at = found.end(2), found.end(2) + 1  # 574 E 10th Street
        numbered = _numbered(line, found.start(2), found.end(2), after, street_at, "number_first", country)
        if found["box"] and not numbered.box:
            box, word = line.text[slice(*found.span("box"))], line.text[slice(*found.span("box_word"))]
            readings = tuple(replace(one, box=box, box_word=word) for one in numbered.readings)
            numbered = replace(numbered, box=box, box_word=word, readings=readings)
        return replace(
            numbered,
            marker=marker,
            readings=tuple(replace(r, marker=marker if r.number else "") for r in numbered.readings),
        ), comma or french or bool(marker)
    inside = INSIDE_FRENCH.search(line.low)
    if inside and (country in FRENCH):
        before, at = cut(line, 0, inside.start()), inside.start(1)
        if letters(before.low) > 1 and not re.match(rf"{words.FRENCH_KIND}{words.END}", before.low):
            behind = Line(line.text[at:], line.low[at:])
            ends = (inside.end(1) - at, inside.end(2) - at, inside.end() - at)
            split = _numbered(behind, 0, *ends, "number_inside", country)
            if words.UNIT_BEFORE_NUMBER.search(line.low[: inside.start()]):
                bare = replace(split, readings=())
                unit = changed(replace(bare, number="", addition="", mark=""), trim(line.text[: inside.end(2)]))
                return doubtful(changed(bare, before.text), unit), True
            return changed(split, before.text), True
    if country in FIRST:
        return _after_comma(line, country), False
    return None, False


def _flat_in_house(line: Line, at: int, country: str) -> Split | None:
    """3 Oak House, 12 High Street: a number and a name that is no street, then a number and a street."""
    comma = line.low.find(",", at)
    name, behind = cut(line, at, comma).low, cut(line, comma)
    if comma < 0 or words.ENGLISH_STREET_END.match(name) or not AT_FIRST.match(behind.low):
        return None
    split, _ = number_first(behind, country) if words.ENGLISH_STREET_END.search(behind.low) else (None, False)
    return changed(split, trim(line.text[:comma])) if split and split.number else None


def _after_comma(line: Line, country: str) -> Split | None:
    """The Maltings, 12 Mill Lane: a name, then number and street."""
    for comma in re.finditer(",", line.low):
        behind = cut(line, comma.end())
        found = AT_FIRST.match(behind.low)
        name = words.UNIT_VALUE.sub("", line.low[: comma.start()])  # Flat 12 Oak House, 33 High Street
        if found and not re.search(r"\d", name) and _is_street(behind.low[found.end() :]):
            split, _ = number_first(behind, country)
            return changed(split, trim(line.text[: comma.start()])) if split else None
    return None


def _is_street(low: str) -> bool:
    low = low.lstrip("(\"'")
    named = words.ENGLISH_STREET_END.match(low) and not re.search(r"\d", low)  # Penthouse View
    if letters(low) < 2 or low.startswith(("hoog", "hg", "huis", "boven", "beneden")):
        return False
    if words.REST_HERE.match(low) and not named:
        return False
    if re.fullmatch(rf"{words.ADDITION_WORD}", low):
        return False
    return low[0].isalpha() or bool(words.ORDINAL.match(low))


def _names(low: str, found: re.Match[str], country: str) -> bool:
    """Whether the number at the start belongs to the name: 1e Kruisweg, 18 Septemberplein, 42nd Street."""
    at = found.start(2)
    if words.DATE.match(low, at) and country not in FIRST - FRENCH:
        return True  # in English 10 March Road is a house
    return bool(words.ORDINAL.match(low, at)) and not (
        country in FIRST and words.FRENCH_STREET.match(low, found.end())
    )


def _numbered(line: Line, at: int, end: int, after: int, street_at: int, rule: str, country: str) -> Split:
    """The split for a number at `at:end` whose addition ends at `after` and whose street begins at `street_at`."""
    number, suffix = line.text[at:end], line.text[end:after]
    addition = trim(suffix)
    mark = "" if suffix[:1].isalnum() else next((s for s in line.low[end:after].strip()[:1] if s in "-/"), " ")
    street, box, word, rest, doubts = _street_behind(line, street_at, country)
    split = Split(street, number, addition, box, rest, rule, "high", (), mark if addition else "", word)
    readings = [split]
    boxed = re.fullmatch(r"\d{1,4}", addition) and not box and int(addition) <= int(number)
    if country == "BE" and mark == "/" and boxed:
        # As behind the street: mostly a box, and nobody marks it.
        readings.insert(0, replace(split, addition="", mark="", box=addition, box_word="/"))
    if re.search(r"\d", addition):
        merged = f"{number}{mark}{addition}"
        readings.append(replace(split, number=merged, addition="", mark=""))
    if doubts:
        readings.append(replace(split, street=trim(line.text[street_at:]), box="", box_word="", rest=""))
    dotted = line.low.startswith(".", end) and words.FRENCH_STREET.match(line.low, street_at)  # 12. rue Foch
    if words.ORDINAL.match(line.low, at) and not dotted:
        readings.append(whole(line))
    if country in ("US", "CA") and re.fullmatch(" [a-z]", line.low[end:after]):
        readings.append(replace(split, street=f"{addition} {street}", addition="", mark=""))  # 10 A Main Street
    if len(addition) == 1 and re.fullmatch(rf"{words.ENGLISH_KIND}\.?", street.lower()):
        readings.insert(0, replace(split, street=f"{addition} {street}", addition="", mark=""))  # 123 A Street
    if re.match(r"\d{1,5}(?= )(?!\d+(?:st|nd|rd|th))", street) and not words.ORDINAL.match(street.lower()):
        readings.append(whole(line))
    if number.startswith("00") or not int(number):
        readings.append(whole(line))
    if len(readings) == 1 and ends_in_number(clean(street), country):
        readings.append(number_last(line, country) or whole(line))
    return doubtful(*readings) if len(readings) > 1 else split


def _street_behind(line: Line, start: int, country: str) -> tuple[str, str, str, str, bool]:
    """Street, box, box word and rest of a line whose number came first; and whether that is doubtful."""
    low, end = line.low, len(line.low)
    doubt = False
    ends = [end]
    comma = low.find(",", start)
    if comma > 0:
        ends.append(comma)
        segment = cut(line, start, comma).low
        behind = cut(line, comma).low
        known = words.FRENCH_STREET.match(segment) or words.ENGLISH_STREET_END.match(segment)
        doubt = not known and bool(words.ENGLISH_STREET_END.match(behind) or words.FRENCH_STREET.match(behind))
    for pattern in (REST_BEHIND, POST_BOX_BEHIND, NO_STREET if country in FRENCH else NUMBERED_UNIT):
        for found in pattern.finditer(low, start + 1):
            # A street is never called just "rue": 12 rue Hall
            if not NAME_GOES_ON.search(low[start : found.start()]) and not KIND.fullmatch(low[start : found.start()]):
                ends.append(found.start())
                break
    box = BOX_BEHIND.search(low, start + 1)
    value = word = ""
    stop = min(ends)
    rest = trim(line.text[stop:])
    if box:
        value, word = line.text[box.start(2) : box.end(2)], line.text[box.start(1) : box.start(2)].strip(" :")
        between = trim(line.text[stop : box.start()]) if stop < box.start() else ""
        rest = together(between, trim(line.text[box.end() :]))
        stop = min(stop, box.start())
        doubt = doubt or bool(re.fullmatch("[ivx]{2,}", value.lower()))
    doubt = doubt or bool(re.fullmatch(r"\d{1,5}[a-z]?", rest.lower()))
    return trim(line.text[start:stop]), value, word, rest, doubt
