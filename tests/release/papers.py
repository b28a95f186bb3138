"""What of a release can be read off its files: links and anchors, licences, the version and the CHANGELOG."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.release import sbom
from webapp import __version__
from webapp.config import ROOT

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# What may be passed on with Pakbon's own licence: permissive ones, and those that ask something only of changes to
# the package itself.
ALLOWED = re.compile(
    r"MIT|BSD|Zope Public|Apache|ISC|PSF|Python Software|MPL|Mozilla|LGPL|Lesser|0BSD|Unlicense|Zlib", re.IGNORECASE
)


def documents() -> list[Path]:
    told = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / line for line in told.splitlines()]


def anchors(path: Path) -> set[str]:
    """As a page that shows the file names its headings."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head)).lower() for head in heads)
    return {head.strip().replace(" ", "-") for head in plain}


def dead_links() -> Iterator[str]:
    for path in documents():
        for link in LINK.findall(path.read_text(encoding="utf-8")):
            if re.match(r"\w+:", link):
                continue
            place, _, anchor = link.partition("#")
            target = (path.parent / place).resolve() if place else path
            if not target.exists() or (anchor and anchor not in anchors(target)):
                yield f"{path.relative_to(ROOT)}: {link}"


def odd_licences() -> Iterator[str]:
    for row in sbom.components():
        told = row.get("licenses", [{"license": {"name": "none told"}}])[0]["license"]["name"]
        if not ALLOWED.search(told):
            yield f"{row['name']} {row['version']}: {told}"


def version_troubles(*, tagged: bool = False) -> Iterator[str]:
    """Of a commit with a tag, or one that is to get it (`tagged`): tag, version and the newest chapter of the
    CHANGELOG say the same."""
    asked = ["git", "tag", "--points-at", "HEAD", "--list", "v*"]
    tags = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    chapters = re.findall(r"^## (\S+)", text, re.MULTILINE)
    if tags and f"v{__version__}" not in tags:
        yield f"the tag {tags[0]} and the version {__version__} differ"
    if (tags or tagged) and (not chapters or chapters[0] != __version__):
        yield f"CHANGELOG.md begins with {chapters[:1]}, not {__version__}"
    if not chapters:
        yield "CHANGELOG.md has no chapter"
