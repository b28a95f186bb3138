"""`make image-check`: builds the Dockerfile and runs the result, from the first start to the next version.

Prints one line per thing that was found to hold, and ends with the first that does not.
"""

import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.image.building import Builder, missing_tools
from tests.image.running import PATIENCE, Container, free_ports
from webapp import db
from webapp.config import ROOT
from webapp.demo.exact.seed import MERCHANT_EMAIL, SHOP
from webapp.demo.sendcloud.seed import DEMO_KEYS

IMAGE, NEXT, FORMER = "localhost/pakbon:check", "localhost/pakbon:next", "localhost/pakbon:former"
LARGEST, LONGEST_STOP = 150, 10  # megabytes, seconds
ADMIN = {"ADMIN_EMAIL": "baas@winkel.example", "ADMIN_PASSWORD": "een lang wachtwoord"}
RESULTS = ROOT / "image-results.json"
figures: list[dict[str, Any]] = []
STEP = "def up(migrator, db):\n    db.execute_sql('create table next_step (x integer)')\n"


def said(text: str) -> None:
    print(f"ok  {text}", flush=True)


def note(name: str, value: float, unit: str, target: float) -> None:
    """A figure for `make bench`, which has no image of its own."""
    figures.append({"name": name, "value": round(value, 2), "unit": unit, "target": target})
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def new_volume(folder: Path, name: str) -> Path:
    """A volume as an engine makes it: like the image's folder, the user's own."""
    path = folder / name
    path.mkdir(mode=0o700)
    os.chown(path, 10001, 10001)
    return path


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "no form on this page"
    return found[1]


def sign_in(container: Container) -> requests.Session:
    browser = requests.Session()
    form = {"email": ADMIN["ADMIN_EMAIL"], "password": ADMIN["ADMIN_PASSWORD"]}
    form["csrf_token"] = csrf(browser.get(f"{container.url}/login", timeout=10).text)
    answer = browser.post(f"{container.url}/login", data=form, timeout=10, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return browser


def is_in(browser: requests.Session, container: Container) -> bool:
    answer = browser.get(f"{container.url}/settings", timeout=10, allow_redirects=False)
    return answer.status_code == 200


def weigh(container: Container) -> None:
    held = [path for path in container.root.rglob("*") if path.is_file() and not path.is_symlink()]
    total = sum(path.stat().st_size for path in held) / 1e6
    note("image: files", total, "MB", LARGEST)
    left = [path for path in ("etc/pip.conf", "root/.npmrc", "etc/apt") if (container.root / path).exists()]
    assert total < LARGEST, f"{total:.0f} MB"
    assert not left, f"the image holds {left}"
    said(f"the image is {total:.0f} MB of files, under {LARGEST}")


def first_start(builder: Builder, volume: Path) -> None:
    port = str(free_ports(1))
    with Container(builder, IMAGE, volume, PORT=port, **ADMIN) as container:
        seconds = container.ready()
        note("image: first start, until ready", seconds, "s", 1.5)
        note("image: memory at rest, all processes of the container", container.rss() / 1e6, "MB", 90)
        said(f"ready after {seconds:.1f} s, {container.rss() / 1e6:.0f} MB of memory")
        weigh(container)
        assert container.get("/static/vendor/htmx.min.js") == 200
        assert list((container.root / "app/docs").glob("*/install.md")), "the manual is not in the image"
        assert container.run("pakbon", "alive") == 0
        said("the health check of the image finds it alive")
        assert container.run("sh", "-c", "! ( : > /app/x ) 2>/dev/null && : > /tmp/x && : > /data/x") == 0
        said("it can write to /data and /tmp, and nowhere else")
        assert container.run("pakbon", "check") == 0
        browser = sign_in(container)
        code, seconds = container.stop()
        assert (code, seconds < LONGEST_STOP) == (0, True), f"SIGTERM: {code} after {seconds:.0f} s"
        said(f"SIGTERM ends it in {seconds:.1f} s")
        assert container.run("pakbon", "alive") != 0
    with Container(builder, IMAGE, volume, PORT=port) as container:
        note("image: start, until ready", container.ready(), "s", 1.5)
        assert is_in(browser, container)
        said("started again on the same volume, whoever was signed in still is")
        assert container.stop()[0] == 0


def demo_round(builder: Builder, volume: Path) -> None:
    """Sign in at the played Exact, connect the played Sendcloud, see the orders arrive; stop, start, see them."""
    port = free_ports(3)
    where = {"PORT": str(port), "SYNC_INTERVAL": "2"}
    with Container(builder, IMAGE, volume, "demo", **where) as container:
        container.ready()
        browser = requests.Session()
        there = browser.get(f"{container.url}/exact/start?country=nl", allow_redirects=False, timeout=10)
        asked = {"url": there.headers["Location"], "user": MERCHANT_EMAIL}
        back = requests.post(f"http://localhost:{port + 1}/_bench/authorize", json=asked, timeout=10).json()
        browser.get(back["location"], timeout=30)
        (public_key, secret_key), *_ = DEMO_KEYS
        page = f"{container.url}/divisions/{SHOP}/connect"
        form = {"public_key": public_key, "secret_key": secret_key}
        form["csrf_token"] = csrf(browser.get(page, timeout=10).text)
        browser.post(page, data=form, timeout=30).raise_for_status()
        found = awaited(lambda: incoming(browser, container))
        said(f"the demo: signed in, connected, {found} orders in Incoming orders on the first page")
        assert container.stop()[0] == 0
    with Container(builder, IMAGE, volume, "demo", **where) as container:
        container.ready()
        assert incoming(browser, container) >= found
        said("the demo, stopped and started, is where it was")
        assert container.stop()[0] == 0


def incoming(browser: requests.Session, container: Container) -> int:
    page = browser.get(f"{container.url}/divisions/{SHOP}/", timeout=10).text
    return page.count('data-state="incoming"')


def awaited(look: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < end, "the orders do not arrive"
        time.sleep(0.2)
    return found


def upgrade(builder: Builder, volume: Path, former: str, later: str, step: str) -> None:
    """The later image on the volume of the former; with `step`, a migration that only the later one has."""
    port = str(free_ports(1))
    with Container(builder, former, volume, PORT=port, **ADMIN) as container:
        container.ready()
        browser = sign_in(container)
        assert container.stop()[0] == 0
    with Container(builder, later, volume, PORT=port) as container:
        container.ready()
        assert is_in(browser, container)
        assert container.stop()[0] == 0
    if step:
        assert list(volume.glob(f"pakbon-before-{step}-*.sqlite3")), "no copy of the former database"
        with Container(builder, former, volume, PORT=port) as container:
            assert container.process.wait(PATIENCE) == 1
        said("an upgrade keeps all and a copy of the former database; the former image refuses the new one")


def former_release(builder: Builder, folder: Path) -> str:
    """The image of the last release, built from its tag; empty if there is none yet."""
    asked = ["git", "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^"]
    tag = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    if tag:
        archive = subprocess.run(["git", "archive", tag], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        (folder / "former.tar").write_bytes(archive)
        with tarfile.open(folder / "former.tar") as tar:
            tar.extractall(folder / "former", filter="data")
        builder.build(FORMER, folder / "former")
    return tag


def main() -> int:
    if missing := missing_tools():
        print(f"make image-check needs: {', '.join(missing)}", file=sys.stderr)
        return 1
    if os.geteuid():
        print("make image-check needs root: it makes a Debian and runs the image in it.", file=sys.stderr)
        return 1
    builder = Builder(Path(os.environ.get("IMAGE_FOLDER") or "/var/tmp/pakbon-image"))
    began = time.monotonic()
    builder.build(IMAGE)
    said(f"built in {time.monotonic() - began:.0f} s")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        first_start(builder, new_volume(folder, "first"))
        demo_round(builder, new_volume(folder, "demo"))
        step = folder / "9999_next.py"
        step.write_text(STEP, encoding="utf-8")
        step.chmod(0o644)
        builder.with_file(IMAGE, NEXT, step, f"/app/{db.MIGRATIONS.relative_to(ROOT)}/{step.name}")
        upgrade(builder, new_volume(folder, "next"), IMAGE, NEXT, step.stem)
        if tag := former_release(builder, folder):
            upgrade(builder, new_volume(folder, "former"), FORMER, IMAGE, "")
            said(f"an upgrade from {tag} keeps all")
        else:
            print("    no release is tagged yet, so none was upgraded from")
    return 0


if __name__ == "__main__":
    sys.exit(main())
