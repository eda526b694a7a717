"""Two people at two browsers: what one says, answers, changes and takes back the other sees, and how far each has read."""

import re
from itertools import count

from playwright.async_api import Locator, expect

from tests.kit.api import Api
from tests.kit.visitor import Visitor
from tests.kit.waiting import eventually
from tests.web.conftest import Create, Visit

TEXT_BYTES_MAX = 16_384
NUMBERS = count(1)


def composer(who: Visitor) -> Locator:
    return who.page.locator("#composer")


def message(who: Visitor, text: str) -> Locator:
    return who.page.get_by_role("article").filter(has_text=text)


async def choose(who: Visitor, other: Visitor) -> None:
    """From the list."""
    await who.page.get_by_role("link", name=other.user["name"]).click()


async def write(who: Visitor, text: str) -> None:
    await composer(who).fill(text)
    await composer(who).press("Enter")


async def two(person: Visit, create: Create, **options: object) -> tuple[Visitor, Visitor]:
    """Ada, about to write to Grace for the first time; and Grace, who looks at nothing yet."""
    pair = next(NUMBERS)
    grace = await create(f"Grace {pair}.")
    ada = await create(f"Ada {pair}.")
    writer = await person(ada["login"], path=f"/p/{grace['user_id']}", **options)
    await composer(writer).wait_for()
    return writer, await person(grace["login"])


async def test_they_write_reply_edit_and_delete(person: Visit, create: Create) -> None:
    ada, grace = await two(person, create)
    await expect(composer(ada)).to_be_focused()
    await write(ada, "Is the queue long?")
    await ada.page.wait_for_url(re.compile("/c/"))
    await expect(composer(ada)).to_be_focused()
    await expect(message(ada, "Is the queue long?").get_by_role("img", name="Sent", exact=True)).to_be_visible()

    await expect(grace.page.get_by_role("link", name=ada.user["name"])).to_contain_text("1 unread message")
    await choose(grace, ada)
    await expect(message(grace, "Is the queue long?")).to_be_visible()
    await expect(grace.page.get_by_text("New messages", exact=True)).to_be_visible()
    await expect(message(ada, "Is the queue long?").get_by_role("img", name="Seen", exact=True)).to_be_visible()

    await composer(grace).press_sequentially("Twelve")
    await expect(ada.page.get_by_text(f"{grace.user['name']} is typing…")).to_be_visible()
    await composer(grace).fill("")
    await message(grace, "Is the queue long?").hover()
    await grace.page.get_by_role("button", name="Reply").click()
    await composer(grace).press_sequentially("Twelve calls")
    await composer(grace).press("Enter")
    answer = message(ada, "Twelve calls")
    await expect(answer.get_by_title("Go to this message")).to_contain_text("Is the queue long?")
    await expect(ada.page.get_by_text(f"{grace.user['name']} is typing…")).to_be_hidden()

    await composer(grace).press("ArrowUp")
    await expect(composer(grace)).to_have_value("Twelve calls")
    await composer(grace).press_sequentially(", falling")
    await composer(grace).press("Enter")
    await expect(message(ada, "Twelve calls, falling")).to_contain_text("(edited)")
    await expect(composer(grace)).to_have_value("")

    # By the keyboard alone: to the messages, up to the first, and away with it.
    await composer(ada).press("Alt+m")
    await expect(message(ada, "Twelve calls, falling")).to_be_focused()
    await ada.page.keyboard.press("ArrowUp")
    await ada.page.keyboard.press("Delete")
    await ada.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(message(grace, "Message deleted").first).to_be_visible()
    await expect(message(grace, "Is the queue long?")).to_have_count(0)


async def test_what_is_written_without_a_network_is_kept_and_sent_once(person: Visit, create: Create) -> None:
    ada, grace = await two(person, create)
    await write(ada, "Before")
    await choose(grace, ada)
    await expect(message(grace, "Before")).to_be_visible()
    async with ada.offline():
        await write(ada, "First without a network")
        await expect(message(ada, "First without a network")).to_contain_text("It is sent when the connection is back")
        await write(ada, "Second without a network")
        await composer(ada).fill("And a draft")
        await write(grace, "Meanwhile")
    for who in (ada, grace):
        await expect(message(who, "Second without a network")).to_be_visible(timeout=30_000)
        await expect(message(who, "Meanwhile")).to_be_visible()
        said = await who.page.get_by_role("article").locator(".message__text").all_inner_texts()
        assert said == ["Before", "Meanwhile", "First without a network", "Second without a network"], who.name
    await expect(ada.page.get_by_text("Not sent yet")).to_have_count(0)
    await expect(composer(ada)).to_have_value("And a draft")
    await ada.page.reload()
    await expect(composer(ada)).to_have_value("And a draft")


async def test_text_is_text(person: Visit, create: Create) -> None:
    """Of markup, scripts and links that hide where they lead nothing comes to life; whole addresses do."""
    ada, grace = await two(person, create)
    text = "<img src=x onerror=alert(1)> javascript:alert(1) https://bank.example@evil.example/ (https://fine.example/a_(b))."
    await write(ada, text)
    await choose(grace, ada)
    said = message(grace, "onerror")
    await expect(said.locator(".message__text")).to_have_text(text)
    link = said.get_by_role("link")
    await expect(link).to_have_count(1)
    assert await link.evaluate("link => [link.href, link.rel, link.target]") == [
        "https://fine.example/a_(b)",
        "noopener noreferrer",
        "_blank",
    ]


async def test_what_is_too_long_is_said_before_it_is_refused(person: Visit, create: Create) -> None:
    ada, grace = await two(person, create)
    send = ada.page.get_by_role("button", name="Send", exact=True)
    await composer(ada).fill("é" * (TEXT_BYTES_MAX // 2) + "!")
    await expect(ada.page.get_by_text("Too long by 1 byte")).to_be_visible()
    await expect(send).to_be_disabled()
    await composer(ada).press("Enter")
    await composer(ada).fill("é" * (TEXT_BYTES_MAX // 2))
    await expect(send).to_be_enabled()
    await composer(ada).press("Enter")
    await choose(grace, ada)
    await expect(message(grace, "ééé")).to_have_count(1)


async def test_who_only_reads_is_told_so_and_a_group_says_who_has_read(person: Visit, create: Create, api: Api) -> None:
    ada, grace, linus = [await create(name) for name in ("Ada Lovelace", "Grace Hopper", "Linus Torvalds")]
    form = {"name": f"Notices {next(NUMBERS)}", "member_ids": [one["user_id"] for one in (ada, grace, linus)]}
    group = (await api("sofia", "POST", "/groups", {**form, "writing_enabled": False}))["conversation"]
    path = f"/c/{group['conversation_id']}"
    reader = await person(ada["login"], path=path)
    await expect(reader.page.get_by_text("Only the owner and administrators write here.")).to_be_visible()
    leader = await person("sofia", path=path)
    await write(leader, "The doors close at eight")
    await expect(message(reader, "The doors close at eight")).to_be_visible()
    await leader.page.get_by_role("button", name="Read by 1 of 3").click()
    await expect(leader.page.get_by_role("dialog")).to_contain_text("Ada Lovelace")
    await leader.page.keyboard.press("Escape")

    await api("sofia", "PATCH", f"/groups/{group['conversation_id']}", {"writing_enabled": True})
    await expect(message(reader, "Sofia let everyone write here.")).to_be_visible()
    await write(reader, "Thank you")
    await expect(message(leader, "Thank you")).to_be_visible()

    await api("sofia", "DELETE", f"/groups/{group['conversation_id']}")
    await expect(composer(reader)).to_have_count(0)
    await reader.go(path)
    await expect(reader.page.get_by_text("This conversation is not here")).to_be_visible()


async def test_marked_unread_stays_unread_until_it_is_opened_again(person: Visit, create: Create, api: Api) -> None:
    ada, grace = await two(person, create)
    for text in ("One", "Two", "Three"):
        await write(ada, text)
    await choose(grace, ada)
    await message(grace, "Two").hover()
    await grace.page.get_by_role("button", name="Mark as unread from here").click()

    async def unread() -> list[int]:
        listed = await api(grace.name, "GET", "/conversations")
        return [one["unread"] for one in listed["conversations"] if one["kind"] == "direct"]

    async def is_marked() -> bool:
        return await unread() == [2]

    await eventually(is_marked, what="two are unread")
    await write(ada, "Four")
    await expect(message(grace, "Four")).to_be_visible()
    assert await unread() == [3]
    await grace.page.reload()
    await expect(grace.page.get_by_text("New messages", exact=True)).to_be_visible()

    async def is_read() -> bool:
        return await unread() == [0]

    await eventually(is_read, what="all are read")
