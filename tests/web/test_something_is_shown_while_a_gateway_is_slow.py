"""A page whose gateway does not answer shows at once that it is there and tries, and goes on by itself when it can."""

import re

import pytest
from playwright.async_api import Route, expect

from tests.kit.accessible import assert_accessible
from tests.kit.visitor import SMALL, Visitor
from tests.stories.conftest import PASSWORD
from tests.web.conftest import Visit

SHOWN_WITHIN_MS = 500
PAINTED = """async () => {
    // since what a browser paints nothing without has come
    const painted = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    while (painted() === undefined) await new Promise((resolve) => requestAnimationFrame(resolve));
    const came = [performance.getEntriesByType("navigation")[0], ...performance.getEntriesByType("resource")]
        .filter((one) => one.entryType === "navigation" || one.name.endsWith(".css"))
        .map((one) => one.responseEnd);
    return painted() - Math.max(...came.filter((at) => at < painted()));
}"""


@pytest.mark.parametrize(
    ("options", "said", "in_the_end"),
    [
        ({}, "Connecting…", "Quick actions"),
        ({"locale": "it-IT", "color_scheme": "dark", **SMALL}, "Connessione in corso…", "Azioni rapide"),
    ],
)
async def test_who_is_here_is_not_known_yet(visit: Visit, options: dict[str, str], said: str, in_the_end: str) -> None:
    marco = await visit("marco", **options)
    page = marco.page
    await marco.log_in(PASSWORD)
    await _fall_silent_at_the_first_ask(marco)
    async with marco.silence():
        marco.line.restore()  # until the page asks who is here
        await page.goto(marco.url)
        await expect(page.get_by_role("status")).to_contain_text(said)
        assert await page.evaluate(PAINTED) < SHOWN_WITHIN_MS
        await assert_accessible(page)
        await expect(page.get_by_role("button", name=in_the_end)).to_have_count(0)
    await page.get_by_role("button", name=in_the_end).wait_for(timeout=30_000)
    await expect(page.get_by_text(said)).to_have_count(0)


async def test_the_script_does_not_come(visit: Visit) -> None:
    """There are no words in anybody's language yet, and there is a way on."""
    marco = await visit("marco")
    page = marco.page
    await page.route(re.compile(r"/assets/index-[^/]*\.js$"), lambda route: route.fulfill(status=404))
    await page.goto(marco.url)
    await expect(page.get_by_role("heading", name="Parley")).to_be_visible()
    await assert_accessible(page)
    await expect(page.get_by_role("link", name="Load again")).to_be_visible(timeout=15_000)
    await page.unroute_all()
    await page.get_by_role("link", name="Load again").click()
    await expect(page.get_by_label("Login name")).to_be_visible()
    marco.complaints.clear()  # of what did not come


async def _fall_silent_at_the_first_ask(visitor: Visitor) -> None:
    async def fall_silent(route: Route) -> None:
        visitor.line.stall()
        await route.continue_()

    await visitor.page.route("**/api/v1/auth/refresh", fall_silent, times=1)
