"""MongoDB as a replica set of one member or more, at whatever ports they have today."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.ports import HOST

REPLICA_SET = "parley"
TIMEOUT_MS = 2000


async def is_usable(port: int, members: Sequence[int], *, is_first: bool) -> bool:
    """Whether the member that listens at `port` is the set's writable primary, or follows it; if not, does what brings it
    there. `members`: the ports at which all are known, in the same order always; the first of them makes the set.

    A set whose members are known under other ports never gets a primary by itself: their addresses are set anew, by force.
    Raises OSError while nobody listens.
    """
    _, writer = await asyncio.open_connection(HOST, port)  # the driver would look again after half a second only
    writer.close()
    await writer.wait_closed()
    # in a thread: AsyncMongoClient (PyMongo 4.20), closed while it connects, forgets to close the socket
    return await asyncio.to_thread(_is_usable, port, members, is_first)


def url_of(members: Sequence[int]) -> str:
    return f"mongodb://{','.join(_addresses(members))}/?replicaSet={REPLICA_SET}"


def _is_usable(port: int, members: Sequence[int], is_first: bool) -> bool:
    client: MongoClient[dict[str, Any]] = MongoClient(
        HOST, port, directConnection=True, timeoutMS=TIMEOUT_MS, serverSelectionTimeoutMS=TIMEOUT_MS
    )
    addresses = _addresses(members)
    with client:
        try:
            hello = client.admin.command("hello")
            if hello.get("hosts") == addresses and (hello.get("isWritablePrimary") or hello.get("secondary")):
                return hello.get("primary") in addresses
            known = client["local"]["system.replset"].find_one() if is_first else {}
            if known is None:
                client.admin.command("replSetInitiate", _config({}, addresses))
            elif is_first and [each["host"] for each in known["members"]] != addresses:
                client.admin.command("replSetReconfig", _config(known, addresses), force=True)
        except PyMongoError:  # still starting, or another attempt is on its way
            pass
    return False


def _addresses(members: Sequence[int]) -> list[str]:
    return [f"{HOST}:{port}" for port in members]


def _config(known: dict[str, Any], addresses: Sequence[str]) -> dict[str, Any]:
    version = int(known.get("version", 0)) + 1
    members = [{"_id": number, "host": address} for number, address in enumerate(addresses)]
    return {**known, "_id": REPLICA_SET, "version": version, "members": members}
