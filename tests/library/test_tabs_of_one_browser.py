"""Tabs of one browser have one session: its cookie, fresh tokens for all, one log-out for all."""

from itertools import count

import pytest

from bench.chaos.proxy import HOST, Proxy
from tests.kit.waiting import eventually
from tests.library.conftest import TOKEN_S
from tests.library.remote import Picture, Remote
from tests.stories.conftest import PASSWORD

BROWSERS = (f"browser {number}" for number in count(1))


@pytest.fixture
def browser() -> str:
    return next(BROWSERS)


async def test_a_tab_comes_in_with_the_cookie_of_another(lines: list[Proxy], lead: Remote, browser: str) -> None:
    await _open(lead, "one", lines[0], browser)
    await lead("one", "logIn", "marco", PASSWORD)
    await lead.until_connected("one")
    await _open(lead, "two", lines[0], browser)
    assert (await lead.until_connected("two"))["session"]["user"]["name"] == "Marco"


async def test_they_refresh_one_at_a_time_and_all_stay(lines: list[Proxy], lead: Remote, browser: str) -> None:
    """Of two refresh tokens that were replaced the older one would end the session."""
    names = [f"tab {number}" for number in range(4)]
    for name in names:
        await _open(lead, name, lines[0], browser)
    await lead(names[0], "logIn", "elena", PASSWORD)
    for name in names:
        await lead.until_connected(name)
    before = await lead(browser, "refreshes")
    await eventually(lambda: _more(lead, browser, before + 3), TOKEN_S * 5.0, what="tokens are renewed")
    for name in names:
        shown = await lead.picture(name)
        assert (shown["session"]["phase"], shown["connection"]["phase"]) == ("in", "connected"), name
        assert "reconnecting" not in shown["phases"][2:], f"{name} lost its line"


async def test_logging_out_in_one_is_logging_out_in_all(lines: list[Proxy], lead: Remote, browser: str) -> None:
    for name in ("one", "two"):
        await _open(lead, name, lines[0], browser)
    await lead("one", "logIn", "jonas", PASSWORD)
    await lead.until_connected("two")
    await lead("one", "logOut")
    for name in ("one", "two"):
        out = await lead.until(name, _is_out, 5, "is out")
        assert out["order"] == [] and out["outbox"] == []
    await _open(lead, "three", lines[0], browser)
    assert (await lead.picture("three"))["session"] == {"phase": "out"}


async def test_a_log_out_that_nobody_heard_of_is_finished_at_the_next_start(
    lines: list[Proxy], lead: Remote, browser: str
) -> None:
    line = lines[0]
    await _open(lead, "one", line, browser)
    await lead("one", "logIn", "marco", PASSWORD)
    await lead.until_connected("one")
    line.cut()
    await lead("one", "logOut")
    assert _is_out(await lead.picture("one"))
    line.restore()
    for name in ("two", "three"):
        await _open(lead, name, line, browser)
        assert (await lead.picture(name))["session"] == {"phase": "out"}


async def test_somebody_else_begins_with_nothing_of_whoever_was_here(
    lines: list[Proxy], lead: Remote, browser: str
) -> None:
    for name in ("one", "two"):
        await _open(lead, name, lines[0], browser)
    await lead("one", "logIn", "marco", PASSWORD)
    await lead.until_connected("two")
    await lead("two", "logIn", "sofia", PASSWORD)
    for name in ("one", "two"):
        await lead.until(name, lambda now: now["session"].get("user", {}).get("name") == "Sofia", 5, "is Sofia's")
        await lead.until_connected(name)


async def _open(lead: Remote, name: str, line: Proxy, browser: str) -> None:
    await lead(name, "make", f"http://{HOST}:{line.port}", browser)
    await lead(name, "start")


async def _more(lead: Remote, browser: str, than: int) -> bool:
    count: int = await lead(browser, "refreshes")
    return count >= than


def _is_out(now: Picture) -> bool:
    return bool(now["session"]["phase"] == "out" and now["connection"]["phase"] == "offline")
