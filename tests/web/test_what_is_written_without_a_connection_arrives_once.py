"""A connection breaks while two people talk: it is said in time, what both write meanwhile arrives once, and then it is over."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from playwright.async_api import Locator, Page, expect

from tests.chaos.harm import held_down, until_whole
from tests.kit.visitor import Visitor
from tests.kit.waiting import eventually
from tests.stories.conftest import Running
from tests.web.conftest import Create, Visit

BACK_MS = 30_000
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

    await eventually(agree, 10, what="both read the same")
    await expect(_log(ada.page)).not_to_contain_text("It is sent when the connection is back.")


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
