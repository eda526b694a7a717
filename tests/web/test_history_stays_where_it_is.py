"""Five hundred messages: they scroll without jumps, and what is sought in them is found and shown."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.kit.session import open_http
from tests.kit.visitor import SMALL, Visitor
from tests.stories.conftest import PASSWORD, Running
from tests.web.conftest import Create, Visit

MESSAGES = 500
SOUGHT = 42
READ = 200
FEW = 36
"""More than there is room for, and all at hand at once."""
JUMP_PX_MAX = 4
FRAMES = 400
SCROLL_UP = """async (frames) => {
  const box = document.querySelector("[role=log]");
  const next = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const shown = () => [...box.querySelectorAll("article[data-seq]")].filter((one) => {
    const middle = one.getBoundingClientRect().top;
    return middle > box.getBoundingClientRect().top + 100 && middle < box.getBoundingClientRect().bottom - 200;
  });
  let worst = 0;
  for (let frame = 0; frame < frames && !(box.scrollTop === 0 && box.querySelector('[data-seq="1"]')); frame++) {
    const watched = shown()[0];
    const before = watched?.getBoundingClientRect().top;
    const step = Math.min(150, box.scrollTop);
    box.scrollTop -= step;
    await next();
    if (watched?.isConnected && before !== undefined)
      worst = Math.max(worst, Math.abs(watched.getBoundingClientRect().top - before - step));
  }
  return { worst, first: Math.min(...[...box.querySelectorAll("article[data-seq]")].map((one) => +one.dataset.seq)) };
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(browser: Browser, cluster: Running) -> AsyncIterator[dict[str, Any]]:
    """Somebody was told a lot by somebody else: `reader` and `writer`, and the `id` of the conversation."""
    async with open_http() as http:
        api = Api(http, cluster.url, PASSWORD)
        form: dict[str, Any] = {"role": "agent", "password": PASSWORD}
        people = [
            (await api("admin", "POST", "/users", {**form, "login": f"history-{name}", "name": name}))["user"]
            for name in ("Reader", "Writer")
        ]
        for number in range(1, MESSAGES + 1):
            text = f"Number {number} " + "and so on " * (number * 7 % 31) + ("needle" if number == SOUGHT else "")
            form = {"to": {"user_id": people[0]["user_id"]}, "client_message_id": f"n-{number}", "text": text}
            sent = await api(people[1]["login"], "POST", "/messages", form)
        yield {"reader": people[0], "writer": people[1], "id": sent["message"]["conversation_id"]}


@pytest_asyncio.fixture(loop_scope="session")
async def last_seq(api: Api, told: dict[str, Any]) -> int:
    """Read up to there."""
    reader = told["reader"]["login"]
    seq: int = (await api(reader, "GET", f"/conversations/{told['id']}"))["conversation"]["last_seq"]
    await api(reader, "POST", f"/conversations/{told['id']}/read", {"seq": seq})
    return seq


async def test_it_begins_where_one_left_off_and_goes_to_the_end(person: Visit, told: dict[str, Any], api: Api) -> None:
    """Hundreds are unread: the first of them is on the screen, and nothing is read before the end is seen."""
    await api(told["reader"]["login"], "POST", f"/conversations/{told['id']}/read", {"seq": READ})
    reader = await person(told["reader"]["login"], path=f"/c/{told['id']}")
    line = reader.page.get_by_text("New messages", exact=True)
    await expect(line).to_be_in_viewport()
    await expect(_message(reader, READ + 1)).to_be_in_viewport()
    await expect(_message(reader, READ - 1)).to_be_visible()
    await reader.page.get_by_role("button", name=f"{MESSAGES - READ} new messages").click()
    await expect(_message(reader, MESSAGES)).to_be_in_viewport()
    await expect(reader.page.get_by_role("button", name=re.compile("new message|latest"))).to_have_count(0)
    await expect(reader.page.get_by_role("link", name="Writer")).not_to_contain_text("unread")


async def test_who_never_read_begins_with_the_first(person: Visit, create: Create, api: Api) -> None:
    """It began at the end of what had come, and all of it was read by that."""
    ada, grace = await create("Ada Stranger"), await create("Grace Stranger")
    for number in range(1, FEW + 1):
        form = {"to": {"user_id": grace["user_id"]}, "client_message_id": f"f-{number}", "text": f"Number {number}"}
        sent = await api(ada["login"], "POST", "/messages", form)
    reader = await person(grace["login"], path=f"/c/{sent['message']['conversation_id']}")
    await expect(_message(reader, 1)).to_be_in_viewport()
    await expect(reader.page.get_by_text("New messages", exact=True)).to_be_in_viewport()
    await reader.page.get_by_role("button", name=f"{FEW} new messages").click()
    await expect(_message(reader, FEW)).to_be_in_viewport()
    await expect(reader.page.get_by_role("link", name="Ada Stranger")).not_to_contain_text("unread")


async def test_older_messages_come_without_a_jump(person: Visit, told: dict[str, Any], last_seq: int) -> None:
    reader = await person(told["reader"]["login"], path=f"/c/{told['id']}")
    await expect(_message(reader, last_seq)).to_be_in_viewport()
    scrolled = await reader.page.evaluate(SCROLL_UP, FRAMES)
    assert scrolled["first"] == 1
    assert scrolled["worst"] <= JUMP_PX_MAX


async def test_what_comes_meanwhile_moves_nobody_who_reads_further_up(
    person: Visit, told: dict[str, Any], last_seq: int, api: Api
) -> None:
    reader = await person(told["reader"]["login"], path=f"/c/{told['id']}")
    await expect(_message(reader, last_seq)).to_be_in_viewport()
    await reader.page.get_by_role("log").hover()
    await reader.page.mouse.wheel(0, -900)
    await reader.page.get_by_role("button", name="Jump to latest").wait_for()
    top = "() => document.querySelector('[role=log]').scrollTop"
    before = await reader.page.evaluate(top)
    for number in range(3):
        form = {"to": {"conversation_id": told["id"]}, "client_message_id": f"late-{number}", "text": f"Late {number}"}
        await api(told["writer"]["login"], "POST", "/messages", form)
    button = reader.page.get_by_role("button", name="3 new messages")
    await button.wait_for()
    assert await reader.page.evaluate(top) == before
    await button.click()
    await expect(reader.page.get_by_role("article").filter(has_text="Late 2")).to_be_in_viewport()
    await expect(reader.page.get_by_text("New messages", exact=True)).to_be_in_viewport()
    await expect(reader.page.locator("#composer")).to_be_focused()
    await reader.page.mouse.wheel(0, -900)
    await reader.page.get_by_role("button", name="Jump to latest").wait_for()
    await reader.page.keyboard.type("Yes")
    await reader.page.keyboard.press("Enter")
    await expect(reader.page.get_by_role("article").filter(has_text="Yes")).to_be_in_viewport()


async def test_what_is_sought_is_found_and_shown(person: Visit, told: dict[str, Any], last_seq: int) -> None:
    """By the keyboard alone, far back, and in a small window."""
    reader = await person(told["reader"]["login"], path=f"/c/{told['id']}", viewport=SMALL["viewport"])
    await expect(_message(reader, last_seq)).to_be_in_viewport()
    await reader.page.keyboard.press("Control+k")
    await expect(reader.page.get_by_role("searchbox", name="Words")).to_be_focused()
    await reader.page.keyboard.type("number needle")
    await expect(reader.page.get_by_role("dialog").locator("mark")).to_have_text(["Number", "needle"], timeout=20_000)
    await assert_accessible(reader.page)
    await reader.page.keyboard.press("ArrowDown")
    await reader.page.keyboard.press("Enter")
    await expect(_message(reader, SOUGHT)).to_be_in_viewport()
    await expect(reader.page.get_by_role("dialog")).to_have_count(0)
    await reader.page.get_by_role("button", name="Jump to latest").click()
    await expect(_message(reader, last_seq)).to_be_in_viewport()
    await assert_accessible(reader.page)


def _message(who: Visitor, seq: int) -> Locator:
    return who.page.locator(f'article[data-seq="{seq}"]')
