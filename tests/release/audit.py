"""`make audit`: Bandit over the code, and what is known of the locked packages by those who keep lists of holes.

The two lists are asked over the network. Where they cannot be reached that is said and passed over, unless AUDIT is
`whole`. Needs nothing of Pakbon's own environment; its tools are beside the Python that runs it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from webapp.config import ROOT

BIN = Path(sys.executable).parent
LOCKS = ("requirements-postgres.lock", "requirements-dev.lock", ".ci/audit.lock")
# What Bandit finds and a person has looked at: how often it stands there, and why it may.
LOOKED_AT = {
    ("webapp/many.py", "B608"): (4, "names of our own tables and columns; values travel as parameters"),
    ("webapp/pages/order_list.py", "B608"): (2, "names of our own columns, and whole numbers"),
    ("webapp/pages/watch.py", "B608"): (1, "put together of constants"),
    ("webapp/migrations/0002_tally.py", "B608"): (5, "put together of constants of the same file"),
    ("webapp/demo/__main__.py", "B310"): (1, "an address of the demo's own"),
    ("webapp/demo/exact/webhooks.py", "B310"): (1, "the played service calls whoever subscribed"),
    ("webapp/demo/sendcloud/webhooks.py", "B310"): (1, "the played service calls whoever subscribed"),
    ("webapp/demo/sendcloud/books.py", "B301"): (1, "what was pickled the moment before"),
}
Found = tuple[list[str], bool]  # what is wrong, and whether anybody answered


def of_bandit(told: dict[str, Any]) -> list[str]:
    """What Bandit finds beyond LOOKED_AT; also what stands there and is found no more."""
    lines: dict[tuple[str, str], list[str]] = {key: [] for key in LOOKED_AT}
    for row in told["results"]:
        key = str(row["filename"]).removeprefix("./"), str(row["test_id"])
        lines.setdefault(key, []).append(f"{key[0]}:{row['line_number']}: {key[1]} {row['issue_text']}")
    wrong = [str(error) for error in told.get("errors", [])]
    for key, found in lines.items():
        count = LOOKED_AT.get(key, (0, ""))[0]
        wrong += found if len(found) > count else []
        wrong += [f"{key}: {count} looked at, {len(found)} found"] if len(found) < count else []
    return wrong


def of_pip(told: dict[str, Any]) -> Found:
    """Holes in Python packages. A package that the list does not know was not looked at."""
    rows = told.get("dependencies", [])
    holes = [f"{row['name']} {row['version']}: {hole['id']}" for row in rows for hole in row.get("vulns", [])]
    return holes, bool(rows) and not any("skip_reason" in row for row in rows)


def of_npm(told: dict[str, Any]) -> Found:
    holes = [f"{name}: {row.get('severity', '')}" for name, row in told.get("vulnerabilities", {}).items()]
    return holes, "vulnerabilities" in told


def _json(*words: str) -> dict[str, Any]:
    """What a tool prints; nothing if it could not do its work."""
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {}
    return found


def bandit() -> Found:
    code = ["webapp", "jobs", "wsgi.py"]
    told = _json(str(BIN / "bandit"), "-q", "-r", *code, "--severity-level", "medium", "-f", "json")
    return of_bandit(told), True


def python_packages(lock: str) -> Found:
    words = ["--disable-pip", "--require-hashes", "-r", lock, "-f", "json", "--progress-spinner", "off"]
    return of_pip(_json(str(BIN / "pip-audit"), *words))


def browser_files() -> Found:
    return of_npm(_json("npm", "audit", "--json", "--package-lock-only"))


def main() -> int:
    failed = False
    for name, (wrong, answered) in {
        "bandit: the code": bandit(),
        **{f"pip-audit: {lock}": python_packages(lock) for lock in LOCKS},
        "npm audit: package-lock.json": browser_files(),
    }.items():
        missed = not answered and not wrong
        failed |= bool(wrong) or (missed and os.environ.get("AUDIT") == "whole")
        print("NOT" if wrong else "---" if missed else "ok ", name, *wrong, sep="\n    " if wrong else " ")
        if missed:
            print("    not looked at: the list of known holes cannot be reached from here")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
