"""`restore`: a backup into a database that is empty, while no service runs. Then the stream, if there is one, is of another past:
it is deleted, and whoever starts makes it anew."""

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bson
from bson import json_util
from bson.raw_bson import RawBSONDocument
from nats.js.errors import NotFoundError
from pymongo.database import Database

from chassis.bus.caller import Caller
from chassis.version import version
from contracts.permissions import STREAM
from parley import cluster
from parley.database import RAW, opened
from parley.saved import manifest
from parley.saved.manifest import Saved
from parley.stop import REFUSED, Stop

BATCH_BYTES = 8 * 1024 * 1024
BATCH = 5_000


def add(verbs: Any) -> None:
    parser = verbs.add_parser("restore", help="bring a backup into an empty database")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.set_defaults(run=run, data_dir=None)


def run(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.folder
    saved = manifest.read(folder)
    if _number(saved.version) > _number(version()):
        raise Stop(f"This backup was made by Parley {saved.version}, which is newer than this one.")
    manifest.check(folder, saved)
    has_nats = "PARLEY_NATS_URL" in os.environ or "PARLEY_NATS_URL_FILE" in os.environ
    with opened(arguments) as database:
        _check_empty(database)
        if has_nats:
            cluster.reach(arguments, _check_still)
        for one in saved.collections:
            _bring(database, folder, one)
            print(f"{one.name}: {one.documents} documents")
    if has_nats:
        cluster.reach(arguments, _drop_stream)
    print(f"Restored as it was at {saved.at}. {_next(has_nats=has_nats)}")


def _next(*, has_nats: bool) -> str:
    stream = "" if has_nats else " If NATS has a stream of before, `parley rebuild-stream --yes` is next."
    return f"Empty Redis, then start the services.{stream}"


def _check_empty(database: Database[Mapping[str, Any]]) -> None:
    for name in sorted(database.list_collection_names()):
        if database[name].find_one({}, {"_id": 1}) is not None:
            raise Stop(
                f"The database {database.name} is not empty: {name} has documents. Nothing was changed.", REFUSED
            )


async def _check_still(caller: Caller) -> None:
    if await caller.survey("$SRV.STATS"):
        raise Stop("Services are running: stop them all first. Nothing was changed.", REFUSED)


async def _drop_stream(caller: Caller) -> None:
    try:
        await caller.js.delete_stream(STREAM)
    except NotFoundError:
        pass  # as in a new cluster


def _bring(database: Database[Mapping[str, Any]], folder: Path, one: Saved) -> None:
    database.drop_collection(one.name)  # empty, perhaps with indexes of another version
    database.command({"create": one.name, **json_util.loads(one.options)})
    collection = database.get_collection(one.name, RAW)
    for batch in _batches(folder / one.file):
        collection.insert_many(batch, ordered=False)
    if (count := collection.count_documents({})) != one.documents:
        raise Stop(
            f"{one.name} has {count} documents instead of {one.documents}: drop the database and try again.", REFUSED
        )
    indexes = [_index(each) for each in json_util.loads(one.indexes) if each["name"] != "_id_"]
    if indexes:
        database.command({"createIndexes": one.name, "indexes": indexes})


def _index(saved: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in saved.items() if name not in ("v", "ns")}


def _batches(path: Path) -> Iterator[list[RawBSONDocument]]:
    batch: list[RawBSONDocument] = []
    size = 0
    with path.open("rb") as file:
        for document in bson.decode_file_iter(file, RAW):
            batch.append(document)
            size += len(document.raw)
            if size >= BATCH_BYTES or len(batch) >= BATCH:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("-")[0].split(".") if part.isdigit())
