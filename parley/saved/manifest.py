"""The manifest of a backup: what is in it, of which version, and how one knows that it is whole."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
from bson import json_util
from bson.errors import BSONError

from parley.stop import REFUSED, Stop

NAME = "manifest.json"
FORMAT = 1
CHUNK = 1024 * 1024


class Saved(msgspec.Struct, frozen=True):
    """A collection. `indexes` and `options` are MongoDB's own, as its extended JSON."""

    name: str
    file: str
    documents: int
    bytes: int
    sha256: str
    indexes: str
    options: str


class Manifest(msgspec.Struct, frozen=True):
    """`version`: of Parley. `at`: when it was as it is here."""

    format: int
    version: str
    at: str
    database: str
    collections: list[Saved]


def write(folder: Path, manifest: Manifest) -> None:
    """Last of all."""
    draft = folder / f".{NAME}"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    draft.replace(folder / NAME)


def read(folder: Path) -> Manifest:
    """Raises Stop where it is none, or one that this version cannot read."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise Stop(f"{folder} is no backup, or one that was broken off: it has no {NAME}.") from None
    except (OSError, ValueError):
        raise Stop(f"{folder / NAME} cannot be read.") from None
    if manifest.format != FORMAT:
        raise Stop(f"This backup was made by Parley {manifest.version}, in a way that this version does not know.")
    return manifest


def check(folder: Path, manifest: Manifest) -> None:
    """Raises Stop where a file is not what was saved."""
    for one in manifest.collections:
        _check_said(folder, one)
        path = folder / one.file
        if path.parent != folder or not path.is_file():
            raise Stop(f"{one.file} is missing from the backup.", REFUSED)
        if path.stat().st_size != one.bytes or _sum(path) != one.sha256:
            raise Stop(f"{one.file} is not what was saved: the backup is damaged.", REFUSED)


def _check_said(folder: Path, one: Saved) -> None:
    try:
        indexes, options = json_util.loads(one.indexes), json_util.loads(one.options)
        is_whole = isinstance(options, dict) and all("name" in each and "key" in each for each in indexes)
    except (ValueError, TypeError, KeyError, BSONError):
        is_whole = False
    if not is_whole:
        raise Stop(f"{folder / NAME} does not say how {one.name} is made: the backup is damaged.", REFUSED)


def _sum(path: Path) -> str:
    digest: Any = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return str(digest.hexdigest())
