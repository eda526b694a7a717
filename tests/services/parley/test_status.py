"""`parley status`: a whole cluster, one that misses something, and none."""

import json
from typing import Any

from chassis.version import version
from tests.doors.house import House, Servers
from tests.kit.waiting import eventually
from tests.services.parley.conftest import Command, Ended

SERVICES = ("auth", "gateway", "messenger", "notifier", "presence")


async def status(command: Command) -> tuple[Ended, dict[str, Any]]:
    ended = await command("status", "--json")
    return ended, json.loads(ended.said)


async def test_whatever_runs_is_shown_and_whoever_is_connected_is_counted(parley: House, command: Command) -> None:
    await parley.database["users"].update_one({"login": "root"}, {"$set": {"disabled": False}})
    async with parley.socket(await parley.token("root")):
        ended, said = await status(command)
    assert (ended.code, ended.complained) == (0, ""), ended
    assert tuple(one["service"] for one in said["services"]) == SERVICES
    assert {one["version"] for one in said["services"]} == {version()}
    assert {one["epoch"] for one in said["services"]} == {said["stream"]["epoch"]}
    by_name = {one["service"]: one for one in said["services"]}
    assert (by_name["gateway"]["instance"], by_name["gateway"]["sockets"], by_name["gateway"]["people"]) == (
        "gateway-1",
        1,
        1,
    )
    assert by_name["auth"]["asks"] > 0 and by_name["auth"]["average_ms"] > 0
    assert said["stream"]["last_seq"] >= by_name["gateway"]["position"] > 0
    assert all(one["lag"] == 0 for one in said["consumers"] if one["name"]) and len(said["consumers"]) > 3
    shown = await command("status")
    assert (shown.code, shown.complained) == (0, "")
    assert all(f"{service}-1" in shown.said for service in SERVICES)


async def test_errors_are_counted_and_refusals_are_answers(parley: House, command: Command) -> None:
    _, before = await status(command)
    await parley.database["users"].update_one({"login": "root"}, {"$set": {"disabled": False}})
    token = await parley.token("root")
    assert (await parley.ask("GET", "/conversations/nowhere", token=token)).status == 404
    _, refused = await status(command)
    assert _errors(refused) == _errors(before)
    # a document that no version of Parley ever wrote
    await parley.database["users"].update_one({"login": "root"}, {"$unset": {"name": 1, "folded_name": 1}})
    assert (await parley.ask("GET", "/me", token=token)).status == 500
    _, failed = await status(command)
    assert _errors(failed) > _errors(before)


def _errors(said: dict[str, Any]) -> int:
    return sum(one["errors"] for one in said["services"])


async def test_where_nobody_is_it_says_who(servers: Servers, command: Command) -> None:
    async def nobody() -> bool:
        return not (await status(command))[1]["services"]

    await eventually(nobody)
    ended, said = await status(command)
    assert ended.code == 1
    assert all(f"No {service} answers." in ended.complained for service in SERVICES)
    assert said["faults"]
