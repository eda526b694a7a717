"""People to try Parley with, in the local cluster only: asked of auth and messenger like anything else, again at each
start, and there once."""

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


async def seed(nats_url: str, password: str) -> None:
    """Raises Refused when a service is away."""
    settings = Settings(instance="local", nats_url=nats_url, nats_user="local", nats_password=password)
    bus = await Bus.connect(settings, "local")
    try:
        ids = [user_id for one in PEOPLE if (user_id := await _person(bus, *one))]
        if len(ids) == len(PEOPLE):
            group = CreateGroup(name="Floor", member_ids=ids, writing_enabled=True, request_id="demo-floor")
            await bus.ask(ASKS["group.create"], group, PARLEY, 10.0)
    finally:
        await bus.drain()


async def _person(bus: Bus, login: str, name: str, role: str) -> str | None:
    """None where someone else has the login by now."""
    request = CreateUser(login=login, name=name, role=role, password=PASSWORD, request_id=f"demo-{login}")
    try:
        answer: UserAnswer = await bus.ask(ASKS["user.create"], request, PARLEY, 10.0)
    except Refused as refused:
        if refused.code == "conflict":
            return None
        raise
    return answer.user.user_id
