"""Passwords that are older than they are: days that a test does not wait for."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient


async def age_password(data_dir: Path, user_id: str, days: int) -> None:
    """In the cluster whose DATA_DIR this is."""
    port = json.loads((data_dir / "run" / "cluster.json").read_text())["processes"]["mongo"]["port"]
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(f"mongodb://127.0.0.1:{port}/?directConnection=true")
    async with client:
        changed_at = datetime.now(UTC) - timedelta(days=days)
        aged = await client["parley"]["users"].update_one(
            {"_id": user_id}, {"$set": {"password_changed_at": changed_at}}
        )
        assert aged.modified_count == 1
