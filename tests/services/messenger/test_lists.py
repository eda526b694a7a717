"""Lists of conversations: newest first, page by page, all of them once, at a cost that does not grow with the list."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from chassis.bus import Asker
from chassis.stores import MongoSettings, mongo
from contracts.messenger import CreateGroup, DeleteGroup, ListConversations, UpdateGroup
from deploy.local import servers
from services.messenger.actions import newest_conversations
from services.messenger.actions.list_conversations import ListOfConversations
from services.messenger.actions.newest_conversations import Newest
from services.messenger.actions.pair_directs import PairDirects
from services.messenger.actions.show_conversations import Show
from services.messenger.domain.conversations import Place
from services.messenger.store.conversations import MongoConversations
from services.messenger.store.memberships import MongoMemberships
from services.messenger.store.messages import MongoMessages
from tests.services.messenger.house import House, house
from tests.services.messenger.many import AT

ADA = Asker(user_id="ada", role="agent")


class NoNames:
    """In place of auth: nobody is known."""

    async def names(self, _: Any) -> dict[str, str]:
        return {}


class Shelf:
    """Stores with made-up conversations of Ada and others; `wanted` is Ada's list."""

    def __init__(self, database: Any) -> None:
        self.database = database
        self.conversations, self.memberships = MongoConversations(database), MongoMemberships(database)
        show = Show(self.conversations, self.memberships, MongoMessages(database), NoNames())  # type: ignore[arg-type]
        self.list = ListOfConversations(show, Newest(self.conversations, self.memberships))
        self.wanted: list[str] = []

    async def fill(self, chance: Random, directs: int, groups: int, others: int) -> None:
        """Many are as new as others; some groups are deleted, some were left, one direct one nobody has joined yet."""
        places: list[dict[str, Any]] = []
        members: list[dict[str, Any]] = []
        for number in range(directs + groups + others):
            kind = "direct" if number < directs else "group"
            key = f"{kind[0]}_{chance.getrandbits(64):016x}"
            at = f"2026-01-05T08:{chance.randrange(20):02d}:00.000Z"
            fate = chance.choice(["here"] * 8 + ["left", "deleted", "nobody"]) if kind == "group" else "here"
            if number == 0:
                fate = "nobody"
            pair = {"pair": sorted(["ada", f"u{number}"])} if kind == "direct" else {}
            ended = {"deleted_at": AT} if fate == "deleted" else {}
            places.append(
                {
                    **{
                        "_id": key,
                        "kind": kind,
                        "name": "x",
                        "owner_id": "u",
                        "member_count": 2,
                        "last_at": at,
                        **pair,
                    },
                    **{"writing_enabled": True, "created_at": AT, "last_seq": 1, "last_message_id": None, "version": 1},
                    **{"outbox": [], **ended},
                }
            )
            is_others = number >= directs + groups
            member = {"conversation_id": key, "from_seq": 0, "read_seq": 0, "version": 1, "outbox": []}
            who = [] if fate == "nobody" else [f"u{number}"] if is_others else ["ada", f"u{number}"]
            state = "left" if fate == "left" else "member"
            members += [{"_id": f"{key}:{user_id}", "user_id": user_id, "state": state, **member} for user_id in who]
            if "ada" in who and fate == "here":
                self.wanted.append(key)
        order = {place["_id"]: place["last_at"] for place in places}
        self.wanted.sort()
        self.wanted.sort(key=lambda key: str(order[key]), reverse=True)
        await self.database["conversations"].insert_many(places)
        await self.database["memberships"].insert_many(members)

    async def pages(self, limit: int) -> list[str]:
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = await self.list(ADA, ListConversations(limit=limit, cursor=cursor))
            assert len(page.conversations) == limit or page.next_cursor is None
            seen += [one.conversation_id for one in page.conversations]
            assert len(set(seen)) == len(seen)
            if page.next_cursor is None:
                return seen
            cursor = page.next_cursor


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    store = servers.mongo(tmp_path)
    async with servers.running(store):
        database = mongo(
            MongoSettings(instance="test", nats_url="", nats_user="", nats_password="", mongo_url=store.url)
        )
        shelf = Shelf(database)
        await shelf.conversations.start()
        await shelf.memberships.start()
        yield shelf
        await database.client.close()


@pytest.mark.parametrize(("looked_up", "walk", "walked"), [(500, 500, 2_000), (5, 7, 500), (5, 7, 14), (5, 400, 400)])
@pytest.mark.parametrize("others", [0, 150])
async def test_pages_are_the_whole_list_in_order(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, looked_up: int, walk: int, walked: int, others: int
) -> None:
    """Groups looked up, groups walked to, and walks that are given up."""
    for name, value in {"LOOKED_UP_MAX": looked_up, "WALK": walk, "WALKED_MAX": walked}.items():
        monkeypatch.setattr(newest_conversations, name, value)
    await shelf.fill(Random(looked_up + walked + others), 40, 60, others)
    for limit in (1, 7, 200):
        assert await shelf.pages(limit) == shelf.wanted


async def test_a_page_reads_no_more_than_it_gives(shelf: Shelf) -> None:
    await shelf.fill(Random(2), 300, 300, 300)
    middle = Place("2026-01-05T08:10:00.000Z", "m")
    for after in (None, middle):
        for find, index in (
            (shelf.conversations.directs("ada", after, 20), "newest_directs"),
            (shelf.conversations.groups(after, 20), "newest_groups"),
        ):
            await shelf.database.command("profile", 2)
            assert len(await find) == 20
            await shelf.database.command("profile", 0)
            reads = await shelf.database["system.profile"].find({"op": "query", "ns": "parley.conversations"}).to_list()
            assert sum(read["keysExamined"] for read in reads) <= 20 + 2 * len(reads)
            assert sum(read["docsExamined"] for read in reads) <= (20 if index == "newest_directs" else 0)
            assert not any(read.get("hasSortStage") for read in reads)
            await shelf.database["system.profile"].drop()


async def test_old_direct_conversations_learn_their_people(shelf: Shelf) -> None:
    await shelf.fill(Random(3), 1_200, 0, 0)
    await shelf.database["conversations"].update_many({}, {"$unset": {"pair": ""}})
    assert await shelf.pages(200) == []
    pair = PairDirects(shelf.conversations, shelf.memberships, None)  # type: ignore[arg-type]
    for _ in range(2):
        await pair()
        assert await shelf.pages(200) == shelf.wanted
    kept = await shelf.database["conversations"].find({"pair": None}).to_list()
    assert len(kept) == 1  # whom nobody has joined


@pytest.fixture
async def parley(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as made:
        yield made


async def test_the_newest_comes_first_and_what_is_gone_never(parley: House) -> None:
    async def names(who: str) -> list[str | None]:
        return [one.name for one in (await parley.ask(who, "conversation.list", ListConversations())).conversations]

    keys = {}
    for name in ("One", "Two", "Three"):
        make = CreateGroup(name=name, member_ids=["grace"])
        keys[name] = (await parley.ask("ada", "group.create", make, "user")).conversation.conversation_id
    await parley.send("ada", "grace", "a")
    assert await names("grace") == ["Ada", "Three", "Two", "One"]
    await parley.send("ada", keys["One"], "b")
    assert await names("grace") == ["One", "Ada", "Three", "Two"]
    await parley.ask("ada", "group.delete", DeleteGroup(conversation_id=keys["Two"]), "user")
    await parley.ask("ada", "group.update", UpdateGroup(conversation_id=keys["One"], member_ids=[]), "user")
    assert await names("grace") == ["Ada", "Three"]
    assert "Two" not in await names("ada")
    await parley.send("grace", "ada", "c")
    kept = await parley.database["conversations"].find_one({"kind": "direct"})
    assert kept["pair"] == ["ada", "grace"]
    assert datetime.fromisoformat(kept["last_at"]) < datetime.now(UTC)
