"""Contract tests are skipped without Sendcloud's documents; in CI they fail instead."""

import os
from types import ModuleType

import pytest

from tests.contract import documents as sendcloud_documents


def demanded() -> ModuleType:
    """The module `tests.contract.documents`; without the documents the test ends here."""
    if reason := sendcloud_documents.missing():
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return sendcloud_documents


@pytest.fixture(scope="session")
def documents() -> ModuleType:
    return demanded()
