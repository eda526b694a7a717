"""Asks the server everything anew, as one person: their list of conversations, and histories as they are given them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.kit.answers import Answers
from tests.kit.history import Body
from tests.kit.person import Person

PAGE = 100


async def ask_conversations(person: Person, answers: Answers) -> None:
    answers.add_conversations(person.user_id, [each async for each in _conversations(person)])


async def ask_history(person: Person, conversation_id: str, answers: Answers) -> None:
    answers.add_messages(conversation_id, person.user_id, [each async for each in _messages(person, conversation_id)])


async def ask_presence(person: Person, answers: Answers) -> None:
    """Of everyone the person watches."""
    fresh = await person.ask_until_answered("presence.list", user_ids=person.watched)
    answers.add_presence(fresh["people"])


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
