"""Each catalogue has every text of the program, and no other."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from webapp.config import ROOT
from webapp.i18n import LANGUAGES

CATALOGUES = ROOT / "webapp" / "translations"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
KEYWORDS = ("_l", "lazy_gettext", "lazy_ngettext:1,2")  # as in the Makefile


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every text that the program marks for translation."""
    path = tmp_path_factory.mktemp("texts") / "messages.pot"
    marks = [word for keyword in KEYWORDS for word in ("-k", keyword)]
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", "babel.cfg"]
    subprocess.run([*command, *marks, "-o", str(path), "."], cwd=ROOT, check=True)
    return _read(path)


def _read(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _catalogue(language: str) -> Catalog:
    return _read(CATALOGUES / language / "LC_MESSAGES" / "messages.po", language)


def _ids(catalogue: Catalog) -> set[object]:
    return {message.id for message in catalogue if message.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_in_the_catalogue(template: Catalog, language: str) -> None:
    assert sorted(map(str, _ids(template) - _ids(_catalogue(language)))) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_has_no_text_that_nothing_uses(template: Catalog, language: str) -> None:
    catalogue = _catalogue(language)
    assert sorted(map(str, _ids(catalogue) - _ids(template))) == []
    assert list(catalogue.obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    catalogue = _catalogue(language)
    texts = [(message, _all(message.string)) for message in catalogue if message.id]
    assert [message.id for message, found in texts if message.fuzzy or not all(found)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_names_the_same_values(language: str) -> None:
    for message in _catalogue(language):
        if message.id and not message.fuzzy:
            wanted = _values(_all(message.id)[-1])
            for text in _all(message.string):
                assert _values(text) == wanted, message.id


def _all(texts: object) -> tuple[str, ...]:
    return tuple(texts) if isinstance(texts, list | tuple) else (str(texts),)


def _values(text: str) -> list[str]:
    return sorted(re.findall(r"%\((\w+)\)[sd]", text))
