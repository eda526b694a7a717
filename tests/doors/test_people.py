"""People at both doors: who may change what of whom, what disabling and a changed role mean everywhere, who is found."""

import asyncio
import json
import time
from typing import Any

import jwt
import msgspec
import pytest

from contracts.auth import UserChanged
from tests.doors import others
from tests.doors.house import PASSWORD, House, Servers
from tests.kit.raw_socket import RawSocket
from tests.kit.waiting import eventually

WITHIN_S = 1.0


async def _update(parley: House, user_id: str, token: str, **fields: Any) -> Any:
    return await parley.ask("PATCH", f"/users/{user_id}", fields, token)


async def _entries(parley: House, user_id: str) -> list[dict[str, Any]]:
    found = parley.database["audit"].find({"target_id": user_id, "action": "user.update"}).sort("at")
    entries: list[dict[str, Any]] = await found.to_list()
    return entries


def _told(parley: House, user_id: str) -> list[tuple[str, UserChanged]]:
    """Without who was made."""
    told = [each for each in parley.told if each.keys == (user_id,) and each.name.startswith("auth.user.")]
    return [
        (each.name, msgspec.json.decode(each.data, type=UserChanged)) for each in told if "created" not in each.name
    ]


# changing people


async def test_what_is_changed_is_told_and_remembered(parley: House) -> None:
    ada = await parley.create("ada", email="ada@example.org")
    root = await parley.token("root")
    answer = await _update(parley, ada["user_id"], root, name=" Ada Lovelace ", role="user")
    assert answer.status == 200
    assert (answer.body["user"]["name"], answer.body["user"]["role"]) == ("Ada Lovelace", "user")
    assert answer.body["user"]["email"] == "ada@example.org"
    async with parley.socket(root) as socket:
        fields = json.dumps({"user_id": ada["user_id"], "email": ""})
        assert "email" not in (await socket.ask("user.update", fields))["user"]
    assert "email" not in (await parley.ask("GET", f"/users/{ada['user_id']}", token=root)).body["user"]
    await eventually(lambda: len(_told(parley, ada["user_id"])) == 2)
    (first, renamed), (_, without) = _told(parley, ada["user_id"])
    assert (first, renamed.user.name, renamed.user.role, renamed.version) == (
        "auth.user.updated",
        "Ada Lovelace",
        "user",
        2,
    )
    assert (without.user.email, without.version) == (None, 3)
    entries = await _entries(parley, ada["user_id"])
    assert [entry["detail"] for entry in entries] == [{"fields": "name, role", "role": "user"}, {"fields": "email"}]
    assert [(entry["actor_login"], entry["outcome"]) for entry in entries] == [("root", "done")] * 2


async def test_whoever_is_told_of_people_knows_who_has_a_password_by_now(parley: House) -> None:
    ada = await parley.create("ada", password=None)
    form = {"password": PASSWORD, "must_change": False}
    for number in range(2):
        path = f"/users/{ada['user_id']}/password"
        form["password"] = f"{PASSWORD}-{number}"
        assert (await parley.ask("PUT", path, form, await parley.token("root"))).status == 204
    await eventually(lambda: parley.names().count("auth.password.changed") == 2)
    ((name, changed),) = _told(parley, ada["user_id"])
    assert (name, changed.user.invited, changed.version) == ("auth.user.updated", False, 2)


async def test_what_changes_nothing_is_answered_alike_and_leaves_no_trace(parley: House) -> None:
    ada = await parley.create("ada", email="ada@example.org")
    root = await parley.token("root")
    for fields in ({}, {"name": "Ada ", "role": "agent", "disabled": False}, {"email": "ada@example.org"}):
        answer = await _update(parley, ada["user_id"], root, **fields)
        assert (answer.status, answer.body["user"]["name"]) == (200, "Ada")
    for _ in range(2):
        assert (await _update(parley, ada["user_id"], root, name="Ada L.")).body["user"]["name"] == "Ada L."
    await eventually(lambda: _told(parley, ada["user_id"]) != [])
    assert len(await _entries(parley, ada["user_id"])) == 1
    assert len(_told(parley, ada["user_id"])) == 1


async def test_every_field_at_fault_is_named(parley: House) -> None:
    ada = await parley.create("ada")
    root = await parley.token("root")
    for name in ("", "  ", "x" * 101, "A\nB", "\ud800", "\u200b", "\u3164", "A\u202eB", "A\u2028B"):
        answer = await _update(parley, ada["user_id"], root, name=name)
        assert answer.code == "invalid", ascii(name)
    for email in ("ada", "@", "a@b@c", "a b@example.org", "a@example.org, b@example.org", "<a@b>", "a@b\r\nBcc: c@d"):
        answer = await _update(parley, ada["user_id"], root, email=email, role="owner")
        assert (answer.code, sorted(answer.body["errors"])) == ("invalid", ["email", "role"]), email
    assert (await _update(parley, ada["user_id"], root, disabled="yes")).body["errors"].keys() == {"disabled"}
    assert (await parley.ask("GET", f"/users/{ada['user_id']}", token=root)).body["user"] == ada
    assert await _entries(parley, ada["user_id"]) == []


async def test_whom_nobody_knows_is_not_found(parley: House) -> None:
    root = await parley.token("root")
    for user_id in ("u_none", "$where", "x" * 65, "%00", "a.b", "%F0%9F%92%A3", "x" * 2000):
        assert (await parley.ask("GET", f"/users/{user_id}", token=root)).code == "not_found", user_id
        assert (await _update(parley, user_id, root, name="Ada")).code == "not_found", user_id
    async with parley.socket(root) as socket:
        for strange in ("", "a b", "*", "\0"):
            answer = await socket.ask("user.update", json.dumps({"user_id": strange, "name": "Ada"}))
            assert answer["error"]["code"] == "not_found"


@pytest.mark.parametrize("role", ["agent", "user", "admin"])
async def test_who_may_change_whom(parley: House, role: str) -> None:
    await parley.create("asking", role)
    token = await parley.token("asking")
    may = {"agent": (), "user": ("agent",), "admin": ("agent", "user", "admin")}[role]
    for other in ("agent", "user", "admin"):
        target = await parley.create(f"an-{other}", other)
        changed = await _update(parley, target["user_id"], token, name="New")
        disabled = await _update(parley, target["user_id"], token, disabled=True)
        if other in may:
            assert (changed.status, disabled.status) == (200, 200)
        else:
            assert (changed.code, disabled.code) == ("forbidden", "forbidden")
    given = await parley.create("given")
    for new in ("user", "admin"):
        answer = await _update(parley, given["user_id"], token, role=new)
        assert answer.status == (200 if new in may else 403), new
    if role == "user":
        assert (await _entries(parley, given["user_id"]))[0]["outcome"] == "forbidden"
        assert (await _update(parley, given["user_id"], token, role="agent", name="Same")).status == 200


async def test_nobody_disables_or_demotes_themselves(parley: House) -> None:
    token = await parley.token("root")
    me = (await parley.ask("GET", "/me", token=token)).body["user"]["user_id"]
    await parley.create("grace", "admin")
    for fields in ({"disabled": True}, {"role": "agent"}, {"role": "user", "name": "R"}):
        assert (await _update(parley, me, token, **fields)).code == "forbidden"
    assert (await _update(parley, me, token, name="R", role="admin", disabled=False)).status == 200


@pytest.mark.parametrize("fields", [{"disabled": True}, {"role": "user"}])
async def test_two_admins_cannot_take_each_other_away_at_once(parley: House, fields: dict[str, Any]) -> None:
    grace = await parley.create("grace", "admin")
    await parley.create("invited", "admin", password=None)
    tokens = {login: await parley.token(login) for login in ("root", "grace")}
    root = (await parley.ask("GET", "/me", token=tokens["root"])).body["user"]
    answers = await asyncio.gather(
        _update(parley, root["user_id"], tokens["grace"], **fields),
        _update(parley, grace["user_id"], tokens["root"], **fields),
    )
    first, second = sorted(answer.status for answer in answers)
    assert (first, second in (401, 409)) == (200, True)  # the last one; or no admin any more, who asks
    able = {"role": "admin", "disabled": False, "password_hash": {"$ne": b""}}
    assert await parley.database["users"].count_documents(able) == 1


async def test_two_who_change_different_things_at_once_both_do(parley: House) -> None:
    ada = await parley.create("ada")
    root = await parley.token("root")
    wanted = {"name": "Countess", "email": "ada@example.org", "role": "user"}
    answers = await asyncio.gather(
        *(_update(parley, ada["user_id"], root, **{field: value}) for field, value in wanted.items())
    )
    assert [answer.status for answer in answers] == [200] * 3
    user = (await parley.ask("GET", f"/users/{ada['user_id']}", token=root)).body["user"]
    assert {field: user[field] for field in wanted} == wanted


# disabled people


async def test_disabling_ends_every_session_and_enabling_lets_them_in_again(parley: House) -> None:
    ada = await parley.create("ada")
    root = await parley.token("root")
    first, second = (await parley.log_in("ada")).body, (await parley.log_in("ada")).body
    async with parley.socket(first["access_token"]) as one, parley.socket(second["access_token"]) as two:
        started_at = time.monotonic()
        assert (await _update(parley, ada["user_id"], root, disabled=True)).body["user"]["disabled"] is True
        await asyncio.gather(one.hear('42["session.ended"'), two.hear('42["session.ended"'))
        await asyncio.gather(one.until_ended(), two.until_ended())
        assert time.monotonic() - started_at < WITHIN_S + 1  # to say goodbye on both sides
    for tokens in (first, second):
        assert (await parley.ask("GET", "/me", token=tokens["access_token"])).code == "session_ended"
        async with RawSocket(parley.http, parley.url) as refused:
            assert (await refused.connect(json.dumps({"token": tokens["access_token"]})))["code"] == "session_ended"
        answer = await parley.ask("POST", "/auth/refresh", {"refresh_token": tokens["refresh_token"]})
        assert answer.code == "session_ended"
    assert (await parley.log_in("ada")).code == "account_disabled"
    assert (await parley.log_in("ada", "Wrong-2026")).code == "invalid_credentials"
    await eventually(
        lambda: [name for name, _ in _told(parley, ada["user_id"])] == ["auth.user.updated", "auth.user.disabled"]
    )
    assert {each["reason"] async for each in parley.database["sessions"].find({"user_id": ada["user_id"]})} == {
        "disabled"
    }
    assert "disabled" not in (await _update(parley, ada["user_id"], root, disabled=False)).body["user"]
    assert (await parley.log_in("ada")).status == 200
    assert (await parley.ask("GET", "/me", token=first["access_token"])).code == "session_ended"
    await eventually(lambda: len(_told(parley, ada["user_id"])) == 3)
    assert _told(parley, ada["user_id"])[2][0] == "auth.user.updated"
    details = [entry["detail"] for entry in await _entries(parley, ada["user_id"])]
    assert details == [{"fields": "disabled", "disabled": one} for one in ("true", "false")]


async def test_no_log_in_slips_past_a_disabling(parley: House) -> None:
    """A log-in that had looked at the password before, and began its session after, would have been in for an hour."""
    ada = await parley.create("ada")
    root = await parley.token("root")
    answers = await asyncio.gather(
        *(parley.log_in("ada") for _ in range(6)),
        _update(parley, ada["user_id"], root, disabled=True),
        *(parley.log_in("ada") for _ in range(6)),
    )
    assert answers[6].status == 200
    assert await parley.database["sessions"].count_documents({"user_id": ada["user_id"], "ended_at": None}) == 0


# a changed role


async def test_a_new_role_takes_effect_at_once_at_both_doors(parley: House, servers: Servers) -> None:
    parley.clock.move(minutes=20)  # whose clock is ahead matters to nobody
    ada = await parley.create("ada")
    root = await parley.token("root")
    old = (await parley.log_in("ada")).body
    async with others.gateway(servers, parley) as elsewhere, parley.socket(old["access_token"]) as here:
        async with RawSocket(parley.http, elsewhere, old["access_token"]) as there:
            started_at = time.monotonic()
            assert (await _update(parley, ada["user_id"], root, role="user")).status == 200
            for socket in (here, there):
                assert '"session_expired"' in await socket.hear('42["connection.warning"')
                await socket.until_ended()
            assert time.monotonic() - started_at < WITHIN_S + 1
        async with others.gateway(servers, parley) as started_later:
            for url in (parley.url, elsewhere, started_later):
                assert await _me(parley, url, old["access_token"]) == "token_expired"
                async with RawSocket(parley.http, url) as refused:
                    answer = await refused.connect(json.dumps({"token": old["access_token"]}))
                    assert answer["code"] == "token_expired"
            new = (await parley.ask("POST", "/auth/refresh", {"refresh_token": old["refresh_token"]})).body
            assert new["user"]["role"] == "user"
            await eventually(lambda: _told(parley, ada["user_id"]) != [])
            assert _claims(new["access_token"])["ver"] == _told(parley, ada["user_id"])[-1][1].version
            for url in (parley.url, elsewhere, started_later):
                assert await _me(parley, url, new["access_token"]) == "user"
                async with RawSocket(parley.http, url, new["access_token"]) as socket:
                    made = {"login": f"l{url[-5:]}", "name": "Linus", "role": "agent", "password": PASSWORD}
                    assert (await socket.ask("user.create", json.dumps(made)))["ok"]
    assert await _me(parley, parley.url, await parley.token("ada")) == "user"


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


async def _me(parley: House, url: str, token: str) -> str:
    """The role, or the code of the refusal."""
    headers = {"Authorization": f"Bearer {token}"}
    async with parley.http.get(f"{url}/api/v1/me", headers=headers) as response:
        body = await response.json(content_type=None)
        return str(body["user"]["role"] if response.status == 200 else body["code"])


async def test_a_token_of_before_is_good_again_with_the_role_it_says(parley: House) -> None:
    ada = await parley.create("ada")
    root = await parley.token("root")
    token = await parley.token("ada")
    for role in ("user", "agent"):
        assert (await _update(parley, ada["user_id"], root, role=role)).status == 200
    await eventually(lambda: len(_told(parley, ada["user_id"])) == 2)
    assert (await parley.ask("GET", "/me", token=token)).status == 200


async def test_a_new_name_leaves_connections_alone_and_is_seen_at_once(parley: House) -> None:
    ada, grace = await parley.create("ada"), await parley.create("grace")
    root, token = await parley.token("root"), await parley.token("grace")
    message = {"to": {"user_id": ada["user_id"]}, "client_message_id": "1", "text": "hello"}
    sent = (await parley.ask("POST", "/messages", message, token)).body["message"]
    async with parley.socket(await parley.token("ada")) as socket:
        assert (await _update(parley, ada["user_id"], root, name="Countess")).status == 200
        where = f"/conversations/{sent['conversation_id']}"
        assert (await parley.ask("GET", where, token=token)).body["conversation"]["name"] == "Countess"
        assert (await socket.ask("me.get"))["user"]["name"] == "Countess"
    assert (await _update(parley, grace["user_id"], root, name="Admiral")).status == 200
    await eventually(lambda: _told(parley, grace["user_id"]) != [])

    async def greeted_by_name() -> bool:
        raw = RawSocket(parley.http, parley.url)
        async with raw:
            await raw.say("40" + json.dumps({"token": token}))
            return '"name":"Admiral"' in await raw.hear('42["ready"')

    await eventually(greeted_by_name)


# finding people


async def test_who_is_disabled_is_listed_to_leaders_only(parley: House) -> None:
    root = await parley.token("root")
    ada = await parley.create("ada")
    await parley.create("grace")
    await parley.create("sofia", "user")
    assert (await _update(parley, ada["user_id"], root, disabled=True)).status == 200

    async def listed(login: str, query: str = "") -> list[tuple[str, bool]]:
        users = (await parley.ask("GET", f"/users{query}", token=await parley.token(login))).body["users"]
        return [(user["login"], user.get("disabled", False)) for user in users]

    assert await listed("grace") == [("grace", False), ("root", False), ("sofia", False)]
    for leader in ("root", "sofia"):
        assert await listed(leader) == [("ada", True), ("grace", False), ("root", False), ("sofia", False)]
    assert await listed("grace", "?q=ada") == await listed("grace", "?q=ada&status=offline") == []
    assert await listed("sofia", "?q=ada&status=offline&role=agent") == [("ada", True)]
    # whoever talked with them may still know who it was
    answer = await parley.ask("GET", f"/users/{ada['user_id']}", token=await parley.token("grace"))
    assert answer.body["user"]["disabled"] is True


async def test_an_email_address_is_for_leaders_and_for_whose_it_is(parley: House) -> None:
    ada = await parley.create("ada", email="ada@example.org")
    await parley.create("grace")
    await parley.create("sofia", "user")
    sees = {}
    for login in ("ada", "grace", "sofia", "root"):
        token = await parley.token(login)
        one = (await parley.ask("GET", f"/users/{ada['user_id']}", token=token)).body["user"]
        (listed,) = (await parley.ask("GET", "/users?q=ada", token=token)).body["users"]
        async with parley.socket(token) as socket:
            asked = (await socket.ask("user.get", json.dumps({"user_id": ada["user_id"]})))["user"]
        assert one.get("email") == listed.get("email") == asked.get("email")
        sees[login] = "email" in one
    assert sees == {"ada": True, "grace": False, "sofia": True, "root": True}
    assert (await parley.ask("GET", "/me", token=await parley.token("ada"))).body["user"]["email"] == "ada@example.org"


async def test_people_are_found_however_their_names_are_written(parley: House, servers: Servers) -> None:
    root = await parley.token("root")
    names = {"ursula": "Ürsula STRAUSS", "isil": "Işıl Iğdır", "soren": "Søren Łęcki", "zoe": "Zoe\u0308 O’Neil"}
    people = {login: await parley.create(login, name=name) for login, name in names.items()}
    searches = {
        **dict.fromkeys(("ursula strauß", "STRAUẞ", "ürsu", "URS"), "ursula"),
        **dict.fromkeys(("isil", "IŞIL", "iğdir", "igdır"), "isil"),
        **dict.fromkeys(("soren", "SØREN", "lecki", "łęc"), "soren"),
        **dict.fromkeys(("zoë", "ZOE", "o'neil", "oe o’n"), "zoe"),
    }

    async def found(q: str) -> list[str]:
        async with parley.http.get(
            f"{parley.url}/api/v1/users", params={"q": q}, headers={"Authorization": f"Bearer {root}"}
        ) as response:
            return [user["login"] for user in (await response.json())["users"]]

    for q, login in searches.items():
        assert await found(q) == [login], q
    assert (await _update(parley, people["zoe"]["user_id"], root, name="Ærøskøbing")).status == 200
    assert (await found("aeroskobing"), await found("neil")) == (["zoe"], [])
    # as people were kept before letters were folded like this
    await parley.database["users"].update_many({}, {"$set": {"search_key": "?"}, "$unset": {"folding": ""}})
    assert await found("lecki") == []
    async with others.auth(servers, parley):
        assert await found("lecki") == ["soren"]
