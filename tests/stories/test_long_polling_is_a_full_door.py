"""A client that never leaves long polling asks and is told like any other, many packets at a time."""

import json

import aiohttp

from tests.stories.conftest import PASSWORD, Running

ASKS = 60


async def test_one_post_of_many_asks_is_answered_in_order(cluster: Running) -> None:
    """Engine.IO drops what is posted with more than 16 packets in it, and answers 200 (4.15.1)."""
    async with aiohttp.ClientSession(cluster.url) as http:
        form = {"login": "jonas", "password": PASSWORD, "session": "token"}
        token = (await (await http.post("/api/v1/auth/login", json=form)).json())["access_token"]
        opened = await (await http.get("/socket.io/?EIO=4&transport=polling")).text()
        path = f"/socket.io/?EIO=4&transport=polling&sid={json.loads(opened[1:])['sid']}"
        await http.post(path, data=f'40{{"token":"{token}"}}')
        packets: list[str] = []
        await http.post(path, data="\x1e".join(f'42{number}["me.get",{{}}]' for number in range(ASKS)))
        while sum(packet.startswith("43") for packet in packets) < ASKS:
            answer = await (await http.get(path)).text()
            packets += answer.split("\x1e")
            if "2" in answer.split("\x1e"):
                await http.post(path, data="3")
        answers = [packet for packet in packets if packet.startswith("43")]
        assert [int(packet[2 : packet.index("[")]) for packet in answers] == list(range(ASKS))
        await http.post(path, data="1")
