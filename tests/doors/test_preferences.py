"""What people are mailed of what they missed, as they choose it at either door."""

from typing import Any

import pytest

from tests.doors.house import House

NIGHT = {"on": True, "begin": "20:00", "end": "07:30", "time_zone": "Europe/Rome"}


async def preferences(parley: House, token: str, method: str = "GET", **changed: Any) -> dict[str, Any]:
    answer = await parley.ask(method, "/me/preferences", changed or None, token)
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.body["preferences"]
    return found


async def test_what_is_not_named_stays(parley: House) -> None:
    await parley.create("ada")
    ada, root = await parley.token("ada"), await parley.token("root")
    fresh = {"available": False, "mail": True, "conversations": []}
    assert await preferences(parley, ada) == fresh
    await preferences(parley, ada, "PATCH", quiet_hours=NIGHT, language="it")
    silent = [{"conversation_id": key, "mail": "nothing"} for key in ("g_1", "g_2")]
    await preferences(parley, ada, "PATCH", conversations=silent)
    changed = [{"conversation_id": "g_1", "mail": "all"}, {"conversation_id": "g_3", "mail": "nothing"}]
    answer = await preferences(parley, ada, "PATCH", conversations=changed, mail=False)
    kept = [{"conversation_id": key, "mail": "nothing"} for key in ("g_2", "g_3")]
    wanted = {"available": False, "mail": False, "conversations": kept, "quiet_hours": NIGHT, "language": "it"}
    assert answer == await preferences(parley, ada) == wanted
    assert await preferences(parley, root) == fresh


async def test_sockets_have_them_too(parley: House) -> None:
    await parley.create("ada")
    token = await parley.token("ada")
    async with parley.socket(token) as socket:
        answer = await socket.ask("preferences.set", '{"mail":false}')
        assert answer["ok"], answer
        assert (await socket.ask("preferences.get"))["preferences"]["mail"] is False
    assert (await preferences(parley, token))["mail"] is False


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"language": "xx"}, "language"),
        ({"quiet_hours": NIGHT | {"time_zone": "../../../etc/passwd"}}, "quiet_hours"),
        ({"quiet_hours": NIGHT | {"end": "20:00"}}, "quiet_hours"),
        ({"conversations": [{"conversation_id": "$where", "mail": "nothing"}]}, "conversations"),
    ],
)
async def test_what_is_none_is_refused(parley: House, changed: dict[str, Any], field: str) -> None:
    answer = await parley.ask("PATCH", "/me/preferences", changed, await parley.token("root"))
    assert (answer.status, answer.code, list(answer.body["errors"])) == (422, "invalid", [field])


async def test_there_is_a_bound(parley: House) -> None:
    token = await parley.token("root")
    for start in (0, 250):
        some = [{"conversation_id": f"g_{number}", "mail": "nothing"} for number in range(start, start + 250)]
        await preferences(parley, token, "PATCH", conversations=some)
    one_more = {"mail": False, "conversations": [{"conversation_id": "g_500", "mail": "nothing"}]}
    answer = await parley.ask("PATCH", "/me/preferences", one_more, token)
    assert (answer.status, answer.code) == (409, "conflict")
    now = await preferences(parley, token)
    assert (len(now["conversations"]), now["mail"]) == (500, True)
