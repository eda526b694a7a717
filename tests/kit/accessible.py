"""What axe-core finds on a page as it is shown now: nothing."""

from typing import Any

from playwright.async_api import Page

from deploy.local.web import WEB

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RUN = "() => axe.run(document, { resultTypes: ['violations'] })"


async def assert_accessible(page: Page) -> None:
    """Every rule of axe-core's, WCAG 2.2 AA and its best practices."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = (await page.evaluate(RUN))["violations"]
    assert not found, "\n".join(map(_told, found))


def _told(violation: dict[str, Any]) -> str:
    places = "".join(f"\n  {node['html'][:200]}\n    {node['failureSummary']}" for node in violation["nodes"])
    return f"{violation['id']}: {violation['help']}{places}"
