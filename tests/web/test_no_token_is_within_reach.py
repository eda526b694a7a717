"""What a script in the page, or whoever sits down at the machine, could take along of a session: nothing."""

import json
import re

from playwright.async_api import expect

from contracts.doors import COOKIE
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD
from tests.web.conftest import Create, Visit

TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}")
STORED = """async () => JSON.stringify([
    {...localStorage}, {...sessionStorage}, document.cookie, history.state, location.href,
    await indexedDB.databases(), await caches.keys(),
])"""


async def test_tokens_are_where_no_script_reads_them(visit: Visit, create: Create) -> None:
    user = await create("Ada Lovelace")
    ada = await visit("ada")
    await ada.go("/login")
    await ada.page.get_by_label("Login name").fill(user["login"])
    await ada.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await ada.page.get_by_role("button", name="Log in").click()
    await expect(ada.page.get_by_role("banner")).to_be_visible()
    kept = {cookie["name"]: cookie for cookie in await ada.context.cookies(f"{ada.url}/api/v1/auth/refresh")}
    assert (kept[COOKIE]["httpOnly"], kept[COOKIE]["sameSite"]) == (True, "Strict")
    stored = await ada.page.evaluate(STORED)
    assert COOKIE not in stored and kept[COOKIE]["value"] not in stored and PASSWORD not in stored
    assert not TOKEN.search(stored), json.loads(stored)
    assert not await ada.context.cookies(f"{ada.url}/"), "the cookie goes where it is needed, and nowhere else"


async def test_who_leaves_leaves_nothing_behind(person: Visit, create: Create) -> None:
    user = await create("Ada Lovelace")
    ada = await person(user["login"])
    await expect(ada.page.get_by_role("banner")).to_be_visible()
    await ada.page.get_by_role("banner").get_by_role("button", name=re.compile("Ada Lovelace")).click()
    await ada.page.get_by_role("menuitem", name="Log out").click()
    await expect(ada.page.get_by_label("Login name")).to_be_visible()

    async def is_gone() -> bool:
        return not await ada.context.cookies()

    await eventually(is_gone, what="the cookie is gone")
    stored = await ada.page.evaluate(STORED)
    assert user["user_id"] not in stored and not TOKEN.search(stored), json.loads(stored)
    await ada.page.go_back()
    await ada.go("/")
    await expect(ada.page.get_by_label("Login name")).to_be_visible()
