"""A backup is taken while people write, and brought back elsewhere: one moment of the past, whole, where people go on."""

import asyncio
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import aiohttp

from deploy.local.process import ROOT
from deploy.local.servers import mongo, running
from tests.kit.history import History
from tests.kit.person import Person
from tests.kit.session import open_http
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, Running

SAID = 40


async def _parley(*words: object, **variables: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "parley", *map(str, words)),
        cwd=ROOT,
        env=clean | variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


async def _log_in(http: aiohttp.ClientSession, url: str) -> str:
    """A refresh token."""
    form = {"login": "jonas", "password": PASSWORD, "session": "token"}
    async with http.post(f"{url}/api/v1/auth/login", json=form) as answer:
        return str((await answer.json())["refresh_token"])


async def test_one_moment_is_brought_back_whole(tmp_path: Path) -> None:
    first = await asyncio.to_thread(Running, tmp_path / "first")
    try:
        async with open_http() as http:
            refresh_token = await _log_in(http, first.url)
            acknowledged, people = await _talk(first, http, tmp_path / "saved")
            before = await _state(first, http)
    finally:
        await asyncio.to_thread(first.stop)

    server = mongo(tmp_path / "second")
    async with running(server):
        said = await _parley("restore", tmp_path / "saved", PARLEY_MONGO_URL=server.url)
    assert "Restored as it was at" in said

    second = await asyncio.to_thread(Running, tmp_path / "second")
    try:
        async with open_http() as http:
            after = await _state(second, http)
            _compare(before, after, acknowledged)
            assert [one["user_id"] for one in after["people"]] == [one["user_id"] for one in before["people"]]
            form = {"refresh_token": refresh_token}
            async with http.post(f"{second.url}/api/v1/auth/refresh", json=form) as answer:
                assert answer.status == 200, await answer.text()
            await _go_on(second, http, people)
    finally:
        await asyncio.to_thread(second.stop)


async def _talk(cluster: Running, http: aiohttp.ClientSession, folder: Path) -> tuple[set[str], dict[str, str]]:
    """What was acknowledged before the backup began, and who is who."""
    history = History()
    marco, elena = [
        Person(login, PASSWORD, gateways=cluster.urls, history=history, http=http, device=1)
        for login in ("marco", "elena")
    ]
    async with marco, elena:
        acknowledged: set[str] = set()
        enough = asyncio.Event()

        async def talk(one: Person, to: dict[str, str]) -> None:
            number = 0
            while not enough.is_set():
                number += 1
                answer = await one.send(to=to, text=f"{one.login} {number}")
                acknowledged.add(answer["message_id"])
                if number % 5 == 0:
                    await one.ask("conversation.read", conversation_id=answer["conversation_id"], seq=number)
                await asyncio.sleep(0.03)

        floor = next(
            one for one in marco.pushes("ready")[-1]["snapshot"]["conversations"] if one.get("name") == "Floor"
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(talk(marco, {"conversation_id": floor["conversation_id"]}))
            group.create_task(talk(elena, {"user_id": marco.user_id}))
            await eventually(lambda: len(acknowledged) >= SAID, 30.0)
            known = set(acknowledged)
            await _parley("backup", folder, "--data-dir", cluster.data_dir)
            assert len(acknowledged) > len(known)  # people wrote meanwhile
            enough.set()
        return known, {"marco": marco.user_id, "elena": elena.user_id}


async def _state(cluster: Running, http: aiohttp.ClientSession) -> dict[str, Any]:
    """Every conversation of everybody, with its messages and their markers; and everybody."""
    state: dict[str, Any] = {"conversations": {}, "messages": {}}
    for login in ("admin", "sofia", "marco", "elena", "jonas"):
        form = {"login": login, "password": PASSWORD, "session": "token"}
        async with http.post(f"{cluster.url}/api/v1/auth/login", json=form) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}

        async def get(path: str, headers: dict[str, str] = headers) -> Any:
            async with http.get(f"{cluster.url}/api/v1{path}", headers=headers) as answer:
                assert answer.status == 200, (path, await answer.text())
                return await answer.json()

        for one in (await get("/conversations"))["conversations"]:
            key = one["conversation_id"]
            state["conversations"][login, key] = one
            messages: list[Any] = []
            while page := (
                await get(f"/conversations/{key}/messages?limit=200&after_seq={messages[-1]['seq'] if messages else 0}")
            )["messages"]:
                messages += page
            state["messages"][key] = messages
        state["people"] = sorted((await get("/users?status=all"))["users"], key=lambda one: one["user_id"])
    return state


def _compare(before: dict[str, Any], after: dict[str, Any], acknowledged: set[str]) -> None:
    """After is a moment of before: of each conversation the first messages, without a gap, as they were; nothing that was
    acknowledged until then is missing; markers and unread counts are those of that moment."""
    assert after["conversations"].keys() == before["conversations"].keys()
    found: set[str] = set()
    for key, messages in after["messages"].items():
        assert messages == before["messages"][key][: len(messages)]
        assert [one["seq"] for one in messages] == list(range(1, len(messages) + 1))
        found |= {one["message_id"] for one in messages}
    assert acknowledged <= found
    of_each: dict[str, set[int]] = defaultdict(set)
    for (login, key), one in after["conversations"].items():
        then = before["conversations"][login, key]
        assert one["last_seq"] == len(after["messages"][key])
        assert one["unread"] == one["last_seq"] - one["read_seq"] and one["read_seq"] <= then["read_seq"]
        assert {field: one.get(field) for field in ("name", "kind", "member_ids", "writing_enabled")} == {
            field: then.get(field) for field in ("name", "kind", "member_ids", "writing_enabled")
        }
        of_each[key].add(one["last_seq"])
    assert all(len(seqs) == 1 for seqs in of_each.values())


async def _go_on(cluster: Running, http: aiohttp.ClientSession, people: dict[str, str]) -> None:
    history = History()
    marco, elena = [
        Person(login, PASSWORD, gateways=cluster.urls, history=history, http=http, device=1)
        for login in ("marco", "elena")
    ]
    async with marco, elena:
        assert {"marco": marco.user_id, "elena": elena.user_id} == people
        sent = await elena.send(to={"user_id": marco.user_id}, text="and so on")
        await marco.eventually(lambda: any(push["message"] == sent for push in marco.pushes("message.sent")))
