"""Asks the server everything anew at the end: every list, and every history by every member."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bench.replay.cast import Cast
from bench.replay.crowd import each
from tests.kit.answers import Answers
from tests.kit.history import Body
from tests.kit.person import Person

READERS_AT_A_TIME = 16
PAGE = 100


async def ask_afresh(cast: Cast) -> Answers:
    answers = Answers()

    async def read_all(person: Person) -> None:
        if person is cast.admin:
            path = f"/conversations/{cast.group_id}"
            listed = [(await person.session.request("GET", path))["conversation"]]
        else:
            listed = [conversation async for conversation in _conversations(person)]
        answers.add_conversations(person.user_id, listed)
        for conversation in listed:
            key = conversation["conversation_id"]
            answers.add_messages(key, person.user_id, [message async for message in _messages(person, key)])

    await each("histories read", cast.members, read_all, READERS_AT_A_TIME)
    for watcher in cast.watchers:
        fresh = await watcher.ask_until_answered("presence.list", user_ids=watcher.watched)
        answers.add_presence(fresh["people"])
    return answers


async def _conversations(person: Person) -> AsyncIterator[Body]:
    params: dict[str, str | int] = {"limit": PAGE}
    while True:
        page = await person.session.request("GET", "/conversations", params=params)
        for conversation in page["conversations"]:
            yield conversation
        if "next_cursor" not in page:
            return
        params["cursor"] = page["next_cursor"]


async def _messages(person: Person, conversation_id: str) -> AsyncIterator[Body]:
    after_seq = 0
    while True:
        params = {"after_seq": after_seq, "limit": PAGE}
        page = await person.session.request("GET", f"/conversations/{conversation_id}/messages", params=params)
        for message in page["messages"]:
            yield message
        if not page["messages"]:
            return
        after_seq = page["messages"][-1]["seq"]
