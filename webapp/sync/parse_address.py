"""One address line: street, house number, addition, box and rest, by the rules of the country. Pure.

A rule that is sure says "high". Where a line can be read in two ways the split carries both readings and says
"low". Where there is no house number to be found it says "none", and the line stays whole.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from webapp.sync import parse_address_words as words
from webapp.sync.parse_address_first import number_first
from webapp.sync.parse_address_last import candidates, ends_in_number, number_last, unit_at
from webapp.sync.parse_address_parts import Line, Split, changed, clean, cut, doubtful, letters, together, trim, whole
from webapp.sync.parse_address_tail import BOX, read_closed_tail, split_of
from webapp.sync.parse_address_words import FIRST, LAST, SPANISH


def parse_line(line: Line, country: str) -> Split:
    """The split of one cleaned line. Countries as ISO-2."""
    if not any(sign.isalnum() for sign in line.low):
        return Split(rest=line.text)
    for rule in RULES:
        found = rule(line, country)
        if found:
            return found
    return _either(line, country)


# -- lines of a kind of their own -----------------------------------------------------------------------------


def _post_box(line: Line, country: str) -> Split | None:
    """A post-office box. Doubtful by design: most parcel services do not go there, so somebody must look."""
    found = words.POST_BOX.match(line.low)
    if not found or (country in ("CZ", "SK") and words.MARKER_CZECH.match(line.low)):
        return None
    word, box = line.text[: found.start(2)].strip(), trim(line.text[found.start(2) :])
    split = Split(box=box, box_word=word, rule="post_box")
    return doubtful(split, Split(street=word, number=box, rule="post_box"))


def _care_of(line: Line, country: str) -> Split | None:
    found = words.CARE_OF.match(line.low)
    if not found:
        return None
    comma = line.low.find(",", found.end())
    if comma > 0:
        named = parse_line(cut(line, comma), country)
        if named.number:
            return changed(named, trim(line.text[:comma]))
        return Split(rest=line.text, rule="care_of")
    behind = parse_line(cut(line, found.end()), country)
    if not behind.number or not behind.street:
        return Split(rest=line.text, rule="care_of")
    said = line.text[: found.end()].strip()
    if behind.rule == "number_inside" and behind.confidence == "high":
        return replace(behind, rest=f"{said} {behind.rest}")  # chez Dupont 12 rue Foch
    # No comma, so nobody can tell whether a name stands between the word and the street.
    inside = replace(behind, street=f"{said} {behind.street}", readings=())
    return doubtful(inside, *(changed(one, trim(said)) for one in behind.readings or (behind,)))


def _unit_first(line: Line, country: str) -> Split | None:
    """Flat 3, 12 High Street · Bât A 12 rue des Lilas · 2. Stock, Hauptstraße 5"""
    found = words.UNIT_FIRST.match(line.low)
    if not found or letters(line.low[found.end() :]) < 2:
        return None
    behind = cut(line, found.end())
    if words.REST_HERE.match(behind.low) and not re.search(r"\d.*\d", behind.low):
        return None
    return changed(parse_line(behind, country), trim(line.text[: found.end(1)]))


ROAD_FIRST = re.compile(r" [a-z]{2}[ -]?\d")  # 123 CR 5, 12 RN 7


def _unit_open(line: Line, country: str) -> Split | None:
    """Flat 3 High Street: flat 3 of a house without number, or house 3."""
    found = words.UNIT_VALUE.match(line.low) if country in FIRST else None
    if not found or re.search(r"\d", line.low[found.end() :]):
        return None
    street = trim(line.text[found.end() :])
    word = re.match(r"\D+", line.text)
    number = line.text[word.end() : found.end()] if word else ""
    unit = Split(street=street, rest=line.text[: found.end()], rule="unit")
    return doubtful(unit, Split(street, number, rest=trim(word.group()) if word else "", rule="unit"))


NUMBER_ONLY = re.compile(rf"{words.MARKER_FIRST}(\d{{1,5}})(?!\d)")


def _number_only(line: Line, country: str) -> Split | None:
    """A house number without a street: it stands in another line, or it is missing."""
    found = NUMBER_ONLY.match(line.low)
    if not found or (country in FIRST and _names_road(line.low, found.end())):
        return None
    tail = read_closed_tail(line, found.end(), found[2], "")
    if ("words" in tail.doubts and tail.second is None) or (
        tail.rest and not words.REST_HERE.match(cut(line, line.text.rfind(tail.rest)).low)
    ):
        return None
    # Elsewhere a number alone says nothing, and "#101" is a room everywhere.
    if country not in FIRST | LAST or found[1] == "#":
        return whole(line, "number_only")
    if tail.second is not None and not re.fullmatch(r"\d{1,5}[a-z]{0,2}", line.low[tail.second :]):
        return None
    split = split_of("", found[2], tail, "number_only", line.text[: found.start(2)].strip())
    return doubtful(replace(split, readings=()), whole(line, "number_only"))


def _names_road(low: str, at: int) -> bool:
    """Whether a street of few letters follows: 123 CR 5, 1900 SE A St."""
    if words.ENGLISH_STREET_END.match(low, at + 1):
        return True
    return bool(ROAD_FIRST.match(low, at)) and not BOX.match(low, at)


MANNHEIM = re.compile(r"(?:quadrat )?[a-u] ?\d{1,2}(,| ?, ?| )(?=\d)(\d{1,3})(?!\d)")


def _mannheim(line: Line, country: str) -> Split | None:
    """Mannheim names its blocks: D 4, 3 is house 3 in block D 4."""
    found = MANNHEIM.match(line.low) if country == "DE" else None
    if not found:
        return None
    tail = read_closed_tail(line, found.end(), found[2], country)
    split = split_of(trim(line.text[: found.start(1)]), found[2], tail, "mannheim")
    return split if "," in found[1] else doubtful(split, whole(line, "mannheim"))


def _without_number(line: Line, country: str) -> Split | None:
    """The line says itself that there is no number: s/n, ong., o. Nr."""
    found = words.WITHOUT.search(line.low)
    if not found or re.search(r"\d", line.low[: found.start()]) or letters(line.low[: found.start()]) < 2:
        return None
    street, said = trim(line.text[: found.start()]), line.text[found.start(1) : found.end(1)]
    none = Split(street=street, rest=said, rule="says_no_number")
    if country in SPANISH:
        # Carriers in Spain take "s/n" for a house number.
        return doubtful(Split(street=street, number=said, rule="says_no_number"), none)
    return none


def _near(line: Line, country: str) -> Split | None:
    """Amsteldijk t.o. 12: opposite number 12, often a mooring, and never number 12 itself."""
    found = words.NEAR.search(line.low)
    if not found or re.search(r"\d", line.low[: found.start()]) or letters(line.low[: found.start()]) < 2:
        return None
    digits = re.compile(r"\d{1,5}(?!\d)").match(line.low, found.end())
    if not digits:
        return None
    street, said = trim(line.text[: found.start()]), line.text[found.start(1) : found.end()].strip()
    tail = read_closed_tail(line, digits.end(), digits.group(), country)
    near = Split(street, digits.group(), f"{said} {trim(line.text[digits.end() :])}".strip(), rule="near", mark=" ")
    if tail.rest or tail.box:
        near = replace(split_of(street, digits.group(), tail, "near"), rest=together(said, tail.rest))
    return doubtful(near, Split(street=street, rest=f"{said} {trim(line.text[digits.start() :])}", rule="near"))


def _ends_in_box_word(head: str) -> bool:
    """Kerkstraat 12 bus nr. 3, but not Rue du Bus nr. 3."""
    found = re.search(rf"{words.BOX_WORD_BELGIAN}[ .:]*$", head)
    return found is not None and not words.NAMING.search(head[: found.start()])


def _numbered_before(head: str, country: str) -> bool:
    """Whether the street had its number before: 12 rue Foch n° 3, 123 Main St No 4."""
    if not head[:1].isdigit():
        return False
    english = country in FIRST and not words.ORDINAL.match(head)
    return english or bool(words.FRENCH_STREET.match(head.lstrip("0123456789, ")))


def _marked(line: Line, country: str) -> Split | None:
    """Bundesstraße 2 Nr. 25 · Via Roma n. 12: the number is the one that is called so."""
    czech = words.MARKER_CZECH.search(line.low) if country in ("CZ", "SK") else None
    for found in [czech] if czech else words.MARKER.finditer(line.low):
        head = line.low[: found.start()]
        if found[1].startswith("haus ") and words.NAMING.search(f"{head} "):
            found = words.MARKER.search(line.low, found.start(1) + 4) or found  # Am Haus Nr. 12
            head = line.low[: found.start()]
        if (
            (letters(head) < 2 and not czech)
            or unit_at(f"{head} ") is not None
            or _ends_in_box_word(head)
            or _numbered_before(head, country)
        ):
            continue
        digits = re.compile(r"\d{1,5}(?!\d)").match(line.low, found.end())
        if not digits or found[1] == "#" and country in FIRST:
            continue
        before = next(candidates(Line(line.text[: found.start()], head), country), None)
        sure = before is None or words.BARE_KIND.fullmatch(line.low[: before.start])
        tail = read_closed_tail(line, digits.end(), digits.group(), country)
        marker = line.text[found.start(1) : found.end(1)].strip()
        split = split_of(trim(line.text[: found.start()]), digits.group(), tail, "marked", marker)
        if not split.street:
            return doubtful(split, whole(line))
        return split if sure else doubtful(split, _either(line, country))
    return None


# In this order: the first that knows the line splits it.
RULES: tuple[Callable[[Line, str], Split | None], ...] = (
    _post_box,
    _care_of,
    _unit_first,
    _unit_open,
    _number_only,
    _mannheim,
    _without_number,
    _near,
    _marked,
)


# -- number first or number last ------------------------------


def _either(line: Line, country: str) -> Split:
    first, strong = number_first(line, country)
    if first and (strong or country in FIRST):
        if strong and ends_in_number(clean(first.street), country):
            return doubtful(first, number_last(line, country) or whole(line))
        return first
    last = number_last(line, country)
    if first and last and last.number:
        return doubtful(last, first)
    if first:
        # 12 Kerkstraat, where numbers come last: turned round, or the name of a street without its number.
        return doubtful(first, whole(line))
    return last or whole(line)
