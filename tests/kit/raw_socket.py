"""A Socket.IO connection of which every character is ours: for what no proper client would send."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Self

import aiohttp

from tests.kit.declared import is_declared

WAIT_S = 10.0
AT_ONCE = 100
"""Asks under way at a time: more than a connection's queue holds would be `rate_limited`."""


class RawSocket:
    """`async with RawSocket(http, url, token) as raw`: connected, and past `ready` where there is a token."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str | None = None) -> None:
        self._http = http
        self._url = f"{url}/socket.io/?EIO=4&transport=websocket"
        self._token = token
        self._number = 0
        self.websocket: aiohttp.ClientWebSocketResponse

    async def __aenter__(self) -> Self:
        self.websocket = await self._http.ws_connect(self._url, max_msg_size=0)
        await self.hear("0")
        if self._token is not None:
            await self.say("40" + json.dumps({"token": self._token}))
            await self.hear('42["ready"')
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.websocket.close()

    async def say(self, text: str) -> None:
        await self.websocket.send_str(text)

    async def connect(self, auth: str) -> dict[str, Any]:
        """The data of the `connect_error`; `auth` is JSON."""
        await self.say("40" + auth)
        refused: dict[str, Any] = json.loads((await self.hear("44"))[2:])["data"]
        return refused

    async def ask(self, name: str, *arguments: str) -> dict[str, Any]:
        """The acknowledgement; each argument is JSON."""
        (answer,) = await self.ask_all([(name, arguments)])
        return answer

    async def ask_all(self, asks: Sequence[tuple[str, Sequence[str]]]) -> list[dict[str, Any]]:
        """The acknowledgements, in order. Raises TimeoutError where one never comes."""
        answers = []
        for start in range(0, len(asks), AT_ONCE):
            some = asks[start : start + AT_ONCE]
            numbers = range(self._number, self._number + len(some))
            self._number += len(some)
            for number, (name, arguments) in zip(numbers, some, strict=True):
                await self.say(f"42{number}[{','.join((json.dumps(name), *arguments))}]")
            for number, (name, _) in zip(numbers, some, strict=True):
                answer = json.loads((await self.hear(f"43{number}["))[len(f"43{number}") :])[0]
                assert answer["ok"] or is_declared(name, answer["error"]["code"]), (name, answer)
                answers.append(answer)
        return answers

    async def hear(self, beginning: str) -> str:
        """The next packet that begins so; pings are answered. Raises ConnectionError when the connection ends first."""
        async with asyncio.timeout(WAIT_S):
            while True:
                message = await self.websocket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise ConnectionError(f"ended while {beginning} was awaited: {message.type.name}")
                if message.data.startswith(beginning):
                    return str(message.data)
                if message.data == "2":
                    await self.say("3")

    async def until_ended(self) -> list[str]:
        """What else was said before the end."""
        said: list[str] = []
        async with asyncio.timeout(WAIT_S):
            while (message := await self.websocket.receive()).type is aiohttp.WSMsgType.TEXT:
                if message.data == "2":
                    await self.say("3")
                said.append(message.data)
        return said
