"""The end of a story: whoever is still there settles, everything is asked afresh, and the checker judges the record."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.kit.afresh import ask_conversations, ask_history, ask_presence
from tests.kit.answers import Answers
from tests.kit.checker import check
from tests.kit.evidence import Evidence, pushed_message
from tests.kit.history import Body, History
from tests.kit.joining import joined_after
from tests.kit.person import Person
from tests.kit.quiet import until_quiet
from tests.kit.refusal import Refused
from tests.kit.violation import Violation

# Longer than the half second by which unread counts may follow what changed them.
SILENT_FOR_S = 0.7
QUIET_WITHIN_S = 10.0


async def judge(people: Sequence[Person], history: History) -> list[Violation]:
    """Empty when every promise was kept. Whoever left, was ended or was refused is judged by what they saw until then."""
    staying = [person for person in people if person.is_staying]
    sent = _acknowledged(history)
    await until_quiet(staying, sent, history, silent_for_s=SILENT_FOR_S, within_s=QUIET_WITHIN_S)
    return check(history, await _ask_afresh(people, history))


async def _ask_afresh(people: Sequence[Person], history: History) -> Answers:
    """Everyone's list, and the histories of the conversations that this story is about; older ones are others' stories."""
    answers, evidence = Answers(), Evidence(history, Answers())
    touched = {message["conversation_id"] for message in [*_acknowledged(history), *_pushed(history)]}

    async def ask(person: Person) -> None:
        try:
            await ask_conversations(person, answers)
        except Refused:
            return  # their session has ended
        for key in touched & answers.conversations[person.user_id].keys():
            await ask_history(person, key, answers)
            answers.say_joined(key, person.user_id, joined_after(evidence, key, person.user_id))

    readers = {each.user_id: each for each in sorted(people, key=lambda one: one.is_live) if each.session.is_open}
    await asyncio.gather(*(ask(person) for person in readers.values()))
    for watcher in people:
        if watcher.watched and watcher.is_live:
            await ask_presence(watcher, answers)
    return answers


def _acknowledged(history: History) -> list[Body]:
    return [result["message"] for _, result in Evidence(history, Answers()).acknowledged("message.send")]


def _pushed(history: History) -> list[Body]:
    return [message for record in history.records if (message := pushed_message(record)) is not None]
