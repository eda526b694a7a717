"""Somebody at a browser, and what they wait for. Clicks, keys and the wheel are the browser's own; times are taken in the page
by `inside.js`, what its main thread does is counted by Chromium."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from playwright.async_api import CDPSession, Page, WebSocket, async_playwright

from tests.kit.browser import FLAGS, LEFT_OUT, NAMES

INSIDE = Path(__file__).with_name("inside.js")
READY_MS = 60_000
OPENED_MS = 10_000
REST_S = 0.3
"""Between two openings: what follows from one is not counted to the next."""
KEYS_PER_S = 8
TEXT = "we are looking into this call and come back to you "
WHEEL_PX, WHEEL_EVERY_S, WHEEL_TURNS = 1_600, 0.05, 200
SAID = '42["message.sent"'


@dataclass(frozen=True)
class Typed:
    """`keys`: until each was painted; `long`: tasks above 50 ms; in milliseconds. `heard` messages arrived."""

    keys: list[float]
    long: list[float]
    heard: int


class Reader:
    def __init__(self, page: Page, browser: CDPSession) -> None:
        self._page = page
        self._browser = browser
        self._opened: list[str] = []
        self.heard = 0

    def listen(self, socket: WebSocket) -> None:
        def hear(payload: str | bytes) -> None:
            self.heard += isinstance(payload, str) and payload.startswith(SAID)

        socket.on("framereceived", hear)

    async def open(self, count: int, *, again: bool) -> tuple[list[float], list[float]]:
        """Milliseconds from a click until the messages are painted and one can type; and how busy the main thread was."""
        took, busy = [], []
        await self._page.evaluate("measure.toTop()")
        rows = list(self._opened) if again else []
        for number in range(count):
            row = rows[number] if again else await self._next_row()
            await self._page.evaluate("(row) => measure.bringIn(row)", row)
            await self._page.evaluate("(row) => measure.arm(row)", row)
            before = await self._busy_ms()
            await self._page.locator(f'[data-row="{row}"] a').click()
            took.append(float(await self._page.evaluate("(most) => measure.opened(most)", OPENED_MS)))
            busy.append(await self._busy_ms() - before)
            if not again:
                self._opened.append(row)
            await asyncio.sleep(REST_S)
        return took, busy

    async def type(self, conversation_id: str, seconds: float) -> Typed:
        await self._page.evaluate("measure.toTop()")
        row = f"/c/{conversation_id}"
        await self._page.evaluate("(row) => measure.bringIn(row)", row)
        await self._page.locator(f'[data-row="{row}"] a').click()
        field = self._page.locator("#composer")
        await field.focus()
        await self._page.evaluate("measure.typing()")
        before, began = self.heard, monotonic()
        for number in range(int(seconds * KEYS_PER_S)):
            await asyncio.sleep(began + number / KEYS_PER_S - monotonic())
            await self._page.keyboard.press(TEXT[number % len(TEXT)].replace(" ", "Space"))
        found = await self._page.evaluate("measure.typed()")
        return Typed(found["keys"], found["long"], self.heard - before)

    async def scroll(self) -> list[float]:
        """How long each frame took, in milliseconds."""
        await self._page.evaluate("measure.toTop()")
        await self._page.locator("#list").hover()
        await self._page.evaluate("measure.frames()")
        began = monotonic()
        for number in range(WHEEL_TURNS):
            await asyncio.sleep(began + number * WHEEL_EVERY_S - monotonic())
            await self._page.mouse.wheel(0, WHEEL_PX)
        frames: list[float] = await self._page.evaluate("measure.framed()")
        return frames

    async def _next_row(self) -> str:
        row: str | None = await self._page.evaluate("(known) => measure.nextRow(known)", self._opened)
        assert row is not None, "there are no more conversations"
        return row

    async def _busy_ms(self) -> float:
        found = await self._browser.send("Performance.getMetrics")
        return next(float(one["value"]) for one in found["metrics"] if one["name"] == "TaskDuration") * 1_000


@asynccontextmanager
async def reading(gateway: str, reader: tuple[str, str], people: int) -> AsyncIterator[Reader]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        sys.exit(f"page: {LEFT_OUT}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS, chromium_sandbox=False)
        context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
        page = await context.new_page()
        page.set_default_timeout(READY_MS)
        login, password = reader
        answer = await context.request.post(f"{gateway}/api/v1/auth/login", data={"login": login, "password": password})
        assert answer.ok, await answer.text()
        await page.add_init_script(path=INSIDE)
        session = await context.new_cdp_session(page)
        await session.send("Performance.enable")
        one = Reader(page, session)
        page.on("websocket", one.listen)
        await page.goto(gateway)
        await page.locator("#list").wait_for()
        await page.wait_for_function("(people) => measure.rows() >= people", arg=people)
        yield one
        await browser.close()
