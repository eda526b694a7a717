"""Asks the server everything anew at the end: every list, and every history by every member."""

from __future__ import annotations

from bench.replay.cast import Cast
from bench.replay.crowd import each
from tests.kit.afresh import ask_conversations, ask_history, ask_presence
from tests.kit.answers import Answers
from tests.kit.person import Person

READERS_AT_A_TIME = 16


async def ask_afresh(cast: Cast) -> Answers:
    answers = Answers()

    async def read_all(person: Person) -> None:
        if person is cast.admin:
            path = f"/conversations/{cast.group_id}"
            answers.add_conversations(person.user_id, [(await person.session.request("GET", path))["conversation"]])
        else:
            await ask_conversations(person, answers)
        for conversation_id in answers.conversations[person.user_id]:
            await ask_history(person, conversation_id, answers)

    await each("histories read", cast.members, read_all, READERS_AT_A_TIME)
    for watcher in cast.watchers:
        await ask_presence(watcher, answers)
    return answers
