"""docs/security.md: every topic names tests, and they exist."""

import re

import pytest

from tests.test_promises import NAMED, functions_of
from webapp.config import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TOPICS = [line for line in TEXT.splitlines() if re.match(r"\| [A-Z]", line)]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda line: line.split("|")[1].strip())
def test_a_topic_is_shown_by_tests_that_exist(topic):
    named = NAMED.findall(topic)
    assert named
    assert [f"{path}::{name}" for path, name in named if name not in functions_of(path)] == []


def test_the_topics_are_read():
    assert len(TOPICS) > 20
