"""Somebody else, or the same person elsewhere, ends a session whose page is open: the log-in says who did, and in which way."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.kit.visitor import SMALL
from tests.web.conftest import Create, Visit

Ends = Callable[[Api, dict[str, Any]], Awaitable[object]]


async def disabled(api: Api, user: dict[str, Any]) -> None:
    await api("admin", "PATCH", f"/users/{user['user_id']}", {"disabled": True})


async def password_set(api: Api, user: dict[str, Any]) -> None:
    form = {"password": "Other-2027", "must_change": False}
    await api("admin", "PUT", f"/users/{user['user_id']}/password", form)


async def ended_by_an_administrator(api: Api, user: dict[str, Any]) -> None:
    for session in (await api("admin", "GET", f"/sessions?user_id={user['user_id']}"))["sessions"]:
        await api("admin", "DELETE", f"/sessions/{session['session_id']}")


async def ended_elsewhere(api: Api, user: dict[str, Any]) -> None:
    for session in (await api(user["login"], "GET", "/sessions"))["sessions"]:
        if not session.get("current"):
            await api(user["login"], "DELETE", f"/sessions/{session['session_id']}")


SAID = [
    (disabled, "This account is disabled. Ask an administrator."),
    (password_set, "An administrator has set a new password for you. Log in with that one."),
    (ended_by_an_administrator, "An administrator has ended your session. Log in again to go on."),
    (ended_elsewhere, "You ended this session from another device. Log in again to go on."),
]


@pytest.mark.parametrize(("end", "said"), SAID)
async def test_while_the_page_is_open(person: Visit, create: Create, api: Api, end: Ends, said: str) -> None:
    user = await create("Grace Hopper")
    grace = await person(user["login"])
    await grace.page.get_by_role("button", name="Quick actions").wait_for()
    await end(api, user)
    await expect(grace.page.get_by_text(said)).to_be_visible()
    await expect(grace.page.get_by_label("Login name")).to_be_visible()
    await assert_accessible(grace.page)


async def test_while_the_page_has_no_network(person: Visit, create: Create, api: Api) -> None:
    """At the return the refusal says it, in the language of the person."""
    user = await create("Grace Hopper")
    grace = await person(user["login"], locale="it-IT", **SMALL)
    await grace.page.get_by_role("button", name="Azioni rapide").wait_for()
    async with grace.offline():
        await password_set(api, user)
    said = "Un amministratore ha impostato per te una nuova password. Accedi con quella."
    await expect(grace.page.get_by_text(said)).to_be_visible(timeout=30_000)


async def test_while_the_page_is_closed(person: Visit, create: Create, api: Api) -> None:
    user = await create("Grace Hopper")
    grace = await person(user["login"])
    await grace.page.get_by_role("button", name="Quick actions").wait_for()
    await grace.page.goto("about:blank")
    await disabled(api, user)
    await grace.go("/")
    await expect(grace.page.get_by_role("alert")).to_have_text("This account is disabled. Ask an administrator.")
