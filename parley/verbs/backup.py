"""`backup`: all that MongoDB has, as it was at one moment, into a folder. The cluster goes on meanwhile."""

import argparse
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from bson import json_util
from bson.raw_bson import RawBSONDocument
from pymongo.client_session import ClientSession
from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.errors import OperationFailure

from chassis.clock import SystemClock, rfc3339
from chassis.version import version
from parley.database import RAW, opened
from parley.saved import manifest
from parley.saved.manifest import FORMAT, Manifest, Saved
from parley.stop import REFUSED, Stop

BATCH = 1_000
TOO_OLD = (239, 246)
"""SnapshotTooOld and SnapshotUnavailable, of MongoDB."""


def add(verbs: Any) -> None:
    parser = verbs.add_parser("backup", help="save all that MongoDB has into a folder")
    parser.add_argument("folder", type=Path, metavar="DIR", help="to be made, or empty")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="the DATA_DIR of a local cluster that runs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.folder
    with opened(arguments) as database:
        _make(folder)
        try:
            saved = save(database, folder)
        except OperationFailure as error:
            if error.code not in TOO_OLD:
                raise
            raise Stop(
                "It took longer than MongoDB keeps a moment of the past: raise minSnapshotHistoryWindowInSeconds there.",
                REFUSED,
            ) from None
        except OSError as error:
            raise Stop(f"{folder} cannot be written: {error.strerror}.", REFUSED) from None
    for one in saved.collections:
        print(f"{one.name}: {one.documents} documents, {one.bytes} bytes")
    print(f"Saved in {folder}, as it was at {saved.at}.")


def save(database: Database[Mapping[str, Any]], folder: Path) -> Manifest:
    """The manifest, which is written when all else is."""
    found = sorted(database.list_collections(filter={"type": "collection"}), key=lambda one: str(one["name"]))
    indexes = {one["name"]: [dict(each) for each in database[one["name"]].list_indexes()] for one in found}
    at = rfc3339(SystemClock().now())
    with database.client.start_session(snapshot=True) as moment:
        collections = [
            _save_one(database, moment, folder, one["name"], indexes[one["name"]], one.get("options", {}))
            for one in found
            if not one["name"].startswith("system.")
        ]
    made = Manifest(FORMAT, version(), at, database.name, collections)
    manifest.write(folder, made)
    return made


def _save_one(
    database: Database[Mapping[str, Any]],
    moment: ClientSession,
    folder: Path,
    name: str,
    indexes: list[dict[str, Any]],
    options: Mapping[str, Any],
) -> Saved:
    file, digest, documents, size = f"{name}.bson", hashlib.sha256(), 0, 0
    descriptor = os.open(folder / file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        found = cast(
            Cursor[RawBSONDocument], database.get_collection(name, RAW).find({}, session=moment, batch_size=BATCH)
        )
        for document in found:
            out.write(document.raw)
            digest.update(document.raw)
            documents, size = documents + 1, size + len(document.raw)
        out.flush()
        os.fsync(out.fileno())
    said = json_util.dumps(indexes), json_util.dumps(options)
    return Saved(name, file, documents, size, digest.hexdigest(), *said)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Stop(f"{folder} is not empty: name another folder.")
    except OSError as error:
        raise Stop(f"{folder} cannot be made: {error.strerror}.") from None
