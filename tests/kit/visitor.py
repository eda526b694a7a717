"""A person at a browser: one page in a context of its own, the line it has to its gateway, and what it complained of."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from bench.chaos.proxy import HOST, Proxy

ANSWER_MS = 20_000
SMALL = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
"""Options of a telephone."""
DESK = {"viewport": {"width": 1280, "height": 800}}
NETWORK = re.compile(r"Failed to load resource|WebSocket connection to")
OWN_FAULT = re.compile(r"status of (400|404|405|500)\b|ERR_BLOCKED|unexpected|Invalid frame")
"""What the network says of an ask is no fault of the page, but for these."""
ASKED = ("/api/", "/socket.io/")


class Visitor:
    """`line` leads to the gateway, for this page alone: it can be cut, stalled and led to another gateway."""

    def __init__(self, name: str, page: Page, line: Proxy) -> None:
        self.name = name
        self.page = page
        self.line = line
        self.user: dict[str, Any] = {}
        self.complaints: list[str] = []
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", self._raised)
        page.on("crash", lambda _: self.complaints.append("the page crashed"))

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def user_id(self) -> str:
        return str(self.user["user_id"])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.line.port}"

    async def log_in(self, password: str) -> None:
        """As the form does it, without the form: the browser has the cookie, and the page comes in with it."""
        form = {"login": self.name, "password": password}
        answer = await self.context.request.post(f"{self.url}/api/v1/auth/login", data=form)
        assert answer.ok, await answer.text()
        self.user = (await answer.json())["user"]

    async def go(self, path: str = "/") -> None:
        """Returns once the page knows who is here."""
        await self.page.goto(self.url + path)
        await self.page.locator("#page > :not(.arriving)").first.wait_for(state="attached")

    @asynccontextmanager
    async def offline(self) -> AsyncIterator[None]:
        """The browser knows that it has no network, and what was open is gone."""
        await self.context.set_offline(True)
        self.line.cut()
        try:
            yield
        finally:
            self.line.restore()
            await self.context.set_offline(False)

    @asynccontextmanager
    async def silence(self) -> AsyncIterator[None]:
        """Nothing passes, and nobody is told: what a broken network looks like at first."""
        self.line.stall()
        try:
            yield
        finally:
            self.line.restore()

    def _hear(self, message: ConsoleMessage) -> None:
        at = message.location.get("url", "")
        self.said.append(f"{message.type}: {message.text} ({at})")
        if message.type == "error" and not _is_of_the_network(message.text, urlsplit(at).path):
            self.complaints.append(f"{message.text} ({at})")

    def _raised(self, error: Error) -> None:
        self.said.append(f"unhandled: {error.stack or error}")
        self.complaints.append(f"unhandled: {error.stack or error}")


def _is_of_the_network(text: str, path: str) -> bool:
    if not NETWORK.match(text) or OWN_FAULT.search(text):
        return False
    return text.startswith("WebSocket") or path.startswith(ASKED)


@asynccontextmanager
async def visiting(browser: Browser, name: str, gateway: str, **options: Any) -> AsyncIterator[Visitor]:
    """`options` are those of a browser's context, e.g. `locale`, `color_scheme`, `viewport`."""
    port = urlsplit(gateway).port
    assert port is not None
    line = Proxy(port)
    await line.start()
    context = await browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Rome", **DESK, **options})
    try:
        context.set_default_timeout(ANSWER_MS)
        yield Visitor(name, await context.new_page(), line)
    finally:
        await context.close()
        await line.stop()
