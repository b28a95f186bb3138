"""What follows a house number in an address line: addition, box, and the rest. Pure."""

import re
from dataclasses import dataclass, replace

from webapp.sync.parse_address_parts import Line, Split, doubtful, together, trim
from webapp.sync.parse_address_words import (
    ADDITION_WORD,
    BOX_NUMBER,
    BOX_VALUE,
    BOX_WORD,
    BOX_WORD_BELGIAN,
    END,
    GERMAN,
    REST_HERE,
    ROMAN,
    SPANISH,
)

SEPARATOR = re.compile(r" ?(?://|[-/.,+&;_\\])? ?")
FLOOR_UP = r"(?:\d{1,2}|i{1,3}|iv|v)(?: |-)?(?:e )?(?:hoog|hg|h)"  # 1 hoog, II-hoog, 2hg
LETTER_NUMBER = r"[a-z]{1,3}-?\d{1,4}(?:\.\d{1,4}|[a-z])?"  # F008, Ark3, WG2
TWO = r"(?!(?:am|an|at|de|du|el|en|et|im|in|la|le|na|of|on|op|og|te|to|um|y|zu)\b)[^\W\d_]{1,2}(?!')"
# In order: the first that fits.
ELEMENT = re.compile(
    rf"(?P<up>{FLOOR_UP}){END}"
    rf"|(?P<word>{ADDITION_WORD}|t\.o\.){END}"
    rf"|(?P<roman>{ROMAN}){END}"
    rf"|(?P<letnum>{LETTER_NUMBER}){END}"
    rf"|(?P<half>(?<!/)\d/\d{{1,2}}|[½¼¾]){END}"
    rf"|(?P<digits>\d{{1,4}}[a-z]{{0,2}}){END}"
    rf"|(?P<letter>{TWO}){END}"
    rf"|(?P<signs>\( ?(?:[a-z0-9]{{1,4}}|{FLOOR_UP}|{ADDITION_WORD}) ?\))"
)
GLUED_WORD = re.compile(rf"(?:bis|bs|ter|hs|rd|zw)(?=[a-z0-9]?{END})")
# 12 t/m 16, 12 en 14, 12 & 14, A t/m C; "bis" is a range in German only
RANGE_END = r"(?:\d{1,5}[a-z]?|[a-z])(?!\w)"
RANGE = re.compile(rf"(?: ?(?:t/m|t\.m\.) ?| (?:tm|tot|to|en|et|und|u\.) | ?[&+] ?){RANGE_END}")
RANGE_GERMAN = re.compile(rf"{RANGE.pattern}| bis {RANGE_END}")
BOX = re.compile(rf"[ ,;/(-]*(?<![a-z])({BOX_WORD}){BOX_NUMBER}{BOX_VALUE}(?![^\W_])\)?")
BOX_BELGIAN = re.compile(rf"[ ,;/(-]*(?<![a-z])({BOX_WORD_BELGIAN}){BOX_NUMBER}{BOX_VALUE}(?![^\W_])\)?")
POSTCODE = re.compile(r"\d{4} ?[a-z]{2}(?:[, ]{1,3}[^\W\d_].*|\.)?$|\d{4,5} [^\W\d_]{3}")
# With what says so behind a number only: bei Meier, presso Rossi, OT Neudorf
REST_BEHIND = re.compile(rf"{REST_HERE.pattern}|(?:bei|presso|ot) (?=[^\W\d_]{{3}})")
# 12-unit 3, 12-2º; but 12-WG2 is an addition.
SURE_BEHIND_DASH = re.compile(rf"(?=[a-z]{{4}})(?:{REST_HERE.pattern})|\d{{1,2}}[ºª]")
REST_SEPARATOR = re.compile(r" ?[.,;(|]+ ?| ?- | ?/{1,2} ?| ")
BOX_SIGNS = ("/", "-", ".")
# Floor and door behind a comma, with no word for them: Calle Mayor 12, 3-B · Carrer de Mallorca 401, 2n 1a; and a
# floor alone: Vestergade 12, 1.
FLOOR_AND_DOOR = re.compile(r"\d{1,2}[rntao]?(?:[ -]{1,3}\d{1,2}[ao]?| ?-? ?[a-z])\.?$")
FLOOR_ALONE = re.compile(r"\d{1,2}\.?$")
SEGMENT_END = re.compile(r"\.?$| ?[,;]")


@dataclass(frozen=True)
class Tail:
    """`mark` stands between number and addition as written, so that 12 with addition 15 is never printed 1215.
    `second` is where a second bare number begins, `kinds` are those of the elements of the addition, and `doubts`
    name what makes them uncertain.
    """

    addition: str = ""
    mark: str = ""
    box: str = ""
    box_word: str = ""
    rest: str = ""
    second: int | None = None
    doubts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def read_tail(line: Line, start: int, number: str, country: str) -> Tail:
    """The parts of what stands behind the house number `number` that ends at `start`."""
    end = len(line.low)
    box = (BOX_BELGIAN if country == "BE" else BOX).search(line.low, start)
    limit = box.start() if box else end
    tail, stop = _additions(line, start, limit, number, country)
    if tail.second is not None and not tail.addition:
        return tail
    left = trim(line.text[stop:limit])
    if left and not _is_rest(line, stop, limit):
        # Words nobody expects here: part of the house number as far as we know.
        addition = trim(line.text[_after_separator(line, start, limit) : limit])
        tail = replace(tail, addition=addition, mark=_mark(line, start, limit), doubts=(*tail.doubts, "words"))
        left = ""
    if not box:
        floor = _is_floor(left.lower(), 0, len(left), country)
        bare = ("words_behind",) if re.fullmatch(r"\d{1,5}[a-z]?", left.lower()) and not floor else ()
        tail = replace(tail, rest=left, doubts=(*tail.doubts, *bare))
        return _belgian(tail, number) if country == "BE" else tail
    after = trim(line.text[box.end() :])
    value, word = line.text[box.start(2) : box.end(2)], line.text[box.start(1) : box.start(2)].strip(" :")
    # A Roman box may as well be a badly typed number: II or 11.
    doubts = (*tail.doubts, *(["roman_box"] if re.fullmatch("[ivx]{2,}", value.lower()) else []))
    if after and not _is_rest(line, box.end(), end):
        doubts = (*doubts, "words_behind")
    if word.lower() in ("b", "b.", "b/"):
        doubts = (*doubts, "box")
    return replace(tail, box=value, box_word=word, rest=together(left, after), doubts=doubts)


def read_closed_tail(line: Line, start: int, number: str, country: str) -> Tail:
    """The same where no street can go on behind the number: a second bare number is an addition."""
    tail = read_tail(line, start, number, country)
    if tail.second is None or tail.addition or tail.box:
        return tail
    return Tail(addition=trim(line.text[tail.second :]), mark=" ", doubts=("words",), second=tail.second)


def _after_separator(line: Line, start: int, limit: int) -> int:
    found = SEPARATOR.match(line.low, start, limit)
    return found.end() if found else start


def _mark(line: Line, start: int, limit: int) -> str:
    """How the addition is tied to the number: as written, but for a spaced sign, which closes up."""
    found = SEPARATOR.match(line.low, start, limit)
    written = found.group() if found else ""
    sign = written.strip()
    if sign == "//":
        return "/"
    if sign in ("-", "/", ".", "+", "&"):
        return sign
    return " " if written else ""


def _additions(line: Line, start: int, limit: int, number: str, country: str) -> tuple[Tail, int]:
    """The elements of the addition, and where they end."""
    low, at = line.low, start
    kinds: list[str] = []
    doubts: list[str] = []
    second = None
    while at < limit:
        to = (RANGE_GERMAN if country in GERMAN else RANGE).match(low, at, limit)
        if to:
            at = to.end()
            kinds.append("digits")
            doubts += [] if "range" in doubts else ["range"]
            continue
        separator = SEPARATOR.match(low, at, limit)
        sign = separator.group() if separator else ""
        here = at + len(sign)
        if sign not in ("", "-") and (REST_BEHIND.match(low, here, limit) or POSTCODE.match(low, here, limit)):
            break
        if sign == "-" and SURE_BEHIND_DASH.match(low, here, limit):
            break
        if sign.strip() == "," and _is_floor(low, here, limit, country):
            break
        element = ELEMENT.match(low, here, limit) or GLUED_WORD.match(low, here, limit)
        if not element:
            break
        kind = element.lastgroup or "word"
        bare = sign.strip() in ("", ",", ";")
        if sign.strip() in (",", ";") and kind != "digits" and len(element.group()) > 1:
            if kind not in ("up", "word", "roman") or not SEGMENT_END.match(low, element.end()):
                break
        if kind == "digits" and bare:
            if not kinds:
                second = here
                break
            if country not in ("FI", "EE"):
                doubts.append("letter_number")
                second = here
            if sign.strip():
                break
        if kind in ("digits", "up") and sign.strip() == "-" and sign[0] == "-" and sign.endswith(" "):
            second = here
            doubts.append("ragged")  # 39- 1: an end of the street, or an addition
        if kind == "digits" and sign.strip() == ".":
            doubts.append("dot")
        if kind == "digits" and set(kinds) <= {"letter"} and sign.strip() and _is_range(number, element.group()):
            doubts.append("range")
        if kind == "letter" and country == "NL" and len(number) == 4 and len(element.group()) == 2 and bare:
            doubts.append("postcode")
        if country in GERMAN and element.group() in ("links", "rechts"):
            doubts.append("words")  # in Dutch part of the house number, in German which flat on the floor
        kinds.append(kind)
        at = element.end()
    if kinds == ["letter"] and separator and low[at : at + 2] == ". " and not REST_BEHIND.match(low, at + 2, limit):
        doubts.append("words")  # 12 b. Meier: house 12b, or at Meier's
    if at == start:
        return Tail(second=second, doubts=tuple(doubts)), at
    addition = trim(line.text[_after_separator(line, start, limit) : at])
    return Tail(addition, _mark(line, start, limit), second=second, doubts=tuple(doubts), kinds=tuple(kinds)), at


def _is_floor(low: str, at: int, limit: int, country: str) -> bool:
    if country == "DK" and FLOOR_ALONE.match(low, at, limit):
        return True
    return country in SPANISH and FLOOR_AND_DOOR.match(low, at, limit) is not None


def _is_range(number: str, second: str) -> bool:
    digits = re.match(r"\d+", second)
    return digits is not None and int(digits.group()) > int(number)


def _is_rest(line: Line, at: int, limit: int) -> bool:
    """Whether what begins here is a part of its own: known words, or set off by a sign."""
    separator = REST_SEPARATOR.match(line.low, at, limit)
    sign = separator.group() if separator else ""
    here = at + len(sign)
    if sign and (REST_BEHIND.match(line.low, here, limit) or POSTCODE.match(line.low, here, limit)):
        return True
    if line.low.startswith("-", at) and SURE_BEHIND_DASH.match(line.low, at + 1, limit):
        return True
    return sign.strip() in (",", ";", "(", "|") or (sign.strip() == "." and sign.endswith(" "))


SHARED = re.compile(
    r"(?:(?P<letters>[^\W\d_]{1,2}|bis|ter) ?(?P<sign>[-/ ]) ?)?"
    r"(?P<box>(?:[^\W\d_]{0,3}[.-]?)?\d{1,4}(?:\.\d{1,4}|[^\W\d_])?)"
)


def _belgian(tail: Tail, number: str) -> Tail:
    """In Belgium most of what follows the number with a slash or dash is a box, and nobody marks it.

    What follows a dash, or is larger than the number (36/101), may as well be the end of a range: it stays an
    addition. All of them stay doubtful.
    """
    if "words" in tail.doubts:
        return tail
    doubts = (*tail.doubts, "box")
    found = SHARED.fullmatch(tail.addition)
    if not found:
        return replace(tail, doubts=doubts) if tail.mark == "/" else tail
    letters, value, sign = found["letters"] or "", found["box"], found["sign"] or tail.mark
    if letters.lower() == "b" and sign == " ":
        return replace(tail, addition="", mark="", box=value, box_word=letters, doubts=doubts)
    if letters:
        boxed = replace(tail, addition=letters, box=value, box_word=sign, doubts=doubts)
        return boxed if sign in BOX_SIGNS else tail
    if re.fullmatch(r"[bB]\d+", value):
        sure = tail.mark in ("", " ")
        boxed = replace(tail, addition="", mark="", box=value[1:], box_word=value[0])
        return boxed if sure else replace(boxed, doubts=doubts)
    if value[0].isdigit() and (tail.mark not in BOX_SIGNS or tail.mark == "-" or _is_range(number, value)):
        return replace(tail, doubts=doubts) if tail.mark in BOX_SIGNS else tail
    return replace(tail, addition="", mark="", box=value, box_word=tail.mark or "/", doubts=doubts)


def split_of(street: str, number: str, tail: Tail, rule: str, marker: str = "") -> Split:
    """The split that a tail comes to, with the readings that its doubts leave open."""
    split = Split(
        street, number, tail.addition, tail.box, tail.rest, rule, "high", (), tail.mark, tail.box_word, marker
    )
    readings = [split, *(_other_reading(split, doubt) for doubt in tail.doubts)]
    if number.startswith("00") or not int(number):
        # Padding, or a nought for none.
        unsplit = f"{street} {marker} {number}{tail.mark}{tail.addition}"
        readings.append(replace(split, street=" ".join(unsplit.split()), number="", addition="", mark="", marker=""))
    return doubtful(*readings) if len(readings) > 1 else split


def _other_reading(split: Split, doubt: str) -> Split:
    if doubt in ("range", "dot"):
        return replace(split, number=f"{split.number}{split.mark}{split.addition}", addition="", mark="")
    if doubt == "box" and not split.box:
        return replace(split, addition="", mark="", box=split.addition, box_word=split.mark)
    if doubt in ("box", "roman_box"):
        sign = split.box_word in BOX_SIGNS
        tie = split.box_word if sign else f" {split.box_word} "
        addition = f"{split.addition}{tie}{split.box}" if split.addition else f"{tie}{split.box}".lstrip(" /-.")
        mark = split.mark if split.addition else (split.box_word if sign else " ")
        return replace(split, addition=addition, mark=mark, box="", box_word="")
    return replace(split, addition="", mark="", rest=together(split.addition, split.rest))
