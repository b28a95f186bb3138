"""`python -m tests.release.sbom [FILE]`: what Pakbon is made of, as CycloneDX 1.5, from the lock files and what is
installed of them."""

import importlib.metadata
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from webapp import __version__
from webapp.config import ROOT

LOCK = "requirements-postgres.lock"  # all that the image has
MIT = "Permission is hereby granted, free of charge, to any person obtaining a copy"
PINNED = re.compile(r"^([\w.-]+)==(\S+)(?: *;[^\\]*)? \\\n((?:    --hash=sha256:\w+(?: \\)?\n)+)", re.MULTILINE)


def pinned(lock: str = LOCK) -> dict[str, str]:
    """Name and version of every Python package of a lock file."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {name: version for name, version, _ in PINNED.findall(text)}


def licence(name: str) -> str:
    """As the installed package declares it: an expression, else its classifiers, else a word of its own."""
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    if told.get("License-Expression"):
        return str(told["License-Expression"])
    classes = [row.rpartition(" :: ")[2] for row in told.get_all("Classifier") or [] if row.startswith("License ::")]
    words = (
        " OR ".join(row for row in classes if row != "OSI Approved") or str(told.get("License") or "").split("\n")[0]
    )
    return words or ("MIT" if MIT in " ".join(_licence_text(name).split()) else "")


def _licence_text(name: str) -> str:
    files = importlib.metadata.files(name) or []
    return "".join(file.read_text(encoding="utf-8") for file in files if "licen" in file.name.lower())


def browser_files() -> Iterator[tuple[str, str, str]]:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, found in packages.items():
        if path:
            yield path.rpartition("node_modules/")[2], found["version"], found.get("license", "")


def components() -> Iterator[dict[str, Any]]:
    found = [("pypi", name, version, licence(name)) for name, version in pinned().items()]
    found += [("npm", *row) for row in browser_files()]
    for kind, name, version, words in found:
        address = f"pkg:{kind}/{name.lower()}@{version}"
        row: dict[str, Any] = {
            "type": "library",
            "bom-ref": address,
            "name": name,
            "version": version,
            "purl": address,
        }
        yield row | ({"licenses": [{"license": {"name": words}}]} if words else {})


def bill() -> dict[str, Any]:
    app = {"type": "application", "bom-ref": "pakbon", "name": "pakbon", "version": __version__}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": app}, "components": list(components()),
    }  # fmt: skip


if __name__ == "__main__":
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "sbom.json")
    path.write_text(json.dumps(bill(), indent=2) + "\n", encoding="utf-8")
    print(f"{path}: {len(bill()['components'])} packages")
