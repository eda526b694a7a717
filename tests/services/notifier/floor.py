"""A floor where people miss things: notifiers, a messenger and a presence on real servers, a real SMTP server, and auth's
stand-in."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from pymongo.asynchronous.database import AsyncDatabase

from chassis import lifetime
from chassis.bus import Asker, Bus
from chassis.settings import Settings
from chassis.stores import mongo as open_mongo
from chassis.tasks import Tasks
from contracts.auth import LookUpUsers, UserList
from contracts.everything import ASKS
from contracts.messenger import CreateGroup, ReadConversation, SendMessage, To
from contracts.notifier import Preferences, SetPreferences
from contracts.presence import ClosedLease, CloseLeases, Lease, OpenLeases, SetPresence
from contracts.table import Nothing
from contracts.things import Message, User
from deploy.local.servers import Server, mongo, nats, redis
from services.messenger.settings import MessengerSettings
from services.messenger.wiring import Messenger
from services.notifier.settings import NotifierSettings
from services.notifier.wiring import Notifier
from services.presence.settings import PresenceSettings
from services.presence.wiring import Presence
from tests.kit.mail_server import MailServer
from tests.kit.servers import thrown_away
from tests.kit.waiting import eventually

PEOPLE = ("ada", "grace", "linus", "barbara")
AFTER_S = 0.3


class Auth:
    """Knows PEOPLE, and crowds of extra_1, extra_2, …; `people` may be changed."""

    def __init__(self) -> None:
        self.people = {key: _user(key) for key in PEOPLE}

    async def look_up(self, _: Asker, request: LookUpUsers) -> UserList:
        known = {key: _user(key) for key in request.user_ids if key.startswith("extra_")} | self.people
        return UserList(users=[known[key] for key in request.user_ids if key in known])

    def change(self, user_id: str, **fields: Any) -> None:
        self.people[user_id] = msgspec.structs.replace(self.people[user_id], **fields)


class Floor:
    def __init__(
        self,
        folder: Path,
        servers: tuple[Server, Server, Server],
        mails: MailServer,
        auth: Auth,
        gateway: Bus,
        **settings: Any,
    ) -> None:
        self.folder = folder
        self.nats, self.mongo, self.redis = servers
        self.mails = mails
        self.auth = auth
        self.settings = NotifierSettings(
            **of_part(self.nats, "notifier"),
            mongo_url=self.mongo.url,
            smtp_host="127.0.0.1",
            smtp_port=mails.port,
            smtp_tls="none",
            smtp_from="Parley <parley@example.org>",
            **({"smtp_timeout_s": 5.0, "missed_after_s": AFTER_S, "missed_every_s": 0.0} | settings),
        )
        self.database: AsyncDatabase[dict[str, Any]] = open_mongo(self.settings)
        self.gateway = gateway
        self.notifiers = AsyncExitStack()
        self._number = 0

    @asynccontextmanager
    async def process(self, name: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """One notifier more, in a process of its own; it may have been killed by the end."""
        of = self.settings
        environ = {
            f"PARLEY_{field.upper()}": str(getattr(of, field))
            for field in of.__struct_fields__
            if field != "missed_text"
        }
        environ |= {"PARLEY_INSTANCE": name, "PARLEY_OPS_PORT": "0"} | settings
        with (self.folder / f"{name}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "services.notifier", env=os.environ | environ, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()

    def log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    async def start(self, **changes: Any) -> None:
        """One notifier more."""
        settings = msgspec.structs.replace(self.settings, **changes)
        await self.notifiers.enter_async_context(living("notifier", settings, Notifier))

    async def send(self, who: str, to: str, text: str = "hi") -> Message:
        self._number += 1
        place = To(user_id=to) if to in PEOPLE else To(conversation_id=to)
        request = SendMessage(to=place, client_message_id=f"m{self._number}", text=text)
        answer = await self.ask(who, "message.send", request)
        message: Message = answer.message
        return message

    async def group(self, *members: str, name: str = "Tea") -> str:
        made = await self.ask("barbara", "group.create", CreateGroup(name=name, member_ids=list(members)), "user")
        return str(made.conversation.conversation_id)

    async def read(self, who: str, message: Message) -> None:
        key = message.conversation_id
        await self.ask(who, "conversation.read", ReadConversation(conversation_id=key, seq=message.seq))

    async def ask(self, who: str, name: str, request: Any = None, role: str = "agent") -> Any:
        return await self.gateway.ask(ASKS[name], request or Nothing(), Asker(user_id=who, role=role))

    async def wish(self, who: str, **fields: Any) -> Preferences:
        answer = await self.ask(who, "preferences.set", SetPreferences(**fields))
        preferences: Preferences = answer.preferences
        return preferences

    async def come(self, *people: str) -> None:
        await self.gateway.ask(ASKS["lease.open"], OpenLeases(leases=[lease(who) for who in people]))

    async def go(self, who: str) -> None:
        each = lease(who)
        closed = ClosedLease(lease_id=each.lease_id, user_id=who, session_id=each.session_id, clean=True)
        await self.gateway.ask(ASKS["lease.close"], CloseLeases(leases=[closed]))

    async def choose(self, who: str, status: str, until: str | None = None) -> None:
        await self.ask(who, "presence.set", SetPresence(status=status, status_until=until))

    async def mailed(self, *people: str, within_s: float = 20.0) -> None:
        """So many mails were taken, to these and nobody else, in any order."""
        await eventually(lambda: len(self.mails.taken) >= len(people), within_s, what=f"mails to {people}")
        await self.settled()
        assert sorted(self.recipients()) == sorted(people)

    def recipients(self) -> list[str]:
        return [mail.recipients[0].partition("@")[0] for mail in self.mails.taken]

    def text_to(self, who: str) -> str:
        (mail,) = [mail for mail in self.mails.taken if mail.recipients == [f"{who}@example.org"]]
        return mail.part("plain").replace("\r\n", "\n")

    async def settled(self, within_s: float = 20.0) -> None:
        """Everything that was said was heard and looked at, and nothing is due or on its way."""

        async def is_settled() -> bool:
            info = await self.gateway.js.consumer_info("PARLEY", "notifier_messages")
            if info.num_pending or info.num_ack_pending:
                return False
            due = {"due_at": {"$exists": True}}
            looks = await self.database["looks"].count_documents({})
            mails = await self.database["missed_mails"].count_documents(due)
            return not looks and not mails

        await eventually(is_settled, within_s, what="nothing is due")

    async def waits(self, who: str, for_s: float = 60.0, within_s: float = 20.0) -> dict[str, Any]:
        """What waits for this person, once it is put off for so long at least."""

        async def found() -> dict[str, Any] | None:
            until = datetime.now(UTC) + timedelta(seconds=for_s)
            waiting = {"_id": who, "waiting.0": {"$exists": True}, "claim": None, "due_at": {"$gt": until}}
            return await self.database["missed_mails"].find_one(waiting)

        document = await eventually(found, within_s, what=f"something waits for {who}")
        return dict(document or {})


def lease(who: str) -> Lease:
    return Lease(lease_id=f"{who}-1", user_id=who, session_id=f"session-{who}")


def of_part(server: Server, part: str) -> dict[str, Any]:
    password = server.passwords[part]
    return {"instance": part, "nats_url": server.url, "nats_user": part, "nats_password": password}


@asynccontextmanager
async def living(part: str, settings: Any, make: Any) -> AsyncIterator[None]:
    bus, tasks = await Bus.connect(settings, part), Tasks()
    made = make(settings, bus, tasks)
    try:
        await made.start()
        yield
    finally:
        await lifetime.stop(part, made, bus, tasks)
        assert not tasks.crashed.is_set()


@asynccontextmanager
async def open_floor(tmp_path: Path, notifiers: int = 1, **settings: Any) -> AsyncIterator[Floor]:
    servers = nats(tmp_path), mongo(tmp_path), redis(tmp_path)
    async with thrown_away(*servers), MailServer() as mails, AsyncExitStack() as left:
        stand_in = Auth()
        auth = await Bus.connect(Settings(**of_part(servers[0], "auth")), "auth")
        left.push_async_callback(auth.drain)
        await auth.answer({"user.look_up": stand_in.look_up})
        gateway = await Bus.connect(Settings(**of_part(servers[0], "gateway")), "gateway")
        left.push_async_callback(gateway.drain)
        of_messenger = MessengerSettings(**of_part(servers[0], "messenger"), mongo_url=servers[1].url)
        of_presence = PresenceSettings(**of_part(servers[0], "presence"), redis_url=servers[2].url, sweep_s=0.1)
        await left.enter_async_context(living("messenger", of_messenger, Messenger))
        await left.enter_async_context(living("presence", of_presence, Presence))
        floor = Floor(tmp_path, servers, mails, stand_in, gateway, **settings)
        left.push_async_callback(floor.database.client.close)
        async with floor.notifiers:
            for _ in range(notifiers):
                await floor.start()
            yield floor


def _user(key: str) -> User:
    return User(user_id=key, login=key, name=key.title(), role="agent", email=f"{key}@example.org")
