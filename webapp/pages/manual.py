"""The manual of `docs/`, as Pakbon shows it itself: without a line to anywhere, in the reader's language.

A page has the same name and the same headings, one by one, in every language, so that a screen can point at a
section by its English anchor.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from webapp.config import ROOT

DOCS = ROOT / "docs"
# In the order in which a merchant needs them.
PAGES = (
    "install",
    "connect-exact",
    "connect-sendcloud",
    "configuration",
    "everyday",
    "errors",
    "questions",
    "backup",
)
HOME = "/help"


@dataclass(frozen=True)
class Heading:
    anchor: str
    title: str
    level: int


@dataclass(frozen=True)
class Page:
    """One page of the manual; the first of its headings is its title."""

    name: str
    html: str
    headings: tuple[Heading, ...]

    @property
    def title(self) -> str:
        return self.headings[0].title

    @property
    def sections(self) -> list[Heading]:
        return [heading for heading in self.headings if heading.level == 2]


@dataclass(frozen=True)
class Link:
    address: str
    title: str


def reader() -> Any:
    """Tags that stand in the text are shown, not obeyed."""
    found: Any = Markdown(extensions=["fenced_code", "sane_lists", "tables", "toc"], output_format="html")
    found.preprocessors.deregister("html_block")
    found.inlinePatterns.deregister("html")
    found.treeprocessors.register(_Addresses(found), "addresses", 0)
    return found


@cache
def page(language: str, name: str) -> Page:
    """A page of PAGES; in English for a language that has no manual (yet)."""
    folder = DOCS / language if (DOCS / language).is_dir() else DOCS / "en"
    markdown = reader()
    html = markdown.convert((folder / f"{name}.md").read_text(encoding="utf-8"))
    headings = [Heading(token["id"], unescape(token["name"]), token["level"]) for token in _flat(markdown.toc_tokens)]
    return Page(name, html, tuple(headings))


def contents(language: str) -> list[Page]:
    return [page(language, name) for name in PAGES]


def link(language: str, name: str, section: str = "") -> Link:
    """To a page, or to the section of it that has this anchor in English."""
    found = page(language, name)
    if not section:
        return Link(f"{HOME}/{name}", found.title)
    anchors = [heading.anchor for heading in page("en", name).headings]
    heading = found.headings[anchors.index(section)]
    return Link(f"{HOME}/{name}#{heading.anchor}", heading.title)


def _flat(tokens: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for token in tokens:
        yield token
        yield from _flat(token["children"])


class _Addresses(Treeprocessor):
    """Links between files become links between pages; tables look like ours."""

    def run(self, root: Element) -> None:
        for found in root.iter("a"):
            found.set("href", re.sub(r"^([a-z-]+)\.md\b", rf"{HOME}/\1", found.get("href", "")))
            if found.get("href", "").startswith("https://"):
                found.set("rel", "noreferrer")
        for found in root.iter("img"):
            found.set("src", found.get("src", "").replace("../images/", f"{HOME}/images/"))
            found.set("loading", "lazy")
        for found in root.iter("table"):
            found.set("class", "list help")
