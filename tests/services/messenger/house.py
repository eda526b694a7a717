"""A house with two messengers, a gateway's voice, and auth's stand-in, on real servers."""

import asyncio
from collections.abc import AsyncIterator
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
from deploy.local.servers import Server
from services.messenger.settings import MessengerSettings
from services.messenger.wiring import Messenger
from tests.kit.servers import thrown_away

PEOPLE = ("ada", "grace", "linus", "barbara", "edsger")


class Auth:
    """Stands in for auth: knows PEOPLE, and crowds of people named extra_1, extra_2, … Pauses before its next answers."""

    def __init__(self) -> None:
        self.pauses_s: list[float] = []
        self.asked = 0
        self.is_away = False

    async def look_up(self, _: Asker, request: LookUpUsers) -> UserList:
        self.asked += 1
        await asyncio.sleep(self.pauses_s.pop(0) if self.pauses_s else 0)
        if self.is_away:
            raise unavailable("Auth")
        known = [key for key in request.user_ids if key in PEOPLE or key.startswith("extra_")]
        return UserList(users=[User(user_id=key, login=key, name=key.title(), role="agent") for key in known])


class House:
    """`nats` and the replicas may be stopped and started again."""

    def __init__(self, gateway: Bus, settings: MessengerSettings, auth: Auth, nats: Server) -> None:
        self._gateway = gateway
        self._settings = settings
        self._replicas: list[tuple[Bus, Tasks, Messenger]] = []
        self.database: Any = mongo(settings)
        self.auth = auth
        self.nats = nats
        self.js = gateway.js
        self.told: list[Told] = []

    @property
    def environ(self) -> dict[str, str]:
        """Of one messenger more in a process of its own."""
        of = self._settings
        return {
            "PARLEY_NATS_URL": of.nats_url,
            "PARLEY_NATS_USER": of.nats_user,
            "PARLEY_NATS_PASSWORD": of.nats_password,
            "PARLEY_MONGO_URL": of.mongo_url,
        }

    async def start(self) -> None:
        """One messenger more."""
        settings = msgspec.structs.replace(self._settings, instance=f"messenger-{len(self._replicas)}")
        bus, tasks = await Bus.connect(settings, "messenger"), Tasks()
        part = Messenger(settings, bus, tasks)
        await part.start()
        self._replicas.append((bus, tasks, part))

    async def stop(self) -> None:
        """The one that was started last."""
        bus, tasks, part = self._replicas.pop()
        await lifetime.stop("messenger", part, bus, tasks)

    async def close(self) -> None:
        while self._replicas:
            await self.stop()
        await self.database.client.close()

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


@asynccontextmanager
async def house(folder: Path, messengers: int = 2) -> AsyncIterator[House]:
    nats, store = servers.nats(folder), servers.mongo(folder)
    async with thrown_away(nats, store):

        def settings(part: str) -> Settings:
            return Settings(instance=part, nats_url=nats.url, nats_user=part, nats_password=nats.passwords[part])

        stand_in, auth = Auth(), await Bus.connect(settings("auth"), "auth")
        gateway = await Bus.connect(settings("gateway"), "gateway")
        await auth.answer({"user.look_up": stand_in.look_up})
        of_messengers = MessengerSettings(
            instance="messenger",
            nats_url=nats.url,
            nats_user="messenger",
            nats_password=nats.passwords["messenger"],
            mongo_url=store.url,
        )
        made = House(gateway, of_messengers, stand_in, nats)
        for _ in range(messengers):
            await made.start()
        reader = await gateway.read(made.told.append, after=0)
        try:
            yield made
        finally:
            await reader.stop()
            await made.close()
            await auth.drain()
            await gateway.drain()
