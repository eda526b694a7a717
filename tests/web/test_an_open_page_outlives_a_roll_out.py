"""A page that is open while a new one is rolled out: what it has not loaded yet is gone, so it loads anew, and only then."""

from playwright.async_api import Page, Route

from tests.kit.visitor import Visitor
from tests.web.conftest import Visit

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


async def _rolled_out(visitor: Visitor) -> None:
    """What its scripts ask for from now on is another page's."""

    async def gone(route: Route) -> None:
        await route.fulfill(status=404)

    async def another(route: Route) -> None:
        if route.request.resource_type == "document":
            await route.fallback()
        else:
            await route.fulfill(body=OTHER_PAGE, content_type="text/html")

    await visitor.page.route(f"{visitor.url}/assets/administration-*.js", gone)
    await visitor.page.route(f"{visitor.url}/", another, times=1)


async def _walk_to(page: Page, path: str) -> None:
    await page.evaluate(
        "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path
    )


async def _mark(page: Page) -> None:
    await page.evaluate("window.isThePageOfBefore = true")


async def _is_marked(page: Page) -> bool:
    return bool(await page.evaluate("window.isThePageOfBefore"))
