"""Sessions at both doors: seen and ended by those who may, refreshed by whoever has the newest token."""

import asyncio
import json
import time
from http.cookies import SimpleCookie
from typing import Any

import msgspec
import pytest

from contracts.auth import SessionEnded
from tests.doors import others
from tests.doors.house import PASSWORD, House, Servers, house
from tests.kit.raw_socket import RawSocket
from tests.kit.waiting import eventually

WITHIN_S = 1.0


async def test_one_sees_ones_own_sessions_and_which_of_them_is_asking(parley: House) -> None:
    await parley.create("ada")
    await parley.create("grace")
    await parley.token("grace")
    first = (await parley.log_in("ada", User_Agent="Firefox")).body
    parley.clock.move(minutes=5)
    second = (await parley.log_in("ada", User_Agent="Chrome")).body
    answer = await parley.ask("GET", "/sessions", token=first["access_token"])
    newer, older = answer.body["sessions"]
    assert (newer["client"], older["client"]) == ("Chrome", "Firefox")
    assert newer["address"] == older["address"] == "127.0.0.1"
    assert older["current"] is True
    assert "current" not in newer
    assert older["last_used_at"] == older["created_at"] < newer["created_at"] < newer["expires_at"]
    async with parley.socket(second["access_token"]) as socket:
        mine = (await socket.ask("session.list"))["sessions"]
        assert [one.get("current", False) for one in mine] == [True, False]
        assert [one["session_id"] for one in mine] == [newer["session_id"], older["session_id"]]


async def test_a_session_is_used_with_each_refresh(parley: House) -> None:
    await parley.create("ada")
    began = (await parley.log_in("ada")).body
    before = await _only_session(parley, began["access_token"])
    parley.clock.move(hours=3)
    answer = await parley.ask("POST", "/auth/refresh", {"refresh_token": began["refresh_token"]})
    after = await _only_session(parley, answer.body["access_token"])
    assert after["created_at"] == before["created_at"]
    assert before["last_used_at"] < after["last_used_at"] < after["expires_at"]
    assert after["expires_at"] > before["expires_at"]


async def test_what_has_expired_or_ended_is_not_listed(parley: House) -> None:
    await parley.create("ada")
    await parley.log_in("ada")
    ending = await parley.token("ada")
    await parley.ask("POST", "/auth/logout", token=ending)
    token = await parley.token("ada")
    assert len((await parley.ask("GET", "/sessions", token=token)).body["sessions"]) == 2
    parley.clock.move(days=31)
    token = await parley.token("ada")
    assert len((await parley.ask("GET", "/sessions", token=token)).body["sessions"]) == 1


async def test_an_ended_session_is_over_at_both_doors_and_the_others_go_on(parley: House) -> None:
    ada = await parley.create("ada")
    here, there = (await parley.log_in("ada")).body, (await parley.log_in("ada")).body
    there_id = await _session_id(parley, there["access_token"])
    async with parley.socket(here["access_token"]) as mine, parley.socket(there["access_token"]) as theirs:
        began = time.monotonic()
        assert (await mine.ask("session.end", json.dumps({"session_id": there_id}))) == {"ok": True}
        told = await theirs.hear('42["session.ended"')
        assert json.loads(told[2:])[1]["code"] == "session_ended"
        await theirs.until_ended()
        assert time.monotonic() - began < WITHIN_S
        assert (await parley.ask("GET", "/me", token=there["access_token"])).code == "session_ended"
        async with RawSocket(parley.http, parley.url) as again:
            assert (await again.connect(json.dumps({"token": there["access_token"]})))["code"] == "session_ended"
        refreshed = await parley.ask("POST", "/auth/refresh", {"refresh_token": there["refresh_token"]})
        assert refreshed.code == "session_ended"
        assert (await mine.ask("me.get"))["user"]["user_id"] == ada["user_id"]
    assert (await parley.ask("DELETE", f"/sessions/{there_id}", token=here["access_token"])).status == 204
    assert (await parley.ask("DELETE", f"/sessions/{there_id}", token=here["access_token"])).status == 204
    assert _ended(parley) == [(there_id, "ended")]
    (entry,) = await _entries(parley, "session.end")
    assert (entry["actor_id"], entry["target_id"], entry["session_id"]) == (ada["user_id"], ada["user_id"], there_id)
    assert (entry["actor_login"], entry["address"]) == ("ada", "127.0.0.1")


@pytest.mark.parametrize("door", ["http", "socket"])
async def test_ending_the_session_that_asks_is_a_log_out(parley: House, door: str) -> None:
    await parley.create("ada")
    body = (await parley.log_in("ada")).body
    session_id, token = await _session_id(parley, body["access_token"]), body["access_token"]
    async with parley.socket(token) as socket:
        if door == "http":
            answer = await parley.ask("DELETE", f"/sessions/{session_id}", token=token, Cookie="parley_refresh=x")
            assert answer.status == 204
            assert 'parley_refresh=""' in answer.headers["Set-Cookie"]
            await socket.hear('42["session.ended"')
        else:
            await socket.say("427" + json.dumps(["session.end", {"session_id": session_id}]))
            await socket.hear('42["session.ended"')
        await socket.until_ended()
    assert (await parley.ask("GET", "/me", token=token)).code == "session_ended"
    assert _ended(parley) == [(session_id, "logout")]


@pytest.mark.parametrize(("secure", "days"), [(True, 7), (False, 30)])
async def test_a_cookie_is_kept_as_the_gateway_was_told(servers: Servers, secure: bool, days: int) -> None:
    async with house(servers, gateway={"cookie_secure": secure, "refresh_days": days}) as parley:
        answer = await parley.ask("POST", "/auth/login", {"login": "root", "password": PASSWORD})
        (cookie,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
        assert (bool(cookie["secure"]), cookie["max-age"]) == (secure, str(days * 24 * 3600))
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/api/v1/auth")


async def test_a_log_out_by_the_cookie_alone_ends_the_session(parley: House) -> None:
    """A browser's token has often run out by then; a copy of its cookie must be worth nothing."""
    answer = await parley.ask("POST", "/auth/login", {"login": "root", "password": PASSWORD})
    (cookie,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
    kept = f"{cookie.key}={cookie.value}"
    async with parley.socket(answer.body["access_token"]) as socket:
        assert (await parley.ask("POST", "/auth/logout", Cookie=kept)).status == 204
        await socket.hear('42["session.ended"')
    refreshed = await parley.ask("POST", "/auth/refresh", Cookie=kept)
    assert (refreshed.status, refreshed.code) == (401, "session_ended")
    assert (await parley.ask("GET", "/me", token=answer.body["access_token"])).code == "session_ended"


async def test_ended_by_many_at_once_it_ends_once(parley: House) -> None:
    await parley.create("ada")
    there_id = await _session_id(parley, await parley.token("ada"))
    token = await parley.token("ada")
    answers = await asyncio.gather(*(parley.ask("DELETE", f"/sessions/{there_id}", token=token) for _ in range(8)))
    assert {answer.status for answer in answers} == {204}
    assert len(await _entries(parley, "session.end")) == 1
    await eventually(lambda: _ended(parley) == [(there_id, "ended")])


async def test_sessions_of_others_are_for_those_who_may_manage_them(parley: House) -> None:
    """Everybody else is told what they would be told if there were none."""
    people = {login: await parley.create(login, role) for login, role in (("ada", "agent"), ("sofia", "user"))}
    people["linus"] = await parley.create("linus")
    tokens = {login: await parley.token(login) for login in ("ada", "sofia", "linus", "root")}
    own = {login: await _session_id(parley, token) for login, token in tokens.items()}
    people["root"] = (await parley.ask("GET", "/me", token=tokens["root"])).body["user"]
    may = {("root", "ada"), ("root", "sofia"), ("sofia", "ada")}
    for asker, whose in [(asker, whose) for asker in tokens for whose in ("ada", "sofia", "root") if asker != whose]:
        seen = await parley.ask("GET", f"/sessions?user_id={people[whose]['user_id']}", token=tokens[asker])
        unknown = await parley.ask("GET", "/sessions?user_id=u_nobody", token=tokens[asker])
        if (asker, whose) in may:
            assert own[whose] in {one["session_id"] for one in seen.body["sessions"]}
            assert not any(one.get("current") for one in seen.body["sessions"])
        else:
            assert (seen.status, seen.body) == (404, unknown.body), (asker, whose)
            ended = await parley.ask("DELETE", f"/sessions/{own[whose]}", token=tokens[asker])
            assert ended.body == (await parley.ask("DELETE", "/sessions/s_none", token=tokens[asker])).body
            assert (ended.status, ended.code) == (404, "not_found")
    async with parley.socket(tokens["linus"]) as socket:
        refused = await socket.ask("session.list", json.dumps({"user_id": people["ada"]["user_id"]}))
        assert refused["error"]["code"] == "not_found"
        refused = await socket.ask("session.end", json.dumps({"session_id": own["ada"]}))
        assert refused["error"]["code"] == "not_found"
    assert not await _entries(parley, "session.end")
    async with parley.socket(tokens["ada"]) as socket:
        assert (await parley.ask("DELETE", f"/sessions/{own['ada']}", token=tokens["sofia"])).status == 204
        await socket.hear('42["session.ended"')
    (entry,) = await _entries(parley, "session.end")
    assert (entry["actor_login"], entry["target_login"]) == ("sofia", "ada")


@pytest.mark.parametrize("bad", ["a.b", "é", "x" * 65, " ", "%00"])
async def test_what_is_no_id_is_nobodys(parley: House, bad: str) -> None:
    token = await parley.token("root")
    assert (await parley.ask("DELETE", f"/sessions/{bad}", token=token)).code == "not_found"
    assert (await parley.ask("GET", f"/sessions?user_id={bad}", token=token)).code == "not_found"


async def test_two_tabs_and_a_lost_answer_get_the_same_successor(parley: House) -> None:
    await parley.create("ada")
    first = (await parley.log_in("ada")).body["refresh_token"]
    tabs = await asyncio.gather(*(_refresh(parley, first) for _ in range(6)))
    (second,) = {answer.body["refresh_token"] for answer in tabs}
    assert second != first
    parley.clock.move(seconds=29)
    assert (await _refresh(parley, first)).body["refresh_token"] == second
    async with parley.socket((await _refresh(parley, second)).body["access_token"]) as socket:
        assert (await socket.ask("me.get"))["ok"]
    assert not _ended(parley)


async def test_an_older_refresh_token_ends_the_family_and_is_in_the_trail(parley: House) -> None:
    ada = await parley.create("ada")
    began = (await parley.log_in("ada")).body
    session_id = await _session_id(parley, began["access_token"])
    newest = (await _refresh(parley, began["refresh_token"])).body
    parley.clock.move(seconds=31)
    async with parley.socket(newest["access_token"]) as socket:
        assert (await _refresh(parley, began["refresh_token"])).code == "session_ended"
        await socket.hear('42["session.ended"')
    assert (await _refresh(parley, newest["refresh_token"])).code == "session_ended"
    assert (await parley.ask("GET", "/me", token=newest["access_token"])).code == "session_ended"
    assert _ended(parley) == [(session_id, "token_reused")]
    (entry,) = await _entries(parley, "session.token_reused")
    assert (entry["target_id"], entry["session_id"]) == (ada["user_id"], session_id)
    assert "actor_id" not in entry


async def test_the_token_before_the_last_one_ends_the_family_at_once(parley: House) -> None:
    """It was good for 30 s like the last one: whoever had kept it got the newest."""
    await parley.create("ada")
    first = (await parley.log_in("ada")).body["refresh_token"]
    second = (await _refresh(parley, first)).body["refresh_token"]
    assert (await _refresh(parley, first)).body["refresh_token"] == second
    third = (await _refresh(parley, second)).body
    assert (await _refresh(parley, second)).body["refresh_token"] == third["refresh_token"]
    async with parley.socket(third["access_token"]) as socket:
        assert (await _refresh(parley, first)).code == "session_ended"
        await socket.hear('42["session.ended"')
    assert (await _refresh(parley, third["refresh_token"])).code == "session_ended"
    assert [reason for _, reason in _ended(parley)] == ["token_reused"]
    assert len(await _entries(parley, "session.token_reused")) == 1


async def test_a_refresh_gives_the_role_of_now(parley: House) -> None:
    ada = await parley.create("ada")
    began = (await parley.log_in("ada")).body
    form = {"login": "grace", "name": "Grace", "role": "agent", "password": "Parley-2026"}
    assert (await parley.ask("POST", "/users", form, began["access_token"])).code == "forbidden"
    await parley.database["users"].update_one({"_id": ada["user_id"]}, {"$set": {"role": "user"}})
    renewed = (await _refresh(parley, began["refresh_token"])).body
    assert renewed["user"]["role"] == "user"
    async with parley.socket(began["access_token"]) as socket:
        assert (await socket.ask("user.create", json.dumps(form)))["error"]["code"] == "forbidden"
        assert (await socket.ask("session.refresh", json.dumps({"token": renewed["access_token"]})))["ok"]
        assert (await socket.ask("user.create", json.dumps(form)))["ok"]


async def test_a_gateway_that_starts_knows_what_has_ended(parley: House, servers: Servers) -> None:
    await parley.create("ada")
    ended, going_on = await parley.token("ada"), await parley.token("ada")
    await parley.ask("POST", "/auth/logout", token=ended)
    async with others.gateway(servers, parley) as url:
        async with parley.http.get(f"{url}/api/v1/me", headers={"Authorization": f"Bearer {ended}"}) as response:
            assert (await response.json())["code"] == "session_ended"
        async with RawSocket(parley.http, url) as socket:
            assert (await socket.connect(json.dumps({"token": ended})))["code"] == "session_ended"
        async with RawSocket(parley.http, url, going_on) as socket:
            assert (await parley.ask("POST", "/auth/logout", token=going_on)).status == 204
            await socket.hear('42["session.ended"')


async def test_of_many_sessions_those_used_longest_ago_end(servers: Servers) -> None:
    """However many there were before: who has tens of thousands could not be disabled."""
    async with house(servers, auth={"sessions_max": 3}) as parley:
        ada = await parley.create("ada")
        began = []
        for _ in range(3):
            began.append((await parley.log_in("ada")).body)
            parley.clock.move(minutes=1)
        used, ending, other = began
        gone = await _session_id(parley, ending["access_token"])
        used = (await _refresh(parley, used["refresh_token"])).body
        async with parley.socket(ending["access_token"]) as socket:
            newest = (await parley.log_in("ada")).body
            await socket.hear('42["session.ended"')
        assert (await parley.ask("GET", "/me", token=ending["access_token"])).code == "session_ended"
        assert [
            (await parley.ask("GET", "/me", token=each["access_token"])).status for each in (used, other, newest)
        ] == [*(200, 200, 200)]
        assert _ended(parley) == [(gone, "ended")]
        (entry,) = await _entries(parley, "session.end")
        assert (entry["session_id"], entry["actor_login"], entry["target_login"]) == (gone, "ada", "ada")
        assert (entry["outcome"], entry["detail"]) == ("done", {"sessions_max": "3"})
        answers = await asyncio.gather(*(parley.log_in("ada") for _ in range(8)))
        assert {answer.status for answer in answers} == {200}
        open_ones = {"user_id": ada["user_id"], "ended_at": None}
        sessions = parley.database["sessions"]
        assert await sessions.count_documents(open_ones) == 3
        assert len({each["session_id"] for each in await _entries(parley, "session.end")}) == 9
        one = await sessions.find_one(open_ones, {"outbox": 0})
        await sessions.insert_many([{**one, "_id": f"s_{number}"} for number in range(150)])
        newest = (await parley.log_in("ada")).body
        for _ in range(2):
            newest = (await parley.log_in("ada")).body
        assert await sessions.count_documents(open_ones) == 3
        assert (await parley.ask("GET", "/me", token=newest["access_token"])).status == 200


async def test_all_sessions_are_seen_as_many_as_may_be(servers: Servers) -> None:
    """Of more than 200 the oldest were not: nobody could end them."""
    async with house(servers, auth={"sessions_max": 1_000}) as parley:
        ada = await parley.create("ada")
        token = (await parley.log_in("ada", User_Agent="x" * 500)).body["access_token"]
        sessions = parley.database["sessions"]
        one = await sessions.find_one({"user_id": ada["user_id"]}, {"outbox": 0})
        await sessions.insert_many([{**one, "_id": f"s_{number:0>60}"} for number in range(999)])
        listed = (await parley.ask("GET", "/sessions", token=token)).body["sessions"]
        assert len({each["session_id"] for each in listed}) == 1_000
        assert {len(each["client"]) for each in listed} == {200}
        async with parley.socket(token) as socket:
            assert (await socket.ask("session.list"))["sessions"] == listed
        await sessions.update_many({}, {"$set": {"client": "x" * 2_000}})
        fewer = (await parley.ask("GET", "/sessions", token=token)).body["sessions"]
        assert 300 < len(fewer) < 1_000


async def _refresh(parley: House, token: str) -> Any:
    return await parley.ask("POST", "/auth/refresh", {"refresh_token": token})


async def _only_session(parley: House, token: str) -> dict[str, Any]:
    (session,) = (await parley.ask("GET", "/sessions", token=token)).body["sessions"]
    found: dict[str, Any] = session
    return found


async def _session_id(parley: House, token: str) -> str:
    sessions = (await parley.ask("GET", "/sessions", token=token)).body["sessions"]
    return next(str(one["session_id"]) for one in sessions if one.get("current"))


async def _entries(parley: House, action: str) -> list[dict[str, Any]]:
    return [each async for each in parley.database["audit"].find({"action": action})]


def _ended(parley: House) -> list[tuple[str, str]]:
    bodies = [msgspec.json.decode(told.data, type=SessionEnded) for told in parley.told if told.name == ENDED]
    return [(body.session_id, body.reason) for body in bodies]


ENDED = "auth.session.ended"
