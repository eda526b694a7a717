"""People leave and return, and a watcher who was not told that somebody left is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import cast as typed

import pytest

from bench.replay.absences import ABSENT, leave_and_return
from bench.replay.cast import Cast
from bench.replay.device import Device
from tests.kit.history import Body
from tests.kit.person import Person
from tests.kit.waiting import eventually


class Someone:
    """Watches everyone; whoever leaves says so to all who are not deaf."""

    def __init__(self, number: int, everyone: list[Someone]) -> None:
        self.user_id = self.login = self.client = f"person-{number}"
        self.watched = [f"person-{each}" for each in range(10)]
        self.is_deaf = False
        self.did: list[str] = []
        self.told: list[Body] = []
        self._everyone = everyone
        everyone.append(self)

    def pushes(self, name: str) -> list[Body]:
        assert name == "presence"
        return self.told

    async def leave(self) -> None:
        self.did.append("leave")
        self._say("offline")

    async def connect(self, timeout_s: float) -> None:
        self.did.append("connect")
        self._say("online")

    async def eventually(self, predicate: Callable[[], bool], timeout_s: float) -> bool:
        return await eventually(predicate, timeout_s=0.0)

    def _say(self, status: str) -> None:
        for each in self._everyone:
            if not each.is_deaf:
                each.told.append({"people": [{"user_id": self.user_id, "status": status}]})


NOBODYS = Device(["http://nowhere"], "admin", "")


@pytest.fixture
def everyone() -> list[Someone]:
    everyone: list[Someone] = []
    for number in range(10):
        Someone(number, everyone)
    return everyone


@pytest.fixture
def cast(everyone: list[Someone]) -> Cast:
    people = {each.login: typed(Person, each) for each in everyone}
    return Cast("r1", people["person-0"], people, NOBODYS, watchers=[people["person-1"], people["person-2"]])


async def test_whoever_left_returned(everyone: list[Someone], cast: Cast) -> None:
    assert await leave_and_return(cast, random.Random(1)) == []
    assert sorted(each.did for each in everyone) == [[]] * (10 - ABSENT) + [["leave", "connect"]] * ABSENT


async def test_a_watcher_who_was_not_told_is_found(everyone: list[Someone], cast: Cast) -> None:
    everyone[1].is_deaf = everyone[2].is_deaf = True
    found = await leave_and_return(cast, random.Random(1))
    deaf = [each for each in everyone[1:3] if not each.did]
    assert len(found) == ABSENT * len(deaf) > 0
    assert {violation.who for violation in found} == {each.client for each in deaf}


async def test_what_was_told_before_does_not_count(everyone: list[Someone], cast: Cast) -> None:
    for each in everyone[1:3]:
        each.told.extend({"people": [{"user_id": one.user_id, "status": "offline"}]} for one in everyone)
        each.is_deaf = True
    assert await leave_and_return(cast, random.Random(1)) != []
