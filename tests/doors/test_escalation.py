"""Nobody gets further by what they could do before, or by what they were given then."""

import asyncio
import json
from contextlib import nullcontext
from typing import Any

import bcrypt
import pytest

from contracts.everything import ASKS
from contracts.table import EVERYONE, NOBODY
from services.auth.actions.remember import Remember
from services.auth.store.audit import MongoAudit
from services.auth.store.users import MongoUsers
from services.gateway.actions import note_refused
from tests.doors import others
from tests.doors.house import PASSWORD, House, Servers
from tests.kit.waiting import eventually

NEW = "Other-2027"
OPEN = (EVERYONE, NOBODY)
"""Asks that no role forbids: for all, or for no client."""


async def change(parley: House, user_id: str, **fields: Any) -> None:
    answer = await parley.ask("PATCH", f"/users/{user_id}", fields, await parley.token("root"))
    assert answer.status == 200, answer


async def reset(parley: House, link: str) -> int:
    token = link.partition("#reset=")[2]
    return (await parley.ask("POST", "/auth/password/reset", {"token": token, "new_password": NEW})).status


async def test_a_link_kept_from_before_is_void_once_the_role_changed(parley: House) -> None:
    """A supervisor kept the invitation of an agent, who was made an admin: it opened that account."""
    await parley.create("sofia", "user")
    token = await parley.token("sofia")
    form = {"login": "ada", "name": "Ada", "role": "agent", "request_id": "r1"}
    made = await parley.ask("POST", "/users", form, token)
    await change(parley, made.body["user"]["user_id"], role="admin")
    assert await reset(parley, made.body["invitation"]) == 400
    again = await parley.ask("POST", "/users", form, token)
    assert (again.code, again.body.get("invitation")) == ("forbidden", None)


async def test_who_was_demoted_gets_no_fresh_link_for_an_admin(parley: House) -> None:
    mallory = await parley.create("mallory", "admin")
    form = {"login": "ada", "name": "Ada", "role": "admin", "request_id": "r1"}
    made = await parley.ask("POST", "/users", form, await parley.token("mallory"))
    assert made.status == 201
    await change(parley, mallory["user_id"], role="user")
    again = await parley.ask("POST", "/users", form | {"role": "agent"}, await parley.token("mallory"))
    assert (again.code, again.body.get("invitation")) == ("forbidden", None)


async def test_links_of_an_import_are_not_for_whom_one_may_not_manage_any_more(parley: House) -> None:
    await parley.create("sofia", "user")
    token = await parley.token("sofia")
    lines = "login,name,role,password\nada,Ada,agent,\n" + "".join(
        f"extra_{number},Extra,agent,{PASSWORD}\n" for number in range(3)
    )
    headers = {"Content_Type": "text/csv"}
    answer = await parley.ask("POST", "/users/import?passwords=true", lines, token, **headers)
    assert answer.status == 200, answer
    ada = await parley.database["users"].find_one({"login": "ada"})
    given = answer.body["report"].get("invitations", [])
    assert [one["login"] for one in given] == ["ada"]
    # as if the answer had come before the work was done
    await parley.database["imports"].update_one({}, {"$set": {"uninvited": [ada["_id"]]}})
    await change(parley, ada["_id"], role="admin")
    path = f"/users/import/{answer.body['report']['import_id']}"
    later = await parley.ask("GET", path, None, token)
    assert later.body["report"].get("invitations", []) == []


async def test_what_was_begun_before_a_disabling_makes_nobody_after_it(
    parley: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose hashes took long went on making admins, seconds after they were disabled."""
    mallory = await parley.create("mallory", "admin")
    token, root = await parley.token("mallory"), await parley.token("root")
    begun, go_on = asyncio.Event(), asyncio.Event()
    loop, hashpw = asyncio.get_running_loop(), bcrypt.hashpw

    def slowly(password: bytes, salt: bytes) -> bytes:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return hashpw(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", slowly)
    form = {"login": "evil", "name": "Evil", "role": "admin", "password": PASSWORD}
    making = asyncio.create_task(parley.ask("POST", "/users", form, token))
    await begun.wait()
    disabled = await parley.ask("PATCH", f"/users/{mallory['user_id']}", {"disabled": True}, root)
    assert disabled.status == 200
    go_on.set()
    assert (await making).code == "session_ended"
    assert await parley.database["users"].count_documents({"login": "evil"}) == 0


@pytest.mark.parametrize("how", ["make", "promote", "let in", "set a password"])
async def test_once_a_disabling_is_answered_no_leader_is_made_by_them(
    parley: House, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """What had looked at its asker before they were disabled was committed after that had been answered."""
    mallory = await parley.create("mallory", "admin")
    token, root = await parley.token("mallory"), await parley.token("root")
    ada = await parley.create("ada", "agent" if how == "promote" else "user")
    path = f"/users/{ada['user_id']}"
    if how == "let in":
        await change(parley, ada["user_id"], disabled=True)
    form = {"login": "evil", "name": "Evil", "role": "admin", "password": PASSWORD}
    method, where, body = {
        "make": ("POST", "/users", form),
        "promote": ("PATCH", path, {"role": "admin"}),
        "let in": ("PATCH", path, {"disabled": False}),
        "set a password": ("PUT", f"{path}/password", {"password": NEW}),
    }[how]
    begun, go_on, add = asyncio.Event(), asyncio.Event(), MongoAudit.add

    async def slowly(audit: MongoAudit, transaction: Any, *added: Any) -> None:
        if added[0].actor_login == "mallory":
            begun.set()
            await go_on.wait()
        await add(audit, transaction, *added)

    monkeypatch.setattr(MongoAudit, "add", slowly)
    monkeypatch.setattr(Remember, "_turns_of", lambda *_: nullcontext())  # as of another replica
    making = asyncio.create_task(parley.ask(method, where, body, token))
    await begun.wait()
    disabling = asyncio.create_task(parley.ask("PATCH", f"/users/{mallory['user_id']}", {"disabled": True}, root))
    answered, _ = await asyncio.wait([disabling], timeout=1.5)
    go_on.set()
    made = await making
    assert made.status in (200, 201, 204) and not answered
    assert (await disabling).status == 200
    trail = await parley.ask("GET", "/audit?limit=2", None, root)
    assert [one["actor_login"] for one in trail.body["entries"]] == ["root", "mallory"]


async def test_who_makes_leaders_is_disabled_all_the_same(parley: House, servers: Servers) -> None:
    """Each creation holds its asker, on every replica: they take turns, and none is lost."""
    async with others.auth(servers, parley):
        mallory = await parley.create("mallory", "admin")
        token, root = await parley.token("mallory"), await parley.token("root")
        forms = [{"login": f"evil{n}", "name": "Evil", "role": "user", "password": PASSWORD} for n in range(12)]
        making = [asyncio.create_task(parley.ask("POST", "/users", form, token)) for form in forms]
        await asyncio.wait(making, return_when=asyncio.FIRST_COMPLETED)
        disabled = await parley.ask("PATCH", f"/users/{mallory['user_id']}", {"disabled": True}, root)
        made = [each for each in await asyncio.gather(*making) if each.status == 201]
        assert disabled.status == 200
        assert await parley.database["users"].count_documents({"login": {"$regex": "^evil"}}) == len(made) >= 1
        assert (await parley.ask("GET", "/me", None, token)).code == "session_ended"


async def test_who_was_disabled_meanwhile_unlocks_nobody(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """They did, and the trail did not know of it."""
    await parley.create("mallory", "admin")
    ada, root, token = await parley.create("ada"), await parley.token("root"), await parley.token("mallory")
    for _ in range(10):
        await parley.log_in("ada", "wrong")
    begun, go_on, by_id = asyncio.Event(), asyncio.Event(), MongoUsers.by_id

    async def slowly(users: MongoUsers, user_id: str, *more: Any) -> Any:
        found = await by_id(users, user_id, *more)
        if user_id == ada["user_id"] and not begun.is_set():
            begun.set()
            await go_on.wait()
        return found

    monkeypatch.setattr(MongoUsers, "by_id", slowly)
    unlocking = asyncio.create_task(parley.ask("POST", f"/users/{ada['user_id']}/unlock", None, token))
    await asyncio.wait_for(begun.wait(), 20)
    me = (await parley.ask("GET", "/me", None, token)).body["user"]["user_id"]
    await change(parley, me, disabled=True)
    go_on.set()
    assert (await unlocking).code == "session_ended"
    assert (await parley.log_in("ada")).code == "too_many_attempts"
    done = await parley.ask("POST", f"/users/{ada['user_id']}/unlock", None, root)
    assert (done.status, (await parley.log_in("ada")).status) == (204, 200)


async def test_no_admin_sets_their_own_password_with_a_token_alone(parley: House) -> None:
    """Whoever found the token had the account."""
    root = await parley.token("root")
    me = (await parley.ask("GET", "/me", None, root)).body["user"]["user_id"]
    answer = await parley.ask("PUT", f"/users/{me}/password", {"password": NEW, "must_change": False}, root)
    assert answer.code == "forbidden"
    assert (await parley.log_in("root")).status == 200


async def test_what_a_role_may_never_do_is_in_the_trail_when_it_is_tried(parley: House, servers: Servers) -> None:
    """It went no further than the gateway, and nobody saw it. Once a minute, whatever the door, the gateway and the replica: a
    flood fills nothing."""
    async with others.auth(servers, parley), others.gateway(servers, parley) as second:
        await parley.create("ada")
        root, token = await parley.token("root"), await parley.token("ada")
        me = (await parley.ask("GET", "/me", None, root)).body["user"]["user_id"]
        form = {"login": "evil", "name": "Evil", "role": "admin", "password": PASSWORD}
        tries: dict[str, tuple[str, str, Any]] = {
            "user.create": ("POST", "/users", form),
            "user.update": ("PATCH", f"/users/{me}", {"disabled": True}),
            "user.set_password": ("PUT", f"/users/{me}/password", {"password": NEW}),
            "user.unlock": ("POST", f"/users/{me}/unlock", None),
            "user.import": ("POST", "/users/import", {"csv": "login"}),
            "user.import_status": ("GET", "/users/import/i_1", None),
            "audit.list": ("GET", "/audit", None),
            "token.create": ("POST", "/tokens", {"user_id": me, "name": "Evil"}),
            "token.list": ("GET", "/tokens", None),
            "token.revoke": ("DELETE", "/tokens/t_1", None),
            "license.get": ("GET", "/license", None),
        }
        assert set(tries) == {ask.name for ask in ASKS.values() if ask.owner == "auth" and ask.roles not in OPEN}
        parley.clock.move(seconds=60 - parley.clock.now().second)  # the minute has just begun
        for _ in range(3):
            for method, path, body in tries.values():
                assert (await parley.ask(method, path, body, token)).code == "forbidden"
            bearer = {"Authorization": f"Bearer {token}"}
            async with parley.http.get(f"{second}/api/v1/audit", headers=bearer) as answer:
                assert answer.status == 403
        async with parley.socket(token) as socket:
            answered = await socket.ask("user.update", json.dumps({"user_id": me, "disabled": True}))
            assert answered["error"]["code"] == "forbidden"

        async def noted() -> list[dict[str, Any]] | None:
            trail = await parley.ask("GET", "/audit?outcome=forbidden&limit=200", None, root)
            entries: list[dict[str, Any]] = trail.body["entries"]
            return entries if len(entries) >= len(tries) and not _notes() else None

        entries = await eventually(noted, 10) or []
        assert sorted(one["action"] for one in entries) == sorted(tries)
        assert {(one["actor_login"], one["address"]) for one in entries} == {("ada", "127.0.0.1")}
        about = {one["action"] for one in entries if one.get("target_login") == "root"}
        assert about == {"user.update", "user.set_password", "user.unlock", "token.create"}
        assert PASSWORD not in str(entries) and NEW not in str(entries)


async def test_what_is_noted_holds_up_no_answer_and_has_a_bound(
    parley: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(note_refused, "WAITING_MAX", 2)
    go_on = asyncio.Event()

    async def never(_: MongoAudit, __: Any) -> None:
        await go_on.wait()

    await parley.create("ada")
    token = await parley.token("ada")
    monkeypatch.setattr(MongoAudit, "record_once", never)
    async with asyncio.timeout(20):
        for path in ("/audit", "/license", "/users/import/i_1", "/audit"):
            assert (await parley.ask("GET", path, None, token)).code == "forbidden"
    await eventually(lambda: len(_notes()) == 2)
    assert "".join(capfd.readouterr()).count("refusal.not_noted") == 1
    go_on.set()
    await eventually(lambda: not _notes())


def _notes() -> list[Any]:
    """Under way."""
    return [each for each in asyncio.all_tasks() if each.get_name() == "refusal.note"]


@pytest.mark.parametrize("role", ["user", "admin"])
async def test_what_was_tried_is_in_the_trail(parley: House, role: str) -> None:
    await parley.create("sofia", "user")
    ada = await parley.create("ada", role)
    token = await parley.token("sofia")
    form = {"login": "grace", "name": "Grace", "role": role, "password": PASSWORD}
    assert (await parley.ask("POST", "/users", form, token)).code == "forbidden"
    assert (await parley.ask("POST", f"/users/{ada['user_id']}/unlock", None, token)).code == "forbidden"
    async with parley.socket(token) as socket:
        refused = await socket.ask("user.update", json.dumps({"user_id": ada["user_id"], "disabled": True}))
    assert refused["error"]["code"] == "forbidden"
    trail = await parley.ask("GET", "/audit?outcome=forbidden", None, await parley.token("root"))
    tried = sorted((one["action"], one["actor_login"]) for one in trail.body["entries"])
    assert tried == [("user.create", "sofia"), ("user.unlock", "sofia"), ("user.update", "sofia")]
