"""A house with two messengers, a gateway's voice, and auth's stand-in, on real servers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from chassis import lifetime
from chassis.bus import Asker, Bus
from chassis.bus.reader import Told
from chassis.settings import Settings
from chassis.stores import mongo
from chassis.tasks import Tasks
from contracts.auth import LookUpUsers, UserList
from contracts.everything import ASKS
from contracts.messenger import SendMessage, To
from contracts.refusals import Refused, unavailable
from contracts.things import Message, User
from deploy.local import servers
from services.messenger.settings import MessengerSettings
from services.messenger.wiring import Messenger
from tests.kit.servers import thrown_away

PEOPLE = ("ada", "grace", "linus", "barbara", "edsger")


class Auth:
    """Stands in for auth: knows PEOPLE, and crowds of people named extra_1, extra_2, … Pauses before its next answers."""

    def __init__(self) -> None:
        self.pauses_s: list[float] = []
        self.is_away = False

    async def look_up(self, _: Asker, request: LookUpUsers) -> UserList:
        await asyncio.sleep(self.pauses_s.pop(0) if self.pauses_s else 0)
        if self.is_away:
            raise unavailable("Auth")
        known = [key for key in request.user_ids if key in PEOPLE or key.startswith("extra_")]
        return UserList(users=[User(user_id=key, login=key, name=key.title(), role="agent") for key in known])


class House:
    def __init__(self, gateway: Bus, database: Any, auth: Auth) -> None:
        self._gateway = gateway
        self.database = database
        self.auth = auth
        self.told: list[Told] = []

    async def ask(self, who: str, name: str, request: Any, role: str = "agent") -> Any:
        return await self._gateway.ask(ASKS[name], request, Asker(user_id=who, role=role))

    async def refusal(self, who: str, name: str, request: Any, role: str = "agent") -> str:
        try:
            await self.ask(who, name, request, role)
        except Refused as refused:
            return refused.code
        return ""

    async def send(self, who: str, to: str, client_message_id: str, text: str = "hi", role: str = "agent") -> Message:
        place = To(user_id=to) if to in PEOPLE else To(conversation_id=to)
        request = SendMessage(to=place, client_message_id=client_message_id, text=text)
        answer = await self.ask(who, "message.send", request, role)
        message: Message = answer.message
        return message

    def names(self) -> list[str]:
        return [told.name for told in self.told]

    def sent(self) -> list[Message]:
        return [
            msgspec.convert(msgspec.json.decode(told.data)["message"], Message)
            for told in self.told
            if told.name == "messenger.message.sent"
        ]


async def eventually(holds: Callable[[], bool | Awaitable[bool]], within_s: float = 10) -> None:
    async with asyncio.timeout(within_s):
        while True:
            held = holds()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def house(folder: Path, messengers: int = 2) -> AsyncIterator[House]:
    nats, store = servers.nats(folder), servers.mongo(folder)
    async with thrown_away(nats, store):

        def settings(part: str) -> Settings:
            return Settings(instance=part, nats_url=nats.url, nats_user=part, nats_password=nats.passwords[part])

        stand_in, auth = Auth(), await Bus.connect(settings("auth"), "auth")
        gateway = await Bus.connect(settings("gateway"), "gateway")
        await auth.answer({"user.look_up": stand_in.look_up})
        running = []
        for number in range(messengers):
            of_one = MessengerSettings(
                instance=f"messenger-{number}",
                nats_url=nats.url,
                nats_user="messenger",
                nats_password=nats.passwords["messenger"],
                mongo_url=store.url,
            )
            bus, tasks = await Bus.connect(of_one, "messenger"), Tasks()
            part = Messenger(of_one, bus, tasks)
            await part.start()
            running.append((bus, tasks, part))
        database = mongo(of_one)
        made = House(gateway, database, stand_in)
        reader = await gateway.read(made.told.append, after=0)
        try:
            yield made
        finally:
            await reader.stop()
            for bus, tasks, part in running:
                await lifetime.stop("messenger", part, bus, tasks)
            await database.client.close()
            await auth.drain()
            await gateway.drain()
