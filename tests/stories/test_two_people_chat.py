"""Two people write to each other: ordered, once, with the right unread counts, over both doors and transports."""

import pytest

from tests.kit.refusal import Refused
from tests.stories.conftest import Enter


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_message_arrives_and_is_read(enter: Enter, transport: str) -> None:
    marco, elena = await enter("marco", transport=transport), await enter("elena", transport=transport)
    sent = await marco.send(to={"user_id": elena.user_id}, text="Good morning, Elena \N{WAVING HAND SIGN}")

    def told() -> list[object]:
        return [push["message"] for push in elena.pushes("message.sent") if push["message"] == sent]

    await elena.eventually(told)
    conversation_id = sent["conversation_id"]

    def unread() -> object:
        states = [one for push in elena.pushes("unread") for one in push["conversations"]]
        return [one["unread"] for one in states if one["conversation_id"] == conversation_id][-1:]

    await elena.eventually(lambda: unread() not in ([], [0]))
    answer = await elena.ask("conversation.read", conversation_id=conversation_id, seq=sent["seq"])
    assert answer["unread"] == 0
    await elena.eventually(lambda: unread() == [0])
    listed = await elena.session.request("GET", f"/conversations/{conversation_id}/messages", params={"limit": "5"})
    assert listed["messages"][-1] == sent


async def test_the_same_client_message_id_is_the_same_message(enter: Enter) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    first = await marco.send(to={"user_id": elena.user_id}, text="once", client_message_id="only-once")
    again = await marco.send(to={"user_id": elena.user_id}, text="twice", client_message_id="only-once")
    assert again == first


async def test_both_directions_are_one_conversation(enter: Enter) -> None:
    marco, jonas = await enter("marco"), await enter("jonas")
    one = await marco.send(to={"user_id": jonas.user_id}, text="there")
    other = await jonas.send(to={"user_id": marco.user_id}, text="and back")
    assert one["conversation_id"] == other["conversation_id"]
    assert other["seq"] == one["seq"] + 1


async def test_a_lost_connection_misses_nothing(enter: Enter) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    seen = await marco.send(to={"user_id": elena.user_id}, text="before")
    await elena.eventually(lambda: elena.cursor and [p for p in elena.pushes("message.sent") if p["message"] == seen])
    elena.lose_connection()
    await elena.eventually(lambda: not elena.is_live)
    sent = [await marco.send(to={"user_id": elena.user_id}, text=f"meanwhile {number}") for number in range(20)]
    await elena.until_ready()
    assert elena.pushes("ready")[-1]["recovered"] is True
    await elena.eventually(lambda: [p["message"] for p in elena.pushes("message.sent")][-20:] == sent)


async def test_a_strange_cursor_gets_a_snapshot(enter: Enter) -> None:
    marco = await enter("marco")
    marco.lose_connection()
    marco.cursor = "from-another-stream-7"
    await marco.eventually(lambda: not marco.is_live)
    await marco.until_ready()
    ready = marco.pushes("ready")[-1]
    assert ready["recovered"] is False
    assert "snapshot" in ready


async def test_presence_is_seen_coming_and_going(enter: Enter) -> None:
    marco, jonas = await enter("marco"), await enter("jonas")
    await marco.watch([jonas.user_id])

    def status() -> object:
        people = [one for push in marco.pushes("presence") for one in push["people"]]
        return [one["status"] for one in people if one["user_id"] == jonas.user_id][-1:]

    await marco.eventually(lambda: status() == ["online"])
    await jonas.leave()
    await marco.eventually(lambda: status() == ["offline"])
    await jonas.connect()
    await marco.eventually(lambda: status() == ["online"])


async def test_a_log_out_ends_the_connection(enter: Enter) -> None:
    jonas = await enter("jonas")
    await jonas.session.request("POST", "/auth/logout", patience_s=0)
    await jonas.eventually(lambda: jonas.pushes("session.ended"), timeout_s=1.0)
    assert jonas.pushes("session.ended")[-1]["code"] == "session_ended"
    with pytest.raises(Refused, match=r"."):
        await jonas.session.request("GET", "/me", patience_s=0)
