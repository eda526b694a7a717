"""A message as it is kept, what may be sent, and what the store of messages promises."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from chassis.bus import Fact, fact
from chassis.outbox import entries
from contracts.limits import CLIENT_MESSAGE_ID_CHARS_MAX, TEXT_BYTES_MAX
from contracts.messenger import MESSAGE_SENT, MessageSent, SendMessage
from contracts.refusals import Refused
from contracts.things import GroupChange, Message

Document = dict[str, Any]
_OPTIONAL = ("edited_at", "deleted_at", "reply_to_seq", "revision", "deleted_by")


class Unsure(Exception):
    """A write whose outcome is not known. Never carries what the driver said: that can contain a text."""


class Messages(Protocol):
    async def insert(self, documents: Sequence[Document]) -> int:
        """In order, durable on a majority. How many are in: fewer than given when that one met an id or a seq that is
        taken. Raises Unsure for everything else: then any of them may be in, now or a little later."""
        ...

    async def known(self, message_ids: Sequence[str]) -> dict[str, Document]:
        """By id, those that a majority has."""
        ...

    async def by_ids(self, message_ids: Sequence[str]) -> dict[str, Document]: ...

    async def last_seqs(self, conversation_ids: Sequence[str]) -> dict[str, int]:
        """The highest seq that a majority has, of those with a message."""
        ...

    async def page(
        self, conversation_id: str, above: int, below: int | None, limit: int, oldest: bool
    ) -> list[Document]:
        """With a seq between the two, both excluded; the oldest or the newest of them; oldest first."""
        ...

    async def at_places(self, places: Collection[tuple[str, int]]) -> dict[tuple[str, int], Document]:
        """By conversation and seq, those that are there."""
        ...

    async def after(self, message_id: str, limit: int) -> list[Document]:
        """As a majority has them, in the order of their ids."""
        ...

    async def at(self, conversation_id: str, seq: int) -> Document | None:
        """As a majority has it."""
        ...

    async def revise(self, message: Document, fields: Document, fact: Fact) -> Document | None:
        """Sets `fields` (those that are None go) of the message if it is at the revision of `message`, in one step with
        what is to be told. Gives all that is not told of it yet, in order (`_id` and `outbox`); None: somebody else was
        first. Raises Unsure."""
        ...


def check(request: SendMessage) -> None:
    """Raises Refused: what can be known from the request alone."""
    if (request.to.user_id is None) == (request.to.conversation_id is None):
        raise _invalid("to", "Exactly one of user_id and conversation_id.")
    if not 1 <= len(request.client_message_id) <= CLIENT_MESSAGE_ID_CHARS_MAX or _bytes(request.client_message_id) < 0:
        raise _invalid("client_message_id", f"1 to {CLIENT_MESSAGE_ID_CHARS_MAX} characters.")
    check_text(request.text)
    if request.reply_to_seq is not None and request.reply_to_seq < 1:
        raise unknown_reply()


def check_text(text: str) -> None:
    """Raises Refused."""
    size = _bytes(text)
    if size <= 0:
        raise _invalid("text", "A text, in characters that UTF-8 can carry.")
    if size > TEXT_BYTES_MAX:
        raise Refused("too_large", f"A text has at most {TEXT_BYTES_MAX} bytes.")


def unknown_reply() -> Refused:
    return _invalid("reply_to_seq", "There is no such message to reply to.")


def says_change(document: Mapping[str, Any]) -> bool:
    """Of a system message, also of one that was deleted, whose `change` is gone: no message of a person has such ids."""
    return bool(document["client_message_id"] == document["_id"])


def numbered(document: Document, seq: int) -> Document:
    """The document with its seq and what is to be told of it."""
    numbered = {**document, "seq": seq}
    return {**numbered, "outbox": entries([sent(numbered)])}


def sent(document: Mapping[str, Any]) -> Fact:
    body = MessageSent(message=shown(document))
    return fact(MESSAGE_SENT, body, document["conversation_id"], id=document["_id"], at=document["sent_at"])


def shown(document: Mapping[str, Any]) -> Message:
    return Message(
        conversation_id=document["conversation_id"],
        seq=document["seq"],
        message_id=document["_id"],
        client_message_id=document["client_message_id"],
        sender_id=document["sender_id"],
        text=document["text"],
        sent_at=document["sent_at"],
        change=GroupChange(**document["change"]) if document.get("change") else None,
        **{field: document[field] for field in _OPTIONAL if document.get(field) is not None},
    )


def _bytes(text: str) -> int:
    """-1: cannot be encoded."""
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        return -1


def _invalid(field: str, what: str) -> Refused:
    return Refused("invalid", what, errors={field: [what]})
