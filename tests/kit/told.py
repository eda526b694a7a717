"""What one client was told of one conversation, in the order it was told."""

from __future__ import annotations

from tests.kit.history import Body, Pushed
from tests.kit.person import Person

PERSONAL = ("unread", "presence", "notice", "typing", "connection.warning", "session.ended")


def told_of(person: Person, conversation_id: str) -> list[tuple[str, Body]]:
    """Names and bodies, over all connections."""
    return [
        (record.name, record.body)
        for record in person.history.records
        if isinstance(record, Pushed)
        and record.client == person.client
        and record.name not in PERSONAL
        and _conversation_id(record.body) == conversation_id
    ]


def messages_told(person: Person, conversation_id: str) -> list[Body]:
    return [body["message"] for name, body in told_of(person, conversation_id) if name == "message.sent"]


async def until_told(person: Person, conversation_id: str, name: str) -> Body:
    """The body, once a push of this name is the newest this person was told of the conversation."""

    def newest() -> Body | None:
        told = told_of(person, conversation_id)
        return told[-1][1] if told and told[-1][0] == name else None

    body = await person.eventually(newest, what=f"{person.client} is told {name}")
    assert body is not None
    return body


async def until_message(person: Person, message: Body) -> None:
    await person.eventually(lambda: message in messages_told(person, message["conversation_id"]))


async def until_unread(person: Person, conversation_id: str, count: int) -> None:
    await person.eventually(lambda: unread_told(person, conversation_id) == count)


def unread_told(person: Person, conversation_id: str) -> int | None:
    """The newest count, if any was ever told."""
    states = [state for push in person.pushes("unread") for state in push["conversations"]]
    return next((one["unread"] for one in reversed(states) if one["conversation_id"] == conversation_id), None)


def _conversation_id(body: Body) -> str:
    about = body.get("message") or body.get("conversation") or body
    conversation_id: str = about["conversation_id"]
    return conversation_id
