"""People and groups in one list: whoever wrote last on top, with what is unread; found by name, chosen by status."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.kit.visitor import SMALL
from tests.stories.conftest import Running
from tests.web.conftest import Create, Visit

LEFT_S = 60


@pytest.fixture(scope="module")
def cluster(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Where nobody else's people are: of a long list only what is seen is there."""
    running = Running(tmp_path_factory.mktemp("list"), GATEWAYS="2")
    yield running
    running.stop()


async def test_who_wrote_is_on_top_with_what_is_unread(person: Visit, api: Api, create: Create) -> None:
    ada, grace, linus = await create("Ada Lovelace"), await create("Grace Hopper"), await create("Linus Torvalds")
    at_ada = await person(ada["login"])
    page = at_ada.page
    await find(page).fill("grace hopper")
    await expect(row(page, "Grace Hopper")).to_contain_text("Offline")
    await find(page).press("Escape")

    await say(api, grace, ada, "first", "second")
    await expect(rows(page).first).to_contain_text("Grace Hopper")
    await expect(rows(page).first).to_contain_text("second")
    await expect(unread(rows(page).first)).to_have_text("2")
    await say(api, linus, ada, "mine is newer")
    await expect(rows(page).first).to_contain_text("Linus Torvalds")
    await expect(rows(page).nth(1)).to_contain_text("Grace Hopper")
    await expect(messenger(page)).to_contain_text("3 unread messages")
    await expect(page).to_have_title("(3) Parley")
    await expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/png"))
    await assert_accessible(page)

    elsewhere = await person(ada["login"], color_scheme="dark", **SMALL)
    await expect(elsewhere.page).to_have_title("(3) Parley")
    await rows(page).nth(1).get_by_role("link").click()
    await expect(page.locator("#composer")).to_be_focused()
    await expect(unread(row(page, "Grace Hopper"))).to_have_count(0)
    for each in (page, elsewhere.page):
        await expect(each).to_have_title("(1) Parley")
    await assert_accessible(elsewhere.page)

    await row(page, "Linus Torvalds").get_by_role("link").click()
    for each in (page, elsewhere.page):
        await expect(each).to_have_title("Parley")
    await expect(page.locator("link[rel=icon]")).to_have_attribute("href", "/icon.svg")


async def test_people_are_found_by_name_and_status_and_written_to_at_once(person: Visit, create: Create) -> None:
    """The whole of it from the keyboard."""
    ada, zoe = await create("Ada Byron"), await create("Zoë Łukasz-Núñez", login="zoe")
    await create("Zoe Nobody")
    at_zoe = await person(zoe["login"])
    at_ada = await person(ada["login"])
    page = at_ada.page
    await expect(rows(page).first).to_be_visible()
    await page.keyboard.press("Alt+l")
    await expect(find(page)).to_be_focused()
    await page.keyboard.type("LUKASZ nunez")
    await expect(rows(page)).to_have_count(1)
    await expect(row(page, "Zoë Łukasz-Núñez").get_by_role("img", name="Online")).to_be_visible()
    await page.get_by_label("Status").select_option("offline")
    await expect(page.get_by_text("Nobody here by that name.")).to_be_visible()
    await page.get_by_label("Status").select_option("online")
    await expect(row(page, "Zoë Łukasz-Núñez")).to_be_visible()
    await find(page).press("ArrowDown")
    await expect(row(page, "Zoë Łukasz-Núñez").get_by_role("link")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#composer")).to_be_focused()
    await page.keyboard.type("Are you there?")
    await page.keyboard.press("Enter")

    await expect(rows(at_zoe.page).first).to_contain_text("Are you there?")
    await expect(row(page, "Zoë Łukasz-Núñez")).to_contain_text("You: Are you there?")
    await expect(page).to_have_url(re.compile("/c/"))
    await expect(row(page, "Zoë Łukasz-Núñez")).to_have_attribute("aria-selected", "true")

    await at_zoe.page.get_by_role("button", name="Your status").click()
    await at_zoe.page.get_by_role("menuitem", name="Log out").click()
    await expect(page.get_by_text("Nobody here by that name.")).to_be_visible()
    await page.get_by_label("Status").select_option("offline")
    await expect(row(page, "Zoë Łukasz-Núñez").get_by_role("img", name="Offline")).to_be_visible()
    await page.get_by_role("button", name="Clear the search").click()
    await expect(find(page)).to_be_focused()
    await page.keyboard.type("zoe")
    await expect(row(page, "Zoe Nobody")).to_be_visible()


async def test_a_click_counts_while_the_list_still_moves(person: Visit, create: Create) -> None:
    """What shows only the rows in view took them from the pointer for a while after each scroll, and the click was lost."""
    ada = await create("Ada Yonath")
    for number in range(24):
        await create(f"Crowd{number:02} Member")
    page = (await person(ada["login"])).page
    await expect(rows(page).nth(8)).to_be_visible()
    box = await page.locator("#list").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    scrolled = page.evaluate(
        "new Promise((is) => document.querySelector('#list').addEventListener('scroll', is, {once: true}))"
    )
    await asyncio.gather(scrolled, page.mouse.wheel(0, 200))
    await page.mouse.click(x, y)
    await expect(page.locator("#composer")).to_be_focused()


async def test_a_row_is_pinned_muted_and_put_back_to_unread(person: Visit, api: Api, create: Create) -> None:
    ada, grace, linus = await create("Ada King"), await create("Grace Murray"), await create("Linus Benedict")
    await say(api, grace, ada, "older")
    await say(api, linus, ada, "newer")
    at_ada = await person(ada["login"])
    page = at_ada.page
    await expect(rows(page).first).to_contain_text("Linus Benedict")

    await choose(page, "Grace Murray", "Pin to the top")
    await expect(rows(page).first).to_contain_text("Grace Murray")
    await expect(rows(page).first).to_contain_text("Pinned")
    await choose(page, "Linus Benedict", "Mark as read")
    await expect(unread(row(page, "Linus Benedict"))).to_have_count(0)
    await choose(page, "Linus Benedict", "Mark as unread")
    await expect(unread(row(page, "Linus Benedict"))).to_have_text("1")

    await row(page, "Linus Benedict").get_by_role("link").focus()
    await page.keyboard.press("Shift+F10")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Mute")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(row(page, "Linus Benedict")).to_contain_text("Muted")
    await expect(row(page, "Linus Benedict").get_by_role("link")).to_be_focused()


async def test_the_warning_follows_the_live_feed_and_nothing_is_lost(person: Visit, api: Api, create: Create) -> None:
    ada, grace = await create("Ada Augusta"), await create("Grace Brewster")
    at_ada = await person(ada["login"])
    page = at_ada.page
    await find(page).fill("grace brewster")
    await find(page).press("Enter")
    await expect(page.locator("#composer")).to_be_focused()
    warning = page.locator(".warning")
    await expect(warning).to_be_empty()

    async with at_ada.offline():
        await expect(warning).to_contain_text("This device has no network.", timeout=5_000)
        await page.keyboard.type("written meanwhile")
        await page.keyboard.press("Enter")
        await expect(row(page, "Grace Brewster")).to_contain_text("You: written meanwhile")
        await say(api, grace, ada, "said meanwhile")
    await expect(warning).to_be_empty(timeout=LEFT_S * 1_000)
    for text in ("said meanwhile", "written meanwhile"):
        await expect(opened(page).get_by_text(text)).to_have_count(1)
    await expect(page.locator("#composer")).to_be_focused()
    told = await api(grace["login"], "GET", "/conversations")
    [conversation] = told["conversations"]
    assert conversation["last_seq"] == 2, conversation

    async with at_ada.silence():
        await expect(warning).to_contain_text("No connection.", timeout=17_000)
    await expect(warning).to_be_empty(timeout=LEFT_S * 1_000)


async def say(api: Api, of: dict[str, str], to: dict[str, str], *texts: str) -> None:
    for text in texts:
        message = {"to": {"user_id": to["user_id"]}, "client_message_id": text.replace(" ", "-"), "text": text}
        await api(of["login"], "POST", "/messages", message)


async def choose(page: Page, name: str, what: str) -> None:
    await row(page, name).hover()
    await row(page, name).get_by_role("button", name=f"More about {name}").click()
    await page.get_by_role("menuitem", name=what).click()


def rows(page: Page) -> Locator:
    return page.get_by_role("grid", name="People and groups").get_by_role("row")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has=page.locator(".row__text", has_text=re.compile(f"^{re.escape(name)}$")))


def find(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search by name")


def unread(shown: Locator) -> Locator:
    return shown.locator(".badge > [aria-hidden]")


def messenger(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("link", name="Messages")


def opened(page: Page) -> Locator:
    return page.locator(".messenger__open")
