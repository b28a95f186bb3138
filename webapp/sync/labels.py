"""Label files on disk, under names that cannot be guessed."""

import os
import secrets
from pathlib import Path

from webapp.config import Config
from webapp.models import Division, Parcel


def folder(config: Config, division: Division) -> Path:
    return config.data_dir / "labels" / str(division.code)


def keep(config: Config, division: Division, parcel: Parcel, pdf: bytes) -> None:
    """Write the file whole or not at all, then its name to the row."""
    place = folder(config, division)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{parcel.parcel}-{secrets.token_urlsafe(18)}.pdf"
    partial = place / f"{name}.part"
    with partial.open("wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(place / name)
    Parcel.update(pdf=name).where(Parcel.id == parcel.id).execute()
    parcel.pdf = name


def read(config: Config, division: Division, parcel: Parcel) -> bytes | None:
    """The label, None if there is no file (any more)."""
    path = folder(config, division) / str(parcel.pdf)
    return path.read_bytes() if parcel.pdf and path.is_file() else None
