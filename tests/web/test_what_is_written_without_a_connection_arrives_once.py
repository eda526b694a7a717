"""A connection breaks while two people talk: it is said in time, what both write meanwhile arrives once, and then it is over."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from playwright.async_api import Error, Locator, Page, WebSocketRoute, expect

from tests.chaos.harm import held_down, until_whole
from tests.kit.visitor import Visitor
from tests.kit.waiting import eventually
from tests.stories.conftest import Running
from tests.web.conftest import Create, Visit

BACK_MS = 30_000
MESSAGE_SENT = re.compile(r'42(\d+)\["message\.send"')
Break = Callable[[Visitor, Running], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def killed_gateway(_: Visitor, cluster: Running) -> AsyncIterator[None]:
    with held_down(cluster, "gateway-1"):
        yield
    await until_whole(cluster)


def offline(visitor: Visitor, _: Running) -> AbstractAsyncContextManager[None]:
    return visitor.offline()


def silence(visitor: Visitor, _: Running) -> AbstractAsyncContextManager[None]:
    return visitor.silence()


@pytest.mark.parametrize(
    ("broken", "known_s", "said"),
    [
        (killed_gateway, 1.0, "No connection."),
        (offline, 1.0, "This device has no network."),
        (silence, 13.0, "No connection."),
    ],
)
async def test_a_break_is_said_and_healed(
    person: Visit, create: Create, cluster: Running, broken: Break, known_s: float, said: str
) -> None:
    """`known_s`: after so long the page can know; it says so two seconds later."""
    ada, grace = await _two_who_talk(person, create)
    await _write(ada.page, "One")
    await expect(grace.page.get_by_role("log").get_by_text("One")).to_be_visible()
    await expect(ada.page.get_by_role("img", name="Seen")).to_be_visible()
    async with broken(ada, cluster):
        broken_at = time.monotonic()
        await _write(ada.page, "Two")
        await _write(grace.page, "Three")
        await expect(_warning(ada.page)).to_contain_text(said, timeout=BACK_MS)
        assert 2.0 <= time.monotonic() - broken_at < known_s + 2.0 + 3.0
        await expect(_log(ada.page)).to_contain_text("It is sent when the connection is back.")
        assert await _texts(ada.page) == ["One", "Two"]
        assert await _warning(grace.page).inner_text() == ""
    await expect(_warning(ada.page)).to_be_empty(timeout=BACK_MS)

    async def agree() -> bool:
        return await _texts(ada.page) == await _texts(grace.page) == ["One", "Three", "Two"]

    await eventually(agree, 30.0, what="both read the same")
    await expect(_log(ada.page)).not_to_contain_text("It is sent when the connection is back.")


async def test_what_was_written_without_a_network_outlives_a_reload(person: Visit, create: Create) -> None:
    """The page itself cannot be loaded meanwhile: the tab keeps what was written in it."""
    ada, grace = await _two_who_talk(person, create)
    await _write(ada.page, "One")
    await expect(grace.page.get_by_role("log").get_by_text("One")).to_be_visible()
    async with ada.offline():
        await _write(ada.page, "Two")
        await _write(ada.page, "Three")
        await expect(_log(ada.page)).to_contain_text("It is sent when the connection is back.")
        with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
            await ada.page.reload()
    await ada.go(f"/p/{grace.user_id}")
    await _both_read(ada, grace, ["One", "Two", "Three"])
    await expect(_log(ada.page)).not_to_contain_text("It is sent when the connection is back.")
    await ada.page.reload()
    await _both_read(ada, grace, ["One", "Two", "Three"])


async def test_what_is_under_way_at_a_reload_arrives_once(person: Visit, create: Create) -> None:
    """The page of before has sent it, and so does the one that is loaded: it may have been lost."""
    ada, grace = await _two_who_talk(person, create)
    await _write(ada.page, "One")
    await expect(grace.page.get_by_role("log").get_by_text("One")).to_be_visible()
    async with ada.silence():
        await _write(ada.page, "Two")
        await expect(ada.page.locator(".message__text", has_text="Two")).to_be_visible()
    await ada.page.reload()
    await _both_read(ada, grace, ["One", "Two"])


async def test_the_first_message_stays_in_view_when_the_line_breaks_at_its_answer(
    person: Visit, create: Create
) -> None:
    """Acknowledged, and the connection gone before it was pushed: it vanished until the return."""
    one, other = await create("Ada Lovelace"), await create("Grace Hopper")
    ada = await person(one["login"], path=f"/p/{other['user_id']}")
    await ada.page.route_web_socket(re.compile("/socket.io/"), BreaksAtTheAnswer())
    await ada.page.reload()
    await _write(ada.page, "The first of all")
    await expect(_warning(ada.page)).to_contain_text("No connection.", timeout=BACK_MS)
    await expect(ada.page).to_have_url(re.compile("/c/"))
    assert await _texts(ada.page) == ["The first of all"]
    await expect(_log(ada.page)).not_to_contain_text("It is sent when the connection is back.")


class BreaksAtTheAnswer:
    """What is answered to the first message passes: nothing does after it, and before it nothing that is pushed."""

    def __init__(self) -> None:
        self._answer: str | None = None
        self._is_over = False

    def __call__(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def said(message: str | bytes) -> None:
            if asked := MESSAGE_SENT.match(str(message)):
                self._answer = f"43{asked[1]}["
            if not self._is_over:
                server.send(message)

        def heard(message: str | bytes) -> None:
            text = str(message)
            if self._is_over or (self._answer is not None and text.startswith("42[")):
                return
            route.send(message)
            if self._answer is not None and text.startswith(self._answer):
                self._is_over = True
                self._closing = asyncio.ensure_future(route.close())

        route.on_message(said)
        server.on_message(heard)


async def _both_read(one: Visitor, other: Visitor, texts: list[str]) -> None:
    async def agree() -> bool:
        return await _texts(one.page) == await _texts(other.page) == texts

    await eventually(agree, 20, what="both read the same")


async def _two_who_talk(person: Visit, create: Create) -> tuple[Visitor, Visitor]:
    """Each at a gateway of their own."""
    one, other = await create("Ada Lovelace"), await create("Grace Hopper")
    return await asyncio.gather(
        person(one["login"], path=f"/p/{other['user_id']}", gateway=1),
        person(other["login"], path=f"/p/{one['user_id']}", gateway=2),
    )


async def _write(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Message ").fill(text)
    await page.keyboard.press("Enter")


def _log(page: Page) -> Locator:
    return page.get_by_role("main")


def _warning(page: Page) -> Locator:
    return page.locator(".warning")


async def _texts(page: Page) -> list[str]:
    return [text.strip() for text in await page.locator(".message__text").all_inner_texts()]
