"""Notifier with a real NATS and MongoDB: who gets which notice, once."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from chassis.bus import Asker, Bus, Fact, Told, fact
from chassis.settings import Settings
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.messenger import MEMBER_ADDED, MemberAdded
from contracts.notifier import NOTICE_RAISED, DismissNotice, NoticeRaised
from contracts.refusals import Refused
from contracts.table import Nothing
from contracts.things import Conversation, Notice
from deploy.local.servers import Server, mongo, nats, running
from services.notifier.settings import NotifierSettings
from services.notifier.wiring import Notifier
from tests.kit.waiting import eventually

AT = "2026-03-04T05:06:07.089Z"


class House:
    """Notifier, a messenger that tells it of groups, and a gateway."""

    def __init__(self, messenger: Bus, gateway: Bus, nats_server: Server) -> None:
        self.messenger = messenger
        self.gateway = gateway
        self.nats = nats_server
        self.told: list[NoticeRaised] = []

    def hear(self, told: Told) -> None:
        self.told.append(msgspec.json.decode(told.data, type=NoticeRaised))

    async def add(self, user_id: str, *, by: str = "grace", kind: str = "group", event_id: str = "") -> None:
        group = Conversation(
            conversation_id="c1", kind=kind, member_count=2, writing_enabled=True, last_seq=0, name="Tea"
        )
        added = MemberAdded(conversation=group, user_id=user_id, from_seq=1, by=by, at=AT)
        await self.messenger.tell(fact(MEMBER_ADDED, added, "c1", user_id, id=event_id or f"c1.{user_id}", at=AT))

    async def notices(self, user_id: str) -> list[Notice]:
        answer = await self.gateway.ask(ASKS["notice.list"], Nothing(), Asker(user_id=user_id, role="agent"))
        return list(answer.notices)

    async def dismiss(self, notice_id: str, user_id: str) -> None:
        asker = Asker(user_id=user_id, role="agent")
        await self.gateway.ask(ASKS["notice.dismiss"], DismissNotice(notice_id=notice_id), asker)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    nats_server, mongo_server = nats(tmp_path), mongo(tmp_path)

    async with running(nats_server, mongo_server):

        async def connect(part: str) -> Bus:
            password = nats_server.passwords[part]
            return await Bus.connect(
                Settings(instance=part, nats_url=nats_server.url, nats_user=part, nats_password=password), part
            )

        messenger, gateway, bus = await connect("messenger"), await connect("gateway"), await connect("notifier")
        house = House(messenger, gateway, nats_server)
        reader = await gateway.read(house.hear, subject=f"{NOTICE_RAISED.prefix}.>")
        settings = NotifierSettings(
            instance="notifier-1", nats_url="", nats_user="", nats_password="", mongo_url=mongo_server.url
        )
        tasks = Tasks()
        part = Notifier(settings, bus, tasks)
        await part.start()
        yield house
        await part.leave()
        await bus.drain()
        await tasks.drain(2.0)
        await part.close()
        assert not tasks.crashed.is_set()
        await reader.stop()
        await messenger.drain()
        await gateway.drain()


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
    await house.dismiss(told.notice.notice_id, "ada")
    await house.dismiss(told.notice.notice_id, "ada")
    assert await house.notices("ada") == []


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
    await house.messenger.tell(
        Fact("odd", MEMBER_ADDED.subject("c1", "linus"), "messenger.member.added", AT, b"no event")
    )
    await house.add("linus", event_id="other")
    await eventually(lambda: _names(house) == ["ada", "linus"], 20.0)
    assert len(await house.notices("linus")) == 1


def _names(house: House) -> list[str]:
    return sorted({told.user_id for told in house.told})
