"""Two people write all the time, and everything breaks: both have everything, once, in order, and know what is unread."""

import asyncio
import os
import signal
import time

from bench.chaos.proxy import HOST, Proxy
from tests.library.remote import Picture, Remote
from tests.stories.conftest import PASSWORD, Enter, Running

PAUSE_S = 0.2
NOTICED_WITHIN_S = 15.0
ASK_UNANSWERED_S = 8.5
"""Five for the answer, and what a busy machine adds."""


async def test_whatever_the_network_does(cluster: Running, lines: list[Proxy], lead: Remote, enter: Enter) -> None:
    sofia = await enter("sofia", first_gateway=1)
    here, _, there = lines
    await _come(lead, "marco", here)
    await _come(lead, "elena", there)
    elena_id = (await lead("elena", "ask", "me.get", {}))["user"]["user_id"]
    first = await lead("marco", "send", {"userId": elena_id}, "marco 0")
    shown = await lead.until("marco", lambda now: not now["outbox"], 10, f"{first} is sent")
    (chat,) = [key for key in shown["conversations"] if key.startswith("d_")]
    await asyncio.gather(*(lead(one, "open", chat) for one in ("marco", "elena")))

    enough = asyncio.Event()
    async with asyncio.TaskGroup() as writing:
        counts = [writing.create_task(_write(lead, one, chat, enough)) for one in ("marco", "elena")]
        try:
            os.kill(cluster.pid("gateway-1"), signal.SIGKILL)
            await _comes_back(lead, "marco")
            here.cut()
            await _is_missed(lead, "marco", NOTICED_WITHIN_S)
            here.restore()
            await _comes_back(lead, "marco")
            there.stall()
            await _is_missed(lead, "elena", ASK_UNANSWERED_S)
            there.restore()
            await _comes_back(lead, "elena")
            await lead("elena", "network", "offline")
            assert (await lead.picture("elena"))["connection"]["phase"] == "offline"
            await lead("elena", "network", "online")
            await _comes_back(lead, "elena")
        finally:
            enough.set()
    await lead("elena", "send", {"conversationId": chat}, "the last word")
    written = {
        one: [f"{one} {n}" for n in range(count.result())]
        for one, count in zip(("marco", "elena"), counts, strict=True)
    }

    shown_of = {
        one: await lead.until(one, lambda now: _is_all(now, chat, written), 60, "has everything")
        for one in ("marco", "elena")
    }
    for one, now in shown_of.items():
        texts = now["threads"][chat]["texts"]
        for writer, said in written.items():
            assert [text for text in texts if text.startswith(writer)] == said, f"{one} has what {writer} wrote"
        assert len(now["told"]) == len(set(now["told"])), f"{one} was told something twice"
        assert set(written[_other(one)][1:]) <= set(now["told"]), f"{one} was told everything"
        assert now["phases"][-1] == "connected"
    await _knows_what_is_unread(lead, here, "marco")
    assert sofia.is_live


async def test_what_was_written_without_a_network_survives_a_reload(
    lines: list[Proxy], lead: Remote, enter: Enter
) -> None:
    line, _, _ = lines
    jonas = await enter("jonas", first_gateway=1)
    await _come(lead, "marco", line)
    line.cut()
    await _is_missed(lead, "marco", NOTICED_WITHIN_S)
    for number in range(3):
        await lead("marco", "send", {"userId": jonas.user_id}, f"kept {number}")
    await _come_again(lead, "marco", line)
    await lead.until("marco", lambda now: not now["outbox"], 20, "has sent it")
    await jonas.eventually(lambda: len(_kept(jonas.pushes("message.sent"))) >= 3)
    assert _kept(jonas.pushes("message.sent")) == [f"kept {number}" for number in range(3)]


async def test_a_silent_break_is_noticed_without_asking(lines: list[Proxy], lead: Remote) -> None:
    line, _, _ = lines
    await _come(lead, "elena", line)
    line.stall()
    began = time.monotonic()
    await _is_missed(lead, "elena", NOTICED_WITHIN_S)
    assert time.monotonic() - began < NOTICED_WITHIN_S
    line.restore()
    await lead.until_connected("elena")


async def _come(lead: Remote, name: str, line: Proxy) -> None:
    await lead(name, "make", f"http://{HOST}:{line.port}")
    await lead(name, "start")
    await lead(name, "logIn", name, PASSWORD)
    await lead.until_connected(name)


async def _come_again(lead: Remote, name: str, line: Proxy) -> None:
    """The page is loaded anew: what it has is what this tab keeps."""
    await lead(name, "make", f"http://{HOST}:{line.port}")
    assert (await lead.picture(name))["outbox"] == []
    line.restore()
    await lead(name, "start")
    await lead(name, "logIn", name, PASSWORD)


async def _write(lead: Remote, name: str, chat: str, enough: asyncio.Event) -> int:
    """How many they have written."""
    number = 1 if name == "marco" else 0
    while not enough.is_set():
        await lead(name, "send", {"conversationId": chat}, f"{name} {number}")
        number += 1
        await asyncio.sleep(PAUSE_S)
    return number


async def _is_missed(lead: Remote, name: str, within_s: float) -> None:
    lost = await lead.until(name, lambda now: now["connection"]["phase"] != "connected", within_s, "misses its line")
    assert lost["connection"]["phase"] in ("reconnecting", "catching_up")


async def _comes_back(lead: Remote, name: str) -> None:
    """And has sent what it wrote meanwhile."""
    before = len((await lead.picture(name))["told"])
    await lead.until_connected(name)
    await lead.until(name, lambda now: len(now["told"]) > before + 5, 20, "hears again")


def _is_all(now: Picture, chat: str, written: dict[str, list[str]]) -> bool:
    texts = now["threads"][chat]["texts"]
    return not now["outbox"] and "the last word" in texts and all(said[-1] in texts for said in written.values())


async def _knows_what_is_unread(lead: Remote, line: Proxy, name: str) -> None:
    """As somebody who comes with nothing is told."""
    await lead("fresh", "make", f"http://{HOST}:{line.port}")
    await lead("fresh", "logIn", name, PASSWORD)
    parts = ("unreadTotal", "order", "conversations")
    fresh = await lead.until_connected("fresh")
    assert fresh["unreadTotal"] >= 1
    await lead.until(name, lambda now: all(now[part] == fresh[part] for part in parts), 5, "knows as much")


def _other(name: str) -> str:
    return "elena" if name == "marco" else "marco"


def _kept(pushes: list[dict[str, dict[str, str]]]) -> list[str]:
    return [push["message"]["text"] for push in pushes if push["message"]["text"].startswith("kept")]
