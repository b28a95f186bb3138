"""Every sentence of docs/reliability.md names tests that exist."""

import ast
import re
from functools import cache

import pytest

from webapp.config import ROOT

DOCUMENT = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def sentences() -> list[str]:
    """The bullets of the document, each as one line."""
    return [re.sub(r"\s+", " ", bullet) for bullet in re.findall(r"^- (.+(?:\n  .+)*)", DOCUMENT, re.MULTILINE)]


@pytest.mark.parametrize("sentence", sentences(), ids=lambda text: text[:50])
def test_a_promise_is_shown_by_tests_that_exist(sentence):
    named = NAMED.findall(sentence)
    assert named, sentence
    for path, name in named:
        assert (ROOT / path).is_file() and name in functions_of(path), f"{path}::{name}"


def test_the_promises_are_read():
    assert len(sentences()) == len(re.findall(r"^- ", DOCUMENT, re.MULTILINE)) > 20
