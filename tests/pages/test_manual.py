"""The manual: the same in both languages, in the product's own words, and reachable from every link."""

import re

import pytest
from babel.messages.pofile import read_po

from webapp.config import ROOT
from webapp.i18n import LANGUAGES
from webapp.pages import manual
from webapp.words.refusals import KNOWN, MISSING, SOMETHING_MISSING
from webapp.words.sentences import ADVICE, ERRORS, REASONS, STOPS

CATALOGUE = ROOT / "webapp" / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
# Orders in these states say all themselves; nobody asks what to do.
PLAIN = {"reading", "cancelled", "deleted", "removed.cancelled", "removed.deleted"}
# Words of the services' own screens, and of prose.
FOREIGN = {
    "en": {"Settings > Integrations", "Pakbon", "Manage"},
    "nl": {"Instellingen > Integraties", "Pakbon", "Beheren", "label aanmaken"},
}


def text_of(language: str, name: str) -> str:
    return (manual.DOCS / language / f"{name}.md").read_text(encoding="utf-8")


def anchors_of(language: str, name: str) -> list[str]:
    return [heading.anchor for heading in manual.page(language, name).headings]


@pytest.fixture(scope="module")
def words() -> dict[str, set[str]]:
    """Every text of the screens, by language; a value in it is an ellipsis."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file, locale="nl") if message.id]
    found: dict[str, set[str]] = {"en": set(), "nl": set()}
    for message in messages:
        for language, texts in (("en", message.id), ("nl", message.string)):
            for text in texts if isinstance(texts, tuple) else (texts,):
                found[language].add(_shown(text))
    return found


def _shown(text: str) -> str:
    return re.sub(r"%\(\w+\)[sd]", "…", text).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_and_no_other(language):
    assert {path.stem for path in (manual.DOCS / language).glob("*.md")} == set(manual.PAGES)


@pytest.mark.parametrize("name", manual.PAGES)
def test_a_page_has_the_same_headings_and_tables_in_every_language(name):
    def shape(language):
        return re.findall(r"^(#+(?= )|\| ---.*|!\[.*\]\(.*\))", text_of(language, name), re.MULTILINE)

    shapes = [[re.sub(r"!\[.*\]|-(en|nl)(?=\.webp)", "", row) for row in shape(one)] for one in LANGUAGES]
    assert all(found == shapes[0] for found in shapes) and shapes[0].count("#") == 1
    rows = [text_of(language, name).count("\n|") for language in LANGUAGES]
    assert len(set(rows)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", manual.PAGES)
def test_links_and_pictures_lead_somewhere(language, name):
    html = manual.page(language, name).html
    for page, anchor in re.findall(rf'href="{manual.HOME}/([\w-]+)(?:#([^"]+))?"', html):
        assert not anchor or anchor in anchors_of(language, page)
    assert re.findall(r'href="(?!/help/|https://)[^"]*"', html) == []
    pictures = re.findall(r"!\[([^]]*)\]\(\.\./images/([^)]+)\)", text_of(language, name))
    assert all(words and (manual.DOCS / "images" / file).is_file() for words, file in pictures)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", manual.PAGES)
def test_what_stands_in_italics_stands_on_a_screen(words, language, name):
    text = text_of(language, name).replace("**", "")
    quoted = set(re.findall(r"(?<![\w*])\*([^*\n]+)\*(?!\w)", text)) - FOREIGN[language]
    sentences = {word.partition(". ")[0] for word in words[language]} | words[language]
    known = {word.casefold().rstrip(".…: ") for word in sentences}
    strange = {
        phrase for phrase in quoted for part in phrase.split(" > ") if part.casefold().rstrip(".") not in known
    }
    assert strange == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_errors_has_the_products_own_sentences(words, language):
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", text_of(language, "errors"), re.MULTILINE)
    said = {first for first, _ in rows if not first.startswith(("---", "What Pakbon", "Wat Pakbon"))}
    assert said - words[language] == set()


def test_every_sentence_that_asks_for_somebody_is_in_the_table():
    sentences = [message for code, message in (REASONS | STOPS).items() if code not in PLAIN]
    sentences += [*MISSING.values(), *(message for _, message in KNOWN), SOMETHING_MISSING]
    sentences += [ERRORS[code] for code in ADVICE if code in ERRORS and code not in ("keys_wrong",)]
    table = text_of("en", "errors")
    assert [text for text in sentences if f"| {_shown(text)} |" not in table] == []


def test_tags_in_the_text_are_shown_not_obeyed():
    reader = manual.reader()
    html = reader.convert("a <b>bold</b> word\n\n<script>alert(1)</script>\n\n<div>\n\nx")
    assert "<b>" not in html and "<script" not in html and "<div" not in html


# -- from the screens ---------------------------------------------------------------------------------------

CALL = re.compile(r"""(?:help_to|explained)\(\s*"([\w-]+)"(?:,\s*"([\w-]+)")?""")


def test_every_link_of_a_template_leads_to_a_page_and_a_section():
    calls = [
        call
        for path in (ROOT / "templates").rglob("*.html")
        for call in CALL.findall(path.read_text(encoding="utf-8"))
    ]
    assert {name for name, _ in calls} >= set(manual.PAGES) - {"questions", "everyday"}
    for name, section in calls:
        for language in LANGUAGES:
            link = manual.link(language, name, section)  # raises for a section that is not there
            assert link.title and link.address.partition("#")[2] in ("", *anchors_of(language, name))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["", *manual.PAGES])
def test_the_manual_is_open_to_everybody_in_his_language(client, language, name):
    answer = client.get(f"/help/{name}".rstrip("/"), headers={"Accept-Language": language})
    assert answer.status_code == 200 and f'<html lang="{language}"' in answer.text
    for title in [manual.page(language, name).title] if name else [one.title for one in manual.contents(language)]:
        assert title in answer.text


@pytest.mark.parametrize("path", ["/help/nothing", "/help/images/nothing.webp", "/help/images/..%2fREADME.md"])
def test_what_the_manual_does_not_have_is_not_there(client, path):
    assert client.get(path).status_code == 404


# -- the pictures -------------------------------------------------------------------------------------------


def test_pictures_are_few_and_small_and_each_is_shown():
    shown = {name for language in LANGUAGES for page in manual.PAGES for name in _pictures(text_of(language, page))}
    files = {path.name: path.stat().st_size for path in (manual.DOCS / "images").iterdir()}
    assert set(files) == shown
    assert len(files) <= 12 and max(files.values()) < 120_000
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"docs/images/([\w.-]+)", readme)) <= set(files)


def _pictures(text: str) -> list[str]:
    return re.findall(r"\(\.\./images/([^)]+)\)", text)
