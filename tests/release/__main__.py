"""`make release-check`: all that must hold before a version gets its tag, from a clone as a stranger would make it.

The README's two commands in that clone, the pictures of the manual, the image, documents, licences, and the bill of
what it is made of.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.image.building import missing_tools
from tests.release import papers
from webapp import __version__
from webapp.config import ROOT

PATIENCE = 600


def said(text: str) -> None:
    print(f"ok  {text}", flush=True)


def papers_are_in_order() -> None:
    for name, found in (
        ("every link in the documents leads somewhere", papers.dead_links()),
        ("every licence may be passed on", papers.odd_licences()),
        ("version, tag and CHANGELOG agree", papers.version_troubles(tagged=True)),
    ):
        if wrong := list(found):
            raise SystemExit("\n".join(["NOT " + name, *wrong]))
        said(name)


def two_commands(clone: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    demo = subprocess.Popen(["make", "-s", "demo"], cwd=clone, env=os.environ | {"PORT": str(port)}, process_group=0)
    try:
        end = time.monotonic() + PATIENCE
        while not answers(f"http://localhost:{port}/readyz"):
            if demo.poll() is not None or time.monotonic() > end:
                raise SystemExit("NOT make demo in a fresh clone")
            time.sleep(0.5)
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGINT)
        demo.wait(60)
    said("make demo in a fresh clone")
    subprocess.run(["make", "test"], cwd=clone, check=True)
    said("make test in a fresh clone")


def pictures(clone: Path) -> None:
    """Taken by a clock of their own, they come out the same to the byte with the same Chromium and fonts."""
    subprocess.run(["make", "-s", "screenshots"], cwd=clone, check=True)
    asked = ["git", "status", "--porcelain", "docs/images"]
    changed = subprocess.run(asked, cwd=clone, check=True, capture_output=True, text=True).stdout
    if changed:
        raise SystemExit(f"NOT current, take them anew with make screenshots:\n{changed}")
    said("the pictures of the manual show the present screens")


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except OSError:
        return False
    return True


def image() -> None:
    if os.geteuid() or missing_tools():
        print("    the image was not checked: that needs root, buildah and debootstrap", file=sys.stderr)
        return
    subprocess.run([sys.executable, "-m", "tests.image"], cwd=ROOT, check=True)


def main() -> int:
    dirty = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    if dirty:
        print(f"Commit first; a clone would not have:\n{dirty}", file=sys.stderr)
        return 1
    papers_are_in_order()
    folder = Path(tempfile.mkdtemp(prefix="pakbon-release-"))
    try:
        two_commands(folder / "pakbon")
        pictures(folder / "pakbon")
    finally:
        shutil.rmtree(folder)
    image()
    print(f"Pakbon {__version__} may be tagged.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
