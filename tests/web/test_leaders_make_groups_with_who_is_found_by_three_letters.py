"""Groups: made, changed and deleted by who leads; name, members found from the third letter, Enable Writing."""

import re

from playwright.async_api import Locator, Page, expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.web.conftest import Create, Visit
from tests.web.test_the_list_shows_who_is_there_and_who_wrote import opened, row, rows


async def test_a_group_is_made_changed_and_deleted(person: Visit, create: Create) -> None:
    sofia, ada, grace = (
        await create("Sofia Lead", role="user"),
        await create("Adalbert Novak"),
        await create("Grácie Otto", login="gracie"),
    )
    at_sofia, at_ada, at_grace = (
        await person(sofia["login"]),
        await person(ada["login"]),
        await person(grace["login"]),
    )
    page = at_sofia.page
    await expect(rows(at_ada.page).first).to_be_visible()
    await expect(at_ada.page.get_by_role("button", name="New group")).to_have_count(0)

    await page.get_by_role("button", name="New group").click()
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Choose a name for the group.")).to_be_visible()
    await page.keyboard.type("Night shift")
    await page.keyboard.press("Tab")
    await expect(members(page)).to_be_focused()
    await page.keyboard.type("ad")
    await expect(page.get_by_text("One more letter…")).to_be_visible()
    await expect(matches(page)).to_have_count(0)
    await page.keyboard.type("alb")
    await expect(page.get_by_role("option", name="Adalbert Novak")).to_be_visible()
    await assert_accessible(page)
    await page.keyboard.press("Enter")
    await page.keyboard.type("gracie o")
    await expect(page.get_by_role("option", name="Grácie Otto")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Remove Grácie Otto")).to_be_visible()
    await page.get_by_label("Enable Writing").uncheck()
    await page.get_by_role("button", name="Create group").click()

    await expect(page).to_have_url(re.compile("/c/"))
    await expect(page.locator("#composer")).to_be_focused()
    await page.keyboard.type("Read this")
    await page.keyboard.press("Enter")
    for each in (at_ada, at_grace):
        await each.page.get_by_role("tab", name="Groups").click()
        await expect(rows(each.page)).to_have_count(1)
        await row(each.page, "Night shift").get_by_role("link").click()
        await expect(opened(each.page).get_by_text("Read this")).to_be_visible()
        await expect(opened(each.page).locator("#composer:not(:disabled):not([readonly])")).to_have_count(0)

    await choose(page, "Night shift", "Edit group…")
    await page.get_by_label("Name", exact=True).fill("Day shift")
    await page.get_by_role("button", name="Remove Grácie Otto").click()
    await page.get_by_role("button", name="Save").click()
    await expect(at_grace.page.get_by_text("You no longer belong to the group")).to_be_visible()
    await expect(at_grace.page.get_by_text("You do not belong to a group yet.")).to_be_visible()
    await expect(row(at_ada.page, "Day shift")).to_contain_text("Sofia Lead removed Grácie Otto.")

    await choose(page, "Day shift", "Delete group…")
    await expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    await page.get_by_role("button", name="Delete group").click()
    await expect(at_ada.page.get_by_text("You do not belong to a group yet.")).to_be_visible()
    await expect(row(page, "Day shift")).to_have_count(0)
    await expect(page.get_by_text("Whom do you want to write to?")).to_be_visible()


async def test_what_the_server_refuses_is_said_under_its_field(person: Visit, api: Api, create: Create) -> None:
    sofia, gone = await create("Sofia Other", role="user"), await create("Gonzalo Gone")
    at_sofia = await person(sofia["login"], locale="it-IT")
    page = at_sofia.page
    await page.get_by_role("button", name="Nuovo gruppo").click()
    await page.get_by_label("Nome", exact=True).fill("Turno")
    await page.get_by_role("combobox", name="Membri").press_sequentially("gonzalo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Rimuovi Gonzalo Gone")).to_be_visible()
    await api("admin", "PATCH", f"/users/{gone['user_id']}", {"disabled": True})
    await page.get_by_role("button", name="Crea gruppo").click()
    refusal = page.get_by_text("Qualcuno di loro non esiste più o ha l’account chiuso.")
    await expect(refusal).to_be_visible()
    await expect(page.get_by_role("combobox", name="Membri")).to_have_attribute("aria-invalid", "true")

    await page.get_by_role("combobox", name="Membri").press("Backspace")
    await page.get_by_role("button", name="Crea gruppo").click()
    await expect(page).to_have_url(re.compile("/c/"))
    told = await api(sofia["login"], "GET", "/conversations")
    assert [one["name"] for one in told["conversations"]] == ["Turno"], "one group, however often it was tried"


def members(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Members")


async def choose(page: Page, name: str, what: str) -> None:
    await row(page, name).get_by_role("link").click(button="right")
    await page.get_by_role("menuitem", name=what).click()


def matches(page: Page) -> Locator:
    return page.get_by_role("listbox", name="People by that name").get_by_role("option")
