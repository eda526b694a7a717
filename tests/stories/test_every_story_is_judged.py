"""The verdict at the end of every story can be a bad one: a push that is missing from the record is found."""

import pytest

from tests.kit.history import History, Pushed
from tests.kit.person import Person
from tests.kit.session import open_http
from tests.kit.verdict import judge
from tests.stories.conftest import PASSWORD, Running


@pytest.mark.parametrize(
    ("missing", "rule"),
    [("message.sent", "nothing_lost"), ("unread", "unread_right"), ("group.deleted", "snapshot_and_events")],
)
async def test_a_push_is_missing(cluster: Running, missing: str, rule: str) -> None:
    history = History()
    async with open_http() as http:
        sofia, elena = (
            Person(login, PASSWORD, gateways=cluster.urls, history=history, http=http) for login in ("sofia", "elena")
        )
        async with sofia, elena:
            group = (await sofia.ask("group.create", name="Judged", member_ids=[elena.user_id]))["conversation"]
            await sofia.ask("group.delete", conversation_id=group["conversation_id"])
            message = await sofia.send(to={"user_id": elena.user_id}, text="did you get this?")
            await elena.eventually(lambda: [p for p in elena.pushes("message.sent") if p["message"] == message])
            assert await judge([sofia, elena], history) == []
            history.records = [
                each
                for each in history.records
                if not (isinstance(each, Pushed) and (each.client, each.name) == (elena.client, missing))
            ]
            assert rule in {violation.rule for violation in await judge([sofia, elena], history)}
