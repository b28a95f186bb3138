"""Runs an image as a container engine would with `--read-only --tmpfs /tmp --volume …:/data --network host`: in
namespaces of its own, as the image's user, with the image's settings, entrypoint and command.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.image.building import Builder

PATIENCE = 60
# 1: the root file system, 2: the volume, 3: the user, the rest: what runs.
INSIDE = """
set -e
root=$1 volume=$2 user=$3; shift 3
/usr/bin/mount --make-rprivate /
/usr/bin/mount --bind "$root" "$root"
/usr/bin/mount -o remount,bind,ro "$root"
/usr/bin/mount -t proc proc "$root/proc"
/usr/bin/mount -t tmpfs tmpfs "$root/tmp"
/usr/bin/mount --rbind /dev "$root/dev"
/usr/bin/mount --bind "$volume" "$root/data"
exec /usr/sbin/chroot --userspec="$user" "$root" "$@"
"""


def free_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    for first in range(18000, 30000, 10):
        probes = [socket.socket() for _ in range(count)]
        try:
            for number, probe in enumerate(probes):
                probe.bind(("127.0.0.1", first + number))
            return first
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
    raise RuntimeError("no free port")


class Container:
    """A running container; `with` ends it whatever happens."""

    def __init__(self, builder: Builder, image: str, volume: Path, *words: str, **environ: str) -> None:
        self.builder, self.volume = builder, volume
        settings = builder.settings(image)
        self.environ = dict(line.split("=", 1) for line in settings["Env"]) | environ
        self.entrypoint, self.user = settings["Entrypoint"], settings["User"]
        self.url = f"http://localhost:{self.environ['PORT']}"
        self.name = builder.buildah("from", "--pull-never", image)
        self.root = Path(builder.buildah("mount", self.name))
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost\n", encoding="ascii")
        self.began = time.monotonic()
        self.process = self._run(*self.entrypoint, *(words or settings["Cmd"]))

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "/bin/sh", "-c", INSIDE]
        return subprocess.Popen(
            [*apart, "inside", str(self.root), str(self.volume), self.user, *words], env=self.environ
        )  # fmt: skip

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.builder.buildah("rm", self.name)

    def run(self, *words: str) -> int:
        """Another command in an equal container on the same volume, as `docker run … pakbon WORDS`; its exit code."""
        return self._run(*words).wait(PATIENCE)

    def ready(self) -> float:
        """Waits until `/readyz` says 200; seconds since the start."""
        while self.get("/readyz") != 200:
            assert self.process.poll() is None, f"it ended by itself with {self.process.returncode}"
            assert time.monotonic() - self.began < PATIENCE, "it does not become ready"
            time.sleep(0.02)
        return time.monotonic() - self.began

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def stop(self) -> tuple[int, float]:
        """SIGTERM to its first process, as `docker stop` does: its exit code, and the seconds it took."""
        began = time.monotonic()
        os.kill(self._first(), signal.SIGTERM)
        return self.process.wait(PATIENCE), time.monotonic() - began

    def rss(self) -> int:
        """Bytes of memory that all its processes hold."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self._tree(self._first())]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")

    def _first(self) -> int:
        return _children(self.process.pid)[0]

    def _tree(self, pid: int) -> list[int]:
        return [pid, *(found for child in _children(pid) for found in self._tree(child))]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


if sys.platform != "linux":
    raise SystemExit("Images are checked on Linux.")
