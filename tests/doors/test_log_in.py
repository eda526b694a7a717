"""Logging in and out, at both doors."""

from tests.doors.house import House
from tests.kit.waiting import eventually


async def test_the_trail_tells_who_came_in_and_who_did_not(parley: House) -> None:
    ada = await parley.create("ada")
    assert (await parley.log_in("ada", "wrong", User_Agent="Firefox")).code == "invalid_credentials"
    token = await parley.token("ada")
    async with parley.socket(token) as socket:
        assert (await socket.ask("me.get"))["user"]["login"] == "ada"
        assert (await parley.ask("POST", "/auth/logout", token=token)).status == 204
        await socket.hear('42["session.ended"')
    entries = [each async for each in parley.database["audit"].find({"target_id": ada["user_id"]}).sort("at")]
    assert [(each["action"], each["outcome"]) for each in entries] == [
        ("user.create", "done"),
        ("auth.login", "invalid_credentials"),
        ("auth.login", "done"),
    ]
    assert all(each["address"] == "127.0.0.1" for each in entries)
    await eventually(lambda: parley.names().count("auth.audit.recorded") >= 5)
