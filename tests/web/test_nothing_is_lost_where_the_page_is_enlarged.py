"""At 400 % a desk's screen has 320 by 256 pixels left (WCAG 2.2, 1.4.10): all is there, and a scroll away downwards alone."""

from uuid import uuid4

from playwright.async_api import Locator, expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.web.conftest import Create, Visit

WIDTH, HEIGHT = 320, 256
ENLARGED = {"viewport": {"width": WIDTH, "height": HEIGHT}, "locale": "it-IT"}
READABLE_PX = 150


async def test_messages_menus_and_forms_have_their_room(person: Visit, create: Create, api: Api) -> None:
    """What is on top left twelve pixels for the messages, and the menu began beyond the edge."""
    ada = await create("Ada Lovelace", role="user")
    grace = await create("Grace " + "Brewster" * 10)
    group = {"name": f"Gruppe{uuid4().hex}{'y' * 40}", "member_ids": [grace["user_id"]], "writing_enabled": True}
    place = (await api(ada["login"], "POST", "/groups", group))["conversation"]["conversation_id"]
    message = {"to": {"conversation_id": place}, "client_message_id": "1", "text": "x" * 500}
    await api(ada["login"], "POST", "/messages", message)
    page = (await person(grace["login"], path=f"/c/{place}", **ENLARGED)).page
    log = page.get_by_role("log")
    await expect(log.get_by_text("xxxx")).to_be_visible()
    assert await log.evaluate("log => log.clientHeight") >= READABLE_PX
    assert await page.evaluate("document.documentElement.scrollWidth") == WIDTH
    await page.get_by_role("button", name="Azioni rapide").click()
    menu = page.get_by_role("menu", name="Azioni rapide")
    await expect_inside(menu)
    await assert_accessible(page)
    await menu.get_by_role("menuitem", name="Cambia password").click()
    dialog = page.get_by_role("dialog", name="Cambia password")
    await expect_inside(dialog)
    last = dialog.get_by_role("button", name="Cambia password")
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport(ratio=1)
    await dialog.get_by_label("Password attuale").scroll_into_view_if_needed()
    await expect(dialog.get_by_label("Password attuale")).to_be_in_viewport(ratio=1)


async def test_what_is_chosen_is_seen_where_the_system_chooses_the_colours(person: Visit, create: Create) -> None:
    ada, grace = await create("Ada Contrast"), await create("Grace Contrast")
    page = (await person(ada["login"], path=f"/p/{grace['user_id']}", forced_colors="active")).page
    row = page.get_by_role("row", name="Grace Contrast")
    await expect(row).to_have_attribute("aria-selected", "true")
    await expect(row).to_have_css("outline-style", "solid")
    another = page.get_by_role("row").filter(has_not_text="Grace Contrast").first
    await expect(another).to_have_css("outline-style", "none")
    await expect(page.get_by_role("tab", selected=True)).to_have_css("outline-style", "solid")
    await expect(page.get_by_role("tab", selected=False)).to_have_css("outline-style", "none")


async def expect_inside(what: Locator) -> None:
    box = await what.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= WIDTH
    assert box["y"] + box["height"] <= HEIGHT
