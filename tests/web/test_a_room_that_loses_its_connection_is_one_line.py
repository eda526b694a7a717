"""A leader of many agents is told of all who are lost in one line, and takes it away with one click."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.kit.accessible import assert_accessible
from tests.stories.conftest import Running
from tests.web.conftest import Visit

AGENTS = ("elena", "jonas", "marco")
LOST_MS = 40_000
"""A lease has to be over first."""


@pytest.fixture(scope="module")
def cluster(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("lost"), PARLEY_LOST_AFTER_S="2")
    yield running
    running.stop()


async def test_agents_who_are_lost_are_named_in_one_line(person: Visit) -> None:
    """There was a line for each, three at a time, over what else there was to say."""
    sofia = await person("sofia")
    agents = [await person(login) for login in AGENTS]
    row = sofia.page.get_by_role("row")
    for login in AGENTS:
        await expect(row.filter(has_text=login.capitalize()).get_by_role("img", name="Online")).to_be_visible()
    for agent in agents:
        agent.line.cut()
    line = sofia.page.locator(".banner", has_text="3 people have lost their connection.")
    await expect(line).to_be_visible(timeout=LOST_MS)
    await expect(line.get_by_role("listitem")).to_have_count(len(AGENTS))
    await assert_accessible(sofia.page)
    await line.get_by_role("button", name="Dismiss").click()
    await expect(sofia.page.locator(".banner", has_text="lost")).to_have_count(0)
    await sofia.go("/")
    await row.first.wait_for()
    await expect(sofia.page.locator(".banner", has_text="lost")).to_have_count(0)
