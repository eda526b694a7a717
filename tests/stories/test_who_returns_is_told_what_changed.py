"""Edits, deletions, marks and what a conversation is to oneself: told to who is here, and to who returns, in order; the text of
what was deleted meanwhile is told to nobody."""

from functools import partial

from tests.kit.history import Body
from tests.kit.person import Person
from tests.stories.conftest import Enter


async def test_what_was_edited_and_deleted_meanwhile(enter: Enter) -> None:
    elena, marco = await enter("elena"), await enter("marco")
    to = {"user_id": marco.user_id}
    first = await elena.send(to=to, text="first")
    await marco.eventually(lambda: marco.pushes("message.sent"))
    await marco.leave()
    place = {"conversation_id": first["conversation_id"]}
    slip = await elena.send(to=to, text="a secret slipped out")
    await elena.ask("message.edit", **place, seq=slip["seq"], text="no secret at all")
    await elena.ask("message.edit", **place, seq=first["seq"], text="first, better")
    await elena.ask("message.delete", **place, seq=slip["seq"])
    await marco.connect()
    assert marco.pushes("ready")[-1]["recovered"]
    told = [body["message"] for name in ("sent", "edited") for body in marco.pushes(f"message.{name}")]
    assert [message["text"] for message in told if message["seq"] == slip["seq"]] == [""]
    assert [message["text"] for message in told if message["seq"] == first["seq"]] == ["first", "first, better"]
    (deleted,) = marco.pushes("message.deleted")
    assert (deleted["message"]["seq"], deleted["message"]["text"]) == (slip["seq"], "")


async def test_a_mark_and_muting_reach_every_device_of_ones_own_and_who_returns(enter: Enter) -> None:
    elena, desk = await enter("elena"), await enter("marco")
    phone = await enter("marco", same_session_as=desk)
    sent = [await elena.send(to={"user_id": desk.user_id}, text=str(number)) for number in range(3)]
    place = {"conversation_id": sent[0]["conversation_id"]}
    read, unread, last = (message["seq"] for message in sent)
    await desk.ask("conversation.read", **place, seq=last)
    await phone.leave()
    await desk.ask("conversation.mark_unread", **place, seq=unread)
    await desk.ask("conversation.update", **place, muted=True)
    await phone.connect()
    for device in (desk, phone):
        await device.eventually(partial(_is_muted_and_unread, device, 2, read))
        own = [body for body in device.pushes("conversation.read") if body["user_id"] == desk.user_id]
        assert own[-1]["seq"] == read
        assert own[-1]["version"] == max(body["version"] for body in own)
    assert not elena.pushes("conversation.updated")
    await desk.ask("conversation.update", **place, muted=False)


def _is_muted_and_unread(device: Person, unread: int, read_seq: int) -> bool:
    told: list[Body] = [one for push in device.pushes("unread") for one in push["conversations"]]
    is_told = bool(told) and (told[-1]["unread"], told[-1]["read_seq"]) == (unread, read_seq)
    return is_told and any(push["muted"] for push in device.pushes("conversation.updated"))
