"""Changing SECRET_KEY: every stored secret is sealed anew.

A key that Pakbon made itself is replaced through its file, in an order in which each step may be the last one before
a crash: first the file holds the new and the former key, then the secrets follow, then the former key goes.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from webapp.config import KEPT_KEY, Config
from webapp.db import database
from webapp.errors import ConfigError
from webapp.models import TABLES, SecretField
from webapp.vault import vault


def rotate(config: Config) -> int:
    """Seal every stored secret with the new key; returns how many. Raises ConfigError if there is no new key.

    Where the environment gives SECRET_KEY, that is the new key and SECRET_KEY_OLD the former; else one is made.
    """
    file = config.data_dir / KEPT_KEY
    kept = file.is_file() and file.read_text(encoding="ascii").splitlines()[:1] == [config.secret_key]
    keys = config.secret_keys
    if len(keys) == 1 and not kept:
        raise ConfigError("no_new_key")
    if len(keys) == 1:
        keys = [secrets.token_urlsafe(48), *keys]
        _write(file, keys)
    vault.unlock(*keys)
    count = _seal_anew()
    if kept:
        _write(file, keys[:1])
    return count


def _seal_anew() -> int:
    """All or none."""
    count = 0
    with database.atomic():
        for table in TABLES:
            key: Any = table._meta.primary_key
            for field in table._meta.sorted_fields:
                if isinstance(field, SecretField):
                    for row in list(table.select(key, field).where(field != "")):
                        table.update({field: getattr(row, field.name)}).where(key == getattr(row, key.name)).execute()
                        count += 1
    return count


def _write(file: Path, keys: list[str]) -> None:
    """Whole or not at all, and on the disk before anything relies on it."""
    partial = file.with_name(f"{file.name}.part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
        out.write("\n".join(keys))
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
