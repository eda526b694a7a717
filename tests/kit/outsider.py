"""A service account that listens on NATS, and what NATS says it may not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nats
from nats.aio.client import Client

from tests.kit.api import Api
from tests.kit.waiting import NeverHappened, eventually

REFUSED_S = 1.5


def state_of(data_dir: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((data_dir / "run" / "cluster.json").read_text())
    return state


def password_of(data_dir: Path, part: str) -> str:
    return str(json.loads((data_dir / "run" / "secrets.json").read_text())["nats"][part])


async def token_for(api: Api, login: str, scope: str) -> tuple[str, str]:
    """Its id and its secret, of a service account of this login, which is made where there is none."""
    found = (await api("admin", "GET", f"/users?q={login}"))["users"]
    user = next((one for one in found if one["login"] == login), None)
    if user is None:
        form = {"login": login, "name": login.title(), "role": "agent", "kind": "service"}
        user = (await api("admin", "POST", "/users", form))["user"]
    form = {"user_id": user["user_id"], "name": "A stranger", "scope": scope}
    made = await api("admin", "POST", "/tokens", form)
    return made["token"]["token_id"], made["secret"]


class Tried:
    """One connection, and what NATS would not let it do."""

    def __init__(self, client: Client, violations: list[str]) -> None:
        self.client = client
        self._violations = violations

    async def is_refused(self, kind: str, subject: str) -> bool:
        """`kind`: publish or subscribe. What is not refused is done."""
        self._violations.clear()
        if kind == "publish":
            await self.client.publish(subject, b"")
        else:
            await self.client.subscribe(subject)
        await self.client.flush()
        wanted = f'violation for {"publish" if kind == "publish" else "subscription"} to "{subject.lower()}"'
        try:  # the refusal may come after the answer to the flush
            return await eventually(lambda: any(wanted in said for said in self._violations), REFUSED_S, every_s=0.002)
        except NeverHappened:
            return False

    async def asks(self, subject: str, body: Any = None) -> dict[str, Any]:
        data = b"" if body is None else json.dumps(body).encode()
        answer: dict[str, Any] = json.loads((await self.client.request(subject, data, timeout=5)).data)
        assert "error" not in answer, answer
        return answer


@asynccontextmanager
async def connected(url: str, **options: Any) -> AsyncIterator[Tried]:
    violations: list[str] = []

    async def note(error: Exception) -> None:
        violations.append(str(error).lower())

    client = await nats.connect(url, error_cb=note, allow_reconnect=False, **options)
    try:
        yield Tried(client, violations)
    finally:
        await client.close()


async def until_told_outside(outsider: Tried, sequence: int) -> None:
    """Until the stream of outsiders is as far as the cluster's own."""

    async def reached() -> bool:
        state = (await outsider.asks("$JS.API.STREAM.INFO.PARLEY"))["state"]
        return bool(state["last_seq"] >= sequence)

    await eventually(reached, 20)


async def is_admitted(url: str, **credential: str) -> bool:
    """As NATS itself says to who comes with this."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        assert (await reader.readline()).startswith(b"INFO ")
        options = {"verbose": False, "headers": True, "lang": "test", "version": "1", "protocol": 1, **credential}
        writer.write(f"CONNECT {json.dumps(options)}\r\nPING\r\n".encode())
        said = await asyncio.wait_for(reader.readline(), 30)
        assert said == b"PONG\r\n" or b"Authorization Violation" in said, said
        return said == b"PONG\r\n"
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
