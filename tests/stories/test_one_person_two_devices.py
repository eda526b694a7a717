"""One person at two devices: what is read or said at one shows at the other."""

from tests.kit.told import messages_told, unread_told, until_message, until_told, until_unread
from tests.stories.conftest import Enter


async def test_what_is_read_at_one_is_read_at_the_other(enter: Enter) -> None:
    desk, phone, marco = await enter("elena"), await enter("elena"), await enter("marco")
    sent = await marco.send(to={"user_id": desk.user_id}, text="one for both")
    key = sent["conversation_id"]
    for device in (desk, phone):
        await until_message(device, sent)
    await phone.eventually(lambda: unread_told(phone, key))
    await desk.ask("conversation.read", conversation_id=key, seq=sent["seq"])
    for person in (desk, phone, marco):
        read = await until_told(person, key, "conversation.read")
        assert (read["user_id"], read["seq"]) == (desk.user_id, sent["seq"])
    for device in (desk, phone):
        await until_unread(device, key, 0)


async def test_what_is_said_at_one_shows_at_the_other(enter: Enter) -> None:
    desk, phone, marco = await enter("elena"), await enter("elena"), await enter("marco")
    said = [
        await device.send(to={"user_id": marco.user_id}, text=f"from {device.client}") for device in (desk, phone, desk)
    ]
    key = said[0]["conversation_id"]
    for person in (desk, phone, marco):
        await until_message(person, said[-1])
        assert messages_told(person, key) == said
    await until_unread(phone, key, 0)


async def test_a_device_that_comes_later_knows_what_the_first_knows(enter: Enter) -> None:
    desk, marco = await enter("elena"), await enter("marco")
    sent = await marco.send(to={"user_id": desk.user_id}, text="before the phone was switched on")
    await desk.eventually(lambda: unread_told(desk, sent["conversation_id"]))
    phone = await enter("elena")
    await phone.eventually(lambda: phone.pushes("unread"))
    assert phone.pushes("unread")[-1]["total"] == desk.pushes("unread")[-1]["total"]


async def test_leaving_at_one_is_not_leaving(enter: Enter) -> None:
    desk, phone, marco = await enter("elena"), await enter("elena"), await enter("marco")
    await marco.watch([desk.user_id])
    await desk.leave()
    sent = await marco.send(to={"user_id": phone.user_id}, text="still here?")
    await until_message(phone, sent)
    statuses = {
        p["status"] for push in marco.pushes("presence") for p in push["people"] if p["user_id"] == phone.user_id
    }
    assert statuses == {"online"}
