"""What the server answers when asked afresh at the end of a run: the other half of the evidence."""

from __future__ import annotations

from collections.abc import Iterable

from tests.kit.history import Body


class Answers:
    """Collected after the last quiet point. A person is a member of what their own fresh list names.

    `messages[conversation_id][user_id]` is the whole history of a conversation as that reader was given it.
    """

    def __init__(self) -> None:
        self.conversations: dict[str, dict[str, Body]] = {}
        self.messages: dict[str, dict[str, list[Body]]] = {}
        self.presence: dict[str, Body] = {}
        self.joined_after: dict[tuple[str, str], int] = {}
        self._once: dict[tuple[str, int], Body] = {}

    def add_conversations(self, user_id: str, conversations: Iterable[Body]) -> None:
        listed = self.conversations.setdefault(user_id, {})
        listed.update((each["conversation_id"], each) for each in conversations)

    def add_messages(self, conversation_id: str, reader_id: str, messages: Iterable[Body]) -> None:
        """Equal messages are kept once, however many people read them."""
        read = self.messages.setdefault(conversation_id, {}).setdefault(reader_id, [])
        for message in messages:
            first = self._once.setdefault((conversation_id, message["seq"]), message)
            read.append(first if first == message else message)

    def add_presence(self, people: Iterable[Body]) -> None:
        self.presence.update((person["user_id"], person) for person in people)

    def say_joined(self, conversation_id: str, user_id: str, from_seq: int) -> None:
        """This person sees only what came after `from_seq`; nobody said means everything."""
        self.joined_after[conversation_id, user_id] = from_seq

    def is_member(self, conversation_id: str, user_id: str) -> bool:
        return conversation_id in self.conversations.get(user_id, {})

    def from_seq(self, conversation_id: str, user_id: str) -> int:
        return self.joined_after.get((conversation_id, user_id), 0)

    def last_seq(self, conversation_id: str) -> int:
        """The highest seq anyone was given or told of."""
        read = [m["seq"] for messages in self.messages.get(conversation_id, {}).values() for m in messages[-1:]]
        told = [
            listed[conversation_id]["last_seq"] for listed in self.conversations.values() if conversation_id in listed
        ]
        return max(read + told, default=0)
