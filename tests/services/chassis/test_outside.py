"""What is told outside is there once and in order, whoever tells it, and made anew where the stream is another."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nats as nats_client
import pytest

from chassis.bus import Bus
from chassis.bus.outside import LOOK_S
from chassis.nkeys import AccountKey, claims_of
from contracts.outsiders import EVENTS_SCOPE, OUTSIDE_SCOPES, WITH_TEXT, WITHOUT_TEXT, streams_of
from contracts.permissions import STREAM, WHO_COMES, users
from contracts.texts import without_text
from deploy.local.servers import Server, nats, running
from deploy.nats.accounts import CONSUMERS_MAX
from services.auth.domain.outsiders import answer_claims, coming, user_claims
from services.auth.domain.people import SERVICE, Person
from services.auth.wiring import OUTSIDE
from tests.kit.waiting import eventually
from tests.services.chassis.test_bus import connect, said


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Server]:
    """As it is, but that what is told may be looked at."""
    looks = f"{OUTSIDE.api}.STREAM.MSG.GET.{WITHOUT_TEXT}"
    allowed = users() | {"auth": replace(users()["auth"], publish=(*users()["auth"].publish, looks))}
    server = nats(tmp_path, users=allowed)
    async with running(server):
        yield server


@asynccontextmanager
async def telling(*buses: Bus) -> AsyncIterator[Sequence[asyncio.Task[Any]]]:
    tasks = [asyncio.create_task(bus.tell_outside(OUTSIDE, without_text)) for bus in buses]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


class There:
    """What is in the account of outsiders, as auth sees it."""

    def __init__(self, bus: Bus) -> None:
        self._js = bus.js._nc.jetstream(prefix=OUTSIDE.api)

    async def last_seq(self, stream: str) -> int:
        with suppress(Exception):  # not made yet
            return int((await self._js.stream_info(stream)).state.last_seq)
        return 0

    async def until(self, last: int) -> None:
        async def reached() -> bool:
            return await self.last_seq(WITHOUT_TEXT) >= last and await self.last_seq(WITH_TEXT) >= last

        await eventually(reached, 30)

    async def ids(self) -> list[str]:
        return [(await self._at(seq)).headers["ce-id"] for seq in range(1, await self.last_seq(WITHOUT_TEXT) + 1)]

    async def _at(self, seq: int) -> Any:
        return await self._js.get_msg(WITHOUT_TEXT, seq)

    async def text(self, seq: int) -> str:
        return str(json.loads((await self._at(seq)).data)["message"]["text"])


async def test_two_who_tell_at_once_tell_each_event_once_and_in_order(hub: Server) -> None:
    one, other, messenger = [await connect(hub, part) for part in ("auth", "auth", "messenger")]
    there = There(one)
    async with telling(one, other) as (first, _):
        for number in range(1, 301):
            await messenger.tell(said(number))
            if number == 150:
                await there.until(1)
                first.cancel()
        await there.until(300)
    assert await there.ids() == [f"m_{number}" for number in range(1, 301)]
    assert await there.text(7) == ""
    for bus in (one, other, messenger):
        await bus.drain()


async def test_after_a_kill_of_nats_it_goes_on_where_it_was(hub: Server) -> None:
    auth, messenger = await connect(hub, "auth"), await connect(hub, "messenger")
    there = There(auth)
    async with telling(auth):
        for number in range(1, 51):
            await messenger.tell(said(number))
        await there.until(50)
        hub.kill()
        await hub.until_ended()
        await hub.start()
        await eventually(lambda: messenger.is_connected)
        for number in range(51, 101):
            await messenger.tell(said(number))
        await there.until(100)
    assert await there.ids() == [f"m_{number}" for number in range(1, 101)]
    for bus in (auth, messenger):
        await bus.drain()


async def test_another_stream_makes_both_anew(tmp_path: Path) -> None:
    server = nats(tmp_path, users={part: Everything() for part in ("auth", "messenger")})
    async with running(server):
        auth, messenger = await connect(server, "auth"), await connect(server, "messenger")
        there = There(auth)
        async with telling(auth):
            for number in range(1, 11):
                await messenger.tell(said(number))
            await there.until(10)
            await messenger.js.delete_stream("PARLEY")
            again = await connect(server, "messenger")
            await again.tell(said(11))
            await eventually(lambda: _is(there, ["m_11"]), 30)
            await eventually(lambda: _is_one(there), 30)
        for bus in (auth, messenger, again):
            await bus.drain()


@pytest.mark.parametrize("scope", OUTSIDE_SCOPES)
async def test_whatever_an_outsider_has_nats_publish_no_stream_takes(hub: Server, scope: str) -> None:
    """Where an answer goes is the asker's to say. Sent to the subject of an event it was an event for everybody: with a text for
    those who may have none, and without a place in our stream, so that all of it was told again."""
    auth, messenger = await connect(hub, "auth"), await connect(hub, "messenger")
    there = There(auth)
    await auth.serve(WHO_COMES, _admitting(AccountKey(hub.outsiders_seed), scope))
    async with telling(auth):
        for number in range(1, 4):
            await messenger.tell(said(number))
        await there.until(3)
        crm: Any = await nats_client.connect(hub.url, token="any", name="x", inbox_prefix=b"_INBOX_crm")
        for stream in streams_of(scope):
            for name, policy in (("crm", "all"), ("crm_x", "new")):
                config = {"name": name, "durable_name": name, "deliver_policy": policy, "ack_policy": "explicit"}
                body = json.dumps({"stream_name": stream, "config": config}).encode()
                made = await crm.request(f"$JS.API.CONSUMER.CREATE.{stream}.{name}", body, timeout=5)
                assert b'"error"' not in made.data, made.data
            for subject, target in itertools.product(
                (
                    *("INFO", f"STREAM.INFO.{stream}", f"CONSUMER.INFO.{stream}.crm"),
                    *(f"CONSUMER.MSG.NEXT.{stream}.{name}" for name in ("crm", "crm_x")),
                ),
                (
                    "parley.event.messenger.message.sent.g_1",
                    f"{OUTSIDE.told}.messenger.message.sent.g_1",
                    f"{OUTSIDE.mirrored_api}.CONSUMER.CREATE.{STREAM}",
                    f"{OUTSIDE.mirrored_api}.CONSUMER.CREATE.{OUTSIDE.stream}",
                ),
            ):
                await crm.publish(
                    f"$JS.API.{subject}", b'{"batch":1,"no_wait":true}' if "NEXT" in subject else b"", target
                )
        await crm.flush()
        await messenger.tell(said(4))
        await there.until(4)
        await asyncio.sleep(2 * LOOK_S)  # there is nothing to wait for: nothing is to happen
        assert await there.ids() == ["m_1", "m_2", "m_3", "m_4"]
        assert [await there.text(seq) for seq in range(1, 5)] == ["", "", "", ""]
        operator = await connect(hub, "operator")
        consumers = [one.name for one in await operator.js.consumers_info(STREAM)]
        await operator.drain()
        assert not [one for one in consumers if one.startswith("crm")]
        await crm.close()
    for bus in (auth, messenger):
        await bus.drain()


async def test_outsiders_make_only_so_many_consumers(hub: Server) -> None:
    """One could make any number, by ever new names of connections."""
    await hub.stop()
    _allow_two(Path(hub.program.command[-1]))
    await hub.start()
    auth, messenger = await connect(hub, "auth"), await connect(hub, "messenger")
    await auth.serve(WHO_COMES, _admitting(AccountKey(hub.outsiders_seed), EVENTS_SCOPE))
    async with telling(auth):
        await messenger.tell(said(1))
        await There(auth).until(1)
        made = [await _makes_a_consumer(hub, name) for name in ("a", "b", "c")]
    assert made == [True, True, False]
    for bus in (auth, messenger):
        await bus.drain()


def _allow_two(config: Path) -> None:
    config.write_text(config.read_text().replace(f"max_consumers: {CONSUMERS_MAX}", "max_consumers: 2"))


async def _makes_a_consumer(hub: Server, connection: str) -> bool:
    crm: Any = await nats_client.connect(hub.url, token="any", name=connection, inbox_prefix=b"_INBOX_crm")
    name = f"crm_{connection}"
    config = {"name": name, "durable_name": name, "ack_policy": "explicit"}
    body = json.dumps({"stream_name": WITHOUT_TEXT, "config": config}).encode()
    answer = await crm.request(f"$JS.API.CONSUMER.CREATE.{WITHOUT_TEXT}.{name}", body, timeout=5)
    await crm.close()
    return b'"error"' not in answer.data


def _admitting(key: AccountKey, scope: str) -> Callable[[bytes], Awaitable[bytes]]:
    """Whoever comes is crm, with this scope."""
    now = datetime.now(UTC)
    person = Person("u_crm", "crm", "CRM", "agent", b"", "", now, kind=SERVICE)

    async def admit(data: bytes) -> bytes:
        who = coming(claims_of(data.decode()))
        jwt = key.sign(user_claims(who, person, scope, now, now + timedelta(minutes=5)))
        return key.sign(answer_claims(who, now, jwt=jwt)).encode()

    return admit


async def _is(there: There, ids: list[str]) -> bool:
    return await there.last_seq(WITHOUT_TEXT) == len(ids) and await there.ids() == ids


async def _is_one(there: There) -> bool:
    return await there.last_seq(WITH_TEXT) == 1


class Everything:
    publish = (">",)
    subscribe = (">",)
