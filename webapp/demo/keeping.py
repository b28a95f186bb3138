"""What survives stop and start: JSON files that are whole or not there."""

import json
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger("demo")


def save_json(path: str | Path, data: Any) -> None:
    """Write the whole file or nothing: a crash half-way leaves the old one."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_json(path: str | Path) -> Any:
    """What `save_json` wrote, or None when there is no such file."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


class Keeper:
    """Saves `dump()` when `version()` has changed: at most once every `every` seconds, and at `stop`."""

    def __init__(self, path: str | Path, dump: Callable[[], Any], version: Callable[[], Any], every: float = 1.0):
        self.path, self._dump, self._version, self._every = path, dump, version, every
        self._saved: Any = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="demo-keeper")

    def start(self) -> "Keeper":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5)
        self.save()

    def save(self) -> None:
        """Save now if anything changed since the last time."""
        version = self._version()
        if version != self._saved:
            save_json(self.path, self._dump())
            self._saved = version

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                self.save()
            except OSError:
                log.exception("could not save %s", self.path)
