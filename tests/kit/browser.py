"""A real browser: Chromium as Debian has it, or another one on PATH. Playwright steers it and never fetches one."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
REQUIRED = "PARLEY_REQUIRE_BROWSER"
FLAGS = (
    "--no-sandbox",  # root in a container has none
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 20_000  # costs a test that passes nothing
LEFT_OUT = "no browser is on PATH (Debian: apt install chromium)"


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Without one the test is skipped, or fails where one is required."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if os.environ.get(REQUIRED):
            pytest.fail(f"{REQUIRED} is set, and {LEFT_OUT}")
        pytest.skip(LEFT_OUT)
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS, chromium_sandbox=False)
        try:
            yield browser
        finally:
            await browser.close()
