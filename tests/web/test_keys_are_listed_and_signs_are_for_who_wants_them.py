"""Keys do what they are listed for; a sign alone, such as ?, is a key only for who wants that (WCAG 2.2, 2.1.4)."""

from playwright.async_api import expect

from tests.kit.accessible import assert_accessible
from tests.web.conftest import Create, Visit


async def test_signs_alone_can_be_switched_off(person: Visit, create: Create) -> None:
    """Who steers a page by voice pressed them with each ? and / that was heard."""
    page = (await person((await create("Ada Signs"))["login"])).page
    keys, found = page.get_by_role("dialog", name="Keyboard shortcuts"), page.get_by_role("dialog", name="Search")
    someone = page.get_by_role("row").first
    await expect(someone).to_be_visible()
    await page.keyboard.press("?")
    await expect(keys).to_be_visible()
    await assert_accessible(page)
    await keys.get_by_label("Signs alone are shortcuts").uncheck()
    await expect(keys.get_by_text("?", exact=True)).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(keys).to_have_count(0)
    for _ in range(2):  # as well after the page was loaded anew
        await page.keyboard.press("?")
        await page.keyboard.press("/")
        await page.keyboard.press("Control+/")
        await expect(keys).to_be_visible()
        await expect(found).to_have_count(0)
        await page.keyboard.press("Escape")
        await expect(keys).to_have_count(0)
        await page.reload()
        await expect(someone).to_be_visible()
    await page.keyboard.press("Control+/")
    await keys.get_by_label("Signs alone are shortcuts").check()
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await expect(found).to_be_visible()
