"""Builds the project's own Dockerfile where no container engine runs: buildah without any isolation but chroot, on
a Debian that debootstrap makes. Both need root, and nothing that lasts: all of it lies in one folder.

How this machine reaches its package registries is mounted into the build and stays out of the image.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from webapp import __version__
from webapp.config import ROOT

BASE = "docker.io/library/debian:bookworm-slim"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")  # of this machine
MOUNTED = "/run/certificates.crt"  # the same in the build
# What Debian's own slim image leaves out as well.
NOT_SLIM = "usr/share/doc usr/share/man usr/share/info usr/share/locale usr/share/lintian var/lib/apt/lists"


def missing_tools() -> list[str]:
    return [tool for tool in ("buildah", "debootstrap", "unshare") if not shutil.which(tool)]


class Builder:
    """Builds into a storage of its own under `folder`, where a second build finds the layers of the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def buildah(self, *words: str, **options: Any) -> str:
        storage = ["--root", str(self.folder / "storage"), "--runroot", str(self.folder / "run")]
        done = subprocess.run(
            ["buildah", *storage, *words], check=True, stdout=subprocess.PIPE, text=True, **options
        )  # fmt: skip
        return done.stdout.strip()

    def has(self, image: str) -> bool:
        return bool(self.buildah("images", "--quiet", "--filter", f"reference={image}"))

    def make_base(self) -> None:
        if self.has(BASE):
            return
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            root = Path(name)
            command = ["debootstrap", "--variant=minbase", "bookworm", str(root), *_mirror()]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["chroot", str(root), "apt-get", "clean"], check=True)
            for path in NOT_SLIM.split():
                for child in (root / path).iterdir():
                    shutil.rmtree(child) if child.is_dir() else child.unlink()
            container = self.buildah("from", "scratch")
            self.buildah("add", "--quiet", container, str(root), "/")
            self.buildah("commit", "--quiet", "--rm", container, BASE)

    def build(self, image: str, sources: Path = ROOT) -> None:
        """The Dockerfile of a source tree, as it stands there."""
        self.make_base()
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            mounts = [word for mount in _registry_mounts(Path(name)) for word in ("--volume", mount)]
            arguments = ["--build-arg", f"VERSION={__version__}"]
            build = ["build", "--isolation", "chroot", "--format", "docker", "--pull-never", "--layers"]
            with open(self.folder / "build.log", "w+", encoding="utf-8") as log:
                try:
                    self.buildah(*build, *mounts, *arguments, "--tag", image, str(sources), stderr=log)
                except subprocess.CalledProcessError:
                    log.seek(0)
                    raise SystemExit("".join(log.readlines()[-30:]) + "The image cannot be built.") from None

    def with_file(self, image: str, new: str, source: Path, target: str) -> None:
        """An image like another with one file more."""
        container = self.buildah("from", "--pull-never", image)
        self.buildah("copy", "--quiet", container, str(source), target)
        self.buildah("commit", "--quiet", "--rm", "--format", "docker", container, new)

    def settings(self, image: str) -> dict[str, Any]:
        found = json.loads(self.buildah("inspect", "--type", "image", image))
        return found["Docker"]["config"]


def _mirror() -> list[str]:
    """Where this machine gets Debian from, if it says so."""
    listed = Path("/etc/apt/sources.list.d/debian.sources")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    return [line.split()[1] for line in lines if line.startswith("URIs:")][:1]


def _registry_mounts(folder: Path) -> list[str]:
    """Settings of pip and npm on this machine, for the time of the build only."""
    pip = subprocess.run(["pip", "config", "list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [line.removeprefix("global.") for line in pip.splitlines() if line.startswith("global.")]
    own = ("cert=", "constraint", "find-links", "no-index", "timeout")  # they name files that only this machine has
    kept = [line.replace("'", "") for line in lines if "file:" not in line and not line.startswith(own)]
    kept += [f"cert={MOUNTED}"] if CERTIFICATES.exists() else []
    (folder / "pip.conf").write_text("[global]\n" + "\n".join([*kept, "timeout=180", ""]), encoding="utf-8")
    npm = [f"cafile={MOUNTED}"] if CERTIFICATES.exists() else []
    registry = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True).stdout.strip()
    npm += [f"registry={registry}"] if registry else []
    (folder / "npmrc").write_text("\n".join([*npm, ""]), encoding="utf-8")
    os.chmod(folder / "pip.conf", 0o644)
    mounts = [f"{folder}/pip.conf:/etc/pip.conf:ro", f"{folder}/npmrc:/root/.npmrc:ro"]
    return mounts + ([f"{CERTIFICATES}:{MOUNTED}:ro"] if CERTIFICATES.exists() else [])
