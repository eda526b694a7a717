"""The admin's own device, with parley_client: it makes the people and the group, hears all of the group while everything else
goes on, and has to have heard what is there, each message once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import aiohttp

from parley_client import Parley, asks, heard, types
from tests.kit.answers import Answers
from tests.kit.violation import Violation
from tests.kit.waiting import Bell, NeverHappened, eventually

RULE = "device"
HEARD_WITHIN_S = 60.0


class Device:
    """`async with Device(gateways, login, password, http) as device`: live, and listening until the end."""

    def __init__(
        self, gateways: Sequence[str], login: str, password: str, http: aiohttp.ClientSession | None = None
    ) -> None:
        self._parley = Parley(gateways, login=login, password=password, http=http, agent="replay")
        self._group_id = ""
        self._after = 0
        self._heard: list[types.Message] = []
        self._bell = Bell()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Device:
        await self._parley.connect()
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._parley.close()
        if self._listening is not None:
            await self._listening

    async def make_person(self, login: str, name: str, password: str) -> None:
        request = types.CreateUser(login=login, name=name, role="agent", password=password, request_id=login)
        await self._parley.ask(asks.USER_CREATE, request)

    async def make_group(self, name: str, member_ids: list[str], request_id: str) -> str:
        request = types.CreateGroup(name=name, member_ids=member_ids, request_id=request_id)
        made = await self._parley.ask(asks.GROUP_CREATE, request)
        self._group_id = made.conversation.conversation_id
        return self._group_id

    async def differences(self, answers: Answers) -> list[Violation]:
        """Between what it heard of the group and what is there, from the last snapshot on."""
        (history, *_) = answers.messages[self._group_id].values()
        there = {message["seq"]: message for message in history if message["seq"] > self._after}
        try:
            await eventually(lambda: there.keys() <= {one.seq for one in self._of_group()}, HEARD_WITHIN_S, self._bell)
        except NeverHappened:
            lost = sorted(there.keys() - {one.seq for one in self._of_group()})
            return [Violation(RULE, "admin", f"parley_client did not hear {lost[:5]} and others, {len(lost)} in all")]
        count = Counter(one.seq for one in self._of_group())
        again = [Violation(RULE, "admin", f"parley_client heard {seq} {n} times") for seq, n in count.items() if n > 1]
        return again + [
            Violation(RULE, "admin", f"parley_client heard {one.seq} as another message")
            for one in self._of_group()
            if (one.message_id, one.text) != (there[one.seq]["message_id"], there[one.seq]["text"])
        ]

    def _of_group(self) -> list[types.Message]:
        return [one for one in self._heard if one.conversation_id == self._group_id and one.seq > self._after]

    async def _listen(self) -> None:
        async for event in self._parley:
            match event:
                case heard.MessageSent(message=message):
                    self._heard.append(message)
                case heard.Ready(snapshot=types.Snapshot(conversations=conversations)):
                    last = [one.last_seq for one in conversations if one.conversation_id == self._group_id]
                    self._after = max(self._after, *last, 0)
            self._bell.ring()
