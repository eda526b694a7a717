"""A peer that hangs is as good as dead: the other side notices within 15 seconds, whichever of the two it is."""

import asyncio
import sys
from functools import partial
from pathlib import Path

from tests.chaos.circle import Circle
from tests.chaos.harm import paused
from tests.kit.person import Person
from tests.kit.session import open_http
from tests.kit.waiting import eventually
from tests.stories.conftest import Enter, Running

NOTICED_WITHIN_S = 15.0
ESTABLISHED = "01"
CLIENT = """
import asyncio, sys, socketio

async def main(url, token):
    client = socketio.AsyncClient(reconnection=False)
    ready = asyncio.Event()
    client.on("ready", lambda body: ready.set())
    await client.connect(url, auth={"token": token}, transports=["websocket"])
    await ready.wait()
    transport = client.eio.ws._response.connection.transport
    print(transport.get_extra_info("sockname")[1], flush=True)
    await client.wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_client_that_hangs_is_let_go(cluster: Running, enter: Enter) -> None:
    """Its process is stopped, so its machine keeps the connection: the gateway has to give it up."""
    jonas = await enter("jonas")
    words = "-c", CLIENT, cluster.url, await jonas.session.fresh_token()
    client = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    try:
        assert client.stdout is not None
        port = int(await client.stdout.readline())
        assert is_established(port)
        with paused(client.pid):
            await eventually(lambda: not is_established(port), NOTICED_WITHIN_S, what="the gateway gives up")
    finally:
        client.kill()
        await client.communicate()


async def test_a_gateway_that_hangs_is_left(cluster: Running, circle: Circle) -> None:
    moving = (circle.marco, circle.sofia)
    async with circle.talking():
        with paused(cluster.pid("gateway-1")):
            for one in moving:
                await one.eventually(partial(_is_cut_or_back, one), NOTICED_WITHIN_S)
            for one in moving:
                await one.until_ready()
            await circle.until_said(20, 10.0)
    assert all(one.returned >= 2 for one in moving)


async def test_who_polls_a_gateway_and_hangs_is_let_go(cluster: Running, enter: Enter) -> None:
    jonas = await enter("jonas")
    path = f"{cluster.url}/socket.io/?EIO=4&transport=polling"
    async with open_http() as http:
        opened = await (await http.get(path)).text()
        path += "&sid=" + opened.partition('"sid":"')[2].partition('"')[0]
        await http.post(path, data='40{"token":"%s"}' % await jonas.session.fresh_token())

        async def is_gone() -> bool:
            async with http.post(path, data="6") as answer:
                return answer.status == 400

        await eventually(is_gone, NOTICED_WITHIN_S, every_s=0.5, what="the gateway gives up")


def _is_cut_or_back(one: Person) -> bool:
    return not one.is_live or one.returned >= 2


def is_established(port: int) -> bool:
    """Whether a connection from this port of the machine is, as Linux knows it."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return any(row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED for row in rows)
