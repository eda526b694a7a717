"""Who comes after somebody else, or after themselves, finds a page of their own: nothing is left, nothing is taken along."""

import asyncio

from playwright.async_api import Page, Route, expect

from tests.stories.conftest import PASSWORD
from tests.web.conftest import Create, Visit
from tests.web.test_who_logs_in_is_told_what_is_the_matter import log_in

SLOW = (
    "const real = setTimeout; window.setTimeout = (does, ms, ...rest) => real(does, ms === 150 ? 2000 : ms, ...rest);"
)
"""Everybody is here before it is said whose presence is wanted."""


async def test_a_slow_log_out_takes_nobody_else_with_it(person: Visit, create: Create) -> None:
    """The answer to it removes the cookie, which was that of whoever had logged in by then: a reload threw them out."""
    ada, grace = await create("Ada Leaving"), await create("Grace Coming")
    visitor = await person(ada["login"])
    page = visitor.page
    go = asyncio.Event()

    async def hold(route: Route) -> None:
        await go.wait()
        await route.continue_()

    await page.route("**/auth/logout", hold)
    async with page.expect_request("**/auth/logout"):
        await log_out(page)
    await log_in(page, grace["login"], PASSWORD)
    await expect(page.get_by_role("button", name="Log in")).to_be_disabled()
    go.set()
    await page.get_by_role("button", name="Quick actions").wait_for()
    await visitor.go("/")
    await expect(page.get_by_role("button", name="Grace Coming")).to_be_visible()


async def test_nothing_that_was_begun_outlives_a_log_out(person: Visit, create: Create) -> None:
    """The field put its text back when it went, and other tabs kept what they had not sent."""
    ada, grace = await create("Ada Writing"), await create("Grace Waiting")
    visitor = await person(ada["login"], path=f"/p/{grace['user_id']}")
    other = await visitor.context.new_page()
    await other.goto(f"{visitor.url}/p/{grace['user_id']}")
    for page in (visitor.page, other):
        await page.locator("#composer").fill("A secret")
    async with visitor.offline():
        await other.locator("#composer").fill("Another secret")
        await other.keyboard.press("Enter")
        await expect(other.locator(".message__text")).to_have_text("Another secret")
        assert "Another secret" in await kept(other)
        await visitor.page.bring_to_front()
        await log_out(visitor.page)
        for page in (visitor.page, other):
            await expect(page.get_by_role("button", name="Quick actions")).to_have_count(0)
            assert "secret" not in await kept(page)
    visitor.complaints.clear()  # of the form, which was not here yet


async def test_who_logs_in_again_sees_who_is_here(person: Visit, create: Create) -> None:
    """The page took it for granted that what it had watched before the log-out was watched still."""
    ada, grace = await create("Ada Returning"), await create("Grace Arriving")
    visitor = await person(ada["login"])
    page = visitor.page
    await page.add_init_script(SLOW)
    await visitor.go("/")
    row = page.get_by_role("link", name="Grace Arriving")
    await row.wait_for()
    other = await person(grace["login"])
    await expect(row.get_by_role("img", name="Online")).to_be_visible(timeout=15_000)
    await log_out(page)
    await log_in(page, ada["login"], PASSWORD)
    await expect(row.get_by_role("img", name="Online")).to_be_visible()
    await log_out(other.page)
    await expect(row.get_by_role("img", name="Offline")).to_be_visible(timeout=15_000)


async def log_out(page: Page) -> None:
    await page.get_by_role("button", name="Your status and log-out").click()
    await page.get_by_role("menuitem", name="Log out").click()


async def kept(page: Page) -> str:
    stored: str = await page.evaluate("JSON.stringify([{ ...sessionStorage }, { ...localStorage }])")
    return stored
