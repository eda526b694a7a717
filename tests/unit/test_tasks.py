"""What a process does at its end with work that does not end by itself."""

import asyncio

import pytest
import structlog.testing

from chassis import tasks as chassis_tasks
from chassis.tasks import Tasks, cancel


async def loses(cancellations: int, ended: list[str]) -> None:
    """A loop over something that loses cancellations, as PyMongo's writing does in Python 3.11."""
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if not cancellations:
                ended.append("ended")
                raise
            cancellations -= 1


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chassis_tasks, "CANCELLED_S", 0.05)


async def test_what_lost_a_cancellation_ends_all_the_same() -> None:
    """The process hung for ever on a sweep whose find lost the one cancellation it was given."""
    work, ended = Tasks(), list[str]()
    work.lasting("sweep", loses(1, ended))
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await work.drain(1)
    assert ended == ["ended"]


async def test_what_never_ends_is_named_and_let_be() -> None:
    ended = list[str]()
    stuck = asyncio.create_task(loses(5, ended), name="stuck")
    await asyncio.sleep(0)
    with structlog.testing.capture_logs() as logs:
        async with asyncio.timeout(20):
            await cancel([stuck])
    assert [(each["event"], each["task"]) for each in logs] == [("task.stuck", "stuck")]
    await cancel([stuck])
    assert ended == ["ended"]


async def test_brief_work_is_waited_for_and_lasting_work_is_not() -> None:
    work, ended = Tasks(), list[str]()

    async def brief() -> None:
        await asyncio.sleep(0.1)
        ended.append("brief")

    work.brief("brief", brief())
    work.lasting("lasting", loses(0, ended))
    await asyncio.sleep(0)
    await work.drain(5)
    assert ended == ["brief", "ended"]
    assert not work.crashed.is_set()


async def test_lasting_work_that_crashes_ends_the_process() -> None:
    work = Tasks()

    async def crash() -> None:
        raise RuntimeError("lost")

    work.lasting("crash", crash())
    async with asyncio.timeout(20):
        await work.crashed.wait()
    with structlog.testing.capture_logs():
        work.brief("crash", crash())
        await work.drain(1)
