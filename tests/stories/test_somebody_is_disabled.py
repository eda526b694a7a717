"""Whoever is disabled is written to where people wrote to them before, and finds it on their return; nobody begins anew."""

import uuid

import pytest

from tests.kit.history import Body
from tests.kit.over_http import over_http
from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.kit.told import messages_told, until_message
from tests.stories.conftest import PASSWORD, Enter


async def hired(admin: Person) -> Body:
    login = f"petra-{uuid.uuid4().hex[:8]}"
    form = {"login": login, "name": "Petra", "role": "agent", "password": f"{PASSWORD}-petra"}
    user: Body = (await admin.session.request("POST", "/users", json=form))["user"]
    return user


async def test_what_is_written_meanwhile_waits_for_their_return(enter: Enter) -> None:
    admin, marco, elena = await enter("admin"), await enter("marco"), await enter("elena")
    user = await hired(admin)
    to = {"user_id": user["user_id"]}
    petra = await enter(user["login"], f"{PASSWORD}-petra")
    hello = await marco.send(to=to, text="hello Petra")
    key = hello["conversation_id"]
    await until_message(petra, hello)
    await admin.ask("user.update", user_id=user["user_id"], disabled=True)
    await petra.eventually(lambda: petra.pushes("session.ended"))
    assert petra.pushes("session.ended")[-1]["code"] == "session_ended"

    written = [
        await marco.send(to=to, text="for when you are back"),
        await marco.send(to={"conversation_id": key}, text="and this"),
    ]
    assert [message["seq"] for message in written] == [2, 3]
    await marco.eventually(lambda: messages_told(marco, key) == [hello, *written])
    shown = (await marco.ask("conversation.get", conversation_id=key))["conversation"]
    assert shown["may_write"] is True
    for ask in (elena.ask, lambda name, **fields: over_http(elena, name, **fields)):
        with pytest.raises(Refused) as refused:
            await ask("message.send", to=to, client_message_id="first", text="nobody is there")
        assert refused.value.code == "not_found"
    with pytest.raises(Refused) as refused:
        await admin.ask("group.create", name="With her", member_ids=[user["user_id"]])
    assert refused.value.code == "invalid"

    await admin.ask("user.update", user_id=user["user_id"], disabled=False)
    back = await enter(user["login"], f"{PASSWORD}-petra")
    (found,) = [one for one in back.pushes("ready")[-1]["snapshot"]["conversations"] if one["conversation_id"] == key]
    assert (found["unread"], found["last_message"]) == (3, written[-1])
    assert (await back.ask("message.list", conversation_id=key))["messages"] == [hello, *written]
    first = await elena.send(to=to, text="welcome back")
    await until_message(back, first)
