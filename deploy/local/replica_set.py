"""MongoDB as a replica set of one member, at whatever port it has today."""

import asyncio
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.ports import HOST

REPLICA_SET = "parley"
TIMEOUT_MS = 2000


async def is_writable(port: int) -> bool:
    """Whether the member at `port` is its set's writable primary; if not, does what brings it there.

    A set whose one member is known under another port never gets a primary by itself: its address is set anew, by force.
    Raises OSError while nobody listens.
    """
    _, writer = await asyncio.open_connection(HOST, port)  # the driver would look again after half a second only
    writer.close()
    await writer.wait_closed()
    # in a thread: AsyncMongoClient (PyMongo 4.20), closed while it connects, forgets to close the socket
    return await asyncio.to_thread(_is_writable, port)


def _is_writable(port: int) -> bool:
    address = f"{HOST}:{port}"
    client: MongoClient[dict[str, Any]] = MongoClient(
        HOST, port, directConnection=True, timeoutMS=TIMEOUT_MS, serverSelectionTimeoutMS=TIMEOUT_MS
    )
    with client:
        try:
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return bool(hello.get("me") == address)
            known = client["local"]["system.replset"].find_one()
            if known is None:
                client.admin.command("replSetInitiate", _config({}, address))
            elif known["members"][0]["host"] != address or len(known["members"]) != 1:
                client.admin.command("replSetReconfig", _config(known, address), force=True)
        except PyMongoError:  # still starting, or another attempt is on its way
            pass
    return False


def _config(known: dict[str, Any], address: str) -> dict[str, Any]:
    version = int(known.get("version", 0)) + 1
    return {**known, "_id": REPLICA_SET, "version": version, "members": [{"_id": 0, "host": address}]}
