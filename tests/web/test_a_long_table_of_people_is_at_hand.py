"""Two thousand people in the administration: imported from a file, scrolled to the end, found by a part of a name."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.kit.accessible import assert_accessible
from tests.kit.visitor import visiting
from tests.stories.conftest import PASSWORD, Running

COUNT = 2_000
DEMO = 5
"""People there already."""


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Running]:
    """Of its own: other tests look at lists without a crowd."""
    running = Running(tmp_path)
    yield running
    running.stop()


async def test_thousands_are_imported_scrolled_and_found(browser: Browser, crowded: Running, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    lines = [f"crowd{number:04};Zz Crowd {number:04};agent" for number in range(COUNT)]
    file.write_text("\n".join(["login;name;role", *lines]))
    async with visiting(browser, "admin", crowded.url) as admin:
        await admin.log_in(PASSWORD)
        await admin.go("/administration/people")
        page = admin.page
        await page.get_by_role("button", name="Import").click()
        dialog = page.get_by_role("dialog", name="Import people")
        await dialog.locator("input[type=file]").set_input_files(file)
        await dialog.get_by_role("button", name="Import 2,000 people").click()
        await expect(dialog.locator("[data-sum=created]")).to_contain_text("2,000", timeout=60_000)
        await dialog.get_by_role("button", name="Close").last.click()

        await expect(page.get_by_text(f"{COUNT + DEMO:,} people", exact=True)).to_be_visible(timeout=30_000)
        table = page.get_by_role("table", name="People")
        await expect(table).to_have_attribute("aria-rowcount", str(COUNT + DEMO + 1))
        assert await table.get_by_role("row").count() < 100
        last = table.get_by_role("row").filter(has_text=f"Zz Crowd {COUNT - 1:04}")
        await expect(last).to_have_count(0)
        scroller = page.locator(".people__scroller")
        await scroller.evaluate("one => one.scrollTo(0, one.scrollHeight)")
        await expect(last).to_be_visible()
        await expect(last).to_have_attribute("aria-rowindex", str(COUNT + DEMO + 1))
        await assert_accessible(page)

        await page.get_by_label("Search by name").fill("crowd 123")
        await expect(page.get_by_text("10 people", exact=True)).to_be_visible()
        await expect(table.get_by_role("row")).to_have_count(11)
        await expect(table.get_by_role("row").last).to_contain_text("Zz Crowd 1239")
        await page.get_by_label("Role").select_option("Administrator")
        await expect(page.get_by_text("Nobody is called so.")).to_be_visible()
        assert admin.complaints == []
