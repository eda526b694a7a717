"""A database that tests share, without what the last one left in it."""

from typing import Any


async def empty(database: Any) -> None:
    """Its indexes stay: making all of them anew takes longer than most tests."""
    await database.command("profile", 0)
    for collection in await database.list_collection_names(filter={"name": {"$not": {"$regex": "^system"}}}):
        await database[collection].delete_many({})
