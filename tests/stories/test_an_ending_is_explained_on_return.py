"""`ready.last_ending` says why the server closed this session's previous socket, once, and nothing where it did not."""

import pytest

from tests.kit.refusal import Unanswered
from tests.stories.conftest import Enter


async def test_a_packet_too_large(enter: Enter) -> None:
    jonas = await enter("jonas")
    first = jonas.pushes("ready")[-1]
    assert "last_ending" not in first
    with pytest.raises(Unanswered):
        await jonas.ask("me.get", padding="x" * 300_000)
    await jonas.eventually(lambda: len(jonas.pushes("ready")) > 1)
    assert jonas.pushes("ready")[-1]["last_ending"] == "protocol_error"
    await jonas.leave()
    await jonas.connect()
    assert "last_ending" not in jonas.pushes("ready")[-1]


async def test_leaving_and_losing_the_line_are_no_endings(enter: Enter) -> None:
    jonas = await enter("jonas")
    await jonas.leave()
    await jonas.connect()
    assert "last_ending" not in jonas.pushes("ready")[-1]
    jonas.lose_connection()
    await jonas.eventually(lambda: not jonas.is_live)
    await jonas.until_ready()
    assert "last_ending" not in jonas.pushes("ready")[-1]


async def test_it_is_told_to_that_session_only(enter: Enter) -> None:
    desk, phone = await enter("jonas"), await enter("jonas")
    with pytest.raises(Unanswered):
        await desk.ask("me.get", padding="x" * 300_000)
    await desk.eventually(lambda: len(desk.pushes("ready")) > 1)
    phone.lose_connection()
    await phone.eventually(lambda: not phone.is_live)
    await phone.until_ready()
    assert "last_ending" not in phone.pushes("ready")[-1]
