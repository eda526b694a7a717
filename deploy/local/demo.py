"""People to try Parley with, in the local cluster only: asked of auth and messenger like anything else, again at each
start, and there once. What somebody has changed or deleted since stays as it is."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from chassis.bus import PARLEY, Bus
from chassis.settings import Settings
from contracts.auth import CreateUser, UserAnswer
from contracts.everything import ASKS
from contracts.messenger import CreateGroup
from contracts.refusals import Refused

PASSWORD = "Parley-2026"
PEOPLE = (
    ("admin", "Admin", "admin"),
    ("sofia", "Sofia", "user"),
    ("marco", "Marco", "agent"),
    ("elena", "Elena", "agent"),
    ("jonas", "Jonas", "agent"),
)


PATIENCE_S, AGAIN_S = 60.0, 1.0
NO_SEAT = "seats_exhausted"
THEIRS = ("conflict", "not_found", "invalid", "password_policy", NO_SEAT)
"""How we hear that it is no longer ours: the login is someone else's, the group is deleted or the owner out of it, a
member is disabled, the password would not do any more, the licence is too small or none."""


async def seed(nats_url: str, password: str, say: Callable[[str], None]) -> None:
    """Says so where there is no seat for somebody. Raises Refused when a service is away or fails."""
    settings = Settings(instance="local", nats_url=nats_url, nats_user="local", nats_password=password)
    bus = await Bus.connect(settings, "local")
    seatless: list[str] = []
    try:
        made = await asyncio.gather(*(_person(bus, seatless, *one) for one in PEOPLE))
        if seatless:
            say(f"not all of the demo people are here: {seatless[0]}")
        ids = [user_id for user_id in made if user_id]
        if len(ids) == len(PEOPLE):
            group = CreateGroup(name="Floor", member_ids=ids, writing_enabled=True, request_id="demo-floor")
            await _ours(bus, "group.create", group, seatless)
    finally:
        await bus.drain()


async def _person(bus: Bus, seatless: list[str], login: str, name: str, role: str) -> str | None:
    request = CreateUser(login=login, name=name, role=role, password=PASSWORD, request_id=f"demo-{login}")
    answer: UserAnswer | None = await _ours(bus, "user.create", request, seatless)
    return answer.user.user_id if answer else None


async def _ours(bus: Bus, ask: str, request: CreateUser | CreateGroup, seatless: list[str]) -> Any:
    """The answer, or None where it is theirs by now; in `seatless` why, where there is no seat. A request id makes it good to
    ask again: the machine may be busy just now."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return await bus.ask(ASKS[ask], request, PARLEY, 10.0)
        except Refused as refused:
            if refused.code == NO_SEAT:
                seatless.append(refused.refusal.message)
            if refused.code in THEIRS:
                return None
            if refused.code != "unavailable" or time.monotonic() > until:
                raise
        await asyncio.sleep(AGAIN_S)
