"""`parley parked`: an event that fails for a reason that passes is parked, seen, taken once more, and parked no longer."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.bus.caller import calling
from contracts.everything import ASKS
from contracts.parked import ReplayParked
from contracts.permissions import DEAD_STREAM
from contracts.refusals import Refused
from parley.cluster import ClusterSettings
from tests.doors.house import House, Servers, house
from tests.kit.waiting import eventually
from tests.services.parley.conftest import Command

BROKEN = {"$jsonSchema": {"required": ["nothing_has_this"]}}


@pytest.fixture
async def impatient(servers: Servers) -> AsyncIterator[House]:
    """A notifier that tries twice."""
    async with house(servers, notifier={"deliveries_max": 2}) as made:
        await made.local.js.stream_info(DEAD_STREAM)
        yield made


async def _validate(parley: House, rule: Any) -> None:
    """What somebody did to the database by hand: notices are refused for what they are."""
    await parley.database.command("collMod", "notices", validator=rule)


async def _parked(command: Command) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in (await command("parked", "list", "--json")).said.splitlines() if line[0] == "{"
    ]


async def _group_with(parley: House, login: str) -> str:
    """Whoever is added is to have a notice. The id of that person."""
    user_id = str((await parley.create(login))["user_id"])
    form = {"name": "Tea", "member_ids": [user_id], "writing_enabled": True}
    assert (await parley.ask("POST", "/groups", form, await parley.token("root"))).status == 201
    return user_id


async def _notices(parley: House, user_id: str) -> int:
    return int(await parley.database["notices"].count_documents({"user_id": user_id}))


async def test_an_event_that_failed_is_replayed_and_handled_once(impatient: House, command: Command) -> None:
    parley = impatient
    await _validate(parley, BROKEN)
    user_id = await _group_with(parley, "ada")

    async def is_parked() -> Any:
        return await _parked(command)

    (letter,) = await eventually(is_parked, 30.0, every_s=1.0)
    assert (letter["part"], letter["type"], letter["deliveries"]) == ("notifier", "messenger.member.added", 2)
    shown = await command("parked", "show", "--id", letter["id"])
    assert shown.code == 0 and user_id in shown.said
    status = await command("status")
    assert (status.code, "1 events are parked" in status.complained) == (1, True)

    still = await command("parked", "replay", "--id", letter["id"])
    assert (still.code, "It fails as before" in still.said) == (1, True)
    assert [one["id"] for one in await _parked(command)] == [letter["id"]]
    assert await _notices(parley, user_id) == 0

    await _validate(parley, {})
    replayed = await command("parked", "replay", "--all")
    assert (replayed.code, replayed.said) == (0, f"{letter['id']} notifier messenger.member.added: handled.\n")
    assert await _parked(command) == []
    assert await _notices(parley, user_id) == 1
    await eventually(lambda: parley.names().count("notifier.notice.raised") == 1)
    assert (await command("parked", "list")).said == "No event is parked.\n"
    assert (await command("parked", "replay", "--id", letter["id"])).code == 1


async def test_replayed_twice_it_is_handled_once(impatient: House, servers: Servers, command: Command) -> None:
    """As when whoever asked died before the letter was removed."""
    parley = impatient
    await _validate(parley, BROKEN)
    user_id = await _group_with(parley, "ada")

    async def is_parked() -> Any:
        return await _parked(command)

    (letter,) = await eventually(is_parked, 30.0, every_s=1.0)
    await _validate(parley, {})
    operator = _operator(servers)
    for _ in range(2):
        await operator("notifier", letter["id"])
    assert await _notices(parley, user_id) == 1
    with pytest.raises(Refused) as refused:  # another part has no such letter
        await operator("messenger", letter["id"])
    assert refused.value.code == "not_found"
    assert (await command("parked", "replay", "--all")).code == 0
    assert await _notices(parley, user_id) == 1
    assert parley.names().count("notifier.notice.raised") == 1


def _operator(servers: Servers) -> Any:
    settings = ClusterSettings(nats_url=servers.nats.url, nats_password=servers.nats.passwords["operator"])

    async def ask(part: str, place: int) -> None:
        async with calling(settings) as caller:
            await caller.ask(ASKS[f"{part}.replay_parked"], ReplayParked(place=place))

    return ask
