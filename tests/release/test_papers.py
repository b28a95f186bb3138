"""Documents, licences and versions are in order at every commit, not only at a release."""

import json
import subprocess

from tests.release import papers, sbom

WHO = ["-c", "user.name=x", "-c", "user.email=x@x.example"]


def test_every_link_in_the_documents_leads_somewhere():
    assert list(papers.dead_links()) == []


def test_every_package_has_a_licence_that_may_be_passed_on():
    assert list(papers.odd_licences()) == []


def test_version_tag_and_changes_agree():
    assert list(papers.version_troubles()) == []


def test_what_is_not_released_yet_keeps_a_version_from_its_tag(tmp_path, monkeypatch):
    monkeypatch.setattr(papers, "ROOT", tmp_path)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), *WHO, "commit", "--quiet", "--allow-empty", "-m", "x"], check=True)
    for first, troubles in (("Unreleased", 1), (papers.__version__, 0)):
        (tmp_path / "CHANGELOG.md").write_text(f"# Changes\n\n## {first}\n\n## 0.0.1\n", encoding="utf-8")
        assert len(list(papers.version_troubles(tagged=True))) == troubles


def test_the_bill_names_every_package_of_the_locks():
    rows = json.loads(json.dumps(sbom.bill()))["components"]
    names = {row["name"] for row in rows}
    assert {"htmx.org", "peewee", "flask", "psycopg"} <= names and len(rows) == len(sbom.pinned()) + 1
    assert all(row["purl"].endswith(f"@{row['version']}") for row in rows)
