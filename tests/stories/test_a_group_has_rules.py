"""Groups: made by users and admins, writing enabled or not, members who come and go."""

import pytest

from tests.kit.history import Body
from tests.kit.over_http import over_http
from tests.kit.refusal import Refused
from tests.kit.told import messages_told, told_of, until_message, until_told
from tests.stories.conftest import Enter


async def test_a_read_only_group_is_read_only(enter: Enter) -> None:
    sofia, marco = await enter("sofia"), await enter("marco")
    form = {"name": "News", "member_ids": [marco.user_id], "writing_enabled": False}
    group = (await over_http(sofia, "group.create", **form))["conversation"]
    conversation_id = group["conversation_id"]
    await marco.eventually(lambda: [p for p in marco.pushes("group.created") if p["conversation"]["name"] == "News"])
    with pytest.raises(Refused) as refused:
        await marco.send(to={"conversation_id": conversation_id}, text="may I?")
    assert refused.value.code == "writing_disabled"
    said = await sofia.send(to={"conversation_id": conversation_id}, text="the owner may")
    await marco.eventually(lambda: [p for p in marco.pushes("message.sent") if p["message"] == said])

    await sofia.ask("group.update", conversation_id=conversation_id, writing_enabled=True)
    await marco.send(to={"conversation_id": conversation_id}, text="now I may")
    await sofia.ask("group.update", conversation_id=conversation_id, member_ids=[])
    await marco.eventually(lambda: marco.pushes("group.deleted"))
    with pytest.raises(Refused) as gone:
        await marco.ask("message.list", conversation_id=conversation_id)
    assert gone.value.code == "not_found"


async def test_an_agent_makes_no_group(enter: Enter) -> None:
    marco = await enter("marco")
    with pytest.raises(Refused) as refused:
        await marco.ask("group.create", name="Mine", member_ids=[])
    assert refused.value.code == "forbidden"


async def test_a_deleted_group_is_gone_for_all(enter: Enter) -> None:
    sofia, elena = await enter("sofia"), await enter("elena")
    answer = await sofia.ask("group.create", name="Short", member_ids=[elena.user_id])
    conversation_id = answer["conversation"]["conversation_id"]
    await sofia.ask("group.delete", conversation_id=conversation_id)
    await elena.eventually(lambda: [p for p in elena.pushes("group.deleted") if p["reason"] == "deleted"])
    with pytest.raises(Refused) as refused:
        await sofia.send(to={"conversation_id": conversation_id}, text="anyone?")
    assert refused.value.code == "not_found"


async def test_whoever_makes_a_group_owns_it(enter: Enter) -> None:
    sofia, elena = await enter("sofia"), await enter("elena")
    group = (await over_http(sofia, "group.create", name="Owned", member_ids=[elena.user_id]))["conversation"]
    assert group["owner_id"] == sofia.user_id
    assert set(group["member_ids"]) == {sofia.user_id, elena.user_id}
    assert (group["member_count"], group["last_seq"], group["unread"], group["may_write"]) == (2, 0, 0, True)
    answer = await sofia.ask("group.update", conversation_id=group["conversation_id"], member_ids=[])
    assert answer["conversation"]["member_ids"] == [sofia.user_id]
    await until_told(elena, group["conversation_id"], "group.deleted")


async def test_the_same_request_id_is_the_same_group(enter: Enter) -> None:
    sofia, elena = await enter("sofia"), await enter("elena")
    form: Body = {"name": "Once", "member_ids": [elena.user_id], "request_id": f"once-{sofia.session.user_id}"}
    first, again = [(await sofia.ask("group.create", **form))["conversation"] for _ in range(2)]
    assert again["conversation_id"] == first["conversation_id"]
    key = first["conversation_id"]
    await sofia.ask("group.delete", conversation_id=key)
    await until_told(elena, key, "group.deleted")
    assert [name for name, _ in told_of(elena, key)].count("group.created") == 1


async def test_only_the_owner_and_admins_write_where_writing_is_off(enter: Enter) -> None:
    sofia, marco, admin = await enter("sofia"), await enter("marco"), await enter("admin")
    form: Body = {"name": "Read only", "member_ids": [marco.user_id, admin.user_id], "writing_enabled": False}
    key = (await sofia.ask("group.create", **form))["conversation"]["conversation_id"]
    may_write = {}
    for person in (sofia, marco, admin):
        seen = (await person.ask("conversation.get", conversation_id=key))["conversation"]
        may_write[person.login] = seen["may_write"]
    assert may_write == {"sofia": True, "marco": False, "admin": True}
    for ask in (marco.ask, lambda name, **fields: over_http(marco, name, **fields)):
        with pytest.raises(Refused) as refused:
            await ask("message.send", to={"conversation_id": key}, client_message_id="no", text="may I?")
        assert refused.value.code == "writing_disabled"
    said = [await person.send(to={"conversation_id": key}, text="read this") for person in (sofia, admin)]
    await marco.eventually(lambda: messages_told(marco, key) == said)
    answer = await marco.ask("conversation.read", conversation_id=key, seq=2)
    assert answer["unread"] == 0


async def test_a_new_name_is_told_to_all(enter: Enter) -> None:
    sofia, elena, marco = await enter("sofia"), await enter("elena"), await enter("marco")
    members = [elena.user_id, marco.user_id]
    key = (await sofia.ask("group.create", name="Old name", member_ids=members))["conversation"]["conversation_id"]
    await sofia.ask("group.update", conversation_id=key, name="New name")
    for person in (sofia, elena, marco):
        conversation = (await until_told(person, key, "group.updated"))["conversation"]
        assert (conversation["name"], conversation["member_count"]) == ("New name", 3)
        assert not {"read_seq", "unread", "may_write"} & conversation.keys()


async def test_members_do_not_change_a_group(enter: Enter) -> None:
    sofia, marco = await enter("sofia"), await enter("marco")
    key = (await sofia.ask("group.create", name="Mine", member_ids=[marco.user_id]))["conversation"]["conversation_id"]
    asks: list[tuple[str, Body]] = [("group.update", {"name": "Ours"}), ("group.delete", {})]
    for name, fields in asks:
        with pytest.raises(Refused) as refused:
            await marco.ask(name, conversation_id=key, **fields)
        assert refused.value.code == "forbidden"


async def test_nothing_of_a_deleted_group_arrives_any_more(enter: Enter) -> None:
    sofia, elena, marco = await enter("sofia"), await enter("elena"), await enter("marco")
    members = [elena.user_id, marco.user_id]
    key = (await sofia.ask("group.create", name="Deleted", member_ids=members))["conversation"]["conversation_id"]
    await elena.send(to={"conversation_id": key}, text="a last word")
    await marco.eventually(lambda: messages_told(marco, key))
    await sofia.ask("group.delete", conversation_id=key)
    for person in (sofia, elena, marco):
        await until_told(person, key, "group.deleted")
    asks: tuple[tuple[str, Body], ...] = (
        ("message.send", {"to": {"conversation_id": key}, "client_message_id": "late", "text": "late"}),
        ("message.list", {"conversation_id": key}),
        ("conversation.get", {"conversation_id": key}),
        ("conversation.read", {"conversation_id": key, "seq": 1}),
        ("group.update", {"conversation_id": key, "name": "Undead"}),
    )
    for name, fields in asks:
        with pytest.raises(Refused) as refused:
            await sofia.ask(name, **fields)
        assert refused.value.code == "not_found"
    await sofia.ask("group.delete", conversation_id=key)
    after = await sofia.send(to={"user_id": marco.user_id}, text="the group is gone")
    await until_message(marco, after)
    for person in (sofia, elena, marco):
        assert [name for name, _ in told_of(person, key)].count("group.deleted") == 1
        listed = (await person.ask("conversation.list", limit=200))["conversations"]
        assert key not in {each["conversation_id"] for each in listed}
