"""What clients are told of limits is what is set here, and what is refused beyond them."""

from collections.abc import Iterator
from itertools import count

import pytest

from contracts import limits
from tests.chaos.harm import held_down, until_whole
from tests.kit.refusal import Refused
from tests.stories.conftest import Enter, Running

EDITED_S, DELETED_S = 1, 3_600


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    windows = {"PARLEY_EDIT_WINDOW_S": str(EDITED_S), "PARLEY_DELETE_WINDOW_S": str(DELETED_S)}
    running = Running(tmp_path_factory.mktemp("limits"), **windows)
    yield running
    running.stop()


async def test_they_are_in_each_ready(enter: Enter, cluster: Running) -> None:
    marco = await enter("marco")
    (ready,) = marco.pushes("ready")
    assert ready["recovered"] is False
    told = ready["limits"]
    assert (told["edit_window_s"], told["delete_window_s"]) == (EDITED_S, DELETED_S)
    assert (told["text_bytes_max"], told["name_chars_max"]) == (limits.TEXT_BYTES_MAX, limits.NAME_CHARS_MAX)

    marco.lose_connection()
    await marco.eventually(lambda: len(marco.pushes("ready")) == 2)
    assert marco.pushes("ready")[-1] == {**marco.pushes("ready")[-1], "recovered": True, "limits": told}

    with held_down(cluster, "gateway-1"):
        pass
    await until_whole(cluster)
    await marco.eventually(lambda: len(marco.pushes("ready")) == 3, 20.0)
    assert marco.pushes("ready")[-1]["limits"] == told


async def test_they_are_those_that_hold(enter: Enter) -> None:
    marco, elena = await enter("marco"), await enter("elena")
    told = marco.pushes("ready")[-1]["limits"]
    sent = await marco.send(to={"user_id": elena.user_id}, text="x" * told["text_bytes_max"])
    with pytest.raises(Refused) as refused:
        await marco.send(to={"user_id": elena.user_id}, text="x" * (told["text_bytes_max"] + 1))
    assert refused.value.code == "too_large"
    place = {"conversation_id": sent["conversation_id"], "seq": sent["seq"]}

    numbers = count()

    async def edited_too_late() -> bool:
        """Another text each time: the same one is no change."""
        try:
            await marco.ask("message.edit", **place, text=f"edited {next(numbers)}")
        except Refused as refused:
            return refused.code == "forbidden"
        return False

    await marco.eventually(edited_too_late)
    await marco.ask("message.delete", **place)
