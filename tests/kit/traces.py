"""What a cluster keeps and says: its stores, its stream, its logs and its processes, read past its doors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nats
from pymongo import AsyncMongoClient

SERVICES = ("auth", "messenger", "presence", "notifier", "gateway")
TRACE = re.compile(
    r"Traceback|\w(Error|Exception)\b|\.py\b|0x[0-9a-f]{6}|services\.|site-packages|msgspec|pymongo|"
    + re.escape(str(Path(__file__).parents[2]))
)
"""What only the inside of a program says."""


class Traces:
    """Of the cluster whose DATA_DIR this is. What was logged is counted from when this was made."""

    def __init__(self, data_dir: Path) -> None:
        self._run, self._log = data_dir / "run", data_dir / "log"
        self._read = {path: path.stat().st_size for path in self._log.glob("*.log")}

    def pids(self) -> dict[str, int]:
        return {path.stem: int(path.read_text()) for path in self._run.glob("*.pid")}

    async def kept(self) -> dict[str, dict[str, Any]]:
        """By collection, every document by its id."""
        port = json.loads((self._run / "cluster.json").read_text())["processes"]["mongo"]["port"]
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            f"mongodb://127.0.0.1:{port}/?directConnection=true"
        )
        async with client:
            database = client["parley"]
            return {
                name: {str(document["_id"]): document async for document in database[name].find()}
                for name in await database.list_collection_names()
            }

    async def last_seq(self) -> int:
        """Of the stream."""
        password = json.loads((self._run / "secrets.json").read_text())["nats"]["local"]
        url = json.loads((self._run / "cluster.json").read_text())["nats_url"]
        client = await nats.connect(url, user="local", password=password, inbox_prefix=b"_INBOX_local")
        try:
            return int((await client.jetstream().stream_info("PARLEY")).state.last_seq)
        finally:
            await client.close()

    def logged(self) -> dict[str, list[str]]:
        """By process, the lines since then."""
        said = {}
        for path in self._log.glob("*.log"):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                said[path.stem] = file.read().decode(errors="replace").splitlines()
        return said

    def faults(self) -> list[str]:
        """Lines of services that are no JSON, tell of an error, or carry a stack trace."""
        lines = [line for name, of_one in self.logged().items() if name.startswith(SERVICES) for line in of_one]
        return [line for line in lines if _is_fault(line)]

    def told_in_logs(self, secrets: Iterable[str]) -> list[str]:
        """Which of these texts any log contains, servers' logs included."""
        everything = "\n".join(line for lines in self.logged().values() for line in lines)
        return [secret for secret in secrets if secret in everything]

    def count_logged(self) -> int:
        """Lines of services."""
        return sum(len(lines) for name, lines in self.logged().items() if name.startswith(SERVICES))


def _is_fault(line: str) -> bool:
    try:
        said = json.loads(line)
    except ValueError:
        return True
    return said.get("level") in ("error", "critical") or "exception" in said or said["event"] == "library"
