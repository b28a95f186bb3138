"""What the tools of `make audit` tell is read rightly: a hole stops it, and no answer is not taken for a good one."""

import pytest

from tests.release import audit
from webapp.config import ROOT


def a_finding(path="webapp/app.py", line=7, test="B608"):
    return {"filename": path, "line_number": line, "test_id": test, "issue_text": "Possible SQL injection"}


def as_looked_at():
    return [a_finding(path, n, test) for (path, test), (count, _) in audit.LOOKED_AT.items() for n in range(count)]


def test_what_a_person_has_looked_at_passes_and_anything_more_does_not():
    assert audit.of_bandit({"results": as_looked_at()}) == []
    assert audit.of_bandit({"results": [*as_looked_at(), a_finding()]}) == [
        "webapp/app.py:7: B608 Possible SQL injection"
    ]
    assert len(audit.of_bandit({"results": [*as_looked_at(), a_finding("webapp/many.py", 99)]})) == 5
    assert len(audit.of_bandit({"results": as_looked_at()[1:]})) == 1
    assert audit.of_bandit({"results": as_looked_at(), "errors": ["no such file"]}) == ["no such file"]


HOLE = {"name": "flask", "version": "0.1", "vulns": [{"id": "PYSEC-1"}]}
GOOD = {"name": "peewee", "version": "4.5", "vulns": []}
UNKNOWN = {"name": "waitress", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    "rows, found",
    [([GOOD], ([], True)), ([GOOD, HOLE], (["flask 0.1: PYSEC-1"], True)), ([GOOD, UNKNOWN], ([], False)),
     ([HOLE, UNKNOWN], (["flask 0.1: PYSEC-1"], False)), ([], ([], False))],
)  # fmt: skip
def test_a_package_that_was_not_looked_at_is_not_taken_for_a_good_one(rows, found):
    assert audit.of_pip({"dependencies": rows}) == found


def test_the_same_of_npm():
    assert audit.of_npm({"vulnerabilities": {}}) == ([], True)
    assert audit.of_npm({"vulnerabilities": {"htmx.org": {"severity": "high"}}}) == (["htmx.org: high"], True)
    assert audit.of_npm({"message": "405 Method Not Allowed"}) == ([], False)


@pytest.mark.parametrize(
    "whole, bandit, pip, code",
    [("", [], True, 0), ("", [], False, 0), ("whole", [], False, 1), ("whole", [], True, 0), ("", ["x"], True, 1)],
)
def test_silence_fails_where_the_whole_is_asked_for(monkeypatch, capsys, whole, bandit, pip, code):
    monkeypatch.setenv("AUDIT", whole)
    monkeypatch.setattr(audit, "bandit", lambda: (bandit, True))
    monkeypatch.setattr(audit, "python_packages", lambda lock: ([], pip))
    monkeypatch.setattr(audit, "browser_files", lambda: ([], pip))
    assert audit.main() == code
    assert ("cannot be reached" in capsys.readouterr().out) == (not pip)


def test_the_checks_of_every_commit_run_it():
    assert "\nmake audit\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    workflow = (ROOT / ".github/workflows/checks.yml").read_text(encoding="utf-8")
    assert "- run: .ci/run\n" in workflow and "AUDIT: whole" in workflow
