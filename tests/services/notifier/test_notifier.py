"""Notifier with a real NATS and MongoDB: who gets which notice, once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nats.js.api import ConsumerConfig
from nats.js.errors import NotFoundError
from prometheus_client import REGISTRY

from chassis import lifetime
from chassis.bus import Asker, Bus, Fact, Told, fact
from chassis.clock import monotonic
from chassis.settings import Settings
from chassis.stores import mongo as open_mongo
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.messenger import MEMBER_ADDED, MemberAdded
from contracts.notifier import NOTICE_DISMISSED, NOTICE_RAISED, DismissNotice, NoticeDismissed, NoticeRaised
from contracts.permissions import DEAD_STREAM, STREAM, dead_subject
from contracts.refusals import Refused
from contracts.table import Nothing
from contracts.things import Conversation, Notice
from deploy.local.servers import Server, mongo, nats
from services.notifier.api.members_added import CONSUMER
from services.notifier.settings import NotifierSettings
from services.notifier.wiring import Notifier
from tests.kit.servers import thrown_away
from tests.kit.waiting import eventually

AT = "2026-03-04T05:06:07.089Z"


class House:
    """Notifier, a messenger that tells it of groups, and a gateway. `ops` sees what is given up."""

    def __init__(self, nats_server: Server, mongo_url: str, messenger: Bus, gateway: Bus, ops: Bus) -> None:
        self.nats = nats_server
        self.settings = NotifierSettings(
            instance="notifier-1",
            nats_url=nats_server.url,
            nats_user="notifier",
            nats_password=nats_server.passwords["notifier"],
            mongo_url=mongo_url,
            deliveries_max=2,
        )
        self.messenger = messenger
        self.gateway = gateway
        self.ops = ops
        self.parts = AsyncExitStack()
        self.told: list[NoticeRaised] = []
        self.gone: list[NoticeDismissed] = []

    async def start(self, **changes: Any) -> None:
        settings = msgspec.structs.replace(self.settings, **changes)
        await self.parts.enter_async_context(notifier(settings))

    def hear(self, told: Told) -> None:
        self.told.append(msgspec.json.decode(told.data, type=NoticeRaised))

    def hear_gone(self, told: Told) -> None:
        self.gone.append(msgspec.json.decode(told.data, type=NoticeDismissed))

    async def add(self, user_id: str, *, by: str = "grace", kind: str = "group", event_id: str = "") -> None:
        group = Conversation(
            conversation_id="c1", kind=kind, member_count=2, writing_enabled=True, last_seq=0, name="Tea"
        )
        added = MemberAdded(conversation=group, user_id=user_id, from_seq=1, by=by, at=AT)
        await self.messenger.tell(fact(MEMBER_ADDED, added, "c1", user_id, id=event_id or f"c1.{user_id}", at=AT))

    async def tell(self, user_id: str, data: bytes) -> None:
        """In messenger's name, whatever it is."""
        subject = MEMBER_ADDED.subject("c1", user_id)
        await self.messenger.tell(Fact(f"told.{user_id}", subject, "messenger.member.added", AT, data))

    async def consumer(self) -> ConsumerConfig:
        config = (await self.gateway.js.consumer_info(STREAM, CONSUMER)).config
        assert isinstance(config, ConsumerConfig)
        return config

    async def dead(self, user_id: str) -> Any:
        """The dead letter of the event of that person, once there is one."""
        subject = dead_subject("notifier", MEMBER_ADDED.subject("c1", user_id))

        async def found() -> Any:
            with contextlib.suppress(NotFoundError):
                return await self.ops.js.get_last_msg(DEAD_STREAM, subject, direct=True)

        return await eventually(found, 20.0, what=subject)

    async def notices(self, user_id: str) -> list[Notice]:
        answer = await self.gateway.ask(ASKS["notice.list"], Nothing(), Asker(user_id=user_id, role="agent"))
        return list(answer.notices)

    async def dismiss(self, notice_id: str, user_id: str) -> None:
        asker = Asker(user_id=user_id, role="agent")
        await self.gateway.ask(ASKS["notice.dismiss"], DismissNotice(notice_id=notice_id), asker)


@asynccontextmanager
async def notifier(settings: NotifierSettings) -> AsyncIterator[None]:
    bus, tasks = await Bus.connect(settings, "notifier"), Tasks()
    part = Notifier(settings, bus, tasks)
    try:
        await part.start()
        yield
    finally:
        await lifetime.stop("notifier", part, bus, tasks)
        assert not tasks.crashed.is_set()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    nats_server, mongo_server = nats(tmp_path), mongo(tmp_path)

    async with thrown_away(nats_server, mongo_server):

        async def connect(part: str) -> Bus:
            password = nats_server.passwords[part]
            return await Bus.connect(
                Settings(instance=part, nats_url=nats_server.url, nats_user=part, nats_password=password), part
            )

        buses = [await connect(part) for part in ("messenger", "gateway", "local")]
        house = House(nats_server, mongo_server.url, *buses)
        readers = [
            await house.gateway.read(house.hear, subject=f"{NOTICE_RAISED.prefix}.>"),
            await house.gateway.read(house.hear_gone, subject=f"{NOTICE_DISMISSED.prefix}.>"),
        ]
        async with house.parts:
            await house.start()
            yield house
        for reader in readers:
            await reader.stop()
        for bus in buses:
            await bus.drain()


async def test_who_is_added_by_another_gets_one_notice_and_can_dismiss_it(house: House) -> None:
    await house.add("grace")
    await house.add("linus", kind="direct")
    await house.add("ada")
    await eventually(lambda: house.told)
    (told,) = house.told
    assert told.user_id == "ada"
    assert told.notice.message == "You were added to the group Tea."
    assert (told.notice.code, told.notice.severity, told.notice.raised_at) == ("added_to_group", "info", AT)
    assert await house.notices("ada") == [told.notice]
    assert await house.notices("grace") == await house.notices("linus") == []

    assert told.notice.notice_id is not None
    with pytest.raises(Refused) as refused:
        await house.dismiss(told.notice.notice_id, "linus")
    assert refused.value.code == "not_found"
    assert (told.notice.conversation_id, house.gone) == ("c1", [])
    await house.dismiss(told.notice.notice_id, "ada")
    await house.dismiss(told.notice.notice_id, "ada")
    assert await house.notices("ada") == []
    await eventually(lambda: house.gone)
    assert [(gone.user_id, gone.notice_id) for gone in house.gone] == [("ada", told.notice.notice_id)]


async def test_a_large_group_gets_a_notice_each(house: House) -> None:
    for number in range(1000):
        await house.add(f"person{number}")
    await eventually(lambda: len(house.told) == 1000, 20.0)
    assert len({told.user_id for told in house.told}) == 1000


async def test_it_hears_on_after_nats_was_away_and_past_what_it_does_not_understand(house: House) -> None:
    await house.add("ada")
    await eventually(lambda: house.told)
    house.nats.kill()
    await house.nats.until_ended()
    await house.nats.start()
    await eventually(lambda: house.messenger.is_connected)
    await house.tell("linus", b"no event")
    await house.add("linus", event_id="other")
    await eventually(lambda: _names(house) == ["ada", "linus"], 20.0)
    assert len(await house.notices("linus")) == 1


async def test_what_is_no_event_is_kept_for_ops(house: House) -> None:
    """It was acknowledged with a log line, and gone. Deeply nested, it ended the process, again and again."""
    for user_id, data in (("ada", b"no event"), ("grace", b'{"conversation":' + b"[" * 100_000)):
        await house.tell(user_id, data)
        letter = await house.dead(user_id)
        assert letter.data == data
        assert letter.headers["Parley-Dead-Reason"] == "not_understood"
        assert letter.headers["ce-id"] == f"told.{user_id}"


async def test_an_event_that_cannot_be_stored_holds_up_no_other_and_is_kept_for_ops(house: House) -> None:
    """Whatever was no error of MongoDB or NATS ended the process; the next one got the same batch, and so on."""
    group = Conversation(conversation_id="c1", kind="group", member_count=2, writing_enabled=True, last_seq=0)
    before_all_time = "0001-01-01T00:00:00+14:00"
    poison = MemberAdded(conversation=group, user_id="linus", from_seq=1, by="grace", at=before_all_time)
    await asyncio.gather(
        house.tell("linus", msgspec.json.encode(poison)), *(house.add(f"person{number}") for number in range(20))
    )
    letter = await house.dead("linus")
    assert msgspec.json.decode(letter.data, type=MemberAdded) == poison
    assert letter.headers["Parley-Dead-Reason"] == "OverflowError"
    assert letter.headers["Parley-Dead-Deliveries"] == "2"
    await eventually(lambda: len(house.told) == 20)
    await house.add("ada")
    await eventually(lambda: len(house.told) == 21)
    assert REGISTRY.get_sample_value("parley_dead_letters_total", {"part": "notifier"})


async def test_an_event_that_fails_is_tried_again_later_and_later(house: House) -> None:
    """It was every second: ten tries were over before what made it fail was."""
    await house.parts.aclose()
    await house.start(deliveries_max=4)
    group = Conversation(conversation_id="c1", kind="group", member_count=2, writing_enabled=True, last_seq=0)
    poison = MemberAdded(conversation=group, user_id="linus", from_seq=1, by="grace", at="0001-01-01T00:00:00+14:00")
    began = monotonic()
    await house.tell("linus", msgspec.json.encode(poison))
    letter = await house.dead("linus")
    assert letter.headers["Parley-Dead-Deliveries"] == "4"
    assert monotonic() - began >= 1 + 2 + 4


async def test_settings_may_change_on_data_that_is_there(house: House) -> None:
    """An index with another time kept notifier down for ever; a consumer that is there kept its old limits."""
    await house.parts.aclose()
    config = await house.consumer()
    config.max_deliver = 20
    await house.gateway.js.add_consumer(STREAM, config)
    await house.start(notice_kept_days=7)
    database = open_mongo(house.settings)
    assert (await database["notices"].index_information())["kept"]["expireAfterSeconds"] == 7 * 24 * 3600
    await database.client.close()
    assert (await house.consumer()).max_deliver == -1
    await house.add("ada")
    await eventually(lambda: house.told)


def _names(house: House) -> list[str]:
    return sorted({told.user_id for told in house.told})
