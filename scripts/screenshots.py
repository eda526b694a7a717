"""Pictures of each main view, of a cluster of its own with people who talk: `docs/screenshots/<view>-<look>.png`."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, expect

from tests.kit.api import Api
from tests.kit.browser import running_browser
from tests.kit.history import History
from tests.kit.person import Person
from tests.kit.session import open_http
from tests.kit.visitor import SMALL, Visitor, visiting
from tests.stories.conftest import PASSWORD, Running

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
LIGHT: dict[str, Any] = {"color_scheme": "light"}
LOOKS: dict[str, dict[str, Any]] = {
    "light": LIGHT,
    "dark": {"color_scheme": "dark"},
    "small": {**LIGHT, **SMALL},
    "italian": {**LIGHT, "locale": "it-IT"},
    "right-to-left": LIGHT,
}
FEW = ("light", "dark", "small")
PEOPLE = {
    "ada": ("Ada Lovelace", "user"),
    "grace": ("Grace Hopper", "user"),
    "linus": ("Linus Pauling", "agent"),
    "hedy": ("Hedy Lamarr", "agent"),
    "alan": ("Alan Turing", "agent"),
    "rosalind": ("Rosalind Franklin", "agent"),
    "emmy": ("Emmy Noether", "agent"),
    "niels": ("Niels Bohr", "agent"),
    "chien": ("Chien-Shiung Wu", "agent"),
    "omar": ("Omar Khayyam عمر خیام", "agent"),
}
HERE = ("grace", "linus", "hedy", "alan", "emmy", "chien")
GROUPS = {
    "Night shift": ("ada", ("grace", "linus", "hedy", "alan")),
    "Announcements": ("grace", ("ada", "linus", "hedy", "alan", "emmy", "niels", "chien", "omar")),
}
TALK = (
    ("linus", "ada", "The line of the insurance is ringing through to us again."),
    ("ada", "linus", "Thank you, I have told them. It goes to their own desk from 14:00 on."),
    ("linus", "ada", "Good! And I take the late break, if nobody minds."),
    ("emmy", "ada", "Could you listen in on my next call? It is the gentleman with the router."),
    ("hedy", "ada", "Coffee? ☕"),
    ("grace", "Announcements", "From Monday on the new greeting counts: name first, then the house."),
    (
        "grace",
        "Announcements",
        "The wording is on https://intranet.example/greeting, please read it before your first call.",
    ),
    ("grace", "Night shift", "Who is in tonight?"),
    ("hedy", "Night shift", "Me, from eight on."),
    ("linus", "Night shift", "Me too. I can stay until six if somebody brings breakfast."),
    ("alan", "Night shift", "I bring breakfast."),
    (
        "ada",
        "Night shift",
        "Then that is settled: Hedy, Linus and Alan tonight.\nThe queue of the hospital comes to us from 22:00, "
        "so please keep one line free for it.",
    ),
    (
        "hedy",
        "Night shift",
        "I keep mine free. The form for call-backs is at https://intranet.example/call-back?team=night",
    ),
    ("alan", "Night shift", "Croissants or something healthy?"),
)


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        running = Running(Path(folder))
        try:
            async with AsyncExitStack() as left:
                browser = await left.enter_async_context(running_browser())
                http = await left.enter_async_context(open_http())
                api = Api(http, running.url, PASSWORD)
                ids = await _furnish(api)
                for login in HERE:
                    here = Person(login, PASSWORD, gateways=running.urls, history=History(), http=http)
                    await left.enter_async_context(here)
                await api("grace", "PUT", "/presence", {"status": "do_not_disturb", "note": "Interview until three"})
                return await _take(browser, running.url, ids)
        finally:
            running.stop()


async def _furnish(api: Api) -> dict[str, str]:
    """Ids of users by login, and of conversations by group."""
    ids = {}
    for login, (name, role) in PEOPLE.items():
        form = {"login": login, "name": name, "role": role, "password": PASSWORD, "email": f"{login}@parley.example"}
        ids[login] = (await api("admin", "POST", "/users", form))["user"]["user_id"]
    for name, (owner, members) in GROUPS.items():
        group: dict[str, Any] = {
            "name": name,
            "member_ids": [ids[one] for one in members],
            "writing_enabled": name != "Announcements",
        }
        ids[name] = (await api(owner, "POST", "/groups", group))["conversation"]["conversation_id"]
    for number, (author, to, text) in enumerate(TALK):
        place = {"conversation_id": ids[to]} if to in GROUPS else {"user_id": ids[to]}
        await api(author, "POST", "/messages", {"to": place, "client_message_id": str(number), "text": text})
    return ids


View = Callable[[Visitor, dict[str, str]], Awaitable[None]]


async def _log_in(visitor: Visitor, _: dict[str, str]) -> None:
    await visitor.go("/login")
    await visitor.page.locator("input").first.fill("ada")


async def _conversation(visitor: Visitor, ids: dict[str, str]) -> None:
    await _as(visitor, "ada", f"/c/{ids['Night shift']}")
    await visitor.page.get_by_text(TALK[-1][2]).last.wait_for()


async def _messenger(visitor: Visitor, _: dict[str, str]) -> None:
    await _as(visitor, "ada", "/")


async def _group(visitor: Visitor, ids: dict[str, str]) -> None:
    await _conversation(visitor, ids)
    await visitor.page.get_by_role("button", name="Edit group").click()


async def _people(visitor: Visitor, _: dict[str, str]) -> None:
    await _as(visitor, "admin", "/administration/people")


async def _groups(visitor: Visitor, _: dict[str, str]) -> None:
    await _as(visitor, "admin", "/administration/groups")


async def _server(visitor: Visitor, _: dict[str, str]) -> None:
    await _as(visitor, "admin", "/administration/server")


async def _audit(visitor: Visitor, _: dict[str, str]) -> None:
    await _as(visitor, "admin", "/administration/audit")


VIEWS: dict[str, tuple[View, Sequence[str]]] = {
    "audit": (_audit, FEW),  # before all the log-ins of the others
    "log-in": (_log_in, FEW),
    "messenger": (_messenger, FEW),
    "conversation": (_conversation, tuple(LOOKS)),
    "group": (_group, FEW),
    "people": (_people, FEW),
    "groups": (_groups, FEW),
    "server": (_server, FEW),
}


async def _as(visitor: Visitor, login: str, path: str) -> None:
    visitor.name = login
    await visitor.log_in(PASSWORD)
    await visitor.go(path)


async def _take(browser: Browser, url: str, ids: dict[str, str]) -> int:
    """1 where a page complained."""
    FOLDER.mkdir(exist_ok=True)
    complaints = []
    for name, (view, looks) in VIEWS.items():
        for look in looks:
            async with visiting(browser, "nobody", url, reduced_motion="reduce", **LOOKS[look]) as visitor:
                await view(visitor, ids)
                if look == "right-to-left":
                    await visitor.page.evaluate("document.documentElement.dir = 'rtl'")
                await visitor.page.wait_for_load_state("networkidle")
                await expect(visitor.page.locator(".spinner")).to_have_count(0)
                await visitor.page.screenshot(
                    path=FOLDER / f"{name}-{look}.png", animations="disabled", caret="initial"
                )
                complaints += visitor.complaints
    print(*complaints, f"{FOLDER}: {len(list(FOLDER.glob('*.png')))} pictures", sep="\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
