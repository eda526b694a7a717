"""Whoever was away while megabytes were written gets all of it in one go, at the speed they read."""

import asyncio

import pytest

from tests.stories.conftest import Enter

TEXT = "x" * 16_000
MESSAGES = 100


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_megabytes_were_missed(enter: Enter, transport: str) -> None:
    elena, jonas = await enter("elena"), await enter("jonas", transport=transport)
    seen = await elena.send(to={"user_id": jonas.user_id}, text="before")
    await jonas.eventually(lambda: [p for p in jonas.pushes("message.sent") if p["message"] == seen])
    await jonas.leave()
    sent = [await elena.send(to={"user_id": jonas.user_id}, text=TEXT) for _ in range(MESSAGES)]
    before = len(jonas.pushes("message.sent"))
    await jonas.connect()
    ready = jonas.pushes("ready")
    assert len(ready) == 2
    assert ready[-1]["recovered"] is True
    assert [push["message"]["seq"] for push in jonas.pushes("message.sent")[before:]] == [one["seq"] for one in sent]


async def test_a_long_page_and_what_is_pushed_meanwhile(enter: Enter) -> None:
    elena, jonas = await enter("elena"), await enter("jonas")
    sent = [await elena.send(to={"user_id": jonas.user_id}, text=TEXT) for _ in range(MESSAGES)]
    conversation_id = sent[0]["conversation_id"]
    pages = [
        asyncio.create_task(jonas.ask("message.list", conversation_id=conversation_id, limit=MESSAGES))
        for _ in range(4)
    ]
    last = await elena.send(to={"user_id": jonas.user_id}, text=TEXT)
    for page in pages:
        assert (await page)["messages"][-1]["seq"] >= sent[-1]["seq"]
    await jonas.eventually(lambda: [p for p in jonas.pushes("message.sent") if p["message"] == last])
    assert len(jonas.pushes("ready")) == 1
