"""What people are told of what somebody else did to their account: at once where they are here, and later where they are not."""

import json

from tests.doors.house import House
from tests.kit.waiting import eventually


async def test_a_session_that_another_ended_is_told_at_once_and_kept(parley: House) -> None:
    await parley.create("ada")
    mine = await parley.token("ada")
    for _ in range(2):
        await parley.log_in("ada")
    sessions = (await parley.ask("GET", "/sessions", token=mine)).body["sessions"]
    own = [one["session_id"] for one in sessions if not one.get("current")]
    await parley.ask("DELETE", f"/sessions/{own[0]}", token=mine)
    root = await parley.token("root")
    async with parley.socket(mine) as socket:
        assert (await parley.ask("DELETE", f"/sessions/{own[1]}", token=root)).status == 204
        heard = json.loads((await socket.hear('42["notice",'))[2:])[1]
    assert (heard["code"], heard["severity"]) == ("session_ended", "info")
    assert await codes(parley, "ada") == ["session_ended"]


async def test_a_password_that_another_set_is_told_at_the_next_log_in(parley: House) -> None:
    ada = await parley.create("ada")
    form = {"password": "Parley-2027", "must_change": False}
    await parley.ask("PUT", f"/users/{ada['user_id']}/password", form, await parley.token("root"))
    assert await codes(parley, "ada", "Parley-2027") == ["password_set"]


async def test_what_one_does_oneself_is_no_notice(parley: House) -> None:
    await parley.create("ada")
    token = await parley.token("ada")
    change = {"current_password": "Parley-2026", "new_password": "Parley-2027"}
    assert (await parley.ask("POST", "/auth/password/change", change, token)).status == 204
    await parley.ask("POST", "/auth/logout", token=token)
    await parley.create("grace")
    form = {"password": "Parley-2027", "must_change": False}
    grace = (await parley.ask("GET", "/me", token=await parley.token("grace"))).body["user"]
    await parley.ask("PUT", f"/users/{grace['user_id']}/password", form, await parley.token("root"))
    assert await codes(parley, "grace", "Parley-2027") == ["password_set"]
    assert await parley.database["notices"].count_documents({}) == 1


async def codes(parley: House, login: str, password: str = "Parley-2026") -> list[str]:
    """Of what is kept for them, once there is something."""

    async def kept() -> list[str]:
        user = (await parley.ask("GET", "/me", token=await parley.token(login, password))).body["user"]
        found = parley.database["notices"].find({"user_id": user["user_id"], "outbox.0": {"$exists": False}})
        return [str(one["code"]) async for one in found]

    return await eventually(kept, 30.0, what="a notice")
