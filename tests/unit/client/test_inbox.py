"""What is heard is taken once, in order, and no more of it waits than may."""

import asyncio
from typing import Any

import pytest

from parley_client import Closed, Lost, heard
from parley_client.inbox import Event, Inbox


def message(seq: int, revision: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "conversation_id": "g_1",
        "seq": seq,
        "message_id": f"m_{seq}",
        "client_message_id": f"c_{seq}",
        "sender_id": "u_Ada",
        "text": "Good morning",
        "sent_at": "2026-01-05T08:30:00.000Z",
        **({} if revision is None else {"revision": revision}),
        **more,
    }


def sent(seq: int, cursor: int, **more: Any) -> tuple[str, dict[str, Any]]:
    return "message.sent", {"message": message(seq, **more), "cursor": f"e-{cursor}"}


def edited(seq: int, revision: int, cursor: int) -> tuple[str, dict[str, Any]]:
    return "message.edited", {"message": message(seq, revision), "cursor": f"e-{cursor}"}


def ready(recovered: bool) -> tuple[str, dict[str, Any]]:
    user = {"user_id": "u_Ada", "login": "ada", "name": "Ada", "role": "agent"}
    at = "2026-01-05T08:30:00.000Z"
    return "ready", {"user": user, "cursor": "e-0", "recovered": recovered, "server_time": at, "notices": []}


async def taken(inbox: Inbox) -> list[Event]:
    inbox.end(Closed("over"))
    found = []
    with pytest.raises(Closed):
        while True:
            found.append(await inbox.take())
    return found


def seqs(events: list[Event]) -> list[int]:
    return [event.message.seq for event in events if isinstance(event, heard.MessageSent)]


async def test_what_comes_again_is_told_once() -> None:
    inbox = Inbox(None)
    for one in (sent(1, 1), sent(2, 2), sent(1, 1), sent(2, 2), sent(3, 3)):
        inbox.put(*one)
    assert seqs(await taken(inbox)) == [1, 2, 3]
    assert inbox.received == "e-3"


async def test_a_lower_number_that_comes_later_is_no_repeat() -> None:
    """Two replicas may tell the stream of one conversation in either order."""
    inbox = Inbox(None)
    for one in (sent(2, 1), sent(1, 2)):
        inbox.put(*one)
    assert seqs(await taken(inbox)) == [2, 1]


async def test_of_a_revision_only_the_first_telling_counts_and_none_that_is_older() -> None:
    inbox = Inbox(None)
    for one in (sent(1, 1), edited(1, 1, 2), edited(1, 2, 3), edited(1, 1, 2), edited(1, 2, 3), sent(1, 1)):
        inbox.put(*one)
    events = await taken(inbox)
    assert [type(event) for event in events] == [heard.MessageSent, heard.MessageEdited, heard.MessageEdited]


async def test_what_was_deleted_meanwhile_comes_as_sent_and_as_deleted() -> None:
    inbox = Inbox(None)
    inbox.put(*sent(1, 1, revision=2, text="", deleted_at="2026-01-05T08:31:00.000Z"))
    inbox.put("message.deleted", {"message": message(1, 2, text=""), "cursor": "e-2"})
    assert [type(event) for event in await taken(inbox)] == [heard.MessageSent, heard.MessageDeleted]


async def test_after_a_snapshot_everything_is_new() -> None:
    inbox = Inbox(None)
    for one in (sent(1, 1), ready(recovered=True), sent(1, 1), ready(recovered=False), sent(1, 1)):
        inbox.put(*one)
    assert seqs(await taken(inbox)) == [1, 1]


async def test_what_does_not_fit_is_not_taken_in_and_there_is_room_again_at_half() -> None:
    inbox = Inbox(None, most=4)
    assert [inbox.put(*sent(seq, seq)) for seq in range(1, 6)] == [True] * 4 + [False]
    assert inbox.received == "e-4"
    waiting = asyncio.create_task(inbox.room())
    await inbox.take()
    await asyncio.sleep(0)
    assert not waiting.done()
    await inbox.take()
    await asyncio.wait_for(waiting, 20)


async def test_what_is_handled_is_what_was_taken_before_the_one_that_is_asked_for() -> None:
    inbox = Inbox("e-0")
    for one in (sent(1, 1), sent(2, 2)):
        inbox.put(*one)
    await inbox.take()
    assert inbox.handled == "e-0"
    await inbox.take()
    assert inbox.handled == "e-1"


async def test_what_is_unknown_is_ignored_and_its_cursor_kept(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox(None)
    inbox.put("from.the_future", {"cursor": "e-7"})
    inbox.put("message.sent", {"message": {"conversation_id": 7}, "cursor": "e-8"})
    inbox.put(*sent(1, 9))
    assert seqs(await taken(inbox)) == [1]
    assert inbox.received == "e-9"
    assert "message.sent is not what this version" in caplog.text


async def test_the_end_comes_after_all_that_was_heard() -> None:
    inbox = Inbox(None)
    inbox.put(*sent(1, 1))
    inbox.lost("cut")
    assert [type(event) for event in await taken(inbox)] == [heard.MessageSent, Lost]
