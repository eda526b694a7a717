"""Service accounts at both doors: what their tokens open, how they end, and what they never open."""

import asyncio
import json
import re
import time
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from contracts.auth import SessionEnded, SessionStarted
from contracts.everything import ASKS
from contracts.limits import SERVICE_TOKEN, TOKENS_MAX
from contracts.table import NOBODY, Ask
from tests.doors import others
from tests.doors.house import PASSWORD, Answer, House, Servers, house
from tests.doors.test_license import CONTACT, File, licence, settings
from tests.kit.raw_socket import RawSocket
from tests.kit.waiting import eventually

WITHIN_S = 1.0
LATE_S = 4.0


async def bot(parley: House, login: str = "wallboard") -> dict[str, Any]:
    form = {"login": login, "name": login.title(), "role": "agent", "kind": "service"}
    made = await parley.ask("POST", "/users", form, await parley.token("root"))
    assert made.status == 201, made
    assert "invitation" not in made.body
    user: dict[str, Any] = made.body["user"]
    return user


async def make(parley: House, user_id: str, **more: Any) -> dict[str, Any]:
    """`token` and `secret`."""
    form = {"user_id": user_id, "name": "Wallboard in Graz", **more}
    made = await parley.ask("POST", "/tokens", form, await parley.token("root"))
    assert made.status == 201, made
    return dict(made.body)


async def revoke(parley: House, token_id: str) -> Answer:
    return await parley.ask("DELETE", f"/tokens/{token_id}", token=await parley.token("root"))


async def entries(parley: House, action: str) -> list[dict[str, Any]]:
    found = await parley.ask("GET", f"/audit?action={action}", token=await parley.token("root"))
    listed: list[dict[str, Any]] = found.body["entries"]
    return listed


async def refused_at_connect(parley: House, token: str) -> str:
    async with RawSocket(parley.http, parley.url) as socket:
        return str((await socket.connect(json.dumps({"token": token})))["code"])


def sent(to: str, key: str = "1") -> dict[str, Any]:
    return {"to": {"user_id": to}, "client_message_id": key, "text": "42 calls wait"}


async def test_a_token_opens_both_doors(parley: House) -> None:
    ada, board = await parley.create("ada"), await bot(parley)
    assert (board["kind"], board["role"]) == ("service", "agent")
    assert not {"status", "invited", "last_seen_at"} & set(board)
    secret = (await make(parley, board["user_id"]))["secret"]
    me = await parley.ask("GET", "/me", token=secret)
    assert me.body["user"]["login"] == "wallboard"
    over_http = await parley.ask("POST", "/messages", sent(ada["user_id"]), secret)
    assert over_http.status == 201
    async with parley.socket(secret) as socket:
        again = await socket.ask("message.send", json.dumps(sent(ada["user_id"])))
        assert again["message"] == over_http.body["message"]
        told = await parley.ask("POST", "/messages", sent(board["user_id"]), await parley.token("ada"))
        assert f'"message_id":"{told.body["message"]["message_id"]}"' in await socket.hear('42["message.sent"')


async def test_its_secret_is_shown_once_and_stored_nowhere(parley: House) -> None:
    board = await bot(parley)
    with capture_logs() as logs:
        made = await make(parley, board["user_id"], scope="read", expires_in_days=90)
        await parley.ask("GET", "/me", token=made["secret"])
        await refused_at_connect(parley, made["secret"] + "x")
    assert SERVICE_TOKEN.fullmatch(made["secret"])
    collections = await parley.database.list_collection_names()
    stored = str([await parley.database[name].find().to_list() for name in collections])
    kept = [stored, str([each.data for each in parley.told]), str(logs), str(await _listed(parley))]
    assert not [text for text in kept if made["secret"].removeprefix("parley_") in text]
    (listed,) = await _listed(parley)
    assert {name: listed[name] for name in made["token"]} == made["token"]
    assert (listed["name"], listed["scope"]) == ("Wallboard in Graz", "read")


async def _listed(parley: House, user_id: str | None = None) -> list[dict[str, Any]]:
    where = "/tokens" if user_id is None else f"/tokens?user_id={user_id}"
    answer = await parley.ask("GET", where, token=await parley.token("root"))
    assert answer.status == 200, answer
    listed: list[dict[str, Any]] = answer.body["tokens"]
    return listed


async def test_it_is_seen_when_it_was_last_used(parley: House) -> None:
    board, other = await bot(parley), await bot(parley, "archive")
    made = await make(parley, board["user_id"])
    await make(parley, other["user_id"])
    assert ["last_used_at" in one for one in await _listed(parley)] == [False, False]
    parley.clock.move(minutes=5)
    await parley.ask("GET", "/me", token=made["secret"])
    (used,) = await _listed(parley, board["user_id"])
    assert used["created_at"] < used["last_used_at"] < used["expires_at"]
    assert len(await _listed(parley)) == 2
    missing = await parley.ask("GET", "/tokens?user_id=u_nobody", token=await parley.token("root"))
    assert missing.code == "not_found"


async def test_one_that_is_revoked_is_over_at_both_doors_within_a_second(parley: House, servers: Servers) -> None:
    board = await bot(parley)
    made, kept = await make(parley, board["user_id"]), await make(parley, board["user_id"])
    token_id = made["token"]["token_id"]
    async with parley.socket(made["secret"]) as socket, parley.socket(kept["secret"]) as staying:
        admin = await parley.token("root")
        began = time.monotonic()
        assert (await parley.ask("DELETE", f"/tokens/{token_id}", token=admin)).status == 204
        told = await socket.hear('42["session.ended"')
        assert json.loads(told[2:])[1]["code"] == "session_ended"
        await socket.until_ended()
        assert time.monotonic() - began < WITHIN_S
        assert (await parley.ask("GET", "/me", token=made["secret"])).code == "session_ended"
        assert await refused_at_connect(parley, made["secret"]) == "session_ended"
        async with others.gateway(servers, parley) as url, RawSocket(parley.http, url) as elsewhere:
            assert (await elsewhere.connect(json.dumps({"token": made["secret"]})))["code"] == "session_ended"
        assert (await staying.ask("me.get"))["ok"]
    assert [one["token_id"] for one in await _listed(parley)] == [kept["token"]["token_id"]]
    assert (await revoke(parley, token_id)).status == 204
    assert (await revoke(parley, "t_none")).code == "not_found"
    assert (await revoke(parley, "x" * 65)).code == "not_found"


async def test_no_session_of_a_person_is_revoked_as_a_token(parley: House) -> None:
    token = await parley.token("root")
    (mine, *_) = (await parley.ask("GET", "/sessions", token=token)).body["sessions"]
    assert (await revoke(parley, mine["session_id"])).code == "not_found"


async def test_who_made_and_revoked_it_is_in_the_trail_and_on_the_stream(parley: House) -> None:
    board = await bot(parley)
    made = await make(parley, board["user_id"], scope="read")
    token = made["token"]
    await revoke(parley, token["token_id"])
    await revoke(parley, token["token_id"])
    (created,), (revoked,) = await entries(parley, "token.create"), await entries(parley, "token.revoke")
    for entry in (created, revoked):
        assert (entry["actor_login"], entry["target_login"]) == ("root", "wallboard")
        assert (entry["session_id"], entry["outcome"]) == (token["token_id"], "done")
    assert created["detail"] == {"scope": "read", "expires_at": token["expires_at"]}
    started = [msgspec.json.decode(each.data, type=SessionStarted) for each in parley.told if _is(each, "started")]
    ended = [msgspec.json.decode(each.data, type=SessionEnded) for each in parley.told if _is(each, "ended")]
    assert token["token_id"] in {one.session_id for one in started}
    assert [(one.session_id, one.reason) for one in ended] == [(token["token_id"], "revoked")]


def _is(told: Any, what: str) -> bool:
    return bool(told.name == f"auth.session.{what}")


async def test_one_that_expires_is_warned_and_over(parley: House) -> None:
    board, admin = await bot(parley), await parley.token("root")
    parley.clock.move(days=-1, seconds=LATE_S)
    form = {"user_id": board["user_id"], "name": "Short", "expires_in_days": 1}
    secret = (await parley.ask("POST", "/tokens", form, admin)).body["secret"]
    parley.clock.move(days=1, seconds=-LATE_S)
    async with parley.socket(secret) as socket:
        said = await socket.until_ended()
    warnings = [json.loads(each[2:])[1]["code"] for each in said if each.startswith('42["connection.warning"')]
    assert warnings == ["session_expired", "session_expired"]
    assert await refused_at_connect(parley, secret) == "token_expired"
    assert (await parley.ask("GET", "/me", token=secret)).code == "token_expired"


async def test_disabling_ends_every_token_and_enabling_brings_none_back(parley: House) -> None:
    board = await bot(parley)
    made, root = await make(parley, board["user_id"]), await parley.token("root")
    async with parley.socket(made["secret"]) as socket:
        await parley.ask("PATCH", f"/users/{board['user_id']}", {"disabled": True}, root)
        await socket.hear('42["session.ended"')
    form = {"user_id": board["user_id"], "name": "Another"}
    assert (await parley.ask("POST", "/tokens", form, root)).code == "conflict"
    enabled = await parley.ask("PATCH", f"/users/{board['user_id']}", {"disabled": False}, root)
    assert "invitation" not in enabled.body
    assert (await parley.ask("GET", "/me", token=made["secret"])).code == "session_ended"
    assert (await parley.ask("GET", "/me", token=(await make(parley, board["user_id"]))["secret"])).status == 200


def _path(ask: Ask, ids: dict[str, str]) -> str:
    assert ask.route is not None
    return re.sub(r"\{(\w+)\}", lambda place: ids.get(place[1], "x_1"), ask.route.path)


async def test_it_does_no_administration_and_nothing_that_people_alone_do(parley: House) -> None:
    """At both doors, whatever its fields are; and what it tried is in the trail."""
    board, ada = await bot(parley), await parley.create("ada")
    secret = (await make(parley, board["user_id"]))["secret"]
    asks = [ask for ask in ASKS.values() if ask.roles != NOBODY]
    closed = [ask for ask in asks if "agent" not in ask.roles or not ask.services]
    assert {"auth.change_password", "auth.logout", "session.list", "session.end", "presence.set"} <= {
        ask.name for ask in closed
    }
    assert {"user.create", "user.set_password", "token.create", "audit.list"} <= {ask.name for ask in closed}
    form = {"user_id": ada["user_id"], "login": "ada", "current_password": PASSWORD, "new_password": "Bot-2026"}
    async with parley.socket(secret) as socket:
        for ask in closed:
            if ask.route is not None:
                body = None if ask.route.method == "GET" else form
                answer = await parley.ask(ask.route.method, _path(ask, form), body, secret)
                assert (ask.name, answer.status, answer.code) == (ask.name, 403, "forbidden")
            if ask.socket:
                refused = await socket.ask(ask.name, json.dumps(form))
                assert (ask.name, refused["error"]["code"]) == (ask.name, "forbidden")
    wanted = {ask.name for ask in closed if ask.owner == "auth"}

    async def tried() -> set[str]:
        found = await parley.ask(
            "GET", f"/audit?user_id={board['user_id']}&outcome=forbidden&limit=200", token=await parley.token("root")
        )
        return {entry["action"] for entry in found.body["entries"]}

    async def is_noted() -> bool:
        return await tried() == wanted

    await eventually(is_noted, 30.0, what=f"{wanted} in the trail")
    assert (await parley.log_in("ada")).status == 200


@pytest.mark.parametrize("scope", ["events", "events.text"])
async def test_one_for_events_opens_no_door(parley: House, scope: str) -> None:
    board = await bot(parley)
    made = await make(parley, board["user_id"], scope=scope)
    assert made["token"]["scope"] == scope
    refused = await parley.ask("GET", "/me", token=made["secret"])
    assert (refused.status, refused.code) == (401, "token_invalid")
    assert await refused_at_connect(parley, made["secret"]) == "token_invalid"
    (entry,) = await entries(parley, "token.create")
    assert entry["detail"]["scope"] == scope


async def test_one_for_reading_changes_nothing(parley: House) -> None:
    board, ada = await bot(parley), await parley.create("ada")
    secret = (await make(parley, board["user_id"], scope="read"))["secret"]
    opened = await parley.ask("POST", "/messages", sent(board["user_id"]), await parley.token("ada"))
    ids = {"conversation_id": opened.body["message"]["conversation_id"], "user_id": ada["user_id"], "seq": "1"}
    writing = [ask for ask in ASKS.values() if "agent" in ask.roles and not ask.reads and not ask.open]
    assert {"message.send", "conversation.read", "typing.start"} <= {ask.name for ask in writing}
    async with parley.socket(secret) as socket:
        for ask in writing:
            if ask.route is not None:
                answer = await parley.ask(ask.route.method, _path(ask, ids), sent(ada["user_id"]), secret)
                assert (ask.name, answer.code) == (ask.name, "forbidden")
            if ask.socket:
                refused = await socket.ask(ask.name, json.dumps(sent(ada["user_id"]) | ids | {"seq": 1}))
                assert (ask.name, refused["error"]["code"]) == (ask.name, "forbidden")
        assert (await socket.ask("presence.watch", json.dumps({"user_ids": [ada["user_id"]]})))["ok"]
        listed = await socket.ask("message.list", json.dumps({"conversation_id": ids["conversation_id"]}))
        assert [message["text"] for message in listed["messages"]] == ["42 calls wait"]
    assert (await parley.ask("GET", "/conversations", token=secret)).status == 200


async def test_it_has_no_password_and_gets_none(parley: House) -> None:
    board, root = await bot(parley), await parley.token("root")
    assert (await parley.log_in("wallboard", "")).code == "invalid_credentials"
    assert (await parley.log_in("wallboard")).code == "invalid_credentials"
    set_one = await parley.ask("PUT", f"/users/{board['user_id']}/password", {"password": PASSWORD}, root)
    assert (set_one.status, set_one.code) == (403, "forbidden")
    for change, field in (({"email": "bot@example.org"}, "email"), ({"role": "admin"}, "role")):
        answer = await parley.ask("PATCH", f"/users/{board['user_id']}", change, root)
        assert (answer.code, list(answer.body["errors"])) == ("invalid", [field])
    named = await parley.ask("PATCH", f"/users/{board['user_id']}", {"name": "Board"}, root)
    assert named.body["user"]["name"] == "Board"
    form = {"login": "b2", "name": "B", "role": "user", "kind": "service"}
    more = {"password": PASSWORD, "email": "b@example.org", "must_change": True}
    faults = await parley.ask("POST", "/users", form | more, root)
    assert set(faults.body["errors"]) == {"role", "password", "email", "must_change"}
    assert (await parley.ask("POST", "/users", form | {"kind": "robot"}, root)).body["errors"].keys() == {"kind"}


async def test_only_admins_make_and_manage_them(parley: House) -> None:
    board = await bot(parley)
    await parley.create("sofia", "user")
    sofia = await parley.token("sofia")
    form = {"login": "hers", "name": "Hers", "role": "agent", "kind": "service"}
    assert (await parley.ask("POST", "/users", form, sofia)).code == "forbidden"
    assert (await parley.ask("PATCH", f"/users/{board['user_id']}", {"name": "Hers"}, sofia)).code == "forbidden"
    token = {"user_id": board["user_id"], "name": "Hers"}
    assert (await parley.ask("POST", "/tokens", token, sofia)).code == "forbidden"
    assert (await parley.ask("GET", f"/sessions?user_id={board['user_id']}", token=sofia)).code == "not_found"


async def test_people_have_no_tokens_and_an_account_has_an_end_of_them(parley: House) -> None:
    ada, board, root = await parley.create("ada"), await bot(parley), await parley.token("root")
    refused = await parley.ask("POST", "/tokens", {"user_id": ada["user_id"], "name": "Mine"}, root)
    assert (refused.status, refused.code) == (409, "conflict")
    for _ in range(TOKENS_MAX):
        last = await make(parley, board["user_id"])
    form = {"user_id": board["user_id"], "name": "One more"}
    assert (await parley.ask("POST", "/tokens", form, root)).code == "conflict"
    await revoke(parley, last["token"]["token_id"])
    assert (await parley.ask("POST", "/tokens", form, root)).status == 201
    wrong = await parley.ask("POST", "/tokens", form | {"name": " ", "scope": "all", "expires_in_days": 0}, root)
    assert set(wrong.body["errors"]) == {"name", "scope", "expires_in_days"}
    assert (await parley.ask("POST", "/tokens", form | {"user_id": "u_nobody"}, root)).code == "not_found"


async def test_it_is_never_online_nor_lost(parley: House) -> None:
    ada, board = await parley.create("ada"), await bot(parley)
    secret = (await make(parley, board["user_id"]))["secret"]
    async with parley.socket(await parley.token("ada")) as watching:
        watched = await watching.ask("presence.watch", '{"user_ids":"all"}')
        async with parley.socket(secret) as socket:
            assert (await socket.ask("message.send", json.dumps(sent(ada["user_id"]))))["ok"]
            assert (await socket.ask("presence.active", "{}"))["error"]["code"] == "forbidden"
            here = await parley.ask("GET", "/presence", token=secret)
            ids = {person["user_id"] for person in here.body["people"]}
            assert ada["user_id"] in ids
            assert board["user_id"] not in ids
        assert watched["ok"]
        await watching.ask("presence.set", '{"status":"away"}')
        told = await watching.hear('42["presence"')
        assert board["user_id"] not in told
    root = await parley.token("root")
    for status in ("online", "offline"):
        found = await parley.ask("GET", f"/users?status={status}", token=root)
        assert "wallboard" not in [user["login"] for user in found.body["users"]]
    (seen,) = (await parley.ask("GET", "/users?q=wallboard", token=root)).body["users"]
    assert not {"status", "last_seen_at"} & set(seen)
    names = parley.names()
    about = [each.data for each in parley.told if each.name.startswith("presence.")]
    assert "presence.connection.lost" not in names
    assert not [data for data in about if board["user_id"].encode() in data]


async def test_it_takes_no_seat(servers: Servers, tmp_path: Any) -> None:
    file = File(tmp_path / "license")
    file.says(licence(seats=2))
    async with house(servers, auth=settings(file)) as parley:
        board = await bot(parley)
        await parley.create("ada")
        await bot(parley, "archive")
        root = await parley.token("root")
        shown = (await parley.ask("GET", "/license", token=root)).body["license"]
        assert (shown["seats_taken"], shown["contact"]) == (2, CONTACT)
        form = {"login": "grace", "name": "Grace", "role": "agent", "password": PASSWORD}
        assert (await parley.ask("POST", "/users", form, root)).code == "seats_exhausted"
        for disabled in (True, False):
            change = {"disabled": disabled}
            assert (await parley.ask("PATCH", f"/users/{board['user_id']}", change, root)).status == 200


@pytest.mark.parametrize("made_up", ["parley_" + "A" * 43, "parley_" + "A" * 42, "parley_", "parley_" + "A" * 5_000])
async def test_what_is_made_up_opens_nothing(parley: House, made_up: str) -> None:
    """Also where there are tokens: one that was made opens its own account alone."""
    for login in ("wallboard", "archive"):
        secret = (await make(parley, (await bot(parley, login))["user_id"]))["secret"]
        assert (await parley.ask("GET", "/me", token=secret)).body["user"]["login"] == login
    assert (await parley.ask("GET", "/me", token=made_up)).code == "token_invalid"
    assert await refused_at_connect(parley, made_up) == "token_invalid"


async def test_its_rate_is_that_of_a_person(parley: House) -> None:
    board = await bot(parley)
    secret = (await make(parley, board["user_id"]))["secret"]
    answers = await asyncio.gather(*(parley.ask("GET", "/me", token=secret) for _ in range(400)))
    codes = {answer.code for answer in answers if answer.status != 200}
    assert codes == {"rate_limited"}
    assert sum(answer.status == 200 for answer in answers) >= 200
