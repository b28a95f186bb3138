"""Documents, licences and versions are in order at every commit, not only at a release."""

import json

from tests.release import papers, sbom


def test_every_link_in_the_documents_leads_somewhere():
    assert list(papers.dead_links()) == []


def test_every_package_has_a_licence_that_may_be_passed_on():
    assert list(papers.odd_licences()) == []


def test_version_tag_and_changes_agree():
    assert list(papers.version_troubles()) == []


def test_the_bill_names_every_package_of_the_locks():
    rows = json.loads(json.dumps(sbom.bill()))["components"]
    names = {row["name"] for row in rows}
    assert {"htmx.org", "peewee", "flask", "psycopg"} <= names and len(rows) == len(sbom.pinned()) + 1
    assert all(row["purl"].endswith(f"@{row['version']}") for row in rows)
