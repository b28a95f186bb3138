"""What the rules for address lines work on, and what they come to: a line, and a split. Pure."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

Confidence = Literal["high", "low", "none"]

EDGE = " ,;:_/|-‐‑‒–—―−"
LONGEST = 250  # signs of a line that are looked at; an address line of Exact has at most 100

DASHES = "‐‑‒–—―−﹣"
QUOTES = "‘’‚‛′`´ʼ“”„″"
NO_ACCENT = {"ß": "s", "ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ı": "i", "°": "º"}
# Emoji: a label has a box for them, or the carrier refuses it. Digits in a circle are none.
PICTURE = re.compile("[\u2600-\u2775\u2794-\u27bf\ufe0f\U0001f110-\U0001faff]")
# Full-width forms, as some keyboards type them: carriers print blanks for them.
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class Line:
    """An address line as it is shown, and its twin for matching (of an endless line: of its beginning)."""

    text: str
    low: str


def clean(raw: str) -> Line:
    """Composed, full-width signs made plain, every run of blanks one space, what cannot be printed left out."""
    # Composing and the twin are for what is looked at: a line of endless accents would take endless time.
    plain = (unicodedata.normalize("NFC", raw[: 2 * LONGEST]) + raw[2 * LONGEST :]).translate(WIDE)
    shown = "".join(sign for sign in plain if sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    text = " ".join(PICTURE.sub(" ", shown).split()).strip(' ,;:|"!?*')
    return Line(text, "".join(map(_twin, text[:LONGEST])))


def _twin(sign: str) -> str:
    if sign in DASHES:
        return "-"
    if sign in QUOTES:
        return "'"
    if sign < "\x80":
        return sign.lower()
    low = sign.lower()
    low = NO_ACCENT.get(low, low)
    base = unicodedata.normalize("NFD", low)[:1]
    return base if len(low) == 1 else sign


@dataclass(frozen=True)
class Split:
    """The parts of an address. Joined they have the letters and digits that went in.

    `box` is a Belgian box or a post-office box, `rest` what belongs in the second line (floor, flat, c/o).
    `rule` names what fired. With confidence "low" `readings` has two or more splits to choose from, this one
    first. `mark` stands between number and addition, `box_word` before the box ("bus"; "/" where only a sign
    did), `marker` before the number ("Nr.").
    """

    street: str = ""
    number: str = ""
    addition: str = ""
    box: str = ""
    rest: str = ""
    rule: str = "empty"
    confidence: Confidence = "none"
    readings: tuple["Split", ...] = ()
    mark: str = ""
    box_word: str = ""
    marker: str = ""


MOST_READINGS = 5  # a question with more answers is none


def doubtful(*splits: Split) -> Split:
    """The first of these, with all of them and their own readings as its readings; the same one twice is one."""
    every = [one for split in splits for one in (split, *split.readings)]
    alone = tuple(dict.fromkeys(replace(one, confidence="low", readings=()) for one in every))[:MOST_READINGS]
    return replace(alone[0], readings=alone)


def changed(split: Split, rest: str) -> Split:
    """With more in the rest, in all readings. What comes first in the address comes first in the rest."""
    more = replace(split, rest=together(rest, split.rest))
    return replace(more, readings=tuple(changed(one, rest) for one in split.readings))


def whole(line: Line, rule: str = "no_number") -> Split:
    return Split(street=trim(line.text), rule=rule)


def cut(line: Line, start: int, end: int | None = None) -> Line:
    """A part of a line, without blanks and separators at its ends."""
    part = line.low[start:end]
    left = len(part) - len(part.lstrip(EDGE))
    size = len(part.strip(EDGE))
    return Line(line.text[start + left : start + left + size], part[left : left + size])


def letters(text: str) -> int:
    return sum(sign.isalpha() for sign in text)


def trim(text: str) -> str:
    """Without separators at its ends. The dot of an abbreviation stays, one behind a digit goes."""
    text = text.strip(EDGE)
    while text.startswith("."):
        text = text[1:].strip(EDGE)
    while text.endswith(".") and (len(text) < 2 or not text[-2].isalpha()):
        text = text[:-1].strip(EDGE)
    return text.strip(EDGE)


def together(*texts: str) -> str:
    """The parts of a rest, in one text."""
    return ", ".join(filter(None, texts))
