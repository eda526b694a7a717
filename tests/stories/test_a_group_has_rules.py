"""Groups: made by users and admins, writing enabled or not, members who come and go."""

import pytest

from tests.kit.over_http import over_http
from tests.kit.refusal import Refused
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
