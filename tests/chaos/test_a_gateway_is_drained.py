"""A gateway is told to go: it says so to its people, who move to the other without a message lost or seeming away."""

import asyncio
import signal
import time
from contextlib import suppress
from pathlib import Path

import aiohttp

from tests.chaos.circle import Circle
from tests.chaos.harm import held_down
from tests.chaos.watching import told_offline
from tests.kit.history import Connected, History
from tests.kit.person import Person
from tests.kit.raw_socket import RawSocket
from tests.kit.session import open_http
from tests.kit.waiting import eventually
from tests.stories.conftest import Enter, Running

MOVED_WITHIN_S = 10.0
GRACE_S = 12.0
"""Of a drain, and of what is asked and told meanwhile."""


async def test_its_people_are_warned_and_move(cluster: Running, circle: Circle, history: History) -> None:
    moving = (circle.marco, circle.sofia)
    async with circle.talking():
        told_at = time.monotonic()
        with held_down(cluster, "gateway-1", by=signal.SIGTERM):
            for one in moving:
                await one.eventually(lambda one=one: one.returned == 2 and one.is_live, MOVED_WITHIN_S)  # type: ignore[misc]
            await circle.until_said(50, 10.0)
    for one in moving:
        assert [warning["code"] for warning in one.pushes("connection.warning")] == ["draining"]
        assert _gateways(history, one) == cluster.urls
    assert _gateways(history, circle.elena) == cluster.urls[1:]
    assert told_offline(history, circle.people, told_at) == []


def _gateways(history: History, one: Person) -> list[str]:
    """In the order of connecting to them."""
    return [
        record.gateway for record in history.records if isinstance(record, Connected) and record.client == one.client
    ]


async def test_nobody_is_left_behind(cluster: Running, enter: Enter) -> None:
    """One polls, one has stopped reading, one has said nothing yet and one says CONNECT only now: all are let go, and the
    process ends within its grace."""
    jonas = await enter("jonas", first_gateway=1)
    connect = '40{"token":"%s"}' % await jonas.session.fresh_token()
    pid = cluster.pid("gateway-1")
    async with open_http() as http:
        poll = f"{cluster.url}/socket.io/?EIO=4&transport=polling"
        poll += "&sid=" + (await (await http.get(poll)).text()).partition('"sid":"')[2].partition('"')[0]
        await http.post(poll, data=connect)
        polled = asyncio.create_task(_polled(http, poll))
        async with (
            RawSocket(http, cluster.url) as deaf,
            RawSocket(http, cluster.url) as silent,
            RawSocket(http, cluster.url) as late,
        ):
            await deaf.say(connect)
            await deaf.hear('42["ready"')
            _stop_reading(deaf)
            with held_down(cluster, "gateway-1", by=signal.SIGTERM):
                told_at = time.monotonic()
                with suppress(ConnectionError):
                    await late.say(connect)
                said = await polled
                assert '"draining"' in said
                assert said.endswith("\x1e1")
                assert await silent.until_ended() == []
                await late.until_ended()
                await eventually(lambda: not _lives(pid), GRACE_S)
                assert time.monotonic() - told_at < GRACE_S


async def _polled(http: aiohttp.ClientSession, path: str) -> str:
    """All that is said until the end."""
    said = ""
    while not said.endswith("\x1e1"):
        async with http.get(path) as answer:
            if answer.status != 200:
                return said
            said += "\x1e" + await answer.text()
    return said


def _stop_reading(raw: RawSocket) -> None:
    connection = raw.websocket._response.connection
    assert connection is not None
    assert connection.transport is not None
    connection.transport.pause_reading()


def _lives(pid: int) -> bool:
    """A process whose parent is paused stays as a zombie."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
