"""Leaders hear whose connection is lost and who is back: each loss once, those of one moment together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from chassis.bus import Asker, Bus, Told, fact
from chassis.settings import Settings
from chassis.stores import mongo as open_mongo
from contracts.auth import LookUpUsers, UserList
from contracts.everything import ASKS
from contracts.notifier import NOTICE_ANNOUNCED, DismissNotice, NoticeAnnounced
from contracts.presence import CONNECTION_LOST, CONNECTION_RESTORED, ConnectionLost, ConnectionRestored
from contracts.refusals import Refused
from contracts.table import Nothing
from contracts.things import Notice, User
from deploy.local.servers import Server, mongo, nats
from services.notifier.domain.losses import LOST
from services.notifier.settings import NotifierSettings
from services.notifier.store.losses import MongoLosses
from tests.kit.servers import thrown_away
from tests.kit.waiting import eventually
from tests.services.notifier.test_notifier import notifier

LOST_AT = "2026-03-04T08:30:00.000Z"
LATER = "2026-03-04T09:45:00.000Z"
LEADERS_ONLY = {"sofia": "user"}


class House:
    """Two replicas of notifier, a presence that tells them, an auth that knows names, and a gateway."""

    def __init__(self, nats_server: Server, mongo_url: str, presence: Bus, auth: Bus, gateway: Bus) -> None:
        self.settings = NotifierSettings(
            instance="notifier-1",
            nats_url=nats_server.url,
            nats_user="notifier",
            nats_password=nats_server.passwords["notifier"],
            mongo_url=mongo_url,
        )
        self.presence = presence
        self.auth = auth
        self.gateway = gateway
        self.parts = AsyncExitStack()
        self.told: list[Notice] = []

    async def start(self) -> None:
        for number in (1, 2):
            settings = msgspec.structs.replace(self.settings, instance=f"notifier-{number}")
            await self.parts.enter_async_context(notifier(settings))

    def hear(self, told: Told) -> None:
        announced = msgspec.json.decode(told.data, type=NoticeAnnounced)
        assert (announced.audience, announced.roles) == ("leaders", ["user", "admin"])
        assert announced.notice.notice_id == told.id
        self.told.append(announced.notice)

    async def look_up(self, _: Asker, request: LookUpUsers) -> UserList:
        users = [
            User(user_id=one, login=one, name=one.title(), role=LEADERS_ONLY.get(one, "agent"), status="offline")
            for one in request.user_ids
        ]
        return UserList(users=users)

    async def lose(self, user_id: str, at: str = LOST_AT) -> None:
        lost = ConnectionLost(user_id=user_id, lost_at=at, at=at)
        await self.presence.tell(fact(CONNECTION_LOST, lost, user_id, id=f"{user_id}.lost.{at}", at=at))

    async def restore(self, user_id: str, at: str = LOST_AT, *, is_back: bool = True) -> None:
        restored = ConnectionRestored(user_id=user_id, lost_at=at, at=at, is_back=is_back)
        await self.presence.tell(fact(CONNECTION_RESTORED, restored, user_id, id=f"{user_id}.restored.{at}", at=at))

    async def notices(self, user_id: str = "sofia", role: str = "user") -> list[Notice]:
        answer = await self.gateway.ask(ASKS["notice.list"], Nothing(), Asker(user_id=user_id, role=role))
        return list(answer.notices)

    async def dismiss(self, notice_id: str, user_id: str, role: str) -> None:
        await self.gateway.ask(
            ASKS["notice.dismiss"], DismissNotice(notice_id=notice_id), Asker(user_id=user_id, role=role)
        )

    async def hears(self, *messages: str) -> None:
        await eventually(lambda: len(self.told) >= len(messages), 30.0, what=f"{messages} of {self.told}")
        assert [notice.message for notice in self.told] == list(messages)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    nats_server, mongo_server = nats(tmp_path), mongo(tmp_path)
    async with thrown_away(nats_server, mongo_server):

        async def connect(part: str) -> Bus:
            password = nats_server.passwords[part]
            settings = Settings(instance=part, nats_url=nats_server.url, nats_user=part, nats_password=password)
            return await Bus.connect(settings, part)

        buses = [await connect(part) for part in ("presence", "auth", "gateway")]
        house = House(nats_server, mongo_server.url, *buses)
        await house.auth.answer({"user.look_up": house.look_up})
        reader = await house.gateway.read(house.hear, subject=f"{NOTICE_ANNOUNCED.prefix}.>")
        async with house.parts:
            await house.start()
            yield house
        await reader.stop()
        for bus in buses:
            await bus.drain()


async def test_leaders_are_told_of_an_agent_lost_and_back(house: House) -> None:
    await house.lose("sofia")
    await house.lose("marco")
    await house.hears("The connection of Marco is lost since 08:30 UTC.")
    (lost,) = house.told
    assert (lost.code, lost.severity, lost.user_ids, lost.count) == ("connection_lost", "warning", ["marco"], 1)
    for role in ("user", "admin"):
        (listed,) = await house.notices(role=role)
        assert (listed.notice_id, listed.message, listed.user_ids) == (lost.notice_id, lost.message, ["marco"])
    assert await house.notices("jonas", "agent") == []
    await house.restore("marco")
    await house.restore("sofia")
    await house.hears(lost.message, "Marco is connected again.")
    assert (house.told[1].code, house.told[1].severity) == ("connection_restored", "info")
    assert await house.notices() == []
    await house.lose("marco", LATER)
    await house.hears(lost.message, "Marco is connected again.", "The connection of Marco is lost since 09:45 UTC.")


async def test_those_of_one_moment_are_one_notice(house: House) -> None:
    await asyncio.gather(*(house.lose(f"agent{number}") for number in range(60)))
    await house.hears("60 people have lost their connection.")
    assert (house.told[0].count, len(house.told[0].user_ids or ())) == (60, 50)
    await asyncio.gather(*(house.restore(f"agent{number}") for number in range(59)))
    await house.hears("60 people have lost their connection.", "59 people are connected again.")
    assert [notice.message for notice in await house.notices()] == [
        "The connection of Agent59 is lost since 08:30 UTC."
    ]


async def test_who_logged_out_is_lost_no_more_and_nobody_is_told(house: House) -> None:
    await house.lose("marco")
    await eventually(lambda: house.told)
    await house.restore("marco", is_back=False)

    async def is_over() -> bool:
        return await house.notices() == []

    await eventually(is_over)
    await house.lose("elena")
    await eventually(lambda: len(house.told) == 2)
    assert [notice.code for notice in house.told] == ["connection_lost", "connection_lost"]


async def test_nothing_is_told_of_what_is_over_before_it_is_told_or_heard(house: House) -> None:
    await house.restore("marco")
    await asyncio.sleep(0)
    await house.lose("elena")
    await house.restore("elena")
    await house.lose("marco")
    await house.lose("jonas")
    await house.hears("The connection of Jonas is lost since 08:30 UTC.")


async def test_without_auth_it_is_said_without_a_name(house: House) -> None:
    await house.auth.stop_answering()
    await house.lose("marco")
    await house.hears("The connection of a person is lost since 08:30 UTC.")


async def test_what_a_dead_replica_took_is_told_once(house: House) -> None:
    """It had put the losses into a batch, and died before it told them."""
    await house.parts.aclose()
    database = open_mongo(house.settings)

    class Past:
        def now(self) -> datetime:
            return datetime.now(UTC) - timedelta(seconds=30)

    losses = MongoLosses(database["losses"], Past())
    await losses.lose("marco", LOST_AT)
    await losses.take(LOST, "ntc_left", datetime.now(UTC))
    await house.start()
    await house.lose("marco")
    await house.hears("The connection of Marco is lost since 08:30 UTC.")
    assert house.told[0].notice_id == "ntc_left"
    await house.lose("elena", LATER)
    await eventually(lambda: len(house.told) == 2)
    assert house.told[1].user_ids == ["elena"]
    await database.client.close()


async def test_a_leader_dismisses_for_themselves(house: House) -> None:
    await house.lose("marco")
    await eventually(lambda: house.told)
    notice_id = house.told[0].notice_id or ""
    with pytest.raises(Refused) as refused:
        await house.dismiss(notice_id, "jonas", "agent")
    assert refused.value.code == "not_found"
    await house.dismiss(notice_id, "sofia", "user")
    assert await house.notices() == []
    assert len(await house.notices("admin", "admin")) == 1
