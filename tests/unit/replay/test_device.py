"""What the admin's device did not hear, heard twice, or heard as something else is a difference."""

import pytest

from bench.replay import device as module
from bench.replay.device import Device
from parley_client import types
from tests.kit.answers import Answers
from tests.kit.history import Body

GROUP = "g_1"


def message(seq: int, text: str = "Good morning") -> Body:
    return {
        **{"conversation_id": GROUP, "seq": seq, "message_id": f"m_{seq}", "client_message_id": f"c_{seq}"},
        **{"sender_id": "u_Ada", "text": text, "sent_at": "2026-01-05T08:30:00.000Z"},
    }


@pytest.fixture
def answers() -> Answers:
    answers = Answers()
    answers.add_messages(GROUP, "u_Root", [message(seq) for seq in (1, 2, 3)])
    return answers


async def found(answers: Answers, *heard: Body, after: int = 0) -> list[str]:
    device = Device(["http://nowhere"], "admin", "")
    device._group_id, device._after = GROUP, after
    device._heard = [types.Message(**one) for one in heard]
    return [each.detail for each in await device.differences(answers)]


async def test_what_is_there_was_heard(answers: Answers) -> None:
    assert await found(answers, message(1), message(2), message(3)) == []
    assert await found(answers, message(3), after=2) == []


async def test_what_is_missing_is_named(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEARD_WITHIN_S", 0.05)
    assert await found(answers, message(1), message(3)) == [
        "parley_client did not hear [2] and others, 1 in all",
    ]


async def test_what_came_twice_or_as_something_else_is_named(answers: Answers) -> None:
    heard = [message(1), message(2), message(2), message(3, "Good night")]
    assert await found(answers, *heard) == ["parley_client heard 2 2 times", "parley_client heard 3 as another message"]
