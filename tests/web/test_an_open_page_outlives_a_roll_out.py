"""A page that is open while a new one is rolled out: what it has not loaded yet is gone, so it loads anew, and only then."""

import re

from playwright.async_api import Page, Request, Route, expect

from tests.kit.accessible import assert_accessible
from tests.kit.visitor import Visitor
from tests.web.conftest import Create, Visit

PART = re.compile(r"/assets/administration-[^/]*\.js$")
OTHER_PAGE = '<!doctype html><script type="module" src="/assets/another.js"></script>'


async def test_a_page_whose_parts_are_gone_loads_anew(person: Visit) -> None:
    admin = await person("admin")
    await _rolled_out(admin)
    await _mark(admin.page)
    async with admin.page.expect_event("load"):
        await _walk_to(admin.page, "/administration/people")
    assert not await _is_marked(admin.page)
    admin.complaints.clear()  # it had to find out


async def test_a_page_whose_parts_do_not_come_stays(person: Visit) -> None:
    """It loaded anew into the browser's own page that says there is no network."""
    admin = await person("admin")
    await _mark(admin.page)
    async with admin.offline(), admin.page.expect_event("requestfailed", lambda failed: failed.url == f"{admin.url}/"):
        await _walk_to(admin.page, "/administration/people")
    assert await _is_marked(admin.page)
    admin.complaints.clear()


async def test_what_was_begun_is_there_afterwards(person: Visit, create: Create) -> None:
    grace = await create("Grace Hopper")
    admin = await person("admin", path=f"/p/{grace['user_id']}")
    page = admin.page
    writing = page.get_by_role("textbox", name="Message ")
    await writing.fill("Half a sentence")
    await _rolled_out(admin)
    async with page.expect_event("load"):
        await _walk_to(page, "/administration/people")
    await _walk_to(page, f"/p/{grace['user_id']}")
    await expect(writing).to_have_value("Half a sentence")
    admin.complaints.clear()  # it had to find out


async def test_gateways_of_before_and_after_answer_by_turns(person: Visit) -> None:
    """Loading anew helps nobody for as long as that lasts: it is done once, then said, and it can be tried again."""
    admin = await person("admin")
    page = admin.page
    await _mark(page)
    loaded: list[Request] = []
    page.on("request", lambda one: loaded.append(one) if one.resource_type == "document" else None)
    await page.route(PART, _gone)
    await page.route(f"{admin.url}/", _another)
    async with page.expect_event("load"):
        await _walk_to(page, "/administration/people")
    await expect(page.get_by_role("alert")).to_contain_text("This part of the page could not be loaded.")
    await assert_accessible(page)
    async with page.expect_response(lambda answer: "/administration-" in answer.url):
        await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.unroute_all()
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", name="Administration")).to_be_visible()
    assert len(loaded) == 1
    admin.complaints.clear()  # it had to find out


async def _rolled_out(visitor: Visitor) -> None:
    """What its scripts ask for from now on is another page's."""
    await visitor.page.route(PART, _gone)
    await visitor.page.route(f"{visitor.url}/", _another, times=1)


async def _gone(route: Route) -> None:
    await route.fulfill(status=404)


async def _another(route: Route) -> None:
    if route.request.resource_type == "document":
        await route.fallback()
    else:
        await route.fulfill(body=OTHER_PAGE, content_type="text/html")


async def _walk_to(page: Page, path: str) -> None:
    await page.evaluate(
        "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
    )


async def _mark(page: Page) -> None:
    await page.evaluate("window.isThePageOfBefore = true")


async def _is_marked(page: Page) -> bool:
    return bool(await page.evaluate("window.isThePageOfBefore"))
