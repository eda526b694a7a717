"""Desktop notifications: asked for once something came, one for several tabs, none that disturbs."""

from typing import Any

from playwright.async_api import Page, expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.kit.visitor import Visitor
from tests.kit.waiting import eventually
from tests.web.conftest import Create, Visit
from tests.web.test_the_list_shows_who_is_there_and_who_wrote import opened, row, rows, say

RECORD = """
window.Notification = class extends Notification {
  constructor(title, options) {
    super(title, options);
    window.heard(`${title}: ${options.body}`);
  }
};
"""


async def test_it_is_asked_for_when_something_came_and_not_before(person: Visit, api: Api, create: Create) -> None:
    ada, grace = await create("Ada Asked"), await create("Grace Asking")
    at_ada = await person(ada["login"])
    page = at_ada.page
    await expect(rows(page).first).to_be_visible()
    question = page.get_by_text("Shall Parley notify you")
    await expect(question).to_have_count(0)
    await say(api, grace, ada, "something")
    await expect(question).to_be_visible()
    await assert_accessible(page)
    await page.get_by_role("button", name="Not now").click()
    await expect(question).to_have_count(0)
    await say(api, grace, ada, "something else")
    await expect(rows(page).first).to_contain_text("something else")
    await expect(question).to_have_count(0)


async def test_one_of_several_tabs_tells_and_nothing_disturbs(person: Visit, api: Api, create: Create) -> None:
    """What must not be told is said before something that is: when that is there, the other would be."""
    ada, grace, linus = await create("Ada Told"), await create("Grace Telling"), await create("Linus Telling")
    await say(api, linus, ada, "before")
    at_ada = await person(ada["login"], permissions=["notifications"])
    told: list[str] = []
    await at_ada.context.expose_function("heard", lambda text: told.append(text))
    pages = [at_ada.page, await at_ada.context.new_page()]
    for page in pages:
        await page.add_init_script(RECORD)
        await page.goto(at_ada.url)
        await expect(row(page, "Linus Telling")).to_be_visible()

    await say(api, grace, ada, "one")
    await told_are(told, ["Grace Telling: one"])

    await row(pages[1], "Grace Telling").get_by_role("link").click()
    await say(api, grace, ada, "two")
    await expect(opened(pages[1]).get_by_text("two")).to_be_visible()
    await say(api, linus, ada, "three")
    await told_are(told, ["Grace Telling: one", "Linus Telling: three"])

    await row(pages[1], "Linus Telling").get_by_role("link").click(button="right")
    await pages[1].get_by_role("menuitem", name="Mute").click()
    for page in pages:
        await expect(row(page, "Linus Telling")).to_contain_text("Muted")
    await say(api, linus, ada, "four")
    await expect(row(pages[0], "Linus Telling")).to_contain_text("four")
    await pages[1].goto(at_ada.url)
    await say(api, grace, ada, "five")
    await told_are(told, ["Grace Telling: one", "Linus Telling: three", "Grace Telling: five"])

    await set_busy(at_ada, pages)
    await say(api, grace, ada, "six")
    await expect(row(pages[0], "Grace Telling")).to_contain_text("six")
    await set_online(pages)
    await say(api, grace, ada, "seven")
    await told_are(told, ["Grace Telling: one", "Linus Telling: three", "Grace Telling: five", "Grace Telling: seven"])


async def set_busy(at_ada: Visitor, pages: list[Page]) -> None:
    await status_of(pages[0]).click()
    await pages[0].get_by_role("menuitemradio", name="Do not disturb").click()
    await pages[0].get_by_label("Until").select_option("In 30 minutes")
    await assert_accessible(at_ada.page)
    await pages[0].get_by_role("button", name="Do not disturb", exact=True).click()
    for page in pages:
        await expect(status_of(page)).to_contain_text("Do not disturb until")


async def set_online(pages: list[Page]) -> None:
    await status_of(pages[0]).click()
    await pages[0].get_by_role("menuitemradio", name="Online").click()
    for page in pages:
        await expect(status_of(page)).to_contain_text("Online")


def status_of(page: Page) -> Any:
    return page.get_by_role("button", name="Your status")


async def told_are(told: list[str], wanted: list[str]) -> None:
    await eventually(lambda: len(told) >= len(wanted), what=f"told are {wanted}")
    assert told == wanted
