"""The database of a cluster, for who saves it and brings it back: PARLEY_MONGO_URL and PARLEY_MONGO_DATABASE (each also as
…_FILE), or --data-dir of a local cluster that runs."""

import argparse
import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from parley.stop import REFUSED, Stop

USUAL = "parley"
WAIT_MS = 5_000
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


@contextlib.contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Database[Mapping[str, Any]]]:
    """Raises Stop where it is not named, or away. What MongoDB refuses within is a Stop, too."""
    url, name = _where(arguments.data_dir)
    try:
        client: MongoClient[Mapping[str, Any]] = MongoClient(
            url, appname="operator", serverSelectionTimeoutMS=WAIT_MS, w="majority", journal=True, tz_aware=True
        )
    except (ConfigurationError, InvalidURI, ValueError):
        raise Stop("PARLEY_MONGO_URL is no URL of MongoDB.") from None
    with client:
        try:
            client.admin.command("ping")
            yield client[name]
        except PyMongoError as error:
            # without the error itself: a driver's can hold a document, or a password
            code = f", code {error.code}" if getattr(error, "code", None) else ""  # type: ignore[attr-defined]
            raise Stop(f"MongoDB does not do it: {type(error).__name__}{code}.", REFUSED) from None


def _where(data_dir: Path | None) -> tuple[str, str]:
    name = _setting("MONGO_DATABASE") or USUAL
    if data_dir is None:
        url = _setting("MONGO_URL")
        if url is None:
            raise Stop("Which database? PARLEY_MONGO_URL is missing (or give --data-dir, for a local cluster).")
        return url, name
    try:
        processes = json.loads((data_dir / "run" / "cluster.json").read_bytes())["processes"]
        ports = [one["port"] for process, one in processes.items() if process.startswith("mongo")]
    except FileNotFoundError:
        raise Stop(f"No cluster runs on DATA_DIR {data_dir}: `make run` starts one.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise Stop(f"What is in {data_dir / 'run'} is not of a running cluster.") from None
    return f"mongodb://{','.join(f'127.0.0.1:{port}' for port in ports)}/", name


def _setting(name: str) -> str | None:
    if (value := os.environ.get(f"PARLEY_{name}")) is not None:
        return value
    path = os.environ.get(f"PARLEY_{name}_FILE")
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else None
    except (OSError, ValueError):
        raise Stop(f"PARLEY_{name}_FILE cannot be read.") from None
