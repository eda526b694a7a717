"""`parley sessions`: where somebody is logged in, and the end of that, everywhere and in the trail."""

import json

from tests.doors.house import House
from tests.kit.waiting import eventually
from tests.services.parley.conftest import Command


async def _ada(parley: House) -> None:
    await parley.database["users"].update_one({"login": "root"}, {"$set": {"disabled": False}})
    await parley.create("ada")


async def test_one_session_is_ended_and_the_others_go_on(parley: House, command: Command) -> None:
    await _ada(parley)
    first, second = await parley.token("ada"), await parley.token("ada")
    listed = json.loads((await command("sessions", "list", "--login", "ADA", "--json")).said)["sessions"]
    assert len(listed) == 2
    session_id = listed[-1]["session_id"]  # the newest is first
    ended = await command("sessions", "end", "--login", "ada", "--session", session_id)
    assert (ended.code, ended.said) == (0, f"{session_id} has ended.\n")

    async def is_refused() -> bool:
        return (await parley.ask("GET", "/me", token=first)).code == "session_ended"

    await eventually(is_refused)
    assert (await parley.ask("GET", "/me", token=second)).status == 200
    again = await command("sessions", "end", "--login", "ada", "--session", session_id)
    assert (again.code, again.said) == (0, "It had ended already.\n")
    trail = (await parley.ask("GET", "/audit?action=session.end", token=await parley.token("root"))).body["entries"]
    assert [(one["target_login"], one["session_id"], one["detail"]) for one in trail] == [
        ("ada", session_id, {"by": "operator"})
    ]


async def test_all_of_somebody_are_ended_and_sockets_closed(parley: House, command: Command) -> None:
    await _ada(parley)
    await parley.token("ada")
    async with parley.socket(await parley.token("ada")) as socket:
        ended = await command("sessions", "end", "--login", "ada", "--all")
        assert (ended.code, ended.said.count("has ended.")) == (0, 2)
        assert '"session_ended"' in await socket.hear('42["session.ended"')
    shown = await command("sessions", "list", "--login", "ada")
    assert (shown.code, shown.said) == (0, "ada is not logged in.\n")
    assert (await command("sessions", "end", "--login", "ada", "--all")).said == "ada was not logged in.\n"


async def test_what_is_not_there_is_said(parley: House, command: Command) -> None:
    await _ada(parley)
    nobody = await command("sessions", "list", "--login", "nobody")
    assert (nobody.code, nobody.complained) == (1, "parley: There is nobody of this login.\n")
    root = json.loads((await command("sessions", "list", "--login", "root", "--json")).said)["sessions"][0]
    others = await command("sessions", "end", "--login", "ada", "--session", root["session_id"])
    assert (others.code, others.complained) == (1, "parley: ada has no session of this id.\n")
    assert (await command("sessions", "end", "--login", "ada")).code == 2
