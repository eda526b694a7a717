"""MongoDB as a replica set of one member, at whatever port it has today."""

import asyncio
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local.ports import HOST

REPLICA_SET = "parley"
TIMEOUT_MS = 2000


async def is_writable(port: int) -> bool:
    """Whether the member at `port` is its set's writable primary; if not, does what brings it there.

    A set whose one member is known under another port never gets a primary by itself: its address is set anew, by force.
    Raises OSError while nobody listens.
    """
    address = f"{HOST}:{port}"
    _, writer = await asyncio.open_connection(HOST, port)  # the driver would look again after half a second only
    writer.close()
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        HOST, port, directConnection=True, timeoutMS=TIMEOUT_MS, serverSelectionTimeoutMS=TIMEOUT_MS
    )
    try:
        hello = await client.admin.command("hello")
        if hello.get("isWritablePrimary"):
            return bool(hello.get("me") == address)
        known = await client["local"]["system.replset"].find_one()
        if known is None:
            await client.admin.command("replSetInitiate", _config({}, address))
        elif known["members"][0]["host"] != address or len(known["members"]) != 1:
            await client.admin.command("replSetReconfig", _config(known, address), force=True)
        return False
    except (OperationFailure, PyMongoError):  # still starting, or another attempt is on its way
        return False
    finally:
        await client.close()


def _config(known: dict[str, Any], address: str) -> dict[str, Any]:
    version = int(known.get("version", 0)) + 1
    return {**known, "_id": REPLICA_SET, "version": version, "members": [{"_id": 0, "host": address}]}
