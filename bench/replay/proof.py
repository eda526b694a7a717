"""The log against the server's answers, by a way of its own: it believes no client, only the file and the histories.

Every member of a conversation has every line that was posted there once, in the words of the log, each sender's in their
order; and has unread what came after the last they wrote, or nothing if they read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bench.replay.cast import Cast
from bench.replay.play import Posted, addressee
from tests.kit.answers import Answers
from tests.kit.history import Body
from tests.kit.violation import Violation

RULE = "log"


def prove(posted: Sequence[Posted], cast: Cast, answers: Answers, readers: set[str]) -> list[Violation]:
    found: list[Violation] = []
    for members, lines in _conversations(posted, cast).items():
        keys = {each.message["conversation_id"] for each in lines}
        if len(keys) != 1:
            found.append(
                Violation(RULE, ", ".join(sorted(members)[:2]), f"one conversation has the ids {sorted(keys)}")
            )
        for user_id in members:
            found += _wrong_history(user_id, lines, answers.messages.get(min(keys), {}).get(user_id, []))
    for name, person in cast.people.items():
        found += _wrong_unread(person.user_id, name in readers, answers)
    return found


def _conversations(posted: Sequence[Posted], cast: Cast) -> dict[frozenset[str], list[Posted]]:
    """By who is in it: the two of a direct conversation, or everyone and the admin."""
    everyone = frozenset(person.user_id for person in cast.members)
    lines: dict[frozenset[str], list[Posted]] = defaultdict(list)
    for each in posted:
        to = addressee(each.line, cast)
        sender_id = cast.people[each.line.sender].user_id
        lines[frozenset((sender_id, to["user_id"])) if "user_id" in to else everyone].append(each)
    return lines


def _wrong_history(user_id: str, lines: list[Posted], history: list[Body]) -> Iterator[Violation]:
    place = {message["client_message_id"]: number for number, message in enumerate(history)}
    if len(place) != len(history) or place.keys() != {each.client_message_id for each in lines}:
        yield Violation(RULE, user_id, f"has {len(history)} messages of a conversation with {len(lines)} lines")
        return
    last_of: dict[str, int] = {}
    for each in lines:
        number = place[each.client_message_id]
        if history[number]["text"] != each.line.text:
            yield Violation(RULE, user_id, f"{each.client_message_id} is not in the words of the log")
        if number < last_of.get(each.line.sender, -1):
            yield Violation(
                RULE, user_id, f"{each.client_message_id} stands before an earlier line of {each.line.sender}"
            )
        last_of[each.line.sender] = number


def _wrong_unread(user_id: str, has_read: bool, answers: Answers) -> Iterator[Violation]:
    for key, conversation in answers.conversations[user_id].items():
        history = answers.messages[key][user_id]
        own = [message["seq"] for message in history if message["sender_id"] == user_id]
        due = 0 if has_read else len(history) - max(own, default=0)
        if conversation["unread"] != due:
            yield Violation(RULE, user_id, f"{key}: {conversation['unread']} unread, where {due} are")
